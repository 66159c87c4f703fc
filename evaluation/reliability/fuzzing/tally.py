"""How inputs ended: values, errors of the project, crashes, time and memory."""

from __future__ import annotations

import resource  # on Unix
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from mwp_solver.errors import MWPError

SECONDS = 0.05
"""of processor time that an input may take: the machine may be busy with other things"""
GROWTH = 300
"""megabytes by which the process's largest memory may grow"""
_KEPT = 20
"""crashes, and slow inputs, that are written down"""


class Ending(str):
    """What a call gives back to say how it ended; anything else is a ``value``."""


class Tally:
    """The count of one target."""

    def __init__(self, bound: float = SECONDS) -> None:
        self.bound = bound
        self.ends: Counter[str] = Counter()
        self.crashes: list[dict[str, str]] = []
        self.slow: list[dict[str, Any]] = []
        self.slowest = 0.0
        self.began, self.before = time.monotonic(), peak()

    def add(self, given: Any, call: Callable[[], Any]) -> None:
        """Make a call with an input and count how it ended.

        What took too long is called three times more, and the best counts.
        """
        start = time.process_time()
        try:
            found = call()
            self.ends[str(found) if isinstance(found, Ending) else "value"] += 1
        except MWPError as error:
            self.ends[f"{type(error).__name__} {getattr(error, 'code', '')}".strip()] += 1
        except Exception:
            self.ends["crash"] += 1
            if len(self.crashes) < _KEPT:
                self.crashes.append({"input": ascii(given)[:2000], "trace": traceback.format_exc(limit=-3)})
        took = time.process_time() - start
        if took > self.bound:
            took = min(took, *(seconds_of(call) for _ in range(3)))
            if took > self.bound and len(self.slow) < _KEPT:
                self.slow.append({"input": ascii(given)[:2000], "milliseconds": round(took * 1000)})
        self.slowest = max(self.slowest, took)

    def result(self) -> dict[str, Any]:
        """The counts, for JSON."""
        return {
            "seconds": round(time.monotonic() - self.began),
            "inputs": self.ends.total(),
            "ends": dict(self.ends.most_common()),
            "crashes": self.crashes,
            "slow": self.slow,
            "slowest_milliseconds": round(self.slowest * 1000, 1),
            "peak_megabytes": round(peak()),
            "growth_megabytes": round(peak() - self.before, 1),
        }


def seconds_of(call: Callable[[], Any]) -> float:
    """Processor time of one call."""
    start = time.process_time()
    with suppress(Exception):
        call()
    return time.process_time() - start


def peak() -> float:
    """The largest memory of this process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def at_fault(result: dict[str, Any]) -> bool:
    """Whether anything in a target's counts is not as it must be."""
    return bool(result["crashes"] or result["slow"] or result["growth_megabytes"] > GROWTH)


def summary(name: str, result: dict[str, Any]) -> str:
    """A line for people, and the first faults."""
    shown = {key: value for key, value in result.items() if key not in ("crashes", "slow")}
    faults = result["crashes"] + result["slow"]
    return "\n  ".join(
        [f"{name} {shown} crashes {len(result['crashes'])} slow {len(result['slow'])}", *map(str, faults[:5])]
    )
