"""Units of an answer against those of its question: which are wrong, which the same, which only another scale."""

from __future__ import annotations

from fractions import Fraction

import pytest

from mwp_solver.answers import grade_answer
from mwp_solver.answers.measures import contradicts, ratio

HENS = "鸡和兔共35只，鸡有多少只？"
PAY = "每支钢笔12元，买3支要付多少元？"
MONEY = "每支钢笔12元，买3支要付多少钱？"
ROAD = "修一条长2000米的路，已修500米，还剩多少米？"
FILM = "电影7时30分开始，9时结束，放映了多少小时？"
PUPILS = "一班有男生20人，女生16人，一共有多少人？"
DOLLARS = "Sam buys 3 pens at 12 dollars each. How many dollars does Sam pay?"
COST = "Sam buys 3 pens at $12 each. How much does Sam pay?"
FLOUR = "A cook has 3000 g of flour and uses 500 g. How many grams are left?"
FENCE = "How many meters of fence does Ann need?"

GRADES = [
    # answer, key, question, code
    ("36支", "36", PAY, "unit"),
    ("36千米", "36", PAY, "unit"),
    ("36只", "36", PAY, "unit"),
    ("36个", "36", PAY, "unit"),
    ("36支", "36", MONEY, "unit"),
    ("36元", "36", PAY, "exact"),
    ("36块", "36", PAY, "exact"),
    ("36块钱", "36", PAY, "exact"),
    ("￥36", "36", PAY, "exact"),
    ("36", "36", PAY, "exact"),
    ("360角", "36", PAY, "converted"),
    ("3600分", "36", PAY, "converted"),
    ("36角", "36", PAY, "unit"),
    ("3.6角", "36", PAY, "wrong"),
    ("150分", "1.5", PAY, "converted"),
    ("1.5元", "150", "一共要多少分钱？", "converted"),
    ("23千米", "23", HENS, "unit"),
    ("23支", "23", HENS, "unit"),
    ("23元", "23", HENS, "unit"),
    ("23双", "23", HENS, "unit"),
    ("23小时", "23", HENS, "unit"),
    ("23只", "23", HENS, "exact"),
    ("23头", "23", HENS, "exact"),
    ("23个", "23", HENS, "exact"),
    ("23鸡", "23", HENS, "exact"),
    ("23只鸡", "23", HENS, "exact"),
    ("23 chickens", "23", HENS, "exact"),
    ("鸡23", "23", HENS, "exact"),
    ("36名", "36", PUPILS, "exact"),
    ("36位同学", "36", PUPILS, "exact"),
    ("36个人", "36", PUPILS, "exact"),
    ("36名学生", "36", PUPILS, "exact"),
    ("36人次", "36", PUPILS, "exact"),
    ("36只", "36", PUPILS, "unit"),
    ("36元", "36", PUPILS, "unit"),
    ("12册", "12", "一共借出多少本书？", "exact"),
    ("12支", "12", "一共借出多少本书？", "unit"),
    ("12株", "12", "一共种了多少棵树？", "exact"),
    ("12米", "12", "一共种了多少棵树？", "unit"),
    ("5艘", "5", "租几条船？", "exact"),
    ("5只", "5", "租几条船？", "exact"),
    ("5箱", "5", "要几只箱子？", "exact"),
    ("5次", "5", "几辆车能运完？", "unit"),
    ("5台", "5", "几辆车能运完？", "exact"),
    ("8只", "8", "剩下多少个苹果？", "exact"),
    ("8元", "8", "剩下多少个苹果？", "unit"),
    ("8块", "8", "剩下多少个面包？", "exact"),
    ("8块", "8", "剩下多少千克？", "unit"),
    ("8元", "8", "剩下多少块糖？", "exact"),  # 块 may be 元
    ("1.5千米", "1500", ROAD, "converted"),
    ("1.5公里", "1500", ROAD, "converted"),
    ("1.5km", "1500", ROAD, "converted"),
    ("150000厘米", "1500", ROAD, "converted"),
    ("1500千米", "1500", ROAD, "unit"),
    ("1.5米", "1500", ROAD, "wrong"),
    ("1.5", "1500", ROAD, "wrong"),
    ("3/2千米", "1500", ROAD, "converted"),
    ("1500m", "1500", ROAD, "exact"),
    ("3里", "1500", ROAD, "wrong"),
    ("90分钟", "1.5", FILM, "converted"),
    ("90分", "1.5", FILM, "converted"),
    ("5400秒", "1.5", FILM, "converted"),
    ("1.5时", "1.5", FILM, "exact"),
    ("1小时30分", "1.5", FILM, "converted"),
    ("答：1小时30分钟。", "1.5", FILM, "converted"),
    ("1时30分", "1.5", FILM, "converted"),
    ("1小时20分", "1.5", FILM, "wrong"),
    ("1小时90分", "2.5", FILM, "unreadable"),
    ("30分1小时", "1.5", FILM, "unreadable"),
    ("1小时30只", "1.5", FILM, "unreadable"),
    ("1小时30分", "90", "放映了多少分钟？", "exact"),
    ("1千米500米", "1500", ROAD, "exact"),
    ("1千米500米", "1.5", "路长多少千米？", "converted"),
    ("36元5角", "36.5", PAY, "converted"),
    ("36元5角2分", "36.52", PAY, "converted"),
    ("1 hour 30 minutes", "90", "How many minutes does he walk?", "exact"),
    ("1 hour and 30 minutes", "1.5", "How many hours does he walk?", "converted"),
    ("5 feet 6 inches", "66", "How many inches is it?", "exact"),
    ("3 pens 2 dollars", "5", DOLLARS, "unreadable"),
    ("1.5小时", "90", "放映了多少分钟？", "converted"),
    ("2.5千克", "2500", "还剩多少克？", "converted"),
    ("5斤", "2500", "还剩多少克？", "converted"),
    ("2.5立方分米", "2.5", "水有多少升？", "exact"),
    ("2500毫升", "2.5", "水有多少升？", "converted"),
    ("2公顷", "20000", "面积是多少平方米？", "converted"),
    ("2年", "24", "一共要多少个月？", "converted"),
    ("12年", "12", "小明今年多少岁？", "exact"),
    ("12米", "12", "小明今年多少岁？", "unit"),
    ("3元", "3", "甲是乙的几倍？", "unit"),
    # The question's own quantity is no answer to how many of another unit it is.
    ("1500米", "1.5", "1500米是多少千米？", "unit"),
    ("1.5千米", "1.5", "1500米是多少千米？", "exact"),
    ("36 pens", "36", DOLLARS, "unit"),
    ("36 miles", "36", DOLLARS, "unit"),
    ("36 cents", "36", DOLLARS, "unit"),
    ("3600 cents", "36", DOLLARS, "converted"),
    ("36 dollars", "36", DOLLARS, "exact"),
    ("36 dollar", "36", DOLLARS, "exact"),
    ("$36", "36", DOLLARS, "exact"),
    ("36 bucks", "36", DOLLARS, "exact"),
    ("36", "36", DOLLARS, "exact"),
    ("36 pens", "36", COST, "unit"),
    ("36 kg", "36", COST, "unit"),
    ("36 dollars", "36", COST, "exact"),
    ("3600 cents", "36", COST, "converted"),
    ("2.5 kg", "2500", FLOUR, "converted"),
    ("2500 kg", "2500", FLOUR, "unit"),
    ("2500 g", "2500", FLOUR, "exact"),
    ("2500 dollars", "2500", FLOUR, "unit"),
    ("36 km", "36", "How many people came?", "unit"),
    ("36 persons", "36", "How many people came?", "exact"),
    ("36 students", "36", "How many people came? All were students.", "exact"),
    ("1 apple", "1", "How many apples are left?", "exact"),
    ("4000 pounds", "2", "How many tons of sand?", "converted"),
    ("2000 kg", "2", "How many tons of sand?", "converted"),
    ("6 feet", "2", "How many yards of rope?", "converted"),
    ("1.5 hours", "90", "How many minutes does he walk?", "converted"),
    ("90 mins", "90", "How many minutes does he walk?", "exact"),
    ("9 square feet", "1", "How many square yards is it?", "converted"),
    ("1.2 km", "1200", FENCE, "converted"),
    ("1200 metres", "1200", FENCE, "exact"),
    ("1200 meters of fence", "1200", FENCE, "exact"),
]


