"""One user and password for the whole page, asked for by the browser itself (HTTP Basic authentication)."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

OPEN = ("/healthz",)
"""paths that need no login"""
_PAUSE = 0.5


class Login:
    """Middleware that lets nothing through without the right user and password (RFC 7617).

    Args:
        app: what is protected.
        auth: ``user:password``.
    """

    def __init__(self, app: ASGIApp, auth: str) -> None:
        self.app, self.auth = app, auth.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope.get("path") in OPEN:
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"authorization")
        if given is not None and self._right(given):
            await self.app(scope, receive, send)
            return
        if given is not None:
            await asyncio.sleep(_PAUSE)  # trying out passwords is slow
        from starlette.responses import JSONResponse

        asks = {"www-authenticate": 'Basic realm="mwp-solver", charset="UTF-8"'}
        await JSONResponse({"error": "log in with user and password"}, 401, headers=asks)(scope, receive, send)

    def _right(self, header: bytes) -> bool:
        scheme, _, token = header.partition(b" ")
        try:
            given = base64.b64decode(token.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return scheme.lower() == b"basic" and hmac.compare_digest(given, self.auth)
