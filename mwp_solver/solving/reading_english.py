"""Kinds of English questions that can be read for certain; see :mod:`mwp_solver.solving.reading`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mwp_solver.solving.reading_kinds import Reader, Reading

_NUM = r"(?<![0-9./])[0-9]++(?:\.[0-9]++)?+(?![/0-9])"
_TWO_LEGS = r"chickens?|hens?|ducks?|geese|goose|turkeys?|cranes?|birds?"
_FOUR_LEGS = r"rabbits?|cows?|pigs?|goats?|sheep|horses?|dogs?|turtles?"
# A number in words, or more happening than the pattern says, makes it another question.
_MORE_TO_IT = re.compile(
    r"\b(?:three|four|five|six|seven|eight|nine|ten|half|twice|double|dozen|another|then|left|remain\w*|change|tax|tip|back"
    r"|discount|off|sold|gave|gives|lost|lose|first|second|round trip|return\w*|faster|slower|stops?|rest\w*|also)\b",
    re.IGNORECASE,
)


def _search(pattern: str, text: str) -> re.Match[str] | None:
    return re.search(pattern, text, re.IGNORECASE)


def _heads_and_legs(text: str) -> Iterator[Reading]:
    two, four = _search(rf"\b({_TWO_LEGS})\b", text), _search(rf"\b({_FOUR_LEGS})\b", text)
    heads, legs = _search(rf"({_NUM}) heads\b", text), _search(rf"({_NUM}) (?:legs|feet)\b", text)
    asked = _search(rf"how many (?:(?P<two>{_TWO_LEGS})|(?P<four>{_FOUR_LEGS}))\b[^,]*\?$", text)
    if two and four and heads and legs and asked and not _search(r"\b(?:more|fewer|less|each)\b", text):
        n = heads[1]
        own, other = (2, 4) if asked["two"] else (4, 2)
        yield Reading("heads_and_legs", (f"{n}-{{x}}", f"{{x}}*{own}+({n}-{{x}})*{other}"), legs[1])


_NAME = r"(?:[A-Z][a-z]+|the [a-z]+)"
_HAS = r"(?:has|have|had|weighs|is|scored|picked|collected|read|made|planted|bought)"
_KNOWN = re.compile(rf"(?P<who>{_NAME}) {_HAS} (?P<n>{_NUM})[^.?!0-9]*?[.,;] ")
_MORE = re.compile(
    rf"(?P<a>{_NAME}) {_HAS} (?P<d>{_NUM}) [^.?!0-9]{{0,24}}?(?<!times )(?P<w>more|fewer|less)\b"
    rf"[^.?!0-9]{{0,24}}?\bthan (?P<b>{_NAME})(?: (?:has|have|had|did))?[.,;]"
)
_TIMES = re.compile(
    rf"(?P<a>{_NAME}) {_HAS} (?P<k>{_NUM}) times as (?:many|much)\b[^.?!0-9]{{0,24}}?\bas (?P<b>{_NAME})(?: has)?[.,;]"
)
_ASKS = re.compile(
    rf"[Hh]ow (?:many|much)\b[^.?!0-9]{{0,30}}? (?:does|did|do|is|has) (?P<q>{_NAME})\b[^.?!0-9,]{{0,12}}\?$"
)
_TOGETHER = re.compile(
    rf"(?P<a>{_NAME}) and (?P<b>{_NAME}) (?:together )?{_HAS} (?P<s>{_NUM})[^.?!0-9]*?"
    r"\b(?:altogether|together|in total|in all)\b"
    rf"|[Tt]ogether,? (?P<c>{_NAME}) and (?P<e>{_NAME}) {_HAS} (?P<t>{_NUM})"
)


def _compared(text: str) -> Iterator[Reading]:
    """More, less or times as many, beside the number of one or the sum of both."""
    more, times, asked = _MORE.search(text), _TIMES.search(text), _ASKS.search(text)
    relation = more or times
    if relation is None or asked is None or (more and times):
        return
    a, b, q = (name.lower() for name in (relation["a"], relation["b"], asked["q"]))
    if a == b or q not in (a, b):
        return
    first = q == a
    together = _TOGETHER.search(text)
    if together is not None:
        names = {(together["a"] or together["c"]).lower(), (together["b"] or together["e"]).lower()}
        s = together["s"] or together["t"]
        if names != {a, b}:
            return
        if more:
            last = f"{{x}}-({s}-{{x}})" if first == (more["w"] == "more") else f"{s}-{{x}}-{{x}}"
            yield Reading("sum_and_difference", (f"{s}-{{x}}", last), more["d"])
        elif times:
            last = f"{{x}}/({s}-{{x}})" if first else f"({s}-{{x}})/{{x}}"
            yield Reading("sum_and_multiple", (f"{s}-{{x}}", last), times["k"])
        return
    known = _KNOWN.search(text[: relation.start()] + text[relation.end() :].removeprefix(" If") + " ")
    if known is None or known["who"].lower() != (b if first else a):
        return
    n = known["n"]
    if times:
        yield Reading("more_or_less", (f"{{x}}/{n}" if first else f"{n}/{{x}}",), times["k"])
    elif more:
        greater = first == (more["w"] == "more")
        yield Reading("more_or_less", (f"{{x}}-{n}" if greater else f"{n}-{{x}}",), more["d"])


def _two_numbers(text: str) -> Iterator[Reading]:
    total = _search(rf"\bsum (?:of two numbers )?is ({_NUM})", text)
    difference = _search(rf"\bdifference (?:of (?:the|two) numbers )?is ({_NUM})", text)
    asked = _search(r"(?:what is|find) the (?P<w>larger|greater|bigger|smaller|lesser)(?: number| one)?[.?]$", text)
    if total and difference and asked:
        s = total[1]
        last = f"{{x}}-({s}-{{x}})" if asked["w"].lower() in ("larger", "greater", "bigger") else f"{s}-{{x}}-{{x}}"
        yield Reading("sum_and_difference", (f"{s}-{{x}}", last), difference[1])


def _percent(text: str) -> Iterator[Reading]:
    of = _search(rf"(?:^|[.] )what is ({_NUM})(?:%| percent) of ({_NUM})[^0-9,]{{0,12}}\?$", text)
    if of is not None:
        yield Reading("percent", (f"{{x}}/{of[2]}",), f"{of[1]}%")
    share = _search(rf"(?:^|[.] )what percent(?:age)? of ({_NUM}) is ({_NUM})\?$", text)
    if share is not None:
        yield Reading("percent", (f"{{x}}*{share[1]}",), share[2])


_UNITS = {
    "miles": "miles",
    "mile": "miles",
    "kilometers": "km",
    "kilometres": "km",
    "km": "km",
    "meters": "m",
    "m": "m",
}
_LENGTH = "|".join(sorted(_UNITS, key=len, reverse=True))
_SPEED = rf"({_NUM}) (?P<l>{_LENGTH})(?: per | an | a |/)(?P<t>hour|minute|second|h|min|s)\b"


def _distance(text: str) -> Iterator[Reading]:
    speed = _search(_SPEED, text)
    if speed is None:
        return
    rest = text[: speed.start()] + "," + text[speed.end() :]
    time = _search(rf"\bfor ({_NUM}) {speed['t']}", rest)
    way = _search(rf"({_NUM}) {speed['l']}\b", rest)
    how_far = _search(rf"how (?:far|many {_LENGTH})\b[^.?0-9]{{0,40}}\?$", rest)
    how_long = _search(rf"how (?:long|many {speed['t']}\w*)\b[^.?]{{0,60}}\?$", rest)
    if time is not None and way is None and how_far:
        yield Reading("distance", (f"{{x}}/{time[1]}",), speed[1])
    elif way is not None and time is None and how_long and _search(f"how many {speed['t']}", rest):
        yield Reading("distance", (f"{{x}}*{speed[1]}",), way[1])


def _price(text: str) -> Iterator[Reading]:
    each = _search(
        rf"(?:buys?|bought) ({_NUM}) [^.?!0-9,]{{1,24}}?(?:at|for|that cost|which cost) "
        rf"(?:\$ ?({_NUM})|({_NUM}) dollars) (?:each|apiece)",
        text,
    )
    asked = _search(r"how (?:much|many dollars)\b[^.?0-9]{0,30}?\b(?:pay|cost|spend)\b[^.?0-9]{0,20}\?$", text)
    if each is not None and asked:
        yield Reading("price", (f"{{x}}/{each[1]}",), each[2] or each[3])
    several = _search(
        rf"^(?:a|an|one|each) ([a-z]+) costs? (?:\$ ?({_NUM})|({_NUM}) dollars)[.,;] "
        rf"how (?:much|many dollars) (?:do|would|will) ({_NUM}) \1(?:s|es) cost\?$",
        text,
    )
    if several is not None:
        yield Reading("price", (f"{{x}}/{several[4]}",), several[2] or several[3])


def _read(text: str) -> Iterator[Reading]:
    # Some write a space before each full stop.
    text = re.sub(r" (?=[.,?])", "", text)
    yield from _heads_and_legs(text)
    if not _MORE_TO_IT.search(text):
        for reader in (_compared, _two_numbers, _percent, _distance, _price):
            yield from reader(text)


READERS: tuple[Reader, ...] = (_read,)
