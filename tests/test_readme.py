"""What the README tells people to type exists."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from mwp_solver.cli.main import main

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
INLINE = re.findall(r"`(mwp-solver [^`|…]+)`", README)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line.startswith("mwp-solver")] + INLINE


@pytest.mark.parametrize("line", COMMANDS)
def test_command_and_flags_exist(line: str) -> None:
    _, *words = shlex.split(line)
    command: click.Command = main
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None, line
        command = found
    known = {flag for parameter in command.params for flag in (*parameter.opts, *parameter.secondary_opts)}
    for word in words:
        if word.startswith("--"):
            assert word in known, f"{word} in: {line}"


def test_there_are_commands_to_test() -> None:
    assert len(COMMANDS) >= 6


def test_every_top_level_folder_of_the_package_is_in_the_layout() -> None:
    layout = README.split("## Layout")[1]
    for path in (ROOT / "mwp_solver").iterdir():
        if path.name.startswith("_") or path.suffix not in ("", ".py"):
            continue
        assert re.search(rf"\b{path.stem}\b", layout), path.name


@pytest.mark.parametrize("marker", ["ci:solve", "ci:test"])
def test_ci_runs_what_the_readme_says(marker: str) -> None:
    assert README.count(f"<!-- {marker} -->") == 1
    assert f"block {marker[3:]}" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
