r"""Tree -> LaTeX: ``\frac`` for fractions, ``\times`` and ``\div`` for the signs of school books."""

from __future__ import annotations

from collections.abc import Callable

from mwp_solver.expression.steps import Step, is_fraction
from mwp_solver.expression.syntax import Binary, Expression, Name, Number, Percent, Unary, parse_expression

_SIGNS = {"+": "+", "-": "-", "*": r"\times", "/": r"\div"}
_POWER = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}
_UNARY, _FRACTION, _POSTFIX, _ATOM = 3, 3, 5, 6


def latex(tree: Expression) -> str:
    r"""Write a tree as LaTeX for a formula (without ``$``).

    A proper fraction of whole numbers inside something larger is a number (``\frac{2}{5}``); any other division
    is a step (``\div``), as in :func:`mwp_solver.expression.steps.working`.

    Args:
        tree: an expression; its names are written upright.

    Returns:
        Text such as ``35 \times \left(1 - \frac{2}{5}\right)``.

    Raises:
        TypeError: if this is no tree.
    """
    return _top(tree, is_fraction)


def latex_number(text: str) -> str:
    r"""A value from :func:`mwp_solver.expression.steps.value_text` as LaTeX: ``2/3`` is ``\frac{2}{3}``."""
    top, stroke, bottom = text.partition("/")
    if not stroke:
        return top
    sign = "-" if top.startswith("-") else ""
    return rf"{sign}\frac{{{top.removeprefix('-')}}}{{{bottom}}}"


def latex_equation(tree: Expression, value: str) -> str:
    """A tree and its value as one formula.

    Args:
        tree: as for :func:`latex`.
        value: text from :func:`mwp_solver.expression.steps.value_text`.
    """
    return f"{latex(tree)} = {latex_number(value)}"


def latex_step(step: Step) -> str:
    """One step of a working as one formula; all fractions that it starts from are numbers."""
    return f"{_top(parse_expression(step.expression), _is_quotient)} = {latex_number(step.result)}"


def _is_quotient(tree: Expression) -> bool:
    """Whether this is a fraction of whole numbers, also one above 1."""
    match tree:
        case Binary("/", Number(_, _, 1) | Unary(Number(_, _, 1)), Number(_, _, 1)):
            return True
    return False


def _top(tree: Expression, number: Callable[[Expression], bool]) -> str:
    if isinstance(tree, Binary) and number(tree):
        return f"{_at_least(tree.left, _POWER['/'], number)} {_SIGNS['/']} {_at_least(tree.right, _ATOM, number)}"
    return _write(tree, number)[0]


def _write(tree: Expression, number: Callable[[Expression], bool]) -> tuple[str, int]:
    """The text and how tightly its outermost operator binds."""
    match tree:
        case Number(text):
            return _number(text), _ATOM
        case Name(id):
            return rf"\mathrm{{{id.replace('_', chr(92) + '_')}}}", _ATOM
        case Percent(operand):
            return _at_least(operand, _POSTFIX, number) + r"\%", _POSTFIX
        case Unary(operand):
            return "-" + _at_least(operand, _UNARY, number), _UNARY
        case Binary("^", left, right):
            return f"{_at_least(left, _ATOM, number)}^{{{_write(right, number)[0]}}}", _POWER["^"]
        case Binary(_, Unary(left), right) if number(tree):
            return rf"-\frac{{{_write(left, number)[0]}}}{{{_write(right, number)[0]}}}", _UNARY
        case Binary(_, left, right) if number(tree):
            return rf"\frac{{{_write(left, number)[0]}}}{{{_write(right, number)[0]}}}", _FRACTION
        case Binary(operator, left, right):
            power = _POWER[operator]
            # A sign never follows another: 10 - (-5).
            second = _at_least(right, _ATOM if isinstance(right, Unary) else power + 1, number)
            return f"{_at_least(left, power, number)} {_SIGNS[operator]} {second}", power
    raise TypeError("not an expression tree")


def _at_least(tree: Expression, power: int, number: Callable[[Expression], bool]) -> str:
    text, own = _write(tree, number)
    return text if own >= power else rf"\left({text}\right)"


def _number(text: str) -> str:
    whole, bracket, fraction = text.partition("(")
    if not bracket:
        return whole
    top, _, bottom = fraction.rstrip(")").partition("/")
    return rf"{whole}\frac{{{top}}}{{{bottom}}}"
