"""What the page shows of one question: plain text and text pieces, nothing of Gradio and no HTML."""

from __future__ import annotations

from dataclasses import dataclass, field

from mwp_solver.errors import MWPError
from mwp_solver.expression.school import school_equation, school_step
from mwp_solver.expression.steps import value_text
from mwp_solver.solving.solver import MAX_QUESTION, Solution, Solver

USED, UNUSED = "✓", "✗"


@dataclass(frozen=True, slots=True)
class View:
    """The contents of a result.

    Attributes:
        message: key of a text of the page to show above the result, or ``None``.
        answer: with its unit; empty if there is none, and then the next three are empty too.
        expression: the whole expression and its value in school notation.
        steps: the working, one operation each.
        alternatives: expressions with their values, and the model's probability of each.
        pieces: the question cut up, numbers marked ``USED`` or ``UNUSED``.
    """

    message: str | None = None
    answer: str = ""
    expression: str = ""
    steps: tuple[str, ...] = ()
    alternatives: dict[str, float] = field(default_factory=dict)
    pieces: tuple[tuple[str, str | None], ...] = ()


def question_problem(question: object) -> str | None:
    """The key of the text that says what is wrong with an input, or ``None`` if it can be solved.

    Gradio checks neither type nor length on the server, so this does.
    """
    if question is None:
        return "empty"
    if not isinstance(question, str):
        return "not_text"
    # Length first: no work at all is spent on a text that is too long.
    if len(question) > MAX_QUESTION:
        return "too_long"
    return None if question.strip() else "empty"


def sendable(text: str) -> str:
    """The text with a ``?`` for each half of a broken UTF-16 pair, which no page can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def view_of(solver: Solver, question: object) -> View:
    """Solve whatever the browser sent."""
    problem = question_problem(question)
    if problem is not None or not isinstance(question, str):
        return View(problem)
    try:
        return view_solution(solver.solve(sendable(question)))
    except MWPError:
        return View("not_found")


def view_solution(solution: Solution) -> View:
    """A solution in the words and signs of the page."""
    pieces = question_pieces(solution)
    if solution.answer is None or solution.value is None or solution.expression is None:
        return View("not_found" if solution.code in (None, "unsolved") else solution.code, pieces=pieces)
    return View(
        message="unsure" if solution.status == "unsure" else None,
        answer=("≈ " if solution.answer.approximate else "") + str(solution.answer).replace("-", "−", 1),
        expression=school_equation(solution.expression, value_text(solution.value)),
        steps=tuple(school_step(step) for step in solution.steps),
        alternatives=_alternatives(solution),
        pieces=pieces,
    )


def _alternatives(solution: Solution) -> dict[str, float]:
    shares: dict[str, float] = {}
    for candidate in solution.candidates:
        if candidate.value is not None:
            line = school_equation(candidate.expression, value_text(candidate.value))
            shares[line] = shares.get(line, 0.0) + candidate.probability
    return shares


def question_pieces(solution: Solution) -> tuple[tuple[str, str | None], ...]:
    """The question as typed, cut at its numbers; nothing if it has none."""
    if not solution.quantities:
        return ()
    pieces: list[tuple[str, str | None]] = []
    last = 0
    for number in solution.quantities:
        if number.start > last:
            pieces.append((solution.question[last : number.start], None))
        pieces.append((solution.question[number.start : number.end], USED if number.used else UNUSED))
        last = number.end
    if last < len(solution.question):
        pieces.append((solution.question[last:], None))
    return tuple(pieces)
