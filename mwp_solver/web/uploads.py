"""Files that come to the server and files it offers: which are taken, how much, and for how long."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mwp_solver.options import PageOptions
from mwp_solver.web import photo, sheet

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

UPLOAD = "/gradio_api/upload"
FRAMING = 64 << 10
"""bytes that a form may add to the file in it"""
_EVERY = 30
_MOST_FILES = 4
_BEGINNINGS = {
    ".png": (b"\x89PNG",), ".jpg": (b"\xff\xd8\xff",), ".jpeg": (b"\xff\xd8\xff",), ".webp": (b"RIFF",),
    ".bmp": (b"BM",), ".xlsx": (b"PK\x03\x04",),
}  # fmt: skip
"""how files of a kind begin; text has no such mark"""


@cache
def page_folder() -> Path:
    """The folder of this process for uploads and downloads; it goes when the process ends.

    Gradio is told to use it. It looks this up in the environment at every request, so there is one a process.
    """
    folder = tempfile.TemporaryDirectory(prefix="mwp-solver-", ignore_cleanup_errors=True)
    _kept.append(folder)  # a temporary folder goes together with this object
    os.environ["GRADIO_TEMP_DIR"] = str(Path(folder.name).resolve())
    return Path(os.environ["GRADIO_TEMP_DIR"])


_kept: list[tempfile.TemporaryDirectory[str]] = []


@contextmanager
def taken(value: object) -> Iterator[Path | None]:
    """The file that an upload names; it is removed at the end.

    Args:
        value: a path, or Gradio's description of a file (a mapping with ``path``).

    Yields:
        The path; ``None`` if the value names no file of the page's folder.
    """
    name = value.get("path") if isinstance(value, dict) else value
    path = None
    if isinstance(name, str) and 0 < len(name) < 1000 and "\0" not in name:
        found = Path(name).resolve()
        if found.is_relative_to(page_folder()) and found.is_file():
            path = found
    try:
        yield path
    finally:
        if path is not None:
            _remove(path)


def offered(files: Iterable[Path]) -> list[str]:
    """Copies of files under a name that nobody can guess, for the browser to fetch until they are swept."""
    folder = page_folder() / secrets.token_hex(16)
    folder.mkdir()
    return [str(shutil.copy(str(file), folder)) for file in files]


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
        path.parent.rmdir()  # each upload has a folder of its own


def sweep(folder: Path, seconds: float) -> int:
    """Remove files older than that.

    Returns:
        Bytes that are left.
    """
    left, before = 0, time.time() - seconds
    # Files and folders may go meanwhile, which os.walk takes as it comes.
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            with suppress(OSError):
                state = path.stat()
                if state.st_mtime < before:
                    _remove(path)
                else:
                    left += state.st_size
    return left


@asynccontextmanager
async def sweeping(options: PageOptions) -> AsyncIterator[None]:
    """While the server runs, remove what nobody took away."""

    async def again() -> None:
        while True:
            await asyncio.to_thread(sweep, page_folder(), options.kept)
            await asyncio.sleep(_EVERY)

    task = asyncio.create_task(again())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def acceptable(path: Path, options: PageOptions = PageOptions()) -> bool:
    """Whether a file is of a kind and size that some tab of the page takes; its content is looked at later."""
    kind = path.suffix.lower()
    if kind not in (*photo.KINDS, *sheet.KINDS):
        return False
    size = path.stat().st_size
    if size > (options.upload if kind in photo.KINDS else options.sheet_bytes):
        return False
    with path.open("rb") as file:
        head = file.read(16)
    if kind in _BEGINNINGS:
        return head.startswith(_BEGINNINGS[kind])
    return b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff"))


class Uploads:
    """Middleware around Gradio's upload endpoint: what it should not have taken is removed and refused.

    Gradio takes any kind of file from anybody; this refuses when too much is kept, and looks at each file before
    its path gets out.
    """

    def __init__(self, app: ASGIApp, options: PageOptions) -> None:
        self.app, self.options = app, options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].rstrip("/") != UPLOAD or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        from starlette.responses import JSONResponse

        length = int(dict(scope["headers"]).get(b"content-length", b"0"))
        if await asyncio.to_thread(sweep, page_folder(), self.options.kept) + length > self.options.uploads:
            busy = JSONResponse({"error": "too many files are being worked on; try again in a few minutes"}, 503)
            await busy(scope, receive, send)
            return
        start: dict[str, Any] = {}
        body = b""

        async def collect(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                body += message.get("body", b"")
                if message.get("more_body"):
                    return
                if start["status"] == 200 and not self._keep(body):
                    kinds = ", ".join((*sheet.KINDS, *photo.KINDS))
                    await JSONResponse({"error": f"only these kinds of files, of limited size: {kinds}"}, 415)(
                        scope, receive, send
                    )
                    return
                await send(start)
                await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, collect)

    def _keep(self, body: bytes) -> bool:
        """Whether all files of an upload may stay; if not, all are removed."""
        try:
            paths = [Path(name).resolve() for name in json.loads(body)]
        except (ValueError, TypeError):
            return False
        paths = [path for path in paths if path.is_relative_to(page_folder())]
        good = 0 < len(paths) <= _MOST_FILES and all(
            path.is_file() and acceptable(path, self.options) for path in paths
        )
        if not good:
            for path in paths:
                _remove(path)
        return good
