"""The tables in data/README.md are those that the command makes."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from mwp_solver.cli.main import main

ROOT = Path(__file__).resolve().parents[1]


def test_bank_tables_are_fresh() -> None:
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    shown = text.split("<!-- bank table -->")[1].split("<!-- end of bank table -->")[0]
    made = CliRunner().invoke(main, ["generate", "--table"])
    assert made.exit_code == 0
    assert shown.strip() == made.stdout.strip()
