"""The page's uploads, sheets, photographs, corrections and login, asked as programs do."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("gradio", reason="the web page needs gradio: pip install 'mwp-solver[ui]'")

import httpx
from batch_fakes import Adds, adder
from click.testing import CliRunner
from web_fakes import call, files_in, serving, upload

from mwp_solver.cli.main import main
from mwp_solver.model.backends.base import Hypothesis
from mwp_solver.options import DecodingOptions, EncodingOptions, PageOptions
from mwp_solver.solving.solver import Solver
from mwp_solver.web import server, ui, uploads
from mwp_solver.web.photo import PhotoReader
from mwp_solver.web.store import Store

PENS = "小明有{}支铅笔，又买了3支，现在有多少支？"
SHEET = "题目,答案\n" + "".join(f"{PENS.format(n)},{n + 3 + n % 2}\n" for n in range(1, 11)) + ",7\n"
SMALL = PageOptions(upload=60_000, sheet_bytes=20_000, sheet_rows=50, uploads=200_000)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("store") / "feedback.sqlite")


@pytest.fixture(scope="module")
def url(store: Store) -> Iterator[str]:
    with serving(ui.create_app(adder(), SMALL, store=store)) as address:
        yield address


@pytest.fixture
def folder() -> Iterator[Path]:
    """The page's folder, empty at the beginning; what a test leaves there is removed."""
    uploads.sweep(uploads.page_folder(), -1)
    yield uploads.page_folder()
    uploads.sweep(uploads.page_folder(), -1)


def test_a_sheet_by_the_endpoint(url: str, folder: Path) -> None:
    _, file = upload(url, "班级.csv", SHEET.encode())
    assert files_in(folder) == [Path(file["path"]).name]
    event, (answer,) = call(url, "sheet", file)
    assert event == "complete"
    assert (answer["total"], answer["errors"], answer["graded"], answer["correct"]) == (11, 1, 10, 5)
    assert (answer["accuracy"], answer["cut"]) == (0.5, False)
    assert [row["correct"] for row in answer["rows"]] == [False, True] * 5 + [None]
    assert answer["rows"][0] == {
        "line": 2,
        "question": PENS.format(1),
        "answer": "4支",
        "expression": "1+3",
        "key": "5",
        "correct": False,
        "error": None,
    }
    assert "question" in answer["rows"][-1]["error"]
    assert files_in(folder) == []


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ", 415),
        ("a.html", b"<script>alert(1)</script>", 415),
        ("a.svg", b"<svg/>", 415),
        ("a.png", b"<svg/>", 415),
        ("a.xlsx", b"question,answer", 415),
        ("a.csv", b"\0\0\0\0", 415),
        ("a.csv", b"q" * 30_000, 415),
        ("../../a.csv", b"question\n", 200),
        ("a.png", b"\x89PNG" + b"x" * 200_000, 413),
    ],
)
def test_what_may_be_uploaded(name: str, content: bytes, code: int, url: str, folder: Path) -> None:
    status, _ = upload(url, name, content)
    assert status == code
    assert files_in(folder) == (["a.csv"] if code == 200 else [])


def test_several_files_of_which_one_is_bad(url: str, folder: Path) -> None:
    files = [("files", ("a.csv", b"question\n")), ("files", ("a.exe", b"MZ"))]
    assert httpx.post(f"{url}/gradio_api/upload", files=files).status_code == 415
    assert files_in(folder) == []


def test_uploads_that_nobody_uses_go_and_too_many_are_refused(url: str, folder: Path) -> None:
    sheets = [b"question\n" + bytes([48 + n]) * 19_000 for n in range(12)]
    codes = [upload(url, "a.csv", content)[0] for content in sheets]
    assert codes[:8] == [200] * 8
    assert codes[-1] == 503
    for path in folder.rglob("*.csv"):
        os.utime(path, (time.time() - SMALL.kept - 1,) * 2)
    assert upload(url, "b.csv", b"question\n")[0] == 200
    assert files_in(folder) == ["b.csv"]


