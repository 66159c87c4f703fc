"""A report as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mwp_solver.reporting.words import Words, interval, percent

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-!|~<>&$:@])")
_BLANK = re.compile(r"\s+")


def plain(text: object) -> str:
    """Any text on one line, with every sign that means something in Markdown or HTML made harmless."""
    return _SPECIAL.sub(r"\\\1", _BLANK.sub(" ", "" if text is None else str(text)).strip())


def markdown(report: Mapping[str, Any], words: Words) -> str:
    """The whole report.

    Args:
        report: from :meth:`mwp_solver.scoring.summary.Summary.report`.
        words: of its language.
    """
    return "\n".join(_lines(report, words)) + "\n"


def _lines(report: Mapping[str, Any], words: Words) -> Iterator[str]:
    yield f"# {words('report')}"
    yield ""
    yield words.headline(report)
    if report["graded"]:
        yield ""
        yield from _table(
            map(words, ("rule", "right", "accuracy", "meaning")),
            (
                (words(f"rule.{rule}"), figures["correct"], interval(figures), plain(words(f"meaning.{rule}")))
                for rule, figures in report["rules"].items()
            ),
        )
        yield ""
        yield words("intervals")
    if school := report["school"]:
        yield from ("", f"## {words('school')}", "", words.school(school))
    if len(report["files"]) > 1:
        yield from ("", f"## {words('by_file')}", "")
        yield from _table(
            map(words, ("file", "problems", "right", "accuracy", "unsolved", "not_used")),
            (
                (plain(f["file"]), f["total"], f["correct"], percent(f["accuracy"]), f["unsolved"], f["errors"])
                for f in report["files"]
            ),
        )
    for name, groups in report["breakdowns"].items():
        yield from ("", f"## {words(name)}", "")
        yield from _table(
            map(words, ("group", "problems", "right", "accuracy")),
            ((plain(g["group"]), g["total"], g["correct"], interval(g)) for g in words.groups(name, groups)),
        )
    if report["graded"]:
        yield from ("", f"## {words('confidence')}", "")
        yield from _table(
            map(words, ("confidence", "problems", "mean_confidence", "accuracy")),
            (
                (f"{b['low']:.1f}–{b['high']:.1f}", b["count"], percent(b["confidence"]), percent(b["accuracy"]))
                for b in report["reliability"]["bins"]
            ),
        )
        yield ""
        yield words("calibration_error", error=percent(report["reliability"]["calibration_error"]))
    if report["latency"]["bins"]:
        times = report["latency"]
        yield from ("", f"## {words('time')}", "", words("latency", median=times["median"], p95=times["p95"]))
    yield from _failures(report, words)
    if report["first_errors"]:
        yield from ("", f"## {words('not_used')}: {report['errors']:,}", "", words("first_errors"), "")
        rows = ((plain(e["where"]), plain(e["reason"])) for e in report["first_errors"])
        yield from _table(map(words, ("where", "why")), rows)
    yield from ("", f"## {words('signature')}", "", f"`{report['signature_line'].replace('`', '')}`")


def _failures(report: Mapping[str, Any], words: Words) -> Iterator[str]:
    if not report["failures"]:
        return
    yield from ("", f"## {words('failures')}")
    for kind in report["failures"]:
        yield from ("", f"### {words('kind.' + kind['kind'])}: {kind['count']:,}")
        for row in kind["examples"]:
            key, answer = (plain(row[name] or words("none")) for name in ("key", "answer"))
            said = words("failure", key=key, answer=answer)
            yield from ("", plain(row["question"]), "", f"{said} ({plain(row['where'])})", "")
            yield from _table(
                map(words, ("candidate", "value", "probability", "remark")),
                (
                    (
                        plain(c["expression"]),
                        plain(c["value"]),
                        percent(c["probability"]),
                        plain(words.remark(c, place, row["right_candidate"])),
                    )
                    for place, c in enumerate(row["candidates"], 1)
                ),
            )


def _table(titles: Iterable[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    head = list(titles)
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(str(cell) for cell in row)} |"
