"""The work on a handful of rows: solve, grade by every rule, write out. The same wherever it is done."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mwp_solver.batch.sources import Item
from mwp_solver.errors import MissingExtraError, ModelError, MWPError
from mwp_solver.options import DecodingOptions
from mwp_solver.problem import Problem
from mwp_solver.scoring.grading import Key, read_key, verdicts
from mwp_solver.scoring.groups import properties
from mwp_solver.solving.solver import Solution, Solver, check_question

Load = Callable[[], Solver]
"""makes a solver; must be importable by name (pickled), for it is called in every process"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row.

    Attributes:
        row: number of the row.
        error: whether it could not be used.
        correct: by the strict rule; ``None`` without a key, and for an error.
        line: JSON, without a line's end.
    """

    row: int
    error: bool
    correct: bool | None
    line: str


class Worker:
    """Works on chunks of rows; loads its solver once, when it first needs it.

    Args:
        load: makes the solver.
        options: how to decode.
    """

    def __init__(self, load: Load, options: DecodingOptions) -> None:
        self.load, self.options = load, options
        self._solver: Solver | None = None

    def __call__(self, items: Sequence[Item]) -> list[Outcome]:
        """Work on a chunk.

        Returns:
            One outcome a row, in order.

        Raises:
            ModelError, MissingExtraError: if the solver cannot be loaded.
        """
        outcomes: dict[int, Outcome] = {}
        ready: list[tuple[Item, Problem, Key | None]] = []
        for item in items:
            if item.problem is None:
                outcomes[item.row] = _error(item, item.reason or "")
                continue
            try:
                check_question(item.problem.question)
            except MWPError as error:
                outcomes[item.row] = _error(item, str(error))
                continue
            try:
                ready.append((item, item.problem, read_key(item.problem)))
            except MWPError as error:
                outcomes[item.row] = _error(item, f"the key cannot be read: {error}")
        for (item, problem, key), solved in zip(ready, self._solve([problem for _, problem, _ in ready]), strict=True):
            if isinstance(solved, MWPError):
                outcomes[item.row] = _error(item, str(solved))
            else:
                outcomes[item.row] = _prediction(item, problem, key, *solved)
        return [outcomes[item.row] for item in items]

    def _solve(self, problems: Sequence[Problem]) -> list[tuple[Solution, float] | MWPError]:
        """Solutions with milliseconds a problem; where one fails, each is tried by itself."""
        if not problems:
            return []
        if self._solver is None:
            self._solver = self.load()
        try:
            begun = time.perf_counter()
            solutions = self._solver.solve_batch([problem.question for problem in problems], self.options)
            each = (time.perf_counter() - begun) * 1000 / len(problems)
            return [(solution, each) for solution in solutions]
        except (ModelError, MissingExtraError):
            raise
        except MWPError as error:
            if len(problems) == 1:
                return [error]
            return [found for problem in problems for found in self._solve([problem])]


def _error(item: Item, reason: str) -> Outcome:
    return Outcome(item.row, True, None, json.dumps(_place(item) | {"reason": reason}, ensure_ascii=False))


def _place(item: Item) -> dict[str, Any]:
    where = item.file if item.line is None else f"{item.file}:{item.line}"
    return {"row": item.row, "source": item.source, "file": item.file, "line": item.line, "where": where}


def _prediction(item: Item, problem: Problem, key: Key | None, solution: Solution, milliseconds: float) -> Outcome:
    row: dict[str, Any] = {
        **_place(item),
        "id": problem.id,
        "language": problem.language,
        "grade": problem.grade,
        "family": problem.family,
        "key": None if key is None else key.text,
        "key_equation": problem.equation,
        **solution.to_dict(),
        **properties(problem),
        "milliseconds": round(milliseconds, 3),
    }
    correct: bool | None = None
    row |= {"correct": None, "reason": None, "verdict": None, "rules": {}, "right_candidate": None}
    if key is not None:
        grade, rules = verdicts(solution.value, key, problem.question)
        correct = grade.correct
        row |= {"correct": correct, "reason": grade.reason, "verdict": grade.code, "rules": rules}
        if not correct:
            row["right_candidate"] = _right_candidate(solution, key, problem.question)
    return Outcome(item.row, False, correct, json.dumps(row, ensure_ascii=False))


def _right_candidate(solution: Solution, key: Key, question: str) -> int | None:
    """Place among the candidates, from 1, of the first that would have been right."""
    for place, candidate in enumerate(solution.candidates, 1):
        if candidate.value is not None and verdicts(candidate.value, key, question)[0].correct:
            return place
    return None
