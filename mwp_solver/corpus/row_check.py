"""One problem normalised and checked: what can be read, and whether equation and answer agree."""

from __future__ import annotations

from dataclasses import replace

from mwp_solver.answers import grade_answer, read_answer
from mwp_solver.errors import ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.steps import value_text
from mwp_solver.expression.syntax import parse_expression
from mwp_solver.problem import Problem
from mwp_solver.text import language_of, normalize_question

FAULTS = ("malformed", "unreadable", "disagree", "duplicate", "leaked")
"""Why a row is removed, in the order in which it is tested."""


class Fault(Exception):
    """Why a row is removed: ``fault`` is one of :data:`FAULTS`."""

    def __init__(self, fault: str, reason: str) -> None:
        self.fault, self.reason = fault, reason
        super().__init__(reason)


def check_problem(problem: Problem, question: str | None = None) -> Problem:
    """The problem normalised: question, plain equation, language.

    Args:
        problem: as read.
        question: its question normalised, where that is known already.

    Raises:
        Fault: if a part cannot be read or equation and answer disagree.
    """
    if question is None:
        question = normalize_question(problem.question)
    if not question:
        raise Fault("unreadable", "the question is empty")
    equation = problem.equation
    if equation is None and problem.answer is None:
        raise Fault("unreadable", "there is neither equation nor answer")
    if equation is not None:
        try:
            tree = parse_expression(equation)
            value = evaluate_expression(tree)
            equation = render_expression(tree)
        except ExpressionError as error:
            raise Fault("unreadable", f"equation: {error}") from error
    if problem.answer is not None:
        try:
            agrees = equation is None or grade_answer(value, problem.answer, question).correct
            read_answer(problem.answer)
        except ExpressionError as error:
            raise Fault("unreadable", f"answer: {error}") from error
        if not agrees:
            raise Fault("disagree", f"the equation is worth {value_text(value)}, the answer is {problem.answer}")
    language = problem.language or language_of(question)
    return replace(problem, question=question, equation=equation, language=language)
