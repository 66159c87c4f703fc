"""Learning from answers: which proposed expression becomes a row's equation, and the rounds around it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch comes with the train extra")
pytest.importorskip("accelerate", reason="accelerate comes with the train extra")
pytest.importorskip("ctranslate2", reason="ctranslate2 draws the candidates")

from mwp_solver.corpus.files import read_problems  # noqa: E402
from mwp_solver.corpus.writing import write_problems  # noqa: E402
from mwp_solver.errors import DataError  # noqa: E402
from mwp_solver.expression.evaluate import evaluate_expression  # noqa: E402
from mwp_solver.model.checkpoint import read_manifest, verify_files  # noqa: E402
from mwp_solver.options import EncodingOptions, TrainingConfig  # noqa: E402
from mwp_solver.problem import Problem  # noqa: E402
from mwp_solver.training.bootstrap import OUTCOMES, bootstrap  # noqa: E402
from mwp_solver.training.candidates import COMMON, Rules, choose, constants_of, propose, same_function  # noqa: E402

A, B, C = (f"<extra_id_{index}>" for index in range(3))
BOXES = "Each of 3 boxes holds 5 red and 4 blue pens. How many pens are there?"


@pytest.mark.parametrize(
    ("question", "answer", "votes", "expected"),
    [
        (BOXES, "27", {f"{A}*({B}+{C})": 0.6, f"{A}+{B}": 0.4}, ("3*(5+4)", "kept")),
        # One way written twice: its votes add up, the more voted writing stands for it.
        (BOXES, "27", {f"{A}*{B}+{A}*{C}": 0.1, f"{A}*({B}+{C})": 0.3, f"({C}+{B})*{A}": 0.2}, ("3*(5+4)", "kept")),
        # Of equal votes the shortest.
        (BOXES, "27", {f"{A}*{B}+{A}*{C}": 0.2, f"{A}*({B}+{C})": 0.2}, ("3*(5+4)", "kept")),
        # 3*5+4*3 and 3*9 agree here only by chance.
        ("3 bags of 3 and 3 more; how many?", "9", {f"{A}*{B}": 0.4, f"{A}+{B}+{C}": 0.3}, (None, "by chance")),
        ("3 bags of 3 and 3 more; how many?", "9", {f"{A}*{B}": 0.1, f"{A}+{B}+{C}": 0.5}, ("3+3+3", "kept")),
        # A number left unused costs votes.
        ("4 pens at 2, 1 free; how many paid?", "8", {f"{A}*{B}": 0.5, f"{A}*{B}*{C}": 0.5}, (None, "by chance")),
        (BOXES, "27", {"27": 0.9}, (None, "foreign")),
        (BOXES, "27", {f"{A}*9": 0.9}, (None, "foreign")),
        (BOXES, "27", {f"{A}*9": 0.9, f"{A}*({B}+{C})": 0.05}, ("3*(5+4)", "kept")),
        (BOXES, "27", {f"{A}*({B}+{C})": 0.001}, (None, "unlikely")),
        (BOXES, "27", {f"{A}*{B}": 0.9}, (None, "wrong")),
        (BOXES, "27", {f"{A}*(": 0.9, "": 0.1, f"{A}/0": 0.1, "<extra_id_9>": 0.2}, (None, "no value")),
        ("一件衣服200元，打八折，多少元？", "160元", {f"{A}*{B}": 0.9}, ("200*80%", "kept")),
        ("圆的半径是2，面积是多少？", "12.56", {f"3.14*{A}^2": 0.9}, ("3.14*2^2", "kept")),
    ],
)
def test_choice(question: str, answer: str, votes: dict[str, float], expected: tuple[str | None, str]) -> None:
    assert choose(Problem(question, answer=answer), votes, EncodingOptions(), Rules()) == expected


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("3*(5+4)", "5*3+4*3", True),
        ("3*(5+4)", "3*5+4*3", True),
        ("3*(5+4)", "3*9", False),
        ("3*(5+4)", "27", False),
        ("3*(5+4)", "3*3*3", False),
    ],
)
def test_same_function(first: str, second: str, same: bool) -> None:
    assert same_function(BOXES, first, second) is same


def test_choice_with_literal_numbers() -> None:
    literal = EncodingOptions("literal")
    votes = {"3*(5+4)": 0.5, "3*9": 0.5, "27": 0.5}
    assert choose(Problem(BOXES, answer="27"), votes, literal, Rules()) == ("3*(5+4)", "kept")


def test_constants_come_from_the_labelled_rows() -> None:
    rows = [Problem(f"{i} weeks and {i} days?", f"{i}*7+{i}") for i in (2, 3)] + [Problem("4 crates?", "4*17")]
    assert constants_of(rows) == COMMON | {"7"}
    week = Problem("How many days are 5 weeks?", answer="35")
    assert choose(week, {f"{A}*7": 1.0}, EncodingOptions(), Rules()) == (None, "foreign")
    assert choose(week, {f"{A}*7": 1.0}, EncodingOptions(), Rules(constants_of(rows))) == ("5*7", "kept")


def test_proposals_repeat_with_the_seed(checkpoint: Path) -> None:
    texts = [f"Anna has {A}12 pens and finds {B}30 more.", f"Ben has {A}7 pens."]

    def proposals(seed: int, samples: int = 5) -> list[dict[str, float]]:
        return list(propose(checkpoint, texts, 4, samples, seed, threads=1))

    first = proposals(1)
    assert first == proposals(1)
    assert first != proposals(2)
    assert all(0 < vote <= 1.0001 for votes in first for vote in votes.values())
    assert [len(votes) for votes in proposals(1, samples=0)] == [4, 4]


def halved(problem_file: Path, path: Path) -> Path:
    """The problems, every other one without its equation."""
    problems = list(read_problems(problem_file))
    rows = [
        replace(p, answer=str(evaluate_expression(p.equation or "")), equation=None) if i % 2 else p
        for i, p in enumerate(problems)
    ]
    write_problems(path, rows)
    return path


def config_for(file: Path, output: Path, **changes: Any) -> TrainingConfig:
    config = TrainingConfig((str(file),), str(output), preset="test", steps=60, batch_size=16, warmup=2)
    config = replace(config, learning_rate=4e-3, evaluate_every=1000, answers_only=True, answers_rounds=2)
    return replace(config, answers_least=0.001, dropout=0.0, **changes)


def test_rounds_find_equations_and_go_on(problem_file: Path, tmp_path: Path) -> None:
    file = halved(problem_file, tmp_path / "halved.jsonl")
    lines: list[dict[str, Any]] = []
    config = config_for(file, tmp_path / "run", validation=(str(problem_file),))
    best = bootstrap(config, lines.append)
    verify_files(best, read_manifest(best))
    for number in (1, 2):
        folder = tmp_path / "run" / f"round-{number}"
        counts = json.loads((folder / "found-1-of-1.json").read_text())
        found = list(read_problems(folder / "found-1-of-1.jsonl")) if counts["kept"] else []
        assert counts["rows"] == 60 == sum(counts[outcome] for outcome in OUTCOMES)
        assert counts["kept"] == len(found)
        assert all(str(evaluate_expression(row.equation or "")) == row.answer for row in found)
    assert counts["kept"] > 0, "the network should hit some sums"
    assert [line for line in lines if line.get("round") == 2]
    # Given again, it is done at once and says the same.
    again: list[dict[str, Any]] = []
    assert bootstrap(config, again.append) == best
    assert not [line for line in again if "loss" in line or "round" in line]


def test_answers_alone_start_from_a_checkpoint(checkpoint: Path, problem_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    rows = list(read_problems(halved(problem_file, tmp_path / "halved.jsonl")))[1::2]
    write_problems(file, rows)
    config = config_for(file, tmp_path / "run", model=str(checkpoint), answers_rounds=1)
    best = bootstrap(replace(config, steps=2))
    assert (best / "model.safetensors").is_file()
    with pytest.raises(DataError, match="give --model"):
        bootstrap(replace(config, model=None, output=str(tmp_path / "other")))


def test_without_open_rows_there_is_nothing_to_do(problem_file: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nothing for --answers-only"):
        bootstrap(config_for(problem_file, tmp_path / "run"))
