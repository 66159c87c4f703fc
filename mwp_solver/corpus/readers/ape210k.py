"""Ape210K (Zhao et al., 2020, arXiv 2009.11506): JSON lines with original_text, equation, ans."""

from collections.abc import Mapping
from typing import Any

from mwp_solver.corpus.readers.fields import optional_field, text_field
from mwp_solver.problem import Problem


def read_row(row: Mapping[str, Any]) -> Problem:
    """One row. Raises DataError naming the field that is missing."""
    return Problem(
        question=text_field(row, "original_text"),
        equation=text_field(row, "equation"),
        answer=text_field(row, "ans"),
        id=optional_field(row, "id"),
        language="zh",
    )
