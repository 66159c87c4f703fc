"""Plots as inline SVG: they need no font, script or file from anywhere, and take their colours from the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from mwp_solver.reporting.words import Words, percent

_WIDTH, _LABEL, _VALUE = 680, 190, 130
_BAR, _GAP = 16, 8
ENGLISH = Words("en")
_LONGEST = 16
_STYLE = (
    "<style>svg{background:#fff;color-scheme:light}text{fill:#1f2937;font:13px system-ui,sans-serif}"
    ".small{fill:#6b7280;font-size:11px}.grid{stroke:#e5e7eb}.bar,.dot{fill:#2563eb;opacity:.8}"
    ".range{stroke:#1f2937;stroke-width:1.5}.diagonal{stroke:#6b7280;stroke-dasharray:4 4}</style>"
)


def bars(groups: Sequence[Mapping[str, Any]], title: str, words: Words = ENGLISH) -> str:
    """Accuracy of groups as horizontal bars, each with its 95% interval.

    Args:
        groups: ``group``, ``accuracy``, ``low``, ``high``, ``total`` each.
        title: for readers who do not see the plot.
        words: of the report.
    """
    span = _WIDTH - _LABEL - _VALUE
    height = len(groups) * (_BAR + _GAP) + 26
    parts = []
    for mark in (0, 0.25, 0.5, 0.75, 1):
        x = _LABEL + mark * span
        parts.append(f'<line class="grid" x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{height - 22}"/>')
        parts.append(_text(x, height - 6, f"{mark:.0%}", "middle", "small"))
    for place, group in enumerate(groups):
        y = place * (_BAR + _GAP) + 2
        low, high = (_LABEL + group[end] * span for end in ("low", "high"))
        middle = y + _BAR / 2
        name = str(group["group"])
        shown = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
        parts.append(_text(_LABEL - 8, y + _BAR - 4, shown, "end", full=name))
        parts.append(f'<rect class="bar" x="{_LABEL}" y="{y}" width="{group["accuracy"] * span:.1f}" height="{_BAR}"/>')
        parts.append(f'<line class="range" x1="{low:.1f}" y1="{middle}" x2="{high:.1f}" y2="{middle}"/>')
        parts += [
            f'<line class="range" x1="{x:.1f}" y1="{y + 4}" x2="{x:.1f}" y2="{y + _BAR - 4}"/>' for x in (low, high)
        ]
        value = words("bar", accuracy=percent(group["accuracy"]), total=group["total"])
        parts.append(_text(_WIDTH - _VALUE + 12, y + _BAR - 4, value, "start"))
    return _svg(_WIDTH, height, title, parts)


def reliability(bins: Sequence[Mapping[str, Any]], title: str, words: Words = ENGLISH) -> str:
    """Accuracy against confidence; a dot's area grows with the problems that it stands for.

    Args:
        bins: ``confidence``, ``accuracy`` (``None`` in an empty one) and ``count`` each.
        title: for readers who do not see the plot.
        words: of the report.
    """
    side, left, bottom = 300, 50, 40
    most = max((one["count"] for one in bins), default=0) or 1
    parts = []
    for mark in (0, 0.25, 0.5, 0.75, 1):
        x, y = left + mark * side, 10 + (1 - mark) * side
        parts.append(f'<line class="grid" x1="{x}" y1="10" x2="{x}" y2="{10 + side}"/>')
        parts.append(f'<line class="grid" x1="{left}" y1="{y}" x2="{left + side}" y2="{y}"/>')
        parts.append(_text(x, side + 26, f"{mark:.0%}", "middle", "small"))
        parts.append(_text(left - 6, y + 4, f"{mark:.0%}", "end", "small"))
    parts.append(f'<line class="diagonal" x1="{left}" y1="{10 + side}" x2="{left + side}" y2="10"/>')
    for one in bins:
        if one["count"]:
            x, y = left + one["confidence"] * side, 10 + (1 - one["accuracy"]) * side
            radius = 3 + 9 * (one["count"] / most) ** 0.5
            shares = {name: percent(one[name]) for name in ("confidence", "accuracy")}
            note = words("dot", count=one["count"], **shares)
            circle = f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}">'
            parts.append(f"{circle}<title>{escape(note)}</title></circle>")
    parts.append(_text(left + side / 2, side + bottom + 2, words("confidence").lower(), "middle", "small"))
    parts.append(_text(left + 6, 24, words("right").lower(), "start", "small"))
    return _svg(left + side + 20, side + bottom + 10, title, parts)


def histogram(bins: Sequence[Mapping[str, Any]], title: str, words: Words = ENGLISH) -> str:
    """How many problems took how long.

    Args:
        bins: ``low``, ``high`` (``None`` in the last) and ``count`` each.
        title: for readers who do not see the plot.
        words: of the report.
    """
    used = [place for place, one in enumerate(bins) if one["count"]]
    shown = bins[used[0] : used[-1] + 1] if used else []
    most = max((one["count"] for one in shown), default=1)
    height, width = 180, _WIDTH / max(len(shown), 6)
    parts = []
    for place, one in enumerate(shown):
        tall = one["count"] / most * (height - 50)
        x = place * width
        y = height - 24 - tall
        parts.append(f'<rect class="bar" x="{x + 2:.1f}" y="{y:.1f}" width="{width - 4:.1f}" height="{tall:.1f}"/>')
        parts.append(_text(x + width / 2, y - 5, f"{one['count']:,}", "middle", "small"))
        parts.append(_text(x + width / 2, height - 8, words.milliseconds(one["low"], one["high"]), "middle", "small"))
    return _svg(_WIDTH, height, title, parts)


def standalone(plot: str) -> str:
    """A plot of this module as the text of a file of its own, with colours that a page would give it."""
    head, _, rest = plot.partition(">")
    named = head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return f"{named}>{_STYLE}{rest}\n"


def _text(x: float, y: float, text: str, anchor: str, style: str = "", full: str = "") -> str:
    note = f"<title>{escape(full)}</title>" if full and full != text else ""
    kind = f' class="{style}"' if style else ""
    return f'<text{kind} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{note}{escape(text)}</text>'


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    box = f'viewBox="0 0 {width:.0f} {height:.0f}" style="max-width:{width:.0f}px"'
    return f'<svg role="img" {box}><title>{escape(title)}</title>{"".join(parts)}</svg>'
