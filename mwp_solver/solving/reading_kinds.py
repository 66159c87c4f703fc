"""The kinds of questions that :mod:`mwp_solver.solving.reading` knows, and what a pattern hands on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

KINDS = {
    "heads_and_legs": ("鸡兔同笼", "heads and legs"),
    "sum_and_difference": ("和差", "sum and difference"),
    "sum_and_multiple": ("和倍、差倍", "sum or difference and multiple"),
    "more_or_less": ("比多少", "more or less than"),
    "percent": ("百分数", "percentage"),
    "distance": ("速度×时间＝路程", "speed × time = distance"),
    "price": ("单价×数量＝总价", "unit price × count = total"),
}
"""kind -> its name in Chinese and in English"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a pattern saw in a question.

    Attributes:
        kind: one of :data:`KINDS`.
        steps: expressions with ``{x}`` for the answer, one after the other; the last gives the stated number.
        stated: that number, as the question says it.
    """

    kind: str
    steps: tuple[str, ...]
    stated: str


Reader = Callable[[str], Iterator[Reading]]
"""what a normalised question says, as far as the reader's patterns know it"""
