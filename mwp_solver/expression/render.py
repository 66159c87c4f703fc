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
    if isinstance(tree, Number):
        return tree.text, _ATOM
    if isinstance(tree, Binary):
        power = _POWER[tree.operator]
        # A power is right-associative, and a sign may open an exponent without brackets.
        left, right = (_POSTFIX, _UNARY) if tree.operator == "^" else (power, power + 1)
        return f"{_at_least(tree.left, left, name)}{tree.operator}{_at_least(tree.right, right, name)}", power
    if isinstance(tree, Name):
        return name(tree.id), _ATOM
    if isinstance(tree, Percent):
        return _at_least(tree.operand, _POSTFIX, name) + "%", _POSTFIX
    if isinstance(tree, Unary):
        return "-" + _at_least(tree.operand, _UNARY, name), _UNARY
    raise TypeError("not an expression tree")


def _at_least(tree: Expression, power: int, name: Callable[[str], str]) -> str:
    text, own = _render(tree, name)
    return text if own >= power else f"({text})"
