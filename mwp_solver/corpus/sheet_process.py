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
MAX_ROW = 1_000_000
"""longest texts of a row, together, in characters"""


def bound_process(memory: int, seconds: int) -> None:
    """Bound what this process may take: bytes of address space, seconds of processor time; and it leaves no core."""
    try:
        import resource
    except ImportError:  # Windows: what goes wrong still goes wrong here alone
        return
    for kind, bound in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(kind)[1]
        value = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(kind, (value, value))


def main(path: str) -> None:
    """Write the cells of the first sheet that has any."""
    bound_process(MEMORY, SECONDS)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(path) as book:
            for index in range(len(book.sheet_names)):
                sheet = book.get_sheet_by_index(index)
                if sheet.height:
                    # Cells above the first that is filled are not among the rows.
                    for number, cells in enumerate(sheet.iter_rows(), 1):
                        # One damaged number of a row makes a million rows of nothing.
                        if any(cell != "" and cell is not None for cell in cells):
                            write([number, _bounded(cells)])
                    return
    except CalamineError as error:
        write({"error": str(error)[:200]})


def _bounded(cells: list[Any]) -> list[Any]:
    """Cells that JSON knows. Texts too long become what no reader takes for a text."""
    if sum(len(cell) for cell in cells if isinstance(cell, str)) > MAX_ROW:
        cells = [{"too_long": len(cell)} if isinstance(cell, str) else cell for cell in cells]
    return [_plain(cell) for cell in cells]


def _plain(cell: Any) -> Any:
    # A date, which a spreadsheet makes of 1/2, is no text either.
    return cell if cell is None or isinstance(cell, (bool, int, float, str, dict)) else {"date": str(cell)}


def write(thing: object) -> None:
    """A line of JSON."""
    sys.stdout.write(json.dumps(thing) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
