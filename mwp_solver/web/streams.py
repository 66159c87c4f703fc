"""Keeps an event from being lost between two of Gradio's event streams.

A page gets the results of its events over one stream (``/queue/data``). When none is left the server says
``close_stream``, and the page, once it has read that, opens a new stream with its next event. Gradio 6.31 loses
an event sent in between: the page still believes its stream open and opens none, so the result never arrives (an
Enter right after the page has loaded does nothing). Here the reply to such an event waits until the page has hung
up its old stream, which it does when it has read the message; it then opens a new stream for the event.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATIENCE = 5.0
"""seconds to wait at most for a page to hang up"""

STREAM, JOIN = "/gradio_api/queue/data", "/gradio_api/queue/join"
_CLOSE = b'data: {"msg":"close_stream"'


class NoEventBetweenStreams:
    """Middleware; must see the requests as the server gives them, so nothing may wrap their ``receive``."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.closing: dict[str, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].rstrip("/") if scope["type"] == "http" else ""
        if path == STREAM:
            await self._stream(scope, receive, send)
        elif path == JOIN:
            await self._join(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0]
        hung_up = asyncio.Event()

        async def send_and_wait(message: Message) -> None:
            if message.get("body", b"").startswith(_CLOSE):
                # Nothing runs between Gradio's look at the waiting events and this line.
                self.closing[session] = hung_up
            elif hung_up is self.closing.get(session) and not message.get("more_body", False):
                await _hang_up(receive)
            await send(message)

        try:
            await self.app(scope, receive, send_and_wait)
        finally:
            hung_up.set()
            if self.closing.get(session) is hung_up:
                del self.closing[session]

    async def _join(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()

        async def receive_and_keep() -> Message:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        async def wait_and_send(message: Message) -> None:
            if self.closing and message["type"] == "http.response.start":
                hung_up = self.closing.get(_session(bytes(body)))
                if hung_up is not None:
                    await hung_up.wait()
            await send(message)

        await self.app(scope, receive_and_keep, wait_and_send)


async def _hang_up(receive: Receive) -> None:
    """Wait until the client has hung up, or long enough."""
    try:
        async with asyncio.timeout(PATIENCE):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return


def _session(body: bytes) -> str:
    """The session that an event belongs to; empty if the body does not say."""
    try:
        session = json.loads(body)["session_hash"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return session if isinstance(session, str) else ""
