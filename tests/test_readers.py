"""The readers: rows made up here in each set's layout; and, where they lie beside the checkout, the sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mwp_solver.answers import grade_answer
from mwp_solver.corpus.files import numbered_problems
from mwp_solver.corpus.readers import ape210k, cmath, gsm8k, math23k, mawps, svamp
from mwp_solver.corpus.readers.fields import optional_field, text_field
from mwp_solver.errors import DataError, ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.problem import Problem

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
Reader = Callable[[Mapping[str, Any]], Problem]

APE = {
    "id": "7",
    "original_text": "三人各有四本书，共几本？",
    "equation": "x=3*4",
    "ans": "12",
    "segmented_text": "-",
}
SVAMP = {
    "ID": "own-1",
    "Body": "Pat had 9 stamps and lost 4",
    "Question": "How many are left?",
    "Equation": "( 9.0 - 4.0 )",
    "Answer": 5.0,
    "Type": "Subtraction",
}
CMATH = {"grade": 2, "question": "一周有7天，两周有几天？", "golden": "14", "reasoning_step": 1}


def _solution(*steps: str, final: str) -> str:
    return "\n".join(f"so <<{step}>> it is" for step in steps) + f"\n#### {final}"


GSM8K = {"question": "3 bags of 4 nuts cost 2 each; all nuts?", "answer": _solution("3*4=12", final="12")}


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


def inconsistent(path: Path, read: Reader) -> tuple[list[str | None], list[str | None], int]:
    """Ids of rows whose equation cannot be read; of those whose answer disagrees; the number of rows."""
    unreadable, disagree, rows = [], [], 0
    for rows, (_, problem) in enumerate(numbered_problems(path, read=read), 1):  # noqa: B007
        assert isinstance(problem, Problem)
        assert problem.equation is not None
        assert problem.answer is not None
        try:
            value = evaluate_expression(problem.equation)
        except ExpressionError:
            unreadable.append(problem.id)
            continue
        if not grade_answer(str(value), problem.answer, problem.question).correct:
            disagree.append(problem.id)
    return unreadable, disagree, rows
