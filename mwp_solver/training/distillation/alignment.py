"""Which of the teacher's tokens stand under a piece of the student's: by the characters of the text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from mwp_solver.anchoring import ANCHOR_PATTERN

Span = tuple[int, int]


def without_anchors(source: str) -> tuple[str, list[int]]:
    """A text as the teacher reads it, and for each of its characters the place in ``source`` (which has anchors)."""
    parts: list[str] = []
    places: list[int] = []
    last = 0
    for match in ANCHOR_PATTERN.finditer(source):
        parts.append(source[last : match.start()])
        places += range(last, match.start())
        last = match.end()
    return "".join(parts) + source[last:], [*places, *range(last, len(source))]


def spans_in_source(spans: Sequence[Span], places: Sequence[int]) -> list[Span]:
    """Spans of the text without anchors as spans of the source, by the places from :func:`without_anchors`."""
    return [(places[start], places[end - 1] + 1) for start, end in spans]


def tokens_under(pieces: Sequence[Span], tokens: Sequence[Span]) -> list[Span]:
    """For each piece the range of tokens, from a first to before a last, that share characters with it.

    A piece that shares none, as an anchor, gets the token that follows it, or the last.

    Args:
        pieces: spans of the student's pieces.
        tokens: spans of the teacher's tokens, at least one, in order.
    """
    starts, ends = [start for start, _ in tokens], [end for _, end in tokens]
    found = []
    for start, end in pieces:
        first, last = bisect_right(ends, start), bisect_left(starts, end)
        if last <= first:
            first = min(first, len(tokens) - 1)
            last = first + 1
        found.append((first, last))
    return found
