"""Fetch the files of a data set, resuming and verifying; or take the user's own copies and verify those."""

from __future__ import annotations

import hashlib
import http.client
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from mwp_solver.corpus.files import read_rows
from mwp_solver.corpus.registry import DataFile, DataSet
from mwp_solver.errors import DataError

if TYPE_CHECKING:
    from http.client import HTTPResponse

Progress = Callable[[str, int, int | None], None]
"""Called with a file's name, the bytes there are, and the bytes there will be if known."""

TIMEOUT = 30.0
"""seconds without a byte after which a connection counts as broken"""
MAX_SIZE = 1_000_000_000
"""largest download in bytes; no set here comes near"""
_CHUNK = 1 << 18
_SPLIT_NAMES = {"train": "train", "valid": "valid", "dev": "valid", "test": "test"}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to prepare.

    Attributes:
        path: where it is.
        split: the split it belongs to.
        warning: how it differs from what was published, or ``None``.
    """

    path: Path
    split: str
    warning: str | None = None


def cache_folder(data_set: DataSet, cache: str | Path | None = None) -> Path:
    """Where the set's files are kept: below ``cache``, else below the user's cache folder."""
    if cache is None:
        from platformdirs import user_cache_path

        cache = user_cache_path("mwp-solver", appauthor=False) / "data"
    return Path(cache) / data_set.name


def download(data_set: DataSet, cache: str | Path | None = None, progress: Progress | None = None) -> list[SourceFile]:
    """Fetch what of the set is not in the cache yet.

    Args:
        data_set: from :mod:`mwp_solver.corpus.registry`.
        cache: folder for all sets, instead of the user's own.
        progress: told of every piece that arrives.

    Returns:
        The files, verified.

    Raises:
        DataError: without network, if the connection breaks (a later call goes on from there), or if a file
            is not the one published.
    """
    folder = cache_folder(data_set, cache)
    files = []
    for file in data_set.files:
        target = folder / file.name
        if target.exists():
            if fault := mismatch(target, file):
                raise DataError(f"{fault}; delete it to download it anew, or prepare it as it is with --source", target)
        else:
            _fetch(data_set, file, target, progress)
        files.append(SourceFile(target, file.split))
    return files


def mismatch(path: Path, file: DataFile) -> str | None:
    """How a file differs from the one published (size, sha256, git blob id), or ``None`` if it does not.

    Raises:
        DataError: if it cannot be read.
    """
    try:
        size = path.stat().st_size
        if file.size is not None and size != file.size:
            return f"not the published {file.name}: {file.size:,} bytes expected, {size:,} found"
        sha256, blob = hashlib.sha256(), hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)
        with open(path, "rb") as stream:
            while chunk := stream.read(_CHUNK):
                sha256.update(chunk)
                blob.update(chunk)
    except OSError as error:
        raise DataError(error.strerror or "cannot be read", path) from error
    for kind, expected, found in (("sha256", file.sha256, sha256), ("git blob id", file.blob, blob)):
        if expected is not None and expected != found.hexdigest():
            return f"not the published {file.name}: {kind} {expected} expected, {found.hexdigest()} found"
    return None


def check_source(path: str | Path, data_set: DataSet) -> SourceFile:
    """Find which file of a set the user's copy is, and how it differs from that.

    Args:
        path: the copy; a name like the published one, or with train, valid, dev or test in it, tells the
            split.
        data_set: the set it is said to be of.

    Returns:
        The file with its split, and a warning with expected and found counts if it is not as published
        (subsets are legitimate).

    Raises:
        DataError: if it cannot be read.
    """
    path = Path(path)
    faults = {file: mismatch(path, file) for file in data_set.files}
    for file, fault in faults.items():
        if fault is None:
            return SourceFile(path, file.split)
    published = next((file for file in data_set.files if file.name.casefold() == path.name.casefold()), None)
    word = re.search("|".join(_SPLIT_NAMES), path.name.casefold())
    if published:
        split = published.split
    elif {file.split for file in data_set.files} == {"all"}:
        split = "all"
    else:
        split = _SPLIT_NAMES[word.group()] if word else "train"
    found = sum(1 for _ in read_rows(path))
    expected = data_set.rows.get(split)
    counts = f"{expected:,} rows expected, {found:,} found" if expected else f"{found:,} rows found"
    if found == expected:
        counts += ", but their content is not the same"
    return SourceFile(path, split, f"not the published {split} file of {data_set.title}: {counts}")


def _fetch(data_set: DataSet, file: DataFile, target: Path, progress: Progress | None) -> None:
    """Download one file to ``.part``, verify, rename. A part left by an earlier call is gone on with."""
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        resumed = part.exists() and part.stat().st_size > 0
        _receive(file, part, progress)
        fault = mismatch(part, file)
        if fault and resumed:
            # What was there may have been of something else: once more from the start.
            part.unlink()
            _receive(file, part, progress)
            fault = mismatch(part, file)
        if fault:
            part.unlink()
            raise DataError(f"{fault}; nothing was kept", file.address)
        os.replace(part, target)
    except (URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise DataError(_advice(data_set, file, target, error)) from error
    except OSError as error:
        raise DataError(error.strerror or "cannot be written", error.filename or target) from error


def _receive(file: DataFile, part: Path, progress: Progress | None) -> None:
    """Append what is missing of the file; raises URLError and its kin."""
    have = part.stat().st_size if part.exists() else 0
    request = Request(file.address, headers={"User-Agent": "mwp-solver", "Accept-Encoding": "identity"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        response: HTTPResponse = urlopen(request, timeout=TIMEOUT)
    except HTTPError as error:
        error.close()
        if error.code == 416 and have:
            return  # nothing is missing, or the part is of something else: the check tells
        raise
    with response:
        if have and not (response.headers.get("Content-Range") or "").startswith(f"bytes {have}-"):
            have = 0  # the server sends all of it
        length = response.headers.get("Content-Length") or ""
        total = have + int(length) if length.isdecimal() else None
        with open(part, "ab" if have else "wb") as stream:
            while chunk := response.read(_CHUNK):
                stream.write(chunk)
                have += len(chunk)
                if have > min(file.size or MAX_SIZE, MAX_SIZE):
                    raise DataError(f"more than the {file.size or MAX_SIZE:,} bytes expected", file.address)
                if progress:
                    progress(file.name, have, total)
    if total is not None and have < total:
        raise ConnectionError(f"the connection broke after {have:,} of {total:,} bytes; run again to go on")


def _advice(data_set: DataSet, file: DataFile, target: Path, error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) and not isinstance(error, HTTPError) else error
    return (
        f"cannot download {file.address}: {reason}. Without network: fetch that address on another machine "
        f"and put the file at {target}; or put it anywhere and run: "
        f"mwp-solver data prepare {data_set.name} --source FILE --output DIR"
    )
