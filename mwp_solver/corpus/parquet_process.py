"""Run as a process of its own: reads a Parquet file and writes its rows as JSON lines.

What a few kilobytes unpack to has no measure (a page of one text, repeated), and a damaged file can end the process
that reads it. So that is another process, with bounds, as for spreadsheets. It writes the list of columns, then
``[number, [value, ...]]`` or, for a row of no use, ``[number, reason]``; at a fault ``{"error": ...}``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mwp_solver.corpus.sheet_process import bound_process, write

MEMORY = 2 << 30
"""bytes of address space it may take"""
SECONDS = 1200
"""of processor time it may take"""
MAX_ROW = 1_000_000
"""longest row, in characters"""
_BATCH = 100
"""rows unpacked at once"""
_BUFFER = 1 << 20
"""bytes of a column read at once; without it a whole row group is in memory"""


def main(path: str) -> None:
    """Write the rows."""
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"  # the others reserve more than they use
    bound_process(MEMORY, SECONDS)
    import pyarrow
    from pyarrow import parquet

    pyarrow.set_cpu_count(1)
    try:
        with parquet.ParquetFile(path, buffer_size=_BUFFER) as file:
            names = file.schema_arrow.names
            if len(set(names)) < len(names):
                write({"error": "a column name stands twice in the file"})
                return
            write(names)
            number = 0
            for batch in file.iter_batches(batch_size=_BATCH, use_threads=False):
                for row in _rows(batch):
                    number += 1
                    write([number, row if isinstance(row, str) else _bounded(list(row.values()))])
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError):
        write({"error": "it is damaged"})


def _rows(batch: Any) -> Iterator[dict[str, Any] | str]:
    """The rows of a batch, or what is wrong with one."""
    try:
        yield from batch.to_pylist()
        return
    except UnicodeDecodeError:
        pass
    for index in range(batch.num_rows):
        try:
            yield from batch.slice(index, 1).to_pylist()
        except UnicodeDecodeError:
            yield "not UTF-8 text"


def _bounded(values: list[Any]) -> list[Any] | str:
    """Values that JSON knows."""
    text = json.dumps(values, default=_other, ensure_ascii=False)
    return json.loads(text) if len(text) <= MAX_ROW else f"the row is longer than {MAX_ROW:,} characters"


def _other(value: Any) -> dict[str, str]:
    return {"decimal" if isinstance(value, Decimal) else "other": str(value)[:100]}


if __name__ == "__main__":
    main(sys.argv[1])