@pytest.mark.parametrize(("answer", "key", "question", "code"), GRADES)
def test_a_unit(answer: str, key: str, question: str, code: str) -> None:
    assert grade_answer(answer, key, question).code == code


def test_the_note_speaks_the_language_of_the_question() -> None:
    assert grade_answer("1.5千米", "1500", ROAD).reason == "正确，用了另一种单位"
    assert grade_answer("2.5 kg", "2500", FLOUR).reason == "right, given in another unit"


@pytest.mark.parametrize(
    ("unit", "other", "factor"),
    [
        ("小时", "分钟", Fraction(60)),
        ("公里", "km", Fraction(1)),
        ("cubic meters", "liters", Fraction(1000)),
        ("分", "元", Fraction(1, 100)),
        ("分", "小时", Fraction(1, 60)),
        ("只", "元", None),
        (None, "元", None),
    ],
)
def test_how_many_of_another(unit: str | None, other: str, factor: Fraction | None) -> None:
    assert ratio(unit, other) == factor


@pytest.mark.parametrize("unit", ["只", "人", "元", "千米", "dollars", "people", "分", "个"])
def test_no_unit_contradicts_itself_or_nothing(unit: str) -> None:
    assert not contradicts(unit, unit)
    assert not contradicts(unit, None)
    assert not contradicts(None, unit)
    assert not contradicts("什么", unit)
