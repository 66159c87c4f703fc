"""Downloads against a server on this machine: whole, broken off, resumed, wrong, absent."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from mwp_solver.corpus import download as module
from mwp_solver.corpus.download import cache_folder, check_source, download, mismatch
from mwp_solver.corpus.registry import DataFile, DataSet
from mwp_solver.errors import DataError

ROWS = [b'{"question": "%d+1=?", "answer": "%d"}\n' % (number, number + 1) for number in range(900)]
CONTENT = b"".join(ROWS)


class Server(ThreadingHTTPServer):
    """Serves CONTENT at /data/train.jsonl; ``sent`` cuts an answer short, ``ranges`` may be switched off."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content, self.sent, self.ranges, self.requested = CONTENT, len(CONTENT), True, list[str | None]()


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.requested.append(wanted)
        if self.path != "/data/train.jsonl":
            self.send_error(404)
            return
        content, start = self.server.content, 0
        if wanted and self.server.ranges:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start:][: self.server.sent])

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        address = f"http://127.0.0.1:{running.server_port}"
        monkeypatch.setattr(DataFile, "address", property(lambda file: f"{address}/{file.path}"))
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.delenv(name, raising=False)
        yield running
        running.shutdown()
        thread.join()


def data_set(path: str = "data/train.jsonl", **changes: Any) -> DataSet:
    """A set of one file whose content is CONTENT."""
    blob = hashlib.sha1(b"blob %d\0" % len(CONTENT) + CONTENT).hexdigest()
    known: dict[str, Any] = {
        "blob": blob,
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "size": len(CONTENT),
    } | changes
    file = DataFile("train", "owner/name", "c" * 40, path, **known)
    reader = "mwp_solver.corpus.readers.gsm8k:read_row"
    return DataSet("own", "Own", "en", "MIT", "us, 2026", reader, (file,), {"train": 900})


def test_a_download_is_verified_and_kept(server: Server, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int | None]] = []
    (file,) = download(data_set(), tmp_path, lambda *state: seen.append(state))
    assert (file.path, file.split, file.warning) == (tmp_path / "own" / "train.jsonl", "train", None)
    assert file.path.read_bytes() == CONTENT
    assert seen[-1] == ("train.jsonl", len(CONTENT), len(CONTENT))
    download(data_set(), tmp_path)
    assert server.requested == [None]
    assert list(file.path.parent.iterdir()) == [file.path]


@pytest.mark.parametrize("known", ["blob", "sha256", "size"])
def test_each_check_alone_finds_a_wrong_file(server: Server, tmp_path: Path, known: str) -> None:
    wrong: Any = {"blob": "0" * 40, "sha256": "0" * 64, "size": len(CONTENT) + 1}[known]
    with pytest.raises(DataError, match="expected, .* found; nothing was kept"):
        download(data_set(**{known: wrong}), tmp_path)
    assert list((tmp_path / "own").iterdir()) == []


def test_the_blob_id_is_enough(server: Server, tmp_path: Path) -> None:
    download(data_set(sha256=None, size=None), tmp_path)
    server.content = CONTENT.replace(b"1", b"2")
    with pytest.raises(DataError, match="git blob id"):
        download(data_set(sha256=None, size=None), tmp_path / "again")


def test_a_broken_download_goes_on_where_it_stopped(server: Server, tmp_path: Path) -> None:
    server.sent = 1000
    with pytest.raises(DataError, match="1,000 of"):
        download(data_set(), tmp_path)
    part = tmp_path / "own" / "train.jsonl.part"
    assert part.read_bytes() == CONTENT[:1000]
    server.sent = len(CONTENT)
    (file,) = download(data_set(), tmp_path)
    assert file.path.read_bytes() == CONTENT
    assert server.requested == [None, "bytes=1000-"]
    assert not part.exists()


@pytest.mark.parametrize(
    ("part", "ranges", "requests"),
    [
        (CONTENT[:1000], False, 1),  # the server sends all of it anew
        (CONTENT, True, 1),  # nothing was missing
        (b"x" * 1000, True, 2),  # of something else: once more from the start
        (CONTENT + b"x", True, 2),
    ],
)
def test_what_an_earlier_download_left(
    server: Server, tmp_path: Path, part: bytes, ranges: bool, requests: int
) -> None:
    server.ranges = ranges
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "train.jsonl.part").write_bytes(part)
    (file,) = download(data_set(), tmp_path)
    assert file.path.read_bytes() == CONTENT
    assert len(server.requested) == requests


def test_a_download_without_end_is_stopped(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SIZE", 1000)
    with pytest.raises(DataError, match="more than the 1,000 bytes"):
        download(data_set(size=None), tmp_path)


def test_a_damaged_file_in_the_cache_is_not_used(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "own" / "train.jsonl"
    path.parent.mkdir()
    path.write_bytes(CONTENT[:-1])
    with pytest.raises(DataError, match="delete it"):
        download(data_set(), tmp_path)
    assert path.exists()


@pytest.mark.parametrize("case", ["404", "no server"])
def test_without_network_the_message_says_what_to_do(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    if case == "no server":
        monkeypatch.setattr(DataFile, "address", property(lambda file: f"http://127.0.0.1:9/{file.path}"))
    with pytest.raises(DataError) as caught:
        download(data_set("gone/train.jsonl"), tmp_path)
    message = str(caught.value)
    assert data_set("gone/train.jsonl").files[0].address in message
    assert str(tmp_path / "own" / "train.jsonl") in message
    assert "mwp-solver data prepare own --source FILE" in message
    assert "\n" not in message


def test_a_cache_that_cannot_be_written(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DataError):
        download(data_set(), tmp_path / "file")


def test_the_cache_is_the_users_own() -> None:
    assert cache_folder(data_set()).parts[-3:] == ("mwp-solver", "data", "own")


@pytest.mark.parametrize(
    ("name", "split", "words"),
    [
        ("train.jsonl", "train", "900 rows expected, 2 found"),
        ("my.dev.jsonl", "valid", "2 rows found"),
        ("x.jsonl", "train", "900 rows expected, 2 found"),
        ("a.test.jsonl", "test", "2 rows found"),
        ("TRAIN.JSONL", "train", "900 rows expected, 2 found"),
    ],
)
def test_a_copy_that_is_a_subset_is_told(tmp_path: Path, name: str, split: str, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"".join(ROWS[:2]))
    file = check_source(path, data_set())
    assert file.split == split
    assert words in str(file.warning)


def test_a_copy_of_other_content_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(CONTENT.replace(b"+", b"-"))
    assert "content is not the same" in str(check_source(path, data_set()).warning)


def test_a_true_copy_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "test.jsonl"
    path.write_bytes(CONTENT)
    file = check_source(path, data_set())
    assert (file.split, file.warning) == ("train", None)
    with pytest.raises(DataError):
        mismatch(tmp_path / "gone", data_set().files[0])
