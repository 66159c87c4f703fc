"""The README's way from a CSV file of one's own to a served checkpoint, as written, with fewer steps."""

from __future__ import annotations

import csv
import json
import re
import shlex
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

pytest.importorskip("torch", reason="torch comes with the train extra")
pytest.importorskip("accelerate", reason="accelerate comes with the train extra")
pytest.importorskip("gradio", reason="gradio comes with the ui extra")

from mwp_solver.cli.main import main
from mwp_solver.web import ui

ROOT = Path(__file__).resolve().parents[1]
SECTION = (ROOT / "README.md").read_text(encoding="utf-8").split("<!-- fine-tune -->")[1]
COMMANDS = SECTION.split("```sh\n")[1].split("```")[0].splitlines()
SERVE = re.search(r"`(mwp-solver serve [^`]+)`", SECTION)


def write_csv(path: Path) -> None:
    """200 rows under the column names of the README, two of them bad."""
    rng = Random(0)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["题干", "列式", "得数"])
        for number in range(198):
            a, b = rng.randint(20, 90), rng.randint(2, 19)
            writer.writerow([f"第{number}号仓库有{a}吨煤，运走{b}吨，还剩多少吨？", f"{a}-{b}", f"{a - b}吨"])
        writer.writerow(["有5箱苹果，每箱6个，一共多少个？", "5*6", "31"])
        writer.writerow(["有5箱梨，每箱6个，一共多少个？", "5*x", "30"])


def run(words: list[str]) -> Any:
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def test_three_commands_and_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "mine.csv")
    assert len(COMMANDS) == 3
    assert SERVE is not None
    for line in COMMANDS:
        words = shlex.split(line)[1:]
        for flag, small in {"--steps": "2", "--batch-size": "4", "--evaluate-every": "2"}.items():
            if flag in words:
                words[words.index(flag) + 1] = small
        run(words + (["--threads", "1"] if words[0] == "train" else []))
    report = json.loads((tmp_path / "mine" / "prepare-report.json").read_text())
    assert sorted(row["fault"] for row in report["removed"]) == ["disagree", "unreadable"]
    assert sum(file["rows"] for file in report["outputs"]) == 198
    assert "| at the start | best checkpoint |" in (tmp_path / "run" / "families.md").read_text()
    served: list[Any] = []
    monkeypatch.setattr(ui, "launch", lambda solver, *settings: served.append(solver))
    run(shlex.split(SERVE[1])[1:])
    # Two small steps do not hurt: the classic problem is still solved, and by the new checkpoint.
    assert type(served[0].backend).__name__ == "CT2Backend"
    assert served[0].solve("仓库有50吨煤，运走8吨，还剩多少吨？").solved
