"""How an answer is to be written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """How an answer is to be written.

    Attributes:
        kind: ``number``, ``percent``, ``fraction`` or ``ratio``.
        places: decimal places asked for (of the percentage, for a percent; below 0
            for tens, hundreds), or ``None``.
        rounding: ``up`` or ``down`` to whole things (至少要几条船, 最多能装几袋), or ``None``.
        mixed: a fraction above 1 is asked for as a mixed number.
        unit: the unit or measure word that the question names, or ``None``.
        language: ``zh`` or ``en``.
        tacit_unit: a unit that is meant though no word of the question names it as asked for (``$`` of how much
            she pays); answers are judged by it and not shown with it.
    """

    kind: str = "number"
    places: int | None = None
    rounding: str | None = None
    mixed: bool = False
    unit: str | None = None
    language: str = "zh"
    tacit_unit: str | None = None
