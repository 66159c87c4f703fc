"""What a teacher does: look at a pupil's answer or expression, say whether it is right, and why not.

The judge is the network's own solution. Where it is not sure of that, the verdict is that it is not sure. What can
be seen without it (an expression that has no value, an answer that cannot be read) is said in any case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mwp_solver.answers import AnswerForm, FormattedAnswer, answer_form, format_answer, grade_answer, read_answer
from mwp_solver.errors import ExpressionError
from mwp_solver.expression.equivalence import same_way
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.steps import value_text
from mwp_solver.expression.syntax import CHARACTERS, Expression, Number, Percent, Unary, parse_expression
from mwp_solver.options import DecodingOptions
from mwp_solver.solving.answer_faults import fault_of_form, ratio_in_signs
from mwp_solver.solving.foreign_numbers import foreign_numbers
from mwp_solver.solving.solution import Solution
from mwp_solver.solving.solver import Solver
from mwp_solver.text import language_of

if TYPE_CHECKING:
    import sympy

VERDICTS = ("right", "unusual", "wrong", "unsure")
"""unusual: the right value by another way than the one found here"""

_REASONS = {
    "exact": ("正确", "right"),
    "rounded": ("取近似值后相等", "equal when rounded"),
    "same_way": ("正确，算法与参考算式一致", "right, computed as in the reference"),
    "other_way": ("得数正确，算法与参考算式不同", "the right value, by another way than the reference"),
    "wrong": ("得数不对", "the value is not right"),
    "not_rounded": ("没有按题目要求取近似值，应为 {}", "not rounded as the question asks; it should be {}"),
    "not_whole": ("应取整数，为 {}", "whole things are asked for; it should be {}"),
    "rounded_unasked": ("题目没有要求取近似值，准确值是 {}", "the question asks for no rounding; exactly it is {}"),
    "not_lowest": ("分数（或比）没有化到最简，应为 {}", "not in lowest terms; it should be {}"),
    "not_mixed": ("题目要求写成带分数，应为 {}", "a mixed number is asked for; it should be {}"),
    "not_percent": ("题目要求写成百分数，应为 {}", "a percentage is asked for; it should be {}"),
    "percent_form": (
        "百分号不对：50% 是 0.5，不是 50；应为 {}",
        "the percent sign is wrong: 50% is 0.5, not 50; it should be {}",
    ),
    "unit": ("数对，但单位不对，应为 {}", "the number is right, but the unit is wrong; it should be {}"),
    "unreadable": ("看不懂这个答案：{}", "the answer cannot be read: {}"),
    "no_value": ("这个算式算不出得数：{}", "the expression cannot be computed: {}"),
    "miscalculated": ("算式等于 {}，等号后面写错了", "the expression is {}, not what stands after its equals sign"),
    "no_working": ("只写了一个数，没有算式", "this is only a number, not a way to compute it"),
    "foreign_number": ("算式用了题目里没有的数：{}", "the expression uses numbers that are not in the question: {}"),
    "foreign_but_right": (
        "得数对，但算式用了题目里没有的数：{}",
        "the value is right, but the expression uses numbers that are not in the question: {}",
    ),
    "unsure": ("没有把握，不能判断；最可能的答案是 {}", "not sure, so no judgement; the most likely answer is {}"),
}  # fmt: skip
_CHINESE_DETAILS = {
    "empty": "没有写内容",
    "too_long": "太长",
    "too_many_tokens": "太长",
    "too_deep": "括号太多层",
    "number_too_long": "有一个数太长",
    "token": "有看不懂的符号，或没有数",
    "syntax": "缺少数、运算符号或括号",
    "ambiguous": "写法可以有不同的理解，请只写一个数或一个算式",
    "division_by_zero": "除数是 0",
    "exponent_limit": "指数太大",
    "result_too_big": "数太大",
    "not_exact": "得不到准确的数",
}


@dataclass(frozen=True, slots=True)
class Check:
    """What is said of a pupil's work.

    Attributes:
        verdict: one of :data:`VERDICTS`.
        code: why, for programs: ``exact``, ``rounded``, ``whole_up``, ``whole_down``, ``converted``,
            ``same_way``, ``other_way``;
            ``wrong``, ``not_rounded``, ``not_whole``, ``rounded_unasked``, ``not_lowest``, ``not_mixed``,
            ``not_percent``, ``percent_form``, ``unit``, ``unreadable``, ``no_value``, ``miscalculated``,
            ``no_working``, ``foreign_number``, ``foreign_but_right``; ``unsure``, ``unsolved`` or a code of
            :data:`mwp_solver.solving.screening.MESSAGES`.
        reason: the same for the reader, in the language asked for, or the question's.
        solution: what the pupil's work was compared with, or ``None`` where that was not needed.
    """

    verdict: str
    code: str
    reason: str
    solution: Solution | None = None

    @property
    def expected(self) -> FormattedAnswer | None:
        """The answer found here, if there is one."""
        return None if self.solution is None else self.solution.answer

    def to_dict(self) -> dict[str, Any]:
        """The verdict and what it rests on, in JSON's types."""
        return {
            "verdict": self.verdict,
            "code": self.code,
            "reason": self.reason,
            "expected": None if self.expected is None else str(self.expected),
            "expression": None if self.solution is None else self.solution.expression,
            "confidence": None if self.solution is None else round(self.solution.confidence, 4),
        }


