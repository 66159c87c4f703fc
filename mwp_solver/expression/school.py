"""Expressions in the signs of school books: ``×``, ``÷``, ``−``."""

from __future__ import annotations

import re
from collections.abc import Callable

from mwp_solver.expression.steps import Step

_FRACTION = re.compile(r"(?<![0-9.)%*/^])([0-9]+)/([0-9]+)(?![0-9.(%^])")
# A sign right after another: 10--5 is written 10−(−5).
_NEGATIVE = re.compile(r"(?<=[-+*/^])-([0-9.]+(?:/[0-9]+(?![0-9.]))?)")
_SIGNS = str.maketrans("*/-", "×÷−")


def school_notation(expression: str) -> str:
    """A canonical expression as school writes it (综合算式).

    A proper fraction inside a larger expression is a number and keeps its stroke (``24×(1−3/8)``).

    Args:
        expression: text from :func:`mwp_solver.expression.render.render_expression`.

    Returns:
        Text to show; it cannot always be parsed again to the same tree.
    """
    return _notation(expression, _keep_proper)


def school_equation(expression: str, value: str) -> str:
    """An expression and its value: ``(35×4−94)÷2 = 23``.

    Args:
        expression: as for :func:`school_notation`.
        value: text from :func:`mwp_solver.expression.steps.value_text`.
    """
    return f"{school_notation(expression)} = {value.replace('-', '−')}"


def school_step(step: Step) -> str:
    """One step of a working; all fractions that it starts from are numbers (``5/3−1/3 = 4/3``)."""
    return f"{_notation(step.expression, _keep)} = {step.result.replace('-', '−')}"


def _notation(expression: str, keep: Callable[[re.Match[str]], str]) -> str:
    if not _FRACTION.fullmatch(expression):
        expression = _FRACTION.sub(keep, _NEGATIVE.sub(r"(-\1)", expression))
    return expression.translate(_SIGNS).replace("\0", "/")


def _keep(match: re.Match[str]) -> str:
    return f"{match[1]}\0{match[2]}"


def _keep_proper(match: re.Match[str]) -> str:
    return _keep(match) if int(match[1]) < int(match[2]) else match[0]
