"""The numbers of a question, found and read; anchoring.py lets expressions point at them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mwp_solver.english_numerals import (
    AND_A_FRACTION,
    ENGLISH_NUMERAL,
    english_fraction,
    english_integer,
    english_mixed,
)
from mwp_solver.expression.syntax import Expression, parse_expression
from mwp_solver.options import Limits

_PLAIN = r"[0-9]+(?:\.[0-9]+)?"
_WHOLE_FRACTION = r"[0-9]+/[0-9]+|\([0-9]+\)/\([0-9]+\)"
_DIGITS = "零〇一二两三四五六七八九"
# Possessive: 十二边形 is no number at all, rather than 十 after giving back 二. The 千 of 千克 belongs to the unit.
_NUMERAL = rf"(?:[{_DIGITS}十百千万]+?(?=千[克米瓦])|[{_DIGITS}十百千万]++)"
# 1/4-pound is a fraction of a pound, 1/4-1/8 a difference; a full stop is no decimal point.
_NOT_AFTER = r"[+*/)0-9]|\.[0-9]"
_FRACTION = rf"[0-9]+/[1-9][0-9]* (?!{_NOT_AFTER}|-[^A-Za-z])"
# "the sum of 5 and 1/2" and "12 and 1/4 of the rest" are two numbers each.
_PAIRED = r"(?<!sum\ of\ )(?<!product\ of\ )(?<!quotient\ of\ )(?<!difference\ of\ )(?<!between\ )"
_OF_SOMETHING = r"\ of\ (?:the|what|his|her|their|its|them)\b"
_BARE = r"(?<![^\s+\-*/(=:$])\.[0-9]+"
_QUANTITY = re.compile(
    rf"""
    (?P<mixed>    (?<![0-9./]) (?:
        [1-9][0-9]* (?:又|\ )? \((?:{_WHOLE_FRACTION})\)
      | [1-9][0-9]* 又[0-9]+/[1-9][0-9]* (?!{_NOT_AFTER})
      | [1-9][0-9]* -[0-9]+/[1-9][0-9]* (?=-[A-Za-z])
      | [1-9][0-9]* \ [0-9]+/[1-9][0-9]* (?!{_NOT_AFTER}|{_OF_SOMETHING})
      | {_PAIRED} [1-9][0-9]* \ and\ (?:[0-9]+/[1-9][0-9]*|\([0-9]+/[0-9]+\)) (?!{_NOT_AFTER}|{_OF_SOMETHING}) ) )
  | (?P<en_half>  (?<![0-9./]) {_PAIRED} [1-9][0-9]{{0,20}} {AND_A_FRACTION} )
  | (?P<fraction> \((?:{_WHOLE_FRACTION})\) | (?<![-+*/(.0-9]) {_FRACTION} )
  | (?P<percent>  (?:{_PLAIN}|{_BARE})% )
  | (?P<discount> (?<![0-9.]) [0-9]{{1,2}}(?:\.[0-9])? (?=折(?!叠|成|断|线)) )
  | (?P<number>   {_PLAIN} | {_BARE} )
  | (?P<zh_fraction> (?<![{_DIGITS}十百千万第]) (?:(?P<whole>[{_DIGITS}十百千万]++)又)?
        (?P<den>[{_DIGITS}十百]++)分之(?P<num>[{_DIGITS}十百]+) )
  | (?P<zh_discount> [一二三四五六七八九]{{1,2}} (?=折(?!叠|成|断|线)) )
  | (?P<zh_number> (?<![第星期周礼拜几数多好之初每级{_DIGITS}十百千万]) {_NUMERAL}
        (?! [角边棱]形 | 几  | [年学]级 | [面边角]体 | 月份 | 折 | [周边]长 | [一二三四五六七八九十]*分之
          | [面旁样般些切直起定共半次会同方心] | 家[。，,] ) )
  | {ENGLISH_NUMERAL}
    """,
    re.VERBOSE,
)
_ONES = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number found in a question.

    Attributes:
        text: as the model reads it and as it enters an expression (``2/5``, ``25%``, ``1(5/6)``, ``3.5``).
        start: where it begins in the normalised question, in characters.
        end: where it ends (exclusive).
        kind: ``integer``, ``decimal``, ``fraction``, ``mixed``, ``percent`` or ``discount`` (八折 = 80%).
        numerator: exact value over ``denominator``.
        denominator: above 0.
        spelled: written in words (十二, twelve).
    """

    text: str
    start: int
    end: int
    kind: str
    numerator: int
    denominator: int
    spelled: bool = False

    @property
    def expression(self) -> Expression:
        """The quantity as a tree of its own."""
        return _tree(self.text)


@lru_cache(maxsize=4096)
def _tree(text: str) -> Expression:
    # Every candidate of a question needs the trees of its numbers anew.
    return parse_expression(text)


def find_quantities(question: str, *, chinese_numerals: bool = True, english_numerals: bool = True) -> list[Quantity]:
    """The numbers of a normalised question, left to right.

    Fractions, mixed numbers, percents, decimals and discounts are one quantity each; ratios, scales, dates
    and clock times are as many as they have numbers. Numbers of more than 24 digits are left alone.

    Args:
        question: text from :func:`mwp_solver.text.normalize_question`.
        chinese_numerals: find numerals written in Chinese too (三, 十二, 五分之二), except 一 and those that
            name a thing (三角形, 二年级, 第三).
        english_numerals: likewise in English (three, twenty-six, two thirds, one and a half), except a lone one.
    """
    left = (() if chinese_numerals else ("zh_",)) + (() if english_numerals else ("en_",))
    found, position = [], 0
    while match := _QUANTITY.search(question, position):
        kind, end = match.lastgroup or "", match.end()
        if kind in ("whole", "den", "num"):
            kind = "zh_fraction"
        read = None if kind.startswith(left) else _read(kind, match)
        if kind in ("mixed", "en_half") and read is None:
            # 3(5/4) is no mixed number: a 3, then a fraction.
            whole = re.split("[^0-9]", match.group(), maxsplit=1)[0]
            end = match.start() + len(whole)
            read = (whole, "integer", int(whole), 1) if len(whole) <= Limits().digits else None
        if read is not None:
            text, kind, numerator, denominator = read
            spelled = not match[0][0].isascii() or match[0][0].isalpha()
            found.append(Quantity(text, match.start(), end, kind, numerator, denominator, spelled))
        position = end
    return found


def _read(kind: str, match: re.Match[str]) -> tuple[str, str, int, int] | None:
    text = match.group()
    parts = [int(part) for part in re.findall("[0-9]+", text) if len(part) <= 24]
    if kind == "zh_number":
        # 六一 is a festival and 三五 "a few"; numbers of several digits have their 十 or 百.
        value = None if len(text) > 1 and all(c in _ONES for c in text) else chinese_integer(text)
        # 一 is an article far more often than a number.
        return None if value is None or value < 2 else (str(value), "integer", value, 1)
    if kind in ("en_half", "en_mixed"):
        return _mixed(*english_mixed(text))
    if kind.startswith("en_"):
        return _read_english(kind, text)
    if kind == "zh_fraction":
        numerator = chinese_integer(match["num"])
        denominator = 100 if match["den"] == "百" else chinese_integer(match["den"])
        if not numerator or not denominator or denominator == 1:
            return None
        if denominator == 100 and match["whole"] is None:
            return f"{numerator}%", "percent", numerator, 100
        if match["whole"] is not None:
            return _mixed(chinese_integer(match["whole"]) or 0, numerator, denominator)
        return f"{numerator}/{denominator}", "fraction", numerator, denominator
    if kind == "zh_discount":
        digits = "".join(str(_ONES[character]) for character in text)
        percent = int(digits.ljust(2, "0"))
        return f"{percent}%", "discount", percent, 100
    if kind == "discount":
        # 8折 and 85折 and 8.5折: the first digit is tenths.
        percent_text = text.replace(".", "")
        if len(percent_text) > 2 or percent_text.startswith("0"):
            return None
        percent = int(percent_text.ljust(2, "0"))
        return f"{percent}%", "discount", percent, 100
    if len(parts) != len(re.findall("[0-9]+", text)):
        return None
    if kind == "mixed":
        return _mixed(*parts)
    if kind == "fraction":
        numerator, denominator = parts
        return None if denominator == 0 else (f"{numerator}/{denominator}", "fraction", numerator, denominator)
    plain = text.rstrip("%")
    plain = "0" + plain if plain[0] == "." else plain
    whole_text, _, decimals = plain.partition(".")
    numerator, denominator = int(whole_text + decimals), 10 ** len(decimals)
    if len(whole_text) + len(decimals) > Limits().digits:
        return None
    if kind == "percent":
        return f"{plain}%", "percent", numerator, denominator * 100
    return plain, "decimal" if decimals else "integer", numerator, denominator


def _mixed(whole: int, numerator: int, denominator: int) -> tuple[str, str, int, int] | None:
    if not (whole and 0 < numerator < denominator):
        return None
    return f"{whole}({numerator}/{denominator})", "mixed", whole * denominator + numerator, denominator


def _read_english(kind: str, text: str) -> tuple[str, str, int, int] | None:
    if kind == "en_fraction":
        numerator, denominator = english_fraction(text)
        return f"{numerator}/{denominator}", "fraction", numerator, denominator
    value = english_integer(text)
    # "one" is a pronoun far more often than a number.
    return None if value < 2 else (str(value), "integer", value, 1)


@lru_cache(maxsize=4096)
def chinese_integer(text: str) -> int | None:
    """The value of a numeral such as 十二 or 三千五百; ``None`` if the text is none (十百).

    Read by ``cn2an``, which is given only spans chosen here: its own search turns 三角形 into 3角形.
    """
    if len(text) == 1 and text in _ONES:
        return _ONES[text]
    if len(text) > 12:
        return None
    import cn2an

    try:
        value = cn2an.cn2an(text, "normal")
    except (ValueError, KeyError):  # KeyError is its answer to 百零十八
        return None
    return value if isinstance(value, int) else None
