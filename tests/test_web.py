"""The web page: what it shows, what its server accepts, and (with a browser) how it works in one."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest

from mwp_solver.errors import MissingExtraError, MWPError
from mwp_solver.model.backends.base import Hypothesis
from mwp_solver.options import DecodingOptions, EncodingOptions
from mwp_solver.solving.solver import Solver
from mwp_solver.web import server, ui
from mwp_solver.web.texts import TRANSLATIONS
from mwp_solver.web.view import UNUSED, USED, question_problem, view_of

JSON = {"Content-Type": "application/json"}
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


@pytest.fixture(scope="module")
def backend() -> StubBackend:
    return StubBackend()


@pytest.fixture(scope="module")
def solver(backend: StubBackend) -> Solver:
    return Solver(backend, EncodingOptions())


@pytest.fixture(scope="module")
def url(solver: Solver) -> Iterator[str]:
    pytest.importorskip("gradio", reason="the web page needs gradio: pip install 'mwp-solver[ui]'")
    import uvicorn

    app = ui.create_app(solver)
    with server.listen("127.0.0.1", 0) as listener:
        running = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        running.should_exit = True
        thread.join(10)


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        (CAGE, None),
        ("", "empty"),
        (" \n\u3000", "empty"),
        (None, "empty"),
        ("x" * 2001, "too_long"),
        (" " * 30_000, "too_long"),
        (5, "not_text"),
        (["35"], "not_text"),
        ({"a": 1}, "not_text"),
    ],
)
def test_what_is_wrong_with_an_input(question: object, problem: str | None, solver: Solver) -> None:
    assert question_problem(question) == problem
    assert view_of(solver, question).message == problem


def test_a_solved_problem(solver: Solver) -> None:
    view = view_of(solver, CAGE)
    assert view.answer == "23只"
    assert view.expression == "(35×4−94)÷2 = 23"
    assert view.steps == ("35×4 = 140", "140−94 = 46", "46÷2 = 23")
    shares = [candidate.probability for candidate in solver.solve(CAGE).candidates if candidate.value is not None]
    assert view.alternatives == dict(zip(["(35×4−94)÷2 = 23", "35×94 = 3290"], shares, strict=True))
    assert "".join(text for text, _ in view.pieces) == CAGE
    assert [piece for piece in view.pieces if piece[1]] == [("35", USED), ("94", USED), ("8", UNUSED)]


def test_no_expression_and_little_confidence_are_said(solver: Solver) -> None:
    nothing = view_of(solver, "some nonsense with 3 and 4")
    assert (nothing.message, nothing.answer, nothing.steps) == ("not_found", "", ())
    assert view_of(solver, "I doubt 35 and 94").message == "unsure"


def test_what_is_no_problem_is_said_and_what_is_only_computed_has_no_alternatives(solver: Solver) -> None:
    assert view_of(solver, "你好呀，今天过得好吗？").message == "chatter"
    computed = view_of(solver, "(35*4-94)/2=?")
    assert (computed.message, computed.answer, computed.expression) == (None, "23", "(35×4−94)÷2 = 23")
    assert computed.alternatives == {}


def test_every_language_has_every_text_and_every_message() -> None:
    keys = {frozenset(texts) for texts in TRANSLATIONS.values()}
    assert len(keys) == 1
    assert {"empty", "too_long", "not_text", "not_found", "unsure"} < next(iter(keys))


def test_a_missing_gradio_is_said(monkeypatch: pytest.MonkeyPatch, solver: Solver) -> None:
    monkeypatch.setattr(ui, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"the web page needs .*mwp-solver\[ui\]"):
        ui.launch(solver)


def test_a_port_in_use_is_said() -> None:
    with server.listen("127.0.0.1", 0) as listener, pytest.raises(MWPError, match="choose another --port"):
        server.listen("127.0.0.1", listener.getsockname()[1])


def test_the_hosts_a_request_may_name() -> None:
    assert "localhost" in server.trusted_hosts("127.0.0.1")
    assert "*" not in server.trusted_hosts("192.168.1.5")
    assert server.trusted_hosts("0.0.0.0") == ["*"]
    assert "*" not in server.trusted_hosts("0.0.0.0", ["example.org"])


def _call(url: str, *data: object) -> tuple[str, Any]:
    """Ask the endpoint as curl would: the event's name and its data."""
    import httpx

    api = f"{url}/gradio_api/call/solve"
    event = httpx.post(api, content=json.dumps({"data": data}), headers=JSON).raise_for_status().json()["event_id"]
    lines = httpx.get(f"{api}/{event}", timeout=60).text.splitlines()
    return lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: "))


def _join(url: str, fn_index: int, *data: object, session: str) -> int:
    """Send an event of the page, as its script does; the status code."""
    import httpx

    body = json.dumps({"data": data, "fn_index": fn_index, "session_hash": session})
    return httpx.post(f"{url}/gradio_api/queue/join", content=body, headers=JSON, timeout=60).status_code


@contextmanager
def _stream(url: str, session: str) -> Iterator[list[str]]:
    """The messages for a page up to the last; on leaving, the page hangs up."""
    import httpx

    with httpx.stream("GET", f"{url}/gradio_api/queue/data?session_hash={session}", timeout=60) as response:
        lines = response.iter_lines()  # kept: when the iterator goes, the connection is closed
        messages = []
        while not messages or "close_stream" not in messages[-1]:
            messages.append(next(lines))
        yield messages


