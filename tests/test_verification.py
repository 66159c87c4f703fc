"""The check by putting an answer back (验算): what comes out, and where nothing can."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational

from mwp_solver.cli.solve import solution_lines
from mwp_solver.errors import ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.inverse import undo
from mwp_solver.expression.syntax import parse_expression, substitute
from mwp_solver.model.backends.base import Hypothesis
from mwp_solver.model.encoding import encode_question
from mwp_solver.options import DecodingOptions, EncodingOptions
from mwp_solver.solving.solver import Solver
from mwp_solver.solving.verification import verify

CAGE = "笼子里有鸡和兔，头共35个，脚共94只，鸡有多少只？"
ROPE = "一根绳子长30米，用去2/5，还剩多少米？"
NAMES = {f"n{index}" for index in range(4)}


@pytest.mark.parametrize(
    ("question", "expression", "answer", "steps", "number"),
    [
        (CAGE, "(n0*4-n1)/2", 23, ["23*2=46", "46+94=140", "140/4=35"], "35"),
        (CAGE, "n0-(n1-n0*2)/2", 23, ["35-23=12", "12*2=24", "24+70=94"], "94"),
        (ROPE, "n0*(1-n1)", 18, ["18/0.6=30"], "30"),
        ("用去2/5，还剩几分之几？", "1-n0", Rational(3, 5), ["1-0.6=0.4"], "2/5"),
        ("有7个苹果，3人分，每人几个？", "n0/n1", Rational(7, 3), ["7/3*3=7"], "7"),
        ("长6米，宽4米，高2米，体积？", "n0*n1*n2", 48, ["48/2=24", "24/4=6"], "6"),
        ("甲有5个，比乙少8个，甲减乙？", "-(n0+n1)", -13, ["--13=13", "13-8=5"], "5"),
        ("本金200元，利率5%，得多少元？", "n0*n1", 10, ["10/5%=200"], "200"),
        ("有100元，平均分给4人，每人几元？", "n0/n1", 25, ["25*4=100"], "100"),
    ],
)
def test_what_comes_out(question: str, expression: str, answer: object, steps: list[str], number: str) -> None:
    found = verify(parse_expression(expression, names=NAMES), encode_question(question), Rational(answer))
    assert found is not None
    assert ([str(step) for step in found.steps], found.number) == (steps, number)


@pytest.mark.parametrize(
    ("question", "expression", "answer"),
    [
        (CAGE, "(n0*4-n1)/2", 24),  # not the value
        (CAGE, "n0*n0", 1225),  # stands there twice
        (CAGE, "n0^2", 1225),
        (CAGE, "0*n0", 0),
        (CAGE, "3+4", 7),  # no number of the question
        (CAGE, "n0", 35),  # nothing to undo
        (CAGE, "0/n0", 0),
    ],
)
def test_what_cannot_be_checked(question: str, expression: str, answer: int) -> None:
    assert verify(parse_expression(expression, names=NAMES), encode_question(question), Rational(answer)) is None


TREES = st.recursive(
    st.sampled_from(["2", "7", "0.5", "1/3", "30%", "n1"]),
    lambda inner: st.builds("({}{}{})".format, inner, st.sampled_from("+-*/"), inner),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None)
@given(TREES, TREES, st.sampled_from("+-*/"), st.booleans(), st.integers(1, 99))
def test_undoing_gives_the_number_that_was_put_in(left: str, right: str, sign: str, first: bool, put_in: int) -> None:
    inner = f"(n0*3{sign}{left})" if first else f"({left}{sign}n0)"
    tree = parse_expression(f"{inner}+{right}", names=NAMES)
    numbers = {"n0": parse_expression(str(put_in)), "n1": parse_expression("11")}
    try:
        value = evaluate_expression(substitute(tree, numbers))
        found = undo(tree, "n0", value, numbers)
    except ExpressionError:
        return
    if found is not None:
        assert found[1] == put_in
        for step in found[0]:
            assert evaluate_expression(step.expression) == evaluate_expression(step.result)


class Says:
    """A backend of one output."""

    def __init__(self, text: str) -> None:
        self.text = text

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        return [[Hypothesis(self.text, -0.1)] for _ in texts]


@pytest.mark.parametrize(
    ("question", "output", "line"),
    [
        (CAGE, "(<extra_id_0>*4-<extra_id_1>)/2", "  验算  23×2 = 46，46+94 = 140，140÷4 = 35，就是题目中的35"),
        (
            "Ben has 3 boxes of 12 pencils and gives away 9. How many pencils are left?",
            "<extra_id_0>*<extra_id_1>-<extra_id_2>",
            "  check  27+9 = 36, 36÷12 = 3: the 3 of the question",
        ),
        ("48人去划船，每条船坐5人，至少要租几条船？", "<extra_id_0>/<extra_id_1>", None),  # 10 put back gives no 48
    ],
)
def test_shown_with_the_working(question: str, output: str, line: str | None) -> None:
    solution = Solver(Says(output), EncodingOptions()).solve(question)
    shown = [text for text in solution_lines(solution) if text.startswith(("  验算", "  check"))]
    assert shown == ([line] if line else [])
    row = solution.to_dict()["verification"]
    assert (row is None) == (line is None)
