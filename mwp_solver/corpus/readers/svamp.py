"""SVAMP (Patel, Bhattamishra, Goyal, NAACL 2021): a JSON array with Body, Question, Equation, Answer."""

from collections.abc import Mapping
from typing import Any

from mwp_solver.corpus.readers.fields import optional_field, text_field
from mwp_solver.problem import Problem


def read_row(row: Mapping[str, Any]) -> Problem:
    """One row. Raises DataError naming the field that is missing."""
    body = text_field(row, "Body")
    return Problem(
        # Some bodies end without a full stop.
        question=(body if body[-1] in ".!?," else body + ".") + " " + text_field(row, "Question"),
        equation=text_field(row, "Equation"),
        answer=text_field(row, "Answer"),
        id=optional_field(row, "ID"),
        language="en",
        family=optional_field(row, "Type"),
    )
