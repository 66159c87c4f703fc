"""Numbers in a pupil's expression that come neither from the question nor from what everybody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mwp_solver.english_numerals import WORD_VALUES
from mwp_solver.errors import ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.steps import is_fraction
from mwp_solver.expression.syntax import Binary, Expression, Number, Percent, Unary, parse_expression
from mwp_solver.quantities import chinese_integer, find_quantities
from mwp_solver.text import normalize_question

if TYPE_CHECKING:
    import sympy

    from mwp_solver.solving.solution import Solution

# Counting legs and sides, halves, units of time, length and weight, days of months and years, pi.
_KNOWN = (
    "1 2 3 4 6 7 8 10 12 24 28 29 30 31 52 60 90 100 180 360 365 366 1000 3600 10000 1000000 3.14 0.5 0.1 0.01 0.001"
)
_WORDS = WORD_VALUES | {"zero": 0, "dozen": 12, "dozens": 12, "hundred": 100, "thousand": 1000}
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?")
_NUMERAL = re.compile("[零一二两三四五六七八九十百千万亿]+")
_DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def foreign_numbers(tree: Expression, solution: Solution) -> tuple[str, ...]:
    """The numbers of an expression for which no source is seen.

    Known are the question's numbers, digits and spelled, what one operation on two of them gives, common numbers
    (60 minutes, 2 for a half, 3.14), and whatever stands in the solution's own expression and working.

    Args:
        tree: the pupil's expression.
        solution: of the question.

    Returns:
        The others, as written, each once.
    """
    own = _own_values(solution.question)
    known = own | {value for first in own for second in own for value in _combined(first, second)}
    known |= {evaluate_expression(text) for text in _KNOWN.split()}
    for expression in (candidate.expression for candidate in solution.candidates if candidate.value is not None):
        known |= {value for _, value in _numbers(parse_expression(expression))}
    known |= {evaluate_expression(step.result) for step in solution.steps[:-1]}
    return tuple(dict.fromkeys(text for text, value in _numbers(tree) if value not in known))


def _numbers(tree: Expression) -> Iterator[tuple[str, sympy.Rational]]:
    match tree:
        case Number() | Percent(Number()):
            yield render_expression(tree), evaluate_expression(tree)
        case Unary(operand) | Percent(operand):
            yield from _numbers(operand)
        case Binary(_, left, right):
            if is_fraction(tree):
                yield render_expression(tree), evaluate_expression(tree)
            else:
                yield from _numbers(left)
                yield from _numbers(right)


def _combined(first: sympy.Rational, second: sympy.Rational) -> Iterator[sympy.Rational]:
    yield from (first + second, first - second, first * second)
    if second:
        yield first / second


def _own_values(question: str) -> set[sympy.Rational]:
    """The numbers of a question, read as generously as can be: 三角形 gives its 3 too."""
    from sympy import Integer, Rational

    text = normalize_question(question)
    values = {Rational(q.numerator, q.denominator) for q in find_quantities(text)}
    for digits in _DIGITS.findall(text):
        try:
            values.add(evaluate_expression(digits))
        except ExpressionError:
            continue  # too long a number
    for numeral in _NUMERAL.findall(text):
        values |= {Integer(value) for part in {numeral, *numeral} if (value := chinese_integer(part)) is not None}
    for word in _WORD.findall(text.lower()):
        parts = [_WORDS[part] for part in word.split("-") if part in _WORDS]
        values |= {Integer(value) for value in (*parts, sum(parts)) if parts}
    return values | {value / 100 for value in values if value < 1000}
