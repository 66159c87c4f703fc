"""Tree -> canonical text."""

from __future__ import annotations

from collections.abc import Callable

from mwp_solver.expression.syntax import Binary, Expression, Name, Number, Percent, Unary

_POWER = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}
_UNARY, _POSTFIX, _ATOM = 3, 5, 6


def render_expression(tree: Expression, name: Callable[[str], str] = str) -> str:
    """Write a tree with no bracket that is not needed; parsing the text gives the same tree.

    Args:
        tree: an expression.
        name: how to write a :class:`~mwp_solver.expression.syntax.Name`, given its id.

    Returns:
        ASCII text such as ``35*(1-2/5)``.
    """
    return _render(tree, name)[0]


def _render(tree: Expression, name: Callable[[str], str]) -> tuple[str, int]:
    """The text and how tightly its outermost operator binds."""
    match tree:
        case Number(text):
            return text, _ATOM
        case Name(id):
            return name(id), _ATOM
        case Percent(operand):
            return _at_least(operand, _POSTFIX, name) + "%", _POSTFIX
        case Unary(operand):
            return "-" + _at_least(operand, _UNARY, name), _UNARY
        case Binary("^", left, right):
            # Right-associative, and a sign may open an exponent without brackets.
            return f"{_at_least(left, _POSTFIX, name)}^{_at_least(right, _UNARY, name)}", _POWER["^"]
        case Binary(operator, left, right):
            power = _POWER[operator]
            return f"{_at_least(left, power, name)}{operator}{_at_least(right, power + 1, name)}", power
    raise TypeError("not an expression tree")


def _at_least(tree: Expression, power: int, name: Callable[[str], str]) -> str:
    text, own = _render(tree, name)
    return text if own >= power else f"({text})"
