"""Numbers of a question: found, anchored, pointed at, resolved."""

from __future__ import annotations

import time
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mwp_solver.anchoring import MAX_ANCHORS, anchor_question, decode_expression, resolve, used_quantities
from mwp_solver.errors import ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.syntax import parse_expression
from mwp_solver.model.encoding import decode_output, encode_equation, encode_question
from mwp_solver.options import EncodingOptions
from mwp_solver.quantities import Quantity, chinese_integer, find_quantities
from mwp_solver.text import normalize_question

LITERAL = EncodingOptions(number_encoding="literal")
DIGITS_ONLY = EncodingOptions(chinese_numerals=False)


def exact(text: str) -> Fraction:
    value = evaluate_expression(text)
    return Fraction(int(value.p), int(value.q))


def found(question: str, chinese_numerals: bool = True) -> list[str]:
    quantities = find_quantities(normalize_question(question), chinese_numerals=chinese_numerals)
    return [f"{quantity.kind} {quantity.text}" for quantity in quantities]


FOUND = [
    # whole numbers and decimals
    ("果园有35棵梨树和120棵桃树", ["integer 35", "integer 120"]),
    ("一袋米重2.5千克", ["decimal 2.5"]),
    ("苹果9元一千克", ["integer 9"]),
    ("一百五十千克，三千米", ["integer 150", "integer 3"]),
    ("三千五百克，一万千克，五千元", ["integer 3500", "integer 10000", "integer 5000"]),
    ("一支笔2.50元", ["decimal 2.50"]),
    ("a cup holds .5 litres", ["decimal 0.5"]),
    ("each costs $.50", ["decimal 0.50"]),
    (".25+(.75)", ["decimal 0.25", "decimal 0.75"]),
    # a full stop is no decimal point
    ("修一条路。15天修完", ["integer 15"]),
    ("爸爸今年40岁。3年前几岁", ["integer 40", "integer 3"]),
    ("树上有鸟．2只飞走", ["integer 2"]),
    ("He ate.3 were left", ["integer 3"]),
    ("0元", ["integer 0"]),
    ("共1,234元", ["integer 1234"]),
    ("降到-3度", ["integer 3"]),
    ("版本1.2.3", ["decimal 1.2", "integer 3"]),
    ("A4纸B5纸", ["integer 4", "integer 5"]),
    ("9" * 24 + "个", ["integer " + "9" * 24]),
    ("9" * 25 + "个", []),
    ("9" * 12 + "." + "9" * 12, ["decimal " + "9" * 12 + "." + "9" * 12]),
    ("9" * 13 + "." + "9" * 12, []),
    ("9" * 25 + "%", []),
    # fractions
    ("借出2/5", ["fraction 2/5"]),
    ("借出(2/5)", ["fraction 2/5"]),
    ("借出((2)/(5))", ["fraction 2/5"]),
    ("借出（２／５）", ["fraction 2/5"]),
    ("是原来的7/4", ["fraction 7/4"]),
    ("喝了3/10，又喝了1/2", ["fraction 3/10", "fraction 1/2"]),
    ("2/0没有意义", ["integer 2", "integer 0"]),
    ("按1/2/3分", ["integer 1", "integer 2", "integer 3"]),
    ("算式3-1/2", ["integer 3", "integer 1", "integer 2"]),
    # mixed numbers
    ("长1(5/6)米", ["mixed 1(5/6)"]),
    ("长7((2)/(3))米", ["mixed 7(2/3)"]),
    ("长12（7/8）米", ["mixed 12(7/8)"]),
    ("长10(1/2)米和3(1/4)米", ["mixed 10(1/2)", "mixed 3(1/4)"]),
    ("长10又1/2米和3又(1/4)米", ["mixed 10(1/2)", "mixed 3(1/4)"]),
    ("2½米，¾米", ["mixed 2(1/2)", "fraction 3/4"]),
    ("2 1/2 cups and 1½ cups, 3 and 1/4 miles", ["mixed 2(1/2)", "mixed 1(1/2)", "mixed 3(1/4)"]),
    ("2 and a half hours, 3 ½ cups, 3 and ¾ miles", ["mixed 2(1/2)", "mixed 3(1/2)", "mixed 3(3/4)"]),
    ("He ran 2 1/2.", ["mixed 2(1/2)"]),
    ("还剩1/2。", ["fraction 1/2"]),
    ("2 1/2-3 hours", ["mixed 2(1/2)", "integer 3"]),
    ("a 2-1/2-inch board, 5-1/2", ["mixed 2(1/2)", "integer 5", "integer 1", "integer 2"]),
    ("the sum of 5 and 1/2", ["integer 5", "fraction 1/2"]),
    (
        "20 and 1/2 of the rest, in 2015 1/4 of the class",
        ["integer 20", "fraction 1/2", "integer 2015", "fraction 1/4"],
    ),
    ("1 and 1/4 of a cup", ["mixed 1(1/4)"]),
    ("第一又三分之二，三又百分之二十五", ["fraction 2/3", "mixed 3(25/100)"]),
    ("1" * 30 + " 1/2", ["fraction 1/2"]),
    ("a 1/4-pound burger, 1/2-1/4", ["fraction 1/4", "integer 1", "integer 2", "integer 1", "integer 4"]),
    ("he has 3 5/4 of them", ["integer 3", "fraction 5/4"]),
    ("长3.5(1/2)", ["decimal 3.5", "fraction 1/2"]),
    # percents
    ("增加25%", ["percent 25%"]),
    ("增加２５％", ["percent 25%"]),
    ("利率2.25%", ["percent 2.25%"]),
    ("增加100%", ["percent 100%"]),
    ("三成是30﹪", ["integer 3", "percent 30%"]),
    # discounts
    ("打8折", ["discount 80%"]),
    ("打85折", ["discount 85%"]),
    ("打8.5折", ["discount 85%"]),
    ("打八折", ["discount 80%"]),
    ("打八五折", ["discount 85%"]),
    ("打九五折后95元", ["discount 95%", "integer 95"]),
    ("把纸对折3次", ["integer 3"]),
    ("4折叠椅", ["integer 4"]),
    # dates, clock times, ratios, scales, ordinals: as many as they have numbers
    ("2023年5月1日开学", ["integer 2023", "integer 5", "integer 1"]),
    ("从8:30走到11:05", ["integer 8", "integer 30", "integer 11", "integer 05"]),
    ("8时30分", ["integer 8", "integer 30"]),
    ("糖和水的比是3:5", ["integer 3", "integer 5"]),
    ("糖和水的比是3∶5", ["integer 3", "integer 5"]),
    ("三种料的比是2:3:4", ["integer 3", "integer 2", "integer 3", "integer 4"]),
    ("甲乙的比是2/3:4/5", ["fraction 2/3", "fraction 4/5"]),
    ("比例尺是1:500000", ["integer 1", "integer 500000"]),
    ("排在第3名", ["integer 3"]),
    ("the 3rd of 20 pages", ["integer 3", "integer 20"]),
    # Chinese numerals
    ("三个班种了十二棵树", ["integer 3", "integer 12"]),
    ("两筐共一百零五个", ["integer 2", "integer 105"]),
    ("两万五千人", ["integer 25000"]),
    ("二〇二三年", []),
    ("买三五个", []),
    ("六一那天", []),
    ("用了五分之二", ["fraction 2/5"]),
    ("两个三分之二", ["integer 2", "fraction 2/3"]),
    ("一个三又二分之一", ["mixed 3(1/2)"]),
    ("十二又五分之四千克", ["mixed 12(4/5)"]),
    ("三又四分之五", []),
    ("一个人走一步", []),
    ("排在第三", []),
    ("星期三和周五", []),
    ("三角形、四边形、六面体", []),
    ("二年级三月份", []),
    ("几十个，十几个", []),
    ("零分之三，一分之三", []),
    ("百零十八个", []),
    # nothing at all
    ("没有数", []),
    ("", []),
]


