"""Run as a process of its own: reads a workbook and writes its cells as JSON lines.

A few kilobytes of a hostile workbook can ask for any amount of memory (a packed file, or one cell in the last
column of the last row), and the library that reads it then ends the process it runs in. So that is another process,
with bounds; it imports nothing of this package. It writes ``[row, [cell, ...]]``, and at a fault ``{"error": ...}``.
"""

from __future__ import annotations

import json
import sys
from typing import Any

MEMORY = 2 << 30
"""bytes of address space it may take"""
SECONDS = 120
"""of processor time it may take"""
MAX_CELL = 1_000_000
"""longest text of a cell, in characters"""


def main(path: str) -> None:
    """Write the cells of the first sheet that has any."""
    try:
        import resource
    except ImportError:  # Windows: what goes wrong still goes wrong here alone
        pass
    else:
        for kind, bound in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
            hard = resource.getrlimit(kind)[1]
            value = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
            resource.setrlimit(kind, (value, value))
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(path) as book:
            for index in range(len(book.sheet_names)):
                sheet = book.get_sheet_by_index(index)
                if sheet.height:
                    # Cells above the first that is filled are not among the rows.
                    for number, cells in enumerate(sheet.iter_rows(), 1):
                        _write([number, [_plain(cell) for cell in cells]])
                    return
    except CalamineError as error:
        _write({"error": str(error)[:200]})


def _plain(cell: Any) -> Any:
    if isinstance(cell, str):
        # A text too long becomes what no reader takes for a text; so does a date, which a spreadsheet makes of 1/2.
        return cell if len(cell) <= MAX_CELL else {"too_long": len(cell)}
    return cell if cell is None or isinstance(cell, (bool, int, float)) else {"date": str(cell)}


def _write(thing: object) -> None:
    sys.stdout.write(json.dumps(thing) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
