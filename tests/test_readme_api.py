"""The README's examples of the page's API are run as they stand, at another address."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("gradio", reason="the web page needs gradio: pip install 'mwp-solver[ui]'")

from web_fakes import StubBackend, call, serving

from mwp_solver.options import EncodingOptions
from mwp_solver.solving.solver import Solver
from mwp_solver.web import ui

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:7860"


def example(name: str) -> str:
    """The code block behind a marker; it names the address the page has by default."""
    found = re.search(rf"<!-- test:{name} -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert found is not None
    assert ADDRESS in found[1]
    return found[1]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(ui.create_app(Solver(StubBackend(), EncodingOptions()))) as address:
        yield address


def run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_gradio_client(url: str) -> None:
    code = example("gradio_client").replace(ADDRESS, url)
    assert run([sys.executable, "-c", code]).splitlines()[-1] == "23只 (35*4-94)/2"


def test_curl(url: str) -> None:
    if not (shutil.which("curl") and shutil.which("bash")):
        pytest.skip("needs curl and bash")
    lines = run(["bash", "-euo", "pipefail", "-c", example("curl").replace(ADDRESS, url)]).splitlines()
    assert lines[0] == "event: complete"
    assert '"value": "23"' in lines[1]


def test_the_endpoints_are_documented_and_typed(url: str) -> None:
    import httpx

    endpoints = httpx.get(f"{url}/gradio_api/info").json()["named_endpoints"]
    assert set(endpoints) == {"/solve", "/check", "/practice", "/sheet", "/read_photo", "/correct"}
    for name, endpoint in endpoints.items():
        assert f"`{name.strip('/')}`" in README.split("**The page's API**")[1], name
        assert endpoint["description"], name
        assert all(parameter["type"] for parameter in endpoint["parameters"]), name
        assert all(value["type"] for value in endpoint["returns"]), name


CAGE = "鸡和兔关在同一个笼子里，一共有35个头，94只脚，鸡有多少只？"


@pytest.mark.parametrize(
    ("endpoint", "data", "expected"),
    [
        ("solve", [CAGE], {"answer": "23只", "value": "23", "status": "solved"}),
        ("check", [CAGE, "23只", None], {"verdict": "right", "expected": "23只"}),
        ("check", [CAGE, "24只", None], {"verdict": "wrong", "code": "wrong"}),
        ("check", [CAGE, "", "(94-35*2)/2"], {"verdict": "wrong"}),
        ("practice", ["zh", "鸡兔同笼", None, 7], {}),
        ("practice", ["en", None, None, None], {}),
    ],
)
def test_endpoints(endpoint: str, data: list[object], expected: dict[str, object], url: str) -> None:
    event, (answer,) = call(url, endpoint, *data)
    assert event == "complete"
    assert answer.items() >= expected.items()


def test_practice_with_a_seed_is_the_same_again(url: str) -> None:
    one, same, other = (call(url, "practice", "zh", None, None, seed)[1][0] for seed in (1, 1, 2))
    assert one == same != other
    assert one["answer"]
    assert one["steps"]


@pytest.mark.parametrize(
    ("endpoint", "data"),
    [
        ("check", [CAGE, None, None]),
        ("check", [CAGE, "23", "35*4"]),
        ("check", [CAGE, 23, None]),
        ("check", [CAGE, "2" * 500, None]),
        ("check", [None, "23", None]),
        ("check", ["x" * 30_000, "23", None]),
        ("practice", ["fr", None, None, None]),
        ("practice", [["zh"], None, None, None]),
        ("practice", ["zh", ["鸡兔同笼"], None, None]),
        ("practice", ["zh", None, None, "7"]),
        ("practice", ["zh", None, None, 10**30]),
        ("practice", ["zh", "鸡兔同笼", 1, None]),
    ],
)
def test_wrong_input_gets_one_clear_line(endpoint: str, data: list[object], url: str) -> None:
    event, answer = call(url, endpoint, *data)
    assert event == "error"
    assert answer["error"]
    assert "\n" not in answer["error"]
