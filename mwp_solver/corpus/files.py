"""Problem files in: JSON in its usual layouts, CSV and TSV, Parquet, spreadsheets.

A bad row never ends a file: it comes as a :class:`~mwp_solver.errors.DataError` in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from mwp_solver.corpus.columns import FIELDS, problem_of
from mwp_solver.corpus.delimited import DELIMITED, delimited_rows
from mwp_solver.corpus.json_rows import JSON, JSON_LINES, is_object, json_lines, json_objects
from mwp_solver.corpus.parquet import PARQUET, parquet_rows
from mwp_solver.corpus.spreadsheet import WORKBOOKS, sheet_rows
from mwp_solver.corpus.text_lines import BOM, MAX_LINE, Row, Rows, opened
from mwp_solver.errors import DataError
from mwp_solver.problem import Problem

SUFFIXES = (*JSON_LINES, *JSON, *DELIMITED, *PARQUET, *WORKBOOKS)
"""of the files that can be read"""
_COMPRESSED = "a compressed file; unpack it first"
# How files begin that are no text, whatever they are called.
_FOREIGN = {
    b"\xff\xfe": "UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "UTF-16 text; save it as UTF-8",
    b"\x1f\x8b": _COMPRESSED,
    b"BZh": _COMPRESSED,
    b"\xfd7zXZ\0": _COMPRESSED,
    b"\x28\xb5\x2f\xfd": _COMPRESSED,
    b"7z\xbc\xaf": _COMPRESSED,
    b"PK\x03\x04": "a zip file; unpack it, or call a spreadsheet .xlsx",
    b"\xd0\xcf\x11\xe0": "no text; an old spreadsheet is to be called .xls",
    b"%PDF": "a PDF file; save its table as CSV",
}


def read_rows(path: str | Path) -> Rows:
    """The rows of a file, one at a time.

    Args:
        path: JSON lines, a JSON array, JSON objects one after another, CSV, TSV, Parquet or a spreadsheet;
            known by its suffix, else by its first bytes. Text is UTF-8 or GB18030 (GBK, GB2312).

    Yields:
        The 1-based line where a row begins (Parquet: its number) and the row; or, for a malformed row, the
        DataError that says why.

    Raises:
        DataError: if the file as a whole cannot be read.
        MissingExtraError: for Parquet without pyarrow, for a spreadsheet without python-calamine.
    """
    path = Path(path)
    with opened(path) as file:
        kind = path.suffix.lower()
        head = file.read(4096)
        file.seek(0)
        start = head.removeprefix(BOM).lstrip()[:1]
        if kind in PARQUET or head.startswith(b"PAR1"):
            yield from parquet_rows(path)
        elif kind in WORKBOOKS:
            yield from sheet_rows(path)
        elif foreign := next((what for mark, what in _FOREIGN.items() if head.startswith(mark)), None):
            raise DataError(foreign, path)
        elif kind in DELIMITED:
            yield from delimited_rows(file, path)
        elif kind not in JSON_LINES and kind not in JSON and start not in (b"{", b"["):
            raise DataError(f"not a kind of file known here; use {', '.join(SUFFIXES)}", path)
        elif start != b"[" and (kind in JSON_LINES or is_object(file.readline(MAX_LINE + 1))):
            yield from json_lines(file, path)
        else:
            yield from json_objects(file, path)


def read_problems(
    path: str | Path,
    mapping: Mapping[str, str] | None = None,
    on_error: Callable[[DataError], None] | None = None,
) -> Iterator[Problem]:
    """The problems of a file.

    Args:
        path: as for :func:`read_rows`.
        mapping: field of :class:`~mwp_solver.problem.Problem` -> column that holds it; other columns are
            found by their usual names.
        on_error: called with each row that is no problem; the rest goes on. Without it the first is raised.

    Raises:
        DataError: for a bad row (without ``on_error``), a mapping of unknown fields, an unreadable file.
        MissingExtraError: for Parquet without pyarrow.
    """
    for _, item in numbered_problems(path, mapping):
        if isinstance(item, Problem):
            yield item
        elif on_error is None:
            raise item
        else:
            on_error(item)


def numbered_problems(
    path: str | Path, mapping: Mapping[str, str] | None = None, read: Callable[[Row], Problem] | None = None
) -> Iterator[tuple[int, Problem | DataError]]:
    """Like :func:`read_problems`, with line numbers and with errors in their place.

    Args:
        path: as for :func:`read_rows`.
        mapping: as for :func:`read_problems`.
        read: the reader of a data set's raw rows, instead of column names.
    """
    columns = dict(mapping or {})
    if unknown := sorted(set(columns) - set(FIELDS)):
        raise DataError(f"no field {unknown[0]}; the fields are {', '.join(FIELDS)}", path)
    for line, row in read_rows(path):
        if isinstance(row, DataError):
            yield line, row
            continue
        try:
            yield line, read(row) if read else problem_of(row, columns)
        except DataError as error:
            yield line, error if error.source else DataError(str(error), path, line)
