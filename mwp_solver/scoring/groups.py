"""What a row is counted under: properties of a problem that accuracy is broken down by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mwp_solver.errors import ExpressionError
from mwp_solver.expression.steps import working
from mwp_solver.expression.syntax import parse_expression
from mwp_solver.problem import Problem
from mwp_solver.quantities import find_quantities
from mwp_solver.text import normalize_question

_NUMBERS = {
    "integer": "whole numbers",
    "decimal": "decimals",
    "fraction": "fractions",
    "mixed": "fractions",
    "percent": "percents",
    "discount": "percents",
}
NUMBER_KINDS = ("no numbers", "whole numbers", "decimals", "fractions", "percents", "several kinds")
"""kinds of a question's numbers, in the order of a report"""
MORE = " or more"
"""ends the name of a group without an upper end"""
_LENGTHS = (20, 40, 60, 80, 120, 200)
_MOST_STEPS = 6


def properties(problem: Problem) -> dict[str, Any]:
    """What breakdowns need to know of a problem: ``key_steps`` (operations of its equation, or ``None``),
    ``numbers`` (kind of the numbers of its question) and ``length`` (of the question, in characters)."""
    question = normalize_question(problem.question)
    kinds = {_NUMBERS[quantity.kind] for quantity in find_quantities(question)}
    special = kinds - {"whole numbers"}
    numbers = "several kinds" if len(special) > 1 else next(iter(special or kinds), "no numbers")
    return {"key_steps": _steps(problem.equation), "numbers": numbers, "length": len(question)}


def _steps(equation: str | None) -> int | None:
    try:
        return None if equation is None else len(working(parse_expression(equation)))
    except ExpressionError:
        return None


def _step_group(row: Mapping[str, Any]) -> str | None:
    steps = row.get("key_steps")
    return None if steps is None else f"{_MOST_STEPS}{MORE}" if steps >= _MOST_STEPS else str(steps)


def _length_group(row: Mapping[str, Any]) -> str:
    low = 1
    for high in _LENGTHS:
        if row["length"] <= high:
            return f"{low}-{high}"
        low = high + 1
    return f"{low}{MORE}"


def _text(name: str) -> Callable[[Mapping[str, Any]], str | None]:
    return lambda row: None if row.get(name) is None else str(row[name])


GROUPS: Mapping[str, Callable[[Mapping[str, Any]], str | None]] = {
    "family": _text("family"),
    "grade": _text("grade"),
    "steps": _step_group,
    "numbers": _text("numbers"),
    "length": _length_group,
}
"""Breakdown -> the group that a row of predictions falls in, or ``None`` if that is not known."""


def in_order(breakdown: str, groups: Mapping[str, int]) -> list[str]:
    """Groups as a reader expects them: families by size, everything else by its nature.

    Args:
        breakdown: one of :data:`GROUPS`.
        groups: name -> rows.
    """
    if breakdown == "family":
        return sorted(groups, key=lambda name: (-groups[name], name))
    if breakdown == "numbers":
        return [name for name in NUMBER_KINDS if name in groups]
    return sorted(groups, key=lambda name: int(name.split("-")[0].split()[0]))
