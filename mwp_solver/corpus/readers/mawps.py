"""MAWPS (Koncel-Kedziorski et al., NAACL 2016) as MWPToolkit distributes it: a JSON array."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mwp_solver.corpus.readers import ape210k
from mwp_solver.problem import Problem


def read_row(row: Mapping[str, Any]) -> Problem:
    """One row. Raises DataError naming the field that is missing."""
    return replace(ape210k.read_row(row), language="en")
