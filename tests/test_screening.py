"""What is no problem is said to be none; no real problem is."""

from __future__ import annotations

import pytest

from mwp_solver.corpus.files import read_problems
from mwp_solver.corpus.generator import generate
from mwp_solver.corpus.templates import load_bank
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.syntax import parse_expression
from mwp_solver.resources import data_path
from mwp_solver.solving.screening import MAX_QUESTION, MESSAGES, message, screen


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("", "empty"),
        (" \n\t\u3000", "empty"),
        ("\u200b\u200b", "empty"),
        ("题" * (MAX_QUESTION + 1), "too_long"),
        ("9" * 10_000, "too_long"),
        (None, "not_text"),
        (35, "not_text"),
        ("你好", "chatter"),
        ("您好，在忙吗？", "chatter"),
        ("谢谢你", "chatter"),
        ("写首诗", "chatter"),
        ("帮我写一首关于秋天的诗", "chatter"),
        ("请给我讲3个笑话", "chatter"),
        ("明天天气怎么样？", "chatter"),
        ("Hello there", "chatter"),
        ("Good morning! How are you?", "chatter"),
        ("Please write me a poem about 2 cats", "chatter"),
        ("1949年10月1日发生了什么？", "other_subject"),
        ("“高兴”的近义词是什么？", "other_subject"),
        ("天空为什么是蓝色的？", "other_subject"),
        ("请把这句话翻译成英文", "other_subject"),
        ("Who wrote this play?", "other_subject"),
        ("What is the capital of France?", "other_subject"),
        ("What happened in 1969?", "other_subject"),
        ("鸡比兔多，兔有多少只？", "no_numbers"),
        ("苹果好吃吗", "no_numbers"),
        ("How many apples are left?", "no_numbers"),
        ("🙂🙂", "no_numbers"),
        ("asdfgh", "no_numbers"),
        ("35", "no_question"),
        ("-2.5", "no_question"),
        ("25%", "no_question"),
        ("12:30", "no_question"),
        ("2024-5-6", "no_question"),
        ("x+y=10", "several_unknowns"),
        ("2xy=8", "several_unknowns"),
        ("解方程组：3x+2y=16，x-y=2", "several_unknowns"),
        ("solve for x: a*x+b=7", "several_unknowns"),
        ("Solve the system x+y=10, x-y=2", "several_unknowns"),
        ("8/0=?", "no_value"),
        ("3/(5-5)=", "no_value"),
        ("9^9^9", "no_value"),
    ],
)
def test_what_is_no_problem(question: object, code: str) -> None:
    found = screen(question)
    assert (found.ok, found.code, found.expression) == (False, code, None)
    assert found.message in MESSAGES[code]


@pytest.mark.parametrize(
    "question",
    [
        "小华有12块糖，吃了一半，还剩多少块？",
        "半径是2的圆",
        "妈妈买来一打鸡蛋，用去三分之一，还剩几个？",
        "三角形的三个内角相等，每个内角是多少度？",
        "一双袜子8元，买两双打九折，要付多少元？",
        "最小的两位数与最大的一位数的和是多少？",
        "小红要写一篇500字的作文，已经写了200字，还要写多少字？",
        "大卫讲了3个故事，每个用了6分钟，一共用了几分钟？",
        "你好文具店卖出24本书，每本5元，收入多少元？",
        "运货车能装900千克，12箱货每箱80千克，一次能不能运完？为什么？",
        "历史书有24本，比语法书多6本，语法书有多少本？",
        "Tom has twice as many marbles as his brother, who has a dozen. How many does Tom have?",
        "Hello Kitty cards come in packs of 6. How many cards are in 7 packs?",
        "Half of the class went home. Ten pupils stayed. How many are in the class?",
        "Ann writes a poem of 4 lines every day. How many lines does she write in a week?",
        "当x=3，y=5时，2x+y等于多少？",
        "x=3, y=5, x+y=?",
        "解方程组：x+y=12，x-y=4，x是多少？",
        "如果A+B=12，A-B=4，那么A是多少？",
        "Solve the proportion 5 : 4 = x : 68. What is x?",
        "The quantities x and y are in direct proportion, and y = 30 for x = 5. Find y for x = 24.",
        "3 4 5",
        "两数之和是30，差是6，较大的数是多少？",
    ],
)
def test_what_may_be_a_problem(question: str) -> None:
    found = screen(question)
    assert (found.ok, found.code, found.message, found.expression) == (True, "problem", "", None)


@pytest.mark.parametrize(
    ("question", "expression"),
    [
        ("(35*4-94)/2=?", "(35*4-94)/2"),
        ("35×4－94＝", "35*4-94"),
        ("计算：3/4+1/4", "3/4+1/4"),
        ("12÷5等于多少？", "12/5"),
        ("7-9是多少", "7-9"),
        ("What is 3 x 4?", "3*4"),
        ("calculate 2^10.", "2^10"),
        ("1(1/2)*4=( )", "1(1/2)*4"),
        ("2 1/2 × 3 =", "2(1/2)*3"),
        ("What is 2½ - 1 ½?", "2(1/2)-1(1/2)"),
        ("[(2+3)*4]*5", "(2+3)*4*5"),
        ("6:4=", "6/4"),
        ("5÷2/3=", "5/(2/3)"),
        ("12÷30", "12/30"),
        ("解方程：x÷3/8=40", "40*(3/8)"),
        ("解比例：x:3.2=2/3:1/6", "2/3/(1/6)*3.2"),
        ("1,200+300=", "1200+300"),
        ("200*25%", "200*25%"),
    ],
)
def test_an_expression_is_computed(question: str, expression: str) -> None:
    found = screen(question)
    assert (found.ok, found.code) == (True, "computation")
    assert found.expression is not None
    assert render_expression(found.expression) == expression


@pytest.mark.parametrize("question", ["小明有3+5个苹果", "3+5", "3+", "(3+5", "1+2+…+9=?", "3x+2y=12", "A+3=9+B"])
def test_only_a_whole_expression_is_computed(question: str) -> None:
    assert (screen(question).code == "computation") == (question == "3+5")


def test_messages_speak_the_language_of_the_input() -> None:
    assert screen("你好").message == MESSAGES["chatter"][0]
    assert screen("hello").message == MESSAGES["chatter"][1]
    assert message("no_value", "除以零") == MESSAGES["no_value"][0]
    for chinese, english in MESSAGES.values():
        assert not chinese.isascii()
        assert english.isascii()


def test_no_problem_of_the_samples_is_refused() -> None:
    refused = [p.question for p in read_problems(data_path("samples.jsonl")) if not screen(p.question).ok]
    assert refused == []


def test_no_problem_of_the_bank_is_refused_or_taken_for_another_expression() -> None:
    bank = load_bank()
    for problem in generate(bank, seed=31, count=len(bank)):
        found = screen(problem.question)
        assert found.ok, problem.question
        if found.expression is not None:  # an equation to solve
            assert evaluate_expression(found.expression) == evaluate_expression(parse_expression(problem.equation))
