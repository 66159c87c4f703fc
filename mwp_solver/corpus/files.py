"""Problem files in and out: JSON in its usual layouts, CSV and TSV, Parquet; spreadsheets in.

A bad row never ends a file: it comes as a :class:`~mwp_solver.errors.DataError` in its place.
"""

from __future__ import annotations

import csv
import json
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from mwp_solver.corpus.readers.fields import optional_field, text_field
from mwp_solver.corpus.spreadsheet import WORKBOOKS, plain_cell, safe_cell, sheet_rows
from mwp_solver.errors import DataError, MissingExtraError
from mwp_solver.problem import Problem

Row = dict[str, Any]
Rows = Iterator[tuple[int, Row | DataError]]

MAX_LINE = 1_000_000
"""longest line read, in bytes, and longest JSON object that stands on several, in characters"""
MAX_FILE = 1_000_000_000
"""largest file of JSON that is not in lines, which is read as a whole"""
FIELDS = tuple(field.name for field in fields(Problem))

# What a column may be called, best first; letters' case does not matter.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "question": ("question", "题目", "问题", "original_text", "text", "problem"),
    "equation": ("equation", "expression", "方程", "算式"),
    "answer": ("answer", "ans", "答案", "key", "golden"),
    "id": ("id", "编号"),
    "language": ("language", "lang", "语言"),
    "grade": ("grade", "年级"),
    "family": ("family", "类型", "type"),
}
_JSON_LINES, _JSON = (".jsonl", ".ndjson"), (".json",)
_DELIMITED, _PARQUET = (".csv", ".tsv"), (".parquet", ".pq")
_KINDS = ".jsonl, .json, .csv, .tsv, .parquet"
SUFFIXES = (*_JSON_LINES, *_JSON, *_DELIMITED, *_PARQUET, *WORKBOOKS)
"""of the files that can be read"""

_BETWEEN = re.compile(r"[\s,\[\]]*")
_NEXT_OBJECT = re.compile(r"^[ \t]*\{|\}\s*,?\s*\{", re.MULTILINE)
_TOO_LONG, _UNDECODABLE = "\udc00", re.compile("[\udc80-\udcff]")
_GRADES = {name: grade for names in ("123456", "一二三四五六") for grade, name in enumerate(names, 1)}
_GRADES |= dict.fromkeys(("7", "七", "初一"), 7)
_SAMPLE = 1000
_DEEP = 20  # each costs a thousand levels, and may begin inside the one before


def read_rows(path: str | Path) -> Rows:
    """The rows of a file, one at a time.

    Args:
        path: JSON lines, a JSON array, JSON objects one after another, CSV, TSV, Parquet or a spreadsheet;
            known by its suffix, else by its first bytes. Text is UTF-8; a CSV file may be GB18030 (GBK, GB2312) too.

    Yields:
        The 1-based line where a row begins (Parquet: its number) and the row; or, for a malformed row, the
        DataError that says why.

    Raises:
        DataError: if the file as a whole cannot be read.
        MissingExtraError: for Parquet without pyarrow, for a spreadsheet without python-calamine.
    """
    path = Path(path)
    try:
        with open(path, "rb") as file:
            kind = path.suffix.lower()
            head = file.read(4096)
            file.seek(0)
            if head.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise DataError("UTF-16 text; save it as UTF-8", path)
            start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
            if kind in _PARQUET or head.startswith(b"PAR1"):
                yield from _parquet_rows(path)
            elif kind in WORKBOOKS:
                yield from sheet_rows(path)
            elif kind in _DELIMITED:
                yield from _delimited_rows(file, path)
            elif kind not in _JSON_LINES and kind not in _JSON and start not in (b"{", b"["):
                raise DataError(f"not a kind of file known here; use {_KINDS}, .xlsx", path)
            elif start != b"[" and (kind in _JSON_LINES or _is_object(file.readline(MAX_LINE + 1))):
                yield from _json_lines(file, path)
            else:
                yield from _json_objects(file, path)
    except OSError as error:
        raise DataError(error.strerror or "cannot be read", path) from error


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
            yield line, read(row) if read else _problem(row, columns)
        except DataError as error:
            yield line, error if error.source else DataError(str(error), path, line)


