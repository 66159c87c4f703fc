"""What is sent to the page, and what in a reply is a fault."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time
from collections import Counter
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

CAGE = "鸡和兔关在同一个笼子里，一共有35个头，94只脚，鸡有多少只？"
WRONG: list[Any] = [None, 7, -1.5, True, [], {}, [[]], {"a": 1}, "", "x", "x" * 100_000, "\ud800", "<script>", CAGE]
WRONG += [{"path": "/etc/passwd"}, {"path": "../../etc/passwd", "meta": {"_type": "gradio.FileData"}}, [CAGE] * 1000]
WRONG += [
    {"path": "/etc/passwd", "url": "file:///etc/passwd", "meta": {"_type": "gradio.FileData"}},
    10**400,
    "1" * 5000,
]
TRACES = re.compile(rb"Traceback|File \"/|site-packages|\.py\", line|root:x:0:")
CLIMBS = [
    "/etc/passwd",
    "../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "....//....//etc/passwd",
    "C:\\boot.ini",
]
CLIMBS += ["%2e%2e/%2e%2e/etc/passwd", "file:///etc/passwd", "//etc/passwd", "pyproject.toml", "/proc/self/environ"]
ROUTES = [
    "gradio_api/file=",
    "gradio_api/file/",
    "file=",
    "static/",
    "assets/",
    "svelte/",
    "theme.css?v=",
    "custom_component/",
]
ROUTES += [
    "gradio_api/deep_link?session_hash=",
    "gradio_api/proxy=",
    "gradio_api/stream/",
    "gradio_api/monitoring/",
    "",
]
JSON = {"content-type": "application/json"}


def _json(thing: object) -> bytes:
    return json.dumps(thing).encode("utf-8", "surrogatepass")


def _event(answer: httpx.Response | None) -> str | None:
    if answer is None or answer.status_code != 200:
        return None
    with suppress(ValueError, AttributeError):
        return str(answer.json()["event_id"])
    return None


class Attack:
    """What was sent and what came of it.

    Args:
        url: of the page.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.Client(base_url=url, timeout=60)
        self.statuses: dict[str, Counter[str]] = {}
        self.faults: list[str] = []

    def send(self, kind: str, method: str, path: str, **settings: Any) -> httpx.Response | None:
        """One request; ``None`` if the server ended the connection."""
        counts = self.statuses.setdefault(kind, Counter())
        try:
            answer = self.client.request(method, path, **settings)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            counts[type(error).__name__] += 1
            return None
        counts[str(answer.status_code)] += 1
        self.judge(f"{kind}: {method} {path[:80]}", answer.status_code, answer.content)
        return answer

    def judge(self, what: str, status: int, content: bytes) -> None:
        """Note a fault. A 500 (Gradio's answer to an event that there is not) is counted, not called one."""
        if TRACES.search(content):
            self.faults.append(f"{what}: {status} {content[:200]!r}")

    def endpoints(self, names: list[str], events: int) -> None:
        """Wrong data by name and by number."""
        for value in WRONG:
            for name in names:
                body = _json({"data": [value]})
                call = self.send("by name", "POST", f"/gradio_api/call/{name}", content=body, headers=JSON)
                event = _event(call)
                if event is not None:
                    self.send("its answer", "GET", f"/gradio_api/call/{name}/{event}")
            for number in (*range(events), -1, 10_000, 2**70):
                data = ([value], [value] * 5, value)[number % 3]
                body = _json({"data": data, "fn_index": number, "session_hash": "attack"})
                self.send("by number", "POST", "/gradio_api/queue/join", content=body, headers=JSON)
        for body in (
            b"",
            b"[",
            b"nul",
            b"[" * 100_000,
            b'{"data": NaN}',
            b'{"data": 1e999}',
            b"\xff\xfe",
            b'{"data":[1]}' * 9,
        ):
            for path in (
                "/gradio_api/call/solve",
                "/gradio_api/queue/join",
                "/gradio_api/run/predict",
                "/gradio_api/reset",
            ):
                self.send("no JSON", "POST", path, content=body, headers=JSON)

    def sizes(self) -> None:
        """30 MB, with its length told and untold."""
        big = b'{"data": ["' + b"x" * 30_000_000 + b'"]}'
        for path in ("/gradio_api/call/solve", "/gradio_api/queue/join", "/", "/gradio_api/upload"):
            self.send("30 MB", "POST", path, content=big, headers=JSON)
            self.send("untold length", "POST", path, content=iter([big[:1_000_000]] * 30), headers=JSON)
        for length in (b"-1", b"1e3", b"9" * 400, b"5, 5", b"\xd9\xa3", b""):
            self.raw(
                b"POST /gradio_api/call/solve HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + length + b"\r\n\r\n{}"
            )

    def raw(self, request: bytes) -> None:
        """Bytes as they are, which a client's library would not send."""
        where = urlsplit(self.url)
        counts = self.statuses.setdefault("raw", Counter())
        with suppress(OSError), socket.create_connection((where.hostname, where.port), 5) as client:
            client.settimeout(5)
            client.sendall(request)
            answer = client.recv(65_536)
            counts[answer[9:12].decode("latin-1")] += 1
            self.judge("raw", 0, answer)

    def headers(self) -> None:
        """Foreign names of this server, and pages elsewhere that ask it."""
        for host in (
            "evil.example",
            "127.0.0.1.evil.example",
            "",
            "localhost:1@evil.example",
            "[::1].evil",
            "x" * 9000,
        ):
            answer = self.send("foreign Host", "GET", "/", headers={"host": host})
            if answer is not None and answer.status_code == 200:
                self.faults.append(f"the host {host[:60]!r} was answered")
        for origin in ("http://evil.example", "null", "file://"):
            headers = {**JSON, "origin": origin}
            answer = self.send(
                "foreign Origin", "POST", "/gradio_api/call/solve", content=_json({"data": [CAGE]}), headers=headers
            )
            allowed = answer is not None and answer.headers.get("access-control-allow-origin")
            if allowed:
                self.faults.append(f"the origin {origin} may read answers: {allowed}")

    def paths(self) -> None:
        """Files that are none of the page's."""
        for route in ROUTES:
            for climb in CLIMBS:
                self.send("paths", "GET", f"/{route}{climb}")
                self.send("paths", "GET", f"/{route}{quote(climb, safe='')}")

    def uploads(self) -> None:
        """Files that nothing uses, of kinds and names that are none."""
        for name in (
            "a.csv",
            "../../a.csv",
            "a.exe",
            "a.html",
            "a" * 300 + ".csv",
            "a.csv\x00.exe",
            ".csv",
            "con.csv",
            "a/b.csv",
        ):
            for content in (b"", b"question\n1", b"x" * 3_000_000):
                self.send("uploads", "POST", "/gradio_api/upload", files={"files": (name, content)})
        many = [("files", (f"{n}.csv", b"question\n1")) for n in range(200)]
        self.send("uploads", "POST", "/gradio_api/upload", files=many)

    async def crowd(self, connections: int) -> None:
        """Many at once, each with a problem."""
        counts = self.statuses.setdefault(f"{connections} at once", Counter())
        limits = httpx.Limits(max_connections=connections)

        async with httpx.AsyncClient(base_url=self.url, timeout=120, limits=limits) as client:

            async def one(number: int) -> None:
                try:
                    body = _json({"data": [CAGE.replace("35", str(40 + number))]})
                    call = await client.post("/gradio_api/call/solve", content=body, headers=JSON)
                    event = _event(call)
                    answer = call if event is None else await client.get(f"/gradio_api/call/solve/{event}")
                except httpx.HTTPError as error:
                    counts[type(error).__name__] += 1
                    return
                counts[str(answer.status_code)] += 1
                self.judge("crowd", answer.status_code, answer.content)

            await asyncio.gather(*map(one, range(connections)))

    def slow(self, connections: int, seconds: float) -> None:
        """Clients that send a byte a second and never end; meanwhile others must be served."""
        where = urlsplit(self.url)
        clients = []
        for _ in range(connections):
            with suppress(OSError):
                client = socket.create_connection((where.hostname, where.port), 5)
                client.sendall(
                    b"POST /gradio_api/call/solve HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\n{"
                )
                clients.append(client)
        until, slowest = time.monotonic() + seconds, 0.0
        while time.monotonic() < until:
            for client in clients:
                with suppress(OSError):
                    client.send(b" ")
            begun = time.monotonic()
            self.send("beside slow clients", "GET", "/healthz")
            slowest = max(slowest, time.monotonic() - begun)
            time.sleep(1)
        for client in clients:
            client.close()
        if slowest > 5:
            self.faults.append(f"beside slow clients an answer took {slowest:.1f} s")
