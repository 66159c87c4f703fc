"""For the tests of the web page: a solver without a network, a page that is served, what asks it, and a browser."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from mwp_solver.model.backends.base import Hypothesis
from mwp_solver.options import DecodingOptions
from mwp_solver.solving.solver import Solver
from mwp_solver.web import server, ui

CAGE = "笼子里有鸡和兔，数一数有35个头，94只脚，养了8天，鸡有多少只？"


class StubBackend:
    """Knows chickens and rabbits, and what the tests ask it to do by a word in the question."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> list[Hypothesis]:
        if "crash" in text:
            raise RuntimeError("a secret of the server")
        if "wait" in text:
            self.gate.wait(30)
        if "nonsense" in text:
            return [Hypothesis("<script>(", -0.1)]
        score = -3.0 if "doubt" in text else -0.1
        first = Hypothesis("(<extra_id_0>*4-<extra_id_1>)/2", score)
        return [first, Hypothesis("<extra_id_0>*<extra_id_1>", -2.5), Hypothesis("3*5*", -2.0)]


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The address at which an application answers while the context lasts."""
    import uvicorn

    with server.listen("127.0.0.1", 0) as listener:
        running = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        running.should_exit = True
        thread.join(10)


@contextmanager
def served(solver: Solver) -> Iterator[str]:
    """The page's address while its server runs."""
    pytest.importorskip("gradio", reason="the web page needs gradio: pip install 'mwp-solver[ui]'")
    with serving(ui.create_app(solver)) as address:
        yield address


def call(url: str, endpoint: str, *data: object) -> tuple[str, Any]:
    """Ask an endpoint as curl would: the last event's name and its data."""
    import httpx

    api = f"{url}/gradio_api/call/{endpoint}"
    event = httpx.post(api, json={"data": data}, timeout=60).raise_for_status().json()["event_id"]
    lines = httpx.get(f"{api}/{event}", timeout=120).text.splitlines()
    names = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    values = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
    return names[-1], json.loads(values[-1])


def upload(url: str, name: str, content: bytes) -> tuple[int, Any]:
    """Upload a file: the status code, and what an endpoint takes as the file (or the refusal)."""
    import httpx

    answer = httpx.post(f"{url}/gradio_api/upload", files={"files": (name, content)}, timeout=60)
    if answer.status_code != 200:
        return answer.status_code, answer.json() if "json" in answer.headers["content-type"] else answer.text
    return 200, {"path": answer.json()[0], "meta": {"_type": "gradio.FileData"}}


def files_in(folder: Path) -> list[str]:
    """Names of the files below a folder."""
    return sorted(name for _, _, names in os.walk(folder) for name in names)


def missing(what: str) -> NoReturn:
    """Without a browser its tests are skipped, but never where the page is to be proved."""
    if os.environ.get("CI"):
        pytest.fail(f"browser tests need {what}")
    pytest.skip(f"browser tests need {what}")


@contextmanager
def chromium(*arguments: str) -> Iterator[Any]:
    """A browser, with further arguments of its command line."""
    try:
        from playwright.sync_api import expect, sync_playwright
    except ImportError:
        missing("playwright: pip install playwright")
    path = shutil.which("chromium") or missing("chromium: apt-get install -y chromium")
    arguments = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", *arguments)
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments, timeout=120_000)
        yield browser
        browser.close()