@pytest.mark.parametrize(("question", "expected"), FOUND, ids=lambda value: ascii(value)[:30])
def test_found(question: str, expected: list[str]) -> None:
    assert found(question) == expected


@pytest.mark.parametrize(("question", "expected"), FOUND, ids=lambda value: ascii(value)[:30])
def test_each_quantity_is_what_it_says(question: str, expected: list[str]) -> None:
    text = normalize_question(question)
    end = 0
    for quantity in find_quantities(text):
        assert end <= quantity.start < quantity.end <= len(text)
        end = quantity.end
        value = Fraction(quantity.numerator, quantity.denominator)
        assert exact(quantity.text) == value
        assert exact(render_expression(quantity.expression)) == value
        assert quantity.denominator > 0
        assert quantity.spelled == (text[quantity.start].isalpha() or not text[quantity.start].isascii())
        if quantity.kind in ("integer", "decimal", "percent") and not quantity.spelled:
            assert quantity.text.endswith(text[quantity.start : quantity.end])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("三个班种了12棵树，打八折，用了五分之二", ["integer 12"]),
        ("打8折", ["discount 80%"]),
        ("二〇二三年", []),
    ],
)
def test_chinese_numerals_are_a_choice(question: str, expected: list[str]) -> None:
    assert found(question, chinese_numerals=False) == expected
    texts = [quantity.text for quantity in encode_question(question, DIGITS_ONLY).quantities]
    assert texts == [line.split()[1] for line in expected]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("增加百分之二十五", ["percent 25%"]),
        ("一个十二边形", []),
        ("长3(5/4)米", ["integer 3", "fraction 5/4"]),
        ("含盐:.5%", ["percent 0.5%"]),
    ],
)
def test_what_only_looks_like_a_number(question: str, expected: list[str]) -> None:
    assert found(question) == expected


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("零", 0),
        ("〇", 0),
        ("两", 2),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百", 100),
        ("一百零五", 105),
        ("一百二十", 120),
        ("三千五百", 3500),
        ("一万", 10000),
        ("两万五千", 25000),
        ("一千万", 10000000),
        ("二〇二三", 2023),
        ("三五", 35),
        ("十百", None),
        ("百零十八", None),
        ("七四十", None),
        ("甲", None),
        ("", None),
        ("一" * 13, None),
    ],
)
def test_chinese_integer(numeral: str, value: int | None) -> None:
    assert chinese_integer(numeral) == value


