"""Read an answer as people write it. What cannot be read for certain is an error, never a guess."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mwp_solver.answers.measures import compound
from mwp_solver.answers.words import Frame, ReadAnswer
from mwp_solver.errors import ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.syntax import CHARACTERS
from mwp_solver.options import Limits
from mwp_solver.quantities import chinese_integer

if TYPE_CHECKING:
    from fractions import Fraction

    import sympy

_VULGAR = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5",
    "⅘": "4/5", "⅙": "1/6", "⅚": "5/6", "⅐": "1/7", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8",
    "⅑": "1/9", "⅒": "1/10",
}  # fmt: skip
_V = "".join(_VULGAR)
_CORE = re.compile(rf"(?:[-+(\[] ?)*(?:\.?[0-9]|[{_V}])[0-9.,%()\[\]+\-*/^:_ {_V}]*")
# cm^2 and m3 hold a digit that is no number of its own.
_UNIT_POWER = re.compile(r"((?<![A-Za-z])[kdcm]?m|米)((?:\*\*|\^)?[23])(?![0-9./])")
_WHOLE_AND_FRACTION = re.compile(r"(?<=[0-9])又(?=[0-9])")
_THOUSANDS = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2}(?:,[0-9]{3})+(?![0-9,])")
_SPACED_MIXED = re.compile(r"[-+]? ?[0-9]+( +)[0-9]+/[0-9]+")
_THREE_PARTS = re.compile(r":[^:]*:")

_KINDS = (
    ("integer", re.compile(r"[-+]?[0-9]+")),
    ("decimal", re.compile(r"[-+]?[0-9]*\.([0-9]+)")),
    ("percent", re.compile(r"[-+]?[0-9]*(?:\.?([0-9]+))%")),
    ("fraction", re.compile(r"[-+]?\(*[0-9]+\)*/\(*[0-9]+\)*")),
    ("mixed", re.compile(r"[-+]?[0-9]+(?:_[0-9]+/[0-9]+|\(+[0-9]+\)?/\(?[0-9]+\)+)")),
)

_D = "零〇一二两三四五六七八九"
_N = f"[{_D}十百千万亿]+"
_CHINESE = re.compile(
    rf"(?P<sign>负)?(?:(?P<percent>百分之)|(?:(?P<whole>{_N})又)?(?P<den>{_N})分之)?"
    rf"(?P<num>{_N})(?:点(?P<point>[{_D}]+))?"
)
# 三五, 十二三 are "some"; 二〇二四 is a number read digit by digit.
_ABOUT_TEN = re.compile("[一二两三四五六七八九]{2}")
_DIGIT_BY_DIGIT = re.compile(f"[{_D}]{{3,}}")
_ARTICLE = re.compile("一(?=共|起|样|般|直|定|些|半|道|次性)|(?<=[统唯])一|(?<=第)[一二三四五六七八九十]+|万(?=一)")


def read_answer(text: str, limits: Limits = Limits()) -> ReadAnswer:
    """Read one answer, with or without a unit and words around it.

    Read are integers, decimals, ``1,234``, percents, fractions (``4/5``, ``(11/20)``, ``((4)/(7))``), mixed
    numbers (``12(7/8)``, ``7((2)/(3))``, ``11_2/3``, ``1 2/3``, ``3½``), expressions, Chinese numerals, and
    all of these in full-width characters.

    Args:
        text: the answer, such as ``约3.14米``, ``答：23只。`` or ``$5``.
        limits: bounds on its length and numbers.

    Returns:
        Its exact value and how it was written.

    Raises:
        ExpressionError: if there is no number, more than one, or one that could be read in two ways; with a
            code of :data:`mwp_solver.errors.EXPRESSION_ERROR_CODES`.
    """
    if not isinstance(text, str):
        raise ExpressionError("type", "an answer must be text")
    if len(text) > limits.characters:
        raise ExpressionError("too_long", f"the answer is longer than {limits.characters} characters; write only it")
    mapped = _WHOLE_AND_FRACTION.sub("_", text.translate(CHARACTERS))
    # Replaced by letters one to one: every position stays that of the text given.
    masked = _UNIT_POWER.sub(lambda match: match[1] + "m" * len(match[2]), mapped)
    cores = list(_CORE.finditer(masked))
    if not cores:
        return _read_chinese(text, mapped)
    if len(cores) > 1:
        measure = compound(mapped)
        if measure is not None:
            return _read_compound(*measure)
        raise ExpressionError("ambiguous", "there is more than one number; write one value", cores[1].start())
    start, end = _trim(masked, *cores[0].span())
    frame = Frame(text, mapped[:start], mapped[end:], start, end)
    frame.check()
    core, places = _clean(masked, start, end)
    kind, decimals = _kind(core)
    return frame.finish(_evaluate(core, places, limits), kind, decimals)


def _read_compound(value: Fraction, unit: str) -> ReadAnswer:
    from sympy import Rational

    return ReadAnswer(Rational(value.numerator, value.denominator), unit)


def _trim(masked: str, start: int, end: int) -> tuple[int, int]:
    """Leave out a full stop after the number, and brackets that close round a unit: 23(只), (23只)."""
    trimmed = masked[start:end].rstrip(" .,([")
    if masked[start + len(trimmed) :].lstrip().startswith(("..", "…")):
        raise ExpressionError("not_exact", "an endless decimal is not exact; write a fraction", start + len(trimmed))
    end = start + len(trimmed)
    while masked[start] in "([ " and trimmed.count("(") > trimmed.count(")") and ")" in masked[end:]:
        start, trimmed = start + 1, trimmed[1:]
    while trimmed.endswith(")") and trimmed.count(")") > trimmed.count("(") and "(" in masked[:start]:
        end, trimmed = end - 1, trimmed[:-1]
    return start, end


def _clean(masked: str, start: int, end: int) -> tuple[str, list[int]]:
    """The number as the expression parser takes it, and where each of its characters stood."""
    dropped = {
        index
        for match in _THOUSANDS.finditer(masked, start, end)
        for index in range(*match.span())
        if masked[index] == ","
    }
    mixed = _SPACED_MIXED.fullmatch(masked, start, end)
    characters: list[str] = []
    places: list[int] = []
    for index in range(start, end):
        character = masked[index]
        if character == "," and index not in dropped:
            raise ExpressionError(
                "ambiguous",
                "a comma stands only before each group of three digits; write 1234 or 12.5",
                index,
            )
        if mixed is not None and mixed.start(1) <= index < mixed.end(1):
            # 1 2/3 is the mixed number 1_2/3; of several spaces one is enough.
            character = "_" if index == mixed.start(1) else ""
        elif character in _VULGAR:
            character = f"({_VULGAR[character]})"
        elif index in dropped:
            character = ""
        characters.append(character)
        places += [index] * len(character)
    core = "".join(characters)
    if _THREE_PARTS.search(core):
        raise ExpressionError("ambiguous", "a ratio of three parts is not one value; write one number", start)
    return core, [*places, end]


def _kind(core: str) -> tuple[str, int | None]:
    bare = core[1:-1] if core[:1] == "(" and core[-1:] == ")" and "(" not in core[1:] else core
    bare = bare.replace(" ", "")
    for kind, pattern in _KINDS:
        match = pattern.fullmatch(bare)
        if match is not None:
            return kind, len(match[1]) if "." in bare else None
    return "expression", None


def _evaluate(core: str, places: list[int], limits: Limits) -> sympy.Rational:
    try:
        return evaluate_expression(core, limits)
    except ExpressionError as error:
        if error.position is None:
            raise
        message = str(error.args[0]).removesuffix(f" (at character {error.position + 1})")
        position = places[min(error.position, len(places) - 1)]
        raise ExpressionError(error.code, message, position) from None


def _read_chinese(text: str, mapped: str) -> ReadAnswer:
    masked = _ARTICLE.sub(lambda match: " " * len(match[0]), mapped)
    found = list(_CHINESE.finditer(masked))
    if not found:
        if not text.strip():
            raise ExpressionError("empty", "there is no answer; write a number such as 45")
        raise ExpressionError("token", "there is no number; write it in digits, such as 45")
    if len(found) > 1:
        raise ExpressionError("ambiguous", "there is more than one number; write one value", found[1].start())
    match, end = found[0], found[0].end()
    numeral = match["num"]
    if match["point"] is None and numeral[-1] in "千百" and mapped[end : end + 1] in ("米", "克", "瓦"):
        if chinese_integer(numeral) is not None:
            raise ExpressionError("ambiguous", "the unit could be 千米 or 米; write the number in digits", end - 1)
        numeral, end = numeral[:-1], end - 1
    frame = Frame(text, mapped[: match.start()], mapped[end:], match.start(), end)
    frame.check()
    value, kind = _chinese_value(match, numeral)
    decimals = len(match["point"]) if match["point"] else None
    return frame.finish(value, kind, decimals)


def _chinese_value(match: re.Match[str], numeral: str) -> tuple[sympy.Rational, str]:
    from sympy import Rational

    point = "".join(str(chinese_integer(digit)) for digit in match["point"] or "")
    numerals = (match["whole"] or "零", match["den"] or "一", numeral)
    whole, denominator, numerator = (chinese_integer(part) for part in numerals)
    vague = any(_ABOUT_TEN.search(part) and not _DIGIT_BY_DIGIT.fullmatch(part) for part in numerals)
    if whole is None or denominator is None or numerator is None or vague or (match["den"] and point):
        raise ExpressionError("ambiguous", "this numeral has no one value; write it in digits", match.start())
    if denominator == 0:
        raise ExpressionError("division_by_zero", "a fraction's denominator is 0", match.start())
    if match["whole"] and not 0 < numerator < denominator:
        raise ExpressionError("ambiguous", "the fraction of a mixed number is below 1", match.start())
    scale = 10 ** len(point)
    value = Rational(whole * denominator * scale + numerator * scale + int(point or 0), denominator * scale)
    if match["percent"]:
        value, kind = value / 100, "percent"
    elif match["whole"]:
        kind = "mixed"
    else:
        kind = "fraction" if match["den"] else "decimal" if point else "integer"
    return (-value if match["sign"] else value), kind
