"""Write problems out: JSON lines, CSV, or a worksheet in Markdown or print-ready HTML."""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TextIO

from mwp_solver.problem import Problem

CSV_COLUMNS = ("id", "family", "language", "grade", "question")
ANSWER_COLUMNS = ("equation", "answer")

_FORMULA_STARTS = tuple("=+-@＝＋－＠\t\r\n")
_MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_FRACTION = re.compile(r"\(\d+/\d+\)")


@dataclass(frozen=True, slots=True)
class _Words:
    """The fixed words of a worksheet."""

    title: str
    name: str
    date: str
    answer: str
    key: str


_WORDS = {
    "zh": _Words("数学应用题练习", "姓名", "日期", "答", "参考答案"),
    "en": _Words("Math word problems", "Name", "Date", "Answer", "Answer key"),
}


def write_jsonl(problems: Iterable[Problem], stream: TextIO, with_answers: bool) -> None:
    """Write one JSON object a line, with the known fields of :class:`~mwp_solver.problem.Problem`."""
    for problem in problems:
        shown = problem if with_answers else replace(problem, equation=None, answer=None)
        stream.write(json.dumps(shown.to_dict(), ensure_ascii=False) + "\n")


def write_csv(problems: Iterable[Problem], stream: TextIO, with_answers: bool) -> None:
    """Write a table; a cell that a spreadsheet would run as a formula gets an apostrophe before it."""
    columns = CSV_COLUMNS + (ANSWER_COLUMNS if with_answers else ())
    writer = csv.writer(stream)
    writer.writerow(columns)
    for problem in problems:
        writer.writerow([_cell(getattr(problem, column)) for column in columns])


def write_markdown(problems: Iterable[Problem], stream: TextIO, with_answers: bool) -> None:
    """Write a worksheet, and at its end the answer key if asked for."""
    listed = list(problems)
    words = _words(listed)
    stream.write(f"# {words.title}\n")
    for number, problem in enumerate(listed, 1):
        question = _MARKDOWN_SPECIAL.sub(r"\\\1", " ".join(problem.question.split()))
        stream.write(f"\n{number}. {question}\n\n   {_word(problem).answer}: \\_\\_\\_\\_\\_\\_\\_\\_\n")
    if with_answers:
        stream.write(f"\n## {words.key}\n\n")
        for number, problem in enumerate(listed, 1):
            stream.write(f"{number}. {_MARKDOWN_SPECIAL.sub(_escape, _solution(problem))}\n")


def write_html(problems: Iterable[Problem], stream: TextIO, with_answers: bool) -> None:
    """Write a worksheet to print on A4, self-contained; the answer key, if asked for, on its own page."""
    listed = list(problems)
    words = _words(listed)
    language = _language(listed)
    items = "\n".join(
        f'<li><p>{html.escape(problem.question)}</p><p class="answer">{_word(problem).answer}: <span></span></p></li>'
        for problem in listed
    )
    key = ""
    if with_answers:
        solutions = "\n".join(f"<li>{html.escape(_solution(problem))}</li>" for problem in listed)
        key = f'<section class="key">\n<h2>{words.key}</h2>\n<ol>\n{solutions}\n</ol>\n</section>\n'
    stream.write(
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{words.title}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{words.title}</h1>\n"
        f'<p class="pupil">{words.name}: <span></span> {words.date}: <span></span></p>\n'
        f'<ol class="problems">\n{items}\n</ol>\n</main>\n{key}</body>\n</html>\n'
    )


WRITERS: dict[str, Callable[[Iterable[Problem], TextIO, bool], None]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "md": write_markdown,
    "html": write_html,
}
"""Format name -> function(problems, stream, with_answers)."""

_STYLE = """\
@page { size: A4; margin: 18mm 16mm; }
body { font: 12pt/1.6 "Noto Serif CJK SC", "Source Han Serif SC", SimSun, "Songti SC", Georgia, serif;
  color: #000; background: #fff; max-width: 178mm; margin: 0 auto; padding: 8mm; }
h1 { font-size: 18pt; text-align: center; margin: 0 0 4mm; }
.pupil { text-align: center; }
.pupil span, .answer span { display: inline-block; width: 42mm; border-bottom: 1px solid #000; }
.pupil span { margin-right: 8mm; }
ol { padding-left: 8mm; }
.problems li { break-inside: avoid; page-break-inside: avoid; margin-bottom: 4mm; }
.problems p { margin: 0; }
.problems .answer { margin-top: 18mm; }
.key { break-before: page; page-break-before: always; }
@media print { body { max-width: none; padding: 0; } }
"""


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    # Spreadsheets skip leading blanks, and take full-width signs too.
    return "'" + text if text.lstrip(" \u3000").startswith(_FORMULA_STARTS) else text


def _solution(problem: Problem) -> str:
    if problem.equation is None:
        return problem.answer or ""
    # In the key a division has its school sign, a bracketed fraction keeps its stroke.
    equation = problem.equation.replace("*", "×")
    pieces = [piece.replace("/", "÷") for piece in _FRACTION.split(equation)]
    fractions = [*_FRACTION.findall(equation), ""]
    written = "".join(piece + fraction for piece, fraction in zip(pieces, fractions, strict=True))
    return f"{written} = {problem.answer}"


def _escape(match: re.Match[str]) -> str:
    return "\\" + match[1]


def _word(problem: Problem) -> _Words:
    return _WORDS[_language([problem])]


def _language(problems: list[Problem]) -> str:
    return "zh" if any(problem.language != "en" for problem in problems) else "en"


def _words(problems: list[Problem]) -> _Words:
    return _WORDS[_language(problems)]
