r"""Tree -> LaTeX: ``\frac`` for fractions, ``\times`` and ``\div`` for the signs of school books."""

from __future__ import annotations

from mwp_solver.expression.notation import write, write_step, write_value
from mwp_solver.expression.steps import Step
from mwp_solver.expression.syntax import Expression, parse_expression

_SIGNS = {"+": "+", "-": "-", "*": r"\times", "/": r"\div"}


class _Latex:
    def number(self, text: str) -> str:
        return text

    def name(self, id: str) -> str:
        return rf"\mathrm{{{id.replace('_', chr(92) + '_')}}}"

    def percent(self, inner: str) -> str:
        return inner + r"\%"

    def minus(self, inner: str) -> str:
        return "-" + inner

    def power(self, base: str, exponent: str) -> str:
        return f"{base}^{{{exponent}}}"

    def fraction(self, top: str, bottom: str) -> str:
        return rf"\frac{{{top}}}{{{bottom}}}"

    def mixed(self, whole: str, fraction: str) -> str:
        return whole + fraction

    def operation(self, left: str, operator: str, right: str) -> str:
        return f"{left} {_SIGNS[operator]} {right}"

    def brackets(self, inner: str) -> str:
        return rf"\left({inner}\right)"

    def whole(self, tree: Expression, written: str) -> str:
        return written


_LATEX = _Latex()


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
    return write(tree, _LATEX)


def latex_number(text: str) -> str:
    r"""A value from :func:`mwp_solver.expression.steps.value_text` as LaTeX: ``2/3`` is ``\frac{2}{3}``."""
    return write_value(text, _LATEX)


def latex_equation(tree: Expression, value: str) -> str:
    """A tree and its value as one formula.

    Args:
        tree: as for :func:`latex`.
        value: text from :func:`mwp_solver.expression.steps.value_text`.
    """
    return f"{latex(tree)} = {latex_number(value)}"


def latex_step(step: Step) -> str:
    """One step of a working as one formula; all fractions that it starts from are numbers."""
    return f"{write_step(parse_expression(step.expression), _LATEX)} = {latex_number(step.result)}"
