"""Conditions that the numbers of a template must meet."""

from __future__ import annotations

import operator
import re
import reprlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from mwp_solver.corpus.template_numbers import Values
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.syntax import Expression, parse_expression

_COMPARISON = re.compile(r"<=|>=|==|!=|<|>")
_TEST = re.compile(r"(.*\S)\s+(whole|terminating)")
_COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition on the numbers; ``operator`` is a comparison, ``whole`` or ``terminating``."""

    text: str
    operator: str
    left: Expression
    right: Expression | None

    def holds(self, values: Values) -> bool:
        left = evaluate_expression(self.left, values=values)
        if self.right is None:
            return left.q == 1 if self.operator == "whole" else is_terminating(left.q)
        right = evaluate_expression(self.right, values=values)
        # Cross products of Python integers: comparing sympy numbers costs ten times as much.
        one, other = left.p * right.q, right.p * left.q
        return bool(_COMPARE[self.operator](one, other))


def parse_requirement(text: object, names: Iterable[str]) -> Requirement:
    """Compile one entry of ``require:``.

    Raises:
        ValueError: if it is neither one comparison nor a test.
        ExpressionError: if an expression in it cannot be read.
    """
    if not isinstance(text, str):
        raise ValueError(f"requirement {reprlib.repr(text)} must be text such as a < b")
    known = frozenset(names)
    if match := _TEST.fullmatch(text.strip()):
        return Requirement(text, match[2], parse_expression(match[1], names=known), None)
    sides = _COMPARISON.split(text)
    if len(sides) != 2:
        raise ValueError(f"requirement {text!r} must have one of < <= > >= == != or end with whole or terminating")
    left, right = (parse_expression(side, names=known) for side in sides)
    return Requirement(text, _COMPARISON.findall(text)[0], left, right)


@lru_cache(maxsize=10_000)
def is_terminating(denominator: int) -> bool:
    """Whether fractions in lowest terms with this denominator are finite decimals."""
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1
