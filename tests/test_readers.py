"""The readers: rows made up here in each set's layout; and, where they lie beside the checkout, the sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mwp_solver.corpus.files import numbered_problems
from mwp_solver.corpus.readers import ape210k, cmath, gsm8k, math23k, mawps, svamp
from mwp_solver.corpus.readers.fields import optional_field, text_field
from mwp_solver.corpus.row_check import Fault, check_problem
from mwp_solver.errors import DataError
from mwp_solver.problem import Problem

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
Reader = Callable[[Mapping[str, Any]], Problem]

APE: dict[str, Any] = {
    "id": "7",
    "original_text": "三人各有四本书，共几本？",
    "equation": "x=3*4",
    "ans": "12",
    "segmented_text": "-",
}
SVAMP: dict[str, Any] = {
    "ID": "own-1",
    "Body": "Pat had 9 stamps and lost 4",
    "Question": "How many are left?",
    "Equation": "( 9.0 - 4.0 )",
    "Answer": 5.0,
    "Type": "Subtraction",
}
CMATH: dict[str, Any] = {"grade": 2, "question": "一周有7天，两周有几天？", "golden": "14", "reasoning_step": 1}


def _solution(*steps: str, final: str) -> str:
    return "\n".join(f"so <<{step}>> it is" for step in steps) + f"\n#### {final}"


GSM8K: dict[str, Any] = {
    "question": "3 bags of 4 nuts cost 2 each; all nuts?",
    "answer": _solution("3*4=12", final="12"),
}


@pytest.mark.parametrize(
    ("read", "row", "problem"),
    [
        (ape210k.read_row, APE, Problem("三人各有四本书，共几本？", "x=3*4", "12", "7", "zh")),
        (math23k.read_row, APE, Problem("三人各有四本书，共几本？", "x=3*4", "12", "7", "zh")),
        (
            mawps.read_row,
            APE | {"id": 7, "ans": 12.0},
            Problem(APE["original_text"], "x=3*4", "12", "7", "en"),
        ),
        (
            svamp.read_row,
            SVAMP,
            Problem(
                "Pat had 9 stamps and lost 4. How many are left?",
                "( 9.0 - 4.0 )",
                "5",
                "own-1",
                "en",
                family="Subtraction",
            ),
        ),
        (gsm8k.read_row, GSM8K, Problem(GSM8K["question"], "3*4", "12", language="en")),
        (cmath.read_row, CMATH, Problem(CMATH["question"], answer="14", language="zh", grade=2)),
        (
            cmath.read_row,
            {"question": "两双鞋几只？", "golden": 4},
            Problem("两双鞋几只？", answer="4", language="zh"),
        ),
    ],
)
def test_a_row(read: Reader, row: Mapping[str, Any], problem: Problem) -> None:
    assert read(row) == problem


@pytest.mark.parametrize(
    ("read", "row", "fields"),
    [
        (ape210k.read_row, APE, ("original_text", "equation", "ans")),
        (math23k.read_row, APE, ("original_text", "equation", "ans")),
        (mawps.read_row, APE, ("original_text", "equation", "ans")),
        (svamp.read_row, SVAMP, ("Body", "Question", "Equation", "Answer")),
        (gsm8k.read_row, GSM8K, ("question", "answer")),
        (cmath.read_row, CMATH, ("question", "golden")),
    ],
)
@pytest.mark.parametrize("bad", [None, "", "  ", [], {}, True, float("nan"), float("inf"), "\ud800"])
def test_a_field_that_is_missing_or_wrong_is_named(
    read: Reader, row: Mapping[str, Any], fields: tuple[str, ...], bad: object
) -> None:
    for field in fields:
        with pytest.raises(DataError, match=f'"{field}"'):
            read(dict(row) | {field: bad})
        with pytest.raises(DataError, match=f'"{field}"'):
            read({name: value for name, value in row.items() if name != field})


@pytest.mark.parametrize("grade", [0, 7, "three", 2.5, -1])
def test_a_grade_of_cmath(grade: object) -> None:
    with pytest.raises(DataError, match="grade"):
        cmath.read_row(CMATH | {"grade": grade})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (504.0, "504"),
        (1e-7, "0.0000001"),
        (0.1, "0.1"),
        (-2.50, "-2.5"),
        (1e16, "10000000000000000"),
        (Decimal("12.500"), "12.5"),
        (100, "100"),
        (" 1,234 ", "1,234"),
        (0.0, "0"),
    ],
)
def test_numbers_are_written_out(value: object, text: str) -> None:
    assert text_field({"a": value}, "a") == text


@pytest.mark.parametrize("value", [10**5000, 1e200, b"x", 1 + 1j], ids=type)
def test_what_is_no_number_of_a_problem(value: object) -> None:
    with pytest.raises(DataError):
        optional_field({"a": value}, "a")


@pytest.mark.parametrize(
    ("steps", "final", "equation"),
    [
        (("3*4=12", "12+5=17"), "17", "3*4+5"),
        (("20*50%=10", "$20-10=$10"), "$10", "20-20*50%"),
        (("1,000/8=125", "125*3=375"), "375", "1000/8*3"),
        (("8/3=8/3",), "1", None),  # not the answer
        (("3*4=13", "13+5=18"), "18", None),  # a wrong step
        (("(5=5",), "5", None),
        ((), "5", None),
    ],
)
def test_chains(steps: tuple[str, ...], final: str, equation: str | None) -> None:
    row = {"question": "with 3, 4, 5, 8, 20, 1,000", "answer": _solution(*steps, final=final)}
    assert gsm8k.read_row(row).equation == equation


def test_a_number_of_the_question_is_not_taken_for_a_result() -> None:
    row = {"question": "6 and 2 and 12", "answer": _solution("6*2=12", "12+12=24", final="24")}
    assert gsm8k.read_row(row).equation == "12+12"


def test_no_final_answer() -> None:
    problem = gsm8k.read_row({"question": "2 and 2?", "answer": "<<2+2=4>>"})
    assert (problem.equation, problem.answer) == (None, None)


def shared(name: str) -> Path:
    """A file of the public sets, or a skip."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs the public sets in {SHARED.parent.name}/{SHARED.name} beside the checkout")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "read", "rows", "unreadable", "disagree"),
    [
        ("math23k/math23k_train.json", math23k.read_row, 20_717, {"17520"}, {"4303", "9761", "12495", "22085"}),
        ("math23k/math23k_valid.json", math23k.read_row, 972, {"10431"}, {"9718"}),
        ("ape210k/train.ape.json", ape210k.read_row, 4_473, set(), {"1219785"}),
        ("ape210k/valid.ape.json", ape210k.read_row, 500, set(), set()),
    ],
)
def test_equations_of_the_public_sets_are_worth_their_answers(
    name: str, read: Reader, rows: int, unreadable: set[str], disagree: set[str]
) -> None:
    faults: dict[str, set[str | None]] = {"unreadable": set(), "disagree": set()}
    count = 0
    for _, problem in numbered_problems(shared(name), read=read):
        assert isinstance(problem, Problem)
        count += 1
        try:
            check_problem(problem)
        except Fault as fault:
            faults[fault.fault].add(problem.id)
    assert count == rows
    assert faults == {"unreadable": unreadable, "disagree": disagree}


def test_most_solutions_of_gsm8k_chain() -> None:
    problems = [problem for _, problem in numbered_problems(shared("gsm8k/train.jsonl"), read=gsm8k.read_row)]
    assert len(problems) == 7_473
    chained = sum(isinstance(problem, Problem) and problem.equation is not None for problem in problems)
    assert chained / len(problems) >= 0.9


@pytest.mark.parametrize(
    ("name", "read", "rows"),
    [("svamp/train.json", svamp.read_row, 700), ("mawps/mawps.json", mawps.read_row, 2_373)],
)
def test_every_row_of_the_other_sets_is_read(name: str, read: Reader, rows: int) -> None:
    problems = [problem for _, problem in numbered_problems(shared(name), read=read)]
    assert len(problems) == rows
    assert all(isinstance(problem, Problem) for problem in problems)
