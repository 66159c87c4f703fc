"""The page's endpoints for programs that need no upload: solve, check, practice. Names and types are kept stable."""

# No `from __future__ import annotations` here: Gradio reads the types when the page is built.

from random import Random
from typing import Any, Literal, TypedDict, cast

from mwp_solver.errors import MWPError
from mwp_solver.expression.school import school_step
from mwp_solver.solving.check import check as check_work
from mwp_solver.solving.solver import check_question
from mwp_solver.web.page import SOLVER_QUEUE, Page
from mwp_solver.web.practice import fresh, hint, solution
from mwp_solver.web.view import sendable

MAX_WORK = 400
"""longest answer or expression, in characters"""


class CandidateResult(TypedDict):
    """An expression that the model considered."""

    expression: str
    value: str | None
    probability: float
    score: float
    confidence: float
    error: str | None
    broken: list[str]


class QuantityResult(TypedDict):
    """A number of the question at its place, in characters."""

    text: str
    start: int
    end: int
    used: bool


class VerificationResult(TypedDict):
    """The answer put back: a number of the question comes out of it."""

    number: str
    steps: list[str]


class FindingResult(TypedDict):
    """The answer put into what the question says."""

    kind: str
    steps: list[str]
    stated: str
    holds: bool


class SolutionResult(TypedDict):
    """What ``solve`` gives back; exact values are text such as ``21`` or ``1/3``."""

    question: str
    status: Literal["solved", "computed", "unsure", "unsolved", "no_problem"]
    code: str | None
    message: str | None
    answer: str | None
    value: str | None
    expression: str | None
    steps: list[str]
    latex: str | None
    latex_steps: list[str]
    verification: VerificationResult | None
    findings: list[FindingResult]
    confidence: float
    candidates: list[CandidateResult]
    quantities: list[QuantityResult]


class CheckResult(TypedDict):
    """What ``check`` gives back."""

    verdict: Literal["right", "unusual", "wrong", "unsure"]
    code: str
    reason: str
    expected: str | None
    expression: str | None
    confidence: float | None


class ExerciseResult(TypedDict):
    """What ``practice`` gives back."""

    question: str
    hint: str
    answer: str
    expression: str
    steps: list[str]


def endpoints(page: Page) -> None:
    """Add the endpoints to the Blocks that is open."""
    import gradio as gr

    solver = page.solver

    def solve(question: str) -> SolutionResult:
        """Solve a word problem.

        Args:
            question: text in Chinese or English, at most 2,000 characters.

        Returns:
            status, message, answer, value, expression, steps, latex, confidence, candidates and quantities;
            without a solution answer, value and expression are null and the message says why.
        """
        try:
            check_question(question)
            found: Any = solver.solve(sendable(question)).to_dict()
        except MWPError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return cast(SolutionResult, found)

    def check(question: str, answer: str | None = None, expression: str | None = None) -> CheckResult:
        """Check a pupil's answer or expression; give one of the two.

        Args:
            question: the problem, in Chinese or English, at most 2,000 characters.
            answer: the pupil's answer, with or without its unit.
            expression: the pupil's expression, also with its value.

        Returns:
            verdict (right, unusual, wrong, unsure), a code and the reason in the question's language, and the
            expected answer with its expression and confidence.
        """
        works = [work for work in (answer, expression) if work not in (None, "")]
        if len(works) != 1 or not all(isinstance(work, str) for work in works):
            raise gr.Error("give either an answer or an expression, as text", print_exception=False)
        if len(str(works[0])) > MAX_WORK:
            raise gr.Error(f"an answer or expression has at most {MAX_WORK} characters", print_exception=False)
        try:
            check_question(question)
            work = sendable(str(works[0]))
            found: Any = check_work(
                solver, sendable(question), work if answer else None, None if answer else work
            ).to_dict()
        except MWPError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return {name: found[name] for name in CheckResult.__annotations__}  # type: ignore[return-value]

    def practice(
        language: Literal["zh", "en"] = "zh",
        family: str | None = None,
        grade: int | None = None,
        seed: int | None = None,
    ) -> ExerciseResult:
        """Draw a fresh problem to practise on.

        Args:
            language: zh or en.
            family: a kind of problem, such as 鸡兔同笼; without it any.
            grade: a school grade; without it any.
            seed: the same number draws the same problem again.

        Returns:
            question, hint (the first step), answer, expression and steps.
        """
        if language not in ("zh", "en"):
            raise gr.Error("language is zh or en", print_exception=False)
        if not isinstance(family, str | None):
            raise gr.Error("family is text", print_exception=False)
        if isinstance(seed, bool) or not isinstance(seed, int | None) or abs(seed or 0) >= 1 << 63:
            raise gr.Error("seed is a whole number", print_exception=False)
        exercise = fresh(language, family, grade, Random(seed))
        if exercise is None:
            raise gr.Error("there is no problem of this family and grade", print_exception=False)
        answer, _, steps = solution(exercise)
        return {
            "question": exercise.question,
            "hint": hint(exercise),
            "answer": answer,
            "expression": exercise.equation,
            "steps": [school_step(step) for step in steps],
        }

    gr.api(solve, api_name="solve", **SOLVER_QUEUE)
    gr.api(check, api_name="check", **SOLVER_QUEUE)
    gr.api(practice, api_name="practice", concurrency_limit=2, concurrency_id="practice")
