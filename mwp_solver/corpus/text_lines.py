"""A file opened with care, and its lines as bytes, none longer than it may be; what every reader begins with."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

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
_PIECE = 1 << 16


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file open for reading, from its beginning.

    Raises:
        DataError: if it cannot be opened or read, or is a pipe or a device (which could wait or go on for ever).
    """
    try:
        # Not to wait for one who writes into a pipe, before it is known to be one.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0))) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise DataError("a pipe or a device, not a file; give its content on standard input, as -", path)
            yield file
    except OSError as error:
        raise DataError(error.strerror or "cannot be read", path) from error
    except ValueError as error:
        if "null byte" not in str(error):
            raise
        raise DataError("this is no name of a file", ascii(str(path))) from error


def numbered_lines(file: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines that end in LF, CR LF or CR; ``None`` for one that is too long, which is never held in memory."""
    number, rest, skipping = 1, b"", False
    # read1 does not wait for a whole piece where lines come one by one.
    read: Callable[[int], bytes] = getattr(file, "read1", file.read)
    while piece := read(_PIECE):
        lines = (rest + piece).splitlines(keepends=True)
        # The last may go on in the next piece; so may a CR that ends it, with a LF.
        rest = b"" if lines[-1].endswith(b"\n") else lines.pop()
        for line in lines:
            yield number, None if skipping or len(line) > MAX_LINE else _bare(line, number)
            number, skipping = number + 1, False
        if len(rest) > MAX_LINE:
            rest, skipping = rest[-1:], True
    if rest:
        # Of a CR that ended the last piece nothing followed; elsewhere the line simply has no end.
        yield number, None if skipping or len(rest) > MAX_LINE else _bare(rest, number)


def _bare(line: bytes, number: int) -> bytes:
    return line.removeprefix(BOM) if number == 1 else line


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
