"""Corrections: what is taken, how they are kept, and the way from the file to training."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from mwp_solver.cli.main import main
from mwp_solver.corpus.files import read_problems
from mwp_solver.errors import DataError
from mwp_solver.problem import Problem
from mwp_solver.web.corrections import MESSAGES, CorrectionError, read_correction
from mwp_solver.web.store import Store, default_file, training_set

CAGE = "鸡和兔关在同一个笼子里，一共有35个头，94只脚，鸡有多少只？"
PENS = "One pen costs 4 dollars. How many dollars do 6 pens cost?"


@pytest.mark.parametrize(
    ("answer", "equation", "kept"),
    [
        ("23只", None, ("23只", None)),
        ("  23 ", "", ("23", None)),
        (None, "（35×4－94）÷2", (None, "(35*4-94)/2")),
        (None, "x=(35*4-94)/2", (None, "(35*4-94)/2")),
        ("", "(35*4-94)/2=23", (None, "(35*4-94)/2")),
        ("23", "(35*4-94)/2", ("23", "(35*4-94)/2")),
        ("46/2", None, ("46/2", None)),
    ],
)
def test_what_is_taken(answer: str | None, equation: str | None, kept: tuple[str | None, str | None]) -> None:
    read = read_correction(f" {CAGE}\n", answer, equation)
    assert (read.answer, read.equation) == kept
    assert (read.question, read.language) == (CAGE, "zh")


@pytest.mark.parametrize(
    ("question", "answer", "equation", "code"),
    [
        (CAGE, None, None, "correction_empty"),
        (CAGE, " ", "\n", "correction_empty"),
        (CAGE, 23, None, "correction_type"),
        (CAGE, None, ["35*4"], "correction_type"),
        (CAGE, "很多", None, "correction_answer"),
        (CAGE, "23或12", None, "correction_answer"),
        (CAGE, "2" * 5000, None, "correction_answer"),
        (CAGE, None, "35*", "correction_expression"),
        (CAGE, None, "35/(4-4)", "correction_expression"),
        (CAGE, None, "9^9^9^9", "correction_expression"),
        (CAGE, None, "__import__('os')", "correction_expression"),
        (CAGE, None, "1+" * 3000 + "1", "correction_expression"),
        (CAGE, None, "23", "correction_lone_number"),
        (CAGE, None, "35*4-94=23", "correction_disagrees"),
        (CAGE, "24", "(35*4-94)/2", "correction_disagrees"),
        ("(35*4-94)/2=?", "24", None, "correction_computed"),
        ("你好呀，今天过得好吗？", "3", None, "chatter"),
        ("", "3", None, "empty"),
        (None, "3", None, "empty"),
        ({"a": 1}, "3", None, "not_text"),
        ("9" * 30_000, "3", None, "too_long"),
    ],
)
def test_what_is_not_taken(question: object, answer: object, equation: object, code: str) -> None:
    with pytest.raises(CorrectionError) as caught:
        read_correction(question, answer, equation)
    assert caught.value.code == code
    assert "\n" not in str(caught.value)


def test_every_message_is_in_both_languages() -> None:
    assert all(chinese and english and chinese != english for chinese, english in MESSAGES.values())


def test_a_correction_is_kept_once(tmp_path: Path) -> None:
    store = Store(tmp_path / "new" / "feedback.sqlite")
    correction = read_correction(CAGE, "23")
    assert [store.add(correction), store.add(correction)] == [True, False]
    assert store.add(read_correction(CAGE, "23只"))
    assert [problem.answer for problem in store.problems()] == ["23", "23只"]
    with sqlite3.connect(store.path) as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_many_at_once(tmp_path: Path) -> None:
    path = tmp_path / "feedback.sqlite"
    problems = [read_correction(f"小明有{n}支铅笔，又买了3支，现在有多少支？", None, f"{n}+3") for n in range(10, 50)]
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda problem: Store(path).add(problem), problems))
    assert sorted(str(problem.equation) for problem in Store(path).problems()) == sorted(
        f"{n}+3" for n in range(10, 50)
    )


def test_the_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    store = Store(tmp_path / "feedback.sqlite", most=2)
    for answer in ("21", "22"):
        store.add(read_correction(CAGE, answer))
    with pytest.raises(CorrectionError) as caught:
        store.add(read_correction(CAGE, "23"))
    assert caught.value.code == "correction_full"
    assert not store.add(read_correction(CAGE, "22"))  # this one is there
    assert len(list(store.problems())) == 2


def test_files_that_are_not_ours(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as file:
        file.execute("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(DataError, match="another program"):
        Store(other).add(read_correction(CAGE, "23"))
    text = tmp_path / "notes.txt"
    text.write_text("not a database, but long enough to be looked at as one " * 40)
    with pytest.raises(DataError, match="cannot be used"):
        Store(text).add(read_correction(CAGE, "23"))
    assert "not a database" in text.read_text()
    with pytest.raises(DataError, match="no corrections yet"):
        list(Store(tmp_path / "none.sqlite").problems())
    assert default_file().name == "feedback.sqlite"


def test_the_newest_of_a_question_counts(tmp_path: Path) -> None:
    store = Store(tmp_path / "feedback.sqlite")
    store.add(read_correction(CAGE, "12"))
    store.add(read_correction(PENS, "24"))
    store.add(read_correction(CAGE.replace("，", ","), None, "(35*4-94)/2"))
    with sqlite3.connect(store.path) as file:  # as an older version with other parsers may have left it
        file.execute("INSERT INTO corrections (created, question, answer) VALUES ('', ?, 'hm')", (PENS + " Quick!",))
    problems, replaced, unreadable = training_set(store)
    assert [(problem.equation, problem.answer) for problem in problems] == [(None, "24"), ("(35*4-94)/2", None)]
    assert (replaced, unreadable) == (1, 1)


def test_export(tmp_path: Path) -> None:
    store = Store(tmp_path / "feedback.sqlite")
    store.add(read_correction(CAGE, "23", "(35*4-94)/2"))
    store.add(read_correction(PENS, "24 dollars"))
    done = CliRunner().invoke(main, ["feedback", "export", "--file", str(store.path)])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert [row["id"] for row in rows] == ["feedback-1", "feedback-2"]
    assert "2 problems: 1 with an equation, 1 with an answer only" in done.stderr
    output = tmp_path / "mine.jsonl"
    done = CliRunner().invoke(main, ["feedback", "export", "--file", str(store.path), "--output", str(output)])
    assert done.exit_code == 0
    assert list(read_problems(output)) == [Problem(**row) for row in rows]
    done = CliRunner().invoke(main, ["feedback", "export", "--file", str(tmp_path / "none.sqlite")])
    assert done.exit_code == 2
    assert "no corrections yet" in done.stderr
