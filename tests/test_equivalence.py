"""One way of computing or two."""

from __future__ import annotations

from random import Random

import pytest

from mwp_solver.errors import ExpressionError
from mwp_solver.expression.equivalence import canonical_form, same_way
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.syntax import Binary, Expression, Percent, Unary, number, parse_expression


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("(35*4-94)/2", "(4*35-94)/2"),
        ("(35*4-94)/2", "1/2*(35*4-94)"),
        ("2+3*4", "4*3+2"),
        ("9-(2+3)", "9-2-3"),
        ("9-(2-3)", "9+3-2"),
        ("24/(2*3)", "24/2/3"),
        ("24/(2/3)", "24*3/2"),
        ("80*25%", "80*0.25"),
        ("80*(1/4)", "80/4"),
        ("35*(2/5)", "35*2/5"),
        ("1(1/2)*4", "1.5*4"),
        ("27.0+1", "1+27"),
        ("6^2*3.14", "3.14*6*6"),
        ("-2*3+10", "10-3*2"),
        ("10-(-5)", "10+5"),
        ("(-2)*(-3)", "3*2"),
        ("(5-2)*7*1", "7*(5-2)"),
        ("(3+5)%*8", "8*(5+3)/100"),
        ("0*5", "5*0"),
    ],
)
def test_the_same_way(first: str, second: str) -> None:
    assert same_way(parse_expression(first), parse_expression(second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("35*(1-2/5)", "35-35*2/5"),
        ("(3+5)*6", "3*6+5*6"),
        ("(35*4-94)/2", "35-(94-2*35)/2"),
        ("23", "20+3"),
        ("5*2/2", "5"),
        ("5+2-2", "5"),
        ("4+4", "4*2"),
        ("9-2", "2-9"),
        ("9/2", "2/9"),
        ("2^3", "3^2"),
        ("(-2)^2", "-2^2"),
        ("(-5)%", "5%"),
        ("(2-7)*3", "(7-2)*3"),
        ("0", "1"),
        ("12", "1*2"),
        ("12", "2"),
    ],
)
def test_two_ways(first: str, second: str) -> None:
    assert not same_way(parse_expression(first), parse_expression(second))


def random_tree(rng: Random, depth: int) -> Expression:
    if depth == 0 or rng.random() < 0.15:
        return number(rng.randrange(0, 5), rng.choice([1, 1, 1, 2, 10]))
    kind = rng.random()
    if kind < 0.1:
        return Unary(random_tree(rng, depth - 1))
    if kind < 0.2:
        return Percent(random_tree(rng, depth - 1))
    if kind < 0.25:
        return Binary("^", random_tree(rng, depth - 1), number(rng.randrange(0, 4)))
    return Binary(rng.choice("+-*/"), random_tree(rng, depth - 1), random_tree(rng, depth - 1))


def shuffled(tree: Expression, rng: Random) -> Expression:
    """The tree with the sides of sums and products swapped here and there."""
    match tree:
        case Unary(operand):
            return Unary(shuffled(operand, rng))
        case Percent(operand):
            return Percent(shuffled(operand, rng))
        case Binary(operator, left, right):
            left, right = shuffled(left, rng), shuffled(right, rng)
            if operator in "+*" and rng.random() < 0.5:
                left, right = right, left
            return Binary(operator, left, right)
    return tree


def test_order_does_not_matter() -> None:
    rng = Random(3)
    for _ in range(800):
        tree = random_tree(rng, rng.randrange(1, 5))
        assert same_way(tree, shuffled(tree, rng)), render_expression(tree)


def test_trees_of_one_way_have_one_value() -> None:
    rng = Random(4)
    values: dict[str, tuple[object, str]] = {}
    met = 0
    for _ in range(3000):
        tree = random_tree(rng, rng.randrange(1, 4))
        try:
            value = evaluate_expression(tree)
        except ExpressionError:
            continue
        form = canonical_form(tree)
        known = values.setdefault(form, (value, render_expression(tree)))
        assert known[0] == value, (known[1], render_expression(tree))
        met += known[1] != render_expression(tree)
    assert met > 50
