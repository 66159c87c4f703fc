"""Expressions for readers: LaTeX, and the signs of school books."""

from __future__ import annotations

import re
from random import Random

import pytest

from mwp_solver.errors import ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.latex import latex, latex_equation, latex_number, latex_step
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.school import school_equation, school_notation, school_step
from mwp_solver.expression.steps import Step, working
from mwp_solver.expression.syntax import Binary, Expression, number, parse_expression


@pytest.mark.parametrize(
    ("expression", "formula"),
    [
        ("(35*4-94)/2", r"\left(35 \times 4 - 94\right) \div 2"),
        ("35*(1-2/5)", r"35 \times \left(1 - \frac{2}{5}\right)"),
        ("35*(2/5)", r"35 \times \frac{2}{5}"),
        ("100*2/5", r"100 \times 2 \div 5"),
        ("2/3/4", r"\frac{2}{3} \div 4"),
        ("3/8", r"3 \div 8"),
        ("9/8+1", r"9 \div 8 + 1"),
        ("450*(1-20%)", r"450 \times \left(1 - 20\%\right)"),
        ("(3+5)%", r"\left(3 + 5\right)\%"),
        ("12(7/8)*2", r"12\frac{7}{8} \times 2"),
        ("8-(3-2)", r"8 - \left(3 - 2\right)"),
        ("8/(4*2)", r"8 \div \left(4 \times 2\right)"),
        ("10-(-5)", r"10 - \left(-5\right)"),
        ("-3+5", "-3 + 5"),
        ("3.14*5^2", r"3.14 \times 5^{2}"),
        ("(1+10%)^2", r"\left(1 + 10\%\right)^{2}"),
        ("(2/3)^2", r"\left(\frac{2}{3}\right)^{2}"),
        ("2^(-1)", "2^{-1}"),
        ("-(2/3)*5", r"-\frac{2}{3} \times 5"),
        ("7", "7"),
    ],
)
def test_latex(expression: str, formula: str) -> None:
    assert latex(parse_expression(expression)) == formula


def test_names_stand_upright() -> None:
    assert latex(parse_expression("n_1*2", names={"n_1"})) == r"\mathrm{n\_1} \times 2"


def test_what_is_no_tree_is_refused() -> None:
    with pytest.raises(TypeError):
        latex("1+1")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "formula"),
    [("24", "24"), ("-1.5", "-1.5"), ("2/3", r"\frac{2}{3}"), ("-4/9", r"-\frac{4}{9}")],
)
def test_values(text: str, formula: str) -> None:
    assert latex_number(text) == formula


def test_equations_and_steps() -> None:
    tree = parse_expression("2-1/3-1/3")
    assert latex_equation(tree, "4/3") == r"2 - \frac{1}{3} - \frac{1}{3} = \frac{4}{3}"
    assert [latex_step(step) for step in working(tree)] == [
        r"2 - \frac{1}{3} = \frac{5}{3}",
        r"\frac{5}{3} - \frac{1}{3} = \frac{4}{3}",
    ]
    assert latex_step(Step("5/3", "5/3")) == r"5 \div 3 = \frac{5}{3}"
    assert latex_step(Step("-5/3*2", "-10/3")) == r"-\frac{5}{3} \times 2 = -\frac{10}{3}"


def back(formula: str) -> str:
    """The formula as an expression again; every \\frac in brackets of its own."""
    text = formula.replace(r"\left", "").replace(r"\right", "").replace(r"\%", "%")
    text = re.sub(r"\\frac\{([0-9]+)\}\{([0-9]+)\}", r"(\1/\2)", text)
    text = text.replace(r"\times", "*").replace(r"\div", "/")
    return text.replace("{", "(").replace("}", ")").replace(" ", "")


def small_tree(rng: Random, depth: int) -> Expression:
    if depth == 0 or rng.random() < 0.2:
        if rng.random() < 0.3:
            bottom = rng.randrange(2, 9)
            return Binary("/", number(rng.randrange(1, bottom)), number(bottom))
        return parse_expression(rng.choice(["3", "12", "0.5", "25%", "1(1/2)", "-4"]))
    return Binary(rng.choice("+-*/"), small_tree(rng, depth - 1), small_tree(rng, depth - 1))


def test_a_formula_read_back_has_the_same_value() -> None:
    rng = Random(5)
    for _ in range(250):
        text = render_expression(small_tree(rng, rng.randrange(4)))
        tree = parse_expression(text)
        try:
            value = evaluate_expression(tree)
        except ExpressionError:  # a division by 0
            continue
        assert evaluate_expression(back(latex(tree))) == value, (text, latex(tree))


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("(35*4-94)/2", "(35×4−94)÷2"),
        ("24*(1-3/8)", "24×(1−3/8)"),
        ("3/8", "3÷8"),
        ("56/2-20", "56÷2−20"),
        ("12(7/8)*2", "12(7/8)×2"),
        ("6/1.5", "6÷1.5"),
        ("2/3/4", "2/3÷4"),
        ("450*(1-20%)", "450×(1−20%)"),
        ("10--5", "10−(−5)"),
        ("3*-2+1", "3×(−2)+1"),
        ("1--2/3", "1−(−2/3)"),
        ("-5+8", "−5+8"),
    ],
)
def test_expressions_are_shown_as_schools_write_them(expression: str, shown: str) -> None:
    assert school_notation(expression) == shown


def test_a_school_equation() -> None:
    assert school_equation("3-8", "-5") == "3−8 = −5"


@pytest.mark.parametrize(
    ("expression", "result", "shown"),
    [
        ("5/3-1/3", "4/3", "5/3−1/3 = 4/3"),
        ("56/2", "28", "56÷2 = 28"),
        ("4/(4/3)", "3", "4÷(4/3) = 3"),
        ("10--5", "15", "10−(−5) = 15"),
    ],
)
def test_a_school_step(expression: str, result: str, shown: str) -> None:
    assert school_step(Step(expression, result)) == shown
