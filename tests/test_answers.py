"""Answers: reading, forms, formatting, grading. Every question here is the project's own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, Rational

from mwp_solver.answers import (
    GRADE_CODES,
    AnswerForm,
    answer_form,
    format_answer,
    grade_answer,
    read_answer,
)
from mwp_solver.answers.formatting import round_half_up
from mwp_solver.errors import EXPRESSION_ERROR_CODES, ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.options import Limits

READ = [
    # text, value, kind, unit
    ("45", "45", "integer", None),
    (" 45 ", "45", "integer", None),
    ("-7", "-7", "integer", None),
    ("+7", "7", "integer", None),
    ("－7", "-7", "integer", None),
    ("(8)", "8", "integer", None),
    ("0", "0", "integer", None),
    ("112.0", "112", "decimal", None),
    ("-410.0", "-410", "decimal", None),
    (".5", "1/2", "decimal", None),
    ("１２．５", "25/2", "decimal", None),
    ("5.", "5", "integer", None),
    ("1,234", "1234", "integer", None),
    ("12,345,678.5", "24691357/2", "decimal", None),
    ("4/5", "4/5", "fraction", None),
    ("-4/5", "-4/5", "fraction", None),
    ("４／５", "4/5", "fraction", None),
    ("(11/20)", "11/20", "fraction", None),
    ("（11/20）", "11/20", "fraction", None),
    ("((4)/(7))", "4/7", "fraction", None),
    ("24/5", "24/5", "fraction", None),
    ("12(7/8)", "103/8", "mixed", None),
    ("7((2)/(3))", "23/3", "mixed", None),
    ("11_2/3", "35/3", "mixed", None),
    ("-11_2/3", "-35/3", "mixed", None),
    ("1 2/3", "5/3", "mixed", None),
    ("-1 2/3", "-5/3", "mixed", None),
    ("1  2/3 hours", "5/3", "mixed", "hours"),
    ("2又1/2", "5/2", "mixed", None),
    ("3½", "7/2", "mixed", None),
    ("½", "1/2", "fraction", None),
    ("2¾小时", "11/4", "mixed", "小时"),
    ("50%", "1/2", "percent", None),
    ("87.5﹪", "7/8", "percent", None),
    ("１２％", "3/25", "percent", None),
    ("百分之五十", "1/2", "percent", None),
    ("百分之12.5", "1/8", "percent", None),
    ("5 percent", "1/20", "percent", None),
    ("5 per cent", "1/20", "percent", None),
    ("160/(1-20%)", "200", "expression", None),
    ("572-183+572", "961", "expression", None),
    ("3×4", "12", "expression", None),
    ("36÷48%", "75", "expression", None),
    ("3:4", "3/4", "expression", None),
    ("5+(2/3)", "17/3", "expression", None),
    ("[3+2]*2千克", "10", "expression", "千克"),
    ("45千米", "45", "integer", "千米"),
    ("45 千米", "45", "integer", "千米"),
    ("80千米/小时", "80", "integer", "千米/小时"),
    ("60 km/h", "60", "integer", "km/h"),
    ("23只鸡", "23", "integer", "只"),
    ("23（只）", "23", "integer", "只"),
    ("（23只）", "23", "integer", "只"),
    ("(1/2)米", "1/2", "fraction", "米"),
    ("3个小时", "3", "integer", "小时"),
    ("5cm^2", "5", "integer", "cm^2"),
    ("5 m2", "5", "integer", "m2"),
    ("5 m²", "5", "integer", "m²"),
    ("5㎡", "5", "integer", "㎡"),
    ("25℃", "25", "integer", "℃"),
    ("5个百分点", "5", "integer", "个百分点"),
    ("$5", "5", "integer", "$"),
    ("-$5", "-5", "integer", "$"),
    ("$1,250.50", "2501/2", "decimal", "$"),
    ("¥12.5", "25/2", "decimal", "¥"),
    ("5€", "5", "integer", "€"),
    ("12.5元", "25/2", "decimal", "元"),
    ("23 chickens", "23", "integer", "chickens"),
    ("1 apple", "1", "integer", "apple"),
    ("15 square meters of cloth", "15", "integer", "square meters"),
    ("6 jelly beans", "6", "integer", "jelly beans"),
    ("The answer is 42.", "42", "integer", None),
    ("There are 42 birds in the tree.", "42", "integer", "birds"),
    ("答：23只。", "23", "integer", "只"),
    ("答案是3/4米。", "3/4", "fraction", "米"),
    ("一共有23只", "23", "integer", "只"),
    ("至少需要5条船", "5", "integer", "条"),
    ("x=5", "5", "integer", None),
    ("Ｘ＝５", "5", "integer", None),
    ("二十三", "23", "integer", None),
    ("一共有二十三只", "23", "integer", "只"),
    ("三千五百元", "3500", "integer", "元"),
    ("三十五千米", "35", "integer", "千米"),
    ("三分之二", "2/3", "fraction", None),
    ("一又三分之二", "5/3", "mixed", None),
    ("三点一四", "157/50", "decimal", None),
    ("二〇二四", "2024", "integer", None),
    ("负五", "-5", "integer", None),
    ("负5", "-5", "integer", None),
    ("minus 5", "-5", "integer", None),
    ("3.5万", "35000", "decimal", None),
    ("45万元", "450000", "integer", "元"),
    ("2亿人", "200000000", "integer", "人"),
    ("3千元", "3000", "integer", "元"),
    ("3千克", "3", "integer", "千克"),
    ("5 million people", "5000000", "integer", "people"),
    ("RMB5", "5", "integer", None),
    ("5两", "5", "integer", "两"),
    ("节约5元", "5", "integer", "元"),
]


@pytest.mark.parametrize(("text", "value", "kind", "unit"), READ)
def test_an_answer_is_read(text: str, value: str, kind: str, unit: str | None) -> None:
    answer = read_answer(text)
    assert (str(answer.value), answer.kind, answer.unit) == (value, kind, unit)
    assert isinstance(answer.value, Rational)


@pytest.mark.parametrize(
    ("text", "decimals"),
    [
        ("3.33", 2),
        ("112.0", 1),
        ("12.50元", 2),
        ("33.3%", 1),
        ("三点一四", 2),
        ("5", None),
        ("33%", None),
        ("1/3", None),
    ],
)
def test_written_places_are_kept(text: str, decimals: int | None) -> None:
    assert read_answer(text).decimals == decimals


@pytest.mark.parametrize(
    ("text", "approximate"),
    [
        ("约3.14米", True),
        ("大约是5元", True),
        ("≈3.3", True),
        ("about 5 miles", True),
        ("5元左右", True),
        ("节约5元", False),
        ("预约5人", False),
        ("3.14", False),
    ],
)
def test_approximate_is_noticed(text: str, approximate: bool) -> None:
    assert read_answer(text).approximate is approximate


UNREADABLE = [
    ("", "empty"),
    ("  ", "empty"),
    ("不知道", "token"),
    ("nan", "token"),
    ("twelve", "token"),
    ("π", "token"),
    ("5π", "token"),
    ("√4", "token"),
    ("①", "token"),
    ("٣", "token"),
    ("3²", "token"),
    ("5‰", "token"),
    ("\\frac{1}{2}", "ambiguous"),
    ("\\frac12", "token"),
    ("sqrt(4)", "token"),
    ("abs(-5)", "token"),
    ("a5", "token"),
    ("1_000", "token"),
    ("1,23", "ambiguous"),
    ("12,5", "ambiguous"),
    ("1,234,56", "ambiguous"),
    ("0,123", "ambiguous"),
    ("1，234", "ambiguous"),
    ("1, 2", "ambiguous"),
    ("1e9", "ambiguous"),
    ("0x10", "ambiguous"),
    ("鸡23只，兔12只", "ambiguous"),
    ("12/4=3", "ambiguous"),
    ("7余2", "ambiguous"),
    ("7…2", "ambiguous"),
    ("5~10", "ambiguous"),
    ("5=", "ambiguous"),
    ("3:4:5", "ambiguous"),
    ("5多", "ambiguous"),
    ("20多只", "ambiguous"),
    ("5以上", "ambiguous"),
    ("不到5元", "ambiguous"),
    ("more than 5", "ambiguous"),
    ("5 or 6", "ambiguous"),
    ("5 or so", "ambiguous"),
    ("3个半", "ambiguous"),
    ("3 and a half", "ambiguous"),
    ("half of 6", "ambiguous"),
    ("3的平方", "ambiguous"),
    ("3五", "ambiguous"),
    ("三分之2", "ambiguous"),
    ("三五", "ambiguous"),
    ("十二三个", "ambiguous"),
    ("五千米", "ambiguous"),
    ("5%percent", "ambiguous"),
    ("5x", "ambiguous"),
    ("5个多小时", "ambiguous"),
    ("5元五角", "ambiguous"),
    ("4½+2万", "ambiguous"),
    ("50%万", "ambiguous"),
    ("负-5", "ambiguous"),
    ("5²只", "token"),
    ("3(4/3)", "ambiguous"),
    ("0.333...", "not_exact"),
    ("0.333…", "not_exact"),
    ("1 2", "syntax"),
    ("3(5)", "syntax"),
    ("1/(2", "syntax"),
    ("1/0", "division_by_zero"),
    ("零分之五", "division_by_zero"),
    ("9" * 25, "number_too_long"),
    ("9**9**9", "exponent_limit"),
    ("1" * 401, "too_long"),
    (None, "type"),
    (5, "type"),
]


@pytest.mark.parametrize(("text", "code"), UNREADABLE)
def test_what_cannot_be_read_for_certain_is_an_error(text: str, code: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        read_answer(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "position"), [("答：5//2", 4), ("1,234+*2", 6), ("½+*2", 2), ("鸡23只，兔12只", 6), ("1,23", 1)]
)
def test_an_error_points_into_the_text_given(text: str, position: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        read_answer(text)
    assert caught.value.position == position
    assert str(caught.value).count("(at character") == 1


def test_limits_are_those_given() -> None:
    with pytest.raises(ExpressionError, match="more than 3 digits"):
        read_answer("1234", Limits(digits=3))


FORMS = [
    # question, what is asked
    ("男生比女生多百分之几？", {"kind": "percent"}),
    ("甲数是乙数的百分之多少？", {"kind": "percent"}),
    ("今天的出勤率是多少？", {"kind": "percent"}),
    ("求这批种子的发芽率。", {"kind": "percent"}),
    ("合格率=．", {"kind": "percent"}),
    ("存款的年利率是多少？", {"kind": "percent"}),
    ("税率是多少？", {"kind": "percent"}),
    ("降价多少%？", {"kind": "percent"}),
    ("糖水的浓度是多少？", {"kind": "percent"}),
    ("把0.4化成百分数是多少？", {"kind": "percent"}),
    ("甲的工作效率是多少？", {"kind": "number"}),
    ("摸到红球的概率是多少？", {"kind": "number"}),
    ("出勤率是96%，今天有几人请假？", {"kind": "number", "unit": "人"}),
    ("合格率是98%，合格的有多少件？", {"kind": "number", "unit": "件"}),
    ("用去了这根绳子的几分之几？", {"kind": "fraction"}),
    ("还剩几分之几没有修？", {"kind": "fraction"}),
    ("0.6化成最简分数是多少？", {"kind": "fraction"}),
    ("每人分得多少千克？（用分数表示）", {"kind": "fraction"}),
    ("平均每天读多少页？（用带分数表示）", {"kind": "fraction", "mixed": True}),
    ("18与24的最简整数比是多少？", {"kind": "ratio"}),
    ("男生与女生的人数比是几比几？", {"kind": "ratio"}),
    ("甲数与乙数的比是多少？", {"kind": "ratio"}),
    ("长与宽的比是3：2，长是多少厘米？", {"kind": "number", "unit": "厘米"}),
    ("3：4的比值是多少？", {"kind": "number"}),
    ("每个约多少元？（得数保留两位小数）", {"places": 2, "unit": "元"}),
    ("平均每人多少千克？得数保留一位小数。", {"places": 1, "unit": "千克"}),
    ("周长是多少米？（结果保留3位小数）", {"places": 3, "unit": "米"}),
    ("面积是多少平方米？（保留整数）", {"places": 0, "unit": "平方米"}),
    ("每天约行多少千米？（精确到0.1）", {"places": 1, "unit": "千米"}),
    ("商是多少？（精确到0.01）", {"places": 2}),
    ("得数是多少？精确到十分位。", {"places": 1}),
    ("结果四舍五入到百分位是多少？", {"places": 2}),
    ("平均身高多少厘米？（精确到个位）", {"places": 0, "unit": "厘米"}),
    ("全县约有多少人？（精确到万位）", {"places": -4, "unit": "人"}),
    ("每支多少元？（精确到分）", {"places": 2, "unit": "元"}),
    ("增长了百分之几？（百分号前保留一位小数）", {"kind": "percent", "places": 1}),
    ("增长了百分之几？（商保留三位小数）", {"kind": "percent", "places": 1}),
    ("一个数保留一位小数是6.4，这个数最大是多少？", {"places": None}),
    ("42人去划船，每条船坐5人，至少要租几条船？", {"rounding": "up", "unit": "条"}),
    ("至少需要多少辆车才能一次运完？", {"rounding": "up", "unit": "辆"}),
    ("最少要准备多少个瓶子？", {"rounding": "up", "unit": "个"}),
    ("最多能装满几袋？", {"rounding": "down", "unit": "袋"}),
    ("50元最多可以买多少本练习本？", {"rounding": "down", "unit": "本"}),
    ("至少要多少米铁丝？", {"rounding": None, "unit": "米"}),
    ("最多能装多少千克油？", {"rounding": None, "unit": "千克"}),
    ("每人至少分3本，可以分给多少人？", {"rounding": None, "unit": "人"}),
    ("每条船最多坐5人，需要几条船？", {"rounding": None, "unit": "条"}),
    ("鸡有多少只？", {"unit": "只"}),
    ("兔有几只？", {"unit": "只"}),
    ("两地相距多少千米？", {"unit": "千米"}),
    ("几小时后相遇？", {"unit": "小时"}),
    ("提前几天完成？", {"unit": "天"}),
    ("要几个小时？", {"unit": "小时"}),
    ("面积是多少平方厘米？", {"unit": "平方厘米"}),
    ("每小时行多少千米？", {"unit": "千米"}),
    ("它的速度是多少千米/时？", {"unit": "千米/时"}),
    ("面积是多少cm^2？", {"unit": "cm^2"}),
    ("一共用了多少万元？", {"unit": "万元"}),
    ("一共用了多少元钱？", {"unit": "元"}),
    ("每本3元，买5本要多少钱？", {"unit": "元"}),
    ("用了多少时间？", {"unit": None}),
    ("这个数是多少？", {"unit": None}),
    ("几个朋友去公园，每张票6元，一共用48元，有几人？", {"unit": "人"}),
    ("前几天下雨，河水涨了多少厘米？", {"unit": "厘米"}),
    ("第几天看完？", {"unit": None}),
    ("What percent of the marbles are red?", {"kind": "percent", "language": "en"}),
    ("What is the percentage of boys in the class?", {"kind": "percent"}),
    ("Express the result as a percentage.", {"kind": "percent"}),
    ("A price rises by 10 percent. What is it now?", {"kind": "number"}),
    ("What fraction of the cake is left?", {"kind": "fraction"}),
    ("Give 7/2 as a mixed number. What is it?", {"kind": "fraction", "mixed": True}),
    ("What is the ratio of cats to dogs?", {"kind": "ratio"}),
    ("They share it in the ratio 2:3. How many coins does Ann get?", {"kind": "number", "unit": "coins"}),
    ("How long is it, to the nearest tenth?", {"places": 1}),
    ("Find the mean, rounded to 2 decimal places.", {"places": 2}),
    ("What is the speed to one decimal place?", {"places": 1}),
    ("What is the cost? Round to the nearest whole number.", {"places": 0}),
    ("What does one cost, to the nearest cent?", {"places": 2}),
    ("He walks to the nearest shop. How many minutes does he walk?", {"places": None, "unit": "minutes"}),
    ("At least how many boxes are needed?", {"rounding": "up", "unit": "boxes"}),
    ("What is the minimum number of buses they must hire?", {"rounding": "up", "unit": "buses"}),
    ("At most how many books can she buy?", {"rounding": "down", "unit": "books"}),
    ("How many full bags can he pack?", {"rounding": "down", "unit": "bags"}),
    ("At least how many meters of rope are needed?", {"rounding": None, "unit": "meters"}),
    ("How many apples are left?", {"unit": "apples"}),
    ("How many more apples than pears are there?", {"unit": "apples"}),
    ("How many square meters is the room?", {"unit": "square meters"}),
    ("How many people came?", {"unit": "people"}),
    ("How many did he eat?", {"unit": None}),
    ("How much money does he have left, in dollars?", {"unit": "dollars"}),
    ("", {"kind": "number", "unit": None, "places": None, "rounding": None}),
]


@pytest.mark.parametrize(("question", "asked"), FORMS)
def test_a_question_tells_its_form(question: str, asked: dict[str, object]) -> None:
    form = answer_form(question)
    assert {name: getattr(form, name) for name in asked} == asked
    # What the row does not name is not asked for, save the unit.
    plain = AnswerForm()
    for name in {"kind", "places", "rounding", "mixed"} - asked.keys():
        assert getattr(form, name) == getattr(plain, name)


FORMATTED = [
    ("45", AnswerForm(), "45"),
    ("-45", AnswerForm(), "-45"),
    ("25/2", AnswerForm(), "12.5"),
    ("1/1000000", AnswerForm(), "0.000001"),
    ("1/10000000", AnswerForm(), "1/10000000"),
    ("1/3", AnswerForm(), "1/3"),
    ("-10/3", AnswerForm(), "-10/3"),
    ("-1/8", AnswerForm(), "-0.125"),
    ("10/3", AnswerForm(mixed=True), "3(1/3)"),
    ("-10/3", AnswerForm(mixed=True), "-3(1/3)"),
    ("2/3", AnswerForm(mixed=True), "2/3"),
    ("7/2", AnswerForm("fraction"), "7/2"),
    ("1/2", AnswerForm("fraction"), "1/2"),
    ("2", AnswerForm("fraction"), "2"),
    ("7/2", AnswerForm("fraction", mixed=True), "3(1/2)"),
    ("7/20", AnswerForm("percent"), "35%"),
    ("1/8", AnswerForm("percent"), "12.5%"),
    ("1/3", AnswerForm("percent"), "33.3%"),
    ("1/3", AnswerForm("percent", 2), "33.33%"),
    ("2/3", AnswerForm("percent", 0), "67%"),
    ("1/2", AnswerForm("percent", 1), "50.0%"),
    ("3/4", AnswerForm("ratio"), "3:4"),
    ("2", AnswerForm("ratio"), "2:1"),
    ("25/2", AnswerForm(places=2), "12.50"),
    ("5", AnswerForm(places=1), "5.0"),
    ("10/3", AnswerForm(places=2), "3.33"),
    ("1/8", AnswerForm(places=2), "0.13"),
    ("5/2", AnswerForm(places=0), "3"),
    ("-5/2", AnswerForm(places=0), "-3"),
    ("7/2", AnswerForm(places=0), "4"),
    ("-1/1000", AnswerForm(places=2), "0.00"),
    ("12345", AnswerForm(places=-3), "12000"),
    ("42/5", AnswerForm(rounding="up"), "9"),
    ("42/5", AnswerForm(rounding="down"), "8"),
    ("8", AnswerForm(rounding="up"), "8"),
]


@pytest.mark.parametrize(("value", "form", "text"), FORMATTED)
def test_a_value_is_shown_as_asked(value: str, form: AnswerForm, text: str) -> None:
    assert format_answer(Rational(Fraction(value)), form).text == text


@pytest.mark.parametrize(
    ("value", "question", "shown"),
    [
        (23, "鸡有多少只？", "23只"),
        (7, "How many apples are left?", "7 apples"),
        (7, "What is left?", "7"),
        (Rational(1, 4), "多百分之几？", "25%"),
        (Rational(42, 5), "42人，每条船坐5人，至少要租几条船？", "9条"),
        (Rational(10, 3), "平均多少元？（得数保留两位小数）", "3.33元"),
        (45, "一共多少万元？", "45万元"),
    ],
)
def test_the_unit_is_shown_beside(value: int | Rational, question: str, shown: str) -> None:
    assert str(format_answer(Rational(value), answer_form(question))) == shown


def test_rounded_text_is_marked() -> None:
    assert format_answer(Rational(1, 3), AnswerForm("percent")).approximate
    assert format_answer(Rational(1, 3), AnswerForm(places=2)).approximate
    assert not format_answer(Rational(1, 2), AnswerForm(places=2)).approximate
    assert not format_answer(Rational(1, 3)).approximate


GRADES = [
    # predicted, reference, question, code
    ("50%", "1/2", None, "exact"),
    ("0.5", "50%", None, "exact"),
    ("1/2", "0.50", None, "exact"),
    ("12(7/8)", "103/8", None, "exact"),
    ("200", "160/(1-20%)", None, "exact"),
    ("112", "112.0", None, "exact"),
    ("1,234", "1234元", None, "exact"),
    ("45公里", "45千米", None, "exact"),
    ("23 chickens", "23只", None, "exact"),
    (Rational(10, 3), "10/3", None, "exact"),
    (Integer(5), Integer(5), None, "exact"),
    (Rational(10, 3), "3.33", None, "rounded"),
    ("10/3", "3.33", None, "rounded"),
    ("3.333", "3.33", None, "rounded"),
    (Rational(1, 3), "33.3%", None, "rounded"),
    (Rational(591, 3), "约197", None, "exact"),
    (Rational(984, 5), "约197", None, "rounded"),
    ("3.3", "3.33", None, "wrong"),
    ("3.34", "10/3", None, "wrong"),
    ("3.33", "10/3", None, "wrong"),
    ("3.33", "10/3", "平均多少元？得数保留两位小数。", "rounded"),
    (Rational(984, 5), "197", "这段篱笆约长多少米？（结果保留整数）", "rounded"),
    (Rational(984, 5), "197", "长多少米？", "wrong"),
    (Rational(983, 5), "198", "这段篱笆约长多少米？（结果保留整数）", "wrong"),
    (Rational(1121, 10), "112.0", None, "wrong"),
    (Rational(22403, 200), "112.0", None, "wrong"),
    (Rational(7, 30), "23.3%", "多百分之几？（百分号前保留一位小数）", "rounded"),
    ("23.3%", "7/30", "多百分之几？（百分号前保留一位小数）", "rounded"),
    (Rational(42, 5), "9", "至少要租几条船？", "whole_up"),
    ("9", "42/5", "至少要租几条船？", "whole_up"),
    (Rational(42, 5), "8", "至少要租几条船？", "wrong"),
    (Rational(42, 5), "8", "最多能装满几袋？", "whole_down"),
    (Rational(42, 5), "9", "要几条船？", "wrong"),
    (Rational(42, 5), "9", "At least how many boxes are needed?", "whole_up"),
    (Rational(42, 5), "8", "At most how many books can he buy?", "whole_down"),
    ("50", "50%", None, "percent_form"),
    ("50%", "50", None, "percent_form"),
    ("50", "1/2", "甲是乙的百分之几？", "percent_form"),
    ("50", "0.5", None, "wrong"),
    ("0.5", "50", None, "wrong"),
    ("45.01", "45", None, "wrong"),
    ("-45", "45", None, "wrong"),
    ("45米", "45千米", None, "unit"),
    ("45米", "45", "两地相距多少千米？", "unit"),
    ("5 minutes", "5 hours", None, "unit"),
    ("45", "45", "一共多少万元？", "exact"),
    ("45万元", "45", "一共多少万元？", "exact"),
    ("450000元", "45", "一共多少万元？", "exact"),
    (Integer(45), "45万元", "一共多少万元？", "exact"),
    ("45元", "45", "一共多少万元？", "wrong"),
    (Rational(10, 3), "3.33", "一共多少万元？", "rounded"),
    (Rational(10, 3), "3.33万元", "一共多少万元？", "rounded"),
    ("", "5", None, "unreadable"),
    ("不知道", "5", None, "unreadable"),
    ("3 or 4", "3", None, "unreadable"),
    ("1/0", "3", None, "unreadable"),
    (0.5, "1/2", None, "unreadable"),
]


@pytest.mark.parametrize(("predicted", "reference", "question", "code"), GRADES)
def test_a_grade(predicted: object, reference: object, question: str | None, code: str) -> None:
    grade = grade_answer(predicted, reference, question)  # type: ignore[arg-type]
    assert grade.code == code
    assert grade.correct is (code in ("exact", "rounded", "whole_up", "whole_down", "converted"))
    assert grade.reason
    assert code in GRADE_CODES


def test_reasons_speak_the_language_of_the_question() -> None:
    assert "四舍五入" in grade_answer("10/3", "3.33元").reason
    assert "题目" in grade_answer("3.33", "10/3", "得数保留两位小数是多少？").reason
    assert "rounded" in grade_answer("10/3", "3.33").reason
    assert "question" in grade_answer("3.33", "10/3", "What is it, to 2 decimal places?").reason
    assert grade_answer("5元", "5", "How many are left?").reason == "equal to the reference"


@pytest.mark.parametrize("reference", ["", "abc", "1/0", "1,23", None, 0.5, True])
def test_an_unreadable_reference_is_the_callers_error(reference: object) -> None:
    with pytest.raises(ExpressionError):
        grade_answer("5", reference)  # type: ignore[arg-type]


RATIONALS = st.builds(Rational, st.integers(-(10**9), 10**9), st.integers(1, 10**6))
EXACT_FORMS = st.sampled_from(
    [
        AnswerForm(),
        AnswerForm("fraction"),
        AnswerForm("ratio"),
        AnswerForm(mixed=True),
        AnswerForm(unit="千米"),
    ]
)


@given(RATIONALS, EXACT_FORMS)
def test_what_is_formatted_reads_back(value: Rational, form: AnswerForm) -> None:
    shown = format_answer(value, form)
    assert read_answer(shown.text).value == value
    assert read_answer(str(shown)).unit == shown.unit
    assert grade_answer(str(shown), value).code == "exact"


@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_a_percent_reads_back(numerator: int, places: int) -> None:
    value = Rational(numerator, 10 ** (places + 2))
    assert read_answer(format_answer(value, AnswerForm("percent")).text).value == value


@given(st.fractions(), st.integers(-3, 6))
def test_rounding_is_half_up(value: Fraction, places: int) -> None:
    from decimal import ROUND_HALF_UP, Decimal, localcontext

    rounded = Fraction(*round_half_up(value.numerator, value.denominator, places))
    assert abs(rounded - value) <= Fraction(10) ** -places / 2
    with localcontext() as context:
        context.prec = 200
        if value.denominator in (1, 2, 4, 5, 8, 10, 20, 25, 40, 50, 100):
            exact = Decimal(value.numerator) / Decimal(value.denominator)
            expected = exact.scaleb(places).quantize(Decimal(1), ROUND_HALF_UP).scaleb(-places)
            assert rounded == Fraction(expected)


SCHOOL_TEXT = st.text("0123456789.,/%()-+*:= _½²又约≈$¥万千百三二十分之点个只米km半的多at年：，。…（）xX ", max_size=60)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=400), SCHOOL_TEXT))
def test_any_text_gives_a_value_or_an_expression_error(text: str) -> None:
    read_answer("三十一")  # the numeral reader is imported before the clock starts
    start = time.process_time()
    outcome = _value_or_error(text)
    answer_form(text)
    assert time.process_time() - start < 0.05
    if isinstance(outcome, ExpressionError):
        assert outcome.code in EXPRESSION_ERROR_CODES
        assert outcome.position is None or 0 <= outcome.position <= len(text)
    else:
        assert isinstance(outcome, Rational)


def _value_or_error(text: str) -> Rational | ExpressionError:
    try:
        return read_answer(text).value
    except ExpressionError as error:
        return error


@pytest.mark.parametrize(
    "piece", ["(", "1(", "1,", "-", " ", "三", "分之", "又", "1又", "a ", "率", "%", "1/", "½", "约"]
)
def test_long_repetitions_are_quick(piece: str) -> None:
    text = (piece * 400)[:400]
    read_answer("三十一")
    start = time.process_time()
    with pytest.raises(ExpressionError):
        read_answer(text)
    answer_form(text * 10)
    assert time.process_time() - start < 0.05


def test_reading_and_formatting_is_fast() -> None:
    texts = ["45千米", "12(7/8)", "约3.14米", "1,234", "87.5%", "23 chickens"]
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        for text in texts * 20:
            format_answer(read_answer(text).value)
        best = min(best, time.process_time() - start)
    assert best / (len(texts) * 20) < 0.0004  # 0.2 ms is the aim; twice that on a busy machine


def test_importing_is_light() -> None:
    code = "import sys, mwp_solver.answers; assert not {'sympy', 'cn2an', 'torch'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])


DATA = Path(__file__).parents[2] / "shared" / "data"
DATA_FILES = (
    "math23k/math23k_train.json",
    "math23k/math23k_valid.json",
    "ape210k/train.ape.json",
    "ape210k/valid.ape.json",
)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows of either format: JSON objects one after another, with any white space between."""
    text, position, decoder = path.read_text(encoding="utf-8").strip(), 0, json.JSONDecoder()
    while position < len(text):
        row, position = decoder.raw_decode(text, position)
        yield row
        while position < len(text) and text[position].isspace():
            position += 1


@pytest.mark.skipif(not DATA.is_dir(), reason="the research data is not beside this checkout")
def test_equations_of_the_data_sets_agree_with_their_answers() -> None:
    inconsistent = []
    for name in DATA_FILES:
        for row in _rows(DATA / name):
            try:
                value = evaluate_expression(row["equation"])
            except ExpressionError as error:
                inconsistent.append((row["id"], error.code))
                continue
            # Every key is readable: an error here fails the test.
            grade = grade_answer(value, row["ans"], row["original_text"])
            if not grade.correct:
                inconsistent.append((row["id"], grade.code))
    assert len(inconsistent) <= 15, inconsistent
