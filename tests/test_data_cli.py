"""``mwp-solver data`` as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from test_download import CONTENT, Server, data_set, server
from test_prepare import row, write

from mwp_solver.cli.data import data, prepare
from mwp_solver.corpus.files import read_problems
from mwp_solver.corpus.prepare import PrepareOptions
from mwp_solver.corpus.registry import DATA_SETS

__all__ = ["server"]


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(data, [str(argument) for argument in arguments])


@pytest.fixture
def own_set(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A data set named own, served on this machine."""
    monkeypatch.setitem(DATA_SETS, "own", data_set())
    return server


def test_list() -> None:
    result = _run("list")
    assert result.exit_code == 0
    assert all(name in result.stdout for name in DATA_SETS)
    assert "200,288" in result.stdout
    rows = [json.loads(line) for line in _run("list", "--json").stdout.splitlines()]
    assert [row["name"] for row in rows] == list(DATA_SETS)
    assert all(file["address"].startswith("https://") for row in rows for file in row["files"])


def test_download_then_prepare(own_set: Server, tmp_path: Path) -> None:
    result = _run("download", "own", "--cache", tmp_path)
    assert (result.exit_code, result.stdout) == (0, f"{tmp_path / 'own' / 'train.jsonl'}\n")
    again = _run("prepare", "own", "--cache", tmp_path, "--output", tmp_path / "out")
    assert again.exit_code == 0
    assert len(own_set.requested) == 1
    assert (tmp_path / "out" / "prepare-report.json").exists()


def test_download_of_what_there_is_not(own_set: Server, tmp_path: Path) -> None:
    result = _run("download", "math32k")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "mwp-solver: no data set math32k; there is math23k\n"
    own_set.content = b"wrong"
    result = _run("download", "own", "--cache", tmp_path)
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1


def test_prepare_files(tmp_path: Path) -> None:
    path = write(tmp_path, "in.jsonl", *map(row, range(60)), row(70, answer="1"), "no json", row(5))
    held_out = write(tmp_path, "test.jsonl", row(3), row(4))
    out = tmp_path / "out"
    result = _run("prepare", path, "--output", out, "--held-out", held_out, "--valid", 0.3, "--seed", 2)
    assert result.exit_code == 0
    assert "leaked" in result.stdout
    assert f"malformed: {path}:62" in result.stderr
    assert "disagree: r70: " in result.stderr
    assert str(out / "prepare-report.json") in result.stderr
    kept = [len(list(read_problems(out / name))) for name in ("train.jsonl", "valid.jsonl")]
    assert sum(kept) == 58
    assert all(str(n) in result.stdout for n in kept)
    strict = _run("prepare", path, "--output", tmp_path / "strict", "--strict")
    assert strict.exit_code == 2
    assert f"{path}:62: " in strict.stderr


def test_prepare_a_copy_of_a_set(own_set: Server, tmp_path: Path) -> None:
    path = tmp_path / "part.jsonl"
    path.write_bytes(CONTENT[: CONTENT.index(b"\n") + 1])
    result = _run("prepare", "own", "--source", path, "--output", tmp_path / "out")
    assert result.exit_code == 0
    assert "900 rows expected, 1 found" in result.stderr
    strict = _run("prepare", "own", "--source", path, "--output", tmp_path / "strict", "--strict")
    assert strict.exit_code == 2
    assert "900 rows expected, 1 found" in strict.stderr
    assert own_set.requested == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["mathh"], "no file mathh"),
        ([], "NAME|FILES"),
        ([__file__, "--source", __file__], "--source"),
        ([__file__, "--valid", "2"], "--valid"),
        ([__file__], "not a kind of file"),
    ],
)
def test_prepare_misused(tmp_path: Path, arguments: list[str], words: str) -> None:
    result = _run("prepare", *arguments, "--output", tmp_path / "out")
    assert result.exit_code == 2
    assert words in result.stderr


def test_options_have_the_defaults_of_the_package() -> None:
    shown = {parameter.name: parameter.default for parameter in prepare.params}
    defaults = PrepareOptions()
    for name in ("valid", "test", "seed", "strict"):
        assert shown[name] == getattr(defaults, name)


def test_show(tmp_path: Path) -> None:
    odd = row(99, question="[red]\x1b[31m多少？", answer="[/bold]")
    path = write(tmp_path, "in.jsonl", odd, "no json", *map(row, range(40)))
    result = _run("show", path)
    assert result.exit_code == 0
    assert "[red]" in result.stdout
    assert "\x1b" not in result.stdout
    assert "r8" in result.stdout
    assert "r20" not in result.stdout
    assert "grade" not in result.stdout
    drawn = [_run("show", path, "--count", 3, "--seed", seed) for seed in (1, 1, 2)]
    assert drawn[0].stdout == drawn[1].stdout != drawn[2].stdout
    assert f"{path}:2: " in drawn[0].stderr
    assert _run("show", tmp_path / "gone").exit_code == 2


def test_it_runs_as_a_module_and_starts_at_once() -> None:
    code = (
        "import sys, mwp_solver.cli.data\n"
        "print([m for m in sys.modules if 'solver.corpus' in m or m in ('rich', 'sympy', 'pyarrow')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    command = [sys.executable, "-m", "mwp_solver.cli.data", "download", "nothing"]
    failed = subprocess.run(command, capture_output=True, text=True)
    assert (failed.returncode, failed.stderr.startswith("mwp-solver: no data set")) == (2, True)
