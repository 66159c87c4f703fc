"""Where a written expression needs brackets and fraction bars; the signs themselves belong to each notation.

A proper fraction of whole numbers inside something larger is a number (two fifths); any other division is a step, as in
:func:`mwp_solver.expression.steps.working`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from mwp_solver.expression.steps import is_fraction
from mwp_solver.expression.syntax import Binary, Expression, Name, Number, Percent, Unary

_POWER = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}
_UNARY, _FRACTION, _POSTFIX, _ATOM = 3, 3, 5, 6


class Notation(Protocol):
    """How the parts of an expression are written; arguments are parts already written, except plain texts."""

    def number(self, text: str) -> str:
        """A whole number or a decimal, from its text."""

    def name(self, id: str) -> str:
        """A placeholder, from its name."""

    def percent(self, inner: str) -> str:
        """A percentage."""

    def minus(self, inner: str) -> str:
        """A negative."""

    def power(self, base: str, exponent: str) -> str:
        """A power."""

    def fraction(self, top: str, bottom: str) -> str:
        """A fraction with its bar."""

    def mixed(self, whole: str, fraction: str) -> str:
        """A mixed number."""

    def operation(self, left: str, operator: str, right: str) -> str:
        """Two parts around one of ``+ - * /``."""

    def brackets(self, inner: str) -> str:
        """Something in brackets."""

    def whole(self, tree: Expression, written: str) -> str:
        """What to make of a part that is complete, without its brackets."""


def write(tree: Expression, notation: Notation) -> str:
    """Write an expression.

    Raises:
        TypeError: if this is no tree.
    """
    return _Writer(notation, is_fraction).top(tree)


def write_step(tree: Expression, notation: Notation) -> str:
    """Write one step of a working: all fractions that it starts from are numbers, also those above 1."""
    return _Writer(notation, _is_quotient).top(tree)


def _is_quotient(tree: Expression) -> bool:
    """Whether this is a fraction of whole numbers, also one above 1."""
    match tree:
        case Binary("/", Number(_, _, 1) | Unary(Number(_, _, 1)), Number(_, _, 1)):
            return True
    return False


class _Writer:
    def __init__(self, notation: Notation, is_number: Callable[[Expression], bool]) -> None:
        self.notation = notation
        self.is_number = is_number

    def top(self, tree: Expression) -> str:
        if isinstance(tree, Binary) and self.is_number(tree):
            left, right = self.at_least(tree.left, _POWER["/"]), self.at_least(tree.right, _ATOM)
            return self.notation.whole(tree, self.notation.operation(left, "/", right))
        return self.write(tree)[0]

    def write(self, tree: Expression) -> tuple[str, int]:
        """The text and how tightly its outermost operator binds."""
        written, power = self.parts(tree)
        return self.notation.whole(tree, written), power

    def parts(self, tree: Expression) -> tuple[str, int]:
        to = self.notation
        match tree:
            case Number(text):
                return self.literal(text), _ATOM
            case Name(id):
                return to.name(id), _ATOM
            case Percent(operand):
                return to.percent(self.at_least(operand, _POSTFIX)), _POSTFIX
            case Unary(operand):
                return to.minus(self.at_least(operand, _UNARY)), _UNARY
            case Binary("^", left, right):
                return to.power(self.at_least(left, _ATOM), self.write(right)[0]), _POWER["^"]
            case Binary(_, Unary(left), right) if self.is_number(tree):
                return to.minus(to.fraction(self.write(left)[0], self.write(right)[0])), _UNARY
            case Binary(_, left, right) if self.is_number(tree):
                return to.fraction(self.write(left)[0], self.write(right)[0]), _FRACTION
            case Binary(operator, left, right):
                power = _POWER[operator]
                # A sign never follows another: 10 - (-5).
                second = self.at_least(right, _ATOM if isinstance(right, Unary) else power + 1)
                return to.operation(self.at_least(left, power), operator, second), power
        raise TypeError("not an expression tree")

    def at_least(self, tree: Expression, power: int) -> str:
        text, own = self.write(tree)
        return text if own >= power else self.notation.brackets(text)

    def literal(self, text: str) -> str:
        whole, bracket, fraction = text.partition("(")
        if not bracket:
            return self.notation.number(whole)
        top, _, bottom = fraction.rstrip(")").partition("/")
        to = self.notation
        return to.mixed(to.number(whole), to.fraction(to.number(top), to.number(bottom)))


def write_value(text: str, notation: Notation) -> str:
    """A value from :func:`mwp_solver.expression.steps.value_text`: whole, decimal or fraction, with its sign."""
    plain = text.removeprefix("-")
    top, stroke, bottom = plain.partition("/")
    number = notation.number(top)
    if stroke:
        number = notation.fraction(number, notation.number(bottom))
    return notation.minus(number) if text.startswith("-") else number
