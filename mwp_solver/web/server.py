"""The HTTP server around the page: who may ask, how much, and what headers go out."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING

from mwp_solver.errors import MWPError
from mwp_solver.options import PageOptions
from mwp_solver.web.busy import SaysBusy
from mwp_solver.web.first_page import OwnScriptFirst
from mwp_solver.web.login import Login
from mwp_solver.web.streams import NoEventBetweenStreams
from mwp_solver.web.uploads import FRAMING, UPLOAD, Uploads, sweeping

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio opens these on every page, but this one has no use for them.
CLOSED = ("/gradio_api/process_recording", "/gradio_api/deep_link")

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(), microphone=()",
    # Gradio's page starts itself with inline scripts and styles; nothing comes from or goes to another host.
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors {ancestors}"
    ),
}


def new_app(
    options: PageOptions = PageOptions(), allowed_hosts: Sequence[str] = (), ancestors: str = "'self'"
) -> FastAPI:
    """An application with ``/healthz`` and the checks; the page is mounted into it.

    Args:
        options: the address it will listen on (together with localhost the only ones a request may name, unless
            it means all addresses), bounds, login.
        allowed_hosts: further names a request may use.
        ancestors: pages that may show this one in a frame (sources of the CSP's ``frame-ancestors``).
    """
    from fastapi import FastAPI
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    app = FastAPI(
        title="mwp_solver", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lambda app: sweeping(options)
    )
    app.add_api_route("/healthz", _healthz)
    app.add_middleware(NoEventBetweenStreams)
    app.add_middleware(SaysBusy)
    app.add_middleware(OwnScriptFirst)
    app.add_middleware(Uploads, options=options)
    if options.auth is not None:
        app.add_middleware(Login, auth=options.auth)
    app.add_middleware(
        TrustedHostMiddleware, allowed_hosts=trusted_hosts(options.host, allowed_hosts), www_redirect=False
    )
    app.add_middleware(Guard, options=options, ancestors=ancestors)  # the outermost: refusals carry the headers too
    return app


def is_public(options: PageOptions, allowed_hosts: Sequence[str] = ()) -> bool:
    """Whether people on other machines may reach the page: it listens on more than this machine's own address,
    answers to further names (as behind a proxy), or is a space of Hugging Face."""
    local = options.host == "localhost"
    with suppress(ValueError):
        local = ip_address(options.host.strip("[]")).is_loopback
    return not local or bool(allowed_hosts) or "SPACE_ID" in os.environ


def _healthz() -> dict[str, str]:
    return {"status": "ok"}


def trusted_hosts(host: str, allowed_hosts: Sequence[str] = ()) -> list[str]:
    """The Host headers to accept: what keeps other web sites from reaching a local page (DNS rebinding)."""
    local = ["localhost", "127.0.0.1", "::1", "[::1]"]
    if host in ("", "0.0.0.0", "::") and not allowed_hosts:
        return ["*"]
    return [*dict.fromkeys([host, *local, *allowed_hosts])]


class Guard:
    """Middleware that bounds requests and adds the security headers."""

    def __init__(self, app: ASGIApp, options: PageOptions, ancestors: str = "'self'") -> None:
        self.app = app
        self.options = options
        self.headers = [(k.encode(), v.format(ancestors=ancestors).encode()) for k, v in HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *self.headers]}
            await send(message)

        refusal = _refusal(scope, self.options)
        if refusal is None:
            await self.app(scope, receive, send_with_headers)
            return
        from starlette.responses import JSONResponse

        status, detail = refusal
        await JSONResponse({"error": detail}, status)(scope, receive, send_with_headers)


def _refusal(scope: Scope, options: PageOptions) -> tuple[int, str] | None:
    path = scope["path"].rstrip("/")
    if path in CLOSED:
        return 404, "not offered here"
    most = options.upload + FRAMING if path == UPLOAD else options.body
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    if b"transfer-encoding" in headers:
        return 411, "send the length of the request's body"
    if not length.isdigit() or int(length[:20]) > most:
        return 413, f"a request's body is at most {most} bytes here"
    return None


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one.

    Raises:
        MWPError: if the address cannot be used.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError) as error:
        raise MWPError(f"cannot listen on {host} port {port}: {error}; choose another --port or --host") from error


def serve(app: FastAPI, listener: socket.socket) -> None:
    """Serve until interrupted."""
    import uvicorn

    # Open pages keep a connection each; without the timeout they would hold up the end.
    config = uvicorn.Config(app, log_level="warning", server_header=False, ws="none", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    logging.getLogger("uvicorn.error").addFilter(_not_cancelled)
    # Told to stop, end as by Ctrl-C, with everything put away.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


def _not_cancelled(record: logging.LogRecord) -> bool:
    """Keep out of the log the tracebacks of open pages that Ctrl-C cuts off."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))
