"""The files of a run, with errors that say what to mend."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from mwp_solver.answers import read_answer
from mwp_solver.corpus.files import read_problems, read_rows
from mwp_solver.errors import DataError, ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.problem import Problem

_REMEDY = "name other columns with: mwp-solver data prepare --question-column NAME --equation-column NAME …"


def training_problems(paths: Sequence[str]) -> list[Problem]:
    """All problems of files to train on.

    Raises:
        DataError: if a file cannot be read, has no problems, or no column for the question.
    """
    return [problem for path in paths for problem in _problems(path)]


def no_equations(paths: Sequence[str]) -> DataError:
    """The error for files without any equation to learn from."""
    columns = "; ".join(filter(None, (_columns(path) for path in paths)))
    return DataError(
        f"no row has an equation that can be read; nothing to train on ({columns}). Equations are looked for under "
        f"equation, expression, 方程, 算式; {_REMEDY}. Rows that only have answers can be learnt from with "
        "--answers-only",
        ", ".join(paths),
    )


def validation_sets(paths: Sequence[str]) -> list[tuple[str, list[Problem]]]:
    """Held-out files: a name for each, and its problems whose key can be read.

    The name is the file's, or its folder's where two files are called alike.

    Raises:
        DataError: if a file cannot be read or none of its rows has a key.
    """
    names = [Path(path).stem for path in paths]
    if len(set(names)) < len(names):
        names = [Path(path).parent.name + "/" + name for path, name in zip(paths, names, strict=True)]
    if len(set(names)) < len(names):
        names = list(paths)
    found = []
    for name, path in zip(names, paths, strict=True):
        problems = [problem for problem in _problems(path) if has_key(problem)]
        if not problems:
            raise DataError(
                f"no row has an equation or answer that can be read; nothing to measure by, {_REMEDY}", path
            )
        found.append((name, problems))
    return found


def has_key(problem: Problem) -> bool:
    """Whether a problem's equation or answer has a value."""
    for text, read in ((problem.equation, evaluate_expression), (problem.answer, read_answer)):
        try:
            if text is not None and read(text) is not None:
                return True
        except ExpressionError:
            continue
    return False


def _problems(path: str) -> list[Problem]:
    try:
        problems = list(read_problems(path))
    except DataError as error:
        if "question is missing" in str(error) and (columns := _columns(path)):
            raise DataError(f"{error} ({columns}); {_REMEDY}") from error
        raise
    if not problems:
        raise DataError("the file holds no problems", path)
    return problems


def _columns(path: str) -> str:
    for _, row in islice(read_rows(path), 1):
        if isinstance(row, dict):
            return "its columns are " + ", ".join(str(name) for name in row)
    return ""
