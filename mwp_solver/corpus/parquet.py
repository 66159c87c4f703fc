"""Parquet files: rows in, rows out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from mwp_solver.corpus.reading_process import read_apart
from mwp_solver.corpus.text_lines import Rows
from mwp_solver.errors import DataError, MissingExtraError

PARQUET = (".parquet", ".pq")
"""suffixes"""
_BATCH = 1000
"""rows held in memory"""


def parquet_rows(path: Path) -> Rows:
    """The rows of a file, numbered from 1; they are read in a process of its own, of bounded memory and time.

    Raises:
        DataError: if the file cannot be read.
        MissingExtraError: without pyarrow.
    """
    if find_spec("pyarrow") is None:
        raise MissingExtraError("Parquet", "train")
    lines = read_apart(Path(__file__).with_name("parquet_process.py"), path, "a Parquet file")
    names = next(lines, [])
    for number, values in lines:
        if isinstance(values, str):
            yield number, DataError(values, path, number)
        else:
            yield number, dict(zip(names, map(_value, values), strict=True))


def _value(value: Any) -> Any:
    return Decimal(value["decimal"]) if isinstance(value, dict) and value.keys() == {"decimal"} else value


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
