"""What the page shows of one question: plain texts, trees and numbers; nothing of Gradio and no HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mwp_solver.errors import MWPError
from mwp_solver.expression.school import school_equation, school_notation
from mwp_solver.expression.steps import Step, value_text
from mwp_solver.expression.syntax import Expression, parse_expression, substitute
from mwp_solver.solving.reading import Finding
from mwp_solver.solving.solver import MAX_QUESTION, Solution, Solver
from mwp_solver.solving.verification import Verification

COLORS = 8
"""colours that tell the question's numbers apart; a ninth number has the first one's again"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the question as typed.

    Attributes:
        text: the part.
        number: which number of the question it is, from 0, or ``None`` for what stands between them.
        used: whether the expression uses the number.
    """

    text: str
    number: int | None = None
    used: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that was considered, with its expression and the model's probability for it, 0 to 1."""

    answer: str
    expression: str
    probability: float


@dataclass(frozen=True, slots=True)
class View:
    """The contents of a result.

    Attributes:
        message: key of a text of the page to show above the result, or ``None``.
        question: as typed.
        answer: with its unit; empty if there is none, and then what follows is empty too.
        expression: the whole expression and its value in school notation.
        tree: the same as a tree.
        classes: the class of each part of this tree that is a number of the question, by ``id()``.
        value: what the tree gives, as text.
        steps: the working, one operation each.
        verification: the answer put back, from which a number of the question comes out, or ``None``.
        findings: the answer put into what the question says, where a pattern knows it.
        choices: the answers considered, the chosen one first; none if nothing had to be chosen.
        pieces: the question cut up at its numbers; none if it has none, or is itself an expression.
    """

    message: str | None = None
    question: str = ""
    answer: str = ""
    expression: str = ""
    tree: Expression | None = None
    classes: Mapping[int, str] = field(default_factory=dict)
    value: str = ""
    steps: tuple[Step, ...] = ()
    verification: Verification | None = None
    findings: tuple[Finding, ...] = ()
    choices: tuple[Choice, ...] = ()
    pieces: tuple[Piece, ...] = ()


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
        message = "not_found" if solution.code in (None, "unsolved") else solution.code
        return View(message, solution.question, pieces=pieces)
    tree, classes = colored_tree(solution, solution.expression)
    value = value_text(solution.value)
    return View(
        message="unsure" if solution.status == "unsure" else None,
        question=solution.question,
        answer=shown_answer(str(solution.answer), solution.answer.approximate),
        expression=school_equation(solution.expression, value),
        tree=tree,
        classes=classes,
        value=value,
        steps=solution.steps,
        verification=solution.verification,
        findings=solution.findings,
        choices=_choices(solution),
        pieces=pieces,
    )


def shown_answer(answer: str, approximate: bool = False) -> str:
    """An answer with the signs of school books."""
    return ("≈ " if approximate else "") + answer.replace("-", "−", 1)


def _choices(solution: Solution) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            shown_answer(str(choice.answer), choice.answer.approximate),
            school_notation(choice.expression),
            choice.probability,
        )
        for choice in solution.alternatives()
    )


def colored_tree(solution: Solution, expression: str) -> tuple[Expression, dict[int, str]]:
    """The chosen expression, and the class of each part of it that is a number of the question."""
    if solution.anchored is None:
        return parse_expression(expression), {}
    numbers = {f"n{index}": parse_expression(number.text) for index, number in enumerate(solution.quantities)}
    classes = {id(part): color_class(index) for index, part in enumerate(numbers.values())}
    return substitute(solution.anchored, numbers), classes


def color_class(number: int) -> str:
    """The CSS classes of a number of the question, wherever it is shown."""
    return f"number number-{number % COLORS}"


def question_pieces(solution: Solution) -> tuple[Piece, ...]:
    """The question as typed, cut at its numbers; nothing if it has none or is itself an expression."""
    if not solution.quantities or solution.status == "computed":
        return ()
    pieces: list[Piece] = []
    last = 0
    for index, number in enumerate(solution.quantities):
        if number.start > last:
            pieces.append(Piece(solution.question[last : number.start]))
        pieces.append(Piece(solution.question[number.start : number.end], index, number.used))
        last = number.end
    if last < len(solution.question):
        pieces.append(Piece(solution.question[last:]))
    return tuple(pieces)
