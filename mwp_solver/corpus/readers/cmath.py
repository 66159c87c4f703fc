"""CMATH (Wei et al., 2023, arXiv 2306.16636): JSON lines with question, golden, grade; no equations.

Variants of its problems may come without the grade.
"""

from collections.abc import Mapping
from typing import Any

from mwp_solver.corpus.readers.fields import optional_field, text_field
from mwp_solver.errors import DataError
from mwp_solver.problem import Problem


def read_row(row: Mapping[str, Any]) -> Problem:
    """One row. Raises DataError naming the field that is missing or wrong."""
    grade = optional_field(row, "grade")
    if grade not in (None, *"123456"):
        raise DataError('field "grade" is not a whole number from 1 to 6')
    return Problem(
        question=text_field(row, "question"),
        answer=text_field(row, "golden"),
        id=optional_field(row, "id"),
        language="zh",
        grade=int(grade) if grade else None,
    )