def test_no_row_of_numerals_breaks_the_reading() -> None:
    rng = Random(5)
    read = 0
    for _ in range(3000):
        text = "".join(rng.choice("零〇一二两三四五六七八九十百千万") for _ in range(rng.randrange(1, 8)))
        read += chinese_integer(text) is not None
        find_quantities(text + rng.choice(["个", "分之" + text, "折", "角形"]))
    assert 300 < read < 3000


ROWS = [
    # question, equation, input, target
    (
        "小明有35本书，借出2/5，还剩几本？",
        "35*(1-2/5)",
        "小明有<extra_id_0>35本书,借出<extra_id_1>2/5,还剩几本?",
        "<extra_id_0>*(1-<extra_id_1>)",
    ),
    (
        "绳子长1(5/6)米，剪去((1)/(2))米",
        "x=1((5)/(6))-((1)/(2))",
        "绳子长<extra_id_0>1(5/6)米,剪去<extra_id_1>1/2米",
        "<extra_id_0>-<extra_id_1>",
    ),
    (
        "一堆煤12.5吨，用去20%",
        "12.5*(1-20%)",
        "一堆煤<extra_id_0>12.5吨,用去<extra_id_1>20%",
        "<extra_id_0>*(1-<extra_id_1>)",
    ),
    # a percent, decimal or fraction of the same value is the same number
    ("80个的25%", "80*0.25", "<extra_id_0>80个的<extra_id_1>25%", "<extra_id_0>*<extra_id_1>"),
    ("80个的25%", "80*25/100", "<extra_id_0>80个的<extra_id_1>25%", "<extra_id_0>*25/100"),
    ("水占0.25", "1-25%", "水占<extra_id_0>0.25", "1-<extra_id_0>"),
    ("每袋0.5千克", "0.50*2", "每袋<extra_id_0>0.5千克", "<extra_id_0>*2"),
    ("合1(1/2)小时", "60*1.5", "合<extra_id_0>1(1/2)小时", "60*<extra_id_0>"),
    (
        "打八五折，原价200元",
        "200*0.85",
        "打<extra_id_0>85%折,原价<extra_id_1>200元",
        "<extra_id_1>*<extra_id_0>",
    ),
    (
        "打7.5折，原价200元",
        "200*75%",
        "打<extra_id_0>75%折,原价<extra_id_1>200元",
        "<extra_id_1>*<extra_id_0>",
    ),
    # a quotient of two whole numbers is no fraction of the question unless it is written as one
    ("甲4个，乙6个", "4/6", "甲<extra_id_0>4个,乙<extra_id_1>6个", "<extra_id_0>/<extra_id_1>"),
    ("约分4/6", "4/6", "约分<extra_id_0>4/6", "<extra_id_0>"),
    ("约分4/6", "2/3", "约分<extra_id_0>4/6", "<extra_id_0>"),
    # the same value twice: in order of appearance, then the first again
    ("3支笔和3本书", "3+3", "<extra_id_0>3支笔和<extra_id_1>3本书", "<extra_id_0>+<extra_id_1>"),
    (
        "3支笔和3本书",
        "3+3+3",
        "<extra_id_0>3支笔和<extra_id_1>3本书",
        "<extra_id_0>+<extra_id_1>+<extra_id_0>",
    ),
    ("先用2/3，再用2/3", "2/3+2/3", "先用<extra_id_0>2/3,再用<extra_id_1>2/3", "<extra_id_0>+<extra_id_1>"),
    # digits before spelled numerals
    (
        "两地相距120千米，2小时到",
        "120/2",
        "<extra_id_0>2地相距<extra_id_1>120千米,<extra_id_2>2小时到",
        "<extra_id_1>/<extra_id_2>",
    ),
    ("三个班十二棵树", "12/3", "<extra_id_0>3个班<extra_id_1>12棵树", "<extra_id_1>/<extra_id_0>"),
    # numbers that the question has in no form stay digits
    ("圆的半径是5米", "3.14*5^2", "圆的半径是<extra_id_0>5米", "3.14*<extra_id_0>^2"),
    ("正方形边长2米", "2**2", "正方形边长<extra_id_0>2米", "<extra_id_0>^2"),
    (
        "一个数加7得9",
        "x=9-7+1000/1000",
        "一个数加<extra_id_0>7得<extra_id_1>9",
        "<extra_id_1>-<extra_id_0>+1000/1000",
    ),
    ("没有数", "1+2", "没有数", "1+2"),
    # dates, ratios, scales, ordinals, clock times
    (
        "5月3日到5月9日",
        "9-3+1",
        "<extra_id_0>5月<extra_id_1>3日到<extra_id_2>5月<extra_id_3>9日",
        "<extra_id_3>-<extra_id_1>+1",
    ),
    (
        "盐和水3:5，共16克",
        "16*3/(3+5)",
        "盐和水<extra_id_0>3:<extra_id_1>5,共<extra_id_2>16克",
        "<extra_id_2>*<extra_id_0>/(<extra_id_0>+<extra_id_1>)",
    ),
    (
        "比例尺1:500000，图上4厘米",
        "4/(1:500000)",
        "比例尺<extra_id_0>1:<extra_id_1>500000,图上<extra_id_2>4厘米",
        "<extra_id_2>/(<extra_id_0>/<extra_id_1>)",
    ),
    ("第3组有8人", "8*3", "第<extra_id_0>3组有<extra_id_1>8人", "<extra_id_1>*<extra_id_0>"),
    (
        "从8:30到11:15",
        "(11-8)*60+15-30",
        "从<extra_id_0>8:<extra_id_1>30到<extra_id_2>11:<extra_id_3>15",
        "(<extra_id_2>-<extra_id_0>)*60+<extra_id_3>-<extra_id_1>",
    ),
    # tenths of a discount, wherever they stand in a chain
    ("书包160元打七折", "160*7/10", "书包<extra_id_0>160元打<extra_id_1>70%折", "<extra_id_0>*<extra_id_1>"),
    ("打七折后112元", "112/7*10", "打<extra_id_0>70%折后<extra_id_1>112元", "<extra_id_1>/<extra_id_0>"),
    (
        "8本书，每本5元，打八折再打九五折",
        "8*5*8/10*9.5/10",
        "<extra_id_0>8本书,每本<extra_id_1>5元,打<extra_id_2>80%折再打<extra_id_3>95%折",
        "<extra_id_0>*<extra_id_1>*<extra_id_2>*<extra_id_3>",
    ),
    (
        "7个，每10个打八折",
        "3*7/10",
        "<extra_id_0>7个,每<extra_id_1>10个打<extra_id_2>80%折",
        "3*<extra_id_0>/<extra_id_1>",
    ),
    # text that looks like a sentinel is text
    ("<extra_id_0>有3个", "3+1", "＜extra_id_<extra_id_0>0＞有<extra_id_1>3个", "<extra_id_1>+1"),
    ("<extra_id_7>", "7*2", "＜extra_id_<extra_id_0>7＞", "<extra_id_0>*2"),
    # one spelling of a tree
    (
        "5个、6个、7个",
        "5+(6+7)",
        "<extra_id_0>5个、<extra_id_1>6个、<extra_id_2>7个",
        "<extra_id_0>+<extra_id_1>+<extra_id_2>",
    ),
]


