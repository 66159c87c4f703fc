"""What a reader sends in to put an answer right, read with the package's own parsers."""

from __future__ import annotations

from mwp_solver.answers import grade_answer, read_answer
from mwp_solver.errors import ExpressionError, MWPError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.syntax import CHARACTERS, Number, parse_expression
from mwp_solver.options import Limits
from mwp_solver.problem import Problem
from mwp_solver.solving.screening import MESSAGES as SCREENING
from mwp_solver.solving.screening import screen
from mwp_solver.solving.solver import MAX_QUESTION
from mwp_solver.text import language_of

MESSAGES = {
    "correction_empty": (
        "请填写正确的答案，或者正确的算式。",
        "Give the right answer, or the right expression.",
    ),
    "correction_type": ("答案和算式必须是文字。", "The answer and the expression must be text."),
    "correction_answer": (
        "看不懂这个答案。请只写一个数，可以带单位。",
        "This answer cannot be read. Write one number, with its unit if you like.",
    ),
    "correction_expression": (
        "看不懂这个算式，或者它算不出得数。请用数、加减乘除和括号来写。",
        "This expression cannot be read or has no value. Write it in numbers, + − × ÷ and brackets.",
    ),
    "correction_lone_number": (
        "这只是一个数，不是算式。请把它填在答案里。",
        "This is only a number, not an expression. Write it as the answer.",
    ),
    "correction_disagrees": (
        "算式的得数和答案不一致，请再看看。",
        "The expression's value is not the answer. Look at them again.",
    ),
    "correction_computed": (
        "这是一个算式，程序已经准确计算，不需要改正。",
        "This is a plain expression, computed exactly. There is nothing to put right.",
    ),
    "correction_off": (
        "这个页面不收集改正，因为它是公开的。",
        "This page does not keep corrections, because it is public.",
    ),
    "correction_full": ("改正已经收满，这一条没有保存。", "No more corrections can be kept; this one was not."),
    "correction_kept": ("已保存，谢谢！", "Kept. Thank you!"),
    "correction_known": ("这条改正已经有了，谢谢！", "This correction is there already. Thank you!"),
}
"""code -> what to say in Chinese and in English"""


class CorrectionError(MWPError):
    """A correction that cannot be kept.

    Attributes:
        code: of :data:`MESSAGES` or of :data:`mwp_solver.solving.screening.MESSAGES`.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        english = (MESSAGES.get(code) or SCREENING[code])[1]
        super().__init__(f"{english} ({detail})" if detail else english)


def read_correction(question: object, answer: object = None, equation: object = None) -> Problem:
    """Read a correction as a problem to train on.

    Args:
        question: the problem as the reader typed it.
        answer: the right answer, with or without its unit; or ``None`` or blank.
        equation: the right expression, also with ``x=`` before or its value behind it; or ``None`` or blank.

    Returns:
        The problem with its equation in canonical form.

    Raises:
        CorrectionError: if something is no text, too long, cannot be read, or answer and expression disagree.
    """
    if not isinstance(question, str):
        raise CorrectionError("empty" if question is None else "not_text")
    if len(question) > MAX_QUESTION:
        raise CorrectionError("too_long")
    if not question.strip():
        raise CorrectionError("empty")
    question = question.encode("utf-8", "replace").decode("utf-8").strip()
    seen = screen(question)
    if not seen.ok:
        raise CorrectionError(seen.code)
    if seen.expression is not None:
        raise CorrectionError("correction_computed")
    answer, equation = _text(answer, "correction_answer"), _text(equation, "correction_expression")
    if answer is None and equation is None:
        raise CorrectionError("correction_empty")
    if answer is not None:
        try:
            read_answer(answer)
        except ExpressionError as error:
            raise CorrectionError("correction_answer", str(error)) from error
    if equation is not None:
        equation = _canonical(equation, answer, question)
    return Problem(question, equation, answer, language=language_of(question))


def _text(value: object, code: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise CorrectionError("correction_type")
    if len(value) > Limits().characters:
        raise CorrectionError(code, f"longer than {Limits().characters} characters")
    return value.encode("utf-8", "replace").decode("utf-8").strip() or None


def _canonical(equation: str, answer: str | None, question: str) -> str:
    """The expression as the package writes it, once it is sure to have the value that is claimed for it."""
    mapped = equation.translate(CHARACTERS)
    left, sign, stated = mapped.rpartition("=")
    if sign and left.strip().lower() != "x":
        mapped, stated = left, stated.strip(" ?")
    else:
        stated = ""
    try:
        tree = parse_expression(mapped)
        value = evaluate_expression(tree)
    except ExpressionError as error:
        raise CorrectionError("correction_expression", str(error)) from error
    if isinstance(tree, Number):
        raise CorrectionError("correction_lone_number")
    for claimed in (stated, answer):
        if claimed and not grade_answer(claimed, value, question).correct:
            raise CorrectionError("correction_disagrees")
    return render_expression(tree)
