"""Whether two expressions compute the same way: equal up to the order of sums and products."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from mwp_solver.expression.render import render_expression
from mwp_solver.expression.steps import is_fraction
from mwp_solver.expression.syntax import Binary, Expression, Name, Number, Percent, Unary

_LARGEST_POWER = 6
"""largest exponent that counts as a product written short"""


def same_way(first: Expression, second: Expression) -> bool:
    """Whether two trees are one way of computing.

    Sums and products may be in any order and bracketed in any way (``a-(b+c)`` is ``a-b-c``), and a number may be
    written in any form (25%, 0.25, 1/4). Nothing is multiplied out: ``35*(1-2/5)`` and ``35-35*2/5`` are two ways.

    Args:
        first: an expression, as
        second: the other.

    Returns:
        ``True`` only if both have the same value wherever they have one.
    """
    return canonical_form(first) == canonical_form(second)


def canonical_form(tree: Expression) -> str:
    """A text that is the same for trees of one way, and for no others."""
    terms = sorted((sign, _product(term)) for sign, term in _terms(tree, 1))
    return "+".join(f"{'-' if sign < 0 else ''}[{term}]" for sign, term in terms)


def _terms(tree: Expression, sign: int) -> Iterator[tuple[int, Expression]]:
    """The signed summands of a tree, brackets opened."""
    match tree:
        case Binary("+" | "-" as operator, left, right):
            yield from _terms(left, sign)
            yield from _terms(right, sign if operator == "+" else -sign)
        case Unary(operand):
            yield from _terms(operand, -sign)
        case Binary("*" | "/") | Percent() if _negative(tree):
            yield -sign, tree
        case _:
            yield sign, tree


def _negative(tree: Expression) -> bool:
    """Whether a product has an odd number of factors with a sign before them."""
    match tree:
        case Unary(operand):
            return not _negative(operand)
        case Percent(operand):
            return _negative(operand)
        case Binary("*" | "/", left, right):
            return _negative(left) != _negative(right)
    return False


def _product(tree: Expression) -> str:
    """The factors of one summand, sorted, each divisor with a stroke before it."""
    factors = [("" if exponent > 0 else "/") + text for text, exponent in _factors(tree, 1)]
    return "*".join(sorted(factors))


def _factors(tree: Expression, exponent: int) -> Iterator[tuple[str, int]]:
    match tree:
        case Binary("/", Number(_, top, 1), Number(_, bottom, 1)) if is_fraction(tree):
            yield from _literal(top, bottom, exponent)
        case Number(_, numerator, denominator):
            yield from _literal(numerator, denominator, exponent)
        case Percent(Number(_, numerator, denominator)):
            yield from _literal(numerator, denominator * 100, exponent)
        case Percent(operand):
            yield from _factors(operand, exponent)
            yield "100", -exponent
        case Unary(operand):
            yield from _factors(operand, exponent)  # its sign stands with the summand
        case Binary("*", left, right):
            yield from _factors(left, exponent)
            yield from _factors(right, exponent)
        case Binary("/", left, right):
            yield from _factors(left, exponent)
            yield from _factors(right, -exponent)
        case Binary("^", left, Number(_, power, 1)) if 0 < power <= _LARGEST_POWER and not _negative(left):
            for _ in range(power):
                yield from _factors(left, exponent)
        case Binary("^", left, right):
            yield f"({canonical_form(left)})^({canonical_form(right)})", exponent
        case Name():
            yield render_expression(tree), exponent
        case _:
            yield f"({canonical_form(tree)})", exponent


def _literal(numerator: int, denominator: int, exponent: int) -> Iterator[tuple[str, int]]:
    """A number's numerator and denominator in lowest terms; a 1 is no factor, but a 0 is."""
    shared = gcd(numerator, denominator)
    for value, side in ((numerator // shared, exponent), (denominator // shared, -exponent)):
        if value != 1:
            yield str(value), side
