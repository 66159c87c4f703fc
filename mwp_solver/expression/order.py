"""Sums in an order that a primary pupil can compute: what is added first, where the written order falls below zero."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.syntax import Binary, Expression, Percent, Unary

if TYPE_CHECKING:
    import sympy

Values = Mapping[str, "sympy.Rational"]


def added_first(tree: Expression, values: Values | None = None) -> Expression:
    """The tree with each sum that falls below zero on the way put in another order, if that avoids it.

    37-48+42 becomes 37+42-48, and so does 42+(37-48). The value stays, and so do the numbers; a sum whose value is
    itself below zero, or that no order helps, stays as it is.

    Args:
        tree: an expression that has a value.
        values: exact values of the names in it.

    Raises:
        ExpressionError: if a part of the tree has no value.
    """
    values = values or {}
    if isinstance(tree, (Unary, Percent)):
        inner = added_first(tree.operand, values)
        tree = tree if inner is tree.operand else replace(tree, operand=inner)
    if not isinstance(tree, Binary):
        return tree
    left, right = added_first(tree.left, values), added_first(tree.right, values)
    if left is not tree.left or right is not tree.right:
        tree = Binary(tree.operator, left, right)
    return _reordered(tree, values) if tree.operator in ("+", "-") else tree


def _reordered(tree: Binary, values: Values) -> Expression:
    terms = [(added, term, evaluate_expression(term, values=values)) for added, term in _terms(tree, True, values)]
    # A bracket below zero has been opened, or the sum falls below it.
    total, fell = terms[0][2] * 0, _opened(tree, values)
    for added, _, value in terms:
        total += value if added else -value
        fell = fell or total < 0
    if total < 0 or not fell or any(value < 0 for _, _, value in terms):
        return tree
    first = [term for added, term, _ in terms if added]
    result = first[0]
    for term in first[1:]:
        result = Binary("+", result, term)
    for added, term, _ in terms:
        if not added:
            result = Binary("-", result, term)
    return result


def _opened(tree: Expression, values: Values) -> bool:
    while isinstance(tree, Binary) and tree.operator in ("+", "-"):
        if isinstance(tree.right, (Unary, Binary)) and evaluate_expression(tree.right, values=values) < 0:
            return True
        tree = tree.left
    return False


def _terms(tree: Expression, added: bool, values: Values) -> Iterator[tuple[bool, Expression]]:
    """What a sum adds and subtracts; a bracket is opened only where its own value is below zero."""
    if isinstance(tree, Unary):
        yield from _terms(tree.operand, not added, values)
    elif isinstance(tree, Binary) and tree.operator in ("+", "-"):
        yield from _terms(tree.left, added, values)
        rest = added if tree.operator == "+" else not added
        if evaluate_expression(tree.right, values=values) < 0:
            yield from _terms(tree.right, rest, values)
        else:
            yield rest, tree.right
    else:
        yield added, tree
