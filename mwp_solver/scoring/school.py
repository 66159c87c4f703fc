"""A school report: accuracy grade by grade, and which grade is passed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mwp_solver.scoring.intervals import accuracy_interval

PASS = 0.6
"""share right at which a grade is passed, as in CMATH (Wei et al., 2023)"""
_SECONDARY = 7
_CHINESE = "零一二三四五六"


def school_report(grades: Mapping[int, tuple[int, int]]) -> dict[str, Any] | None:
    """The school report of a set.

    Args:
        grades: grade -> rows right, rows graded.

    Returns:
        ``pass_mark``, ``grades`` (a list: grade, accuracy with interval, passed), ``passed`` (the highest grade
        that is passed together with all below it, or ``None``) and the sentence that says so in English
        (``sentence``) and Chinese (``sentence_zh``); ``None`` without grades.
    """
    rows = []
    for grade in sorted(grades):
        accuracy = accuracy_interval(*grades[grade])
        rows.append({"grade": grade, **accuracy.to_dict(), "passed": accuracy.value >= PASS})
    if not rows:
        return None
    passed: int | None = None
    for row in rows:
        if not row["passed"]:
            break
        passed = row["grade"]
    english, chinese = _sentences(rows, passed)
    return {"pass_mark": PASS, "grades": rows, "passed": passed, "sentence": english, "sentence_zh": chinese}


def _sentences(rows: list[dict[str, Any]], passed: int | None) -> tuple[str, str]:
    mark = f"{PASS:.0%}"
    first = rows[0]
    if passed is None:
        english = f"At {mark} the model does not pass {_english(first['grade'])} ({first['accuracy']:.1%} right)."
        chinese = f"以{mark}为及格线，模型没有通过{_chinese(first['grade'])}（正确率{first['accuracy']:.1%}）。"
    else:
        english = f"At {mark} the model passes {_english(passed)}"
        chinese = f"以{mark}为及格线，模型通过了{_chinese(passed)}"
        if passed != first["grade"]:
            english += f" and every one below it down to {_english(first['grade'])}"
            chinese += f"及以下各年级（从{_chinese(first['grade'])}起）"
        failed = next((row for row in rows if not row["passed"]), None)
        if failed is not None:
            english += f"; it fails {_english(failed['grade'])} ({failed['accuracy']:.1%} right)"
            chinese += f"，没有通过{_chinese(failed['grade'])}（正确率{failed['accuracy']:.1%}）"
        english, chinese = english + ".", chinese + "。"
    unsure = [row["grade"] for row in rows if row["low"] < PASS <= row["high"]]
    if unsure:
        names = ", ".join(_english(grade) for grade in unsure)
        english += f" Too close to call, by the 95% interval: {names}."
        chinese += f"按95%区间，{'、'.join(map(_chinese, unsure))}与及格线过于接近，不能断定。"
    return english, chinese


def _english(grade: int) -> str:
    return "secondary school" if grade == _SECONDARY else f"grade {grade}"


def _chinese(grade: int) -> str:
    return "初中" if grade == _SECONDARY else f"{_CHINESE[grade]}年级"
