"""Parquet files: rows in, rows out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from mwp_solver.corpus.text_lines import Row, Rows
from mwp_solver.errors import DataError, MissingExtraError

PARQUET = (".parquet", ".pq")
"""suffixes"""
_BATCH = 1000
"""rows held in memory"""


def parquet_rows(path: Path) -> Rows:
    """The rows of a file, numbered from 1.

    Raises:
        DataError: if the file cannot be read.
        MissingExtraError: without pyarrow.
    """
    arrow, parquet = _pyarrow()
    try:
        with parquet.ParquetFile(path) as file:
            number, names = 0, file.schema_arrow.names
            if len(set(names)) < len(names):
                raise DataError("a column name stands twice in the file", path)
            for batch in file.iter_batches(batch_size=_BATCH):
                for row in _python_rows(batch, path, number):
                    number += 1
                    yield number, row
    except (arrow.ArrowException, OSError) as error:
        raise DataError("not a Parquet file that can be read to its end", path) from error


def _python_rows(batch: Any, path: Path, before: int) -> list[Row | DataError]:
    """The rows of a batch; those whose text is no UTF-8 are told one by one."""
    try:
        return list(batch.to_pylist())
    except UnicodeDecodeError:
        pass
    rows: list[Row | DataError] = []
    for index in range(batch.num_rows):
        try:
            rows += batch.slice(index, 1).to_pylist()
        except UnicodeDecodeError:
            rows.append(DataError("not UTF-8 text", path, before + index + 1))
    return rows


def write_parquet(path: Path, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows, a few at a time.

    Args:
        path: written in place; wrap it in :func:`mwp_solver.corpus.writing.replacing`.
        columns: name -> Arrow's name of its type (``string``, ``int64``, ``bool``, ``double``).
        rows: values by column; what is missing is null.

    Returns:
        How many rows were written.

    Raises:
        MissingExtraError: without pyarrow.
    """
    arrow, parquet = _pyarrow()
    schema = arrow.schema([(name, arrow.type_for_alias(kind)) for name, kind in columns.items()])
    count, remaining = 0, iter(rows)
    with parquet.ParquetWriter(path, schema) as writer:
        while batch := list(islice(remaining, _BATCH)):
            writer.write_table(arrow.Table.from_pylist(batch, schema=schema))
            count += len(batch)
    return count


def _pyarrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingExtraError("Parquet", "train") from error
