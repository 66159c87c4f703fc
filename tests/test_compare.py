"""Two runs compared, as figures and on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from batch_fakes import run as evaluate
from click.testing import CliRunner, Result
from test_scoring import row_of

from mwp_solver.cli.main import main
from mwp_solver.errors import DataError
from mwp_solver.scoring.comparison import compare
from mwp_solver.scoring.grading import RULES


def rows(pattern: str, **more: Any) -> list[dict[str, Any]]:
    """Rows right (+), wrong (-), without a key (0) or absent (a blank)."""
    signs = {"+": True, "-": False, "0": None}
    return [row_of(n, signs[sign], **more) for n, sign in enumerate(pattern) if sign != " "]


def test_won_and_lost_are_counted_and_shown() -> None:
    result = compare(rows("++--0+-"), rows("+-+-0 -"), examples=5)
    strict = result["rules"]["strict"]
    assert (strict["total"], strict["correct_a"], strict["correct_b"]) == (5, 2, 2)
    assert (strict["won"], strict["lost"], strict["difference"], strict["p"]) == (1, 1, 0.0, 1.0)
    assert [row["line"] for row in result["won"]] == [3]
    assert [row["line"] for row in result["lost"]] == [2]
    assert (result["only_a"], result["only_b"]) == (1, 0)
    assert set(result["rules"]) == set(RULES)


def test_a_clear_difference_is_told_from_chance() -> None:
    clear = compare(rows("-" * 40 + "+" * 40), rows("+" * 80))["rules"]["strict"]
    assert clear["difference"] == 0.5
    assert clear["p"] < 0.001
    assert clear["low"] > 0.3
    chance = compare(rows("+-" * 20 + "+" * 40), rows("-+" * 19 + "++" + "+" * 40))["rules"]["strict"]
    assert chance["p"] > 0.5


def test_only_as_many_problems_as_asked_are_shown() -> None:
    result = compare(rows("-" * 30), rows("+" * 30), examples=4)
    assert len(result["won"]) == 4
    assert result["rules"]["strict"]["won"] == 30


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ([row_of(0, question="another")], "another question or key"),
        ([row_of(0, key="2")], "another question or key"),
        (rows(" +"), "no problem with a key"),
        (rows("0"), "another question or key"),
    ],
)
def test_what_cannot_be_compared(second: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(DataError, match=message):
        compare(rows("+"), second)


def command(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["compare", *map(str, arguments)])


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Runs of two models over one file; the second one's answers are made wrong by hand from row 5 on."""
    path = tmp_path / "t.jsonl"
    problems = ({"question": f"有{n}个苹果和3个桃，一共几个？", "answer": str(n + 3)} for n in range(2, 12))
    path.write_text("".join(json.dumps(problem) + "\n" for problem in problems), encoding="utf-8")
    for name in "ab":
        evaluate([path], tmp_path / name)
    predictions = tmp_path / "b" / "predictions.jsonl"
    found = [json.loads(line) for line in predictions.read_text(encoding="utf-8").splitlines()]
    for row in found[5:]:
        row |= {"correct": False, "rules": dict.fromkeys(RULES, False), "answer": "[red]0[/red]\x1b[31m"}
    predictions.write_text("".join(json.dumps(row) + "\n" for row in found), encoding="utf-8")
    return tmp_path / "a", tmp_path / "b"


def test_on_the_command_line(folders: tuple[Path, Path]) -> None:
    result = command(*folders)
    assert result.exit_code == 0, result.output
    for words in ("-50.0 points", "100.0%", "Right only in A (5)", "model:000000000000", "[red]0[/red]"):
        assert words in result.stdout
    assert "\x1b" not in result.stdout
    as_json = json.loads(command(*folders, "--format", "json", "--examples", 2).stdout)
    assert (as_json["rules"]["strict"]["lost"], len(as_json["lost"])) == (5, 2)


def test_other_data_is_refused(folders: tuple[Path, Path], tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(json.dumps({"question": "有2个苹果和3个桃，一共几个？", "answer": "5"}))
    evaluate([path], tmp_path / "c")
    result = command(folders[0], tmp_path / "c")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "not over the same data" in result.stderr


def test_what_is_no_report(tmp_path: Path, folders: tuple[Path, Path]) -> None:
    (tmp_path / "empty").mkdir()
    for bad in (tmp_path / "empty", tmp_path / "nowhere"):
        result = command(folders[0], bad)
        assert result.exit_code == 2
        assert "Traceback" not in result.output
