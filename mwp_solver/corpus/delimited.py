"""Tables as text: CSV and TSV, in UTF-8 or GB18030."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from mwp_solver.corpus.spreadsheet import plain_cell
from mwp_solver.corpus.text_lines import MAX_LINE, Rows, encoding_of, numbered_lines
from mwp_solver.errors import DataError

DELIMITED = (".csv", ".tsv")
"""suffixes"""

_TOO_LONG, _UNDECODABLE = "\udc00", re.compile("[\udc80-\udcff]")


def delimited_rows(file: BinaryIO, path: Path) -> Rows:
    """The rows of a table; its first row names the columns.

    Args:
        file: read from its beginning, twice.
        path: its name in errors; of ``.tsv`` cells are parted by tabs, else by what the header has most of.

    Raises:
        DataError: if the header cannot be read or names a column twice.
    """
    encoding = encoding_of(file)
    file.seek(0)
    lines = (
        _TOO_LONG + "\n" if line is None else line.decode(encoding, "surrogateescape")
        for _, line in numbered_lines(file)
    )
    first = next(lines, "")
    delimiter = "\t" if path.suffix.lower() == ".tsv" else max(",;\t", key=first.count)

    def again() -> Iterator[str]:
        yield first
        yield from lines

    # Strict: a stray quote is then an error where it stands, not a cell that swallows the rows after it.
    reader = csv.reader(again(), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            upto = f"; skipped up to line {reader.line_num}" if reader.line_num > line else ""
            fault = DataError(f"not a row: {error}{upto}", path, line)
            if header is None:
                raise fault from error
            yield line, fault
            continue
        if not any(cell.strip() for cell in cells):
            continue
        bad = _bad_cells(cells)
        if header is None:
            header = [cell.strip() for cell in cells]
            named = [name for name in header if name]
            if bad or len(set(named)) < len(named):
                raise DataError(bad or "a column name stands twice in the header", path, line)
        elif bad or len(cells) != len(header):
            yield line, DataError(bad or f"{len(cells)} cells under {len(header)} columns", path, line)
        else:
            yield line, dict(zip(header, map(plain_cell, cells), strict=True))


def _bad_cells(cells: list[str]) -> str | None:
    text = "".join(cells)
    if _TOO_LONG in text:
        return f"the line is longer than {MAX_LINE:,} bytes"
    return "not text in the encoding of the rest" if _UNDECODABLE.search(text) or "\0" in text else None
