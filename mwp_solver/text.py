"""The one normaliser of questions: training and serving both read through it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

# One character to one character (or to none), so that every character keeps a place in the original.
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_TABLE = {
    **_WIDTH,
    **{ord(c): "*" for c in "×✕✖"},
    **{ord(c): "/" for c in "÷∕⁄"},
    **{ord(c): "-" for c in "−﹣"},
    **{ord(c): "%" for c in "﹪"},
    **{ord(c): ":" for c in "∶﹕"},
    **{ord(c): "?" for c in "﹖"},
    **{ord(c): "(" for c in "﹙〔【"},
    **{ord(c): ")" for c in "﹚〕】"},
    **{ord(c): "." for c in "。｡"},
    **{ord(c): "=" for c in "﹦"},
    **{ord(c): '"' for c in "“”"},
    **{ord(c): "'" for c in "‘’"},
    **{ord(c): " " for c in "\u3000\u00a0\u2002\u2003\u2009\t\r\n"},
    # Text that looks like the model's own marks (</s>, <extra_id_0>) must not become one.
    ord("<"): "＜",
    ord(">"): "＞",
}
del _TABLE[ord("＜")], _TABLE[ord("＞")]

# In brackets, so that 2½ becomes 2(1/2); what NFKC puts between is no slash.
_FRACTIONS = {
    chr(code): f"({normalize('NFKC', chr(code))})".replace("\u2044", "/")
    for code in (0xBC, 0xBD, 0xBE, *range(0x2150, 0x215F))
}
_DIGITS = {0xFF10 + digit: 0x30 + digit for digit in range(10)}
_DROPPED = re.compile("[\u0000-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ue000-\uf8ff\ufeff\ud800-\udfff]")
# A comma that a digit does not stand on both sides of is punctuation: 1,234元,5,678元 has two numbers.
_THOUSANDS = re.compile(r"(?<![0-9.])(?<![0-9],)[0-9]{1,3}(?:,[0-9]{3})+(?!,?[0-9])")
_LISTED = re.compile("(?<=[0-9])，(?=[0-9])")
_STOPPED = re.compile("(?<=[0-9])[。｡](?=[0-9])")
_SPACE = re.compile(r" +")
_WIDE = re.compile("[\u3000-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class NormalizedText:
    """A normalised text and where each of its characters stood.

    Attributes:
        text: what the model reads.
        offsets: for each character of ``text``, its index in the original, never falling.
    """

    text: str
    offsets: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that ``text[start:end]`` (not empty) came from."""
        return self.offsets[start], self.offsets[end - 1] + 1


def normalize_question(question: str) -> str:
    """A question in the form the model knows: half-width signs, no thousands commas, no needless spaces."""
    return normalize_with_offsets(question).text


@lru_cache(maxsize=1024)
def normalize_with_offsets(question: str) -> NormalizedText:
    """Like :func:`normalize_question`, keeping where each character came from. The latest results are remembered: the
    parts of solving each ask for that of the question at hand.

    Args:
        question: any text.

    Returns:
        The normalised text; normalising it again changes nothing.
    """
    mapped = question.translate(_TABLE)
    dropped = {match.start() for match in _DROPPED.finditer(mapped)}
    places = [index for index in range(len(question)) if index not in dropped]
    # Commas are judged before full-width ones become ASCII: 1,234 is a number, 100，200 are two.
    written = "".join(question[index] for index in places).translate(_DIGITS)
    joined = {at for match in _THOUSANDS.finditer(written) for at in range(*match.span()) if written[at] == ","}
    # A full-width comma between digits stays one: as ASCII it would join 9，100 into 9,100 the next time.
    listed = {match.start() for match in _LISTED.finditer(written)}
    # A full stop between digits ends a sentence; its space keeps 3。5 from being read as 3.5.
    stopped = {match.start() for match in _STOPPED.finditer(written)}
    characters = [
        (character, index)
        for at, index in enumerate(places)
        if at not in joined
        for character in (
            "，" if at in listed else ". " if at in stopped else _FRACTIONS.get(mapped[index], mapped[index])
        )
    ]
    text = "".join(character for character, _ in characters)
    drop: set[int] = set()
    for match in _SPACE.finditer(text):
        start, end = match.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        # Chinese has no spaces; in English one is enough, none at either end.
        needless = not before or not after or _WIDE.match(before) or _WIDE.match(after)
        drop.update(range(start if needless else start + 1, end))
    characters = [pair for index, pair in enumerate(characters) if index not in drop]
    return NormalizedText("".join(c for c, _ in characters), tuple(i for _, i in characters))


def language_of(text: str) -> str:
    """``"zh"`` if the text has a Chinese character, else ``"en"``."""
    return "zh" if re.search("[\u4e00-\u9fff]", text) else "en"
