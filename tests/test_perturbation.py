"""Number perturbation: new numbers under which an example stays true and natural."""

from __future__ import annotations

import re
from fractions import Fraction
from random import Random

import pytest

from mwp_solver.anchoring import MAX_ANCHORS, decode_expression, encode_expression, resolve
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.syntax import Expression
from mwp_solver.model.encoding import encode_equation
from mwp_solver.options import EncodingOptions
from mwp_solver.problem import Problem
from mwp_solver.quantities import Quantity, find_quantities
from mwp_solver.text import normalize_question
from mwp_solver.training.examples import make_examples
from mwp_solver.training.perturbation import perturb, redraw

SEEDS = range(60)


def exact(text: str) -> Fraction:
    value = evaluate_expression(text)
    return Fraction(int(value.p), int(value.q))


def read(question: str, equation: str) -> tuple[Expression, list[Quantity]]:
    quantities = find_quantities(normalize_question(question))
    return decode_expression(encode_equation(equation, tuple(quantities)), quantities), quantities


def draws(question: str, equation: str) -> list[list[str]]:
    """The texts of several draws; of divisions that must come out even, only some are good."""
    tree, quantities = read(question, equation)
    drawn = [texts for seed in SEEDS if (texts := perturb(tree, quantities, Random(seed))) is not None]
    assert len(drawn) >= len(SEEDS) // 6
    assert all(len(texts) == min(len(quantities), MAX_ANCHORS) for texts in drawn)
    return drawn


def value_with(question: str, equation: str, texts: list[str]) -> Fraction:
    """What an expression comes to once its numbers are other ones."""
    tree, _ = read(question, equation)
    output = encode_expression(tree)
    return exact(re.sub(r"<extra_id_([0-9]+)>", lambda match: f"({texts[int(match[1])]})", output))


PROBLEMS = [
    ("小明有35本书，借出2/5，还剩几本？", "35*(1-2/5)"),
    ("绳子长1(5/6)米，剪去1/2米", "1(5/6)-1/2"),
    ("一堆煤12.5吨，用去20%", "12.5*(1-20%)"),
    ("书包原价200元，打八五折", "200*85%"),
    ("书包原价200元，打8折，再减15元", "200*80%-15"),
    ("3支笔和8本书，每样6元", "3*6+8*6"),
    ("鸡兔共35个头，94只脚", "(94-2*35)/2"),
    ("120页书，每天看24页，几天看完", "120/24"),
    ("40人里有12人戴眼镜，占几分之几", "12/40"),
    ("是原来的7/4，原来有28个", "7/4*28"),
    ("早上零下3度，中午是8度", "8-3"),
    ("两筐苹果，第一筐18千克，第二筐25.5千克", "18+25.5"),
]


@pytest.mark.parametrize(("question", "equation"), PROBLEMS, ids=[row[1] for row in PROBLEMS])
def test_kinds_are_kept(question: str, equation: str) -> None:
    _, quantities = read(question, equation)
    for texts in draws(question, equation):
        for quantity, text in zip(quantities, texts, strict=True):
            value, before = exact(text), Fraction(quantity.numerator, quantity.denominator)
            assert value > 0
            match quantity.kind:
                case "integer":
                    assert re.fullmatch("[1-9][0-9]*", text)
                case "decimal":
                    assert re.fullmatch(r"[0-9]+(\.[0-9]+)?", text)
                    assert (before.denominator * 10) % value.denominator == 0
                case "fraction":
                    top, bottom = map(int, text.split("/"))
                    assert (top < bottom) == (quantity.numerator < quantity.denominator)
                    assert bottom > 1
                case "mixed":
                    whole, top, bottom = map(int, re.fullmatch(r"(\d+)\((\d+)/(\d+)\)", text).groups())  # type: ignore[union-attr]
                    assert whole > 0
                    assert 0 < top < bottom
                case "percent":
                    assert re.fullmatch(r"[0-9]+(\.[0-9]+)?%", text)
                    assert (value < 1) == (before < 1)
                case "discount":
                    assert re.fullmatch("[5-9][05]%", text)


