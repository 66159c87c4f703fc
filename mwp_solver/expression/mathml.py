"""Tree -> MathML, which browsers draw by themselves, without a script or a font from elsewhere."""

from __future__ import annotations

import html
from collections.abc import Mapping

from mwp_solver.expression.notation import write, write_step, write_value
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.school import school_equation, school_step
from mwp_solver.expression.steps import Step
from mwp_solver.expression.syntax import Expression, parse_expression

_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}


class _MathML:
    """Writes rows of elements; parts that are given a class are wrapped in it."""

    def __init__(self, classes: Mapping[int, str] | None = None) -> None:
        self.classes = classes or {}

    def number(self, text: str) -> str:
        return f"<mn>{html.escape(text)}</mn>"

    def name(self, id: str) -> str:
        return f"<mi>{html.escape(id)}</mi>"

    def percent(self, inner: str) -> str:
        return f"{inner}<mtext>%</mtext>"

    def minus(self, inner: str) -> str:
        return f'<mo form="prefix">−</mo>{inner}'

    def power(self, base: str, exponent: str) -> str:
        return f"<msup><mrow>{base}</mrow><mrow>{exponent}</mrow></msup>"

    def fraction(self, top: str, bottom: str) -> str:
        return f"<mfrac><mrow>{top}</mrow><mrow>{bottom}</mrow></mfrac>"

    def mixed(self, whole: str, fraction: str) -> str:
        return whole + fraction

    def operation(self, left: str, operator: str, right: str) -> str:
        return f'{left}<mo form="infix">{_SIGNS[operator]}</mo>{right}'

    def brackets(self, inner: str) -> str:
        return f'<mrow><mo form="prefix">(</mo>{inner}<mo form="postfix">)</mo></mrow>'

    def whole(self, tree: Expression, written: str) -> str:
        name = self.classes.get(id(tree))
        return written if name is None else f'<mrow class="{html.escape(name)}">{written}</mrow>'


def mathml_equation(tree: Expression, value: str, classes: Mapping[int, str] | None = None) -> str:
    """An expression and its value as one formula.

    Args:
        tree: an expression.
        value: text from :func:`mwp_solver.expression.steps.value_text`.
        classes: CSS classes for parts of this very tree, by the ``id()`` of the part.

    Returns:
        A ``<math>`` element, with the formula as plain text for readers that draw none.

    Raises:
        TypeError: if this is no tree.
    """
    return _formula(write(tree, _MathML(classes)), value, school_equation(render_expression(tree), value))


def mathml_step(step: Step) -> str:
    """One step of a working as one formula; all fractions that it starts from are numbers."""
    return _formula(write_step(parse_expression(step.expression), _MathML()), step.result, school_step(step))


def _formula(left: str, value: str, plain: str) -> str:
    right = write_value(value, _MathML())
    return f'<math alttext="{html.escape(plain)}"><mrow>{left}<mo form="infix">=</mo>{right}</mrow></math>'
