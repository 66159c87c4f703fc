"""What an English question asks its answer to look like."""

from __future__ import annotations

import re

from mwp_solver.answers.form import AnswerForm
from mwp_solver.answers.units import english_unit, is_counted


def _either(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_PERCENT = _either(
    r"what (?:(?:is|was|are|will be) the )?(?:\w+ ){0,2}?(?:percent|per cent)",
    r"how many percent\b",
    r"(?:as|in) (?:a )?percent",
    r"(?:find|calculate|compute) the (?:\w+ )?percentage",
)
_FRACTION = _either(
    r"what (?:\w+ )?fraction\b",
    r"as an? (?:\w+ )?(?:fraction|mixed number)",
    r"(?:find|write) the fraction",
)
_RATIO = _either(
    r"what (?:is|was|will be) the (?:\w+ )?ratio\b",
    r"(?:find|simplify|give|write) (?:the|this|as an?) (?:\w+ )?ratio\b",
    r"as a ratio\b",
    r"what ratio\b",
)
_KINDS = (("percent", _PERCENT), ("fraction", _FRACTION), ("ratio", _RATIO))
_MIXED = _either(r"\bmixed (?:number|fraction)")
_NEAREST = {
    "tenth": 1, "hundredth": 2, "thousandth": 3, "cent": 2, "penny": 2,
    "ten": -1, "hundred": -2, "thousand": -3,
}  # fmt: skip
_WHOLE = (
    "whole integer one unit dollar percent minute second hour day year meter metre centimeter centimetre"
    " kilometer kilometre mile inch foot gram kilogram pound degree"
)
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_PLACES = _either(
    # Not any word: people walk to the nearest shop.
    rf"\bto the (?:nearest|closest) (?P<nearest>{'|'.join([*_NEAREST, *_WHOLE.split()])})s?\b",
    rf"\b(?P<count>{'|'.join(_COUNTS)}|[0-9])[ -]?(?:decimal place|d\.?p\b)",
    r"\bround\w*[^.?]*\bto (?:an integer|a whole number|(?:the )?nearest (?P<other>\w+))",
)
_HOW_MANY = _either(r"\bhow (?:many|much)\b")
_NUMBER_OF = _either(r"\bnumber of\b")
_IN_UNITS = _either(
    r"\bin ((?:(?:square|cubic) )?(?:dollars|cents|euros|pounds|ounces|grams|kilograms|tons|miles|feet|inches"
    r"|yards|(?:kilo|centi|milli)?met(?:er|re)s|seconds|minutes|hours|days|weeks|months|years|lit(?:er|re)s|gallons))\b"
)
_MONEY = _either(
    r"\bhow much (?:more |less )?(?:money|change)\b",
    r"\bhow much (?:more |less )?(?:do|does|did|will|would|must|should|can|is|was|are)\b[^,.?]{0,40}?"
    r"\b(?:costs?|pays?|paid|spen[dt]|earn|owe|charged?|worth)\b",
    r"\bwhat (?:is|was|will be) (?:the|his|her|their|its) (?:\w+ ){0,2}(?:cost|price|profit|pay|salary|bill)\b",
)
_DOLLARS = _either(r"\$ ?[0-9]|\bdollars?\b")
_UP = _either(
    r"\bat least,? how many",
    r"\bat (?:the )?least\W*$",
    r"\b(?:minimum|least|smallest|fewest) number of",
)
_DOWN = _either(
    r"\bat most,? how many",
    r"how many (?:whole|full)\b",
    r"\bat (?:the )?most\W*$",
    r"\b(?:maximum|greatest|largest|most) number of",
)
_SENTENCE_START = re.compile(r"[.!?] +(?=[A-Z(])")
_ASKS = _either(r"\?", r"\b(?:what|how|find|calculate|compute|determine|express)\b")


def form_english(text: str) -> AnswerForm:
    """The form that a normalised English question asks for."""
    sentence = _question(text)
    kind = next((name for name, pattern in _KINDS if pattern.search(sentence)), "number")
    mixed = _MIXED.search(text) is not None
    if mixed:
        kind = "fraction"
    if kind != "number":
        return AnswerForm(kind, _places(text), None, mixed, None, "en")
    unit, rounding = _counted(sentence)
    dollars = unit is None and _MONEY.search(sentence) and _DOLLARS.search(text)
    return AnswerForm(kind, _places(text), rounding, mixed, unit, "en", "$" if dollars else None)


def _question(text: str) -> str:
    """The last sentence that asks, with the remarks after it."""
    starts = [0, *(match.end() for match in _SENTENCE_START.finditer(text))]
    return next((text[start:] for start in reversed(starts) if _ASKS.search(text, start)), text)


def _counted(sentence: str) -> tuple[str | None, str | None]:
    """The unit the sentence asks for, and whether to round up or down to whole ones."""
    asked = list(_HOW_MANY.finditer(sentence)) or list(_NUMBER_OF.finditer(sentence))
    unit = english_unit(sentence[asked[-1].end() :], plural=True) if asked else None
    if unit is None:
        named = _IN_UNITS.search(sentence)
        return (named[1] if named else None), None
    if not is_counted(unit):
        return unit, None
    # A cue before an earlier "how many" belongs to that one.
    earlier = [m.end() for m in (*_HOW_MANY.finditer(sentence), *_NUMBER_OF.finditer(sentence))]
    own = sentence[max((end for end in earlier if end < asked[-1].start()), default=0) :]
    cues = [direction for direction, cue in (("up", _UP), ("down", _DOWN)) if cue.search(own)]
    return unit, cues[0] if len(cues) == 1 else None


def _places(text: str) -> int | None:
    found = max(_PLACES.finditer(text), key=re.Match.start, default=None)
    if found is None:
        return None
    if found["count"]:
        count = found["count"].lower()
        return _COUNTS.get(count) or int(count)
    return _NEAREST.get((found["nearest"] or found["other"] or "").lower(), 0)
