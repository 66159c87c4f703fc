"""The answer put into what a question says: kinds that are recognised, what holds, and silence elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sympy import Rational

from mwp_solver.answers import answer_form, format_answer, grade_answer
from mwp_solver.cli.solve import solution_lines
from mwp_solver.corpus.files import read_problems
from mwp_solver.corpus.generator import generate
from mwp_solver.corpus.templates import load_bank
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.model.backends.base import Hypothesis
from mwp_solver.options import DecodingOptions, EncodingOptions
from mwp_solver.resources import data_path
from mwp_solver.solving.reading import Finding, findings
from mwp_solver.solving.reading_kinds import KINDS
from mwp_solver.solving.solver import Solver
from mwp_solver.text import normalize_question
from mwp_solver.web.result import result_html
from mwp_solver.web.view import view_solution

CAGE = "鸡和兔关在同一个笼子里，一共有35个头，94只脚，鸡有多少只？"
HUTCH = "A cage has chickens and rabbits with 35 heads and 94 legs. How many chickens are there?"
KNOWN = [
    # question, right answer, a wrong one, kind
    (CAGE, "23", "12", "heads_and_legs"),
    ("笼子里有鸡和兔，头共35个，脚共94只，兔有多少只？", "12", "23", "heads_and_legs"),
    ("鸭和猪共有8只，一共有22条腿，鸭有多少只？", "5", "3", "heads_and_legs"),
    ("鸡和兔共35个头，94只脚，鸡和兔各有多少只？", "12", "13", "heads_and_legs"),
    ("甲数和乙数的和是30，甲数比乙数多6，甲数是多少？", "18", "12", "sum_and_difference"),
    ("甲数和乙数的和是30，甲数比乙数少6，甲数是多少？", "12", "18", "sum_and_difference"),
    ("桃树和梨树共有48棵，桃树的棵数是梨树的3倍，梨树有多少棵？", "12", "36", "sum_and_multiple"),
    ("桃树和梨树共有48棵，桃树是梨树的3倍，桃树有多少棵？", "36", "12", "sum_and_multiple"),
    ("苹果比桃多20千克，苹果是桃的3倍，桃有多少千克？", "10", "30", "sum_and_multiple"),
    ("梨树比桃树少20棵，桃树是梨树的3倍，桃树有多少棵？", "30", "10", "sum_and_multiple"),
    ("小明有12本书，小红比小明多3本，小红有多少本？", "15", "9", "more_or_less"),
    ("小明有12本书，比小红多3本，小红有多少本？", "9", "15", "more_or_less"),
    ("小明有12本书，小红比小明少3本，小红有多少本？", "9", "15", "more_or_less"),
    ("小明有12元，小红的钱是小明的3倍，小红有多少元？", "36", "4", "more_or_less"),
    ("80的25%是多少？", "20", "320", "percent"),
    ("20是80的百分之几？", "25%", "4", "percent"),
    ("一个数的25%是20，这个数是多少？", "80", "5", "percent"),
    ("一辆汽车每小时行60千米，3小时行多少千米？", "180", "20", "distance"),
    ("甲乙两地相距180千米，汽车每小时行60千米，几小时到达？", "3", "120", "distance"),
    ("汽车3小时行180千米，平均每小时行多少千米？", "60", "540", "distance"),
    ("每支钢笔12元，买3支要多少元？", "36", "4", "price"),
    ("每支钢笔12元，36元可以买几支？", "3", "24", "price"),
    ("买3支钢笔用了36元，每支钢笔多少元？", "12", "108", "price"),
    (HUTCH, "23", "12", "heads_and_legs"),
    ("Ann has 12 apples. Ben has 3 more apples than Ann. How many apples does Ben have?", "15", "9", "more_or_less"),
    ("Ann has 12 apples. Ann has 3 more apples than Ben. How many apples does Ben have?", "9", "15", "more_or_less"),
    ("Ben has 3 fewer apples than Ann. Ann has 12 apples. How many apples does Ben have?", "9", "15", "more_or_less"),
    ("Ann has 12 pens. Ben has 3 times as many pens as Ann. How many pens does Ben have?", "36", "4", "more_or_less"),
    (
        "Ann and Ben have 30 stamps together. Ann has 6 more stamps than Ben. How many stamps does Ben have?",
        "12",
        "18",
        "sum_and_difference",
    ),
    ("The sum of two numbers is 30 and the difference is 6. Find the larger number.", "18", "12", "sum_and_difference"),
    (
        "Ann and Ben have 48 stamps together. Ann has 3 times as many stamps as Ben. How many stamps does Ann have?",
        "36",
        "12",
        "sum_and_multiple",
    ),
    ("What is 25% of 80?", "20", "320", "percent"),
    ("What percent of 80 is 20?", "25%", "4", "percent"),
    ("A car travels at 60 km per hour for 3 hours. How far does it travel?", "180", "20", "distance"),
    ("A car goes 60 miles per hour. How many hours does it need for 180 miles?", "3", "120", "distance"),
    ("A pen costs 2 dollars. How many dollars do 6 pens cost?", "12", "8", "price"),
    ("Sam buys 3 pens at $12 each. How much does he pay?", "36", "4", "price"),
]  # fmt: skip


def found(question: str, answer: str) -> tuple[Finding, ...]:
    return findings(normalize_question(question), answer_form(question), evaluate_expression(answer))


@pytest.mark.parametrize(("question", "right", "wrong", "kind"), KNOWN)
def test_what_holds(question: str, right: str, wrong: str, kind: str) -> None:
    [holds] = found(question, right)
    assert (holds.kind, holds.holds) == (kind, True)
    assert evaluate_expression(holds.steps[-1].result) == evaluate_expression(holds.stated)
    [fails] = found(question, wrong)
    assert (fails.kind, fails.holds) == (kind, False)
    assert kind in KINDS


def test_every_kind_in_both_languages() -> None:
    for chinese in (True, False):
        assert {kind for question, _, _, kind in KNOWN if question.isascii() is not chinese} == set(KINDS)


@pytest.mark.parametrize(
    "question",
    [
        "小明有12本书，小红比小明多3本，两人一共有多少本？",
        "小明有12本书，小红比小明多3本，小红的书是小明的几倍？",
        "小明有12本书，小红比小明多25%，小红有多少本？",
        "两车同时从两地相向而行，甲车每小时行60千米，3小时后相遇，乙车行了多少千米？",
        "汽车每小时行60千米，3小时后还剩多少千米？",
        "每支钢笔12元，打8折，买一支要多少元？",
        "每支钢笔12元，买3支送1支，买3支要多少元？",
        "鸡比兔多3只，脚共94只，鸡有多少只？",
        "鸡和兔共有40只眼睛，72只脚，鸡有多少只？",
        "鸡和兔共36只，每只都抬起一条腿，地上还有96条腿，兔有多少只？",
        "鸡兔同笼，头有32个，脚有120只，所有鸡的脚有多少只？",
        "鸡有34只，鸡兔的脚一共172只，兔有几只？",
        "鸡和兔共30只，把鸡和兔各卖掉一半后，剩下的共有54条腿，原来有兔多少只？",
        "一块石头重4.56吨，正好是一袋水泥的60倍，一袋水泥重多少千克？",
        "长方形操场宽83米，比长短24米，绕操场跑一圈是多少米？",
        "一把椅子44元，一张课桌比一把椅子贵42元，买一套课桌椅要多少元？",
        "Ann has 12 apples. Ben has 3 more apples than Ann. How many apples do they have?",
        "Ann has 12 apples. Ben has 3 more apples than Ann. Ben gives half away. How many apples does Ben have?",
        "A car travels at 60 km per hour for 3 hours, then rests. How far does it travel?",
        "(35*4-94)/2=?",
    ],
)
def test_silence(question: str) -> None:
    assert found(question, "7") == ()


def test_no_key_of_the_samples_is_contradicted() -> None:
    for problem in read_problems(data_path("samples.jsonl")):
        if problem.equation is not None:
            assert all(finding.holds for finding in found(problem.question, problem.equation)), problem.question


def test_no_key_of_the_bank_is_contradicted_and_its_own_answer_is_right() -> None:
    bank = load_bank()
    spoken = 0
    for problem in generate(bank, seed=5, count=len(bank)):
        assert problem.equation is not None
        value = evaluate_expression(problem.equation)
        seen = found(problem.question, problem.equation)
        spoken += len(seen)
        assert all(finding.holds for finding in seen), problem.question
        shown = format_answer(value, answer_form(problem.question))
        # As it is shown, with its unit, it must pass for right: no unit of the bank contradicts itself.
        assert shown.approximate or grade_answer(str(shown), value, problem.question).correct, problem.question
    assert spoken > 5


def test_a_division_by_zero_says_nothing() -> None:
    assert found("小明有12元，比小红多3元，小红有多少元？", "12")[0].holds is False
    assert findings("汽车0小时行180千米,平均每小时行多少千米?", answer_form("几千米？"), Rational(0))[0].holds is False
    assert findings("80的25%是多少?".replace("80", "0"), answer_form("多少？"), Rational(0)) == ()


class Says:
    """A backend of the same outputs for every question, each less probable than the one before."""

    def __init__(self, *outputs: str) -> None:
        self.outputs = [Hypothesis(text, -0.1 - 3 * place) for place, text in enumerate(outputs)]

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        return [list(self.outputs) for _ in texts]


def test_a_candidate_that_the_words_bear_out_is_taken() -> None:
    two = Solver(
        Says("<extra_id_0>-(<extra_id_0>*4-<extra_id_1>)/2", "(<extra_id_0>*4-<extra_id_1>)/2"), EncodingOptions()
    )
    assert two.solve(CAGE).value == 23
    assert two.solve(CAGE).candidates[0].expression == "(35*4-94)/2"
    for other in ({"reading": False}, {"method": "beam"}):
        assert two.solve(CAGE, **other).value == 12
    # Where none is borne out the answer is not pretended.
    one = Solver(Says("<extra_id_0>-(<extra_id_0>*4-<extra_id_1>)/2"), EncodingOptions())
    assert (one.solve(CAGE).value, one.solve(CAGE).status) == (12, "unsure")
    assert one.solve(CAGE, reading=False).status == "solved"


@pytest.mark.parametrize(
    ("question", "output", "line"),
    [
        (
            CAGE,
            "(<extra_id_0>*4-<extra_id_1>)/2",
            "  读题  鸡兔同笼：35−23 = 12，23×2+(35−23)×4 = 94，与题目相符",
        ),
        (
            CAGE,
            "<extra_id_0>-(<extra_id_0>*4-<extra_id_1>)/2",
            "  读题  鸡兔同笼：35−12 = 23，12×2+(35−12)×4 = 116，题目中是94，不相符",
        ),
        (
            HUTCH,
            "(<extra_id_0>*4-<extra_id_1>)/2",
            "  reading  heads and legs: 35−23 = 12, 23×2+(35−23)×4 = 94: as the question says",
        ),
    ],
)
def test_shown_to_a_pupil(question: str, output: str, line: str) -> None:
    solution = Solver(Says(output), EncodingOptions()).solve(question)
    assert line in solution_lines(solution)
    assert [row["kind"] for row in solution.to_dict()["findings"]] == ["heads_and_legs"]
    html = result_html(view_solution(solution), "zh")
    assert ("与题目相符" in html) == solution.findings[0].holds
    assert ("不相符" in html) != solution.findings[0].holds


@pytest.mark.parametrize(
    ("question", "equation"),
    [
        ("大箱苹果比小箱重6.5千克，大箱的质量是小箱的1.5倍，大箱重多少千克？", "6.5/(1.5-1)*1.5"),
        ("一桶油连桶重7.5千克，油的质量是桶的14倍，油重多少千克？", "7.5/(14+1)*14"),
        ("鸡的只数是兔的7倍，鸡和兔一共有684条腿，兔有多少只？", "684/(2*7+4)"),
        ("鸡兔同笼，鸡比兔多13只，鸡和兔的脚一共有122只，兔有多少只？", "(122-2*13)/6"),
        ("大米和面粉共132千克，大米吃了一半，剩下的大米比面粉少30千克，面粉有多少千克？", "(132-30)/3+30"),
        ("东东一周有4天去游泳，共游2310米，平均到一周七天，每天游多少米？", "2310/7"),
    ],
)
def test_what_only_looks_alike_is_not_read(question: str, equation: str) -> None:
    assert not [finding for finding in found(question, equation) if not finding.holds]


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        ("足球和篮球共有30个，足球比篮球多6个，足球有多少个？", "12"),
        ("比赛中甲队得24分，乙队比甲队少6分，乙队得了多少分？", "30"),
    ],
)
def test_what_is_like_it_in_letters_only_is_still_read(question: str, wrong: str) -> None:
    assert [finding for finding in found(question, wrong) if not finding.holds]
