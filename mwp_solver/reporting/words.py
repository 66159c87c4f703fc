"""What all reports say alike: titles, notes, and figures as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BREAKDOWNS: Mapping[str, str] = {
    "family": "By family of problem",
    "grade": "By school grade",
    "steps": "By number of steps (operations of the key's equation)",
    "numbers": "By kind of the question's numbers",
    "length": "By length of the question (characters)",
}
RULE_NAMES: Mapping[str, str] = {
    "strict": "strict",
    "decimals_6": "6 decimals",
    "absolute_1e-4": "within 0.0001",
    "relative_1pct": "within 1%",
}
INTERVALS = "Ranges are 95% bootstrap intervals."
CONFIDENCE = "A point on the diagonal means that of the answers given with that confidence just that share is right."
LATENCY = "Time a problem, in milliseconds: that of its batch, shared equally among the problems in it."


def percent(share: float | None) -> str:
    """A share as a percentage of one decimal; a dash for none."""
    return "–" if share is None else f"{share:.1%}"


def printable(text: object) -> str:
    """Any text on one line of a terminal, without characters that would steer it."""
    return "".join(sign if sign.isprintable() or sign == "\u3000" else "\ufffd" for sign in str(text))


def interval(figures: Mapping[str, Any]) -> str:
    """``65.0% (61.2–68.7%)``."""
    return f"{percent(figures['accuracy'])} ({figures['low'] * 100:.1f}–{figures['high']:.1%})"


def headline(report: Mapping[str, Any]) -> str:
    """The report's first sentence."""
    total, errors = report["total"], report["errors"]
    rows = f"{errors:,} {'row' if errors == 1 else 'rows'} could not be used" if errors else "every row could be used"
    if not report["graded"]:
        return f"{total:,} problems solved, none with a key; {rows}."
    strict = report["rules"]["strict"]
    return (
        f"{strict['correct']:,} of {strict['total']:,} problems with a key are right: {interval(strict)}."
        f" For {report['unsolved']:,} of {total:,} there is no expression with a value; {rows}."
    )


def milliseconds(low: float | None, high: float | None) -> str:
    """An edge to edge label of the histogram of time."""
    return f"{low:,} or more" if high is None else f"{low:,}–{high:,}"
