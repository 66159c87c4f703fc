"""What kind of answer a question asks for, as far as its words tell: only to check templates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mwp_solver.corpus.template_texts import NounSlot, NumberSlot, Wording
from mwp_solver.corpus.templates import Template

COUNTED = frozenset("个人名位只头匹辆棵本支枝张把件条朵盆颗瓶盒艘架台间座户组排页枚筐顶盏副幅套")
"""Measure words of what cannot be cut in pieces."""
_COUNTED_ZH = re.compile(rf"(?:几|多少)(?:{'|'.join(sorted(COUNTED - {'个'}))}|个(?!小时|百分点|月|单位)|块(?!钱))")
_PERCENT_ZH = re.compile(r"百分之(?:几|多少)|百分(?:率|比|数)(?:[^，,。？?]*(?:几|多少))?")
_FRACTION_ZH = re.compile(r"(?:几|多少)分之(?:几|多少)")
_PERCENT_WORDS = re.compile(r"百分|率|[%％]|几成|几折|多少折|percent|rate\b", re.IGNORECASE)
_ASIDE = re.compile(r"（[^）]*）")
_QUESTION_WORD_ZH = re.compile(r"几|多少")
_LAST_SENTENCE_ZH = re.compile(r"[^。！!；;]*[。！!；;]?\s*$")

_HOW_MANY = re.compile(r"how many ((?:more|fewer|less|extra|other|whole|full|different|of the|of these)\s)*([a-z@]+)")
_MEASURES = re.compile(
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|(?:kilo|centi|milli|deci)?met(?:er|re)s?|km|cm|mm|m"
    r"|miles?|feet|foot|inch(?:es)?|yards?|(?:kilo|milli)?grams?|kg|g|pounds?|ounces?|tons?|tonnes?"
    r"|(?:milli)?lit(?:er|re)s?|ml|l|gallons?|pints?|quarts?|cups?|teaspoons?|tablespoons?|dollars?|euros?|pounds?"
    r"|cents?|square|cubic|times|degrees?|percent|percentage|points?|acres?|hectares?|units?)"
)
_PERCENT_EN = re.compile(r"what percent|what percentage|by what percent|how many percent", re.IGNORECASE)
_FRACTION_EN = re.compile(r"what fraction", re.IGNORECASE)


def kind_faults(template: Template) -> Iterator[str]:
    """Where a wording's question does not go with the template's kind of answer; yields messages."""
    for place, wording in enumerate(template.texts, 1):
        asked = _asked_zh(wording, template) if template.language == "zh" else _asked_en(wording)
        if asked and asked != template.answer:
            yield f"text {place} asks for {_WORDS[asked]}, so answer must be {asked}"
        elif template.answer == "percent" and not _PERCENT_WORDS.search(wording.source):
            yield f"text {place} does not ask for a percentage"
    if template.answer == "percent" and template.unit:
        yield "a percentage has no unit"
    if template.unit in COUNTED and template.answer != "whole":
        yield f"what is counted in {template.unit} must be whole"


_WORDS = {"whole": "a count", "percent": "a percentage", "fraction": "a fraction"}


def _asked_zh(wording: Wording, template: Template) -> str | None:
    text = "".join(part if isinstance(part, str) else _sample(wording, part, template) for part in wording.parts)
    text = _ASIDE.sub("", text)
    last = _LAST_SENTENCE_ZH.search(text)
    question = last[0] if last else text
    # Earlier question words may only mean "some": 几个朋友租船，每人付多少元？
    asked = max((match.start() for match in _QUESTION_WORD_ZH.finditer(question)), default=0)
    for kind, pattern in (("whole", _COUNTED_ZH), ("percent", _PERCENT_ZH), ("fraction", _FRACTION_ZH)):
        if any(match.end() > asked for match in pattern.finditer(question)):
            return kind
    return None


def _sample(wording: Wording, part: int, template: Template) -> str:
    slot = wording.slots[part]
    if isinstance(slot, NumberSlot):
        return "5"
    if slot.form != "m":
        return "物"
    measures = {noun["m"] for noun in template.nouns[slot.category]}
    return min(measures - COUNTED, default="个")


def _asked_en(wording: Wording) -> str | None:
    text = "".join(
        part if isinstance(part, str) else ("@" if isinstance(wording.slots[part], NounSlot) else "5")
        for part in wording.parts
    )
    if _PERCENT_EN.search(text):
        return "percent"
    if _FRACTION_EN.search(text):
        return "fraction"
    found = list(_HOW_MANY.finditer(text.lower()))
    return "whole" if found and not _MEASURES.fullmatch(found[-1][2]) else None