@pytest.mark.parametrize(
    "file",
    [
        None,
        5,
        "/etc/passwd",
        {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}},
        {"path": "/etc/passwd"},
        {"path": 5},
        ["a"],
        {"path": "a\0b"},
        {"url": "http://127.0.0.1:1/a.csv", "path": "a.csv", "meta": {"_type": "gradio.FileData"}},
    ],
)
@pytest.mark.parametrize("endpoint", ["sheet", "read_photo"])
def test_files_that_were_not_uploaded(file: object, endpoint: str, url: str) -> None:
    event, data = call(url, endpoint, file)
    assert event == "error"
    assert "root:" not in json.dumps(data)
    assert "Traceback" not in json.dumps(data)
    assert Path("/etc/passwd").exists() or os.name == "nt"


def test_a_file_outside_is_never_removed(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("question\n")
    for value in (str(path), {"path": str(path)}, f"{uploads.page_folder()}/../{tmp_path.name}/mine.csv"):
        with uploads.taken(value) as found:
            assert found is None
    assert path.exists()


@pytest.mark.skipif(not PhotoReader.available(), reason="reading needs the ocr extra: pip install 'mwp-solver[ocr]'")
def test_a_photograph_by_the_endpoint(url: str, folder: Path, tmp_path: Path) -> None:
    from test_photo import written

    text = "Ben has 3 boxes of 12 pencils and 9 pens."
    _, file = upload(url, "a.jpg", written(text, tmp_path / "a.jpg", turned=True).read_bytes())
    assert call(url, "read_photo", file) == ("complete", [text])
    _, file = upload(url, "a.jpg", b"\xff\xd8\xff no picture")
    event, data = call(url, "read_photo", file)
    assert (event, "JPEG" in data["error"]) == ("error", True)
    assert files_in(folder) == []


def test_a_correction_by_the_endpoint(url: str, store: Store) -> None:
    question = PENS.format(9)
    assert call(url, "correct", question, None, "x=９＋３") == (
        "complete",
        [{"status": "kept", "question": question, "answer": None, "expression": "9+3"}],
    )
    assert call(url, "correct", question, "", "9+3")[1][0]["status"] == "known"
    event, data = call(url, "correct", question, "13", "9+3")
    assert (event, "not the answer" in data["error"]) == ("error", True)
    assert [problem.equation for problem in store.problems()] == ["9+3"]


@pytest.mark.parametrize("data", [(5, "3", None), (None, None, None), ("x" * 30_000, "3", ""), (PENS, {"a": 1}, [2])])
def test_wrong_corrections_get_one_clear_line(data: tuple[object, ...], url: str) -> None:
    event, answer = call(url, "correct", *data)
    assert event == "error"
    assert answer["error"]
    assert "\n" not in answer["error"]


def _put_right(url: str) -> None:
    # In English, like what the small checkpoint was made from: its vocabulary has no other characters.
    asked = "Ben has {} pens and gets 3 more. How many pens does he have now?"
    for n in range(20, 36):
        assert call(url, "correct", asked.format(n), f"{n + 3} pens", f"{n}+3")[0] == "complete"
    assert call(url, "correct", asked.format(50), "53", None)[0] == "complete"


def test_from_a_correction_to_a_finetuned_model(checkpoint: Path, tmp_path: Path) -> None:
    """The loop: the page's endpoint, ``feedback export``, ``train``."""
    store = Store(tmp_path / "feedback.sqlite")
    with serving(ui.create_app(adder(), store=store)) as url:
        _put_right(url)
    mine, output = tmp_path / "mine.jsonl", tmp_path / "run"
    done = CliRunner().invoke(main, ["feedback", "export", "--file", str(store.path), "--output", str(mine)])
    assert done.exit_code == 0, done.stderr
    arguments = ["train", "--data", str(mine), "--validation", str(mine), "--model", str(checkpoint)]
    arguments += ["--steps", "2", "--batch-size", "8", "--evaluate-every", "2", "--warmup", "1"]
    done = CliRunner().invoke(main, [*arguments, "--output", str(output)])
    assert done.exit_code == 0, done.output
    assert (output / "best" / "model.safetensors").exists()
    rows = [json.loads(line) for line in (output / "metrics.jsonl").read_text().splitlines()]
    assert any("loss" in row for row in rows)


@pytest.mark.parametrize(
    ("host", "names", "asked", "kept"),
    [
        ("127.0.0.1", (), None, True),
        ("localhost", (), None, True),
        ("::1", (), None, True),
        ("0.0.0.0", (), None, False),
        ("192.168.1.5", (), None, False),
        ("127.0.0.1", ("maths.example.org",), None, False),
        ("0.0.0.0", (), True, True),
        ("127.0.0.1", (), False, False),
    ],
)
def test_corrections_are_off_where_others_reach_the_page(
    host: str, names: tuple[str, ...], asked: bool | None, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SPACE_ID", raising=False)
    options = PageOptions(host, feedback=asked)
    public = server.is_public(options, names)
    store = ui.store_for(options, public)
    assert (store is not None) == kept
    said = " ".join(ui.notices(options, public, store))
    assert ("are kept in" in said) == kept
    assert ("are not kept" in said) == (not kept and public)
    assert ("--auth" in said) == public
    monkeypatch.setenv("SPACE_ID", "someone/space")
    assert server.is_public(options, names)


def test_corrections_that_are_off(folder: Path) -> None:
    with serving(ui.create_app(adder(), PageOptions("0.0.0.0"))) as url:
        event, data = call(url, "correct", PENS.format(9), "12", None)
        assert (event, "not kept" in data["error"]) == ("error", True)
        config = httpx.get(f"{url}/config").text
        assert "correction_off" in config
        assert "right-answer" not in config


def test_login(folder: Path) -> None:
    with serving(ui.create_app(adder(), PageOptions(auth="teacher:pass:wört"))) as url:
        right = ("teacher", "pass:wört")
        assert httpx.get(f"{url}/healthz").status_code == 200
        for path in ("/", "/config", "/gradio_api/info", "/gradio_api/upload", "/assets/x.js", "/healthz/../config"):
            refused = httpx.get(f"{url}{path}")
            assert refused.status_code == 401, path
            assert refused.headers["www-authenticate"].startswith("Basic")
            assert "frame-ancestors" in refused.headers["content-security-policy"]
        assert httpx.post(f"{url}/gradio_api/call/solve", json={"data": ["1+1"]}).status_code == 401
        assert httpx.get(url, auth=("teacher", "wrong")).status_code == 401
        for header in ("Basic", "Basic ?", "Bearer x", "Basic " + base64.b64encode(b"teacher").decode()):
            assert httpx.get(url, headers={"Authorization": header}).status_code == 401
        assert httpx.get(url, auth=right).status_code == 200
        token = base64.b64encode(":".join(right).encode()).decode()
        client: Any = pytest.importorskip("gradio_client").Client(
            url, verbose=False, analytics_enabled=False, headers={"Authorization": f"Basic {token}"}
        )
        assert client.predict(question="(35*4-94)/2=?", api_name="/solve")["value"] == "23"


@pytest.mark.parametrize("auth", ["", "teacher", ":x", "teacher:"])
def test_a_login_that_is_none(auth: str) -> None:
    done = CliRunner().invoke(main, ["serve", "--auth", auth])
    assert (done.exit_code, "user:password" in done.stderr) == (2, True)


class Counting(Adds):
    """Slow, and counts how often it is asked."""

    calls = 0

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        self.calls += 1
        return super().generate(texts, options)


def test_a_page_that_is_closed_ends_its_sheet(folder: Path) -> None:
    chunks, network = 60, Counting(pause=0.2)
    content = "题目,答案\n" + "".join(f"{PENS.format(n)},1\n" for n in range(8 * chunks))
    with serving(ui.create_app(Solver(network, EncodingOptions()))) as url:
        _, file = upload(url, "long.csv", content.encode())
        config = httpx.get(f"{url}/config").json()
        start = next(one["id"] for one in config["components"] if one["props"].get("elem_id") == "sheet-start")
        run = next(one["id"] for one in config["dependencies"] if [start, "click"] in one["targets"])
        ids: dict[str, str | int] = {"fn_index": run, "session_hash": "closing"}
        httpx.post(f"{url}/gradio_api/queue/join", json={"data": [file], **ids}).raise_for_status()
        stream = f"{url}/gradio_api/queue/data?session_hash=closing"
        with httpx.stream("GET", stream, timeout=60) as response:
            assert any("process_generating" in line for line in response.iter_lines())
        until = time.monotonic() + 60
        while "long.csv" in files_in(folder) and time.monotonic() < until:
            time.sleep(0.2)
        assert files_in(folder) == []
        assert network.calls < chunks
