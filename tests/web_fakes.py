"""A solver without a network, and a server for the page, for the tests of the web page."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

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
def served(solver: Solver) -> Iterator[str]:
    """The page's address while its server runs."""
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
