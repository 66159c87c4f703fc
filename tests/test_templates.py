"""The template format, the rules of the bank, and the bundled bank itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from template_banks import GOOD, write_bank

from mwp_solver.corpus.bank_summary import family_lines, markdown_tables, operation_count
from mwp_solver.corpus.catalogue import catalogue
from mwp_solver.corpus.template_check import check_bank, check_template
from mwp_solver.corpus.template_files import LEXICON
from mwp_solver.corpus.template_masks import duplicate_faults
from mwp_solver.corpus.templates import is_held_out, load_bank, read_bank
from mwp_solver.errors import DataError
from mwp_solver.expression.syntax import parse_expression
from mwp_solver.resources import data_path

BANK = sorted(path for path in data_path("templates").glob("*.yaml") if path.name != LEXICON)


@pytest.mark.parametrize("path", BANK, ids=lambda path: path.name)
def test_every_bundled_file_keeps_every_rule(path: Path) -> None:
    templates, faults = read_bank([path])
    messages = [str(template.fault(text)) for template in templates for text in check_template(template)]
    assert [str(fault) for fault in faults] + messages == []
    assert templates, "a file without templates"
    assert path.name.endswith(f".{templates[0].language}.yaml")


def test_no_two_bundled_templates_read_the_same() -> None:
    assert [str(template.fault(text)) for template, text in duplicate_faults(load_bank())] == []


def test_the_catalogue_is_what_loading_finds() -> None:
    assert [file.path for file in catalogue()] == BANK
    for file in catalogue():
        templates = load_bank([file.path])
        assert {(template.family, template.language) for template in templates} == {(file.family, file.language)}
        assert tuple(template.grade for template in templates) == file.grades


def test_about_a_tenth_of_the_bank_is_held_out() -> None:
    bank = load_bank()
    share = sum(map(is_held_out, bank)) / len(bank)
    assert 0.05 < share < 0.15


def test_good_bank_has_no_fault(tmp_path: Path) -> None:
    assert check_bank(load_bank([write_bank(tmp_path)])) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "Share It"}, "kebab-case"),
        ({"id": 7}, "kebab-case"),
        ({"grade": 8}, "grade must be 1 to 7"),
        ({"grade": True}, "grade must be 1 to 7"),
        ({"grade": None}, "the key grade is missing"),
        ({"hint": "x"}, "unknown key 'hint'"),
        ({"answer": "money"}, "answer must be one of"),
        ({"texts": ["只有{a}和{b}？"]}, "2 to 4 wordings"),
        ({"texts": ["一{a}{b}"] * 5}, "2 to 4 wordings"),
        ({"texts": ["{a}和{b}？", {"c": "d"}]}, "texts must be a list of texts"),
        ({"texts": ["{a}和{b}？", "{a}和{B}？"]}, "is no slot"),
        ({"texts": ["{a}和{b}？", "{a}和{b}还有｛a｝？"]}, "is no slot"),
        ({"texts": ["{a}和{b}？", "{a}和{z}？"]}, "{z} is neither a number"),
        ({"texts": ["{a}和{b}？", "{a}和{b:roman}？"]}, "a number's formats are"),
        ({"texts": ["{a}和{b}？", "{a}和{b.m}？"]}, "a number's formats are"),
        ({"texts": ["{a}和{b}？", "{name.m}{a}和{b}？"]}, "not every noun of name has this form"),
        ({"texts": ["{a}和{b}？", "{worker9}{a}和{b}？"]}, "more different nouns"),
        ({"numbers": {"a": "2..9 steps 3"}}, "no number specification"),
        ({"numbers": {"a": 5}}, "no number specification"),
        ({"numbers": {"a": "9..2"}}, "must go upwards"),
        ({"numbers": {"a": "1..9 step 0"}}, "must go upwards"),
        ({"numbers": {"a": "0.5..2"}}, "needs a step"),
        ({"numbers": {"a": "fraction 1..9"}}, "denominators"),
        ({"numbers": {"a": []}}, "list of numbers is empty"),
        ({"numbers": {"a": ["1/2", 0.5]}}, "stands twice"),
        ({"numbers": {"a": ["2/4"]}}, "not in lowest terms"),
        ({"numbers": {"a": ["1/0"]}}, "denominator is 0"),
        ({"numbers": {"a": ["one"]}}, "is no whole number"),
        ({"numbers": {"a": [True]}}, "is no whole number"),
        ({"numbers": {"a": "= b + 1", "b": "2..9"}}, "number a: = b + 1"),
        ({"numbers": {"A": "2..9"}}, "number name 'A'"),
        ({"numbers": {True: "2..9"}}, "number name True"),
        ({"numbers": {"fruit": "2..9"}}, "name of a noun category"),
        ({"numbers": {"fruit2": "2..9"}}, "name of a noun category"),
        ({"numbers": ["a"]}, "numbers must map"),
        ({"require": ["a"]}, "must have one of"),
        ({"require": ["a < b < c"]}, "must have one of"),
        ({"require": ["a < z"]}, "no meaning here"),
        ({"require": "a < b"}, "require must be a list"),
        ({"equation": "a/"}, "equation a/"),
        ({"equation": "a/z"}, "equation a/z"),
        ({"equation": "__import__('os')"}, "equation __import__"),
        ({"equation": 12}, "uses no number"),
        ({"equation": ["a"]}, "equation must be text"),
        ({"unit": "{fruit.m}"}, "unit must be plain text"),
        ({"distractors": "a"}, "distractors must be a list"),
    ],
)
def test_a_fault_of_the_format_is_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    path = write_bank(tmp_path, change)
    with pytest.raises(DataError) as caught:
        load_bank([path])
    text = str(caught.value)
    assert message in text
    assert text.startswith(f"{path}:{change.get('id') or 'share'}: ")


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"family": " "}, "family must be text"),
        ({"language": "fr"}, "language must be one of"),
        ({"templates": {}}, "templates must be a list"),
        ({"author": "me"}, "has the keys"),
        ({"nouns": {"coin": "硬币/枚"}}, "must be a list of words"),
        ({"nouns": {"coin": ["a/b/c"]}}, "must be written"),
        ({"nouns": {"coin": ["硬币/枚", "硬币/枚"]}}, "stands twice"),
        ({"nouns": {"coin2": ["硬币/枚"]}}, "noun category"),
        ({"nouns": ["coin"]}, "must map categories"),
    ],
)
def test_a_fault_of_the_file_is_refused(tmp_path: Path, keys: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_bank([write_bank(tmp_path, **keys)])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("family: [", ":1: not valid YAML|:2: not valid YAML"),
        ("family: a\nfamily: b\n", "the key family stands twice"),
        ("just text", "has the keys"),
        ("family: !!python/object/apply:os.getcwd []", "not valid YAML"),
        (b"family: \xff", "not UTF-8"),
        ("family: 2024-13-45", "not valid YAML"),
        ("family: " + "9" * 5000, "not valid YAML"),
        ("[" * 5000, "not valid YAML"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_bank_is_refused(tmp_path: Path, text: str | bytes | None, message: str) -> None:
    path = tmp_path / "bad.zh.yaml"
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DataError, match=message) as caught:
        load_bank([path])
    assert str(path) in str(caught.value)


def test_one_id_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="share: the id stands twice"):
        load_bank([write_bank(tmp_path, {}, {})])


PLAIN = ["有{a}个，分给{b}人，每人分到多少？", "{b}人平分{a}个，一人得多少？"]


def _asking(question: str) -> list[str]:
    return [f"有{{a}}和{{b}}，{question}", f"先{{a}}后{{b}}，{question}"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"texts": [PLAIN[0], "{a}个球，平均分，一人得多少？"]}, "text 2 has no slot {b}"),
        (
            {"numbers": GOOD["numbers"] | {"d": "1..9"}, "texts": [PLAIN[0], PLAIN[1] + "第{d}次。"]},
            "text 2 shows {d}, which is neither",
        ),
        ({"distractors": ["b"]}, "distractor b is used by the equation"),
        ({"distractors": ["c"]}, "distractor c is a slot in no text"),
        ({"numbers": GOOD["numbers"] | {"d": "1..9"}}, "number d is never used"),
        (
            {"equation": "a", "texts": ["有{a}个，是多少？", "{a}个，是多少？"], "numbers": {"a": "2..99"}},
            "no operation",
        ),
        ({"numbers": {"b": "2..20", "a": "2..4"}, "answer": "whole"}, "different sets of numbers"),
        ({"numbers": {"b": "2..4", "a": [12, 24, 36]}}, "only 9 different sets of numbers"),
        ({"require": ["a < b"]}, "1000 draws gave no valid instance; the last one: not a < b"),
        ({"numbers": {"b": "1001..2000", "a": "= b + 1"}, "answer": "whole"}, "no valid instance"),
        (
            {"numbers": {"b": "2..99", "a": "2..99"}, "require": ["a == b"], "equation": "a/b + b"},
            "draws on average",
        ),
        ({"texts": _asking("每人分到几个？")}, "asks for a count, so answer must be whole"),
        ({"texts": _asking("来了多少人？")}, "asks for a count, so answer must be whole"),
        (
            {"texts": _asking("第一个是第二个的百分之几？")},
            "asks for a percentage, so answer must be percent",
        ),
        ({"texts": _asking("第一个是第二个的几分之几？")}, "asks for a fraction, so answer must be fraction"),
        ({"answer": "percent"}, "does not ask for a percentage"),
        (
            {"answer": "percent", "texts": _asking("是百分之几？"), "unit": "个"},
            "a percentage has no unit",
        ),
        ({"unit": "只"}, "counted in 只 must be whole"),
        (
            {"texts": ["{name}和小明有{a}个，分给{b}人？", PLAIN[1]]},
            "text 1 says 小明, which {name} can draw too",
        ),
        ({"texts": ["Share {a} by {b}.", PLAIN[1]]}, "text 1 is not written in zh"),
        ({"texts": [PLAIN[0].replace("，", ","), PLAIN[1]]}, "half-width mark"),
        ({"texts": [PLAIN[0].replace("{b}人", "{b:percent}"), PLAIN[1]]}, "the equation must say b%"),
        ({"equation": "a*b%"}, "every text must say {b:percent}"),
        (
            {
                "texts": ["{a}元打{z:fold}折是多少元？", "打{z:fold}折，原价{a}元，现价多少元？"],
                "numbers": {"a": "10..99", "z": "1..9"},
                "equation": "a*z",
            },
            "the equation must say z/10",
        ),
        (
            {
                "numbers": {"b": "2..2", "a": "2..99"},
                "texts": ["有{a}，分成{b:zh}个盘？", "{a}分到{b:zh}个盘？"],
            },
            "an instance says “二个”",
        ),
        ({"texts": [PLAIN[0], PLAIN[0].replace("，", "。")]}, "text 2 reads the same as text 1"),
        ({"texts": ["有{a}个{fruit}，{b}？", "有{a}只{toy}，{b}？"]}, "text 2 reads the same as text 1"),
        (
            {"texts": ["有{a}个苹果，{b}？", "有{a}{fruit.m}{fruit}，{b}？"]},
            "text 2 reads the same as text 1",
        ),
    ],
)
def test_a_broken_rule_is_found(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    path = write_bank(tmp_path, {"texts": PLAIN} | change)
    faults = check_bank(load_bank([path]))
    assert any(message in fault and fault.startswith(f"{path}:share: ") for fault in faults), faults


ENGLISH = ["Share {a} by {b}: how much is it?", "{b} people share {a}. How much is it each?"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"texts": [ENGLISH[0], "How many {fruit} are {a} by {b}?"]}, "text 2 asks for a count"),
        ({"texts": [ENGLISH[0], "How many more boys are {a} by {b}?"]}, "text 2 asks for a count"),
        ({"texts": [ENGLISH[0], "What percent of {b} is {a}?"]}, "text 2 asks for a percentage"),
        ({"texts": [ENGLISH[0], "What fraction of {b} is {a}?"]}, "text 2 asks for a fraction"),
        ({"texts": [ENGLISH[0], "{a}个{b}？"]}, "text 2 is not written in en"),
        ({"texts": [ENGLISH[0], "{name} and Anna share {a} by {b}."]}, "says Anna"),
        (
            {"numbers": {"b": "1..2", "a": "2..99"}, "texts": ["{a} in {b} hours?", "In {b} hours: {a}?"]},
            "an instance says “1 hours”",
        ),
    ],
)
def test_a_broken_rule_is_found_in_english(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    faults = check_bank(load_bank([write_bank(tmp_path, {"texts": ENGLISH} | change, language="en")]))
    assert any(message in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [
        ("zh", "几个朋友分一分，每人付多少元？", "number"),
        ("zh", "需要多少个小时？", "number"),
        ("zh", "求全长（都是几分之几）。", "number"),
        ("zh", "要多少块钱？", "number"),
        ("zh", "还有几分之几？", "fraction"),
        ("zh", "发芽率是百分之几？", "percent"),
        ("en", "How many kilograms are left?", "number"),
        ("en", "How many hours does it take?", "number"),
        ("en", "How many boxes are needed?", "whole"),
    ],
)
def test_questions_that_go_with_their_answer(tmp_path: Path, language: str, question: str, answer: str) -> None:
    ahead = ("有{a}和{b}，", "先{a}后{b}，") if language == "zh" else ("With {a} and {b}: ", "After {a} by {b}. ")
    numbers = {"b": "2..90", "a": "= b * 3"} if answer != "percent" else {"b": "= 10*k", "a": "= b - 5"}
    numbers = {"k": "1..60"} | numbers if answer == "percent" else numbers
    change = {"texts": [text + question for text in ahead], "answer": answer, "numbers": numbers}
    if answer == "percent":
        change |= {"equation": "(a + 5)/b"}
    assert check_bank(load_bank([write_bank(tmp_path, change, language=language)])) == []


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    templates, faults = read_bank(
        [write_bank(tmp_path, {"id": "one", "grade": 9}, {"id": "two"}, {"id": "three", "answer": "x"})]
    )
    assert [template.id for template in templates] == ["two"]
    assert len(faults) == 2


def test_templates_of_different_files_are_compared(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    faults = check_bank(load_bank([write_bank(tmp_path), write_bank(tmp_path / "other")]))
    assert len(faults) == 2
    assert "text 1 of" in faults[0]


def test_a_folder_is_read_without_its_lexicon(tmp_path: Path) -> None:
    write_bank(tmp_path, {"texts": ["{thing}{a}分{b}，每份多少？", "{b}份{a}，一份多少？"]})
    (tmp_path / LEXICON).write_text("zh: {thing: [球]}\nen: {}\n", encoding="utf-8")
    (template,) = load_bank([tmp_path])
    assert set(template.nouns) == {"thing"}


def test_the_held_out_split_is_fixed(tmp_path: Path) -> None:
    bank = load_bank([write_bank(tmp_path, *({"id": f"t-{index}"} for index in range(40)))])
    assert [template.id for template in bank if is_held_out(template)] == ["t-28", "t-29", "t-36"]


@pytest.mark.parametrize(("equation", "count"), [("a", 0), ("-a%", 0), ("(a+2)*a^2-1", 4)])
def test_operation_count(equation: str, count: int) -> None:
    assert operation_count(parse_expression(equation, names=["a"])) == count


def test_the_bank_is_summarised(tmp_path: Path) -> None:
    bank = load_bank([write_bank(tmp_path, {}, {"id": "second", "grade": 7})])
    assert family_lines(bank) == ["试题: zh 2 (grade 3: 1, grade 7: 1)"]
    assert markdown_tables(bank).splitlines()[2] == "| 试题 | 2 | 0 | 3-7 | 1 |"
    assert "| secondary (7) | 1 | 0 |" in markdown_tables(bank)


def test_missing_bundled_data_is_told_with_a_remedy() -> None:
    with pytest.raises(DataError, match=r"templates/nothing\.yaml is missing; reinstall"):
        data_path("templates", "nothing.yaml")
