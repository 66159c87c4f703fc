"""Bootstrap intervals and tests, from counts alone: no row is held in memory.

Resampling n rows of which k are right, with replacement, gives a number of right rows that is binomial(n, k/n);
resampling pairs gives multinomial counts. Drawing those is the same bootstrap as drawing rows (Efron, 1979).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SEED = 0
RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Accuracy:
    """A share with its 95% interval.

    Attributes:
        correct: rows graded right.
        total: rows graded.
        value: the share; 0 for no rows.
        low: lower end of the interval.
        high: upper end.
    """

    correct: int
    total: int
    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, Any]:
        """For JSON, rounded to 6 decimals."""
        return {
            "correct": self.correct,
            "total": self.total,
            "accuracy": round(self.value, 6),
            "low": round(self.low, 6),
            "high": round(self.high, 6),
        }


def accuracy_interval(correct: int, total: int, *, seed: int = SEED, resamples: int = RESAMPLES) -> Accuracy:
    """Accuracy with its 95% percentile bootstrap interval.

    Args:
        correct: rows graded right.
        total: rows graded.
        seed: of the draws; the same seed gives the same interval.
        resamples: how many draws.
    """
    if not total:
        return Accuracy(0, 0, 0.0, 0.0, 0.0)
    import numpy

    draws = numpy.random.default_rng(seed).binomial(total, correct / total, size=resamples) / total
    low, high = numpy.percentile(draws, [2.5, 97.5])
    return Accuracy(correct, total, correct / total, float(low), float(high))


@dataclass(frozen=True, slots=True)
class Difference:
    """How two models differ on the same rows; all shares are B less A.

    Attributes:
        total: rows graded of both.
        correct_a: right of A.
        correct_b: right of B.
        won: rows right of B alone.
        lost: rows right of A alone.
        value: accuracy of B less that of A.
        low: lower end of its 95% interval.
        high: upper end.
        p: two-sided p-value: the chance of a difference at least this large if there were none.
    """

    total: int
    correct_a: int
    correct_b: int
    won: int
    lost: int
    value: float
    low: float
    high: float
    p: float


def paired_bootstrap(
    both: int, won: int, lost: int, neither: int, *, seed: int = SEED, resamples: int = RESAMPLES
) -> Difference:
    """Compare two models by resampling pairs of verdicts (Koehn, EMNLP 2004).

    Args:
        both: rows right of both.
        won: right of B alone.
        lost: right of A alone.
        neither: right of neither.
        seed: of the draws.
        resamples: how many draws; the smallest p-value possible is 1/(resamples + 1).
    """
    total = both + won + lost + neither
    if not total:
        return Difference(0, 0, 0, 0, 0, 0.0, 0.0, 0.0, 1.0)
    import numpy

    shares = [won / total, lost / total, (both + neither) / total]
    draws = numpy.random.default_rng(seed).multinomial(total, shares, size=resamples)
    net = draws[:, 0] - draws[:, 1]  # whole rows, so that "as large" is no matter of rounding
    observed = won - lost
    # The draws scatter around what was observed; moved to 0 they show what chance alone does.
    extreme = int((numpy.abs(net - observed) >= abs(observed)).sum())
    low, high = numpy.percentile(net / total, [2.5, 97.5])
    return Difference(
        total=total,
        correct_a=both + lost,
        correct_b=both + won,
        won=won,
        lost=lost,
        value=observed / total,
        low=float(low),
        high=float(high),
        p=(extreme + 1) / (resamples + 1),
    )
