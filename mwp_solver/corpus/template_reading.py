"""Wordings that cannot read well, as far as a program can tell: only to check templates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mwp_solver.corpus.question_kind import COUNTED
from mwp_solver.corpus.template_texts import NounSlot, Wording
from mwp_solver.corpus.templates import Template

_CHINESE = re.compile("[\u4e00-\u9fff]")
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff}][,?;!]|[\u4e00-\u9fff，。？] | [\u4e00-\u9fff]")
# 二 before a measure word must be 两; only of people both are said (师徒二人).
_TWO = re.compile(
    rf"(?<![第十百千万零一二三四五六七八九])二(?:[{''.join(sorted(COUNTED - {'人', '名', '位'}))}]|天|次|块)"
)
_ONE_OF_MANY = re.compile(r"(?<![\d./,:-])1 (?!less\b|plus\b|minus\b|is\b|was\b|has\b|as\b)[a-z]+s\b")


def reading_faults(template: Template) -> Iterator[str]:
    """Faults of the wordings themselves; yields messages."""
    for place, wording in enumerate(template.texts, 1):
        yield from (f"text {place} {message}" for message in _wording_faults(wording, template))


def misreading(question: str, language: str) -> str | None:
    """What reads wrongly in a filled text, as a message; ``None`` if nothing does."""
    if language == "zh":
        found, remedy = _TWO.search(question), "draw from 3 up"
    else:
        found, remedy = _ONE_OF_MANY.search(question), "draw from 2 up"
    return f"an instance says “{found[0]}”; {remedy}" if found else None


def _wording_faults(wording: Wording, template: Template) -> Iterator[str]:
    if bool(_CHINESE.search(wording.source)) != (template.language == "zh"):
        yield f"is not written in {template.language}"
    if template.language == "zh" and (found := _HALF_WIDTH.search(wording.source)):
        yield f"has a half-width mark or a space in “{found[0]}”"
    literal = "".join(part if isinstance(part, str) else "\0" for part in wording.parts)
    for category in sorted({slot.category for slot in wording.slots if isinstance(slot, NounSlot)}):
        for noun in template.nouns[category]:
            if len(noun[""]) > 1 and _has_word(literal, noun[""], template.language):
                yield f"says {noun['']}, which {{{category}}} can draw too"


def _has_word(text: str, word: str, language: str) -> bool:
    return word in text if language == "zh" else bool(re.search(rf"\b{re.escape(word)}\b", text))
