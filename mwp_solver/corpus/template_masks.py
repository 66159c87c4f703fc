"""Templates that read the same once numbers and nouns are masked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mwp_solver.corpus.template_texts import NumberSlot, Wording
from mwp_solver.corpus.templates import Template

_NUMBER = re.compile(r"\d+(?:[./:]\d+)*[%％]?")
_NOT_TEXT = re.compile(r"[^\w#@~]+|_")
_ASKED = re.compile(r"(?:多少|几)")


def duplicate_faults(templates: Sequence[Template]) -> Iterator[tuple[Template, str]]:
    """Compare all wordings of a bank.

    Yields:
        The later template of each pair that reads the same, and a message that names the earlier one.
    """
    for language in sorted({template.language for template in templates}):
        group = [template for template in templates if template.language == language]
        words, measures = _vocabulary(group, language)
        seen: dict[str, tuple[Template, int]] = {}
        for template in group:
            for place, wording in enumerate(template.texts, 1):
                masked = mask(wording, words, measures)
                if masked in seen:
                    other, where = seen[masked]
                    name = "" if other is template else f" of {other.source}:{other.id}"
                    yield (
                        template,
                        f"text {place} reads the same as text {where}{name} with numbers and nouns masked",
                    )
                else:
                    seen[masked] = template, place


def mask(wording: Wording, words: re.Pattern[str], measures: re.Pattern[str]) -> str:
    """A wording with ``#`` for numbers and ``@`` for nouns, without measure words and punctuation."""
    text = "".join(_masked_part(wording, part, words) for part in wording.parts)
    text = _ASKED.sub("#", _NOT_TEXT.sub("", text.lower()))
    return measures.sub("", text).replace("~", "")


def _masked_part(wording: Wording, part: str | int, words: re.Pattern[str]) -> str:
    if isinstance(part, str):
        return words.sub("@", _NUMBER.sub("#", part))
    slot = wording.slots[part]
    if isinstance(slot, NumberSlot):
        return "#%" if slot.format == "percent" else "#"
    return "~" if slot.form == "m" else "@"


def _vocabulary(templates: Sequence[Template], language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    nouns = [noun for template in templates for table in template.nouns.values() for noun in table]
    words = {form for noun in nouns for key, form in noun.items() if key != "m"}
    edge = "" if language == "zh" else r"\b"
    measures = {noun["m"] for noun in nouns if "m" in noun}
    return (
        re.compile(edge + _alternatives(words) + edge),
        re.compile(f"(?<=#){_alternatives(measures)}" if measures else r"(?!)"),
    )


def _alternatives(words: set[str]) -> str:
    # Longest first: 苹果树 before 苹果.
    return f"(?:{'|'.join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))})"
