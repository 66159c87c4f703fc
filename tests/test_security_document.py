"""SECURITY.md promises nothing that no test keeps."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| promise")]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2:40])
def test_a_promise_names_tests_that_are_there(row: str) -> None:
    named = re.findall(r"`(tests/\w+\.py)::(\w+)`", row)
    assert named
    for file, test in named:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert test in functions, f"{file} has no {test}"
        assert any(isinstance(node, (ast.Assert, ast.With)) for node in ast.walk(functions[test])), test


def test_scripts_are_there() -> None:
    scripts = re.findall(r"python (evaluation/\S+\.py)", TEXT)
    assert scripts
    for script in scripts:
        assert (ROOT / script).is_file(), script


def test_it_is_one_page() -> None:
    assert len(ROWS) > 10
    assert len(TEXT.splitlines()) <= 70
