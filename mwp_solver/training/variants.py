"""Other ways to write an expression: terms and factors in another order and grouping, the value unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from mwp_solver.anchoring import used_quantities
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.steps import is_fraction
from mwp_solver.expression.syntax import Binary, Expression, Percent, Unary, parse_expression

_GROUPED = 0.25
_INVERSE = {"+": "-", "*": "/"}
_ONE = parse_expression("1")


def vary(tree: Expression, rng: Random) -> Expression:
    """Draw one of the ways to write a sum or product, at every level of a tree.

    ``a-b+c`` may become ``c+a-b``, ``a-b-c`` also ``a-(b+c)``; likewise for products and quotients. What is
    subtracted or divided by never comes first, no sign is added, and nothing is multiplied out, so that the result
    computes the same way (:func:`mwp_solver.expression.equivalence.same_way`).

    Args:
        tree: an expression, names or numbers.
        rng: source of chance.

    Returns:
        A tree of the same value wherever that has one; exponents stay as they are.
    """
    match tree:
        case Binary("/") if is_fraction(tree):
            return tree
        case Binary("+" | "-"):
            return _shuffled(tree, "+", rng)
        case Binary("*" | "/"):
            return _shuffled(tree, "*", rng)
        case Binary("^", left, _):
            return replace(tree, left=vary(left, rng))
        case Unary(operand) | Percent(operand):
            return replace(tree, operand=vary(operand, rng))
    return tree


def normalize(tree: Expression) -> Expression:
    """The one of those ways in which numbers come in the order of the question.

    After the equation normalization of Wang et al., "Translating a Math Word Problem to an Expression Tree", EMNLP
    2018 (arXiv 1811.05632), with rules of our own: a network that sees one of several equal equations need not
    guess which of them was written down. ``n2-n1+n0`` becomes ``n0-n1+n2``; numbers that the question does not give
    come last, but ``1+n0`` within a product first, as it is said. A factor 1 goes.

    Args:
        tree: an expression with names (``n0`` is the question's first number).

    Returns:
        A tree of the same value; the same for all trees that :func:`vary` makes of one, up to constant fractions.
    """
    return _normalized(tree, within=False)


def _normalized(tree: Expression, within: bool) -> Expression:
    match tree:
        case Binary("/") if is_fraction(tree):
            return tree
        case Binary("+" | "-"):
            return _in_order(tree, "+", constants_first=within)
        case Binary("*" | "/"):
            return _in_order(tree, "*", constants_first=False)
        case Binary("^", left, _):
            return replace(tree, left=_normalized(left, True))
        case Unary(operand) | Percent(operand):
            return replace(tree, operand=_normalized(operand, True))
    return tree


def _in_order(tree: Binary, operator: str, constants_first: bool) -> Expression:
    parts = [(_normalized(part, True), direct) for part, direct in _parts(tree, operator, True)]
    if operator == "*":
        without_ones = [part for part in parts if part[0] != _ONE]
        parts = without_ones if any(direct for _, direct in without_ones) else parts

    def place(part: tuple[Expression, bool]) -> tuple[bool, list[int], bool, str]:
        used = sorted(used_quantities(part[0]))
        return bool(used) == constants_first, used, not part[1], render_expression(part[0])

    parts.sort(key=place)
    first = next((index for index, (_, direct) in enumerate(parts) if direct), None)
    if first is None:  # a sum of negatives alone
        return tree
    whole, _ = parts.pop(first)
    for part, direct in parts:
        whole = Binary(operator if direct else _INVERSE[operator], whole, part)
    return whole


def _shuffled(tree: Binary, operator: str, rng: Random) -> Expression:
    inverse = _INVERSE[operator]
    parts = [(vary(part, rng), direct) for part, direct in _parts(tree, operator, True)]
    rng.shuffle(parts)
    first = next((index for index, (_, direct) in enumerate(parts) if direct), None)
    if first is None:  # a sum of negatives alone
        return tree
    whole, _ = parts.pop(first)
    apart = [part for part, direct in parts if not direct]
    if len(apart) > 1 and rng.random() < _GROUPED:
        group = apart[0]
        for part in apart[1:]:
            group = Binary(operator, group, part)
        parts = [(part, True) for part, direct in parts if direct]
        parts.insert(rng.randint(0, len(parts)), (group, False))
    for part, direct in parts:
        whole = Binary(operator if direct else inverse, whole, part)
    return whole


def _parts(tree: Expression, operator: str, direct: bool) -> Iterator[tuple[Expression, bool]]:
    """Terms or factors, each with whether it is added (multiplied) rather than subtracted (divided by)."""
    match tree:
        case Binary("/") if is_fraction(tree):  # a number, however written
            yield tree, direct
        case Binary(found, left, right) if found in (operator, _INVERSE[operator]):
            yield from _parts(left, operator, direct)
            yield from _parts(right, operator, direct == (found == operator))
        case Unary(operand) if operator == "+":
            yield from _parts(operand, operator, not direct)
        case _:
            yield tree, direct
