"""Faults in how an answer is written though its value is right, or nearly so."""

from __future__ import annotations

import re
from math import gcd
from typing import TYPE_CHECKING

from mwp_solver.answers import AnswerForm, ReadAnswer, format_answer
from mwp_solver.answers.formatting import round_half_up
from mwp_solver.text import normalize_question

if TYPE_CHECKING:
    import sympy

_FRACTION = re.compile(r"(?<![0-9.])([0-9]+)\)? ?/ ?\(?([0-9]+)(?![0-9.])")
_CHINESE_FRACTION = re.compile("([一二两三四五六七八九十百]+)分之([一二两三四五六七八九十百]+)")
_RATIO_IN_WORDS = re.compile("(?<=[0-9]) ?(?:比|to) ?(?=[0-9])")
_RATIO = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?: ?([0-9]+(?:\.[0-9]+)?)")


def ratio_in_signs(answer: str) -> str:
    """``4比3`` and ``4 to 3`` as ``4:3``; where a ratio is asked for they are no range."""
    return _RATIO_IN_WORDS.sub(":", answer)


def fault_of_form(answer: str, read: ReadAnswer, value: sympy.Rational, form: AnswerForm) -> str | None:
    """What is wrong with the form of an answer.

    Args:
        answer: as the pupil wrote it.
        read: the same, read.
        value: the exact value it should have.
        form: what the question asks for.

    Returns:
        A code of :class:`mwp_solver.solving.check.Check` (``not_whole``, ``not_rounded``, ``not_lowest``,
        ``not_percent``, ``not_mixed``, ``rounded_unasked``), or ``None`` if the form is right or the value is not.
    """
    if read.value != value:
        return _fault_of_rounding(read, value, form)
    if form.rounding is not None and value.q != 1:
        return "not_whole"
    if form.places is not None and format_answer(value, form).approximate:
        return "not_rounded"
    if not _in_lowest_terms(normalize_question(answer), form):
        return "not_lowest"
    if form.kind == "percent" and read.kind != "percent":
        return "not_percent"
    return "not_mixed" if form.mixed and read.kind == "fraction" and value > 1 else None


def _fault_of_rounding(read: ReadAnswer, value: sympy.Rational, form: AnswerForm) -> str | None:
    """The answer is the value rounded, or cut off where rounding is asked for, but not as asked."""
    if read.kind not in ("integer", "decimal", "percent") or read.scale != 1:
        return None
    scale, places = (100 if read.kind == "percent" else 1), read.decimals or 0
    # A whole number near the value is a rounded one only where it could be meant as such.
    if read.decimals is None and read.kind != "percent" and not (form.places and form.places > 0 and read.value):
        return None
    numerator, power = round_half_up(int(value.p) * scale, int(value.q), places)
    rounded = read.value * scale * power == numerator
    if form.rounding is not None:
        return "not_whole" if rounded and read.decimals is not None else None
    if form.places is None:
        return "rounded_unasked" if rounded else None
    cut_off = read.value * scale * 10**places == int(value.p) * scale * 10**places // int(value.q)
    as_asked = rounded and form.places == places
    return "not_rounded" if (rounded or cut_off) and not as_asked else None


def _in_lowest_terms(text: str, form: AnswerForm) -> bool:
    ratio = _RATIO.search(text)
    if ratio is not None:
        # Only a ratio that is asked for has to be in lowest terms.
        whole = ratio[1].isdigit() and ratio[2].isdigit()
        return form.kind != "ratio" or whole and gcd(int(ratio[1]), int(ratio[2])) == 1
    fraction = _FRACTION.search(text)
    if fraction is not None:
        return gcd(int(fraction[1]), int(fraction[2])) == 1
    spelled = _CHINESE_FRACTION.search(text)
    if spelled is None or spelled[1] == "百":  # 百分之五十 is a percentage
        return True
    from mwp_solver.quantities import chinese_integer

    bottom, top = chinese_integer(spelled[1]), chinese_integer(spelled[2])
    return bottom is None or top is None or gcd(bottom, top) == 1
