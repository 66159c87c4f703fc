"""What the page shows of a solved, checked or drawn problem, in both languages; what came from outside stays text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from random import Random
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from web_fakes import CAGE, StubBackend

from mwp_solver.expression.syntax import parse_expression
from mwp_solver.options import EncodingOptions
from mwp_solver.solving.solver import Solver
from mwp_solver.web import practice
from mwp_solver.web.check_tab import verdict_html
from mwp_solver.web.language import language_of
from mwp_solver.web.markup import note, text
from mwp_solver.web.practice import Exercise
from mwp_solver.web.result import result_html
from mwp_solver.web.tree_picture import tree_picture
from mwp_solver.web.view import Piece, view_of

SCRIPT = "</textarea><script>alert('x')</script><img src=x onerror=\"alert('y')\">\n\n# a\n\n$x$ 35 and 94 "


@pytest.fixture(scope="module")
def solver() -> Solver:
    return Solver(StubBackend(), EncodingOptions())


class Elements(HTMLParser):
    """The names of the elements and of the attributes of a text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_a_solved_problem(solver: Solver) -> None:
    view = view_of(solver, CAGE)
    assert view.answer == "23只"
    assert view.expression == "(35×4−94)÷2 = 23"
    assert [str(step) for step in view.steps] == ["35*4=140", "140-94=46", "46/2=23"]
    assert [(choice.answer, choice.expression) for choice in view.choices] == [
        ("23只", "(35×4−94)÷2"),
        ("3290只", "35×94"),
    ]
    assert "".join(piece.text for piece in view.pieces) == CAGE
    numbers = [piece for piece in view.pieces if piece.number is not None]
    assert numbers == [Piece("35", 0, True), Piece("94", 1, True), Piece("8", 2, False)]


def test_a_number_has_one_color_in_the_question_the_expression_and_the_tree(solver: Solver) -> None:
    html = result_html(view_of(solver, CAGE), "zh")
    assert '<mark class="number number-1" title="用到的数">94</mark>' in html
    assert '<mrow class="number number-1"><mn>94</mn></mrow>' in html
    assert re.search(r'<g class="number number-1"><rect [^>]*/><text [^>]*>94</text></g>', html)
    assert '<mark class="unused" title="没有用到的数">8</mark>' in html


@pytest.mark.parametrize(
    ("language", "heading", "outcome"),
    [("zh", "<h3>验算</h3>", "，就是题目中的35</p>"), ("en", "<h3>Check</h3>", ", that is the 35 of the problem</p>")],
)
def test_the_answer_is_put_back(solver: Solver, language: str, heading: str, outcome: str) -> None:
    view = view_of(solver, CAGE)
    assert view.verification is not None
    assert [str(step) for step in view.verification.steps] == ["23*2=46", "46+94=140", "140/4=35"]
    html = result_html(view, language)
    back = html.partition(f'{heading}<p id="verification">')[2]
    assert back.count("<math") == 3
    assert back.partition("</p>")[0].endswith(outcome.removesuffix("</p>"))


def test_what_cannot_be_put_back_has_no_such_part(solver: Solver) -> None:
    assert 'id="verification"' not in result_html(view_of(solver, "3+4="), "zh")


def test_equal_numbers_keep_their_own_colors(solver: Solver) -> None:
    html = result_html(view_of(solver, "Tom has 6 bags and 6 cups. How many?"), "en")
    assert html.count('<mrow class="number number-0"><mn>6</mn></mrow>') == 1
    assert html.count('<mrow class="number number-1"><mn>6</mn></mrow>') == 1


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("question", [SCRIPT, "\n\n<script>" + CAGE, "nonsense <script> 3 and 4?\n\n<b>", "<i>1+1"])
def test_text_from_outside_stays_text(solver: Solver, question: str, language: str) -> None:
    for html in (
        result_html(view_of(solver, question), language),
        verdict_html(solver, question, "<script>7</script>", "<img onerror=x>1+1", language),
    ):
        found = Elements(html)
        assert not found.names & {"script", "img", "b", "i", "textarea"}
        assert not {name for name in found.attributes if name.startswith("on")}
        assert "\n" not in html  # a Markdown component would take what follows an empty line for Markdown


def test_little_confidence_and_refusals_are_said(solver: Solver) -> None:
    unsure = result_html(view_of(solver, "I doubt 35 and 94. How many?"), "en")
    assert '<section class="result unsure"' in unsure
    assert "The model is not sure" in unsure
    assert "这不是应用题" in result_html(view_of(solver, "你好呀，今天过得好吗？"), "zh")
    assert "data-question" not in result_html(view_of(solver, ""), "zh")  # nothing to remember


def test_a_mere_expression_has_no_alternatives_and_no_question(solver: Solver) -> None:
    html = result_html(view_of(solver, "(35*4-94)/2=?"), "en")
    assert 'id="answer">23</p>' in html
    assert 'id="alternatives"' not in html
    assert 'id="numbers"' not in html


@pytest.mark.parametrize(
    ("expression", "texts"),
    [
        ("(35*4-94)/2", ["÷", "23", "−", "46", "×", "140", "35", "4", "94", "2"]),
        ("24*(1-3/8)", ["×", "15", "24", "−", "0.625", "1", "3/8"]),
        ("3/8", ["÷", "0.375", "3", "8"]),
        ("-(2+3)*25%", ["×", "−1.25", "−", "−5", "+", "5", "2", "3", "25%"]),
        ("7", []),
        ("+".join("1" * 30), []),  # too large to be read
    ],
)
def test_the_tree(expression: str, texts: list[str]) -> None:
    svg = tree_picture(parse_expression(expression), {}, "tree")
    found = [element.text for element in ElementTree.fromstring(svg).iter("text")] if svg else []
    assert sorted(filter(None, found)) == sorted(texts)


