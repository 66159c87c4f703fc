"""New texts out of old ones, for a teacher who needs no equation: clauses of questions put together anew.

TinyBERT (arXiv 1909.10351, section 3.2) distils on texts augmented word by word; here whole clauses change places, so
that each reads well, and their numbers are drawn anew. What such a text asks need not make sense.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

_CHINESE = re.compile("[\u4e00-\u9fff]")
# The normaliser writes 。 as a full stop; one in a number, or the colon of a ratio, ends no clause.
_ENDS = {"zh": re.compile("(?<=[,;!?])|(?<=[.:])(?![0-9])"), "en": re.compile(r"(?<=[.?!])\s+")}
_JOINTS = {"zh": "", "en": " "}
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_LENGTHS = range(9, 260)
"""of a text, in characters"""


def recombined(questions: Sequence[str], count: int, seed: int, chinese: float = 0.85) -> list[str]:
    """New texts, each once, in the order in which they were made.

    Of a question 35% have some of their clauses exchanged for others', 25% end with another's question, 20% go over
    to another in the middle, 20% stay; three of five of all numbers then have other digits.

    Args:
        questions: normalised, without anchors.
        count: texts wanted; fewer come where the questions are too few for so many.
        seed: of all that is drawn.
        chinese: share of Chinese texts where there are questions in both languages.
    """
    clauses: dict[str, list[list[str]]] = {"zh": [], "en": []}
    for question in questions:
        language = "zh" if _CHINESE.search(question) else "en"
        if parts := [part for part in _ENDS[language].split(question) if part.strip()]:
            clauses[language].append(parts)
    languages = [language for language, found in clauses.items() if found]
    if not languages:
        return []
    before_last = {language: [part for parts in clauses[language] for part in parts[:-1]] for language in languages}
    rng, known = Random(seed), set(questions)
    made: dict[str, None] = {}
    for _ in range(20 * count):
        if len(made) == count:
            break
        language = languages[0] if len(languages) == 1 or rng.random() < chinese else languages[1]
        parts = _mixed(clauses[language], before_last[language], rng)
        text = _NUMBER.sub(lambda match: _redrawn(match.group(), rng), _JOINTS[language].join(parts))
        if len(text) in _LENGTHS and text not in known:
            made[text] = None
    return list(made)


def _mixed(questions: Sequence[Sequence[str]], before_last: Sequence[str], rng: Random) -> list[str]:
    """The clauses of a new text."""
    parts, chance = list(rng.choice(questions)), rng.random()
    if chance < 0.35:
        return [rng.choice(before_last) if before_last and rng.random() < 0.4 else part for part in parts[:-1]] + [
            parts[-1]
        ]
    if chance < 0.6:
        return [*parts[:-1], rng.choice(questions)[-1]]
    if chance < 0.8:
        other = rng.choice(questions)
        rest = other[min(len(other) - 1, rng.randint(0, len(other))) :]
        return [*parts[: rng.randint(0, len(parts))], *rest]
    return parts


def _redrawn(number: str, rng: Random) -> str:
    """The same number or, three times of five, one of as many digits without a 0."""
    if rng.random() < 0.4:
        return number
    return "".join(rng.choice("123456789") if digit.isdigit() else digit for digit in number)
