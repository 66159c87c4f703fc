"""What a teacher does with an answer: put it back, and see whether a number of the question comes out (验算).

That shows that answer, working and question fit together. It does not show that the expression says what the question
means: nothing but reading the question shows that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mwp_solver.anchoring import AnchoredQuestion, used_quantities
from mwp_solver.errors import ExpressionError
from mwp_solver.expression.inverse import count, undo
from mwp_solver.expression.steps import Step
from mwp_solver.expression.syntax import Expression

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True, slots=True)
class Verification:
    """A check that came out.

    Attributes:
        index: of the question's quantity that came out.
        number: its text, as the model reads it.
        steps: from the answer back to it, one operation each.
    """

    index: int
    number: str
    steps: tuple[Step, ...]


def verify(anchored: Expression, question: AnchoredQuestion, answer: sympy.Rational) -> Verification | None:
    """Put an answer back into its expression and solve that for a number of the question.

    Of the numbers that can be solved for, one farthest from the answer is taken, so that most of the working is gone
    through again; whole numbers before fractions and percentages, digits before numerals.

    Args:
        anchored: the expression with names ``n<index>`` for the question's quantities.
        question: with its quantities.
        answer: exact, as it is told to the pupil.

    Returns:
        The check, or ``None``: no number can be solved for, or what comes out is not the number, since the answer is
        not the value of the expression.
    """
    quantities = question.quantities
    numbers = {f"n{index}": quantity.expression for index, quantity in enumerate(quantities)}
    best: tuple[tuple[bool, bool, int, int], Verification] | None = None
    for index in sorted(used_quantities(anchored)):
        if count(anchored, f"n{index}") != 1:
            continue
        try:
            found = undo(anchored, f"n{index}", answer, numbers)
        except ExpressionError:
            continue
        quantity = quantities[index]
        if found is None or not found[0] or found[1].p * quantity.denominator != quantity.numerator * found[1].q:
            continue
        order = (quantity.kind in ("integer", "decimal"), not quantity.spelled, len(found[0]), -index)
        if best is None or order > best[0]:
            best = order, Verification(index, quantity.text, found[0])
    return None if best is None else best[1]