def test_no_two_boxes_of_a_tree_overlap() -> None:
    svg = tree_picture(parse_expression("(123456*(2+3)-4*(5-6*7))/(8+9*(1000000-1))^2"), {}, "tree")
    rows: dict[str, list[tuple[float, float]]] = {}
    for box in ElementTree.fromstring(svg).iter("rect"):
        left = float(box.get("x", ""))
        rows.setdefault(box.get("y", ""), []).append((left, left + float(box.get("width", ""))))
    assert len(rows) == 6
    for row in rows.values():
        assert all(one[1] <= other[0] for one, other in zip(sorted(row), sorted(row)[1:], strict=False))
        assert min(row)[0] >= 0


@pytest.mark.parametrize(
    ("answer", "expression", "language", "said"),
    [
        ("23只", "", "zh", ["✓ 对：正确"]),
        ("24只", None, "zh", ["✗ 不对：得数不对", "这里算得的答案： 23只"]),
        ("", "(35*4-94)/2", "zh", ["✓ 对：正确，算法与参考算式一致"]),
        (None, "35+94", "en", ["✗ Not right: the value is not right"]),
        ("23只", "(94-35*2)/2", "zh", ["✓ 对：正确", "✗ 不对：得数不对"]),
        (" ", None, "en", ["Write your answer or your expression."]),
        (5, ["x"], "en", ["Write your answer or your expression."]),
        ("9" * 401, None, "en", ["This answer or expression is too long."]),
        ("\ud800", None, "zh", ["✗"]),
    ],
)
def test_a_pupils_work(solver: Solver, answer: object, expression: object, language: str, said: list[str]) -> None:
    html = re.sub("<[^>]*>", "\n", verdict_html(solver, CAGE, answer, expression, language))
    for words in said:
        assert words in html


def test_work_on_no_question_or_a_doubtful_one(solver: Solver) -> None:
    assert "请先输入一道应用题" in verdict_html(solver, " ", "1", None, "zh")
    assert "Type a word problem first" in verdict_html(solver, " ", "1", None, "en")
    # What is no problem is refused in the page's language, whatever the text's.
    assert "这不是应用题" in verdict_html(solver, "hello", "1", None, "zh")
    assert "This is no word problem" in verdict_html(solver, "你好", "1", None, "en")
    assert "? Not sure" in verdict_html(solver, "I doubt 35 and 94. How many?", "23", None, "en")


@pytest.mark.parametrize(
    ("lang", "cookie", "accept", "language"),
    [
        (None, None, "zh-CN,zh;q=0.9", "zh"),
        (None, None, "zh", "zh"),
        (None, None, "zh-HK", "zh"),
        (None, None, "zh-Hant-TW,en;q=0.5", "zh"),
        (None, None, "en-US,zh;q=0.9", "en"),
        (None, None, "zha", "en"),
        (None, None, "", "en"),
        (None, "zh", "en", "zh"),
        ("en", "zh", "zh", "en"),
        ("<script>", "xx", "zh", "zh"),
    ],
)
def test_the_readers_language(lang: str | None, cookie: str | None, accept: str, language: str) -> None:
    request = SimpleNamespace(
        query_params={"lang": lang} if lang else {},
        cookies={"mwp-language": cookie} if cookie else {},
        headers={"accept-language": accept},
    )
    assert language_of(request) == language


def test_escaping_leaves_no_line_break() -> None:
    assert text('<a "b">\r\n\u2028&') == "&lt;a &quot;b&quot;&gt;&#10;&#10;&amp;"
    assert note("<b>\n\n").count("<") == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_family_and_grade_has_exercises_that_their_own_solution_answers(language: str) -> None:
    rng = Random(5)
    families = practice.families(language)
    assert len({name for name, _ in families}) == len(families) > 10
    for family in [None, *(family for _, family in families)]:
        exercise = practice.fresh(language, family, None, rng)
        assert exercise is not None
        answer, equation, steps = practice.solution(exercise)
        assert practice.judge(exercise, answer) == "right", exercise
        assert steps
        assert "=" in practice.hint(exercise)
        assert equation.count("=") == 1
    for grade in practice.grades(language):
        assert practice.fresh(language, "*", grade, rng) is not None


def test_what_there_is_no_exercise_for() -> None:
    rng = Random(1)
    grades = {grade for grade in range(1, 8) if practice.fresh("zh", "鸡兔同笼", grade, rng)}
    assert grades
    assert grades < set(range(1, 8))


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("12元", "right"),
        ("12", "right"),
        ("十二元", "right"),
        ("13", "wrong"),
        ("12千米", "unit"),
        ("元", "unreadable"),
    ],
)
def test_judging_an_answer(answer: str, code: str) -> None:
    assert practice.judge(Exercise("一支铅笔2元，买6支要多少元？", "2*6"), answer) == code


def test_a_hint_of_one_step_keeps_the_result_to_itself() -> None:
    assert practice.hint(Exercise("一支铅笔2元，买6支要多少元？", "2*6")) == "2×6 = ?"
    assert practice.hint(Exercise("一共多少元？", "2*6+5")) == "2×6 = 12"
