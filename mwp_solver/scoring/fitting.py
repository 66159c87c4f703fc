"""Choices of held-out problems -> a re-ranker, a calibration and a threshold; fitted by Newton's method."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from mwp_solver.errors import DataError
from mwp_solver.scoring.choices import Choice
from mwp_solver.solving.decision import Calibration, Decision, logit
from mwp_solver.solving.features import FEATURES

RIDGE = 1.0
"""weight of the squared weights (of features scaled to one spread), so that a rare feature is not overrated"""
_STEPS, _ENOUGH = 50, 1e-6


def fit_reranker(problems: Iterable[Sequence[Choice]]) -> dict[str, float]:
    """Weights under which the right values get the greatest share: conditional logit (McFadden, 1974).

    Maximises Σ log (share of the right values) over the problems that have right and wrong ones, less a ridge.

    Args:
        problems: the choices of each.

    Raises:
        DataError: if no problem has right and wrong values.
    """
    import numpy as np

    names = list(FEATURES)
    tables = [
        (np.array([[choice.features[name] for name in names] for choice in found]), np.array([c.right for c in found]))
        for found in problems
        if any(choice.right for choice in found) and not all(choice.right for choice in found)
    ]
    if not tables:
        raise DataError("no problem has right and wrong values to learn to tell apart; give more held-out problems")
    spread = np.concatenate([table for table, _ in tables]).std(axis=0)
    spread[spread == 0] = 1.0
    weights = np.zeros(len(names))
    for _ in range(_STEPS):
        gradient, curvature = -RIDGE * weights, RIDGE * np.eye(len(names))
        for table, right in tables:
            scaled = table / spread
            shares = _softmax(scaled @ weights)
            of_right = shares * right / (shares * right).sum()
            mean = shares @ scaled
            gradient += (of_right - shares) @ scaled
            curvature += (scaled.T * shares) @ scaled - np.outer(mean, mean)
        step = np.linalg.solve(curvature, gradient)
        weights += step
        if abs(step).max() < _ENOUGH:
            break
    return {name: float(weight) for name, weight in zip(names, weights / spread, strict=True)}


def shares_of(decision: Decision, found: Sequence[Choice]) -> list[float]:
    """The share of each choice: by the re-ranker, or without one by its votes; they sum to 1 if there are any."""
    if decision.reranker is not None:
        return decision.shares([choice.features for choice in found])
    total = sum(choice.votes for choice in found) or 1.0
    return [choice.votes / total for choice in found]


def chosen(decision: Decision, found: Sequence[Choice]) -> tuple[float, Choice] | None:
    """The choice of the greatest share, with its share; ``None`` if there is nothing to choose from."""
    return max(zip(shares_of(decision, found), found, strict=True), key=lambda pair: pair[0], default=None)


def fit_calibration(points: Sequence[tuple[float, float, bool]]) -> Calibration:
    """The most likely calibration.

    Args:
        points: share of the chosen value, probability of all proposals, and whether it was right, of each answer.

    Raises:
        DataError: if all are right or all are wrong.
    """
    import numpy as np

    right = np.array([float(point[2]) for point in points])
    if not 0 < right.sum() < len(right):
        raise DataError("confidence is fitted on right and wrong answers; give more held-out problems")
    columns = np.array([[1.0, logit(share), logit(covered)] for share, covered, _ in points])
    used = [0, 1, 2]
    while True:
        weights = _logistic(columns[:, used], right)
        low = [place for place in range(1, len(used)) if weights[place] < 0]
        if not low:
            break
        used.pop(min(low, key=lambda place: weights[place]))  # more belief must not mean less confidence
    found = dict.fromkeys(range(3), 0.0) | dict(zip(used, map(float, weights), strict=True))
    return Calibration(found[0], found[1], found[2])


def covered(found: Sequence[Choice]) -> float:
    """The probability of all proposals that have a value, at most 1."""
    return min(1.0, sum(choice.mass for choice in found))


def choose_threshold(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """The confidence from which an answer is shown as sure.

    By this rule: of 0.05, 0.10 … 0.95, the threshold at which right answers shown as sure outnumber wrong ones by most
    (the lowest of equals). With perfect calibration that is 0.5.
    """
    pairs = list(zip(confidences, right, strict=True))
    steps = [step / 20 for step in range(1, 20)]
    return max(steps, key=lambda step: (sum(1 if ok else -1 for sure, ok in pairs if sure >= step), -step))


def crossed(problems: Sequence[Sequence[Choice]], halves: Sequence[int], decision: Decision) -> list[Any]:
    """For each problem what is chosen by a re-ranker fitted on the other half; without a re-ranker, by votes.

    Args:
        problems: the choices of each.
        halves: 0 or 1 for each.
        decision: says whether there is a re-ranker.

    Returns:
        What :func:`chosen` gives, a problem.
    """
    if decision.reranker is None:
        return [chosen(decision, found) for found in problems]
    fitted = [
        replace(decision, reranker=fit_reranker(p for p, half in zip(problems, halves, strict=True) if half != own))
        for own in (0, 1)
    ]
    return [chosen(fitted[half], found) for found, half in zip(problems, halves, strict=True)]


def _softmax(scores: Any) -> Any:
    import numpy as np

    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def _logistic(columns: Any, right: Any) -> Any:
    import numpy as np

    weights = np.zeros(columns.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-(columns @ weights)))
        # A trace of ridge keeps the step finite where a column separates right from wrong.
        curvature = (columns.T * (chance * (1 - chance))) @ columns + 1e-3 * np.eye(len(weights))
        step = np.linalg.solve(curvature, columns.T @ (right - chance) - 1e-3 * weights)
        weights += step
        if abs(step).max() < _ENOUGH:
            break
    return weights
