"""JSON in its usual layouts: lines, an array, objects one after another."""

from __future__ import annotations

import json
import math
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any, BinaryIO

from mwp_solver.corpus.text_lines import BOM, ENCODINGS, MAX_LINE, Row, Rows, encoding_of, numbered_lines
from mwp_solver.errors import DataError

JSON_LINES, JSON = (".jsonl", ".ndjson"), (".json",)
"""suffixes"""
MAX_FILE = 250_000_000
"""largest file of JSON that is not in lines, in bytes; it is read as a whole"""

_BETWEEN = re.compile(r"[\s,\[\]]*")
# Possessive: of a million blanks none is tried twice.
_NEXT_OBJECT = re.compile(r"^[ \t]*+\{|\}\s*+,?+\s*+\{", re.MULTILINE)
_UNDECODABLE = re.compile("[\udc80-\udcff]")
_DEEP = 20  # each costs a thousand levels, and may begin inside the one before
_WASTE = 10  # times the file's length that may be read in vain
_TELLING = 200  # so much faster lines are counted than JSON is read


def json_lines(file: BinaryIO, path: Path) -> Rows:
    """The rows of a file with one object a line; ``path`` is its name in errors."""
    encoding = encoding_of(file)
    file.seek(0)
    for number, line in numbered_lines(file):
        if line is None:
            yield number, DataError(f"the line is longer than {MAX_LINE:,} bytes", path, number)
        elif line.strip():
            yield number, _parse(line, encoding, path, number)


def json_objects(file: BinaryIO, path: Path) -> Rows:
    """The rows of a file of objects in an array or one after another, each over as many lines as it likes.

    Raises:
        DataError: if the file is too large to be read as a whole, or damaged or nested too deep in too many places.
    """
    if file.seek(0, os.SEEK_END) > MAX_FILE:
        raise DataError(f"larger than {MAX_FILE:,} bytes; only JSON lines may be", path)
    encoding = encoding_of(file)
    file.seek(0)
    text = file.read().removeprefix(BOM).decode(encoding, "surrogateescape")
    decoder = json.JSONDecoder(**_STRICT)
    line, counted, position, deep, wasted = 1, 0, 0, 0, 0
    row: Row | DataError | None = None
    while (start := _BETWEEN.match(text, position).end()) < len(text):  # type: ignore[union-attr]
        line, counted = line + text.count("\n", counted, start), start
        try:
            row, position = decoder.raw_decode(text, start)
            if not isinstance(row, dict):
                row = DataError("this is no JSON object", path, line)
            elif position - start > MAX_LINE or _UNDECODABLE.search(text, start, position):
                row = DataError(f"the object is too long, or not {encoding.upper()} text", path, line)
        except (ValueError, RecursionError) as error:
            row = _not_json(error, path, line)
            deep += isinstance(error, RecursionError)
            if deep > _DEEP:
                raise DataError("nested too deep in many places", path, line) from error
            at, position = _fault(error, text, start)
            wasted += at - start + at // _TELLING  # an error's line is counted from the file's beginning
            if wasted > _WASTE * len(text):
                raise DataError("damaged in too many places", path, line) from error
            if not position:
                # On at the next object: where a line begins with one, or after the end of another.
                resume = _NEXT_OBJECT.search(text, max(start + 1, text.rfind("\n", start, at) + 1))
                position = resume.end() - 1 if resume else len(text)
        yield line, row
    if text.lstrip().startswith("[") and not text.rstrip().endswith("]") and not isinstance(row, DataError):
        yield line, DataError("the array is not closed; the file may be cut short", path, line)


def _fault(error: Exception, text: str, start: int) -> tuple[int, int]:
    """Where an object that begins at ``start`` is broken, and where it ends (0: not known)."""
    if isinstance(error, RecursionError):
        return start, 0
    if isinstance(error, json.JSONDecodeError):
        return error.pos, 0
    try:
        # Well formed, but a value or a name is refused: it ends where it would have ended.
        return start, json.JSONDecoder(parse_int=str).raw_decode(text, start)[1]
    except json.JSONDecodeError as broken:
        return broken.pos, 0
    except RecursionError:
        return start, 0


def is_object(line: bytes) -> bool:
    """Whether a line is a JSON object by itself."""
    text = line.removeprefix(BOM)
    return any(isinstance(_parse(text, encoding, Path(), 0), dict) for encoding in ENCODINGS)


def _parse(text: bytes, encoding: str, path: Path, line: int) -> Row | DataError:
    try:
        row = json.loads(text.decode(encoding), **_STRICT)
    except (ValueError, RecursionError) as error:
        return _not_json(error, path, line)
    return row if isinstance(row, dict) else DataError("this is no JSON object", path, line)


def _not_json(error: Exception, path: Path, line: int) -> DataError:
    if isinstance(error, json.JSONDecodeError):
        return DataError(f"not JSON: {error.msg}", path, line)
    if isinstance(error, UnicodeDecodeError):
        return DataError(f"not {error.encoding.upper()} text", path, line)
    reason = "nested too deep" if isinstance(error, RecursionError) else f"not JSON: {error}"
    return DataError(reason, path, line)


def _refuse(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refuse("a number beyond all bounds")


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the name {ascii(twice[:40])} stands twice in an object")
    return row


_STRICT: dict[str, Any] = {"parse_constant": _refuse, "parse_float": _finite, "object_pairs_hook": _single}
