"""The bars of long runs: on a terminal, and what stands in a log instead."""

from __future__ import annotations

import re
import sys

import pytest

from mwp_solver.cli.progress import EvaluationProgress, TrainingProgress

LINES = [
    {"step": 0, "accuracy/valid": 0.5},
    {"step": 5, "loss": 1.25, "problems_per_second": 90.0},
    {"step": 10, "loss": 0.5, "problems_per_second": 80.0},
]


def make_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")


def test_training_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    make_terminal(monkeypatch)
    with TrainingProgress(10) as progress:
        for line in LINES:
            progress.report(line)
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", capsys.readouterr().err)
    for words in ("training", "step 0  accuracy/valid 0.5", "10/10", "loss 0.5  80.0/s"):
        assert words in shown


def test_evaluation_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    make_terminal(monkeypatch)
    with EvaluationProgress(100) as progress:
        progress.show(20, 0, 0, 0)  # left by an earlier run
        progress.show(101, 3, 50, 30)  # more rows than lines were counted
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", capsys.readouterr().err)
    for words in ("20/100", "101/101", "60.0% right", "3 not used"):
        assert words in shown
    assert progress.first == 20


def test_a_log_has_lines_of_training_and_none_of_evaluation(capsys: pytest.CaptureFixture[str]) -> None:
    with TrainingProgress(10) as training:
        for line in LINES:
            training.report(line)
    with EvaluationProgress(100) as evaluation:
        evaluation.show(101, 3, 50, 30)
    assert capsys.readouterr().err.splitlines() == [
        "step 0  accuracy/valid 0.5",
        "step 5  loss 1.25  problems_per_second 90.0",
        "step 10  loss 0.5  problems_per_second 80.0",
    ]
