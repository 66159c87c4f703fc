"""One solution against its key: the strict verdict, and beside it the rules that others count by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mwp_solver.answers import Grade, grade_answer, read_answer
from mwp_solver.answers.formatting import round_half_up
from mwp_solver.errors import DataError, ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.problem import Problem
from mwp_solver.solving.solver import Solution

if TYPE_CHECKING:
    import sympy

STRICT = "strict"
RULES: Mapping[str, str] = {
    STRICT: "equal exactly; rounded only where the question or the key says so; unit and percent sign count",
    "decimals_6": "the same after rounding both to 6 decimals",
    "absolute_1e-4": "less than 0.0001 from the value of the key's equation (without one, from the key)",
    "relative_1pct": "at most 1% of the key away from it",
}
"""The rules of counting an answer right, and what each means."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a solution is graded by.

    Attributes:
        text: as it stands in the data.
        reference: what the strict rule compares with: an answer's text, or the exact value of an equation.
        number: the number as written, exact (of ``1.2万元`` it is 1.2).
        gold: the value of the row's equation; where there is none that can be computed, ``number``.
    """

    text: str
    reference: str | sympy.Rational
    number: sympy.Rational
    gold: sympy.Rational


def read_key(problem: Problem) -> Key | None:
    """The key of a problem: its answer, else its equation, or ``None`` if it has neither.

    Raises:
        ExpressionError: if the key cannot be read.
    """
    if problem.answer is None:
        if problem.equation is None:
            return None
        value = evaluate_expression(problem.equation)
        return Key(problem.equation, value, value, value)
    read = read_answer(problem.answer)
    number = gold = read.value / read.scale
    if problem.equation is not None:
        try:
            gold = evaluate_expression(problem.equation)
        except ExpressionError:
            gold = number  # the answer is the key; an equation that cannot be read spoils no row
    return Key(problem.answer, problem.answer, number, gold)


def verdicts(value: sympy.Rational | None, key: Key, question: str) -> tuple[Grade, dict[str, bool]]:
    """Grade a value by every rule.

    Args:
        value: exact, or ``None`` if there is none; then it is wrong by all.
        key: from :func:`read_key`.
        question: the problem's text.

    Returns:
        The strict verdict, and for each of :data:`RULES` whether the value counts as right.
    """
    from sympy import Rational

    if value is None:
        return Grade(False, "no expression with a value", "unsolved"), dict.fromkeys(RULES, False)
    grade = grade_answer(value, key.reference, question)
    return grade, {
        STRICT: grade.correct,
        "decimals_6": _rounded(value) == _rounded(key.number),
        "absolute_1e-4": bool(abs(value - key.gold) < Rational(1, 10_000)),
        "relative_1pct": bool(abs(value - key.number) * 100 <= abs(key.number)),
    }


def _rounded(value: sympy.Rational) -> tuple[int, int]:
    from sympy import Rational

    exact = Rational(*round_half_up(int(value.p), int(value.q), 6))
    return int(exact.p), int(exact.q)


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
        """Share graded right by the strict rule, 0 to 1 (value accuracy)."""
        return self.correct / self.total


def score(problems: Sequence[Problem], solutions: Sequence[Solution], name: str = "") -> Report:
    """Grade solutions against the problems' answers; where a row has none, against its equation's value.

    Raises:
        DataError: if a problem has neither answer nor equation, or there are no problems.
        ExpressionError: if a key cannot be read.
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
    """Grade one solution by the strict rule.

    Raises:
        DataError: if the problem has no key.
        ExpressionError: if the key cannot be read.
    """
    key = read_key(problem)
    if key is None:
        raise DataError(f"the problem {problem.id or problem.question[:20]!r} has neither answer nor equation")
    return verdicts(solution.value, key, problem.question)[0]
