"""Targets that read text: expressions, answers, questions and what a network writes."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Any

from fuzzing.damage import mutated
from mwp_solver.anchoring import decode_expression, resolve
from mwp_solver.answers import answer_form, read_answer
from mwp_solver.answers.formatting import format_answer
from mwp_solver.answers.grading import grade_answer
from mwp_solver.corpus.files import read_problems
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.syntax import parse_expression
from mwp_solver.model.encoding import encode_question
from mwp_solver.quantities import chinese_integer, find_quantities
from mwp_solver.resources import data_path
from mwp_solver.solving.reading import findings
from mwp_solver.solving.screening import check_question, screen
from mwp_solver.text import normalize_question, normalize_with_offsets

Target = Callable[[random.Random], tuple[Any, Callable[[], Any]]]
"""draws an input; gives it and the call that reads it"""
PROBLEMS = list(read_problems(data_path("samples.jsonl")))
EQUATIONS = [problem.equation for problem in PROBLEMS if problem.equation]
ANSWERS = [problem.answer for problem in PROBLEMS if problem.answer]
ANSWERS += [
    "约3.14米",
    "答：23只。",
    "$1,234",
    "11_2/3",
    "三又二分之一",
    "1小时30分",
    "3元5角",
    "百分之五",
    "八折",
    "7 r 2",
]
NUMERALS = [
    "三百二十五",
    "一万零五",
    "两千零三十",
    "二分之一",
    "百分之十二点五",
    "八五折",
    "三成五",
    "十二万三千四百",
    "半",
]
NUMBERS = [
    f"甲有{one}个，乙比甲多{other}，问共几个？" for one in NUMERALS for other in (*NUMERALS, "1/3", "2.5%", "1(1/2)")
]


def expression(text: str) -> None:
    """Its value is the value of what it is written as."""
    value = evaluate_expression(text)
    again = render_expression(parse_expression(text))
    if len(again) < 200 and evaluate_expression(again) != value:
        raise AssertionError(f"{again} has another value")


def question(text: str) -> None:
    """What becomes of a question before the network sees it; twice normalised is once normalised."""
    found = normalize_with_offsets(text)
    if len(found.offsets) != len(found.text) or normalize_question(found.text) != found.text:
        raise AssertionError("the normaliser is not done after one pass, or lost a place")
    screen(text)
    answer_form(text)


def anchors(text: str) -> None:
    """Numbers found in order, each with its place and its value; the question with its marks."""
    check_question(text)
    normal, last = normalize_question(text), 0
    for quantity in find_quantities(normal):
        if not last <= quantity.start < quantity.end <= len(normal) or quantity.denominator < 1:
            raise AssertionError(f"a quantity out of its place: {quantity}")
        last = quantity.end
        value = evaluate_expression(quantity.expression)
        if value * quantity.denominator != quantity.numerator:
            raise AssertionError(f"a quantity of another value: {quantity}")
    encode_question(text)


def numeral(text: str) -> None:
    """A Chinese numeral is a whole number or none."""
    value = chinese_integer(text)
    if value is not None and value < 0:
        raise AssertionError("below zero")


def output(text: str) -> None:
    """What a network may write, over the quantities of a question."""
    quantities = find_quantities(normalize_question(PROBLEMS[0].question))
    evaluate_expression(resolve(decode_expression(text, quantities), quantities))


def grading(text: str) -> None:
    """An answer against a right one, both ways."""
    problem = PROBLEMS[len(text) % len(PROBLEMS)]
    grade_answer(text, problem.answer or "1", problem.question)
    grade_answer("7", text, problem.question)


def reading(text: str) -> None:
    """The answer put into what the question says."""
    form = answer_form(text)
    for value in (evaluate_expression("23"), evaluate_expression("7/3")):
        format_answer(value, form)
        findings(normalize_question(text), form, value)


def _of(seeds: list[str], read: Callable[[str], Any], chance: random.Random) -> tuple[Any, Callable[[], Any]]:
    text = mutated(chance.choice(seeds), chance)
    return text, partial(read, text)


_QUESTIONS = [problem.question for problem in PROBLEMS]
_OUTPUTS = ["<extra_id_0>*(1-<extra_id_1>)", "(4*<extra_id_0>-<extra_id_1>)/2"]
SEEDS: dict[str, tuple[list[str], Callable[[str], Any]]] = {
    "expression": (EQUATIONS, expression),
    "answer": (ANSWERS, read_answer),
    "grading": (ANSWERS, grading),
    "question": (_QUESTIONS + NUMBERS, question),
    "anchors": (_QUESTIONS + NUMBERS, anchors),
    "numeral": (NUMERALS, numeral),
    "reading": (_QUESTIONS, reading),
    "output": (_OUTPUTS, output),
}
"""undamaged texts, and what reads them, by the target's name"""
TARGETS: dict[str, Target] = {name: partial(_of, *pair) for name, pair in SEEDS.items()}
