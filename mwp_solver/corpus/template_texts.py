"""Wordings of a template: text with slots for numbers and nouns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING

from mwp_solver.corpus.template_numbers import Redraw, finite_decimal

if TYPE_CHECKING:
    import sympy

Noun = Mapping[str, str]
"""A noun's forms: ``""`` as ``{fruit}`` writes it, ``m`` its measure word (zh), ``one`` its singular (en)."""
Nouns = Mapping[str, Sequence[Noun]]

NUMBER_FORMATS = ("", "zh", "percent", "fold", "ratio")
NOUN_FORMS = ("", "m", "one")

_SLOT = re.compile(r"\{([a-z][a-z0-9_]*)(?:([:.])([a-z]+))?\}")
_CATEGORY = re.compile(r"([a-z_]+)([2-9]?)")
_SENTENCE_START = re.compile(r"(?:^|[.!?]\s+[\"“]?)$")
_ARTICLE = re.compile(r"\b([Aa])n? $")
_VOWEL_SOUND = re.compile(r"(?!uni|use|eu|one)[aeiou]|hour|honest|heir")
# $2.5 is written $2.50.
_TENTHS_OF_A_DOLLAR = re.compile(r"\$[0-9]+\.[0-9](?![0-9]| [mb]illion)")
_CHINESE_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class NumberSlot:
    """``{name}`` or ``{name:format}``."""

    name: str
    format: str


@dataclass(frozen=True, slots=True)
class NounSlot:
    """``{category}``, ``{category2}``, ``{category.form}``; ``index`` counts from 0.

    ``capital`` marks an English word that opens a sentence, ``article`` the *a* before it, which
    becomes *an* as the noun needs.
    """

    category: str
    index: int
    form: str
    capital: bool = False
    article: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """One text of a template.

    Attributes:
        source: as it stands in the file.
        parts: literal text, and indices into ``slots``.
        slots: the different slots.
        draws: how many different nouns of which category to draw.
    """

    source: str
    parts: tuple[str | int, ...]
    slots: tuple[NumberSlot | NounSlot, ...]
    draws: tuple[tuple[str, int], ...]

    @property
    def number_slots(self) -> list[NumberSlot]:
        return [slot for slot in self.slots if isinstance(slot, NumberSlot)]

    def fill(self, numbers: Mapping[tuple[str, str], str], nouns: Nouns, rng: Random) -> str:
        """Write the text out.

        Args:
            numbers: the text for each (name, format).
            nouns: the tables to draw from.
            rng: source of chance.
        """
        chosen = {category: _different(nouns[category], count, rng) for category, count in self.draws}
        words = [
            numbers[slot.name, slot.format] if isinstance(slot, NumberSlot) else _noun_text(slot, chosen)
            for slot in self.slots
        ]
        text = "".join([words[part] if isinstance(part, int) else part for part in self.parts])
        return _TENTHS_OF_A_DOLLAR.sub(r"\g<0>0", text) if "$" in text else text


def compile_wording(text: str, numbers: Mapping[str, object], nouns: Nouns, language: str) -> Wording:
    """Split a text at its slots.

    Args:
        text: the wording.
        numbers: the template's numbers, by name.
        nouns: the categories there are.
        language: ``"zh"`` or ``"en"``.

    Raises:
        ValueError: if a slot is unknown or badly written.
    """
    parts: list[str | int] = []
    slots: list[NumberSlot | NounSlot] = []
    position = 0
    for match in _SLOT.finditer(text):
        before = text[position : match.start()]
        slot = _slot(match, numbers, nouns)
        if language == "en" and isinstance(slot, NounSlot):
            article = _ARTICLE.search(before)
            if article and slot.form == "one":
                before = before[: article.start()]
            slot = NounSlot(
                slot.category,
                slot.index,
                slot.form,
                capital=not (article and slot.form == "one") and bool(_SENTENCE_START.search(text[: match.start()])),
                article=article[1] if article and slot.form == "one" else "",
            )
        if slot not in slots:
            slots.append(slot)
        parts += [before, slots.index(slot)]
        position = match.end()
    parts.append(text[position:])
    if stray := re.search(r"[{}｛｝].{0,12}", "".join(part for part in parts if isinstance(part, str))):
        raise ValueError(f"{stray[0]!r} is no slot; write {{name}}, {{name:format}} or {{category.form}}")
    needed: dict[str, int] = {}
    for slot in slots:
        if isinstance(slot, NounSlot):
            needed[slot.category] = max(needed.get(slot.category, 0), slot.index + 1)
    for category, count in needed.items():
        if len(nouns[category]) < count:
            raise ValueError(f"{{{category}{count}}} asks for more different nouns than {category} has")
    return Wording(text, tuple(part for part in parts if part != ""), tuple(slots), tuple(needed.items()))


