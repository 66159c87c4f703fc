"""Tree -> exact value. Only Python integers ever enter sympy; no text does."""

from __future__ import annotations

from collections.abc import Mapping
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
    hundred = Integer(100)

    def compute(tree: Expression) -> sympy.Rational:
        match tree:
            case Number(_, numerator, denominator):
                return Integer(numerator) if denominator == 1 else Rational(numerator, denominator)
            case Binary(operator, left, right):
                return _bounded(_apply(operator, compute(left), compute(right), limits), limits)
            case Percent(operand):
                return _bounded(compute(operand) / hundred, limits)
            case Unary(operand):
                return -compute(operand)
            case Name(id) if id in values:
                return values[id]
        raise ExpressionError("type", "the expression has a name without a value")

    if isinstance(expression, (Number, Name, Unary, Percent, Binary)):
        return compute(expression)
    return compute(parse_expression(expression, limits, values.keys()))


def _apply(operator: str, left: sympy.Rational, right: sympy.Rational, limits: Limits) -> sympy.Rational:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    if operator == "/":
        if not right.p:
            raise ExpressionError("division_by_zero", "a division by 0; divide by another number")
        return left / right
    if right.q != 1:
        raise ExpressionError("not_exact", "an exponent must be a whole number; write the power another way")
    exponent = int(right.p)
    if abs(exponent) > limits.exponent:
        raise ExpressionError("exponent_limit", f"an exponent is beyond {limits.exponent}; use a smaller one")
    if not left.p and exponent <= 0:
        raise ExpressionError("division_by_zero", "0 to the power 0 or below has no value; change the power")
    # A number of b bits to the power n has at least (b-1)*n + 1 bits: too big is known before computing.
    bits = max(int(left.p).bit_length(), int(left.q).bit_length())
    if (bits - 1) * abs(exponent) >= limits.bits:
        raise _too_big(limits)
    return left**exponent


def _bounded(value: sympy.Rational, limits: Limits) -> sympy.Rational:
    # Operands are within the bound, so one operation cannot have cost much before this check.
    if int(value.p).bit_length() > limits.bits or int(value.q).bit_length() > limits.bits:
        raise _too_big(limits)
    return value


def _too_big(limits: Limits) -> ExpressionError:
    return ExpressionError("result_too_big", f"a value needs more than {limits.bits} bits; use smaller numbers")
