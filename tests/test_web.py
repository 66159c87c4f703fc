"""The web page's server: what it accepts, what it answers, what it keeps to itself."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from web_fakes import CAGE, StubBackend, call, served, serving

from mwp_solver.errors import MissingExtraError, MWPError
from mwp_solver.options import EncodingOptions, PageOptions
from mwp_solver.solving.screening import MESSAGES
from mwp_solver.solving.solver import Solver
from mwp_solver.web import server, sessions, ui
from mwp_solver.web.texts import TRANSLATIONS
from mwp_solver.web.view import question_problem, view_of

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def backend() -> StubBackend:
    return StubBackend()


@pytest.fixture(scope="module")
def solver(backend: StubBackend) -> Solver:
    return Solver(backend, EncodingOptions())


@pytest.fixture(scope="module")
def url(solver: Solver) -> Iterator[str]:
    with served(solver) as address:
        yield address


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


def test_no_expression_and_little_confidence_are_said(solver: Solver) -> None:
    nothing = view_of(solver, "some nonsense with 3 and 4")
    assert (nothing.message, nothing.answer, nothing.steps) == ("not_found", "", ())
    assert view_of(solver, "I doubt 35 and 94").message == "unsure"


def test_what_is_no_problem_is_said_and_what_is_only_computed_has_no_alternatives(solver: Solver) -> None:
    assert view_of(solver, "你好呀，今天过得好吗？").message == "chatter"
    computed = view_of(solver, "(35*4-94)/2=?")
    assert (computed.message, computed.answer, computed.expression) == (None, "23", "(35×4−94)÷2 = 23")
    assert computed.choices == ()


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


def _private(url: str, fn_index: int, *data: object, session: str = "") -> str:
    """Ask a handler of the page; all that comes back."""
    session = session or f"test{time.monotonic_ns()}"
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


def test_the_pages_own_script_comes_before_any_other(url: str) -> None:
    import httpx

    page = httpx.get(url)
    assert int(page.headers["content-length"]) == len(page.content)
    first = page.text.index("<script")
    assert page.text.index("<head>") < first < page.text.index("mwp-language") < page.text.index("gradio_config")
    assert httpx.head(url).status_code == 200
    assert "mwp-language" not in httpx.get(f"{url}/config").text


def test_the_endpoint_gives_the_whole_solution(url: str, solver: Solver) -> None:
    assert _call(url, CAGE) == ("complete", [solver.solve(CAGE).to_dict()])


def test_the_endpoint_by_its_client(url: str, solver: Solver) -> None:
    client = pytest.importorskip("gradio_client").Client(url, verbose=False, analytics_enabled=False)
    assert client.predict(question=CAGE, api_name="/solve") == solver.solve(CAGE).to_dict()


@pytest.mark.parametrize("question", [5, None, True, ["35"], {"path": "/etc/passwd"}, "", "9" * 30_000])
def test_wrong_questions_get_one_clear_line(url: str, question: object) -> None:
    event, data = _call(url, question)
    assert event == "error"
    assert data["error"] in [" ".join(MESSAGES["not_text"]), " ".join(MESSAGES["empty"]), MESSAGES["too_long"][1]]
    assert "\n" not in data["error"]


def test_an_error_of_the_server_stays_there(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    event, data = _call(url, "a crash of 35 and 94")
    assert (event, "secret" in json.dumps(data)) == ("error", False)
    assert "secret" in capfd.readouterr().err


def test_the_pages_own_handlers_stand_any_input(url: str) -> None:
    import httpx

    assert "23只" in _private(url, 0, CAGE)
    assert '"success":true' in _private(url, 0, "\ud800 3 and 4")
    handlers = [each for each in httpx.get(f"{url}/config").json()["dependencies"] if each["backend_fn"]]
    assert len(handlers) > 8
    for handler in handlers:
        if handler["api_visibility"] != "private":
            continue
        for value in ({"a": 1}, None, "9" * 30_000):
            answer = _private(url, handler["id"], *[value for _ in handler["inputs"]])
            assert '"msg":"process_completed"' in answer, (handler["id"], value)
            assert "Traceback" not in answer
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
    assert httpx.post(f"{url}/gradio_api/upload", files={"files": b"x"}).status_code == 415
    assert httpx.post(api, content=b" " * (PageOptions().body + 1)).status_code == 413
    assert httpx.post(api, content=iter([b'{"data": ["x"]}'])).status_code == 411
    assert httpx.post(f"{url}/gradio_api/run/solve", json={"data": ["x"]}).status_code == 404


def test_answered_calls_leave_nothing_behind(solver: Solver, monkeypatch: pytest.MonkeyPatch) -> None:
    # Of each, Gradio would keep a description of the whole page.
    monkeypatch.setattr(sessions, "MOST_WAITING", 5)
    import httpx

    app = ui.create_app(solver, PageOptions(sessions=3))
    (mounted,) = (route.app for route in app.routes if hasattr(getattr(route, "app", None), "state_holder"))
    blocks = mounted.get_blocks()
    holder, queue = blocks.state_holder, blocks._queue
    with serving(app) as address:
        for _ in range(10):
            assert _call(address, CAGE)[0] == "complete"
        assert _call(address, None)[0] == "error"
        kept = (holder.session_data, holder.time_last_used)
        kept += (queue.pending_event_ids_session, queue.pending_messages_per_session)
        until = time.monotonic() + 10  # the caller may be faster than the server's end of the call
        while any(kept) and time.monotonic() < until:
            time.sleep(0.05)
        assert [len(each) for each in kept] == [0, 0, 0, 0]
        for number in range(5):
            assert "23只" in _private(address, 0, CAGE, session=f"page{number}")
        assert list(holder.session_data) == ["page2", "page3", "page4"]
        queue.pending_messages_per_session.max_size = 4
        for _ in range(8):  # whose answers nobody fetches
            httpx.post(f"{address}/gradio_api/call/solve", json={"data": [CAGE]}).raise_for_status()
        assert len(queue.pending_event_ids_session) <= 6
        assert len(queue.event_analytics) == 1


def test_a_full_queue_says_so_in_the_readers_language_and_recovers(url: str, backend: StubBackend) -> None:
    import httpx

    client = pytest.importorskip("gradio_client").Client(url, verbose=False, analytics_enabled=False)
    solve, join = f"{url}/gradio_api/call/solve", f"{url}/gradio_api/queue/join"
    backend.gate.clear()
    try:
        waiting = {"data": ["wait for 35 and 94"]}
        codes = [httpx.post(solve, json=waiting).status_code for _ in range(PageOptions().queue + 8)]
        event = {"data": [CAGE], "fn_index": 0, "session_hash": "busy"}
        for headers, query, language in (
            ({}, "", "en"),
            ({"Accept-Language": "zh-CN,zh;q=0.9"}, "", "zh-CN"),
            ({"Accept-Language": "zh-CN", "Cookie": "mwp-language=en"}, "", "en"),
            ({"Accept-Language": "en"}, "?lang=zh", "zh-CN"),
        ):
            program = httpx.post(solve + query, json=event, headers=headers)
            unknown = httpx.post(join + query, json=event, headers=headers)
            # Gradio's script in a browser would show a sentence of its own for a 503.
            page = httpx.post(join + query, json=event, headers={**headers, "Origin": url})
            assert [answer.status_code for answer in (program, unknown, page)] == [503, 503, 429]
            for answer in (program, unknown, page):
                assert answer.json() == {"error": TRANSLATIONS[language]["busy"]}
                assert int(answer.headers["retry-after"]) > 0
                assert answer.headers["x-content-type-options"] == "nosniff"
        with pytest.raises(Exception, match="Queue is full! Please try again"):
            client.predict(question=CAGE, api_name="/solve")
    finally:
        backend.gate.set()
    assert set(codes) == {200, 503}
    until = time.monotonic() + 60
    while httpx.post(solve, json={"data": [CAGE]}).status_code == 503 and time.monotonic() < until:
        time.sleep(0.05)
    assert call(url, "solve", CAGE)[0] == "complete"
