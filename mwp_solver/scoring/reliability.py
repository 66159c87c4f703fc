"""Confidence against accuracy: do answers believed with 70% come out right seven times in ten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

BINS = 10
"""of confidence, all of one width"""


class Reliability:
    """Takes answers one by one and says how far their confidence can be trusted."""

    def __init__(self) -> None:
        self._bins = [[0, 0, 0.0] for _ in range(BINS)]

    def add(self, confidence: float, correct: bool) -> None:
        """Take one answer; the confidence is from 0 to 1."""
        place = self._bins[min(int(confidence * BINS), BINS - 1)]
        place[0] += 1
        place[1] += correct
        place[2] += confidence

    def report(self) -> dict[str, Any]:
        """The bins and the expected calibration error.

        Returns:
            ``bins`` with ``low``, ``high``, ``count``, mean ``confidence`` and ``accuracy`` (``None`` in an empty one);
            ``calibration_error``, the mean over all answers of the gap between the last two of their bin (Naeini et
            al., AAAI 2015, section 4), or ``None`` without answers.
        """
        total = sum(place[0] for place in self._bins)
        bins = [
            {
                "low": index / BINS,
                "high": (index + 1) / BINS,
                "count": count,
                "confidence": round(confidence / count, 4) if count else None,
                "accuracy": round(correct / count, 4) if count else None,
            }
            for index, (count, correct, confidence) in enumerate(self._bins)
        ]
        gap = sum(abs(confidence - correct) for _, correct, confidence in self._bins)
        return {"bins": bins, "calibration_error": round(gap / total, 4) if total else None}


def reliability(confidences: Sequence[float], correct: Iterable[bool]) -> dict[str, Any]:
    """The report of a list of answers, see :meth:`Reliability.report`."""
    taken = Reliability()
    for confidence, right in zip(confidences, correct, strict=True):
        taken.add(confidence, right)
    return taken.report()
