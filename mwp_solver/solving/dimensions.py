"""Units of an expression, as far as the question's words tell: do its sums fit together, and what does it give.

This is a light form of dimensional analysis. A quantity has the unit that follows it, 5元, or is a pure number (3倍,
40%, 2/5); of constants nothing is known. What cannot be known is never held against an expression.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mwp_solver.anchoring import AnchoredQuestion
from mwp_solver.answers.units import chinese_unit, english_unit, split_scale
from mwp_solver.expression.syntax import Binary, Expression, Name, Number, Percent, Unary
from mwp_solver.quantities import Quantity
from mwp_solver.text import language_of

PURE = ""
"""the unit of a pure number"""
_RATE = re.compile(
    r"(?:每|平均|单价|速度)[^,，.。?？;；0-9]{0,8}$|\b(?:per|each|every|an?)\b[^,.?;0-9]{0,20}$", re.IGNORECASE
)
_FACTORS = {"倍", "times", "time"}


@dataclass(frozen=True, slots=True)
class Dimension:
    """What a number counts.

    Attributes:
        unit: its name, :data:`PURE`, or ``None`` if unknown.
        rate: of one of something else (每支5元).
    """

    unit: str | None
    rate: bool = False


_UNKNOWN, _PURE = Dimension(None), Dimension(PURE)


def unit_name(unit: str) -> str:
    """A unit without its scale and plural: ``万元`` is ``元``, ``Dollars`` is ``dollar``."""
    return unit.lower().removesuffix("s") if unit.isascii() else split_scale(unit)[1] or unit


def quantity_dimension(quantity: Quantity, question: AnchoredQuestion) -> Dimension:
    """What a quantity counts, by the words beside it.

    Args:
        quantity: of the question.
        question: its ``question`` is read.
    """
    rest = question.question[quantity.end :]
    found = chinese_unit(rest) if language_of(question.question) == "zh" else english_unit(rest, plural=False)
    unit = None if found is None else unit_name(found)
    if unit in _FACTORS or quantity.kind in ("percent", "discount") or (unit is None and quantity.kind == "fraction"):
        return _PURE
    before = question.question[max(0, quantity.start - 26) : quantity.start]
    return Dimension(unit, "/" in (unit or "") or _RATE.search(before) is not None)


def quantity_dimensions(question: AnchoredQuestion) -> tuple[Dimension, ...]:
    """What each quantity of a question counts."""
    return tuple(quantity_dimension(quantity, question) for quantity in question.quantities)


def dimension_of(tree: Expression, known: Sequence[Dimension]) -> tuple[Dimension, int]:
    """What an expression counts, and how many of its sums and differences mix units.

    Args:
        tree: with names ``n<index>`` for the question's quantities.
        known: from :func:`quantity_dimensions`.
    """
    match tree:
        case Name(id):
            return known[int(id[1:])], 0
        case Number():
            return _UNKNOWN, 0
        case Percent():
            return _PURE, 0
        case Unary(operand):
            return dimension_of(operand, known)
        case Binary(operator, left, right):
            first, faults = dimension_of(left, known)
            second, more = dimension_of(right, known)
            mixed = operator in "+-" and None not in (first.unit, second.unit) and first.unit != second.unit
            # What heads less feet are, nobody can say.
            return _UNKNOWN if mixed else _combined(operator, first, second), faults + more + mixed
    return _UNKNOWN, 0


def _combined(operator: str, first: Dimension, second: Dimension) -> Dimension:
    if operator in ("+", "-"):
        return second if first.unit is None else first
    if operator == "*":
        if not first.unit or not second.unit:
            return first if first.unit or second.unit == PURE else second
        # 3支 of 5元 each are 15元; what two units make otherwise is not known.
        if first.rate != second.rate:
            return Dimension((first if first.rate else second).unit)
        return _UNKNOWN
    if operator == "/":
        if not second.unit:
            return first
        if first.unit != second.unit:
            return Dimension(first.unit, rate=True)
        return _PURE if first.rate == second.rate else _UNKNOWN
    return _UNKNOWN
