"""Attack the page of a `mwp-solver serve` here: no stack trace, no file beyond those meant, alive afterwards.

    python evaluation/reliability/web.py [--output FILE.json] [--connections 200] [--seconds 20]

In turn: wrong types and sizes to every endpoint, by its name and by the number of its event; bodies of 30 MB and of
untold length; foreign Host and Origin headers; paths that climb out of folders on every route that gives files; uploads
that nothing uses; many connections at once; slow clients. A reply that has a trace of the program, a
piece of a file that is not the page's, a server that no longer answers or memory that stays 100 MB above what it was
after the first attacks is a fault. Exit code 1 if there is one. Needs Linux for the memory.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from attacking.attack import Attack

ROOM = 100
"""megabytes"""


def megabytes(pid: int) -> float:
    """Resident memory."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return round(int(found[1]) / 1024, 1) if found else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20, help="of slow clients")
    given = parser.parse_args()
    command = [sys.executable, "-m", "mwp_solver", "serve", "--port", "0", "--no-feedback"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    url = next(found[0] for line in server.stdout if (found := re.search(r"http://\S+", line)))
    attack, memory = Attack(url), {}

    def done(name: str, act: Callable[[], None]) -> None:
        act()
        memory[name] = megabytes(server.pid)
        print(name, memory[name], "MB", {k: dict(v) for k, v in attack.statuses.items()}, file=sys.stderr)

    try:
        config = attack.client.get("/config").json()
        names = [one["api_name"] for one in config["dependencies"] if one["api_visibility"] == "public"]
        events = len(config["dependencies"])
        done("crowd, first", lambda: asyncio.run(attack.crowd(given.connections)))
        done("endpoints, first", lambda: attack.endpoints(names, events))
        for name, act in (
            ("endpoints", lambda: attack.endpoints(names, events)),
            ("sizes", attack.sizes),
            ("headers", attack.headers),
            ("paths", attack.paths),
            ("uploads", attack.uploads),
            ("crowd", lambda: asyncio.run(attack.crowd(given.connections))),
            ("slow clients", lambda: attack.slow(given.connections, given.seconds)),
        ):
            done(name, act)
        answer = attack.send("afterwards", "GET", "/healthz")
        if answer is None or answer.json() != {"status": "ok"}:
            attack.faults.append("the server no longer answers")
        if memory["slow clients"] > memory["endpoints, first"] + ROOM:
            attack.faults.append(f"memory stays at {memory['slow clients']} MB")
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
    result = {
        "endpoints": len(names),
        "events": events,
        "replies": {kind: dict(sorted(counts.items())) for kind, counts in attack.statuses.items()},
        "megabytes": memory,
        "faults": attack.faults[:20],
    }
    text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    print(text)
    if given.output:
        given.output.write_text(text, encoding="utf-8")
    sys.exit(bool(attack.faults))


if __name__ == "__main__":
    main()
