"""A pupil's work, checked against a backend that says what the test wants."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from mwp_solver.errors import MWPError
from mwp_solver.expression.syntax import parse_expression
from mwp_solver.model.backends.base import Hypothesis
from mwp_solver.options import DecodingOptions, EncodingOptions
from mwp_solver.solving.check import VERDICTS, Check, check
from mwp_solver.solving.foreign_numbers import foreign_numbers
from mwp_solver.solving.solver import Solver

CAGE = "笼子里有鸡和兔，头共35个，脚共94只，鸡有多少只？"
CAGE_WAY = "(<extra_id_0>*4-<extra_id_1>)/2"
PAID = "Sam buys 3 pens at 1.5 dollars each and a bag for 12 dollars. How many dollars does Sam pay?"
PAID_WAY = "<extra_id_0>*<extra_id_1>+<extra_id_2>"


class Says:
    """A backend that gives the same outputs to every question."""

    def __init__(self, *outputs: tuple[str, float]) -> None:
        self.outputs = [Hypothesis(text, score) for text, score in outputs]

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        return [list(self.outputs) for _ in texts]


def solver(*outputs: tuple[str, float]) -> Solver:
    return Solver(Says(*outputs), EncodingOptions())


def answered(question: str, way: str, answer: str) -> Check:
    return check(solver((way, -0.05)), question, answer=answer)


def computed(question: str, way: str, expression: str) -> Check:
    return check(solver((way, -0.05)), question, expression=expression)


@pytest.mark.parametrize(
    ("answer", "verdict", "code"),
    [
        ("23", "right", "exact"),
        ("23只", "right", "exact"),
        ("答：鸡有23只。", "right", "exact"),
        ("二十三", "right", "exact"),
        ("12", "wrong", "wrong"),
        ("-23", "wrong", "wrong"),
        ("23%", "wrong", "percent_form"),
        ("没有", "wrong", "unreadable"),
        ("", "wrong", "unreadable"),
        ("23或24", "wrong", "unreadable"),
    ],
)
def test_an_answer(answer: str, verdict: str, code: str) -> None:
    found = answered(CAGE, CAGE_WAY, answer)
    assert (found.verdict, found.code) == (verdict, code)


RATE = "投了3次，投中1次，命中率是百分之几？（百分号前保留一位小数）"
NEAREST = "A rope of 10 m is cut into 3 equal pieces. How long is each piece, to the nearest tenth?"
PIECES = "A rope of 10 m is cut into 4 equal pieces. How many centimeters long is each piece?"
FRACTION = "What fraction of 12 apples is red if 9 of them are red?"
PERCENT = "What percent of 80 seeds sprouted if 40 of them sprouted?"
CAKES = "Ann has 10 dollars and buys cakes at 3 dollars. At most how many cakes can she buy?"
TWO_THIRDS = "2米布做3面旗，每面用布多少米？（得数保留两位小数）"
MIXED = "3个同学分10个饼，每人几个？（用带分数表示）"
BOYS = "What is the ratio of 24 boys to 18 girls?"
ROAD = "修一条长1200米的路，已修750米，还剩多少千米没修？"
ROAD_WAY = "(<extra_id_0>-<extra_id_1>)/1000"
SEEDS = "种了80粒种子，有40粒发芽，发芽率是百分之几？"
SHARE = "12个苹果里有9个是红的，红苹果占总数的几分之几？"
BOATS = "42人去划船，每条船最多坐5人，至少要租几条船？"
THIRD = "10米绳子平均剪成3段，每段长多少米？"
PLACES = "10米绳子平均剪成3段，每段长多少米？（得数保留两位小数）"
RATIO = "男生有24人，女生有18人，男生和女生人数的比是几比几？"
HITS = "投了3次，投中1次，命中率是百分之几？"


@pytest.mark.parametrize(
    ("question", "way", "answer", "verdict", "code"),
    [
        (SEEDS, "<extra_id_1>/<extra_id_0>", "50%", "right", "exact"),
        (SEEDS, "<extra_id_1>/<extra_id_0>", "百分之五十", "right", "exact"),
        (SEEDS, "<extra_id_1>/<extra_id_0>", "50", "wrong", "percent_form"),
        (SEEDS, "<extra_id_1>/<extra_id_0>", "0.5", "wrong", "not_percent"),
        (SEEDS, "<extra_id_1>/<extra_id_0>", "40%", "wrong", "wrong"),
        (SHARE, "<extra_id_1>/<extra_id_0>", "3/4", "right", "exact"),
        (SHARE, "<extra_id_1>/<extra_id_0>", "四分之三", "right", "exact"),
        (SHARE, "<extra_id_1>/<extra_id_0>", "9/12", "wrong", "not_lowest"),
        (SHARE, "<extra_id_1>/<extra_id_0>", "十二分之九", "wrong", "not_lowest"),
        (SHARE, "<extra_id_1>/<extra_id_0>", "2/4", "wrong", "wrong"),
        (BOATS, "<extra_id_0>/<extra_id_1>", "9条", "right", "whole_up"),
        (BOATS, "<extra_id_0>/<extra_id_1>", "8.4", "wrong", "not_whole"),
        (BOATS, "<extra_id_0>/<extra_id_1>", "8", "wrong", "wrong"),
        (THIRD, "<extra_id_0>/<extra_id_1>", "10/3米", "right", "exact"),
        (THIRD, "<extra_id_0>/<extra_id_1>", "3 1/3米", "right", "exact"),
        (THIRD, "<extra_id_0>/<extra_id_1>", "3.33", "wrong", "rounded_unasked"),
        (THIRD, "<extra_id_0>/<extra_id_1>", "3.34", "wrong", "wrong"),
        (PLACES, "<extra_id_0>/<extra_id_1>", "3.33米", "right", "rounded"),
        (PLACES, "<extra_id_0>/<extra_id_1>", "10/3", "wrong", "not_rounded"),
        (PLACES, "<extra_id_0>/<extra_id_1>", "3.3", "wrong", "not_rounded"),
        (PLACES, "<extra_id_0>/<extra_id_1>", "3.34", "wrong", "wrong"),
        (RATIO, "<extra_id_0>/<extra_id_1>", "4:3", "right", "exact"),
        (RATIO, "<extra_id_0>/<extra_id_1>", "24:18", "wrong", "not_lowest"),
        (ROAD, ROAD_WAY, "0.45千米", "right", "exact"),
        (ROAD, ROAD_WAY, "0.45", "right", "exact"),
        (ROAD, ROAD_WAY, "0.45米", "wrong", "unit"),
        (HITS, "<extra_id_1>/<extra_id_0>", "33.3%", "right", "rounded"),
        (HITS, "<extra_id_1>/<extra_id_0>", "33.9%", "wrong", "wrong"),
        (HITS, "<extra_id_1>/<extra_id_0>", "33%", "wrong", "rounded_unasked"),
        (RATE, "<extra_id_1>/<extra_id_0>", "33.3%", "right", "rounded"),
        (RATE, "<extra_id_1>/<extra_id_0>", "33.33%", "wrong", "not_rounded"),
        (RATE, "<extra_id_1>/<extra_id_0>", "33%", "wrong", "not_rounded"),
        (RATE, "<extra_id_1>/<extra_id_0>", "33.3", "wrong", "percent_form"),
        (PLACES, "<extra_id_0>/<extra_id_1>", "3", "wrong", "not_rounded"),
        (PLACES, "<extra_id_0>/<extra_id_1>", "3 1/3米", "wrong", "not_rounded"),
        (PLACES, "<extra_id_0>/<extra_id_1>", "333厘米", "right", "converted"),
        (TWO_THIRDS, "<extra_id_0>/<extra_id_1>", "0.67米", "right", "rounded"),
        (TWO_THIRDS, "<extra_id_0>/<extra_id_1>", "0.66米", "wrong", "not_rounded"),
        (TWO_THIRDS, "<extra_id_0>/<extra_id_1>", "0.666", "wrong", "not_rounded"),
        (TWO_THIRDS, "<extra_id_0>/<extra_id_1>", "0.7", "wrong", "not_rounded"),
        (TWO_THIRDS, "<extra_id_0>/<extra_id_1>", "0", "wrong", "wrong"),
        (TWO_THIRDS, "<extra_id_0>/<extra_id_1>", "2/3", "wrong", "not_rounded"),
        (MIXED, "<extra_id_1>/<extra_id_0>", "3又1/3", "right", "exact"),
        (MIXED, "<extra_id_1>/<extra_id_0>", "10/3", "wrong", "not_mixed"),
        (MIXED, "<extra_id_1>/<extra_id_0>", "3 2/6", "wrong", "not_lowest"),
        (RATIO, "<extra_id_0>/<extra_id_1>", "4比3", "right", "exact"),
        (RATIO, "<extra_id_0>/<extra_id_1>", "24比18", "wrong", "not_lowest"),
        (BOYS, "<extra_id_0>/<extra_id_1>", "4 to 3", "right", "exact"),
        (BOYS, "<extra_id_0>/<extra_id_1>", "24:18", "wrong", "not_lowest"),
        (NEAREST, "<extra_id_0>/<extra_id_1>", "3.3", "right", "rounded"),
        (NEAREST, "<extra_id_0>/<extra_id_1>", "3.33", "wrong", "not_rounded"),
        (NEAREST, "<extra_id_0>/<extra_id_1>", "10/3", "wrong", "not_rounded"),
        (NEAREST, "<extra_id_0>/<extra_id_1>", "3", "wrong", "not_rounded"),
        (PIECES, "<extra_id_0>*100/<extra_id_1>", "2.5 m", "right", "converted"),
        (PIECES, "<extra_id_0>*100/<extra_id_1>", "2.5 cm", "wrong", "wrong"),
        (FRACTION, "<extra_id_1>/<extra_id_0>", "3/4", "right", "exact"),
        (FRACTION, "<extra_id_1>/<extra_id_0>", "9/12", "wrong", "not_lowest"),
        (PERCENT, "<extra_id_1>/<extra_id_0>", "50%", "right", "exact"),
        (PERCENT, "<extra_id_1>/<extra_id_0>", "50 percent", "right", "exact"),
        (PERCENT, "<extra_id_1>/<extra_id_0>", "50", "wrong", "percent_form"),
        (PERCENT, "<extra_id_1>/<extra_id_0>", "0.5", "wrong", "not_percent"),
        (PERCENT, "<extra_id_1>/<extra_id_0>", "1/2", "wrong", "not_percent"),
        (CAKES, "<extra_id_0>/<extra_id_1>", "3", "right", "whole_down"),
        (CAKES, "<extra_id_0>/<extra_id_1>", "3.33", "wrong", "not_whole"),
        (CAKES, "<extra_id_0>/<extra_id_1>", "10/3", "wrong", "not_whole"),
        (CAKES, "<extra_id_0>/<extra_id_1>", "3 dollars", "wrong", "unit"),
        (BOATS, "<extra_id_0>/<extra_id_1>", "9人", "wrong", "unit"),
        (BOATS, "<extra_id_0>/<extra_id_1>", "9艘", "right", "whole_up"),
        (CAGE, CAGE_WAY, "23支", "wrong", "unit"),
        (CAGE, CAGE_WAY, "23千米", "wrong", "unit"),
        (PAID, PAID_WAY, "16.5 pens", "wrong", "unit"),
        (PAID, PAID_WAY, "1650 cents", "right", "converted"),
        (ROAD, ROAD_WAY, "450米", "right", "converted"),
        (PAID, PAID_WAY, "16.5", "right", "exact"),
        (PAID, PAID_WAY, "$16.50", "right", "exact"),
        (PAID, PAID_WAY, "33/2 dollars", "right", "exact"),
        (PAID, PAID_WAY, "16.5 miles", "wrong", "unit"),
    ],
)
def test_forms_of_answers(question: str, way: str, answer: str, verdict: str, code: str) -> None:
    found = answered(question, way, answer)
    assert (found.verdict, found.code) == (verdict, code), found.reason


@pytest.mark.parametrize(
    ("expression", "verdict", "code"),
    [
        ("(35*4-94)/2", "right", "same_way"),
        ("（４×35－94）÷2", "right", "same_way"),
        ("x=(35*4-94)/2", "right", "same_way"),
        ("(35*4-94)/2=23", "right", "same_way"),
        ("(35*4-94)/2=23只", "right", "same_way"),
        ("(35*4-94)/2=?", "right", "same_way"),
        ("35-(94-35*2)/2", "unusual", "other_way"),
        ("(140-94)/2", "unusual", "other_way"),
        ("(94-35*2)/2", "wrong", "wrong"),
        ("(35*4-94)/2=24", "wrong", "miscalculated"),
        ("23", "wrong", "no_working"),
        ("16+7", "wrong", "foreign_but_right"),
        ("(35*4-95)/2", "wrong", "foreign_number"),
        ("35/(94-94)", "wrong", "no_value"),
        ("(35*4-94", "wrong", "no_value"),
        ("35只*4", "wrong", "no_value"),
        ("", "wrong", "no_value"),
        ("__import__('os')", "wrong", "no_value"),
    ],
)
def test_an_expression(expression: str, verdict: str, code: str) -> None:
    found = computed(CAGE, CAGE_WAY, expression)
    assert (found.verdict, found.code) == (verdict, code), found.reason


def test_any_candidate_with_the_value_shows_a_usual_way() -> None:
    two = solver((CAGE_WAY, -0.3), ("<extra_id_0>-(<extra_id_1>-<extra_id_0>*2)/2", -2.0))
    assert check(two, CAGE, expression="35-(94-2*35)/2").code == "same_way"


def test_a_percentage_computed_times_100_is_not_the_value() -> None:
    assert computed(SEEDS, "<extra_id_1>/<extra_id_0>", "40/80*100").code == "percent_form"
    assert computed(SEEDS, "<extra_id_1>/<extra_id_0>", "40/80*100%").verdict == "right"


@pytest.mark.parametrize(
    ("question", "expression", "foreign"),
    [
        (CAGE, "(35*4-94)/2+17", ("17",)),
        (CAGE, "140-94", ()),
        (CAGE, "17*94-17+19%", ("17", "19%")),
        ("每盒12支，买两盒打八折，每盒5元，要付多少元？", "5*2*0.8", ()),
        ("三角形的底是8厘米，高是5厘米，面积是多少？", "8*5/2+3", ()),
        ("Twenty-five pupils and three teachers, how many people?", "25+3", ()),
        ("A dozen eggs, 5 are used. How many are left?", "12-5", ()),
        ("圆的半径是5厘米，面积是多少平方厘米？", "3.14*5^2", ()),
        ("5小时是多少分钟？", "5*60", ()),
        ("甲数的2/7是14，甲数是多少？", "14/(2/7)", ()),
        ("甲数的2/7是14，甲数是多少？", "14/(5/9)", ("5/9",)),
    ],
)
def test_numbers_from_nowhere(question: str, expression: str, foreign: tuple[str, ...]) -> None:
    solution = solver(("<extra_id_0>*4-<extra_id_1>", -0.1)).solve(question)
    assert foreign_numbers(parse_expression(expression), solution) == foreign


def test_reasons_name_what_is_wrong() -> None:
    assert "16" in computed(CAGE, CAGE_WAY, "16+7").reason
    assert "除数是 0" in computed(CAGE, CAGE_WAY, "35/0").reason
    assert "3/4" in answered(SHARE, "<extra_id_1>/<extra_id_0>", "9/12").reason
    assert "10/3" in answered(THIRD, "<extra_id_0>/<extra_id_1>", "3.33").reason
    assert "50%" in answered(SEEDS, "<extra_id_1>/<extra_id_0>", "50").reason
    assert "3/4" in check(solver(), "1/2+1/4=?", answer="6/8").reason
    english = answered(PAID, PAID_WAY, "16.5 miles")
    assert english.reason.isascii()
    assert "dollars" in english.reason


def test_where_the_model_is_not_sure_nothing_is_judged() -> None:
    doubt = solver((CAGE_WAY, -1.5), ("<extra_id_1>-<extra_id_0>", -1.6))
    for pupil in ({"answer": "23"}, {"answer": "59"}, {"expression": "(35*4-94)/2"}):
        found = check(doubt, CAGE, **pupil, options=DecodingOptions(reading=False))
        assert (found.verdict, found.code) == ("unsure", "unsure")
        assert "没有把握" in found.reason
        assert "23只" in found.reason
    # The question's own words bear out 23 chickens.
    assert check(doubt, CAGE, answer="23").verdict == "right"
    trusting = DecodingOptions(unsure_below=0.1, reading=False)
    assert check(doubt, CAGE, answer="23", options=trusting).verdict == "right"
    # What needs no model is said all the same.
    assert check(doubt, CAGE, expression="35/0").code == "no_value"
    assert check(doubt, CAGE, answer="?").code == "unreadable"


def test_what_is_no_problem_or_has_no_solution_is_not_judged() -> None:
    lost = check(solver(("((", -0.1)), CAGE, answer="23")
    assert (lost.verdict, lost.code) == ("unsure", "unsolved")
    assert lost.expected is None
    chatter = check(solver(("1", -0.1)), "你好呀", answer="23")
    assert (chatter.verdict, chatter.code) == ("unsure", "chatter")
    assert "应用题" in chatter.reason


def test_a_computation_is_checked_without_the_model() -> None:
    assert check(solver(), "(3+5)*6=?", answer="48").verdict == "right"
    assert check(solver(), "(3+5)*6=?", expression="6*(5+3)").code == "same_way"


def test_everything_as_json() -> None:
    row = answered(CAGE, CAGE_WAY, "12").to_dict()
    assert json.loads(json.dumps(row)) == row
    assert (row["verdict"], row["expected"], row["expression"]) == ("wrong", "23只", "(35*4-94)/2")
    assert row["verdict"] in VERDICTS
    assert answered(CAGE, CAGE_WAY, "?").to_dict()["expected"] is None


@pytest.mark.parametrize("pupil", [{}, {"answer": "23", "expression": "23"}])
def test_one_thing_is_checked_at_a_time(pupil: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="either"):
        check(solver(), CAGE, **pupil)


def test_an_empty_question_is_an_error() -> None:
    with pytest.raises(MWPError, match="应用题.*word problem"):
        check(solver(), " ", answer="23")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("question", "way", "pupil"),
    [
        (CAGE, (CAGE_WAY, -0.05), {"answer": "24"}),
        (CAGE, (CAGE_WAY, -0.05), {"answer": "没有"}),
        (CAGE, (CAGE_WAY, -3.0), {"answer": "24"}),
        (CAGE, ("3*5*", -0.05), {"answer": "24"}),
        (BOATS, ("<extra_id_0>/<extra_id_1>", -0.05), {"answer": "9"}),
        (CAGE, (CAGE_WAY, -0.05), {"expression": "35/0"}),
        (PAID, (PAID_WAY, -0.05), {"answer": "16.5 miles"}),
        (PAID, (PAID_WAY, -0.05), {"expression": "1.5*3+12"}),
        ("hello", (PAID_WAY, -0.05), {"answer": "5"}),
    ],
)
def test_reasons_in_a_language_that_was_asked_for(
    question: str, way: tuple[str, float], pupil: dict[str, str], language: str
) -> None:
    found = check(solver(way), question, language=language, **pupil)
    assert found.reason
    assert any("\u4e00" <= sign <= "\u9fff" for sign in found.reason.replace("只", "")) == (language == "zh")
    assert found.code == check(solver(way), question, **pupil).code
