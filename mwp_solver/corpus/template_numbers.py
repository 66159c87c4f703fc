"""Numbers of a template: what its specification draws, and how a value is written in a slot."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Mapping
from functools import lru_cache
from math import gcd
from random import Random
from typing import TYPE_CHECKING

from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.syntax import Expression, decimal_text, parse_expression

if TYPE_CHECKING:
    import sympy

Values = Mapping[str, "sympy.Rational"]

MAX_DECIMALS = 4
"""A computed number with more decimal places than this is not shown to a pupil; it is drawn again."""

_LITERAL = r"([0-9]+(?:\.[0-9]+)?)"
_RANGE = re.compile(rf"{_LITERAL}\.\.{_LITERAL}(?: step {_LITERAL})?")
_FRACTION = re.compile(r"fraction ([0-9]+)\.\.([0-9]+)")
_ITEM = re.compile(rf"([0-9]+)/([0-9]+)|{_LITERAL}")
_MAX_VALUES = 10_000_000
_CACHED_VALUES = 10_000


class Redraw(Exception):
    """The numbers drawn do not make a valid instance; the message says why."""


class Steps:
    """Evenly spaced values: ``low/scale, (low+step)/scale, …``."""

    fractional = False

    def __init__(self, low: int, step: int, scale: int, count: int) -> None:
        self.low, self.step, self.scale, self.count = low, step, scale, count
        self._cache: dict[int, sympy.Rational] = {}

    def draw(self, rng: Random, values: Values) -> sympy.Rational:
        # random() is the one method documented to give the same sequence in every Python version.
        index = int(rng.random() * self.count)
        value = self._cache.get(index)
        if value is None:
            from sympy import Rational

            value = Rational(self.low + index * self.step, self.scale)
            if len(self._cache) < _CACHED_VALUES:
                self._cache[index] = value
        return value

    def text(self, value: sympy.Rational) -> str:
        return finite_decimal(value.p, value.q)


class Choices:
    """Values listed one by one, each written as listed (``1/2`` or ``0.5``)."""

    def __init__(self, texts: Mapping[tuple[int, int], str]) -> None:
        from sympy import Rational

        self._texts = dict(texts)
        self._values = [Rational(*pair) for pair in texts]
        self.fractional = any("/" in text for text in texts.values())

    def draw(self, rng: Random, values: Values) -> sympy.Rational:
        return self._values[int(rng.random() * len(self._values))]

    def text(self, value: sympy.Rational) -> str:
        return self._texts[value.p, value.q]


class Computed:
    """A value computed from numbers drawn before it.

    It is written as a fraction if it comes from numbers written so and is below 1, else as a decimal;
    always as a fraction if ``ratio`` is set, because its slots say 4:3.
    """

    def __init__(self, tree: Expression, fractional: bool) -> None:
        self.tree, self.fractional, self.ratio = tree, fractional, False

    def draw(self, rng: Random, values: Values) -> sympy.Rational:
        return evaluate_expression(self.tree, values=values)

    def text(self, value: sympy.Rational) -> str:
        if self.ratio and value.q != 1:
            return f"{value.p}/{value.q}"
        return computed_text(value.p, value.q, self.fractional)


NumberSpec = Steps | Choices | Computed


def parse_number(spec: object, earlier: Mapping[str, NumberSpec]) -> NumberSpec:
    """Compile one entry of ``numbers:``.

    Args:
        spec: the YAML value.
        earlier: the numbers above it, which an expression may use.

    Returns:
        Something to draw values from.

    Raises:
        ValueError: if the specification is not one of those in the format's description.
        ExpressionError: if a computed number's expression cannot be read.
    """
    if isinstance(spec, list):
        return Choices(_items(spec))
    if not isinstance(spec, str):
        raise ValueError(
            f"{reprlib.repr(spec)} is no number specification; write 3..40, [2, 4], fraction 2..9 or = a + b"
        )
    text = spec.strip()
    if text.startswith("="):
        tree = parse_expression(text[1:], names=earlier.keys())
        return Computed(tree, any(earlier[name].fractional for name in names_in(tree)))
    if match := _RANGE.fullmatch(text):
        return _steps(text, *match.groups())
    if match := _FRACTION.fullmatch(text):
        first, last = map(int, match.groups())
        if not 2 <= first <= last <= 100:
            raise ValueError(f"{text!r}: denominators must go from 2 up to at most 100")
        pairs = [(n, d) for d in range(first, last + 1) for n in range(1, d) if gcd(n, d) == 1]
        return Choices({pair: "{}/{}".format(*pair) for pair in pairs})
    raise ValueError(
        f"{text!r} is no number specification; write 3..40, 10..200 step 5, [2, 4], fraction 2..9 or = a + b"
    )


def names_in(tree: Expression) -> set[str]:
    """The names an expression uses."""
    found: set[str] = set()
    stack: list[object] = [tree]
    while stack:
        node = stack.pop()
        name = getattr(node, "id", None)
        if name is not None:
            found.add(name)
        stack += [child for child in (getattr(node, part, None) for part in ("left", "right", "operand")) if child]
    return found


@lru_cache(maxsize=50_000)
def finite_decimal(numerator: int, denominator: int) -> str:
    """A value >= 0 as digits or a finite decimal.

    Raises:
        Redraw: if it has none.
    """
    try:
        return decimal_text(numerator, denominator)
    except ValueError:
        raise Redraw(f"{numerator}/{denominator} has no finite decimal") from None


@lru_cache(maxsize=50_000)
def computed_text(numerator: int, denominator: int, fractional: bool) -> str:
    """How a computed number is written: see :class:`Computed`.

    Raises:
        Redraw: if it has no notation a pupil would meet.
    """
    if denominator == 1:
        return str(numerator)
    if fractional and numerator < denominator:
        return f"{numerator}/{denominator}"
    text = finite_decimal(numerator, denominator)
    if len(text) - text.index(".") - 1 > MAX_DECIMALS:
        raise Redraw(f"{text} has more than {MAX_DECIMALS} decimal places")
    return text


def _steps(text: str, low: str, high: str, step: str | None) -> Steps:
    if step is None and ("." in low or "." in high):
        raise ValueError(f"{text!r}: a range of decimals needs a step")
    places = max(len(part.partition(".")[2]) for part in (low, high, step or "1"))
    scale = 10**places
    first, last, width = (_scaled(part, places) for part in (low, high, step or "1"))
    if width == 0 or last < first or (last - first) // width >= _MAX_VALUES:
        raise ValueError(f"{text!r}: the range must go upwards and have at most {_MAX_VALUES} values")
    return Steps(first, width, scale, (last - first) // width + 1)


def _scaled(literal: str, places: int) -> int:
    whole, _, decimals = literal.partition(".")
    return int(whole + decimals.ljust(places, "0"))


def _items(items: list[object]) -> dict[tuple[int, int], str]:
    texts: dict[tuple[int, int], str] = {}
    for item in items:
        # str() of a YAML float is the shortest text that reads back the same: what the author typed.
        match = _ITEM.fullmatch(str(item).strip()) if isinstance(item, (int, float, str)) else None
        if match is None or isinstance(item, bool):
            raise ValueError(f"{reprlib.repr(item)} in a list of numbers is no whole number, decimal or fraction")
        if match[3]:
            numerator, denominator = _scaled(match[3], places := len(match[3].partition(".")[2])), 10**places
        else:
            numerator, denominator = int(match[1]), int(match[2])
        if denominator == 0:
            raise ValueError(f"{reprlib.repr(item)}: a denominator is 0")
        shared = gcd(numerator, denominator)
        pair = numerator // shared, denominator // shared
        if pair in texts:
            raise ValueError(f"{reprlib.repr(item)} stands twice in a list of numbers")
        if match[3]:
            texts[pair] = decimal_text(*pair)
        else:
            if shared != 1:
                raise ValueError(f"{reprlib.repr(item)} is not in lowest terms")
            texts[pair] = f"{numerator}/{denominator}" if denominator != 1 else str(numerator)
    if not texts:
        raise ValueError("a list of numbers is empty")
    return texts
