"""Show an exact value as its question asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mwp_solver.answers.form import AnswerForm

if TYPE_CHECKING:
    import sympy

_LONGEST_DECIMAL = 6
_PERCENT_PLACES = 1


@dataclass(frozen=True, slots=True)
class FormattedAnswer:
    """An answer to show; ``str()`` gives it with its unit.

    Attributes:
        text: the number (``45``, ``12.50``, ``2/3``, ``35%``, ``3:4``).
        unit: the unit to show beside it, or ``None``.
        approximate: the text is a rounded value.
        language: ``zh`` joins the unit directly, ``en`` with a space.
    """

    text: str
    unit: str | None = None
    approximate: bool = False
    language: str = "zh"

    def __str__(self) -> str:
        space = " " if self.language == "en" and self.unit else ""
        return f"{self.text}{space}{self.unit or ''}"


def format_answer(value: sympy.Rational, form: AnswerForm | None = None) -> FormattedAnswer:
    """Write a value: an integer, else a decimal of at most 6 places, else a fraction in lowest terms.

    Args:
        value: an exact value.
        form: what :func:`mwp_solver.answers.asking.answer_form` gave for the question.

    Returns:
        The text, its unit and whether it is rounded.
    """
    form = form or AnswerForm()
    numerator, denominator = int(value.numerator), int(value.denominator)
    if form.kind == "ratio":
        return FormattedAnswer(f"{numerator}:{denominator}", None, False, form.language)
    if form.kind == "percent":
        return _percent(numerator * 100, denominator, form)
    if form.rounding is not None:
        whole = -(-numerator // denominator) if form.rounding == "up" else numerator // denominator
        return FormattedAnswer(str(whole), form.unit, False, form.language)
    if form.places is not None:
        text, exact = _rounded_text(numerator, denominator, form.places)
        return FormattedAnswer(text, form.unit, not exact, form.language)
    decimal = None if form.kind == "fraction" or form.mixed else _finite(numerator, denominator)
    text = decimal or _fraction(numerator, denominator, form.mixed)
    return FormattedAnswer(text, form.unit, False, form.language)


def round_half_up(numerator: int, denominator: int, places: int) -> tuple[int, int]:
    """``numerator/denominator`` rounded half up (away from 0) to ``places`` places.

    Args:
        numerator: any integer.
        denominator: above 0.
        places: below 0 for tens, hundreds.

    Returns:
        The rounded value as a numerator and a power of ten under it.
    """
    up, down = 10 ** max(places, 0), 10 ** max(-places, 0)
    top, bottom = abs(numerator) * up, denominator * down
    rounded = (2 * top + bottom) // (2 * bottom) * down
    return (-rounded if numerator < 0 else rounded), up


def _percent(numerator: int, denominator: int, form: AnswerForm) -> FormattedAnswer:
    text = _finite(numerator, denominator) if form.places is None else None
    if text is not None:
        return FormattedAnswer(text + "%", None, False, form.language)
    places = _PERCENT_PLACES if form.places is None else form.places
    text, exact = _rounded_text(numerator, denominator, places)
    return FormattedAnswer(text + "%", None, not exact, form.language)


def _rounded_text(numerator: int, denominator: int, places: int) -> tuple[str, bool]:
    rounded, scale = round_half_up(numerator, denominator, places)
    return _decimal(rounded, max(places, 0)), rounded * denominator == numerator * scale


def _decimal(scaled: int, places: int) -> str:
    digits = str(abs(scaled)).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return "-" + text if scaled < 0 else text


def _finite(numerator: int, denominator: int) -> str | None:
    """The value as a finite decimal without a trailing zero, or ``None`` if it needs too many places."""
    for places in range(_LONGEST_DECIMAL + 1):
        if not numerator * 10**places % denominator:
            return _decimal(numerator * 10**places // denominator, places)
    return None


def _fraction(numerator: int, denominator: int, mixed: bool) -> str:
    if denominator == 1:
        return str(numerator)
    whole, rest = divmod(abs(numerator), denominator)
    if not mixed or not whole:
        return f"{numerator}/{denominator}"
    return f"{'-' if numerator < 0 else ''}{whole}({rest}/{denominator})"
