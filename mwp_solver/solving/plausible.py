"""Rules a result must not break to be what a question asks for; each is named, so that each can be measured."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from mwp_solver.anchoring import AnchoredQuestion
from mwp_solver.answers.form import AnswerForm
from mwp_solver.answers.units import is_counted
from mwp_solver.expression.syntax import Expression, Name, Number

if TYPE_CHECKING:
    import sympy

_SIGNED = re.compile("零下|负|海拔|亏|below|negative|minus|loss|debt|下降|气温")
_AT_MOST_ALL = re.compile("(?:出勤|缺勤|合格|发芽|成活|及格|命中|优秀|达标|含盐|含糖|出油|出粉|出米|正确|近视)率|浓度")


def _negative(question: AnchoredQuestion, form: AnswerForm, value: sympy.Rational, tree: Expression | None) -> bool:
    return value.p < 0 and not _SIGNED.search(question.text)


def _nothing(question: AnchoredQuestion, form: AnswerForm, value: sympy.Rational, tree: Expression | None) -> bool:
    return value.p == 0


def _part_of_a_whole_thing(
    question: AnchoredQuestion, form: AnswerForm, value: sympy.Rational, tree: Expression | None
) -> bool:
    counted = form.kind == "number" and form.rounding is None and form.unit is not None and is_counted(form.unit)
    return counted and value.q != 1


def _above_all(question: AnchoredQuestion, form: AnswerForm, value: sympy.Rational, tree: Expression | None) -> bool:
    return form.kind == "percent" and value > 1 and bool(_AT_MOST_ALL.search(question.text))


def _copied(question: AnchoredQuestion, form: AnswerForm, value: sympy.Rational, tree: Expression | None) -> bool:
    return isinstance(tree, (Name, Number))


def _endless(question: AnchoredQuestion, form: AnswerForm, value: sympy.Rational, tree: Expression | None) -> bool:
    given = any(quantity.kind in ("fraction", "mixed") for quantity in question.quantities)
    return form.kind == "number" and form.places is None and not given and bool(10**6 % int(value.q))


Rule = Callable[[AnchoredQuestion, AnswerForm, "sympy.Rational", "Expression | None"], bool]
RULES: dict[str, Rule] = {
    "negative": _negative,
    "nothing": _nothing,
    "part_of_a_whole_thing": _part_of_a_whole_thing,
    "above_all": _above_all,
    "copied": _copied,
    "endless": _endless,
}
"""name -> does a result break it"""


def broken_rules(
    question: AnchoredQuestion, form: AnswerForm, value: sympy.Rational, tree: Expression | None, rules: tuple[str, ...]
) -> tuple[str, ...]:
    """The names of the rules that a result breaks.

    Args:
        question: as the model reads it, with its quantities.
        form: what it asks for.
        value: of the candidate.
        tree: the candidate's expression with names for quantities, or ``None``.
        rules: which to apply, of :data:`RULES`.
    """
    return tuple(name for name in rules if RULES[name](question, form, value, tree))
