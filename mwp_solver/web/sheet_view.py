"""What the page shows of a sheet: cells of text, and HTML in which every text of the data is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from mwp_solver.expression.school import school_notation
from mwp_solver.reporting import svg
from mwp_solver.reporting.words import Words, interval, percent
from mwp_solver.web.language import say
from mwp_solver.web.sheet import SheetProgress, SheetResult

_MOST_BARS = 20
RIGHT, WRONG, NO_KEY, NOT_USED = "✓", "✗", "–", "!"
HEADS = ("line", "mark", "question", "answer", "key", "expression")


class SheetRow(TypedDict):
    """A row of the endpoint ``sheet``: of the file's line, from 1; ``correct`` is null without a key."""

    line: int | None
    question: str | None
    answer: str | None
    expression: str | None
    key: str | None
    correct: bool | None
    error: str | None


class SheetAnswer(TypedDict):
    """What the endpoint ``sheet`` gives back; accuracy is null without keys, its 95% interval too."""

    total: int
    errors: int
    graded: int
    correct: int
    accuracy: float | None
    low: float | None
    high: float | None
    cut: bool
    rows: list[SheetRow]


def sheet_answer(result: SheetResult) -> SheetAnswer:
    """A result for programs."""
    strict = result.report["rules"].get("strict") or {}
    return {
        "total": result.progress.done,
        "errors": result.progress.errors,
        "graded": result.progress.graded,
        "correct": result.progress.correct,
        "accuracy": strict.get("accuracy"),
        "low": strict.get("low"),
        "high": strict.get("high"),
        "cut": result.code == "sheet_cut",
        "rows": sheet_rows(result),
    }


def sheet_rows(result: SheetResult) -> list[SheetRow]:
    """Every row of a sheet, good or bad, in its order."""
    rows: list[tuple[int, SheetRow]] = [
        (
            row["row"],
            {
                "line": row["line"],
                "question": row["question"],
                "answer": row["answer"],
                "expression": row["expression"],
                "key": row["key"],
                "correct": row["correct"],
                "error": None,
            },
        )
        for row in result.rows
    ]
    for row in result.errors:
        bad: SheetRow = {
            "line": row["line"],
            "question": None,
            "answer": None,
            "expression": None,
            "key": None,
            "correct": None,
            "error": row["reason"],
        }
        rows.append((row["row"], bad))
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def table_cells(result: SheetResult) -> list[list[str]]:
    """The rows as cells: line, mark, question (or why not), answer, key, expression."""
    marks = {True: RIGHT, False: WRONG, None: NO_KEY}
    return [
        [
            str(row["line"] or ""),
            NOT_USED if row["error"] else marks[row["correct"]],
            row["question"] or row["error"] or "",
            row["answer"] or "",
            row["key"] or "",
            school_notation(row["expression"] or ""),
        ]
        for row in sheet_rows(result)
    ]


def table_heads(language: str) -> list[str]:
    """What stands above :func:`table_cells`, in the page's language."""
    return [say(f"sheet_head_{name}", language) for name in HEADS]


def bar(progress: SheetProgress) -> str:
    """A progress bar with its numbers."""
    parts = [f"{progress.done:,} / {progress.total:,}"]
    if progress.graded:
        parts.append(f"{RIGHT} {progress.correct:,} / {progress.graded:,} ({progress.correct / progress.graded:.0%})")
    if progress.errors:
        parts.append(f"{NOT_USED} {progress.errors:,}")
    text = " · ".join(parts)
    return (
        f'<div><progress max="{progress.total}" value="{progress.done}"'
        f' aria-label="{progress.done} / {progress.total}"></progress> <span>{text}</span></div>'
    )


def accuracy_line(result: SheetResult) -> str:
    """``60.0% (38.5–81.0%), 12 / 20``; a dash without keys."""
    strict = result.report["rules"].get("strict")
    if not strict:
        return percent(None)
    return f"{interval(strict)}, {strict['correct']:,} / {strict['total']:,}"


def plots(report: Mapping[str, Any], language: str) -> dict[str, str]:
    """Plots as SVG by name: ``family``, ``grade``, ``confidence``; an empty text where there is nothing to show.

    Args:
        report: of a sheet.
        language: of the page, ``zh`` or ``en``.
    """
    words, found = Words(language), {}
    for name in ("family", "grade"):
        groups = words.groups(name, report["breakdowns"].get(name, ())[:_MOST_BARS])
        found[name] = _block(svg.bars(groups, words(name), words)) if groups else ""
    bins = report["reliability"]["bins"]
    shown = report["graded"] and any(one["count"] for one in bins)
    found["confidence"] = _block(svg.reliability(bins, words("confidence"), words)) if shown else ""
    return found


def _block(drawing: str) -> str:
    """HTML that Markdown passes on as it is: a block without an empty line."""
    return f"<div>{' '.join(drawing.split())}</div>"
