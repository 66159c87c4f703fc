"""A report as one HTML file that needs nothing else: no script, no font, no picture from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from mwp_solver.reporting import svg
from mwp_solver.reporting.words import Words, interval, percent

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
th { white-space: nowrap; } td:first-child { min-width: 6rem; }
code { font-family: ui-monospace, monospace; font-size: .85rem; } details { margin: .6rem 0; }
summary { cursor: pointer; } svg { width: 100%; min-width: 32rem; height: auto; display: block; }
svg text { fill: var(--ink); font-size: 13px; } svg .small { fill: var(--soft); font-size: 11px; }
svg .grid { stroke: var(--line); }
svg .bar { fill: var(--mark); opacity: .75; } svg .range { stroke: var(--ink); stroke-width: 1.5; }
svg .diagonal { stroke: var(--soft); stroke-dasharray: 4 4; } svg .dot { fill: var(--mark); opacity: .8; }
"""


def html(report: Mapping[str, Any], words: Words) -> str:
    """The whole page; every text of the data is escaped.

    Args:
        report: from :meth:`mwp_solver.scoring.summary.Summary.report`.
        words: of its language.
    """
    head = (
        f'<!doctype html>\n<html lang="{words.language}"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{words('title')}</title><style>{_STYLE}</style></head><body>\n"
    )
    return head + "\n".join(_body(report, words)) + "\n</body></html>\n"


def _body(report: Mapping[str, Any], words: Words) -> Iterator[str]:
    yield f'<h1>{words("report")}</h1><p class="lead">{escape(words.headline(report))}</p>'
    if report["graded"]:
        yield _table(
            map(words, ("rule", "right", "accuracy", "meaning")),
            (
                (words(f"rule.{rule}"), f"{figures['correct']:,}", interval(figures), words(f"meaning.{rule}"))
                for rule, figures in report["rules"].items()
            ),
        )
        yield f'<p class="soft">{escape(words("intervals"))}</p>'
    if school := report["school"]:
        yield f"<h2>{words('school')}</h2><p>{escape(words.school(school))}</p>"
    if len(report["files"]) > 1:
        yield f"<h2>{words('by_file')}</h2>"
        yield _table(
            map(words, ("file", "problems", "right", "accuracy", "unsolved", "not_used")),
            (
                (f["file"], f["total"], f["correct"], percent(f["accuracy"]), f["unsolved"], f["errors"])
                for f in report["files"]
            ),
        )
    for name, groups in report["breakdowns"].items():
        rest = len(groups) - _MOST_BARS
        more = words("more_groups", shown=_MOST_BARS, rest=rest) if rest > 0 else ""
        plot = svg.bars(words.groups(name, groups[:_MOST_BARS]), words(name), words)
        yield _figure(words(name), plot, words("bars", more=more))
    if report["graded"]:
        error = words("calibration_error", error=percent(report["reliability"]["calibration_error"]))
        plot = svg.reliability(report["reliability"]["bins"], words("accuracy_confidence"), words)
        yield _figure(words("confidence"), plot, f"{words('diagonal')} {error}")
    if report["latency"]["bins"]:
        times = report["latency"]
        plot = svg.histogram(times["bins"], words("by_time"), words)
        yield _figure(words("time"), plot, words("latency", median=times["median"], p95=times["p95"]))
    if report["failures"]:
        yield f"<h2>{words('failures')}</h2>"
        for kind in report["failures"]:
            yield f"<h3>{escape(words('kind.' + kind['kind']))}: {kind['count']:,}</h3>"
            yield from (_failure(row, words) for row in kind["examples"])
    if report["first_errors"]:
        yield f"<h2>{words('not_used')}: {report['errors']:,}</h2><p>{words('first_errors')}</p>"
        yield _table(map(words, ("where", "why")), ((e["where"], e["reason"]) for e in report["first_errors"]))
    yield f"<h2>{words('signature')}</h2><p><code>{escape(report['signature_line'])}</code></p>"
    files = report["signature"]["data"]
    yield _table((words("data"), "sha256"), ((file["name"], file["sha256"]) for file in files))
    yield f"<p>{words('model')}: sha256 <code>{escape(report['signature']['model']['sha256'])}</code></p>"


def _failure(row: Mapping[str, Any], words: Words) -> str:
    right = row["right_candidate"]
    table = _table(
        map(words, ("candidate", "value", "probability", "remark")),
        (
            (c["expression"], c["value"] or "–", percent(c["probability"]), words.remark(c, place, right))
            for place, c in enumerate(row["candidates"], 1)
        ),
    )
    key, answer = (str(row[name] or words("none")) for name in ("key", "answer"))
    summary = f"{escape(row['question'])}<br><b>{escape(words('failure', key=key, answer=answer))}</b>"
    return f'<details><summary>{summary} <span class="soft">{escape(row["where"])}</span></summary>{table}</details>'


def _figure(title: str, plot: str, caption: str) -> str:
    return (
        f'<h2>{escape(title)}</h2><figure><div class="wide">{plot}</div>'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def _table(head: Iterable[str], rows: Iterable[Sequence[object]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
