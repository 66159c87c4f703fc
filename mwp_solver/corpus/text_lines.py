"""Lines of a text file as bytes, none longer than it may be; what every reader of text begins with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from mwp_solver.errors import DataError

Row = dict[str, Any]
Rows = Iterator[tuple[int, Row | DataError]]
"""what a reader gives: where each row begins, and the row or the reason that it is none"""

MAX_LINE = 1_000_000
"""longest line read, in bytes, and longest JSON object that stands on several, in characters"""
ENCODINGS = ("utf-8", "gb18030")
"""that text may have; the second has GBK and GB2312 in it"""
_SAMPLE = 1000
BOM = b"\xef\xbb\xbf"
"""what some programs put before UTF-8 text"""


def numbered_lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines; ``None`` for one that is too long, which is never held in memory."""
    number = 0
    while line := file.readline(MAX_LINE + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(BOM)
        if len(line) <= MAX_LINE:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE)
        yield number, None


def encoding_of(file: BinaryIO) -> str:
    """UTF-8, or GB18030 if most lines beyond ASCII are no UTF-8 (a few are then just bad rows)."""
    file.seek(0)
    good = bad = 0
    for _, line in numbered_lines(file):
        if line is None or line.isascii():
            continue
        try:
            line.decode("utf-8")
            good += 1
        except UnicodeDecodeError:
            bad += 1
        if good + bad == _SAMPLE:
            break
    return ENCODINGS[bad > good]
