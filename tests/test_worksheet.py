"""The formats that problems are written in."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser

import pytest

from mwp_solver.corpus.worksheet import CSV_COLUMNS, WRITERS
from mwp_solver.problem import Problem

PROBLEMS = [
    Problem("35只鸡兔共94只脚，兔有几只？", "(94-2*35)/2", "12", "鸡兔同笼/a#1", "zh", 4, "鸡兔同笼"),
    Problem("60元的(2/3)是多少？", "60*(2/3)", "40", "分数/b#1", "zh", 6, "分数"),
]
HOSTILE = Problem('<script>alert("1")</script> & *a* _b_ | `c` [d](e)', "1+1", "2", "=1+1", "en", 1, "+x")


def _written(format_: str, problems: list[Problem], with_answers: bool = True) -> str:
    stream = io.StringIO()
    WRITERS[format_](iter(problems), stream, with_answers)
    return stream.getvalue()


@pytest.mark.parametrize("format_", sorted(WRITERS))
def test_answers_are_only_written_when_asked_for(format_: str) -> None:
    shown, hidden = _written(format_, PROBLEMS), _written(format_, PROBLEMS, with_answers=False)
    for problem in PROBLEMS:
        assert problem.question.split("，")[0].replace("(", "") in shown.replace("\\", "").replace("(", "")
    assert "35)" in shown
    assert "35)" not in hidden
    assert "40" not in hidden


def test_json_lines_read_back() -> None:
    rows = [json.loads(line) for line in _written("jsonl", PROBLEMS).splitlines()]
    assert [Problem(**row) for row in rows] == PROBLEMS


def test_csv_reads_back() -> None:
    rows = list(csv.DictReader(io.StringIO(_written("csv", PROBLEMS))))
    assert rows[0] == {key: str(value) for key, value in PROBLEMS[0].to_dict().items()}
    assert tuple(csv.DictReader(io.StringIO(_written("csv", PROBLEMS, False))).fieldnames or ()) == CSV_COLUMNS


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "\t", "\r", " =", "\u3000+"])
def test_a_csv_cell_never_runs_as_a_formula(start: str) -> None:
    rows = list(csv.reader(io.StringIO(_written("csv", [Problem(start + "cmd()")]), newline="")))
    assert rows[1][CSV_COLUMNS.index("question")] == "'" + start + "cmd()"


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [name for name, _ in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_is_escaped_and_self_contained() -> None:
    page = _Page()
    page.feed(_written("html", [HOSTILE]))
    assert "script" not in page.tags
    assert HOSTILE.question in page.text
    assert page.links == []
    assert "url(" not in page.text
    assert "@import" not in page.text


def test_html_prints_the_key_on_its_own_page() -> None:
    text = _written("html", PROBLEMS)
    assert '<html lang="zh">' in text
    assert "size: A4" in text
    assert "break-before: page" in text
    assert text.index('class="problems"') < text.index('class="key"')
    assert '<section class="key">' not in _written("html", PROBLEMS, False)


def test_the_key_has_school_signs() -> None:
    text = _written("html", PROBLEMS)
    assert "(94-2×35)÷2 = 12" in text
    assert "60×(2/3) = 40" in text


def test_markdown_is_escaped() -> None:
    text = _written("md", [HOSTILE])
    assert "\\<script\\>" in text
    assert "\\*a\\* \\_b\\_ \\| \\`c\\`" in text
    assert text.startswith("# Math word problems\n")
    assert "\n## Answer key\n\n1. 1+1 = 2\n" in text


def test_a_mixed_sheet_asks_each_problem_in_its_language() -> None:
    text = _written("md", [PROBLEMS[0], HOSTILE])
    assert "   答: " in text
    assert "   Answer: " in text
