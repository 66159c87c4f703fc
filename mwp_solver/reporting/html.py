"""A report as one HTML file that needs nothing else: no script, no font, no picture from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from mwp_solver.reporting import svg
from mwp_solver.reporting.markdown import remark
from mwp_solver.reporting.words import (
    BREAKDOWNS,
    CONFIDENCE,
    INTERVALS,
    LATENCY,
    RULE_NAMES,
    headline,
    interval,
    percent,
)

_MOST_BARS = 30
_STYLE = """
:root { color-scheme: light dark; --ink: #1d2733; --soft: #5b6875; --line: #d8dee5; --mark: #2f6fb2; --page: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e9ee; --soft: #9aa7b4; --line: #36414d; --mark: #6fa8e0; --page: #14191f; }
}
body { font: 16px/1.5 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: var(--ink);
  background: var(--page); max-width: 46rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.25; } h2 { margin-top: 2.4rem; } .lead { font-size: 1.15rem; }
.soft, figcaption { color: var(--soft); font-size: .9rem; } figure { margin: 1rem 0; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { white-space: nowrap; }
code { font-family: ui-monospace, monospace; font-size: .85rem; } details { margin: .6rem 0; }
summary { cursor: pointer; } svg { width: 100%; height: auto; display: block; } svg text { fill: var(--ink);
  font-size: 13px; } svg .small { fill: var(--soft); font-size: 11px; } svg .grid { stroke: var(--line); }
svg .bar { fill: var(--mark); opacity: .75; } svg .range { stroke: var(--ink); stroke-width: 1.5; }
svg .diagonal { stroke: var(--soft); stroke-dasharray: 4 4; } svg .dot { fill: var(--mark); opacity: .8; }
"""


def html(report: Mapping[str, Any]) -> str:
    """The whole page; every text of the data is escaped.

    Args:
        report: from :meth:`mwp_solver.scoring.summary.Summary.report`.
    """
    head = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Report of mwp-solver</title><style>{_STYLE}</style></head><body>\n"
    )
    return head + "\n".join(_body(report)) + "\n</body></html>\n"


def _body(report: Mapping[str, Any]) -> Iterator[str]:
    yield f'<h1>Report</h1><p class="lead">{escape(headline(report))}</p>'
    if report["graded"]:
        yield _table(
            ("Rule", "Right", "Accuracy", "Meaning"),
            (
                (RULE_NAMES[rule], f"{figures['correct']:,}", interval(figures), report["rule_meanings"][rule])
                for rule, figures in report["rules"].items()
            ),
        )
        yield f'<p class="soft">{escape(INTERVALS)}</p>'
    if school := report["school"]:
        yield f"<h2>School report</h2><p>{escape(school['sentence'])}</p>"
        yield f'<p lang="zh">{escape(school["sentence_zh"])}</p>'
    if len(report["files"]) > 1:
        yield "<h2>By file</h2>"
        yield _table(
            ("File", "Problems", "Right", "Accuracy", "No expression", "Rows not used"),
            (
                (f["file"], f["total"], f["correct"], percent(f["accuracy"]), f["unsolved"], f["errors"])
                for f in report["files"]
            ),
        )
    for name, groups in report["breakdowns"].items():
        rest = len(groups) - _MOST_BARS
        note = f"; the {_MOST_BARS} largest groups, {rest:,} more are in report.json" if rest > 0 else ""
        plot = svg.bars(groups[:_MOST_BARS], BREAKDOWNS[name])
        yield _figure(BREAKDOWNS[name], plot, f"Share right by the strict rule, with its 95% interval{note}.")
    if report["graded"]:
        error = percent(report["reliability"]["calibration_error"])
        plot = svg.reliability(report["reliability"]["bins"], "Accuracy against confidence")
        yield _figure("Confidence", plot, f"{CONFIDENCE} Expected calibration error: {error}.")
    if report["latency"]["bins"]:
        times = report["latency"]
        plot = svg.histogram(times["bins"], "Problems by time")
        yield _figure("Time", plot, f"{LATENCY} Median {times['median']}, 95% below {times['p95']}.")
    if report["failures"]:
        yield "<h2>Instructive failures</h2>"
        for kind in report["failures"]:
            yield f"<h3>{escape(kind['label'])}: {kind['count']:,}</h3>"
            yield from map(_failure, kind["examples"])
    if report["first_errors"]:
        yield f"<h2>Rows not used: {report['errors']:,}</h2><p>All are in errors.jsonl; the first:</p>"
        yield _table(("Where", "Why"), ((e["where"], e["reason"]) for e in report["first_errors"]))
    yield f"<h2>Signature</h2><p><code>{escape(report['signature_line'])}</code></p>"
    yield _table(("Data", "sha256"), ((file["name"], file["sha256"]) for file in report["signature"]["data"]))
    yield f"<p>Model: sha256 <code>{escape(report['signature']['model']['sha256'])}</code></p>"


def _failure(row: Mapping[str, Any]) -> str:
    table = _table(
        ("Candidate", "Value", "Probability", "Remark"),
        (
            (c["expression"], c["value"] or "–", percent(c["probability"]), remark(c, place, row["right_candidate"]))
            for place, c in enumerate(row["candidates"], 1)
        ),
    )
    key, answer, where = (escape(str(row[name] or "none")) for name in ("key", "answer", "where"))
    summary = f"{escape(row['question'])}<br><b>key {key}, answer {answer}</b>"
    return f'<details><summary>{summary} <span class="soft">{where}</span></summary>{table}</details>'


def _figure(title: str, plot: str, caption: str) -> str:
    return f"<h2>{escape(title)}</h2><figure>{plot}<figcaption>{escape(caption)}</figcaption></figure>"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
