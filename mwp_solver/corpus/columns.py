"""Which column holds what: a row with columns named by the user, or by habit -> a problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from mwp_solver.corpus.readers.fields import optional_field, text_field
from mwp_solver.corpus.text_lines import Row
from mwp_solver.errors import DataError
from mwp_solver.problem import Problem

FIELDS = tuple(field.name for field in fields(Problem))
"""of a problem; the columns of a table written by :mod:`mwp_solver.corpus.writing`"""

# What a column may be called, best first; letters' case does not matter.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "question": ("question", "题目", "问题", "题干", "原题", "应用题", "original_text", "text", "problem"),
    "equation": ("equation", "expression", "方程", "算式", "列式"),
    "answer": ("answer", "ans", "答案", "参考答案", "标准答案", "正确答案", "得数", "key", "golden"),
    "id": ("id", "编号", "题号", "序号"),
    "language": ("language", "lang", "语言"),
    "grade": ("grade", "年级"),
    "family": ("family", "类型", "题型", "type"),
}
_SHOWN = 20
"""columns named in an error, and characters of each"""
_GRADES = {name: grade for names in ("123456", "一二三四五六") for grade, name in enumerate(names, 1)}
_GRADES |= dict.fromkeys(("7", "七", "初一"), 7)


def problem_of(row: Row, columns: Mapping[str, str]) -> Problem:
    """The problem that a row holds.

    Args:
        row: column -> value.
        columns: field of a problem -> column, where the caller names it; else its usual names are tried.

    Raises:
        DataError: if a named column is missing, there is no question, or a value is of no use.
    """
    names = {name.strip().casefold(): name for name in reversed(row) if isinstance(name, str)}
    found: dict[str, str | None] = {}
    for field, guesses in _COLUMNS.items():
        column = columns.get(field) or next((names[guess] for guess in guesses if guess in names), None)
        if field in columns and column not in row:
            raise DataError(f'column "{column}" is missing')
        found[field] = None if column is None else optional_field(row, column)
    question = found.pop("question")
    if question is None and "question" not in columns and names.keys().isdisjoint(_COLUMNS["question"]):
        listed = ", ".join(f'"{name[:_SHOWN]}"' for name in list(names.values())[::-1][:_SHOWN])
        raise DataError(f"the question is missing; if a column holds it, name that (--question-column): {listed}")
    if question is None:
        raise DataError("the question is missing or empty")
    if "question" not in columns and "body" in names and "question" in names:
        # SVAMP and its like tell the story in one column and ask in another.
        question = f"{text_field(row, names['body'])} {question}"
    grade = _grade(found.pop("grade"), strict="grade" in columns)
    language = (found.pop("language") or "").casefold()[:2]
    known = language if language in ("zh", "en") else None
    return Problem(question=question, grade=grade, language=known, **found)


def _grade(text: str | None, strict: bool) -> int | None:
    if text is None:
        return None
    core = text.removesuffix("年级").removeprefix("小学")
    if core not in _GRADES and strict:
        raise DataError("grade is not 1 to 7")
    return _GRADES.get(core)
