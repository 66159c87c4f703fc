"""One math word problem, as every part of the package passes it on."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A school math word problem with whatever is known of it.

    Attributes:
        question: the problem as a person wrote it.
        equation: an arithmetic expression that gives the answer (``"(94-2*35)/2"``), or ``None``.
        answer: the answer in any notation :mod:`mwp_solver.answers` reads, or ``None``.
        id: the row's name in its data set, or ``None``.
        language: ``"zh"`` or ``"en"``, or ``None`` if not known.
        grade: school grade 1-6 (7: secondary school), or ``None``.
        family: kind of problem (``"鸡兔同笼"``), or ``None``.
    """

    question: str
    equation: str | None = None
    answer: str | None = None
    id: str | None = None
    language: str | None = None
    grade: int | None = None
    family: str | None = None

    def to_dict(self) -> dict[str, object]:
        """The fields that are known, for JSON."""
        return {name: value for name, value in asdict(self).items() if value is not None}
