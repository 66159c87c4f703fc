"""What a backend is: input texts in, candidate output texts with scores out."""

from __future__ import annotations

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
    """

    text: str
    score: float


class Backend(Protocol):
    """A loaded network."""

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        """For each input text its hypotheses, most probable first."""
        ...
