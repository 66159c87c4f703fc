"""What a solver could have chosen from, and which of it would have been right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mwp_solver.answers import answer_form, grade_answer
from mwp_solver.errors import DataError
from mwp_solver.model.encoding import encode_question
from mwp_solver.options import DecodingOptions
from mwp_solver.problem import Problem
from mwp_solver.scoring.grading import read_key
from mwp_solver.solving.dimensions import quantity_dimensions
from mwp_solver.solving.rerank import Candidate, pooled, value_features
from mwp_solver.solving.solver import Solution, Solver


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that was proposed.

    Attributes:
        features: see :mod:`mwp_solver.solving.features`.
        mass: probability of all expressions that give it, 0 to 1.
        votes: what votes it has by rules alone.
        right: whether it is the answer.
    """

    features: Mapping[str, float]
    mass: float
    votes: float
    right: bool


def choices(solver: Solver, problems: Sequence[Problem], options: DecodingOptions) -> list[list[Choice]]:
    """The values proposed for each problem; none where nothing could be computed. All are asked, none is screened.

    Raises:
        DataError: if a problem has no key.
        ExpressionError: if a key cannot be read.
    """
    solutions = solver.solve_batch([problem.question for problem in problems], replace(options, screen=False))
    return [_choices(solver, problem, found) for problem, found in zip(problems, solutions, strict=True)]


def _choices(solver: Solver, problem: Problem, solution: Solution) -> list[Choice]:
    key = read_key(problem)
    if key is None:
        raise DataError(f"the problem {problem.id or problem.question[:20]!r} has neither answer nor equation")
    question, form = encode_question(problem.question, solver.encoding), answer_form(problem.question)
    groups: dict[object, list[Candidate]] = {}
    for candidate in solution.candidates:
        if candidate.value is not None:
            groups.setdefault(candidate.value, []).append(candidate)
    mass = pooled(solution.candidates)
    dimensions = quantity_dimensions(question)
    return [
        Choice(
            value_features(group, question, form, dimensions),
            mass[group[0].value],
            sum(candidate.weight for candidate in group),
            group[0].value is not None and grade_answer(group[0].value, key.reference, problem.question).correct,
        )
        for group in groups.values()
    ]
