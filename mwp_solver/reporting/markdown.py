"""A report as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mwp_solver.reporting.words import BREAKDOWNS, INTERVALS, LATENCY, RULE_NAMES, headline, interval, percent

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-!|~<>&$:@])")
_BLANK = re.compile(r"\s+")


def plain(text: object) -> str:
    """Any text on one line, with every sign that means something in Markdown or HTML made harmless."""
    return _SPECIAL.sub(r"\\\1", _BLANK.sub(" ", "" if text is None else str(text)).strip())


def markdown(report: Mapping[str, Any]) -> str:
    """The whole report.

    Args:
        report: from :meth:`mwp_solver.scoring.summary.Summary.report`.
    """
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    yield "# Report"
    yield ""
    yield headline(report)
    if report["graded"]:
        yield ""
        yield from _table(
            ("Rule", "Right", "Accuracy", "Meaning"),
            (
                (RULE_NAMES[rule], figures["correct"], interval(figures), plain(report["rule_meanings"][rule]))
                for rule, figures in report["rules"].items()
            ),
        )
        yield ""
        yield INTERVALS
    if school := report["school"]:
        yield from ("", "## School report", "", school["sentence"], "", school["sentence_zh"])
    if len(report["files"]) > 1:
        yield from ("", "## By file", "")
        yield from _table(
            ("File", "Problems", "Right", "Accuracy", "No expression", "Rows not used"),
            (
                (plain(f["file"]), f["total"], f["correct"], percent(f["accuracy"]), f["unsolved"], f["errors"])
                for f in report["files"]
            ),
        )
    for name, groups in report["breakdowns"].items():
        yield from ("", f"## {BREAKDOWNS[name]}", "")
        yield from _table(
            ("Group", "Problems", "Right", "Accuracy"),
            ((plain(group["group"]), group["total"], group["correct"], interval(group)) for group in groups),
        )
    if report["graded"]:
        yield from ("", "## Confidence", "")
        yield from _table(
            ("Confidence", "Problems", "Mean confidence", "Accuracy"),
            (
                (f"{b['low']:.1f}–{b['high']:.1f}", b["count"], percent(b["confidence"]), percent(b["accuracy"]))
                for b in report["reliability"]["bins"]
            ),
        )
        yield ""
        yield f"Expected calibration error: {percent(report['reliability']['calibration_error'])}."
    if report["latency"]["bins"]:
        times = report["latency"]
        yield from ("", "## Time", "", f"{LATENCY} Median {times['median']}, 95% below {times['p95']}.")
    yield from _failures(report)
    if report["first_errors"]:
        yield from ("", f"## Rows not used: {report['errors']:,}", "", "All are in errors.jsonl; the first:", "")
        yield from _table(("Where", "Why"), ((plain(e["where"]), plain(e["reason"])) for e in report["first_errors"]))
    yield from ("", "## Signature", "", f"`{report['signature_line'].replace('`', '')}`")


def _failures(report: Mapping[str, Any]) -> Iterator[str]:
    if not report["failures"]:
        return
    yield from ("", "## Instructive failures")
    for kind in report["failures"]:
        yield from ("", f"### {kind['label']}: {kind['count']:,}")
        for row in kind["examples"]:
            yield from ("", f"{plain(row['question'])}")
            yield from (
                "",
                f"Key {plain(row['key'])}; answer {plain(row['answer'] or 'none')}. {plain(row['where'])}",
                "",
            )
            yield from _table(
                ("Candidate", "Value", "Probability", "Remark"),
                (
                    (
                        plain(c["expression"]),
                        plain(c["value"]),
                        percent(c["probability"]),
                        plain(remark(c, place, row["right_candidate"])),
                    )
                    for place, c in enumerate(row["candidates"], 1)
                ),
            )


def remark(candidate: Mapping[str, Any], place: int, right: int | None) -> str:
    """What is to be said of a failure's candidate."""
    parts = ["chosen"] if place == 1 and candidate["value"] is not None else []
    if place == right:
        parts.append("right")
    if candidate.get("error"):
        parts.append(str(candidate["error"]))
    return ", ".join([*parts, *candidate.get("broken", ())])


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(str(cell) for cell in row)} |"