def number_text(value: sympy.Rational, plain: str, format: str) -> str:
    """Write a number as a slot's format asks.

    Args:
        value: the number.
        plain: its digits, decimal or fraction.
        format: one of :data:`NUMBER_FORMATS`.

    Raises:
        Redraw: if the number has no such notation.
    """
    match format:
        case "zh":
            if value.q != 1:
                raise Redraw(f"{plain} cannot be written in Chinese numerals")
            return chinese_numeral(value.p)
        case "percent":
            return finite_decimal(value.p, value.q) + "%"
        case "fold":
            tenfold = value * 10
            if tenfold.q != 1 or not 0 < tenfold.p < 100:
                raise Redraw(f"{plain} is no discount; draw from 1 to 9.9 in steps of 0.1")
            tens, ones = divmod(int(tenfold.p), 10)
            return _CHINESE_DIGITS[tens] + (_CHINESE_DIGITS[ones] if ones else "")
        case "ratio":
            return f"{value.p}:{value.q}"
    if value.p > value.q and "/" in plain:
        raise Redraw(f"{plain} is improper, and a mixed number has no slot")
    return plain


@lru_cache(maxsize=10_000)
def chinese_numeral(value: int) -> str:
    """A whole number in Chinese numerals as they are spoken: 12 is 十二, not 一十二."""
    if value < len(_CHINESE_DIGITS):
        return _CHINESE_DIGITS[value]
    import cn2an

    text: str = cn2an.an2cn(value, "low")
    return text


def _slot(match: re.Match[str], numbers: Mapping[str, object], nouns: Nouns) -> NumberSlot | NounSlot:
    name, mark, suffix = match[1], match[2], match[3] or ""
    if name in numbers:
        if mark == "." or suffix not in NUMBER_FORMATS:
            raise ValueError(f"{match[0]}: a number's formats are {', '.join(':' + f for f in NUMBER_FORMATS[1:])}")
        return NumberSlot(name, suffix)
    split = _CATEGORY.fullmatch(name)
    if split is None or split[1] not in nouns:
        raise ValueError(f"{match[0]} is neither a number of this template nor a category of nouns")
    if mark == ":" or suffix not in NOUN_FORMS or any(suffix not in noun for noun in nouns[split[1]]):
        raise ValueError(f"{match[0]}: not every noun of {split[1]} has this form")
    return NounSlot(split[1], int(split[2] or 1) - 1, suffix)


def _different(table: Sequence[Noun], count: int, rng: Random) -> list[Noun]:
    indices: list[int] = []
    while len(indices) < count:
        index = int(rng.random() * len(table))
        if index not in indices:
            indices.append(index)
    return [table[index] for index in indices]


def _noun_text(slot: NounSlot, chosen: Mapping[str, Sequence[Noun]]) -> str:
    word = chosen[slot.category][slot.index][slot.form]
    if slot.capital:
        return word[0].upper() + word[1:]
    if slot.article:
        return f"{slot.article}{'n' if _VOWEL_SOUND.match(word) else ''} {word}"
    return word
