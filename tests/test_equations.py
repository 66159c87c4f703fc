"""Equations with one unknown: undone, gathered, put back; whatever else a text is goes to the network."""

from __future__ import annotations

import pytest

from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.render import render_expression
from mwp_solver.solving.equations import solve_equation
from mwp_solver.solving.screening import screen
from mwp_solver.text import normalize_question


@pytest.mark.parametrize(
    ("question", "expression"),
    [
        ("3x+5=20", "(20-5)/3"),
        ("解方程：3x+5=20。", "(20-5)/3"),
        ("解方程 2(x-3)=10", "10/2+3"),
        ("方程0.8x=12的解是多少？", "12/0.8"),
        ("0.3：x＝1：5", "0.3/(1/5)"),
        ("（  ）＋9＝16，括号里应该填几？", "16-9"),
        ("18=5+□", "18-5"),
        ("12-?=5", "12-5"),
        ("□÷4=6，□里应填几？", "6*4"),
        ("56÷□=8", "56/8"),
        ("____ + 3 = 10", "10-3"),
        ("80-3x=20", "(80-20)/3"),
        ("x%=35", "35/1%"),
        ("-x=7-10", "-(7-10)"),
        ("x+25%x=10", "10/(1+25%)"),
        ("5x-3=2x+9", "(9+3)/(5-2)"),
        ("2x+9=5x-3", "(9+3)/(5-2)"),
        ("8(x+2)=3(x+12)", "(12*3-2*8)/(8-3)"),
        ("Solve for y: 2y - 4 = 10", "(10+4)/2"),
        ("If 3x + 5 = 20, what is x?", "(20-5)/3"),
        ("已知4x=6，那么5x-2=多少？", "5*(6/4)-2"),
        ("若2x+1=7，则4x的值是多少？", "4*((7-1)/2)"),
    ],
)
def test_an_equation_is_solved_in_its_own_numbers(question: str, expression: str) -> None:
    found = solve_equation(normalize_question(question))
    assert found is not None
    assert render_expression(found) == expression
    assert screen(question).expression == found


@pytest.mark.parametrize(
    "question",
    [
        "x+y=10",
        "x^2=9",
        "3x=",
        "=3x",
        "0x=3",
        "x=x",
        "x/0=3",
        "x*x=9",
        "2x=3x=6",
        "12-4=8",
        "一个数的3倍是12，这个数是多少？",
        f"{'1+' * 120}x=9",
        "a=4，b=5，a+b等于多少？",
        "小明有□个苹果，吃了3个，还剩5个，□=几？",
    ],
)
def test_what_is_no_such_equation_is_left_alone(question: str) -> None:
    assert solve_equation(normalize_question(question)) is None


def test_an_answer_fits_the_equation_or_there_is_none() -> None:
    """Every equation of a small grid, against its two sides by exact arithmetic."""
    for a in range(1, 5):
        for b in range(-3, 4):
            for c in range(0, 4):
                text = f"{a}x{b:+}={c}x+7"
                found = solve_equation(text)
                if a == c:
                    assert found is None
                else:
                    assert found is not None
                    x = evaluate_expression(found)
                    assert a * x + b == c * x + 7
