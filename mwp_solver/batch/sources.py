"""What to solve: files, folders, standard input, data sets by name -> numbered rows."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from mwp_solver.corpus.download import download
from mwp_solver.corpus.files import SUFFIXES, numbered_problems
from mwp_solver.corpus.registry import DATA_SETS, Reader, find_data_set
from mwp_solver.corpus.text_lines import opened
from mwp_solver.errors import DataError
from mwp_solver.problem import Problem

STDIN = "-"
STDIN_FORMATS = ("jsonl", "json", "csv", "tsv", "parquet", "xlsx")
_BY_LINES = (".jsonl", ".ndjson", ".csv", ".tsv")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """A file to solve.

    Attributes:
        name: as predictions name it.
        path: where it is.
        sha256: of its content.
        lines: how many it has, about; ``None`` for a file that is not made of lines.
        read: the reader of a data set's raw rows, or ``None`` to go by the names of columns.
    """

    name: str
    path: Path
    sha256: str
    lines: int | None
    read: Reader | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the input.

    Attributes:
        row: its number in the whole run, from 0.
        source: number of its file, from 0.
        file: name of its file.
        line: where it begins there, from 1; ``None`` if the file as a whole is at fault.
        problem: what it holds, or ``None`` if it cannot be used.
        reason: why not, or ``None``.
    """

    row: int
    source: int
    file: str
    line: int | None
    problem: Problem | None
    reason: str | None = None


def find_sources(
    names: Iterable[str],
    scratch: Path,
    stdin: BinaryIO | None = None,
    stdin_format: str = STDIN_FORMATS[0],
    cache: str | Path | None = None,
) -> list[Source]:
    """Find, and take the sha256 of, everything that is to be solved.

    Args:
        names: files; folders, for every file in them that can be read, by name; ``-``; names of registered data
            sets, alone (``cmath``: its test part if it has one, else all) or with a part (``cmath:valid``).
        scratch: folder in which standard input is kept while it is read.
        stdin: what ``-`` is.
        stdin_format: one of :data:`STDIN_FORMATS`.
        cache: folder for downloaded data sets, instead of the user's own.

    Raises:
        DataError: for what is neither file nor folder nor data set, a folder without files, a failed download, standard
            input for which there is no room.
    """
    found: list[Source] = []
    for name in names:
        path = Path(name)
        if name == STDIN:
            if stdin is None or any(source.name == STDIN for source in found):
                raise DataError("standard input can be read only once", STDIN)
            path = scratch / f"stdin.{stdin_format}"
            try:
                with path.open("wb") as copy:
                    shutil.copyfileobj(stdin, copy)
            except OSError as error:
                raise DataError(f"cannot be kept in {scratch}: {error.strerror}", STDIN) from error
            found.append(_source(STDIN, path))
        elif os.path.isdir(path):
            files = [
                file
                for file in sorted(path.rglob("*"))
                if file.is_file() and file.suffix.lower() in SUFFIXES and not file.name.startswith((".", "~$"))
            ]
            if not files:
                raise DataError(f"the folder has no file that can be read; the kinds are {', '.join(SUFFIXES)}", path)
            found += [_source(str(file), file) for file in files]
        elif os.path.lexists(path):  # a link to nothing, or to itself, is told as that
            found.append(_source(name, path))
        else:
            found += _data_set(name, cache)
    return found


def _data_set(name: str, cache: str | Path | None) -> list[Source]:
    base, _, part = name.partition(":")
    if base.casefold() not in DATA_SETS:
        raise DataError(f"there is no such file, and no data set of that name ({', '.join(DATA_SETS)})", name)
    data_set = find_data_set(base)
    splits = [file.split for file in data_set.files]
    part = part or ("test" if "test" in splits else splits[0])
    if part not in splits:
        raise DataError(f"{data_set.name} has no part {part}; there is {', '.join(splits)}")
    read = data_set.load_reader()
    wanted = replace(data_set, files=tuple(file for file in data_set.files if file.split == part))
    files = [file.path for file in download(wanted, cache) if file.split == part]
    return [_source(f"{data_set.name}:{part}", path, read) for path in files]


def _source(name: str, path: Path, read: Reader | None = None) -> Source:
    digest, lines, end = hashlib.sha256(), 0, b"\n"
    with opened(path) as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
            lines += piece.count(b"\n")
            end = piece[-1:]
    lines += end != b"\n"
    if path.suffix.lower() not in _BY_LINES:
        return Source(name, path, digest.hexdigest(), None, read)
    header = path.suffix.lower() in (".csv", ".tsv")
    return Source(name, path, digest.hexdigest(), max(0, lines - header), read)


def expected_rows(sources: Iterable[Source], limit: int | None) -> int | None:
    """About how many rows there are, or ``None`` if that is not known before reading."""
    total = 0
    for source in sources:
        if source.lines is None:
            return None
        total += source.lines if limit is None else min(source.lines, limit)
    return total


def read_items(sources: Iterable[Source], columns: Mapping[str, str], limit: int | None) -> Iterator[Item]:
    """Every row of every source, in order, good or bad; one at a time.

    Args:
        sources: from :func:`find_sources`.
        columns: field of a problem -> column that holds it.
        limit: rows taken of each source, or ``None`` for all.

    Raises:
        MissingExtraError: if a file needs a package that is not installed.
    """
    row = 0
    for number, source in enumerate(sources):
        try:
            for line, found in islice(numbered_problems(source.path, columns, source.read), limit):
                problem = found if isinstance(found, Problem) else None
                reason = None if isinstance(found, Problem) else _reason(found, source, line)
                yield Item(row, number, source.name, line, problem, reason)
                row += 1
        except DataError as error:
            yield Item(row, number, source.name, error.line, None, _reason(error, source, error.line))
            row += 1


@dataclass(frozen=True, slots=True)
class Chunks:
    """The rows of sources in pieces that begin at fixed places; each iteration reads anew.

    Attributes:
        sources: from :func:`find_sources`.
        columns: field of a problem -> column that holds it.
        limit: rows taken of each source, or ``None`` for all.
        size: rows of a piece, but of the last.
        begin: first row; a multiple of the size.
    """

    sources: tuple[Source, ...]
    columns: Mapping[str, str]
    limit: int | None
    size: int
    begin: int = 0

    def __iter__(self) -> Iterator[list[Item]]:
        items = islice(read_items(self.sources, self.columns, self.limit), self.begin, None)
        while chunk := list(islice(items, self.size)):
            yield chunk


def _reason(error: DataError, source: Source, line: int | None) -> str:
    """The error without the place, which is told beside it."""
    return str(error).removeprefix(f"{source.path}:{line}: ").removeprefix(f"{source.path}: ")
