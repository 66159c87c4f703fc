"""Preparing: what is kept, what goes and why, and that nothing trained on stands in a held-out file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from mwp_solver.corpus.files import read_problems
from mwp_solver.corpus.prepare import Input, PrepareOptions, Report, prepare
from mwp_solver.corpus.readers import math23k
from mwp_solver.corpus.row_check import FAULTS, Fault, check_problem
from mwp_solver.corpus.writing import write_rows
from mwp_solver.errors import DataError
from mwp_solver.problem import Problem


def row(number: int, **changes: Any) -> dict[str, Any]:
    """A good row that differs from others by its number."""
    question = f"园里有{number}只鹅，又来了2只，现在有几只？"
    return {
        "id": f"r{number}",
        "question": question,
        "equation": f"{number}+2",
        "answer": str(number + 2),
    } | changes


def write(folder: Path, name: str, *rows: dict[str, Any] | str) -> Path:
    """A file of rows, or of lines as they are."""
    path = folder / name
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows), encoding="utf-8")
    return path


def questions(folder: Path, split: str) -> set[str]:
    return {problem.question for problem in read_problems(folder / f"{split}.jsonl")}


def counts(report: Report, index: int = 0) -> dict[str, int]:
    """The counts of an input that are not 0."""
    return {name: n for name in ("rows", *FAULTS, "kept") if (n := report.inputs[index][name])}


def test_problems_are_normalised() -> None:
    problem = Problem("共 １，２００ 页，看了３００页 ，剩几页？", "x= 1200 - (300)", "900")
    kept = check_problem(problem)
    assert kept == Problem("共1，200页,看了300页,剩几页?", "1200-300", "900", language="zh")
    assert check_problem(kept) == kept
    assert check_problem(Problem("What is  3 + 4 ?", "3+4")).language == "en"


@pytest.mark.parametrize(
    ("problem", "fault", "words"),
    [
        (Problem(" \u200b ", "1+1", "2"), "unreadable", "question"),
        (Problem("1+1=?"), "unreadable", "neither"),
        (Problem("1+1=?", "1+*1", "2"), "unreadable", "equation: "),
        (Problem("1+1=?", "1/0", "2"), "unreadable", "equation: "),
        (Problem("1+1=?", "1+1", "3"), "disagree", "3"),
        (Problem("1+1=?", "1+1", "two hundred"), "unreadable", "answer"),
        (Problem("1+1=?", None, "a few"), "unreadable", "answer"),
    ],
)
def test_faults(problem: Problem, fault: str, words: str) -> None:
    with pytest.raises(Fault, match=words) as caught:
        check_problem(problem)
    assert caught.value.fault == fault


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "in.jsonl",
        row(1),
        "no json",
        row(3, equation="3+"),
        row(4, answer="7"),
        row(5, question="园里有１只鹅，又来了 2只，现在有几只？", id=None, equation="1+2", answer="3"),
        row(6, equation=None),
        row(7, question=""),
    )
    report = prepare([Input(path)], tmp_path / "out")
    faults = {"malformed": 2, "unreadable": 1, "disagree": 1, "duplicate": 1}
    assert counts(report) == {"rows": 7, **faults, "kept": 2}
    assert [(removed.line, removed.id, removed.fault) for removed in report.removed] == [
        (2, f"{path}:2", "malformed"),
        (3, "r3", "unreadable"),
        (4, "r4", "disagree"),
        (5, f"{path}:5", "duplicate"),
        (7, f"{path}:7", "malformed"),
    ]
    assert all(removed.reason for removed in report.removed)
    out = tmp_path / "out" / "train.jsonl"
    assert report.outputs == [
        {
            "file": "train.jsonl",
            "rows": 2,
            "without_equation": 1,
            "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
        }
    ]
    written = json.loads((tmp_path / "out" / "prepare-report.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(report.to_dict()))
    assert "鹅" not in json.dumps(written, ensure_ascii=False)


def test_strict_stops_at_the_first_malformed_row(tmp_path: Path) -> None:
    path = write(tmp_path, "in.jsonl", row(1), row(2, answer="9"), "no json")
    with pytest.raises(DataError, match="in.jsonl:3: "):
        prepare([Input(path)], tmp_path / "out", PrepareOptions(strict=True))
    assert not (tmp_path / "out").exists()


def test_a_bad_row_does_not_stand_for_its_good_duplicate(tmp_path: Path) -> None:
    path = write(tmp_path, "in.jsonl", row(1, answer="9"), row(1))
    assert counts(prepare([Input(path)], tmp_path / "out")) == {"rows": 2, "disagree": 1, "kept": 1}


def test_leaks_between_splits_leave_the_one_trained_on(tmp_path: Path) -> None:
    train = write(tmp_path, "a.jsonl", row(1), row(2), row(3), row(4), row(5))
    valid = write(tmp_path, "b.jsonl", row(2), row(3), row(6))
    test = write(tmp_path, "c.jsonl", row(3), row(4, answer="0"), row(7))
    held_out = write(tmp_path, "d.jsonl", row(5), row(6), row(7), "no json")
    inputs = [Input(train, "all"), Input(valid, "valid"), Input(test, "test")]
    report = prepare(inputs, tmp_path / "out", held_out=[held_out])
    out = tmp_path / "out"
    assert [len(questions(out, split)) for split in ("train", "valid", "test")] == [1, 2, 2]
    assert "有1只" in questions(out, "train").pop()
    reasons = {removed.id: removed.reason for removed in report.removed if removed.fault == "leaked"}
    assert set(reasons) == {"r2", "r3", "r4", "r5"}
    assert "d.jsonl" in reasons["r5"]
    assert [row["split"] for row in report.inputs] == ["test", "valid", "train"]
    assert len(report.warnings) == 1
    with pytest.raises(DataError, match="d.jsonl:4: "):
        prepare(inputs, tmp_path / "again", PrepareOptions(strict=True), [held_out])


def test_a_division_keeps_each_row_on_its_side(tmp_path: Path) -> None:
    rows = [row(number) for number in range(1, 401)]
    small = prepare([Input(write(tmp_path, "a.jsonl", *rows[:200]))], tmp_path / "a", PrepareOptions(0.1, 0.1))
    prepare([Input(write(tmp_path, "b.jsonl", *reversed(rows)))], tmp_path / "b", PrepareOptions(0.1, 0.1))
    prepare([Input(tmp_path / "b.jsonl")], tmp_path / "c", PrepareOptions(0.3, 0.2))
    prepare([Input(tmp_path / "b.jsonl")], tmp_path / "d", PrepareOptions(0.1, 0.1, seed=1))
    splits = ("train", "valid", "test")
    assert [output["file"] for output in small.outputs] == [f"{split}.jsonl" for split in splits]
    for split in splits:
        assert questions(tmp_path / "a", split) <= questions(tmp_path / "b", split)
        assert questions(tmp_path / "b", split) != questions(tmp_path / "d", split)
    for split in ("valid", "test"):
        assert questions(tmp_path / "b", split) < questions(tmp_path / "c", split)
    sizes = [len(questions(tmp_path / "b", split)) for split in splits]
    assert sum(sizes) == 400
    assert 20 <= sizes[1] <= 60
    assert 20 <= sizes[2] <= 60


def test_a_given_valid_part_is_not_divided(tmp_path: Path) -> None:
    valid = write(tmp_path, "v.jsonl", *(row(number) for number in range(50)))
    prepare([Input(valid, "valid")], tmp_path / "out", PrepareOptions(valid=0.5))
    assert len(questions(tmp_path / "out", "valid")) == 50
    assert not (tmp_path / "out" / "train.jsonl").exists()


def test_a_reader_is_used(tmp_path: Path) -> None:
    path = tmp_path / "in.json"
    raw = {"id": "1", "original_text": "5个碗打破1个，剩几个？", "equation": "x=5-1", "ans": "4"}
    path.write_text(json.dumps(raw, indent=1) * 2, encoding="utf-8")
    report = prepare([Input(path, "train", math23k.read_row)], tmp_path / "out")
    assert counts(report) == {"rows": 2, "duplicate": 1, "kept": 1}


def test_no_input_is_written_over(tmp_path: Path) -> None:
    path = write(tmp_path, "train.jsonl", row(1))
    with pytest.raises(DataError, match="take the place"):
        prepare([Input(path)], tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_no_split_of_an_earlier_run_is_left_beside_a_new_one(tmp_path: Path) -> None:
    path, out = write(tmp_path, "in.jsonl", row(1)), tmp_path / "out"
    prepare([Input(path)], out, PrepareOptions(valid=0.5))
    prepare([Input(path)], out, PrepareOptions(valid=0.5))
    with pytest.raises(DataError, match="earlier run"):
        prepare([Input(path)], out)


@pytest.mark.parametrize("shares", [(0.5, 0.5), (-0.1, 0), (float("nan"), 0), (1, 0)])
def test_shares(shares: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="--valid"):
        PrepareOptions(*shares)


def test_what_cannot_be_prepared(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nothing"):
        prepare([], tmp_path)
    write_rows(tmp_path / "in.jsonl", [row(1)])
    with pytest.raises(DataError, match="no split"):
        prepare([Input(tmp_path / "in.jsonl", "dev")], tmp_path / "out")
    with pytest.raises(DataError, match="gone"):
        prepare([Input(tmp_path / "gone.jsonl")], tmp_path / "out")
    with pytest.raises(DataError):
        prepare([Input(tmp_path / "in.jsonl")], tmp_path / "in.jsonl" / "out")
