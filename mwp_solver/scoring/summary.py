"""Rows of predictions, one after another -> all figures of a report. Memory does not grow with the rows, but
for four bytes each that keep the percentiles of time exact."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from mwp_solver.scoring.failures import Failures
from mwp_solver.scoring.grading import RULES, STRICT
from mwp_solver.scoring.groups import GROUPS, in_order
from mwp_solver.scoring.intervals import RESAMPLES, SEED, accuracy_interval
from mwp_solver.scoring.reliability import Reliability
from mwp_solver.scoring.school import school_report
from mwp_solver.scoring.signature import signed
from mwp_solver.text import language_of

MILLISECONDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
"""edges of the histogram of time"""
MOST_GROUPS = 1000
"""groups told apart in a breakdown; the rest is counted together"""
OTHERS = "(others)"


class _Tally:
    """Rows of a file: all, without an expression, with a key, and of these right by each rule."""

    __slots__ = ("correct", "errors", "graded", "total", "unsolved")

    def __init__(self) -> None:
        self.total = self.unsolved = self.errors = self.graded = 0
        self.correct = dict.fromkeys(RULES, 0)

    def add(self, row: Mapping[str, Any]) -> None:
        self.total += 1
        self.unsolved += row["value"] is None
        if row["correct"] is not None:
            self.graded += 1
            for rule, right in row["rules"].items():
                self.correct[rule] += right

    def to_dict(self) -> dict[str, Any]:
        strict = accuracy_interval(self.correct[STRICT], self.graded).to_dict()
        return {
            "total": self.total,
            "graded": self.graded,
            "correct": self.correct[STRICT],
            "accuracy": strict["accuracy"] if self.graded else None,
            "unsolved": self.unsolved,
            "errors": self.errors,
            "rules": {rule: accuracy_interval(correct, self.graded).to_dict() for rule, correct in self.correct.items()}
            if self.graded
            else {},
        }


class Summary:
    """Takes rows of predictions and says how good they are.

    Args:
        made: the run's signature, see :func:`mwp_solver.scoring.signature.signature`.
        examples: failures shown of each kind.
    """

    def __init__(self, made: Mapping[str, Any], examples: int = 5) -> None:
        self.made = made
        self.whole = _Tally()
        self.chinese = 0
        self.files = [_Tally() for _ in made["data"]]
        self.groups: dict[str, dict[str, list[int]]] = {name: {} for name in GROUPS}
        self.reliability = Reliability()
        self.milliseconds = array("f")
        self.failures = Failures(examples)

    def add(self, row: Mapping[str, Any]) -> None:
        """Take one row as :mod:`mwp_solver.batch` writes them."""
        self.whole.add(row)
        self.files[row["source"]].add(row)
        self.milliseconds.append(row["milliseconds"])
        self.chinese += language_of(row["question"]) == "zh"
        if row["correct"] is None:
            return
        self.failures.add(row)
        for name, group_of in GROUPS.items():
            if (group := group_of(row)) is not None:
                groups = self.groups[name]
                if group not in groups and len(groups) >= MOST_GROUPS:
                    group = OTHERS
                counts = groups.setdefault(group, [0, 0])
                counts[0] += row["correct"]
                counts[1] += 1
        if row["value"] is not None:
            self.reliability.add(row["confidence"], row["correct"])

    def add_error(self, row: Mapping[str, Any]) -> None:
        """Take one row that could not be used."""
        self.whole.errors += 1
        self.files[row["source"]].errors += 1

    def report(self) -> dict[str, Any]:
        """Every figure, in JSON's types."""
        grades = {int(group): (counts[0], counts[1]) for group, counts in self.groups["grade"].items()}
        return {
            **signed(self.made),
            "language": "zh" if self.chinese * 2 > self.whole.total else "en",
            "bootstrap": {"resamples": RESAMPLES, "seed": SEED, "interval": 0.95},
            **self.whole.to_dict(),
            "rule_meanings": dict(RULES),
            "files": [
                {"file": file["name"], **tally.to_dict()}
                for file, tally in zip(self.made["data"], self.files, strict=True)
            ],
            "breakdowns": {name: self._breakdown(name) for name, groups in self.groups.items() if groups},
            "reliability": self.reliability.report(),
            "latency": self._latency(),
            "school": school_report(grades),
            "failures": self.failures.report(),
        }

    def _breakdown(self, name: str) -> list[dict[str, Any]]:
        groups = self.groups[name]
        others = [OTHERS] if OTHERS in groups else []
        names = in_order(name, {group: counts[1] for group, counts in groups.items() if group != OTHERS})
        return [{"group": group, **accuracy_interval(*groups[group]).to_dict()} for group in names + others]

    def _latency(self) -> dict[str, Any]:
        if not self.milliseconds:
            return {"bins": []}
        times = self._sorted()
        counts = [0] * (len(MILLISECONDS) + 1)
        for time in self.milliseconds:
            counts[bisect_right(MILLISECONDS, time)] += 1
        edges = [0, *MILLISECONDS, None]
        last = len(times) - 1
        return {
            "bins": [
                {"low": low, "high": high, "count": count}
                for low, high, count in zip(edges, edges[1:], counts, strict=False)
            ],
            "median": round(float(times[last // 2]), 2),
            "p95": round(float(times[math.ceil(last * 0.95)]), 2),
            "mean": round(math.fsum(self.milliseconds) / len(times), 2),
        }

    def _sorted(self) -> Any:
        import numpy

        return numpy.sort(numpy.frombuffer(self.milliseconds, dtype=numpy.float32))
