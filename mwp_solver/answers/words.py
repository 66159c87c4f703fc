"""The words around the number of an answer: what they add to it, and which ones leave it open."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mwp_solver.answers.units import chinese_unit, english_unit, split_scale
from mwp_solver.errors import ExpressionError

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """An answer that was read.

    Attributes:
        value: exact, with percent signs and 万, 亿, million already worked in.
        unit: the unit or measure word beside it (``千米``, ``只``, ``chickens``, ``$``), or ``None``.
        kind: how it was written: ``integer``, ``decimal``, ``fraction``, ``mixed``, ``percent`` or
            ``expression``.
        decimals: places written after the point (of the percentage, for a percent), ``None`` without one.
        approximate: marked 约, ≈, about, 左右.
        scale: what 万, 亿, million beside it multiplied by; 1 without.
    """

    value: sympy.Rational
    unit: str | None = None
    kind: str = "integer"
    decimals: int | None = None
    approximate: bool = False
    scale: int = 1


_D = "零〇一二两三四五六七八九"
_ALLOWED = re.compile(
    "[A-Za-z\u4e00-\u9fff \\s.,;:=!?'\"()\\[\\]/^*0-9°℃℉²³㎜㎝㎞㎡㎥㎏$€£¥￥¢~～≈≒…·、，。；！？：“”‘’-]*"
)
_CURRENCY = re.compile(r"(-?) *([$¥￥€£]) *$")
_NEGATIVE = re.compile(r"(?:负|\b(?:minus|negative)) *$", re.IGNORECASE)
_PERCENT_BEFORE = re.compile(r"百分之 *$")
_PERCENT_AFTER = re.compile(r" *(?:per ?cent|pct)\b", re.IGNORECASE)
_ABOUT_BEFORE = re.compile(
    r"(?:(?<![节制预])约(?:为|是|等于|有|合)?|大概(?:是|有)?|[≈≒~～]"
    r"|\b(?:about|around|roughly|approximately|approx\.?)) *$",
    re.IGNORECASE,
)
_ABOUT_AFTER = re.compile("左右|上下")
_OPEN_BEFORE = re.compile(
    r"(?:不是|不等于|不到|不足|不超过|不少于|不多于|不大于|不小于|大于|小于|超过|多于|少于|高于|低于"
    rf"|几|或|半|点|分之|[加减乘除以的比到和与又{_D}十百千万亿]"
    r"|\b(?:not|isn't|than|over|under|below|above|sqrt|log|ln|root|twice|double|times|plus|and|or|point)"
    r"|\b(?:half|third|quarter|square|root|double|percent|power) of) *$",
    re.IGNORECASE,
)
_OPEN_AFTER = re.compile(
    r" *(?:以上|以下|以内|多(?!边)|几|余|的|又|或|[^，,。 ]{0,2}半(?!径|圆)"
    rf"|点?[{_D.replace('两', '')}十]"
    r"|(?:or|to|plus|minus|squared|cubed|times as|and an? )\b|(?:and )?(?:a )?half\b|[xyzn]\b)",
    re.IGNORECASE,
)
_STRIPPED = " \t.,;:!?'\"()[]，。；！？：、…“”‘’"
_PUNCTUATION_AFTER = re.compile("[ ,.;:!?)，。；！？：、]")


@dataclass(frozen=True, slots=True)
class Frame:
    """The words before and after the number."""

    text: str
    before: str
    after: str
    start: int
    end: int

    def check(self, masked: str) -> None:
        """Refuse words that change the number or leave it open.

        Raises:
            ExpressionError: with code token or ambiguous.
        """
        if _ALLOWED.fullmatch(self.before) is None or _ALLOWED.fullmatch(self.after) is None:
            raise ExpressionError("token", "a sign beside the number has no meaning here; write only number and unit")
        if unicodedata.combining(self.text[self.end : self.end + 1] or " ") or self.after[:1] in ("²", "³"):
            raise ExpressionError("token", "a mark on the number cannot be read; write ^2, or a fraction", self.end)
        if re.search("[A-Za-z]$", self.before) and re.search(r"\b(?:RMB|USD|US)$", self.before) is None:
            raise ExpressionError(
                "token", "letters stand right before the number; write only number and unit", self.start
            )
        percent_before = _PERCENT_BEFORE.search(self.before)
        if (_OPEN_BEFORE.search(self.before) and not percent_before) or re.search(r"[*/^]|=.*=", self.before):
            raise ExpressionError(
                "ambiguous", "the words before the number change it; write only the value", self.start
            )
        if _OPEN_AFTER.match(self.after) or re.match(r" *[=*^/](?![A-Za-z一-鿿])", self.after):
            raise ExpressionError(
                "ambiguous", "what follows the number changes it; write only value and unit", self.end
            )

    def finish(self, value: sympy.Rational, kind: str, decimals: int | None) -> ReadAnswer:
        """Work in what the words say: sign, percent, 万, unit."""
        before, after = self.before, self.after
        scale, rest = split_scale(after.lstrip(" ("))
        percent_after = _PERCENT_AFTER.match(after)
        if _PERCENT_BEFORE.search(before) or percent_after:
            if kind not in ("integer", "decimal"):
                raise ExpressionError("ambiguous", "a percentage is written twice or of an expression; write 12.5%")
            value, kind = value / 100, "percent"
            rest = after[percent_after.end() :] if percent_after else rest
        value *= scale
        currency = _CURRENCY.search(before)
        if _NEGATIVE.search(before) or (currency and currency[1]):
            value = -value
        unit = _unit(self.text[len(self.text) - len(rest) :] if rest else "")
        if currency:
            unit = currency[2]
            before = before[: currency.start()]
        approximate = bool(_ABOUT_BEFORE.search(before) or _ABOUT_AFTER.search(after))
        return ReadAnswer(value, unit, kind, decimals, approximate, scale)


def _unit(rest: str) -> str | None:
    """The unit that what follows the number begins with."""
    rest = rest.lstrip(_STRIPPED)
    if not rest:
        return None
    if rest[0] in "$€£¥￥¢":
        return rest[0]
    known = chinese_unit(rest)
    if known is not None:
        return known
    if rest[0].isascii():
        return english_unit(rest, plural=False)
    run = _PUNCTUATION_AFTER.split(rest, maxsplit=1)[0]
    # A longer run of characters is a sentence that goes on, not a unit.
    return run if len(run) <= 4 else None
