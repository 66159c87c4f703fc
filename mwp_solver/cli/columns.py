"""Options that say which column of a file holds which field of a problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import click

from mwp_solver.problem import Problem


def column_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--FIELD-column`` for each field of a problem."""
    for field in reversed(fields(Problem)):
        text = f"Column that holds the {field.name}; by default found by its usual names."
        command = click.option(f"--{field.name}-column", metavar="NAME", help=text)(command)
    return command


def chosen_columns(named: Mapping[str, Any]) -> dict[str, str]:
    """Field -> column, from the values of these options."""
    found = {field.name: named.get(f"{field.name}_column") for field in fields(Problem)}
    return {field: column for field, column in found.items() if column is not None}
