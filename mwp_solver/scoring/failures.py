"""The failures one learns most from: a few of each kind, out of any number of rows."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from typing import Any

from mwp_solver.scoring.grading import STRICT

KINDS: Mapping[str, str] = {
    "form": "The number may be right, but its percent sign or unit is not",
    "lenient": "Wrong by the strict rule, right by one that others use",
    "not_chosen": "The right value was among the candidates, but was not chosen",
    "unsolved": "No candidate has a value",
    "confident": "Wrong, and sure of it",
}
"""Kinds of failure, and what each is; a failure is of the first that fits."""


def kind_of(row: Mapping[str, Any]) -> str | None:
    """The kind of a row's failure; ``None`` for one that is right or has no key."""
    if row["correct"] is not False:
        return None
    if row["verdict"] in ("percent_form", "unit"):
        return "form"
    if any(right for rule, right in row["rules"].items() if rule != STRICT):
        return "lenient"
    if row["right_candidate"] is not None:
        return "not_chosen"
    return "unsolved" if row["value"] is None else "confident"


class Failures:
    """Counts failures and keeps the most instructive ones: those that the model was surest of.

    Args:
        keep: how many of each kind.
    """

    def __init__(self, keep: int = 5) -> None:
        self.keep = keep
        self.counts = dict.fromkeys(KINDS, 0)
        self._kept: dict[str, list[tuple[float, int, Mapping[str, Any]]]] = {kind: [] for kind in KINDS}

    def add(self, row: Mapping[str, Any]) -> None:
        """Take one row of predictions; those that are right are passed over."""
        kind = kind_of(row)
        if kind is None:
            return
        self.counts[kind] += 1
        # Of equals the earlier stays; row numbers are unique, so rows themselves are never compared.
        item = (row["confidence"], -row["row"], row)
        kept = self._kept[kind]
        if len(kept) < self.keep:
            heapq.heappush(kept, item)
        else:
            heapq.heappushpop(kept, item)

    def report(self) -> list[dict[str, Any]]:
        """For each kind that occurs: ``kind``, ``label``, ``count`` and ``examples``, the surest first."""
        return [
            {
                "kind": kind,
                "label": KINDS[kind],
                "count": count,
                "examples": [dict(row) for _, _, row in sorted(self._kept[kind], key=lambda item: item[:2])[::-1]],
            }
            for kind, count in self.counts.items()
            if count
        ]
