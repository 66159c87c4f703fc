"""The checkpoint that comes with the package: whole, small, honest about itself, and able to solve."""

from __future__ import annotations

from pathlib import Path

import pytest

from mwp_solver.corpus.files import read_problems
from mwp_solver.model.checkpoint import read_manifest, verify_files
from mwp_solver.resources import data_path
from mwp_solver.scoring import score
from mwp_solver.solving.solver import Solver


def test_files_are_those_of_the_manifest_and_under_40_mb() -> None:
    directory = data_path("model")
    verify_files(directory, read_manifest(directory))
    assert sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()) < 40e6


def test_the_first_problem_of_all() -> None:
    solution = Solver.from_pretrained().solve("鸡和兔关在同一个笼子里，一共有35个头，94只脚，鸡有多少只？")
    assert solution.value == 23
    assert str(solution.answer) == "23只"


def test_one_at_a_time_or_together_is_the_same() -> None:
    solver = Solver.from_pretrained()
    questions = [problem.question for problem in read_problems(data_path("samples.jsonl"))][:24]
    together = [solution.expression for solution in solver.solve_batch(questions)]
    assert [solver.solve(question).expression for question in questions] == together


def test_int8_and_torch_are_equally_good_on_the_samples() -> None:
    """The first network, which is all that has weights for torch."""
    pytest.importorskip("torch", reason="torch comes with the train extra")
    pytest.importorskip("transformers", reason="transformers comes with the train extra")
    problems = list(read_problems(data_path("samples.jsonl")))
    questions = [problem.question for problem in problems]
    accuracy = {}
    for backend in ("ctranslate2", "torch"):
        solver = Solver.from_pretrained(backend=backend, device="cpu")
        solver.backend = getattr(solver.backend, "first", solver.backend)
        accuracy[backend] = score(problems, solver.solve_batch(questions)).accuracy
    assert abs(accuracy["ctranslate2"] - accuracy["torch"]) <= 0.03, accuracy


def test_accuracy_on_the_samples_is_what_the_card_says() -> None:
    problems = list(read_problems(data_path("samples.jsonl")))
    solutions = Solver.from_pretrained().solve_batch([problem.question for problem in problems])
    stated = read_manifest(data_path("model"))["accuracy"]["samples"]
    assert score(problems, solutions).accuracy == pytest.approx(stated, abs=0.02)


def test_the_card_is_there() -> None:
    card = (Path(data_path("model")) / "README.md").read_text(encoding="utf-8")
    for word in ("math23k_valid", "ape210k/valid", "Limits", "Licence"):
        assert word in card
