"""A page served for a test, and what asks its endpoints."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mwp_solver.model.backends.base import Hypothesis
from mwp_solver.options import DecodingOptions
from mwp_solver.web import server


class Chickens:
    """A network that takes every question to be about heads and feet, in this order."""

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        """See :class:`mwp_solver.model.backends.base.Backend`."""
        return [[Hypothesis("(<extra_id_0>*4-<extra_id_1>)/2", -0.1)] for _ in texts]


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
