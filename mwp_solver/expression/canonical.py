"""One spelling for expressions that differ only in needless brackets."""

from __future__ import annotations

from dataclasses import replace

from mwp_solver.expression.syntax import Binary, Expression, Number, Percent, Unary, decimal_text

# a+(b-c) = a+b-c and a*(b/c) = a*b/c: what may be pulled out of a bracket on the right of each operator.
_OPENS = {"+": "+-", "*": "*/"}


def flatten(tree: Expression) -> Expression:
    """The tree in its left-leaning form, with literals written plainly (``27.0`` becomes ``27``).

    The value is unchanged and so is the order of the numbers; only brackets that change nothing go.
    """
    match tree:
        case Number(text, numerator, denominator) if "(" not in text:
            return replace(tree, text=decimal_text(numerator, denominator))
        case Unary(operand) | Percent(operand):
            return replace(tree, operand=flatten(operand))
        case Binary(operator, left, right):
            return _append(operator, flatten(left), flatten(right))
    return tree


def _append(operator: str, left: Expression, right: Expression) -> Expression:
    if isinstance(right, Binary) and right.operator in _OPENS.get(operator, ""):
        return Binary(right.operator, _append(operator, left, right.left), right.right)
    return Binary(operator, left, right)
