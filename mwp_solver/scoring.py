"""Solutions and keys -> a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mwp_solver.answers import Grade, grade_answer
from mwp_solver.errors import DataError
from mwp_solver.problem import Problem
from mwp_solver.solving.solver import Solution


@dataclass(frozen=True, slots=True)
class Report:
    """How well a set of problems was solved.

    Attributes:
        name: of the set.
        total: problems.
        correct: of them, graded right.
        unsolved: of them, without any expression that has a value.
        grades: one a problem, in order.
    """

    name: str
    total: int
    correct: int
    unsolved: int
    grades: tuple[Grade, ...]

    @property
    def accuracy(self) -> float:
        """Share graded right, 0 to 1 (value accuracy)."""
        return self.correct / self.total


def score(problems: Sequence[Problem], solutions: Sequence[Solution], name: str = "") -> Report:
    """Grade solutions against the problems' answers; where a row has none, against its equation's value.

    Raises:
        DataError: if a problem has neither answer nor equation, or there are no problems.
    """
    if not problems:
        raise DataError("no problems to score")
    grades = tuple(grade_solution(problem, solution) for problem, solution in zip(problems, solutions, strict=True))
    return Report(
        name,
        len(grades),
        sum(grade.correct for grade in grades),
        sum(not solution.solved for solution in solutions),
        grades,
    )


def grade_solution(problem: Problem, solution: Solution) -> Grade:
    """Grade one solution.

    Raises:
        DataError: if the problem has no key.
    """
    key = problem.answer or problem.equation
    if key is None:
        raise DataError(f"the problem {problem.id or problem.question[:20]!r} has neither answer nor equation")
    if solution.value is None:
        return Grade(False, "no expression with a value", "unsolved")
    return grade_answer(solution.value, key, problem.question)
