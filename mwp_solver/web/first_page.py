"""The page's own script and first style, put before Gradio's, which looks for a language at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mwp_solver.web.style import EARLY

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEAD = b"<head>"


class OwnScriptFirst:
    """Middleware that puts ``page.js`` and :data:`~mwp_solver.web.style.EARLY` at the very start of the page. Gradio's
    own ``head`` comes too late for that."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        script = Path(__file__).with_name("page.js").read_text(encoding="utf-8")
        self.first = f"<style>{EARLY}</style><script>{script}</script>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in ("", "/"):
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def send_changed(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            page = bytes(body).replace(_HEAD, _HEAD + self.first, 1)
            headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
            await send({**start, "headers": [*headers, (b"content-length", str(len(page)).encode())]})
            await send({"type": "http.response.body", "body": page})

        await self.app(scope, receive, send_changed)
