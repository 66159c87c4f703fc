"""Several networks that answer as one: an ensemble by the mean of their output distributions.

Each writes its own candidates, and a candidate's probability is the mean of those that the networks give it, 0 from one
that did not propose it: a mixture, as in Lakshminarayanan, Pritzel and Blundell (NeurIPS 2017, arXiv 1612.01474,
section 2.4). Networks of different shape and start err differently; what both propose gains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log
from pathlib import Path
from typing import Any

from mwp_solver.errors import ModelError
from mwp_solver.model.backends.base import Backend, Hypothesis
from mwp_solver.model.backends.ct2 import CT2Backend
from mwp_solver.model.checkpoint import SECOND
from mwp_solver.options import DecodingOptions
from mwp_solver.text import language_of


class Committee:
    """A first network and others that help it with questions in their language.

    Args:
        first: answers every question.
        others: each with the languages (``zh``, ``en``) that it knows.
    """

    def __init__(self, first: Backend, others: Sequence[tuple[Backend, frozenset[str]]]) -> None:
        self.first = first
        self.others = list(others)

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        """See :class:`mwp_solver.model.backends.base.Backend`. With the method ``greedy`` the first network writes
        alone: the word means one network's most probable output."""
        found = [[row] for row in self.first.generate(texts, options)]
        if options.method == "greedy":
            return [rows[0] for rows in found]
        for backend, languages in self.others:
            known = [index for index, text in enumerate(texts) if language_of(text) in languages]
            if known:
                for index, row in zip(known, backend.generate([texts[i] for i in known], options), strict=True):
                    found[index].append(row)
        return [mixture(rows) for rows in found]


def mixture(proposed: Sequence[Sequence[Hypothesis]]) -> list[Hypothesis]:
    """The candidates of several networks with their mean probability (and mean weight), most probable first.

    Args:
        proposed: each network's candidates, no text twice in one.
    """
    if len(proposed) == 1:
        return list(proposed[0])
    by_text: dict[str, list[Hypothesis]] = {}
    for row in proposed:
        for hypothesis in row:
            by_text.setdefault(hypothesis.text, []).append(hypothesis)
    mixed = [_mean(text, same, len(proposed)) for text, same in by_text.items()]
    return sorted(mixed, key=lambda hypothesis: (-(hypothesis.weight or 0.0), -hypothesis.score))


def _mean(text: str, same: Sequence[Hypothesis], networks: int) -> Hypothesis:
    most = max(hypothesis.score for hypothesis in same)
    score = most + log(sum(exp(hypothesis.score - most) for hypothesis in same) / networks)
    weights = [hypothesis.weight for hypothesis in same if hypothesis.weight is not None]
    return Hypothesis(text, score, sum(weights) / networks if weights else None)


def load_runtime(directory: Path, manifest: Mapping[str, Any], device: str = "auto", threads: int = 0) -> Backend:
    """The run-time export of a checkpoint, with that of its second network if it has one.

    Args:
        directory: the checkpoint.
        manifest: its manifest.
        device: as for :class:`~mwp_solver.model.backends.ct2.CT2Backend`.
        threads: likewise.

    Raises:
        ModelError: if an export is missing or cannot be read, or the manifest does not say what the second is for.
    """
    first = CT2Backend(directory, device, threads)
    if not (directory / SECOND).is_dir():
        return first
    stated = manifest.get("second")
    languages = stated.get("languages") if isinstance(stated, dict) else None
    if not isinstance(languages, list) or not all(isinstance(language, str) for language in languages):
        raise ModelError(f"{directory}: the manifest does not say which languages its second network knows")
    return Committee(first, [(CT2Backend(directory / SECOND, device, threads), frozenset(languages))])