@pytest.mark.parametrize(("question", "equation"), PROBLEMS, ids=[row[1] for row in PROBLEMS])
def test_the_result_keeps_its_kind(question: str, equation: str) -> None:
    before = exact(equation)
    seen = set()
    for texts in draws(question, equation):
        after = value_with(question, equation, texts)
        seen.add(after)
        assert after > 0
        if before.denominator == 1:
            assert after.denominator == 1
        else:
            assert (after < 1) == (before < 1)
            if 10_000 % before.denominator == 0:
                assert 10_000 % after.denominator == 0
    assert len(seen) > 5, "hardly anything was perturbed"


@pytest.mark.parametrize(
    ("question", "equation", "same"),
    [
        ("3支笔和3本书，每样6元", "3*6+3*6", [(0, 1)]),
        ("每排8人，共8排", "8*8", [(0, 1)]),
        ("先用2/3，再用余下的2/3", "(1-2/3)*(1-2/3)", [(0, 1)]),
        ("两只兔，另有2只鸡，9只鹅", "2+9", [(0, 1)]),
        ("原价打八折，另一件也打80%，共90元", "90/80%", [(0, 1)]),
        # one of the two is not pointed at
        ("12人，每人5本，12天后还", "12*5", [(0, 2)]),
    ],
)
def test_equal_numbers_stay_equal(question: str, equation: str, same: list[tuple[int, int]]) -> None:
    moved = 0
    _, quantities = read(question, equation)
    for texts in draws(question, equation):
        for first, second in same:
            assert texts[first] == texts[second]
            moved += texts[first] != quantities[first].text
    assert moved > 10


@pytest.mark.parametrize(
    ("question", "equation", "index", "text"),
    [
        ("圆周率取3.14，半径5米", "3.14*5^2", 0, "3.14"),
        ("半径5米，圆周率取3.14", "2*3.14*5", 1, "3.14"),
        ("每1米种8棵，共24米", "24/1*8", 0, "1"),
        ("2023年，小明有12支笔，送出5支", "12-5", 0, "2023"),
        ("0度升到8度", "8-0", 0, "0"),
    ],
)
def test_what_stays(question: str, equation: str, index: int, text: str) -> None:
    others = set()
    for texts in draws(question, equation):
        assert texts[index] == text
        others.add(tuple(texts))
    assert len(others) > 5


@pytest.mark.parametrize(
    ("question", "equation"),
    [
        ("圆周率取3.14", "3.14*2"),  # nothing may move
        ("小明有12支笔", "5+7"),  # points at nothing
        ("没有数", "1+2"),
        ("12个分给0人", "12/0"),  # has no value
        ("2人，9步", "9^9^2"),
    ],
)
def test_nothing_to_perturb(question: str, equation: str) -> None:
    tree, quantities = read(question, equation)
    assert all(perturb(tree, quantities, Random(seed)) is None for seed in SEEDS)


def test_a_kind_that_cannot_be_kept_gives_nothing_rather_than_something_false() -> None:
    tree, quantities = read("有1009个，每盒1009个", "1009/1009*1009/1009")
    for seed in SEEDS:
        assert perturb(tree, quantities, Random(seed)) is not None  # equal numbers stay equal: still 1
    tree, quantities = read("长907米，每段907.5米，共1816只", "(1816-907)/909")
    for seed in SEEDS:
        texts = perturb(tree, quantities, Random(seed))
        if texts is not None:
            output = f"({texts[2]}-{texts[0]})/909"
            assert exact(output).denominator == 1
            assert exact(output) > 0