@pytest.mark.parametrize(("question", "equation", "source", "target"), ROWS, ids=lambda value: ascii(value)[:20])
def test_encoded(question: str, equation: str, source: str, target: str) -> None:
    anchored = encode_question(question)
    assert anchored.text == source
    assert encode_equation(equation, anchored.quantities) == target


@pytest.mark.parametrize("encoding", [EncodingOptions(), DIGITS_ONLY, LITERAL], ids=["anchored", "digits", "literal"])
@pytest.mark.parametrize(("question", "equation"), [row[:2] for row in ROWS], ids=lambda value: ascii(value)[:20])
def test_anchor_then_resolve_keeps_the_value(question: str, equation: str, encoding: EncodingOptions) -> None:
    quantities = encode_question(question, encoding).quantities
    target = encode_equation(equation, quantities, encoding)
    assert ("<" in target) <= (encoding.number_encoding == "anchored")
    tree = resolve(decode_output(target, quantities, encoding), quantities)
    assert exact(render_expression(tree)) == exact(equation)


def test_literal_questions_have_no_sentinel() -> None:
    anchored = encode_question("小明有３５本书，借出2/5", LITERAL)
    assert anchored.text == "小明有35本书,借出2/5"
    assert [quantity.text for quantity in anchored.quantities] == ["35", "2/5"]
    assert encode_equation("35*(1-(2/5))", anchored.quantities, LITERAL) == "35*(1-2/5)"
    assert used_quantities(decode_output("35*(1-2/5)", anchored.quantities, LITERAL)) == {0, 1}


