"""The predictions as a table, for spreadsheets and for programs that read Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mwp_solver.corpus.parquet import write_parquet
from mwp_solver.corpus.spreadsheet import safe_cell
from mwp_solver.corpus.writing import replacing

FORMATS = ("csv", "parquet")
_COLUMNS = {
    "file": "string",
    "line": "int64",
    "id": "string",
    "question": "string",
    "answer": "string",
    "expression": "string",
    "key": "string",
    "correct": "bool",
    "reason": "string",
    "confidence": "double",
    "grade": "int64",
    "family": "string",
}


def write_table(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows of predictions.jsonl as CSV of which no cell runs as a formula, or as Parquet.

    Args:
        path: its suffix says which.
        rows: one at a time; memory does not grow with them.

    Raises:
        DataError: if the file cannot be written.
        MissingExtraError: for Parquet without pyarrow.
    """
    with replacing(path) as temporary:
        if path.suffix == ".parquet":
            write_parquet(temporary, _COLUMNS, ({name: row[name] for name in _COLUMNS} for row in rows))
            return
        # Spreadsheets take a CSV file for UTF-8 only if it says so in its first bytes.
        with open(temporary, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_COLUMNS)
            for row in rows:
                writer.writerow([safe_cell(row[name]) for name in _COLUMNS])
