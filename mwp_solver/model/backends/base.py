"""What a backend is: input texts in, candidate output texts with scores out."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mwp_solver.options import DecodingOptions

MAX_SOURCE = 256
"""longest input in tokens; longer ones are cut at the front, since the question stands at the end"""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One output of the network.

    Attributes:
        text: sentinels written as ``<extra_id_N>``.
        score: natural logarithm of its probability, not divided by its length.
        weight: what the decoding method weighs it by, where that is not its probability: its share of the outputs
            drawn, or the exponential of its TeaForN objective.
    """

    text: str
    score: float
    weight: float | None = None


class Backend(Protocol):
    """A loaded network."""

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        """For each input text its hypotheses, most probable first."""
        ...


def pool_samples(drawn: Sequence[tuple[str, float]], most: int) -> list[Hypothesis]:
    """Outputs drawn at random as hypotheses, each once, weighed by how often it was drawn.

    Args:
        drawn: text and log-probability of each.
        most: hypotheses to keep.

    Returns:
        The most frequent first, of equally frequent ones the most probable.
    """
    counts = Counter(text for text, _ in drawn)
    scores = dict(drawn)
    order = sorted(counts, key=lambda text: (-counts[text], -scores[text]))
    return [Hypothesis(text, scores[text], counts[text] / len(drawn)) for text in order[:most]]


def sampling_seed(seed: int, text: str) -> int:
    """The seed of one input's draws, above 0: they depend on the input and on nothing that is solved beside it."""
    return zlib.crc32(f"{seed}\n{text}".encode()) or 1