def _private(url: str, fn_index: int, *data: object) -> str:
    """Ask a handler of the page; all that comes back."""
    session = f"test{time.monotonic_ns()}"
    assert _join(url, fn_index, *data, session=session) == 200
    with _stream(url, session) as messages:
        return "\n".join(messages)


def test_health_headers_and_foreign_hosts(url: str) -> None:
    import httpx

    answer = httpx.get(f"{url}/healthz")
    assert answer.json() == {"status": "ok"}
    page = httpx.get(url)
    assert page.status_code == 200
    refused = httpx.get(f"{url}/healthz", headers={"Host": "evil.example"})
    assert refused.status_code == 400
    for response in (answer, page, refused):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'self'" in response.headers["content-security-policy"]


def test_the_endpoint_gives_the_whole_solution(url: str, solver: Solver) -> None:
    assert _call(url, CAGE) == ("complete", [solver.solve(CAGE).to_dict()])


def test_the_endpoint_by_its_client(url: str, solver: Solver) -> None:
    client = pytest.importorskip("gradio_client").Client(url, verbose=False, analytics_enabled=False)
    assert client.predict(question=CAGE, api_name="/solve") == solver.solve(CAGE).to_dict()


@pytest.mark.parametrize("question", [5, None, True, ["35"], {"path": "/etc/passwd"}, "", "9" * 30_000])
def test_wrong_questions_get_one_clear_line(url: str, question: object) -> None:
    event, data = _call(url, question)
    assert event == "error"
    assert "question" in data["error"]
    assert "\n" not in data["error"]


def test_an_error_of_the_server_stays_there(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    event, data = _call(url, "a crash of 35 and 94")
    assert (event, "secret" in json.dumps(data)) == ("error", False)
    assert "secret" in capfd.readouterr().err


def test_the_pages_own_handlers_stand_any_input(url: str) -> None:
    assert "23只" in _private(url, 0, CAGE)
    for value in ({"a": 1}, None, "9" * 30_000, "\ud800 3 and 4"):
        assert '"success":true' in _private(url, 0, value)
    assert "Traceback" not in _private(url, 1, 99)


def test_an_event_sent_while_the_last_stream_ends_is_not_lost(url: str) -> None:
    # Between Gradio's "close_stream" and the page's reading it; seen as an Enter that did nothing.
    session = "between"
    assert _join(url, 0, "你好", session=session) == 200
    with ThreadPoolExecutor(1) as pool:
        with _stream(url, session):
            joined = pool.submit(_join, url, 0, CAGE, session=session)
            time.sleep(0.3)
            assert not joined.done()  # the page would not know that it needs a new stream
        assert joined.result(10) == 200
    with _stream(url, session) as messages:
        assert "23只" in "\n".join(messages)


def test_requests_are_bounded(url: str) -> None:
    import httpx

    api = f"{url}/gradio_api/call/solve"
    assert httpx.post(f"{url}/gradio_api/upload", files={"files": b"x"}).status_code == 404
    assert httpx.post(api, content=b" " * (server.MAX_BODY + 1)).status_code == 413
    assert httpx.post(api, content=iter([b'{"data": ["x"]}'])).status_code == 411
    assert httpx.post(f"{url}/gradio_api/run/solve", json={"data": ["x"]}).status_code == 404


def test_a_full_queue_says_so_and_recovers(url: str, backend: StubBackend) -> None:
    import httpx

    backend.gate.clear()
    try:
        body = {"data": ["wait for 35 and 94"]}
        codes = [httpx.post(f"{url}/gradio_api/call/solve", json=body).status_code for _ in range(ui.QUEUE_SIZE + 8)]
    finally:
        backend.gate.set()
    assert set(codes) == {200, 503}
    assert _call(url, CAGE)[0] == "complete"


@pytest.mark.browser
def test_in_a_browser(url: str) -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="browser tests need playwright")
    chromium = shutil.which("chromium") or pytest.skip("browser tests need chromium: apt-get install -y chromium")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 740}).new_page()
        sync_api.expect.set_options(timeout=60_000)
        wrong: list[str] = []
        page.on("request", lambda r: wrong.extend([] if r.url.startswith((url, "data:", "blob:")) else [r.url]))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))  # left open, it also stops the page
        page.goto(url)
        box, answer = page.locator("#question textarea"), page.locator("#answer textarea")
        sync_api.expect(page.locator("#intro")).to_contain_text("数学应用题")
        box.fill(CAGE)
        box.press("Enter")
        sync_api.expect(answer).to_have_value("23只")
        sync_api.expect(page.locator("#steps li")).to_have_text(["35×4 = 140", "140−94 = 46", "46÷2 = 23"])
        script = "<script>alert('x')</script><img src=x onerror=alert('y')> 35 and 94 "
        page.goto(f"{url}?q={quote(script)}")  # a link fills the box and solves
        sync_api.expect(answer).to_have_value("23")
        sync_api.expect(box).to_have_value(script)
        assert "<script>alert('x')</script><img src=x onerror=alert('y')>" in page.locator("#numbers").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        box.fill("")
        box.press("Enter")
        sync_api.expect(page.locator("#message")).to_have_text(TRANSLATIONS["zh-CN"]["empty"])
        sync_api.expect(answer).to_have_count(0)
        browser.close()
    assert wrong == []
