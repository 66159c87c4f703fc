"""Tree -> exact value, computed with whole numbers. Only Python integers ever enter sympy; no text does."""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd
from typing import TYPE_CHECKING

from mwp_solver.errors import ExpressionError
from mwp_solver.expression.syntax import Binary, Expression, Name, Number, Percent, Unary, parse_expression
from mwp_solver.options import Limits

if TYPE_CHECKING:
    import sympy


def evaluate_expression(
    expression: str | Expression,
    limits: Limits = Limits(),
    values: Mapping[str, sympy.Rational] | None = None,
) -> sympy.Rational:
    """Compute an expression exactly.

    Args:
        expression: text (``"(94-2*35)/2"``) or a tree from
            :func:`mwp_solver.expression.syntax.parse_expression`.
        limits: bounds, each checked before the work it guards.
        values: exact values of the names in the expression.

    Returns:
        The value, a ``sympy.Rational`` (``sympy.Integer`` if whole).

    Raises:
        ExpressionError: every code of parsing, and division_by_zero, exponent_limit, result_too_big,
            not_exact (a power that is no rational number in general).
    """
    from sympy import Integer, Rational

    values = values or {}
    if not isinstance(expression, (Number, Name, Unary, Percent, Binary)):
        expression = parse_expression(expression, limits, values.keys())
    top, bottom = _compute(expression, limits, values)
    return Integer(top) if bottom == 1 else Rational(top, bottom)


_Pair = tuple[int, int]
"""numerator and denominator in lowest terms, the latter above 0: several times as fast as sympy's numbers"""


def _compute(tree: Expression, limits: Limits, values: Mapping[str, sympy.Rational]) -> _Pair:
    if isinstance(tree, Number):
        return (tree.numerator, 1) if tree.denominator == 1 else _lowest(tree.numerator, tree.denominator)
    if isinstance(tree, Binary):
        left, right = _compute(tree.left, limits, values), _compute(tree.right, limits, values)
        return _bounded(_apply(tree.operator, left, right, limits), limits)
    if isinstance(tree, Percent):
        top, bottom = _compute(tree.operand, limits, values)
        return _bounded(_lowest(top, bottom * 100), limits)
    if isinstance(tree, Unary):
        top, bottom = _compute(tree.operand, limits, values)
        return -top, bottom
    if isinstance(tree, Name) and tree.id in values:
        value = values[tree.id]
        return int(value.p), int(value.q)
    raise ExpressionError("type", "the expression has a name without a value")


def _lowest(top: int, bottom: int) -> _Pair:
    common = gcd(top, bottom)
    return (top // common, bottom // common) if bottom > 0 else (-top // common, -bottom // common)


def _apply(operator: str, left: _Pair, right: _Pair, limits: Limits) -> _Pair:
    (a, b), (c, d) = left, right
    if operator == "*":
        return _lowest(a * c, b * d)
    if operator == "/":
        if not c:
            raise ExpressionError("division_by_zero", "a division by 0; divide by another number")
        return _lowest(a * d, b * c)
    if operator in "+-":
        if operator == "-":
            c = -c
        return (a + c, 1) if b == d == 1 else _lowest(a * d + c * b, b * d)
    if d != 1:
        raise ExpressionError("not_exact", "an exponent must be a whole number; write the power another way")
    if abs(c) > limits.exponent:
        raise ExpressionError("exponent_limit", f"an exponent is beyond {limits.exponent}; use a smaller one")
    if not a and c <= 0:
        raise ExpressionError("division_by_zero", "0 to the power 0 or below has no value; change the power")
    # A number of n bits to the power c has at least (n-1)*c + 1 bits: too big is known before computing.
    bits = max(a.bit_length(), b.bit_length())
    if (bits - 1) * abs(c) >= limits.bits:
        raise _too_big(limits)
    return (a**c, b**c) if c >= 0 else _lowest(b**-c, a**-c)


def _bounded(value: _Pair, limits: Limits) -> _Pair:
    # Operands are within the bound, so one operation cannot have cost much before this check.
    if value[0].bit_length() > limits.bits or value[1].bit_length() > limits.bits:
        raise _too_big(limits)
    return value


def _too_big(limits: Limits) -> ExpressionError:
    return ExpressionError("result_too_big", f"a value needs more than {limits.bits} bits; use smaller numbers")
