"""Grade an answer by another: equal exactly, or rounded where the question or the key says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mwp_solver.answers.asking import answer_form
from mwp_solver.answers.form import AnswerForm
from mwp_solver.answers.formatting import round_half_up
from mwp_solver.answers.measures import contradicts, ratios
from mwp_solver.answers.reading import read_answer
from mwp_solver.answers.units import split_scale
from mwp_solver.answers.words import ReadAnswer
from mwp_solver.errors import ExpressionError
from mwp_solver.quantities import find_quantities
from mwp_solver.text import language_of, normalize_question

if TYPE_CHECKING:
    import sympy

GRADER_VERSION = 2
"""goes up when a verdict may change; reports state it"""

GRADE_CODES = (
    "exact", "rounded", "whole_up", "whole_down", "converted",
    "wrong", "percent_form", "unit", "unreadable",
)  # fmt: skip
"""Codes of a grade: the first five are correct."""

_REASONS = {
    "exact": ("与标准答案相等", "equal to the reference"),
    "rounded_question": ("按题目要求取近似值后相等", "equal when rounded as the question asks"),
    "rounded_key": ("按标准答案的小数位数四舍五入后相等", "equal when rounded as the reference is"),
    "whole_up": ("题目问至少要多少，进一取整后相等", "equal when rounded up to whole things"),
    "whole_down": ("题目问最多能多少，去尾取整后相等", "equal when rounded down to whole things"),
    "converted": ("正确，用了另一种单位", "right, given in another unit"),
    "wrong": ("与标准答案不相等", "not equal to the reference"),
    "percent_form": ("百分号不对：50% 是 0.5，不是 50", "the percent sign is wrong: 50% is 0.5, not 50"),
    "unit": ("数相等，但单位不同", "the number is right, but the unit is another"),
    "unreadable": ("答案无法识别，请只写一个数，可带单位，如 45千米", "the answer cannot be read: {}"),
}


@dataclass(frozen=True, slots=True)
class Grade:
    """A verdict.

    Attributes:
        correct: whether the answer counts.
        reason: why, for the user.
        code: one of :data:`GRADE_CODES`.
    """

    correct: bool
    reason: str
    code: str


def grade_answer(
    predicted: str | sympy.Rational,
    reference: str | sympy.Rational,
    question: str | None = None,
    language: str | None = None,
) -> Grade:
    """Compare an answer with the key.

    Values must be equal exactly (50% = 1/2 = 0.5). Only where the question asks for places or whole things,
    or the key is written as a decimal, may one be the other rounded. 50 for 50% is wrong, and so is a
    well-known unit other than the key's or the question's (45米 for 45千米, 23支 for 23只), unless the value is right
    in that unit (1500米 for 1.5千米). A unit that is missing or not well known is not judged.

    Args:
        predicted: the answer to grade; text that cannot be read is wrong.
        reference: the key.
        question: the problem's text, if known.
        language: of the reason, ``zh`` or ``en``; unless given, Chinese if the question (without one, an answer) is.

    Returns:
        The verdict with its reason.

    Raises:
        ExpressionError: if the reference cannot be read.
    """
    texts = [question] if question is not None else [x for x in (predicted, reference) if isinstance(x, str)]
    chinese = language == "zh" if language else any(language_of(text) == "zh" for text in texts)
    key = _read(reference)
    try:
        answer = _read(predicted)
    except ExpressionError as error:
        return _grade("unreadable", chinese, str(error))
    form = AnswerForm() if question is None else answer_form(question)
    return _grade(_verdict(answer, key, form, question or ""), chinese)


def _grade(verdict: str, chinese: bool, detail: str = "") -> Grade:
    zh, en = _REASONS[verdict]
    code = "rounded" if verdict.startswith("rounded") else verdict
    return Grade(code in GRADE_CODES[:5], zh if chinese else en.format(detail), code)


def _read(answer: str | sympy.Rational) -> ReadAnswer:
    if isinstance(answer, str):
        return read_answer(answer)
    from sympy import Rational

    if isinstance(answer, bool) or not isinstance(answer, (int, Rational)):
        raise ExpressionError("type", "an answer must be text or an exact number")
    return ReadAnswer(Rational(answer), None, "integer" if answer.denominator == 1 else "fraction")


def _verdict(answer: ReadAnswer, key: ReadAnswer, form: AnswerForm, question: str) -> str:
    unit = key.unit or form.unit or form.tacit_unit
    verdict = _equality(answer, key, form)
    if verdict is not None:
        return "unit" if contradicts(answer.unit, unit, question) else verdict
    from sympy import Rational

    for ratio in ratios(answer.unit, unit):
        converted = replace(answer, value=answer.value * Rational(ratio.numerator, ratio.denominator))
        if _equality(converted, key, form) is not None:
            return "unit" if _only_copied(answer, question) else "converted"
    meant = (replace(answer, value=value) for value in (answer.value / 100, answer.value * 100))
    if "percent" in (answer.kind, key.kind, form.kind) and any(_equality(each, key, form) for each in meant):
        return "percent_form"
    return "wrong"


def _equality(answer: ReadAnswer, key: ReadAnswer, form: AnswerForm) -> str | None:
    # In plain units: an answer without a unit is in that of the question (万元), else in the other's.
    asked = split_scale(form.unit or "")[0]
    factor = _implied_factor(answer, asked if form.unit else key.scale)
    key_factor = _implied_factor(key, asked if form.unit else answer.scale)
    value, expected = answer.value * factor, key.value * key_factor
    verdict = "exact" if value == expected else _rounded(value, expected, form, asked)
    if verdict is None and _agrees_with_decimals(value, key, key_factor):
        verdict = "rounded_key"
    return verdict


def _only_copied(answer: ReadAnswer, question: str) -> bool:
    """Whether this is the one number of a question with its unit: 1500米 where 1500米是多少千米 is asked."""
    text = normalize_question(question)
    found = find_quantities(text)
    return len(found) == 1 and (
        answer.value * found[0].denominator == found[0].numerator and text.startswith(answer.unit or " ", found[0].end)
    )


def _implied_factor(answer: ReadAnswer, otherwise: int) -> int:
    return otherwise if answer.unit is None and answer.scale == 1 else 1


def _rounded(value: sympy.Rational, expected: sympy.Rational, form: AnswerForm, scale: int) -> str | None:
    """The verdict if one value is the other rounded as the question says, in its unit."""
    value, expected = value / scale, expected / scale
    if form.places is not None:
        # Places of a percentage are places after those of its hundredths.
        places = form.places + (2 if form.kind == "percent" else 0)
        return "rounded_question" if _either(value, expected, lambda x: _round(x, places)) else None
    if form.rounding == "up" and _either(value, expected, lambda x: x.ceiling()):
        return "whole_up"
    if form.rounding == "down" and _either(value, expected, lambda x: x.floor()):
        return "whole_down"
    return None


def _either(
    value: sympy.Rational, expected: sympy.Rational, rounding: Callable[[sympy.Rational], sympy.Rational]
) -> bool:
    return bool(rounding(value) == expected or rounding(expected) == value)


def _agrees_with_decimals(value: sympy.Rational, key: ReadAnswer, key_factor: int) -> bool:
    """Whether the value rounds to the key at the places that the key is written with."""
    scale = key.scale * key_factor
    written = key.value / key.scale * (100 if key.kind == "percent" else 1)
    own = value / scale * (100 if key.kind == "percent" else 1)
    if key.decimals is not None and written.q != 1:
        return bool(_round(own, key.decimals) == written)
    # A whole number tells nothing (112.0 is only a way to write 112), unless 约 stands before it.
    return key.approximate and written.q == 1 and bool(_round(own, key.decimals or 0) == written)


def _round(value: sympy.Rational, places: int) -> sympy.Rational:
    from sympy import Rational

    return Rational(*round_half_up(int(value.p), int(value.q), places))