def write_problems(path: str | Path, problems: Iterable[Problem]) -> int:
    """Write JSON lines, CSV, TSV or Parquet, as the suffix says.

    The file appears under its name only when it is complete; one that was there stays until then.

    Returns:
        How many problems were written.

    Raises:
        DataError: for another suffix, or if the file cannot be written.
        MissingExtraError: for Parquet without pyarrow.
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind in _JSON_LINES or kind in _JSON:
        return write_rows(path, (problem.to_dict() for problem in problems))
    if kind in _PARQUET:
        return _write_parquet(path, problems)
    if kind not in _DELIMITED:
        raise DataError(f"cannot write this kind of file; use {_KINDS}", path)
    count = 0
    # Spreadsheets take a CSV file for UTF-8 only if it says so in its first bytes.
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter="\t" if kind == ".tsv" else ",")
        writer.writerow(FIELDS)
        for problem in problems:
            writer.writerow([safe_cell(getattr(problem, field)) for field in FIELDS])
            count += 1
    return count


def write_rows(path: str | Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write any mappings as JSON lines, complete or not at all; returns how many.

    Raises:
        DataError: if the file cannot be written.
    """
    count = 0
    with replacing(Path(path)) as temporary, open(temporary, "w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def write_text(path: str | Path, text: str) -> None:
    """Write a text file, complete or not at all.

    Raises:
        DataError: if the file cannot be written.
    """
    with replacing(Path(path)) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def _problem(row: Row, columns: Mapping[str, str]) -> Problem:
    """A row with columns named by the caller, else by habit."""
    names = {name.strip().casefold(): name for name in reversed(row) if isinstance(name, str)}
    found: dict[str, str | None] = {}
    for field, guesses in _COLUMNS.items():
        column = columns.get(field) or next((names[guess] for guess in guesses if guess in names), None)
        if field in columns and column not in row:
            raise DataError(f'column "{column}" is missing')
        found[field] = None if column is None else optional_field(row, column)
    question = found.pop("question")
    if question is None:
        raise DataError("the question is missing or empty")
    if "question" not in columns and "body" in names and "question" in names:
        # SVAMP and its like tell the story in one column and ask in another.
        question = f"{text_field(row, names['body'])} {question}"
    grade = _grade(found.pop("grade"), strict="grade" in columns)
    language = (found.pop("language") or "").casefold()[:2]
    known = language if language in ("zh", "en") else None
    return Problem(question=question, grade=grade, language=known, **found)


def _grade(text: str | None, strict: bool) -> int | None:
    if text is None:
        return None
    core = text.removesuffix("年级").removeprefix("小学")
    if core not in _GRADES and strict:
        raise DataError("grade is not 1 to 7")
    return _GRADES.get(core)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines; ``None`` for one that is too long, which is never held in memory."""
    number = 0
    while line := file.readline(MAX_LINE + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if len(line) <= MAX_LINE:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE)
        yield number, None


def _json_lines(file: BinaryIO, path: Path) -> Rows:
    file.seek(0)
    for number, line in _lines(file):
        if line is None:
            yield number, DataError(f"the line is longer than {MAX_LINE:,} bytes", path, number)
        elif line.strip():
            yield number, _parse(line, path, number)


def _json_objects(file: BinaryIO, path: Path) -> Rows:
    """Objects in an array or one after another, each over as many lines as it likes."""
    if file.seek(0, os.SEEK_END) > MAX_FILE:
        raise DataError(f"larger than {MAX_FILE:,} bytes; only JSON lines may be", path)
    file.seek(0)
    text = file.read().removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    decoder = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)
    line, counted, position, deep = 1, 0, 0, 0
    row: Row | DataError | None = None
    while (start := _BETWEEN.match(text, position).end()) < len(text):  # type: ignore[union-attr]
        line, counted = line + text.count("\n", counted, start), start
        try:
            row, position = decoder.raw_decode(text, start)
            if not isinstance(row, dict):
                row = DataError("this is no JSON object", path, line)
            elif position - start > MAX_LINE or _UNDECODABLE.search(text, start, position):
                row = DataError("the object is too long, or not UTF-8 text", path, line)
        except (ValueError, RecursionError) as error:
            row = _not_json(error, path, line)
            deep += isinstance(error, RecursionError)
            if deep > _DEEP:
                raise DataError("nested too deep in many places", path, line) from error
            at = error.pos if isinstance(error, json.JSONDecodeError) else start
            # On at the next object: where a line begins with one, or after the end of another.
            resume = _NEXT_OBJECT.search(text, max(start + 1, text.rfind("\n", 0, at) + 1))
            position = resume.end() - 1 if resume else len(text)
        yield line, row
    if text.lstrip().startswith("[") and not text.rstrip().endswith("]") and not isinstance(row, DataError):
        yield line, DataError("the array is not closed; the file may be cut short", path, line)


def _is_object(line: bytes) -> bool:
    return isinstance(_parse(line.removeprefix(b"\xef\xbb\xbf"), Path(), 0), dict)


def _parse(text: bytes, path: Path, line: int) -> Row | DataError:
    try:
        row = json.loads(text.decode("utf-8"), parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        return _not_json(error, path, line)
    return row if isinstance(row, dict) else DataError("this is no JSON object", path, line)


def _not_json(error: Exception, path: Path, line: int) -> DataError:
    if isinstance(error, json.JSONDecodeError):
        return DataError(f"not JSON: {error.msg}", path, line)
    if isinstance(error, UnicodeDecodeError):
        return DataError("not UTF-8 text", path, line)
    reason = "nested too deep" if isinstance(error, RecursionError) else f"not JSON: {error}"
    return DataError(reason, path, line)


def _refuse(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refuse("a number beyond all bounds")


def _delimited_rows(file: BinaryIO, path: Path) -> Rows:
    encoding = _encoding(file)
    file.seek(0)
    lines = (_TOO_LONG + "\n" if line is None else line.decode(encoding, "surrogateescape") for _, line in _lines(file))
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


def _encoding(file: BinaryIO) -> str:
    """UTF-8, or GB18030 if most lines beyond ASCII are no UTF-8 (a few are then just bad rows)."""
    good = bad = 0
    for _, line in _lines(file):
        if line is None or line.isascii():
            continue
        try:
            line.decode("utf-8")
            good += 1
        except UnicodeDecodeError:
            bad += 1
        if good + bad == _SAMPLE:
            break
    return "gb18030" if bad > good else "utf-8"


def _bad_cells(cells: list[str]) -> str | None:
    text = "".join(cells)
    if _TOO_LONG in text:
        return f"the line is longer than {MAX_LINE:,} bytes"
    return "not text in the encoding of the rest" if _UNDECODABLE.search(text) or "\0" in text else None


def _parquet_rows(path: Path) -> Rows:
    arrow, parquet = _pyarrow()
    try:
        with parquet.ParquetFile(path) as file:
            number = 0
            for batch in file.iter_batches(batch_size=_SAMPLE):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
    except arrow.ArrowException as error:
        raise DataError("not a Parquet file that can be read", path) from error


def _write_parquet(path: Path, problems: Iterable[Problem]) -> int:
    arrow, parquet = _pyarrow()
    schema = arrow.schema([(name, arrow.int64() if name == "grade" else arrow.string()) for name in FIELDS])
    rows = [{name: getattr(problem, name) for name in FIELDS} for problem in problems]
    with replacing(path) as temporary:
        parquet.write_table(arrow.Table.from_pylist(rows, schema=schema), temporary)
    return len(rows)


def _pyarrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingExtraError("Parquet", "train") from error


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary name beside ``path`` that takes its place at the end, or goes."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        raise DataError(error.strerror or "cannot be written", path) from error
    finally:
        temporary.unlink(missing_ok=True)
