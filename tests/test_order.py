"""Sums that fall below zero on the way: added terms first, with the same value and numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mwp_solver.cli.solve import solution_lines
from mwp_solver.errors import ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.order import added_first
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.steps import working
from mwp_solver.expression.syntax import parse_expression
from mwp_solver.model.backends.base import Hypothesis
from mwp_solver.options import DecodingOptions, EncodingOptions
from mwp_solver.solving.solver import Solver
from mwp_solver.web.view import view_solution


@pytest.mark.parametrize(
    ("written", "ordered"),
    [
        ("37-48+42", "37+42-48"),
        ("37-48+42-5", "37+42-48-5"),
        ("5-8-2+10", "5+10-8-2"),
        ("(37-48+42)*2", "(37+42-48)*2"),
        ("100/(3-8+25)", "100/(3+25-8)"),
        ("42+(37-48)", "42+37-48"),
        ("42-(3-5)", "42+5-3"),
        ("-48+90", "90-48"),
        ("2*3-4*5+6*7", "2*3+6*7-4*5"),
        ("1/2-3/4+1", "1/2+1-3/4"),
        ("50%-1+2", "50%+2-1"),
        # As they are: never below zero, below zero in any order, or not by a sum alone.
        ("48-37+42", "48-37+42"),
        ("37+42-48", "37+42-48"),
        ("37-48", "37-48"),
        ("37-48+2", "37-48+2"),
        ("100-(48-37)", "100-(48-37)"),
        ("(3-5)*(2-7)", "(3-5)*(2-7)"),
        ("(3-5)*2+10", "(3-5)*2+10"),
        ("5-3*2+(4-3)", "5+(4-3)-3*2"),
        ("7", "7"),
    ],
)
def test_the_order(written: str, ordered: str) -> None:
    tree = parse_expression(written)
    assert render_expression(added_first(tree)) == ordered


NUMBER = re.compile(r"[0-9.]+")
TREES = st.recursive(
    st.sampled_from(["2", "7", "0.5", "1/3", "30%", "19"]),
    lambda inner: st.builds("({}{}{})".format, inner, st.sampled_from("+--*/"), inner),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_the_value_stays(text: str) -> None:
    tree = parse_expression(text)
    try:
        value = evaluate_expression(tree)
    except ExpressionError:
        return
    ordered = added_first(tree)
    assert evaluate_expression(ordered) == value
    assert sorted(NUMBER.findall(render_expression(ordered))) == sorted(NUMBER.findall(render_expression(tree)))
    below = [step for step in working(ordered) if step.result.startswith("-")]
    assert len(below) <= len([step for step in working(tree) if step.result.startswith("-")])


class Says:
    """A backend of one output."""

    def __init__(self, text: str) -> None:
        self.text = text

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        return [[Hypothesis(self.text, -0.1)] for _ in texts]


BUS = "车上有37人，到站下去48人，又上来42人，现在有多少人？"


def test_shown_to_a_pupil() -> None:
    solution = Solver(Says("<extra_id_0>-<extra_id_1>+<extra_id_2>"), EncodingOptions()).solve(BUS)
    assert solution.expression == "37+42-48"
    assert [str(step) for step in solution.steps] == ["37+42=79", "79-48=31"]
    assert [(n.text, n.used) for n in solution.quantities] == [("37", True), ("48", True), ("42", True)]
    assert solution.alternatives()[0].expression == "37+42-48"
    assert solution.candidates[0].expression == "37-48+42"  # as the network wrote it
    lines = "\n".join(solution_lines(solution))
    assert "综合算式  37+42−48" in lines
    assert "−11" not in lines
    assert "-11" not in str(solution.to_dict()["latex_steps"])
    view = view_solution(solution)
    assert view.expression == "37+42−48 = 31"
    assert view.tree is not None
    assert render_expression(view.tree) == "37+42-48"
    # Each number has the colour of its place in the question: 42 is the third.
    assert [name for part, name in view.classes.items()] == [f"number number-{i}" for i in range(3)]


def test_a_typed_computation_is_ordered_too() -> None:
    solution = Solver(Says("1"), EncodingOptions()).solve("37-48+42=?")
    assert (solution.expression, str(solution.answer)) == ("37+42-48", "31")
