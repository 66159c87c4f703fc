"""The package's own names: there, and looked up only when used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import mwp_solver


@pytest.mark.parametrize("name", [name for name in mwp_solver.__all__ if name != "__version__"])
def test_public_names_are_there(name: str) -> None:
    found = getattr(mwp_solver, name)
    assert found.__name__ == name
    assert name in dir(mwp_solver)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'solver_of_all'"):
        mwp_solver.solver_of_all  # noqa: B018


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, mwp_solver; print([m for m in sys.modules if m.startswith('mwp_solver.') or m == 'sympy'])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
