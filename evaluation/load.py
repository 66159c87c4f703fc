"""Many people on the page at once: errors, busy answers, waiting times and memory of one server process; prints JSON.

    python evaluation/load.py > evaluation/results/load.json

Starts ``mwp-solver serve`` on two cores (where there are more), lets some users warm it up, then has 32 users ask
sample problems for 60 seconds, three times with a pause between. A user asks, waits for the answer, thinks for a
while (``--think``, on average; 0 asks again at once) and asks the next. A time is from sending the problem to the last
byte of the answer. "Busy" are the refusals that the page states (HTTP 503); everything else that is no answer is an
error. The server's resident memory is noted every few seconds: whether it levels off is seen over the rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from mwp_solver.corpus.files import read_problems
from mwp_solver.model.checkpoint import read_manifest
from mwp_solver.options import DecodingOptions
from mwp_solver.resources import data_path
from mwp_solver.scoring.signature import file_part, model_part, signature, signed

START_SECONDS = 300
SAMPLE_SECONDS = 10


def start(cores: int) -> tuple[subprocess.Popen[str], str]:
    """A server process and its address."""
    command = [sys.executable, "-m", "mwp_solver", "serve", "--port", "0", "--no-feedback"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(server.pid, sorted(os.sched_getaffinity(0))[:cores])
    assert server.stdout is not None
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and (line := server.stdout.readline()):
        if found := re.search(r"http://\S+", line):
            return server, found[0]
    server.kill()
    sys.exit("the server did not start")


def megabytes(pid: int) -> float | None:
    """Resident memory, where the system tells it in /proc."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
    return round(int(found[1]) / 1024, 1) if found else None


async def watch(pid: int, begun: float, seen: list[tuple[int, float | None]]) -> None:
    """Note a process's memory every few seconds, with the seconds since the beginning."""
    while True:
        seen.append((round(time.monotonic() - begun), megabytes(pid)))
        await asyncio.sleep(SAMPLE_SECONDS)


async def rounds(
    pid: int, url: str, arguments: argparse.Namespace, questions: list[str]
) -> tuple[Counter[str], list[float], float, list[tuple[int, float | None]]]:
    """All rounds with their pauses: outcomes, times in order, seconds of asking, and the memory seen."""
    outcomes: Counter[str] = Counter()
    times: list[float] = []
    asking = 0.0
    seen: list[tuple[int, float | None]] = []
    watcher = asyncio.create_task(watch(pid, time.monotonic(), seen))
    for number in range(arguments.rounds):
        if number:
            await asyncio.sleep(arguments.pause)
        begun = time.monotonic()
        came, took = await use(url, arguments.users, arguments.seconds, arguments.think, questions)
        asking += time.monotonic() - begun
        outcomes += came
        times += took
    watcher.cancel()
    return outcomes, sorted(times), asking, seen


async def use(
    url: str, users: int, seconds: float, think: float, questions: list[str]
) -> tuple[Counter[str], list[float]]:
    """Let users ask for some time: how often what came of it, and the times of the answers."""
    import httpx

    outcomes: Counter[str] = Counter()
    times: list[float] = []
    end = time.monotonic() + seconds
    limits = httpx.Limits(max_connections=users * 2, max_keepalive_connections=users * 2)

    async def user(number: int, client: httpx.AsyncClient) -> None:
        chance = random.Random(number)
        await asyncio.sleep(chance.random() * min(think, seconds / 4))
        while time.monotonic() < end:
            begun = time.monotonic()
            outcome = await ask(client, chance.choice(questions))
            outcomes[outcome] += 1
            if outcome == "answered":
                times.append(time.monotonic() - begun)
            await asyncio.sleep(chance.expovariate(1 / think) if think else 0)

    async def ask(client: httpx.AsyncClient, question: str) -> str:
        api = f"{url}/gradio_api/call/solve"
        try:
            joined = await client.post(api, json={"data": [question]})
            if joined.status_code == 503:
                return "busy"
            if joined.status_code != 200:
                return f"HTTP {joined.status_code}"
            answer = await client.get(f"{api}/{joined.json()['event_id']}")
            # Of a long wait the first events are heartbeats.
            return "answered" if "event: complete" in answer.text else "error event"
        except (httpx.HTTPError, KeyError, ValueError) as error:
            return type(error).__name__

    async with httpx.AsyncClient(timeout=60, limits=limits, trust_env=False) as client:
        await asyncio.gather(*(user(number, client) for number in range(users)))
    return outcomes, sorted(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--users", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pause", type=float, default=10, help="seconds between rounds")
    parser.add_argument("--think", type=float, default=1.0, help="seconds between answer and next problem, on average")
    parser.add_argument("--cores", type=int, default=2)
    arguments = parser.parse_args()
    samples = data_path("samples.jsonl")
    questions = [problem.question for problem in read_problems(samples)]
    server, url = start(arguments.cores)
    try:
        warm = asyncio.run(use(url, arguments.users, min(5.0, arguments.seconds), arguments.think, questions))
        before = megabytes(server.pid)
        outcomes, times, elapsed, seen = asyncio.run(rounds(server.pid, url, arguments, questions))
        after = megabytes(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:  # on a machine with much else to do; the figures are there
            server.kill()
    answered, busy = outcomes.pop("answered", 0), outcomes.pop("busy", 0)

    def percentile(share: float) -> float | None:
        return round(times[min(len(times) - 1, int(len(times) * share))] * 1000, 1) if times else None

    model = model_part(read_manifest(data_path("model")), "default")
    print(
        json.dumps(
            {
                **signed(signature(model, [file_part(samples)], DecodingOptions())),
                "python": platform.python_version(),
                "machine": platform.machine(),
                "cores": arguments.cores,
                "users": arguments.users,
                "rounds": arguments.rounds,
                "seconds": round(elapsed, 1),
                "think_seconds": arguments.think,
                "answered": answered,
                "busy": busy,
                "errors": dict(outcomes),
                "answers_per_second": round(answered / elapsed, 1),
                "p50_ms": percentile(0.5),
                "p95_ms": percentile(0.95),
                "longest_ms": percentile(1),
                "warm_up_answers": warm[0]["answered"],
                "memory_before_mb": before,
                "memory_after_mb": after,
                "memory_mb_at_second": {str(second): size for second, size in seen},
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
