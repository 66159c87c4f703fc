"""Files of problems out: JSON lines, CSV and TSV, Parquet; each complete or not at all."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mwp_solver.corpus.columns import FIELDS
from mwp_solver.corpus.delimited import DELIMITED
from mwp_solver.corpus.json_rows import JSON, JSON_LINES
from mwp_solver.corpus.parquet import PARQUET, write_parquet
from mwp_solver.corpus.spreadsheet import safe_cell
from mwp_solver.errors import DataError
from mwp_solver.problem import Problem

WRITABLE = (*JSON_LINES, *JSON, *DELIMITED, *PARQUET)
"""suffixes of the files that :func:`write_problems` makes"""


def write_problems(path: str | Path, problems: Iterable[Problem]) -> int:
    """Write JSON lines, CSV, TSV or Parquet, as the suffix says.

    The file appears under its name only when it is complete; one that was there stays until then.

    Returns:
        How many problems were written.

    Raises:
        DataError: for another suffix, or if the file cannot be written.
        MissingExtraError: for Parquet without pyarrow.
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind in JSON_LINES or kind in JSON:
        return write_rows(path, (problem.to_dict() for problem in problems))
    if kind in PARQUET:
        columns = {name: "int64" if name == "grade" else "string" for name in FIELDS}
        with replacing(path) as temporary:
            return write_parquet(temporary, columns, (problem.to_dict() for problem in problems))
    if kind not in DELIMITED:
        raise DataError(f"cannot write this kind of file; use {', '.join(WRITABLE)}", path)
    count = 0
    # Spreadsheets take a CSV file for UTF-8 only if it says so in its first bytes.
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter="\t" if kind == ".tsv" else ",")
        writer.writerow(FIELDS)
        for problem in problems:
            writer.writerow([safe_cell(getattr(problem, field)) for field in FIELDS])
            count += 1
    return count


def write_rows(path: str | Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write any mappings as JSON lines, complete or not at all; returns how many.

    Raises:
        DataError: if the file cannot be written.
    """
    count = 0
    with replacing(Path(path)) as temporary, open(temporary, "w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def write_text(path: str | Path, text: str) -> None:
    """Write a text file, complete or not at all.

    Raises:
        DataError: if the file cannot be written.
    """
    with replacing(Path(path)) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary name beside ``path`` that takes its place at the end, or goes."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        raise DataError(error.strerror or "cannot be written", path) from error
    finally:
        temporary.unlink(missing_ok=True)
