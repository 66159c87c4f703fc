"""The answer of a page that is busy, in the reader's language; Gradio (6.31) has an English one of its own.

Gradio refuses an event for which the queue has no room with the status 503 and a sentence for programmers. Here the
sentence is the page's. A page in a browser gets the status 429: for a 503 its script would show a sentence that is
built into it, for others it shows the server's. Programs get the 503 that they know (``gradio_client`` makes its
``QueueError`` of it), with the seconds after which to ask again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mwp_solver.web.language import language_of, say

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

JOINS = ("/gradio_api/queue/join", "/gradio_api/call/")
RETRY = 5
"""seconds after which it is worth asking again"""


class SaysBusy:
    """Middleware that says in the reader's language that the queue is full."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(JOINS):
            await self.app(scope, receive, send)
            return
        busy = False

        async def send_changed(message: Message) -> None:
            nonlocal busy
            if message["type"] == "http.response.start" and message["status"] == 503:
                busy = True
                await _refuse(scope, send)
            elif not busy:
                await send(message)

        await self.app(scope, receive, send_changed)


async def _refuse(scope: Scope, send: Send) -> None:
    from starlette.requests import Request

    request = Request(scope)
    # Browsers name the page that a request comes from, programs do not.
    status = 429 if "origin" in request.headers else 503
    body = json.dumps({"error": say("busy", language_of(request))}, ensure_ascii=False).encode()
    headers = [("content-type", "application/json"), ("content-length", len(body)), ("retry-after", RETRY)]
    encoded = [(name.encode(), str(value).encode()) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})
