"""Numbers written in English words: patterns that find them in a text (verbose ones), and what they are worth."""

from __future__ import annotations

import re

_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve"]
_TEENS += [f"{stem}teen" for stem in ("thir", "four", "fif", "six", "seven", "eigh", "nine")]
_TENS = [f"{stem}ty" for stem in ("twen", "thir", "for", "fif", "six", "seven", "eigh", "nine")]

WORD_VALUES = {word: value for value, word in enumerate([*_ONES, *_TEENS], 1)}
WORD_VALUES |= {word: 10 * value for value, word in enumerate(_TENS, 2)}
"""one to nineteen, and the tens"""
_PARTS = {"third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}
_PARTS |= {"eleventh": 11, "twelfth": 12, "hundredth": 100}
_PARTS |= {f"{word}th": WORD_VALUES[word] for word in _TEENS[3:]}
_PARTS |= {f"{word[:-1]}ieth": WORD_VALUES[word] for word in _TENS}
_DENOMINATORS = _PARTS | {"half": 2, "halve": 2, "quarter": 4}

_ONE, _PART = f"(?:{'|'.join(_ONES)})", f"(?:{'|'.join(_PARTS)})"
# "twenty five-dollar bills" are twenty, and a twenty-first birthday has no number.
_TENS_AND_ONES = rf"(?:{'|'.join(_TENS)})(?: -{_ONE}\b | \ {_ONE}\b(?!-[a-z]) | (?!-(?:first|{_PART})\b))"
_BELOW_100 = rf"(?:{_TENS_AND_ONES}|{'|'.join(_TEENS)}|{_ONE})"
_HUNDRED = rf"[-\ ]hundred(?:(?:\ and)?\ {_BELOW_100}\b(?![-\ ]hundred|-[a-z]))?"
_HUNDREDS = rf"(?:(?:{_BELOW_100}|a){_HUNDRED}|{_BELOW_100})"
# Atomic, for "one thousand and twenty-five thousand" are two numbers, not 1020 and something.
_THOUSAND = rf"[-\ ]thousand(?:,?(?:\ and)?\ (?>{_HUNDREDS}\b)(?![-\ ]thousand))?"
_THOUSANDS = rf"(?:(?:{_HUNDREDS}|a){_THOUSAND}|{_HUNDREDS})"
_MILLION = rf"[-\ ]million(?:,?(?:\ and)?\ (?>{_THOUSANDS}\b)(?![-\ ]million))?"
_MILLIONS = rf"(?:(?:{_HUNDREDS}|a){_MILLION}|{_THOUSANDS})"

# "one fifth grader" is a child, "three quarters" alone are coins, two halves and four quarters make a game.
_COUNTED = r"(?=\ (?:of|as|full|the)\b)"
_FRACTION = rf"""
    (?!two[-\ ]halves|three[-\ ]thirds|four[-\ ]quarters)
    (?: one[-\ ](?:half|{_PART})(?![-\ ](?:grade|place|floor|row)) | {_BELOW_100}-(?:quarter|{_PART})s?
      | one\ quarter{_COUNTED} | {_BELOW_100}\ (?:halves|{_PART}s|quarters{_COUNTED}) )"""
AND_A_FRACTION = rf"""
    [-\ ]and[-\ ](?:(?:an?|one)[-\ ](?:half|quarter|{_PART})|{_BELOW_100}[-\ ](?:quarter|{_PART})s)\b
    (?!\ of\ (?:the|what|his|her|their|its|them)\b)"""
"""what makes a whole number a mixed one; "12 and a half of the rest" are two things"""

# The first letter is looked at first: this pattern is tried at every place of a text. A word after a hyphen is part of
# another (high-five), unless it is ten-by-twelve, or a dash.
ENGLISH_NUMERAL = rf"""(?=[aefnostAEFNOST])(?i:(?<!\w)(?:(?<!\w-)|(?<=-by-)|(?<=-to-))(?:
    (?P<en_mixed>    {_HUNDREDS}{AND_A_FRACTION} )
  | (?P<en_fraction> {_FRACTION} )
  | (?P<en_number>   {_MILLIONS} )
  )\b)"""
"""the named group that is set says which of the readers below is to be asked"""


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
    """Numerator and denominator of ``two thirds``, ``one-half`` or ``a quarter``."""
    numerator, _, part = text.lower().replace("-", " ").rpartition(" ")
    return english_integer(numerator) or 1, _DENOMINATORS[part.removesuffix("s")]


def english_mixed(text: str) -> tuple[int, int, int]:
    """Whole, numerator and denominator of ``two and a half`` or ``3-and-a-half``."""
    whole, _, tail = text.lower().replace("-", " ").rpartition(" and ")
    return int(whole) if whole.isdigit() else english_integer(whole), *english_fraction(tail)