def check(
    solver: Solver,
    question: str,
    answer: str | None = None,
    expression: str | None = None,
    options: DecodingOptions = DecodingOptions(),
    language: str | None = None,
) -> Check:
    """Check a pupil's answer or a pupil's expression.

    Args:
        solver: solves the question for comparison.
        question: the problem.
        answer: as the pupil wrote it, with or without a unit; or else
        expression: the pupil's way of computing, also with its value (``(35*4-94)/2=23``).
        options: how to solve.
        language: of the reason, ``zh`` or ``en``; the question's unless given.

    Returns:
        The verdict with its reason.

    Raises:
        ValueError: if not exactly one of answer and expression is given.
        MWPError: if the question is empty or too long.
    """
    if (answer is None) == (expression is None):
        raise ValueError("give either an answer or an expression")
    language = language or language_of(question)
    if answer is not None:
        return _check_answer(solver, question, answer, options, language)
    return _check_expression(solver, question, expression or "", options, language)


def _check_answer(solver: Solver, question: str, answer: str, options: DecodingOptions, language: str) -> Check:
    form = answer_form(question)
    if form.kind == "ratio":
        answer = ratio_in_signs(answer)
    try:
        read = read_answer(answer)
    except ExpressionError as error:
        return _said("wrong", "unreadable", language, _detail(error, language))
    solution = solver.solve(question, options)
    if solution.value is None or solution.answer is None or solution.status == "unsure":
        return _unsure(solution, language)
    grade = grade_answer(answer, solution.value, question, language)
    # A percentage without end is shown rounded though nothing says so; then it may be answered so.
    endless = solution.answer.approximate and form.places is None
    if endless and grade_answer(answer, str(solution.answer), question).correct:
        return _said("right", "rounded", language, "", solution)
    fault = fault_of_form(answer, read, solution.value, form)
    if fault is not None and grade.code != "unit":
        return _said("wrong", fault, language, _form_wanted(fault, solution.value, form), solution)
    if grade.correct and grade.code != "exact":
        return Check("right", grade.code, grade.reason, solution)
    return _said("right" if grade.correct else "wrong", grade.code, language, str(solution.answer), solution)


def _form_wanted(fault: str, value: sympy.Rational, form: AnswerForm) -> str:
    """The value as it should have been written."""
    if fault == "rounded_unasked":
        return value_text(value)
    if fault == "not_lowest" and form.kind != "ratio":
        form = replace(form, kind="fraction")
    return str(format_answer(value, form))


def _check_expression(solver: Solver, question: str, expression: str, options: DecodingOptions, language: str) -> Check:
    written, stated = _split(expression)
    try:
        tree = parse_expression(written)
        value = evaluate_expression(tree)
    except ExpressionError as error:
        return _said("wrong", "no_value", language, _detail(error, language))
    if stated and not _is_value(stated, value, question):
        return _said("wrong", "miscalculated", language, value_text(value))
    solution = solver.solve(question, options)
    if solution.value is None or solution.expression is None or solution.status == "unsure":
        return _unsure(solution, language)
    right = bool(value == solution.value)
    own = [candidate.expression for candidate in solution.candidates if candidate.value == solution.value]
    if right and any(same_way(tree, parse_expression(way)) for way in own or [solution.expression]):
        return _said("right", "same_way", language, "", solution)
    if _is_lone_number(tree):
        return _said("wrong", "no_working", language, "", solution)
    foreign = foreign_numbers(tree, solution)
    if foreign:
        code = "foreign_but_right" if right else "foreign_number"
        return _said("wrong", code, language, ", ".join(foreign), solution)
    if right:
        return _said("unusual", "other_way", language, "", solution)
    percent = grade_answer(value, solution.value, question).code == "percent_form"
    return _said("wrong", "percent_form" if percent else "wrong", language, str(solution.answer), solution)


def _split(expression: str) -> tuple[str, str]:
    """The expression and the value that stands behind it, if one does (``x=…`` is no value)."""
    mapped = expression.translate(CHARACTERS)
    left, sign, right = mapped.rpartition("=")
    if not sign or left.strip().lower() == "x":
        return expression, ""
    return left, right.strip(" ?_")


def _is_value(stated: str, value: sympy.Rational, question: str) -> bool:
    return grade_answer(stated, value, question).correct


def _is_lone_number(tree: Expression) -> bool:
    match tree:
        case Number() | Percent(Number()):
            return True
        case Unary(operand):
            return _is_lone_number(operand)
    return False


def _detail(error: ExpressionError, language: str) -> str:
    return _CHINESE_DETAILS.get(error.code, str(error)) if language == "zh" else str(error)


def _unsure(solution: Solution, language: str) -> Check:
    if solution.status == "unsure":
        return _said("unsure", "unsure", language, str(solution.answer), solution)
    return Check("unsure", solution.code or solution.status, solution.message_in(language) or "", solution)


def _said(verdict: str, code: str, language: str, detail: str, solution: Solution | None = None) -> Check:
    chinese, english = _REASONS[code]
    return Check(verdict, code, (chinese if language == "zh" else english).format(detail), solution)
