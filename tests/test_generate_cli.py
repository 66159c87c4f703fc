"""``mwp-solver generate`` as a user runs it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from template_banks import write_bank

from mwp_solver.cli.generate import FORMATS, generate
from mwp_solver.corpus.worksheet import WRITERS


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(generate, [str(argument) for argument in arguments])


def test_problems_come_as_json_lines_without_answers(tmp_path: Path) -> None:
    result = _run(write_bank(tmp_path), "--count", 3, "--seed", 5)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert len(rows) == 3
    assert set(rows[0]) == {"question", "id", "language", "grade", "family"}


def test_a_seed_gives_the_same_problems(tmp_path: Path) -> None:
    path = write_bank(tmp_path)
    first, again = (_run(path, "--seed", 5, "--with-answers").stdout for _ in range(2))
    assert first == again
    assert first != _run(path, "--seed", 6, "--with-answers").stdout


def test_a_fresh_seed_is_told_and_repeats_the_run(tmp_path: Path) -> None:
    path = write_bank(tmp_path)
    result = _run(path)
    seed = result.stderr.removeprefix("seed ").strip()
    assert _run(path, "--seed", seed).stdout == result.stdout


def test_the_formats_offered_are_those_there_are() -> None:
    assert set(FORMATS) == set(WRITERS)


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_goes_to_a_file(tmp_path: Path, format_: str) -> None:
    output = tmp_path / "sheet"
    options = ("--format", format_, "--output", output, "--seed", 1, "--with-answers")
    result = _run(write_bank(tmp_path), *options)
    assert (result.exit_code, result.output) == (0, "")
    assert "试题" in output.read_text(encoding="utf-8") or format_ in ("md", "html")
    if format_ == "csv":
        # The mark at the start is what spreadsheets know UTF-8 by.
        rows = list(csv.DictReader(output.open(encoding="utf-8-sig", newline="")))
        assert len(rows) == 10
        assert output.read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_selection_is_obeyed() -> None:
    result = _run("--family", "鸡兔同笼", "--language", "zh", "--grade", 4, "--count", 20, "--seed", 1)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert {(row["family"], row["language"], row["grade"]) for row in rows} == {("鸡兔同笼", "zh", 4)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--family", "鸡兔"], "no family 鸡兔; did you mean 鸡兔同笼"),
        (["--family", "xyzzy"], "no family xyzzy; --list shows"),
        (["--family", "锯木", "--language", "en"], "no template of this"),
        (["missing.yaml"], "missing.yaml: cannot be read"),
        (["--output", "missing/folder/x", "--seed", "1"], "missing/folder/x: No such file"),
    ],
)
def test_an_error_is_one_line_and_exit_code_2(arguments: list[str], message: str) -> None:
    result = _run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


def test_list_and_table(tmp_path: Path) -> None:
    path = write_bank(tmp_path)
    assert _run(path, "--list").stdout == "试题: zh 1 (grade 3: 1)\n"
    assert _run(path, "--table").stdout.startswith("| Family | zh | en | Grades | Operations |\n")


def test_check_passes_a_good_file(tmp_path: Path) -> None:
    result = _run("--check", write_bank(tmp_path))
    assert (result.exit_code, result.stdout) == (0, "1 templates, 0 faults\n")


def test_check_prints_every_fault(tmp_path: Path) -> None:
    path = write_bank(tmp_path, {"id": "one", "grade": 9}, {"id": "two", "distractors": ["b"]}, {"id": "three"})
    result = _run("--check", path)
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert lines[0] == f"{path}:one: grade must be 1 to 7"
    assert lines[1] == f"{path}:two: distractor b is used by the equation"
    assert lines[2].startswith(f"{path}:three: text 1 reads the same as text 1 of {path}:two")
    assert lines[-1] == "2 templates, 4 faults"


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mwp_solver.cli.generate", str(write_bank(tmp_path)), "--check"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, "1 templates, 0 faults\n")


def test_training_leaves_the_held_out_templates_aside() -> None:
    from click.testing import CliRunner

    from mwp_solver.cli.generate import generate
    from mwp_solver.corpus.templates import is_held_out, load_bank

    held = {f"{t.family}/{t.id}" for t in load_bank() if is_held_out(t) and t.language == "zh"}
    arguments = ["--family", "鸡兔同笼", "--language", "zh", "--count", "120", "--seed", "1"]

    def drawn(*more: str) -> set[str]:
        lines = CliRunner().invoke(generate, [*arguments, *more]).stdout.splitlines()
        return {json.loads(line)["id"].partition("#")[0] for line in lines}

    assert drawn() & held
    assert not drawn("--training") & held
