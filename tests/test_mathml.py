"""Expressions as MathML: the same brackets as LaTeX, parts with classes, and text that is only text."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from mwp_solver.expression.mathml import mathml_equation, mathml_step
from mwp_solver.expression.steps import Step
from mwp_solver.expression.syntax import Binary, Number, parse_expression


def inner(math: str) -> str:
    """What stands inside the outermost row, without the attributes that repeat."""
    ElementTree.fromstring(math)  # well-formed
    return re.sub(r' form="[a-z]+"', "", re.sub(r"^<math [^>]*><mrow>|</mrow></math>$", "", math))


@pytest.mark.parametrize(
    ("expression", "value", "written"),
    [
        ("1+2", "3", "<mn>1</mn><mo>+</mo><mn>2</mn><mo>=</mo><mn>3</mn>"),
        ("6/2", "3", "<mn>6</mn><mo>÷</mo><mn>2</mn><mo>=</mo><mn>3</mn>"),
        ("2^3", "8", "<msup><mrow><mn>2</mn></mrow><mrow><mn>3</mn></mrow></msup><mo>=</mo><mn>8</mn>"),
        ("25%", "0.25", "<mn>25</mn><mtext>%</mtext><mo>=</mo><mn>0.25</mn>"),
        ("-2", "-2", "<mo>−</mo><mn>2</mn><mo>=</mo><mo>−</mo><mn>2</mn>"),
        (
            "3*(1-2)",
            "-3",
            "<mn>3</mn><mo>×</mo><mrow><mo>(</mo><mn>1</mn><mo>−</mo><mn>2</mn><mo>)</mo></mrow>"
            "<mo>=</mo><mo>−</mo><mn>3</mn>",
        ),
        (
            "4*(2/3)",
            "8/3",
            "<mn>4</mn><mo>×</mo><mfrac><mrow><mn>2</mn></mrow><mrow><mn>3</mn></mrow></mfrac>"
            "<mo>=</mo><mfrac><mrow><mn>8</mn></mrow><mrow><mn>3</mn></mrow></mfrac>",
        ),
    ],
)
def test_equations(expression: str, value: str, written: str) -> None:
    assert inner(mathml_equation(parse_expression(expression), value)) == written


def test_a_mixed_number() -> None:
    math = mathml_equation(parse_expression("1(2/3)+1"), "8/3")
    assert inner(math).startswith("<mn>1</mn><mfrac>")


def test_a_step_takes_its_fractions_as_numbers() -> None:
    assert inner(mathml_step(Step("5/3-1/3", "4/3"))).count("<mfrac>") == 3


def test_parts_have_their_classes_and_readers_have_plain_text() -> None:
    part = Number("35", 35, 1)
    math = mathml_equation(Binary("*", part, Number("4", 4, 1)), "140", {id(part): "number"})
    assert '<mrow class="number"><mn>35</mn></mrow><mo form="infix">×</mo><mn>4</mn>' in math
    assert 'alttext="35×4 = 140"' in math
