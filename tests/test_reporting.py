"""Reports: whole, escaped, and in need of nothing from elsewhere."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from batch_fakes import run

from mwp_solver.reporting import svg
from mwp_solver.reporting.files import NAMES, write_reports
from mwp_solver.reporting.html import html
from mwp_solver.reporting.markdown import markdown, plain
from mwp_solver.reporting.words import LANGUAGES, Words

EVIL = "<script>alert(1)</script> | **3** ![x](http://evil.example/x.png) \"' 4个 <img src=//evil.example> 一共几个？"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("reporting")
    rows = [
        {"question": f"第{n}天有{n}个苹果和3个桃，一共几个？", "answer": str(n + 3), "grade": 1 + n % 3, "family": "加"}
        for n in range(2, 30)
    ]
    rows += [{"question": EVIL, "answer": "12", "family": EVIL, "grade": 2, "equation": "3*4"}] * 2
    rows += [{"question": "有2个梨和3个梨，一共几个？", "answer": "5"}, {"question": "", "answer": "5"}]
    rows += [{"question": "有9个苹果，吃了3个，还剩几个？", "answer": "6"}]
    path = folder / "<b>.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return run([path], folder / "out")


class Page(HTMLParser):
    """What a page is made of; notes tags left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [
            f"{name}={value}" for name, value in attrs if name in ("src", "href", "srcset", "data", "action")
        ]
        self.links += [name for name, _ in attrs if name.startswith("on")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_nothing_and_runs_nothing(report: dict[str, Any], language: str) -> None:
    text = html(report, Words(language))
    page = Page(text)
    assert page.open == []
    assert page.links == []
    assert not {"script", "img", "link", "iframe", "object", "b>"} & set(page.tags)
    assert "url(" not in text
    assert "default-src 'none'" in text
    assert "&lt;script&gt;" in text


def test_the_page_has_every_part(report: dict[str, Any]) -> None:
    text = html(report, Words("en"))
    assert Page(text).tags.count("svg") == 7  # five breakdowns, confidence, time
    for words in (
        "School report",
        "within 0.0001",
        "Instructive failures",
        "Rows not used: 1",
        report["signature_line"],
    ):
        assert words in text
    assert "the right value was among" in text.lower()  # 9-3 is the adder's second candidate


def test_plots_are_well_formed(report: dict[str, Any]) -> None:
    drawn = [
        svg.bars(report["breakdowns"]["family"], "families <&>"),
        svg.reliability(report["reliability"]["bins"], "r"),
        svg.histogram(report["latency"]["bins"], "t"),
        svg.histogram([], "none"),
        svg.reliability([], "none"),
        svg.bars([], "none"),
    ]
    for plot in drawn:
        ElementTree.fromstring(plot)


def test_bars_are_as_long_as_they_should_be() -> None:
    group = {"group": "g", "accuracy": 0.5, "low": 0.25, "high": 0.75, "total": 8}
    tree = ElementTree.fromstring(svg.bars([group, {**group, "accuracy": 1.0}], "t"))
    half, whole = (float(bar.attrib["width"]) for bar in tree.iter("rect"))
    assert whole == pytest.approx(2 * half)
    first = next(line for line in tree.iter("line") if line.attrib["class"] == "range")
    start = float(next(tree.iter("rect")).attrib["x"])
    assert float(first.attrib["x1"]) == pytest.approx(start + half / 2)
    assert float(first.attrib["x2"]) == pytest.approx(start + half * 1.5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown_tables_have_as_many_cells_as_their_heads(report: dict[str, Any], language: str) -> None:
    text = markdown(report, Words(language))
    widths: list[int] = []
    for line in text.splitlines():
        if line.startswith("|"):
            widths.append(len(re.findall(r"(?<!\\)\|", line)))
            assert widths[-1] == widths[-2] if len(widths) > 1 else True, line
        else:
            widths.clear()
    assert "<script>" not in text.replace("\\<", "")
    assert "](http" not in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a|b", r"a\|b"),
        ("3*4\n5", r"3\*4 5"),
        ("<b>", r"\<b\>"),
        ("[x](y)", r"\[x\]\(y\)"),
        (None, ""),
        ("一二", "一二"),
    ],
)
def test_text_is_plain_in_markdown(text: str | None, expected: str) -> None:
    assert plain(text) == expected


def test_three_files_are_written(tmp_path: Path, report: dict[str, Any]) -> None:
    write_reports(tmp_path, report)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(NAMES)
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8")) == report


def test_without_keys_there_is_still_a_report(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(json.dumps({"question": "有2个苹果和3个苹果，一共几个？"}))
    found = run([path], tmp_path / "out")
    for text in (html(found, Words("en")), markdown(found, Words("en"))):
        assert "none with a key" in text
        assert "Instructive" not in text


def test_a_chinese_report_has_no_english_words(report: dict[str, Any]) -> None:
    english, chinese = (html(report, Words(language)) for language in ("en", "zh"))
    assert '<html lang="zh">' in chinese
    for words in (
        *("年级报告", "误差 1% 以内", "值得一看的错题", "不可用的行: 1", "按年级", "整数", "已选"),
        report["school"]["sentence_zh"],
    ):
        assert words in chinese
        assert words not in english
    for words in (
        *("Share right", "Rule", "School report", "whole numbers", "Probability", "key 6", "chosen", "equal exactly"),
        report["school"]["sentence"],
    ):
        assert words in english
        assert words not in chinese


def test_families_keep_their_names() -> None:
    groups = [{"group": "decimals"}, {"group": "(others)"}]
    assert [one["group"] for one in Words("zh").groups("family", groups)] == ["decimals", "（其他）"]
    assert [one["group"] for one in Words("zh").groups("numbers", groups)] == ["小数", "（其他）"]
    assert [one["group"] for one in Words("zh").groups("steps", [{"group": "6 or more"}])] == ["6 及以上"]
    assert Words("en").groups("numbers", groups) == groups


@pytest.mark.parametrize(
    ("questions", "language"),
    [
        (["有2个苹果和3个桃，一共几个？"] * 2 + ["2 apples and 3 pears, how many?"], "zh"),
        (["有2个苹果和3个桃，一共几个？"] + ["2 apples and 3 pears, how many?"] * 2, "en"),
    ],
)
def test_a_report_speaks_the_language_of_most_questions(tmp_path: Path, questions: list[str], language: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text("".join(json.dumps({"question": question}) + "\n" for question in questions))
    found = run([path], tmp_path / "out")
    assert found["language"] == language
    for given, expected in ((None, language), ("zh", "zh"), ("en", "en")):
        write_reports(tmp_path, found, given)
        assert f'<html lang="{expected}">' in (tmp_path / "report.html").read_text(encoding="utf-8")
