"""Number perturbation: a new value for an anchored number, in the input alone, makes a new true example."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from random import Random
from typing import TYPE_CHECKING

from mwp_solver.anchoring import MAX_ANCHORS, resolve, used_quantities
from mwp_solver.errors import ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.syntax import Expression, decimal_text, parse_expression
from mwp_solver.quantities import Quantity

if TYPE_CHECKING:
    import sympy

_TRIES = 6
# A given 3.14 is the constant of the circle, whatever the row.
_FIXED = {"3.14", "1"}


def perturb(tree: Expression, quantities: Sequence[Quantity], rng: Random) -> list[str] | None:
    """New texts for a question's quantities under which its expression stays true and natural.

    Numbers that the expression does not point at stay. Equal numbers stay equal, a proper fraction stays
    proper, whole numbers stay whole, and the result keeps its kind: whole if it was whole, a short decimal
    if it was one, positive if it was positive, below 1 if it was below 1.

    Args:
        tree: the expression with names for quantities.
        quantities: of the question.
        rng: source of chance.

    Returns:
        A text for each of the first ``MAX_ANCHORS`` quantities, or ``None`` if no draw of a few was good.
    """
    quantities = quantities[:MAX_ANCHORS]
    used = used_quantities(tree)
    movable = {quantities[index].text for index in used} - _FIXED
    try:
        before = evaluate_expression(resolve(tree, quantities))
    except ExpressionError:
        return None
    if not movable:
        return None
    values = {index: parse_expression(quantity.text) for index, quantity in enumerate(quantities)}
    for _ in range(_TRIES):
        drawn = {quantity.text: redraw(quantity, rng) for quantity in quantities if quantity.text in movable}
        try:
            exact = {
                f"n{index}": evaluate_expression(drawn.get(quantity.text, quantity.text))
                for index, quantity in enumerate(quantities)
                if index in used
            }
            after = evaluate_expression(tree, values=exact)
        except ExpressionError:
            continue
        if _same_kind(before, after):
            return [drawn.get(quantity.text, quantity.text) for quantity in quantities[: len(values)]]
    return None


def redraw(quantity: Quantity, rng: Random) -> str:
    """Another number of the same kind and about the same size, as the model reads it."""
    if quantity.kind in ("fraction", "mixed"):
        whole, bottom = divmod(quantity.numerator, quantity.denominator)
        text = _proper_fraction(quantity.denominator, rng)
        if quantity.kind == "mixed":
            return f"{_near(whole, rng)}({text})"
        if whole:  # improper: 5/3 becomes another improper one
            numerator, denominator = map(int, text.split("/"))
            return f"{numerator + denominator * rng.randint(1, whole + 1)}/{denominator}"
        return text
    if quantity.kind == "discount":
        return f"{rng.randrange(50, 100, 5)}%"
    if quantity.kind == "percent":
        scale = quantity.denominator // 100
        value = _near(quantity.numerator, rng)
        if quantity.numerator < quantity.denominator:
            value = min(value, quantity.denominator - scale)
        return f"{decimal_text(max(value, 1), scale)}%"
    return decimal_text(_near(quantity.numerator, rng), quantity.denominator)


def _proper_fraction(denominator: int, rng: Random) -> str:
    while True:
        bottom = rng.randint(2, max(9, min(denominator + 3, 30)))
        top = rng.randint(1, bottom - 1)
        if gcd(top, bottom) == 1:
            return f"{top}/{bottom}"


def _near(value: int, rng: Random) -> int:
    """A whole number of about the size of ``value``, as round as it was."""
    if value < 2:
        return value
    unit = 1
    while value % (unit * 10) == 0 and value >= unit * 20:
        unit *= 10
    count = value // unit
    return unit * rng.randint(max(2 if unit == 1 else 1, count // 2), count + max(3, count * 2 // 3))


def _same_kind(before: sympy.Rational, after: sympy.Rational) -> bool:
    if (before.p > 0) != (after.p > 0):
        return False
    if before.q == 1:
        return bool(after.q == 1)
    if (before.p < before.q) != (after.p < after.q):
        return False
    if 10_000 % before.q == 0:
        return 10_000 % after.q == 0
    return bool(after.q <= max(1000, before.q))
