"""What is seen of a value that candidates agree on: the numbers a re-ranker weighs it by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from typing import TYPE_CHECKING

from mwp_solver.anchoring import AnchoredQuestion, used_quantities
from mwp_solver.answers.form import AnswerForm
from mwp_solver.expression.syntax import Binary, Expression, Percent, Unary
from mwp_solver.solving.dimensions import Dimension, dimension_of, unit_name
from mwp_solver.solving.plausible import RULES

if TYPE_CHECKING:
    import sympy

FEATURES: Mapping[str, str] = {
    "log_mass": "natural logarithm of the probability of all expressions that give the value",
    "negative": "1 if it breaks the rule of that name (mwp_solver.solving.plausible)",
    "nothing": "likewise",
    "part_of_a_whole_thing": "likewise",
    "endless": "likewise",
    "unused": "1 if the expression leaves a number in digits unused",
    "not_whole": "1 if the value is no whole number",
    "large_denominator": "1 if its denominator is above 100",
    "above_one": "1 if a percentage or a fraction is asked for and the value is above 1",
    "units_mixed": "sums and differences of numbers of different units",
    "unit_asked": "1 if the expression gives the unit that the question asks for",
    "unit_other": "1 if it gives another",
    "operations": "operations of the expression",
}
"""name -> meaning"""
_BROKEN = ("negative", "nothing", "part_of_a_whole_thing", "endless")
_LEAST = 1e-9


def features(
    question: AnchoredQuestion,
    form: AnswerForm,
    value: sympy.Rational,
    tree: Expression,
    mass: float,
    dimensions: Sequence[Dimension],
) -> dict[str, float]:
    """The features of a value.

    Args:
        question: as the model reads it, with its quantities.
        form: what it asks for.
        value: exact.
        tree: the most probable expression that gives the value, with names for quantities.
        mass: probability of all expressions that give it, 0 to 1.
        dimensions: of the question's quantities.

    Returns:
        A number for each of :data:`FEATURES`.
    """
    used = used_quantities(tree)
    dimension, mixed = dimension_of(tree, dimensions)
    asked = None if form.unit is None else unit_name(form.unit)
    known = bool(asked and dimension.unit)
    return {
        "log_mass": log(max(mass, _LEAST)),
        **{name: float(RULES[name](question, form, value, tree)) for name in _BROKEN},
        "unused": float(any(i not in used and not quantity.spelled for i, quantity in enumerate(question.quantities))),
        "not_whole": float(value.q != 1),
        "large_denominator": float(value.q > 100),
        "above_one": float(form.kind in ("percent", "fraction") and bool(value > 1)),
        "units_mixed": float(mixed),
        "unit_asked": float(known and dimension.unit == asked),
        "unit_other": float(known and dimension.unit != asked),
        "operations": float(_operations(tree)),
    }


def _operations(tree: Expression) -> int:
    match tree:
        case Binary(_, left, right):
            return 1 + _operations(left) + _operations(right)
        case Unary(operand) | Percent(operand):
            return _operations(operand)
    return 0
