"""From the value of an expression back to one of its numbers: the working of a check (验算), one operation each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.steps import Step, known, literal, value_text
from mwp_solver.expression.syntax import Binary, Expression, Name, Number, Percent, Unary, substitute

if TYPE_CHECKING:
    import sympy


def undo(
    tree: Expression, name: str, value: sympy.Rational, numbers: dict[str, Expression]
) -> tuple[tuple[Step, ...], sympy.Rational] | None:
    """Solve ``tree = value`` for a name that stands in the tree once.

    Args:
        tree: with names.
        name: the one to solve for.
        value: what the tree is to give.
        numbers: tree of each other name's number.

    Returns:
        The steps, outermost operation first, and what the name must be; ``None`` if it stands there more than once or
        not at all, in a power, or beside a factor of 0.

    Raises:
        ExpressionError: if a part of the tree has no value.
    """
    if count(tree, name) != 1:
        return None
    steps: list[Step] = []
    inverse: Expression | None
    while not isinstance(tree, Name):
        match tree:
            case Unary(operand):
                tree, inverse = operand, Unary(literal(value))
            case Percent(operand):
                tree, inverse = operand, Binary("*", literal(value), Number("100", 100, 1))
            case Binary(operator, left, right):
                inner = left if count(left, name) else right
                other = substitute(right if inner is left else left, numbers)
                tree, inverse = inner, _inverse(operator, known(other), value, first=inner is left)
            case _:
                inverse = None
        if inverse is None:
            return None
        value = evaluate_expression(inverse)
        steps.append(Step(render_expression(inverse), value_text(value)))
    return tuple(steps), value


def count(tree: Expression, name: str) -> int:
    """How often a name stands in a tree."""
    match tree:
        case Name(id):
            return int(id == name)
        case Unary(operand) | Percent(operand):
            return count(operand, name)
        case Binary(_, left, right):
            return count(left, name) + count(right, name)
    return 0


def _inverse(operator: str, other: Expression, value: sympy.Rational, *, first: bool) -> Expression | None:
    """What the unknown operand is: of ``x operator other`` if it stands first, else of ``other operator x``."""
    result = literal(value)
    if operator == "+":
        return Binary("-", result, other)
    if operator == "-":
        return Binary("+", result, other) if first else Binary("-", other, result)
    if operator == "*":
        return Binary("/", result, other) if evaluate_expression(other).p else None
    if operator == "/":
        if first:
            return Binary("*", result, other)
        return Binary("/", other, result) if value.p else None
    return None
