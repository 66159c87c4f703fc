"""Numbers written in English words: patterns that find them in a text, and what they are worth."""

from __future__ import annotations

import re

_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [
    "ten",
    "eleven",
    "twelve",
    *(f"{stem}teen" for stem in ("thir", "four", "fif", "six", "seven", "eigh", "nine")),
]
_TENS = [f"{stem}ty" for stem in ("twen", "thir", "for", "fif", "six", "seven", "eigh", "nine")]
_PARTS = ["third", *(f"{stem}th" for stem in ("four", "fif", "six", "seven", "eigh", "nin", "ten"))]

WORD_VALUES = {word: value for value, word in enumerate([*_ONES, *_TEENS], 1)}
WORD_VALUES |= {word: 10 * value for value, word in enumerate(_TENS, 2)}
"""one to nineteen, and the tens"""
_DENOMINATORS = {word: value for value, word in enumerate(_PARTS, 3)} | {"half": 2, "halve": 2, "quarter": 4}

_ONE = f"(?:{'|'.join(_ONES)})"
_BELOW_100 = f"(?:(?:{'|'.join(_TENS)})(?:[-\\ ]{_ONE})?|{'|'.join(_TEENS)}|{_ONE})"
_HUNDREDS = f"(?:(?:{_BELOW_100}|a)[-\\ ]hundred(?:(?:\\ and)?\\ {_BELOW_100})?|{_BELOW_100})"
_THOUSANDS = f"(?:(?:{_HUNDREDS}|a)[-\\ ]thousand(?:,?(?:\\ and)?\\ {_HUNDREDS}(?![-\\ ]thousand))?|{_HUNDREDS})"
_MILLIONS = f"(?:(?:{_HUNDREDS}|a)[-\\ ]million(?:,?(?:\\ and)?\\ {_THOUSANDS}(?![-\\ ]million))?|{_THOUSANDS})"

# "one fifth grader" is a child, and "three quarters" without "of" are coins.
_FRACTION = rf"""
    (?: one[-\ ](?:half|{"|".join(_PARTS)}|quarter(?=\ (?:of|as|full)\b)) (?![-\ ](?:grade|place|floor|row))
      | {_BELOW_100}[-\ ](?:halves|(?:{"|".join(_PARTS)})s)
      | {_BELOW_100}(?:-quarters|\ quarters(?=\ (?:of|as|full)\b)) )"""

# The first letter is looked at first: this pattern is tried at every place of a text.
ENGLISH_NUMERAL = rf"""(?=[aefnostAEFNOST])(?i:(?<![\w-])(?:
    (?P<en_mixed>    {_HUNDREDS}\ and\ (?:a|one)[-\ ]half )
  | (?P<en_fraction> {_FRACTION} )
  | (?P<en_number>   {_MILLIONS} )
  )\b)"""
"""a verbose pattern; the named group that is set says which of the readers below is to be asked"""


def english_integer(text: str) -> int:
    """The value of a numeral such as ``two thousand, three hundred and five`` or ``a hundred``."""
    total = group = 0
    for word in re.findall("[a-z]+", text.lower()):
        if word == "hundred":
            group = 100 * (group or 1)
        elif word in ("thousand", "million"):
            total, group = total + (group or 1) * (1000 if word == "thousand" else 1_000_000), 0
        else:
            group += WORD_VALUES.get(word, 0)  # "and" and "a" count nothing
    return total + group


def english_fraction(text: str) -> tuple[int, int]:
    """Numerator and denominator of ``two thirds`` or ``one-half``."""
    numerator, _, part = text.lower().replace("-", " ").rpartition(" ")
    return english_integer(numerator), _DENOMINATORS[part.removesuffix("s")]
