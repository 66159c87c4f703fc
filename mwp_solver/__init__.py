"""Solve school math word problems: text in, arithmetic expression and exact answer out."""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"

# Looked up on first use, so that importing the package stays instant.
_NAMES = {
    "DecodingOptions": "mwp_solver.options",
    "Limits": "mwp_solver.options",
    "MWPError": "mwp_solver.errors",
    "Problem": "mwp_solver.problem",
    "Solution": "mwp_solver.solving.solution",
    "Solver": "mwp_solver.solving.solver",
    "TrainingConfig": "mwp_solver.options",
    "evaluate_expression": "mwp_solver.expression.evaluate",
    "grade_answer": "mwp_solver.answers",
    "parse_expression": "mwp_solver.expression.syntax",
    "train": "mwp_solver.training.trainer",
}
__all__ = ["__version__", *_NAMES]


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_NAMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
