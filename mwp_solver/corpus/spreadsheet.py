"""Spreadsheets: their rows, and cells that no spreadsheet runs as formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mwp_solver.corpus.reading_process import read_apart
from mwp_solver.errors import DataError, MissingExtraError

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
"""suffixes of the files that :func:`sheet_rows` reads"""

# A spreadsheet runs such a cell as a formula; an apostrophe before it makes it text, here and there.
_FORMULA = re.compile("'*[ \u3000]*[=+\\-@＝＋－＠\t\r\n]")


def safe_cell(value: object) -> str:
    """A value as a cell of a CSV file; one that a spreadsheet would run as a formula gets an apostrophe."""
    text = "" if value is None else str(value)
    return "'" + text if _FORMULA.match(text) else text


def plain_cell(cell: str) -> str:
    """The inverse of :func:`safe_cell`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell


def sheet_rows(path: Path) -> Iterator[tuple[int, dict[str, Any] | DataError]]:
    """The rows of a workbook's first sheet that has any; its first row names the columns.

    Args:
        path: Excel (.xlsx, .xlsm, .xls) or OpenDocument (.ods).

    Yields:
        The number of a row in the sheet, as the spreadsheet shows it, and the row; or the DataError that says
        what is wrong with it.

    Raises:
        DataError: if the file cannot be read, takes more memory or time than it may, or a column's name stands twice.
        MissingExtraError: without python-calamine.
    """
    if find_spec("python_calamine") is None:
        raise MissingExtraError("reading a spreadsheet", "excel")
    yield from _rows(read_apart(Path(__file__).with_name("sheet_process.py"), path, "a spreadsheet"), path)


def _rows(rows: Iterable[list[Any]], path: Path) -> Iterator[tuple[int, dict[str, Any] | DataError]]:
    header: list[str] | None = None
    for number, cells in rows:
        if all(cell == "" or cell is None or isinstance(cell, str) and not cell.strip() for cell in cells):
            continue
        if header is None:
            header = [str(cell).strip() for cell in cells]
            named = [name for name in header if name]
            if len(set(named)) < len(named):
                raise DataError("a column name stands twice in the header", path, number)
            continue
        stray = next((cell for name, cell in zip(header, cells, strict=True) if not name and cell != ""), None)
        if stray is not None:
            yield number, DataError(f"the cell {str(stray)[:20]!r} has no column name above it", path, number)
            continue
        values = (plain_cell(cell) if isinstance(cell, str) else cell for cell in cells)
        yield number, dict(zip(header, values, strict=True))