@pytest.mark.parametrize(
    ("question", "equation", "target"),
    [
        ("80米的2/5", "80*(2/5)", "<extra_id_0>*<extra_id_1>"),
        ("62米的1/63，共63段，每段1米", "62*(1/63)", "<extra_id_0>*<extra_id_1>"),
    ],
)
def test_a_fraction_in_brackets_is_one_quantity(question: str, equation: str, target: str) -> None:
    assert encode_equation(equation, encode_question(question).quantities) == target


NUMBER = st.one_of(
    st.integers(0, 2000).map(str),
    st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda pair: f"{pair[0]}.{pair[1]}"),
    st.integers(1, 150).map(lambda value: f"{value}%"),
    st.tuples(st.integers(1, 20), st.integers(1, 20)).map(lambda pair: f"({pair[0]}/{pair[1]})"),
    st.tuples(st.integers(1, 20), st.integers(1, 9)).map(lambda pair: f"{pair[0]}({pair[1]}/{pair[1] + 1})"),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(NUMBER, min_size=1, max_size=8), st.data())
def test_any_equation_over_a_question_keeps_its_value(numbers: list[str], data: st.DataObject) -> None:
    question = "，".join(f"有{number}个" for number in numbers)
    equation = data.draw(st.sampled_from(numbers))
    for _ in range(data.draw(st.integers(0, 6))):
        other = data.draw(st.one_of(st.sampled_from(numbers), NUMBER))
        operator = data.draw(st.sampled_from("+-*/"))
        shape = data.draw(st.sampled_from(["{0}{1}{2}", "({0}){1}{2}", "{2}{1}({0})"]))
        equation = shape.format(equation, operator, other)
    anchored = encode_question(question)
    assert len(anchored.quantities) == len(numbers)
    try:
        expected = exact(equation)
    except ExpressionError:
        return
    target = encode_equation(equation, anchored.quantities)
    tree = resolve(decode_output(target, anchored.quantities), anchored.quantities)
    assert exact(render_expression(tree)) == expected


def test_more_quantities_than_sentinels() -> None:
    numbers = list(range(101, 101 + MAX_ANCHORS + 8))
    question = "、".join(f"{number}个" for number in numbers)
    anchored = encode_question(question)
    assert len(anchored.quantities) == MAX_ANCHORS + 8
    assert anchored.text.count("<extra_id_") == MAX_ANCHORS
    assert f"<extra_id_{MAX_ANCHORS - 1}>{numbers[MAX_ANCHORS - 1]}个、{numbers[MAX_ANCHORS]}个" in anchored.text
    last, beyond = numbers[MAX_ANCHORS - 1], numbers[MAX_ANCHORS]
    target = encode_equation(f"{last}+{beyond}", anchored.quantities)
    assert target == f"<extra_id_{MAX_ANCHORS - 1}>+{beyond}"
    tree = resolve(decode_output(target, anchored.quantities), anchored.quantities)
    assert exact(render_expression(tree)) == last + beyond
    with pytest.raises(ExpressionError):
        decode_output(f"<extra_id_{MAX_ANCHORS}>+1", anchored.quantities)


