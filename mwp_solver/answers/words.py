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
    r" *(?:以上|以下|以内|个?多(?!边)|几|余|的|又|或|[^，,。 ]{0,2}半(?!径|圆)"
    rf"|点?[{_D.replace('两', '')}十]"
    r"|(?:or|to|plus|minus|squared|cubed|times as|and an? )\b|(?:and )?(?:a )?half\b|[xyzn]\b)",
    re.IGNORECASE,
)
_STRIPPED = " \t.,;:!?'\"()[]，。；！？：、…“”‘’"
_CHINESE_WORD = re.compile("[\u4e00-\u9fff]{1,4}(?![\u4e00-\u9fff])")
# Raised digits belong to units (cm²), nowhere else.
_RAISED = re.compile("(?<![m米])[²³]")
_LETTER_BEFORE = re.compile(r"[A-Za-z]$(?<!\bRMB)(?<!\bUSD)(?<!\bUS)")
_OPERATOR_BEFORE = re.compile("[*/^]|=.*=")
_OPERATOR_AFTER = re.compile(" *[=*^/](?![A-Za-z\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Frame:
    """The words before and after the number."""

    text: str
    before: str
    after: str
    start: int
    end: int

    def check(self) -> None:
        """Refuse words that change the number or leave it open.

        Raises:
            ExpressionError: with code token or ambiguous.
        """
        if _ALLOWED.fullmatch(self.before) is None or _ALLOWED.fullmatch(self.after) is None:
            raise ExpressionError("token", "a sign beside the number has no meaning here; write number and unit")
        combining = unicodedata.combining(self.text[self.end : self.end + 1] or " ")
        if combining or _RAISED.search(self.before) or _RAISED.search(self.after):
            raise ExpressionError("token", "a raised mark cannot be read; write ^2, or a fraction", self.end)
        if _LETTER_BEFORE.search(self.before):
            raise ExpressionError(
                "token", "letters stand right before the number; write only number and unit", self.start
            )
        changed = _OPEN_BEFORE.search(self.before) and not _PERCENT_BEFORE.search(self.before)
        if changed or _OPERATOR_BEFORE.search(self.before):
            raise ExpressionError(
                "ambiguous", "the words before the number change it; write only the value", self.start
            )
        if _OPEN_AFTER.match(self.after) or _OPERATOR_AFTER.match(self.after) or self.goes_on():
            raise ExpressionError(
                "ambiguous", "what follows the number changes it; write only value and unit", self.end
            )

    def goes_on(self) -> bool:
        """Whether a second number in words follows the unit: 5元五角."""
        after = self.after.lstrip()
        unit = chinese_unit(after)
        return unit is not None and after[len(unit) : len(unit) + 1] in tuple("一二两三四五六七八九十")

    def finish(self, value: sympy.Rational, kind: str, decimals: int | None) -> ReadAnswer:
        """Work in what the words say: sign, percent, 万, unit.

        Raises:
            ExpressionError: with code ambiguous.
        """
        before, after = self.before, self.after
        scale, rest = split_scale(after.lstrip(" ("))
        percent_after = _PERCENT_AFTER.match(after)
        percent = percent_after or _PERCENT_BEFORE.search(before)
        if (percent and kind not in ("integer", "decimal")) or (scale != 1 and kind in ("percent", "expression")):
            raise ExpressionError("ambiguous", "what the words multiply is unclear; write 12.5% or 35000", self.end)
        currency = _CURRENCY.search(before)
        negative = _NEGATIVE.search(before) or (currency and currency[1])
        if negative and value < 0:
            raise ExpressionError("ambiguous", "the sign is written twice; write it once", self.start)
        if percent:
            value, kind = value / 100, "percent"
        if percent_after:
            rest = after[percent_after.end() :]
        unit = currency[2] if currency else _unit(self.text[len(self.text) - len(rest) :])
        if currency:
            before = before[: currency.start()]
        approximate = bool(_ABOUT_BEFORE.search(before) or _ABOUT_AFTER.search(after))
        return ReadAnswer((-value if negative else value) * scale, unit, kind, decimals, approximate, scale)


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
    # A longer run of characters is a sentence that goes on, not a unit.
    run = _CHINESE_WORD.match(rest)
    return run[0] if run else None
