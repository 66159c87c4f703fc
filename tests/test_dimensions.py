"""Units of expressions: what a question's words tell, and what they leave open."""

from __future__ import annotations

import pytest

from mwp_solver.anchoring import resolve
from mwp_solver.answers import answer_form
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.syntax import parse_expression
from mwp_solver.model.encoding import encode_question
from mwp_solver.solving.dimensions import Dimension, dimension_of, quantity_dimension, quantity_dimensions, unit_name
from mwp_solver.solving.features import FEATURES, features


@pytest.mark.parametrize(
    ("question", "dimensions"),
    [
        ("苹果35千克，梨94千克", [("千克", False), ("千克", False)]),
        ("每支铅笔5元，买3支", [("元", True), ("支", False)]),
        ("鸡的只数是鸭的4倍", [("", False)]),
        ("用去2/5，涨了20%，打八折", [("", False)] * 3),
        ("用去2/5千克", [("千克", False)]),
        ("投资3万元", [("元", False)]),
        ("Each box holds 12 pencils and costs 4 dollars.", [("pencil", True), ("dollar", False)]),
        ("一共3，5", [(None, False), (None, False)]),
    ],
)
def test_quantities(question: str, dimensions: list[tuple[str | None, bool]]) -> None:
    anchored = encode_question(question)
    found = [quantity_dimension(quantity, anchored) for quantity in anchored.quantities]
    assert [(one.unit, one.rate) for one in found] == dimensions


ORCHARD = "果园有苹果树35棵，每棵收苹果12千克，梨树是苹果树的3倍，卖掉2/5，又运来8千克，共装5筐"


@pytest.mark.parametrize(
    ("expression", "unit", "mixed"),
    [
        ("n0*n1", "千克", 0),
        ("n0*n1+n4", "千克", 0),
        ("n0+n4", None, 1),
        ("n0*n2", "棵", 0),
        ("n0*(1-n3)", "棵", 0),
        ("n0-n3", None, 1),
        ("n4-n3*n4", "千克", 0),
        ("n4/n5", "千克", 0),
        ("n0/n0", "", 0),
        ("n0*n5", None, 0),
        ("n0*1000", "棵", 0),
        ("n0+7", "棵", 0),
        ("-n0", "棵", 0),
        ("n0+n4+n0", "棵", 1),
        ("7%", "", 0),
        ("2^3", None, 0),
    ],
)
def test_expressions(expression: str, unit: str | None, mixed: int) -> None:
    question = encode_question(ORCHARD)
    names = {f"n{index}" for index in range(len(question.quantities))}
    dimension, found = dimension_of(parse_expression(expression, names=names), quantity_dimensions(question))
    assert (dimension.unit, found) == (unit, mixed)


@pytest.mark.parametrize(
    ("unit", "name"), [("万元", "元"), ("Dollars", "dollar"), ("千克", "千克"), ("万", "万"), ("个", "个")]
)
def test_names_of_units(unit: str, name: str) -> None:
    assert unit_name(unit) == name


def seen(question: str, expression: str, mass: float = 0.5) -> dict[str, float]:
    item = encode_question(question)
    tree = parse_expression(expression, names={f"n{index}" for index in range(len(item.quantities))})
    value = evaluate_expression(resolve(tree, item.quantities))
    return features(item, answer_form(question), value, tree, mass, quantity_dimensions(item))


BOATS = "48人去划船，每条船坐5人，要租几条船？"


@pytest.mark.parametrize(
    ("question", "expression", "expected"),
    [
        ("有35千克米，吃了8千克，还剩几千克？", "n0-n1", {"unit_asked": 1, "operations": 1}),
        ("有35千克米，吃了8千克，还剩几千克？", "n1-n0", {"negative": 1, "unit_asked": 1, "operations": 1}),
        ("有35千克米，吃了8千克，还剩几千克？", "n0", {"unused": 1, "unit_asked": 1}),
        ("有35千克米，装了8袋，一共有几千克？", "n0+n1", {"units_mixed": 1, "operations": 1}),
        ("有35千克米，吃了8千克，还剩几袋？", "n0-n1", {"unit_other": 1, "operations": 1}),
        ("全班40人，今天来了38人，出勤率是百分之几？", "n0/n1", {"above_one": 1, "not_whole": 1, "operations": 1}),
        ("有2元，又有7元，买3支，平均几元？", "1/(n0*n1*n2*13)", {"large_denominator": 1, "not_whole": 1}),
    ],
)
def test_features(question: str, expression: str, expected: dict[str, float]) -> None:
    found = seen(question, expression)
    assert found.keys() == FEATURES.keys()
    assert found.pop("log_mass") == pytest.approx(-0.6931, abs=1e-3)
    for name, value in expected.items():
        assert found[name] == value, name
    if "large_denominator" not in expected:
        assert {name for name, value in found.items() if value} == expected.keys()


def test_no_probability_has_a_finite_logarithm() -> None:
    assert seen(BOATS, "n0/n1", 0.0)["log_mass"] < -20


def test_a_dimension_of_what_is_unknown() -> None:
    assert Dimension(None) == Dimension(None, rate=False)
