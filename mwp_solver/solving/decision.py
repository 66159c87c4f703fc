"""How a model's candidates are ordered and how far its answers are believed: what a checkpoint says of itself.

``decision.json`` stands in a checkpoint, among the files that its manifest vouches for. It is fitted on held-out
problems by :mod:`mwp_solver.scoring.fitting`; without it, rules order the candidates and confidence is probability.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import exp, isfinite, log
from pathlib import Path
from typing import Any

from mwp_solver.errors import ModelError
from mwp_solver.options import UNSURE_BELOW
from mwp_solver.solving.features import FEATURES

DECISION = "decision.json"
_EDGE = 5e-3


@dataclass(frozen=True, slots=True)
class Calibration:
    """Chance that the first value is right: the logistic function of bias + share·logit(s) + covered·logit(c) (Platt,
    1999).

    s is the share of the value among all values proposed, c the probability of all proposals together. Weights are
    never below 0: a value more believed on either count is not held less likely right.
    """

    bias: float
    share: float
    covered: float

    def __call__(self, share: float, covered: float) -> float:
        """The calibrated chance, 0 to 1."""
        return 1 / (1 + exp(-(self.bias + self.share * logit(share) + self.covered * logit(covered))))

    def chances(self, shares: Sequence[float], covered: float) -> list[float]:
        """The chance of each value: the first's calibrated, the others' in proportion, all together at most 1.

        Args:
            shares: of all values, the greatest counts as the first's; they sum to 1.
            covered: probability of all proposals.
        """
        if not shares:
            return []
        top = max(shares)
        first = min(self(top, covered), 1 / list(shares).count(top))
        # Either the first's odds to the others as the shares say, or what the first leaves, whichever is less.
        others = min(first / top, (1 - first) / (1 - top)) if top < 1 else 0.0
        return [first if share == top else share * others for share in shares]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is known of a model beside its weights.

    Attributes:
        reranker: weight of each of :data:`mwp_solver.solving.features.FEATURES`, or ``None``: the softmax of the
            weighted sums gives each value its share of the votes.
        calibration: of confidence, or ``None``.
        unsure_below: confidence below which an answer is shown as not sure.
    """

    reranker: Mapping[str, float] | None = None
    calibration: Calibration | None = None
    unsure_below: float = UNSURE_BELOW

    def shares(self, seen: Sequence[Mapping[str, float]]) -> list[float]:
        """The re-ranker's share of each value, given the features of all; they sum to 1."""
        weights = self.reranker or {}
        scores = [sum(weight * features[name] for name, weight in weights.items()) for features in seen]
        highest = max(scores, default=0.0)
        powers = [exp(score - highest) for score in scores]
        return [power / sum(powers) for power in powers]


def logit(share: float) -> float:
    """log(p / (1-p)), of p no nearer than 0.005 to 0 or 1: what a small network thinks certain is not."""
    share = min(max(share, _EDGE), 1 - _EDGE)
    return log(share / (1 - share))


def write_decision(directory: Path, decision: Decision) -> None:
    """Write ``decision.json``; the manifest must be written anew after it."""
    content = {"format": 1, **asdict(decision)}
    (directory / DECISION).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def read_decision(directory: Path, manifest: Mapping[str, Any]) -> Decision:
    """The decision of a checkpoint; if its manifest names none, the default.

    Raises:
        ModelError: if it cannot be read, or weighs what this version does not know.
    """
    if DECISION not in manifest["files"]:
        return Decision()
    path = directory / DECISION
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != 1:
            raise ValueError(f"format {content['format']}")
        reranker = content["reranker"]
        if reranker is not None:
            if unknown := sorted(reranker.keys() - FEATURES.keys()):
                raise ValueError(f"unknown features {', '.join(unknown)}")
            reranker = {name: _number(weight) for name, weight in reranker.items()}
        calibration = content["calibration"]
        if calibration is not None:
            calibration = Calibration(*(_number(calibration[name]) for name in ("bias", "share", "covered")))
        return Decision(reranker, calibration, _number(content["unsure_below"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{path} cannot be read: {error}; make it anew with evaluation/calibration.py, or remove it and its line "
            "in the manifest"
        ) from error


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return float(value)