def test_no_input_holds_a_sentinel_of_the_user() -> None:
    for question in ("<extra_id_0>", "＜extra_id_0＞3", "<<extra_id_1>extra_id_0>5", "<ex\u200btra_id_3>"):
        anchored = encode_question(question)
        assert anchored.text.count("<") == len(anchored.quantities)
        assert "<" not in encode_question(question, LITERAL).text


@pytest.mark.parametrize(
    ("output", "code"),
    [
        ("<extra_id_2>", "token"),
        ("<extra_id_99>", "token"),
        ("<extra_id_100>", "token"),
        ("<extra_id_00>", "token"),
        ("<extra_id_>", "token"),
        ("<extra_id_0", "token"),
        ("extra_id_0", "token"),
        ("<extra_id_0><extra_id_1>", "syntax"),
        ("<extra_id_0>5", "syntax"),
        ("5<extra_id_0>", "syntax"),
        ("<extra_id_1>.5", "syntax"),
        ("<extra_id_0>(1/2)", "syntax"),
        ("<extra_id_0>*", "syntax"),
        ("", "empty"),
        ("答", "token"),
    ],
)
def test_outputs_that_are_no_expression(output: str, code: str) -> None:
    quantities = find_quantities("35个,40个")
    with pytest.raises(ExpressionError) as caught:
        decode_expression(output, quantities)
    assert caught.value.code == code


def test_digits_after_a_sentinel_make_no_other_sentinel() -> None:
    quantities = find_quantities("、".join(str(number) for number in range(20, 40)))
    assert used_quantities(decode_expression("<extra_id_12>", quantities)) == {12}
    with pytest.raises(ExpressionError):
        decode_expression("<extra_id_1>2", quantities)


@pytest.mark.parametrize(
    ("output", "used"),
    [
        ("1+2", set()),
        ("<extra_id_1>", {1}),
        (" <extra_id_0> * (1 - <extra_id_1>) ", {0, 1}),
        ("-<extra_id_1>%+<extra_id_1>^2", {1}),
    ],
)
def test_used_quantities(output: str, used: set[int]) -> None:
    assert used_quantities(decode_expression(output, find_quantities("35个,40个"))) == used


def test_resolved_numbers_keep_their_brackets() -> None:
    quantities = find_quantities("2/5,1(1/2),8%")
    for output, text in [
        ("3/<extra_id_0>", "3/(2/5)"),
        ("3-<extra_id_0>", "3-2/5"),
        ("<extra_id_0>^2", "(2/5)^2"),
        ("<extra_id_1>^2", "1(1/2)^2"),
        ("3*<extra_id_1>", "3*1(1/2)"),
        ("<extra_id_2>^2", "8%^2"),
        ("<extra_id_0>%", "(2/5)%"),
    ]:
        tree = resolve(decode_expression(output, quantities), quantities)
        assert render_expression(tree) == text
        assert parse_expression(text) == tree


def test_other_texts_may_stand_in_the_input() -> None:
    question = "有35本,借出2/5"
    quantities = find_quantities(question)
    anchored = anchor_question(question, quantities, texts=["48", "1/3"])
    assert anchored.text == "有<extra_id_0>48本,借出<extra_id_1>1/3"
    assert anchored.quantities == tuple(quantities)
    assert anchor_question(question).text == "有<extra_id_0>35本,借出<extra_id_1>2/5"


def test_quantity_is_an_expression_of_its_own() -> None:
    assert Quantity("2/5", 0, 3, "fraction", 2, 5).expression == parse_expression("2/5")


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="0123456789./%()折分之百十三五第个:，,<extraid_> ", max_size=40))
def test_any_text_can_be_encoded(question: str) -> None:
    anchored = encode_question(question)
    text = normalize_question(question)
    assert anchored.text.count("<extra_id_") == min(len(anchored.quantities), MAX_ANCHORS)
    for quantity in anchored.quantities:
        assert exact(quantity.text) == Fraction(quantity.numerator, quantity.denominator)
    assert encode_question(question, LITERAL).text == text


def test_a_long_run_of_numerals_takes_time_in_proportion() -> None:
    begun = time.process_time()
    find_quantities("甲有" + "三" * 20_000 + "个")
    assert time.process_time() - begun < 0.25  # a second when each of them was tried as the start of a fraction
