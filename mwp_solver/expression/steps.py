"""An expression as the steps a person computes, one operation each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.syntax import Binary, Expression, Number, Percent, Unary, decimal_text

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True, slots=True)
class Step:
    """One operation on numbers already known.

    Attributes:
        expression: such as ``94-70``.
        result: such as ``24``; exact, a fraction where no short decimal exists.
    """

    expression: str
    result: str

    def __str__(self) -> str:
        return f"{self.expression}={self.result}"


def value_text(value: sympy.Rational) -> str:
    """An exact value as school writes it: whole, decimal of at most 6 places, else a fraction."""
    sign, p, q = ("-" if value.p < 0 else ""), abs(int(value.p)), int(value.q)
    if q == 1 or 10**6 % q == 0:
        return sign + decimal_text(p, q)
    return f"{sign}{p}/{q}"


def working(tree: Expression) -> tuple[Step, ...]:
    """The steps of a tree without names, inner and left operations first.

    A proper fraction of whole numbers (``2/5``) that is part of something larger is a number, not a step.

    Raises:
        ExpressionError: if the tree has no value.
    """
    return tuple(_steps(tree, top=True))


def _steps(tree: Expression, top: bool = False) -> Iterator[Step]:
    match tree:
        case Binary() if not top and is_fraction(tree):
            return
        case Binary(operator, left, right):
            yield from _steps(left)
            yield from _steps(right)
            plain = Binary(operator, known(left), known(right))
            yield Step(render_expression(plain), value_text(evaluate_expression(tree)))
        case Unary(operand) | Percent(operand):
            yield from _steps(operand)
            if isinstance(operand, Number) and isinstance(tree, Unary):
                return  # a negative number is a number
            if top or isinstance(tree, Percent) and not isinstance(operand, Number):
                yield Step(render_expression(type(tree)(known(operand))), value_text(evaluate_expression(tree)))


def is_fraction(tree: Expression) -> bool:
    """Whether this is a proper fraction of whole numbers, which inside something larger is a number."""
    match tree:
        case Binary("/", Number(_, top, 1), Number(_, bottom, 1)):
            return 0 < top < bottom
    return False


def known(tree: Expression) -> Expression:
    """What stands for an operand once it has been computed."""
    match tree:
        case Number() | Percent(Number()) | Unary(Number()):
            return tree
    return tree if is_fraction(tree) else literal(evaluate_expression(tree))


def literal(value: sympy.Rational) -> Expression:
    """A value as a tree: a number where it has a short decimal, else a fraction."""
    p, q = abs(int(value.p)), int(value.q)
    plain: Expression
    if q == 1 or 10**6 % q == 0:
        plain = Number(decimal_text(p, q), p, q)
    else:
        plain = Binary("/", Number(str(p), p, 1), Number(str(q), q, 1))
    return Unary(plain) if value.p < 0 else plain