def test_the_same_chance_gives_the_same_numbers() -> None:
    tree, quantities = read(*PROBLEMS[0])
    assert perturb(tree, quantities, Random(3)) == perturb(tree, quantities, Random(3))
    assert len({tuple(perturb(tree, quantities, Random(seed)) or ()) for seed in SEEDS}) > 10


@pytest.mark.parametrize(
    ("text", "kind", "numerator", "denominator"),
    [
        ("35", "integer", 35, 1),
        ("2", "integer", 2, 1),
        ("12000", "integer", 12000, 1),
        ("2.5", "decimal", 25, 10),
        ("0.05", "decimal", 5, 100),
        ("2/5", "fraction", 2, 5),
        ("99/100", "fraction", 99, 100),
        ("7/4", "fraction", 7, 4),
        ("3(1/2)", "mixed", 7, 2),
        ("99%", "percent", 99, 100),
        ("0.5%", "percent", 5, 1000),
        ("150%", "percent", 150, 100),
        ("85%", "discount", 85, 100),
    ],
)
def test_redrawn_is_of_about_the_same_size(text: str, kind: str, numerator: int, denominator: int) -> None:
    quantity = Quantity(text, 0, len(text), kind, numerator, denominator)
    before = Fraction(numerator, denominator)
    drawn = {redraw(quantity, Random(seed)) for seed in range(200)}
    assert len(drawn) > 2
    for other in drawn:
        found = find_quantities(other)
        assert len(found) == 1, other
        value = exact(other)
        assert value > 0
        assert value <= before * 3 + 6
        if kind in ("fraction", "mixed", "discount") or (kind == "percent" and before < 1):
            assert (value < 1) == (before < 1)
        if kind == "integer" and numerator % 1000 == 0:
            assert value % 1000 == 0, "as round as it was"


def test_more_quantities_than_anchors() -> None:
    question = "、".join(f"{number}个" for number in range(101, 101 + MAX_ANCHORS + 4))
    for texts in draws(question, "101+102"):
        assert len(texts) == MAX_ANCHORS
        assert texts[2:] == [str(number) for number in range(103, 101 + MAX_ANCHORS)]


def test_numbers_too_long_to_read_are_left_alone() -> None:
    tree, quantities = read("有12支笔，长0.1234567890123456789012345678米", "12*3")
    assert [quantity.text for quantity in quantities] == ["12"]
    assert perturb(tree, quantities, Random(0)) is not None


def test_an_example_shows_other_numbers_and_keeps_its_target() -> None:
    examples, left_out = make_examples(
        [
            Problem("小明有３５本书，借出2/5，还剩几本？", "x=35*(1-(2/5))", "21"),
            Problem("缺算式", None, "1"),
            Problem("坏算式", "3(5", "1"),
        ],
        EncodingOptions(),
    )
    assert (len(examples), left_out) == (1, 2)
    example = examples[0]
    plain = "小明有<extra_id_0>35本书,借出<extra_id_1>2/5,还剩几本?"
    assert example.source() == plain
    assert example.target == "<extra_id_0>*(1-<extra_id_1>)"
    assert example.tree is not None
    shown = set()
    for seed in SEEDS:
        source = example.source(Random(seed))
        match = re.fullmatch(r"小明有<extra_id_0>([0-9]+)本书,借出<extra_id_1>([0-9]+/[0-9]+),还剩几本\?", source)
        assert match is not None
        result = exact(f"{match[1]}*(1-{match[2]})")
        assert result.denominator == 1
        assert result > 0
        shown.add(source)
    assert len(shown) > 20
    assert exact(render_expression(resolve(example.tree, example.quantities))) == 21


def test_a_literal_example_is_never_perturbed() -> None:
    problem = Problem("小明有35本书，借出5本", "35-5", "30")
    (example,), _ = make_examples([problem], EncodingOptions(number_encoding="literal"))
    assert example.target == "35-5"
    assert {example.source(Random(seed)) for seed in SEEDS} == {"小明有35本书,借出5本"}
