"""What came of a question: answer, working, alternatives, and what to say when there is no answer to trust."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from mwp_solver.answers import FormattedAnswer, answer_form, format_answer
from mwp_solver.expression.latex import latex_equation, latex_step
from mwp_solver.expression.order import added_first
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.steps import Step, value_text
from mwp_solver.expression.syntax import Expression, parse_expression
from mwp_solver.options import DecodingOptions
from mwp_solver.quantities import Quantity
from mwp_solver.solving.reading import Finding
from mwp_solver.solving.rerank import Candidate
from mwp_solver.solving.screening import MESSAGES
from mwp_solver.solving.verification import Verification
from mwp_solver.text import language_of, normalize_with_offsets

if TYPE_CHECKING:
    import sympy

STATUSES = ("solved", "computed", "unsure", "unsolved", "no_problem")
"""solved: by the network; computed: the input was an expression; unsure: answered, but hardly believed; unsolved: no
expression with a value was found; no_problem: refused, the code says why"""

RESULT_MESSAGES = {
    "unsure": ("没有把握，请看看其他可能的答案。", "Not sure; look at the other possible answers."),
    "unsolved": ("没有找到能算出结果的算式。", "No expression with a value was found."),
}
"""code -> what to say in Chinese and in English"""


@dataclass(frozen=True, slots=True)
class SourceNumber:
    """A number of the question as it was typed.

    Attributes:
        text: the number as the model reads it.
        start: where it begins in the question as typed, in characters.
        end: where it ends (exclusive).
        used: whether the chosen expression uses it.
    """

    text: str
    start: int
    end: int
    used: bool


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of the answers that were considered.

    Attributes:
        answer: in the form the question asks for.
        expression: the first expression that gives it.
        probability: that it is right, as :attr:`Solution.confidence`.
    """

    answer: FormattedAnswer
    expression: str
    probability: float


@dataclass(frozen=True, slots=True)
class Solution:
    """What came of one question.

    Attributes:
        question: as given.
        answer: the value in the form the question asks for, or ``None`` if no candidate had a value.
        value: exact, or ``None``.
        expression: the chosen expression with the question's numbers, in an order that does not fall below zero on
            the way where one exists, or ``None``.
        steps: its working, one operation each.
        candidates: all that the model proposed, the chosen one first; none if it was not asked.
        confidence: the chance that the value is right, 0 to 1: calibrated, if the model says how, else its probability
            for all candidates that have the value; 1 for what was only computed.
        quantities: the question's numbers and which of them were used.
        options: the options that made this result.
        status: one of :data:`STATUSES`.
        code: why there is no answer: ``unsolved`` or a key of :data:`mwp_solver.solving.screening.MESSAGES`; else
            ``None``.
        verification: the answer put back, from which a number of the question comes out; ``None`` where none does, or
            the answer is rounded.
        anchored: the tree of the expression with names ``n<index>`` for the quantities, or ``None``.
        findings: the answer put into what the words of the question say, where a pattern knows them; mostly none.
    """

    question: str
    answer: FormattedAnswer | None
    value: sympy.Rational | None
    expression: str | None
    steps: tuple[Step, ...]
    candidates: tuple[Candidate, ...]
    confidence: float
    quantities: tuple[SourceNumber, ...]
    options: DecodingOptions
    status: str = "solved"
    code: str | None = None
    verification: Verification | None = None
    anchored: Expression | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def solved(self) -> bool:
        """Whether there is an answer, sure or not."""
        return self.answer is not None

    @property
    def message(self) -> str | None:
        """What to tell the user beside or instead of an answer, in the question's language; ``None`` if nothing."""
        return self.message_in(language_of(self.question))

    def message_in(self, language: str) -> str | None:
        """The same in a language, ``zh`` or ``en``."""
        code = self.code or self.status
        texts = RESULT_MESSAGES.get(code) or MESSAGES.get(code)
        return None if texts is None else texts[0 if language == "zh" else 1]

    def alternatives(self, most: int = 6) -> tuple[Alternative, ...]:
        """The distinct answers of the candidates, in their order; the first is the chosen one.

        Args:
            most: answers at most; what comes after is hardly ever right.
        """
        form = answer_form(self.question)
        first: dict[Any, Candidate] = {}
        for candidate in self.candidates:
            if candidate.value is not None:
                first.setdefault(candidate.value, candidate)
        return tuple(
            Alternative(format_answer(value, form), _for_pupils(candidate.expression), candidate.confidence)
            for value, candidate in islice(first.items(), most)
        )

    def latex(self) -> str | None:
        """The expression and its value as a LaTeX formula, or ``None`` without an answer."""
        if self.expression is None or self.value is None:
            return None
        return latex_equation(parse_expression(self.expression), value_text(self.value))

    def to_dict(self) -> dict[str, Any]:
        """Everything, in JSON's types; exact values as text."""
        return {
            "question": self.question,
            "status": self.status,
            "code": self.code,
            "message": self.message,
            "answer": None if self.answer is None else str(self.answer),
            "value": None if self.value is None else str(self.value),
            "expression": self.expression,
            "steps": [str(step) for step in self.steps],
            "latex": self.latex(),
            "latex_steps": [latex_step(step) for step in self.steps],
            "verification": None
            if self.verification is None
            else {
                "number": self.verification.number,
                "steps": [str(step) for step in self.verification.steps],
            },
            "findings": [
                {
                    "kind": finding.kind,
                    "steps": [str(step) for step in finding.steps],
                    "stated": finding.stated,
                    "holds": finding.holds,
                }
                for finding in self.findings
            ],
            "confidence": round(self.confidence, 4),
            "candidates": [
                {
                    "expression": candidate.expression,
                    "value": None if candidate.value is None else str(candidate.value),
                    "probability": round(candidate.probability, 4),
                    "score": round(candidate.score, 4),
                    "confidence": round(candidate.confidence, 4),
                    "error": candidate.error,
                    "broken": list(candidate.broken),
                }
                for candidate in self.candidates
            ],
            "quantities": [
                {"text": number.text, "start": number.start, "end": number.end, "used": number.used}
                for number in self.quantities
            ],
        }


def _for_pupils(expression: str) -> str:
    return render_expression(added_first(parse_expression(expression))) if "-" in expression else expression


def no_solution(
    question: str,
    status: str,
    code: str,
    numbers: tuple[SourceNumber, ...],
    options: DecodingOptions,
    candidates: tuple[Candidate, ...] = (),
) -> Solution:
    """A solution without an answer.

    Args:
        question: as given.
        status: ``unsolved`` or ``no_problem``.
        code: why.
        numbers: of the question.
        options: of the call.
        candidates: what the model proposed, if it was asked.
    """
    return Solution(question, None, None, None, (), candidates, 0.0, numbers, options, status, code)


def source_numbers(question: str, quantities: Iterable[Quantity], used: set[int]) -> tuple[SourceNumber, ...]:
    """The quantities of a question at their places in the text as typed.

    Args:
        question: as typed.
        quantities: found in its normalised form.
        used: indices of those that the expression uses.
    """
    normalized = normalize_with_offsets(question)
    return tuple(
        SourceNumber(quantity.text, *normalized.original_span(quantity.start, quantity.end), index in used)
        for index, quantity in enumerate(quantities)
    )
