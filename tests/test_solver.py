"""Solver, ranking and working, with a backend that says what the test wants."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from sympy import Rational

from mwp_solver.errors import MWPError
from mwp_solver.model.backends.base import Hypothesis
from mwp_solver.options import DecodingOptions, EncodingOptions
from mwp_solver.problem import Problem
from mwp_solver.scoring import score
from mwp_solver.solving.solver import MAX_QUESTION, Solver

CAGE = "笼子里有鸡和兔，头共35个，脚共94只，鸡有多少只？"
CAGE_WAY = "(<extra_id_0>*4-<extra_id_1>)/2"


class Says:
    """A backend that gives the same outputs to every question and remembers what it was asked."""

    def __init__(self, *outputs: tuple[str, float]) -> None:
        self.outputs = [Hypothesis(text, score) for text, score in outputs]
        self.texts: list[str] = []

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        self.texts += texts
        return [list(self.outputs) for _ in texts]


def solver(*outputs: tuple[str, float]) -> Solver:
    return Solver(Says(*outputs), EncodingOptions())


def test_a_solution_has_all_its_parts() -> None:
    solution = solver(("(<extra_id_0>*4-<extra_id_1>)/2", -0.1), ("<extra_id_0>-2", -3.0)).solve(CAGE)
    assert str(solution.answer) == "23只"
    assert solution.value == 23
    assert solution.expression == "(35*4-94)/2"
    assert [str(step) for step in solution.steps] == ["35*4=140", "140-94=46", "46/2=23"]
    assert solution.solved
    assert 0.9 < solution.confidence < 1
    assert [(CAGE[n.start : n.end], n.used) for n in solution.quantities] == [("35", True), ("94", True)]
    assert json.loads(json.dumps(solution.to_dict()))["expression"] == "(35*4-94)/2"


def test_the_model_reads_anchored_text() -> None:
    backend = Says(("<extra_id_0>", -0.1))
    Solver(backend, EncodingOptions()).solve("３５ 个苹果，吃了 2/5")
    assert backend.texts == ["<extra_id_0>35个苹果,吃了<extra_id_1>2/5"]


def test_candidates_that_fail_come_after_those_with_a_value() -> None:
    outputs = (("<extra_id_0>/(<extra_id_1>-94)", -0.1), ("<extra_id_7>", -0.2), ("nonsense", -0.3), ("35-12", -1.0))
    solution = solver(*outputs).solve(CAGE)
    assert solution.expression == "35-12"
    errors = [candidate.error for candidate in solution.candidates]
    assert errors == [None, "division_by_zero", "token", "token"]


def test_no_candidate_with_a_value_is_no_answer() -> None:
    solution = solver(("((", -0.1)).solve(CAGE)
    assert not solution.solved
    assert solution.answer is None
    assert solution.steps == ()
    assert solution.to_dict()["answer"] is None


def test_numbers_not_used_are_marked() -> None:
    question = "小明8岁，买了3支笔，每支5元，一共多少元？"
    solution = solver(("<extra_id_1>*<extra_id_2>", -0.1)).solve(question)
    assert [(n.text, n.used) for n in solution.quantities] == [("8", False), ("3", True), ("5", True)]
    assert str(solution.answer) == "15元"


def test_spans_point_into_the_question_as_typed() -> None:
    question = "  运来 １,２００ 千克，卖出１２％，还剩多少千克？"
    solution = solver(("<extra_id_0>*(1-<extra_id_1>)", -0.1)).solve(question.replace("１,２００", "1,200"))
    assert [solution.question[n.start : n.end] for n in solution.quantities] == ["1,200", "１２％"]
    assert solution.value == 1056


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "请先输入.*Type a word problem"),
        (" \n ", "请先输入.*Type a word problem"),
        ("九" * (MAX_QUESTION + 1), "文字超过"),
        ("a" * (MAX_QUESTION + 1), "longer than"),
    ],
)
def test_what_is_no_question(question: str, message: str) -> None:
    with pytest.raises(MWPError, match=message):
        solver(("1", 0.0)).solve(question)


@pytest.mark.parametrize("question", [None, 5, b"35", ["35"]])
def test_what_is_no_text(question: object) -> None:
    with pytest.raises(MWPError, match="text"):
        solver(("1", 0.0)).solve(question)  # type: ignore[arg-type]


def test_options_travel_and_are_checked() -> None:
    solution = solver(("1+1", 0.0)).solve(CAGE, beam_size=5, n_best=2)
    assert solution.options == DecodingOptions(beam_size=5, n_best=2)
    for bad in ({"beam_size": 0}, {"beam_size": True}, {"n_best": 4, "beam_size": 3}, {"max_length": -1}):
        with pytest.raises(ValueError, match="must"):
            DecodingOptions(**bad)


def test_batches_keep_their_order() -> None:
    questions = [f"{n}个苹果和1个梨，一共几个？" for n in range(2, 40)]
    solutions = solver(("<extra_id_0>+<extra_id_1>", -0.1)).solve_batch(questions)
    assert [s.value for s in solutions] == [n + 1 for n in range(2, 40)]


def test_score_counts_right_and_unsolved() -> None:
    problems = [Problem(CAGE, answer="35"), Problem(CAGE, answer="23"), Problem(CAGE, equation="94-59")]
    report = score(problems, solver(("<extra_id_0>", -0.1)).solve_batch([p.question for p in problems]))
    assert (report.total, report.correct, report.unsolved) == (3, 2, 0)
    assert report.accuracy == pytest.approx(2 / 3)
    none = score(problems, solver(("((", -0.1)).solve_batch([p.question for p in problems]))
    assert (none.correct, none.unsolved) == (0, 3)


def test_equal_values_vote_together() -> None:
    outputs = (
        ("<extra_id_0>", -1.2),
        ("(<extra_id_0>*4-<extra_id_1>)/2", -1.4),
        ("<extra_id_0>-<extra_id_1>/2+<extra_id_0>", -1.5),
    )
    asked = solver(*outputs)
    assert asked.solve(CAGE, method="vote", rules=(), unused_penalty=1.0).value == 23
    assert asked.solve(CAGE, method="beam", rules=(), unused_penalty=1.0).value == 35
    voted = asked.solve(CAGE, rules=(), unused_penalty=1.0)
    assert voted.expression == "(35*4-94)/2"
    assert voted.confidence == pytest.approx(sum(c.probability for c in voted.candidates if c.value == 23))


def test_the_greedy_method_keeps_one_candidate() -> None:
    assert solver(("1+1", -0.5)).solve(CAGE, method="greedy").options.beam_size == 1
    with pytest.raises(ValueError, match="method"):
        DecodingOptions(method="guess")


@pytest.mark.parametrize(
    ("question", "implausible", "plausible", "rule"),
    [
        (CAGE, "<extra_id_0>-<extra_id_1>", "<extra_id_1>-<extra_id_0>", "negative"),
        (CAGE, "<extra_id_0>/<extra_id_1>", "<extra_id_1>-<extra_id_0>", "part_of_a_whole_thing"),
        (CAGE, "<extra_id_0>-35", "<extra_id_1>-<extra_id_0>", "nothing"),
        (CAGE, "<extra_id_0>", "<extra_id_1>-<extra_id_0>", "copied"),
        (
            "种了50粒种子，45粒发芽，求发芽率是百分之几？",
            "<extra_id_0>/<extra_id_1>",
            "<extra_id_1>/<extra_id_0>",
            "above_all",
        ),
    ],
)
def test_a_result_that_cannot_be_asked_for_counts_less(
    question: str, implausible: str, plausible: str, rule: str
) -> None:
    asked = solver((implausible, -0.5), (plausible, -1.5))
    solution = asked.solve(question)
    assert solution.candidates[0].broken == ()
    assert rule in solution.candidates[1].broken
    assert asked.solve(question, rules=()).candidates[0].expression == solution.candidates[1].expression


def test_below_zero_may_be_asked_for() -> None:
    question = "早上气温是3度，夜里下降了8度，夜里气温是多少度？"
    solution = solver(("<extra_id_0>-<extra_id_1>", -0.5), ("<extra_id_0>+<extra_id_1>", -1.0)).solve(question)
    assert solution.value == -5


def test_an_answer_hardly_believed_is_unsure_and_has_alternatives() -> None:
    hardly = solver((CAGE_WAY, -1.2), ("<extra_id_1>-<extra_id_0>", -1.4), ("35-12", -2.0))
    doubt = hardly.solve(CAGE, reading=False)
    assert (doubt.status, doubt.solved) == ("unsure", True)
    assert "没有把握" in (doubt.message or "")
    assert [str(choice.answer) for choice in doubt.alternatives()] == ["23只", "59只"]
    assert doubt.alternatives()[0].expression == "(35*4-94)/2"
    assert doubt.alternatives()[0].probability == doubt.confidence  # with that of 35-12
    # Heads and legs put back come out as the question says.
    assert hardly.solve(CAGE).status == "solved"
    sure = solver((CAGE_WAY, -1.2)).solve(CAGE, unsure_below=0.3, reading=False)
    assert (sure.status, sure.message) == ("solved", None)
    for bad in (-0.1, 1.5):
        with pytest.raises(ValueError, match="unsure_below"):
            DecodingOptions(unsure_below=bad)


def test_what_is_no_problem_never_reaches_the_network() -> None:
    backend = Says((CAGE_WAY, -0.1))
    asked = Solver(backend, EncodingOptions())
    solutions = asked.solve_batch(["你好", CAGE, "(35*4-94)/2=?", "x+y=5", "hello"])
    assert [s.status for s in solutions] == ["no_problem", "solved", "computed", "no_problem", "no_problem"]
    assert [s.code for s in solutions] == ["chatter", None, None, "several_unknowns", "chatter"]
    assert len(backend.texts) == 1
    assert solutions[0].answer is None
    assert solutions[4].to_dict()["message"] == "This is no word problem. Type one, with numbers and a question."
    assert Solver(Says(("1+1", -0.1)), EncodingOptions()).solve("你好3", screen=False).status == "solved"


def test_an_expression_is_computed_exactly() -> None:
    solution = solver().solve("计算：1/3+1/6×2=?")
    assert (solution.value, solution.expression, solution.confidence) == (Rational(2, 3), "1/3+1/6*2", 1.0)
    assert [str(step) for step in solution.steps] == ["1/6*2=1/3", "1/3+1/3=2/3"]
    assert all(number.used for number in solution.quantities)
    assert solution.candidates == ()
    assert solver().solve("5/0=").code == "no_value"


def test_a_solution_has_its_formulas() -> None:
    row = solver(("<extra_id_0>*(1-<extra_id_1>)", -0.1)).solve("一根绳子长30米，用去2/5，还剩多少米？").to_dict()
    assert row["latex"] == r"30 \times \left(1 - \frac{2}{5}\right) = 18"
    assert row["latex_steps"] == [r"1 - \frac{2}{5} = 0.6", r"30 \times 0.6 = 18"]
    assert solver(("((", -0.1)).solve(CAGE).to_dict()["latex"] is None


def test_every_code_of_a_solution_has_its_message() -> None:
    unsolved = solver(("((", -0.1)).solve(CAGE)
    assert (unsolved.status, unsolved.code) == ("unsolved", "unsolved")
    assert unsolved.message == "没有找到能算出结果的算式。"


def test_an_expression_that_leaves_numbers_aside_counts_less() -> None:
    question = "书架有3层，每层放24本书，借走16本，还剩多少本？"
    outputs = (("<extra_id_1>-<extra_id_2>", -0.9), ("<extra_id_0>*<extra_id_1>-<extra_id_2>", -1.2))
    assert solver(*outputs).solve(question).value == 56
    assert solver(*outputs).solve(question, unused_penalty=1.0).value == 8


def test_an_endless_decimal_is_asked_for_only_where_fractions_are_given() -> None:
    price = "7支笔用去20元，又买了3支，一共要付多少元？"
    assert "endless" in solver(("<extra_id_1>/<extra_id_0>", -0.5)).solve(price).candidates[0].broken
    part = "一根绳子长2/3米，平均分成7段，每段长多少米？"
    assert solver(("<extra_id_0>/<extra_id_1>", -0.5)).solve(part).candidates[0].broken == ()
