"""An expression as a picture of its tree: an SVG of our own, drawn with the page's colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.school import school_notation
from mwp_solver.expression.steps import is_fraction, value_text
from mwp_solver.expression.syntax import Binary, Expression, Number, Percent, Unary
from mwp_solver.web.markup import text

MAX_PARTS = 40
"""boxes of a picture at most; a larger tree can no longer be read"""

_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷", "^": "^"}
_LEVEL, _GAP, _HEIGHT, _CHARACTER, _PADDING = 74, 14, 44, 10, 18


@dataclass(slots=True)
class _Box:
    """A part of the picture: what it says, where it stands, and the boxes below it (lengths in pixels)."""

    sign: str
    value: str
    css: str
    below: tuple[_Box, ...]
    center: float = 0.0

    @property
    def width(self) -> float:
        return max(44, _CHARACTER * max(len(self.sign), len(self.value)) + _PADDING)


def tree_picture(tree: Expression, classes: Mapping[int, str], title: str) -> str:
    """Draw a tree: each operation with what it gives, above the numbers it is made from.

    Args:
        tree: an expression that has a value.
        classes: CSS classes of its parts, by ``id()``.
        title: what a screen reader says instead.

    Returns:
        An ``<svg>`` element; empty for a lone number and for a tree of more than :data:`MAX_PARTS` parts.
    """
    root = _box(tree, classes, top=True)
    if not root.below or _count(root) > MAX_PARTS:
        return ""
    width = _place(root, 0.0) - _GAP
    height = _LEVEL * (_depth(root) - 1) + _HEIGHT
    parts = "".join(_drawn(root, 0))
    return (
        f'<svg viewBox="-2 -2 {width + 4:.0f} {height + 4}" width="{width + 4:.0f}" height="{height + 4}" role="img" '
        f'aria-label="{text(title)}">{parts}</svg>'
    )


def _box(tree: Expression, classes: Mapping[int, str], top: bool = False) -> _Box:
    css = classes.get(id(tree), "")
    match tree:
        case Binary(operator, left, right) if top or not (css or is_fraction(tree)):
            return _operation(_SIGNS[operator], tree, (left, right), classes)
        case Unary(operand) if not (css or isinstance(operand, Number)):
            return _operation("−", tree, (operand,), classes)
        case Percent(operand) if not (css or isinstance(operand, Number)):
            return _operation("%", tree, (operand,), classes)
    return _Box(
        school_notation(render_expression(tree)) if not is_fraction(tree) else render_expression(tree), "", css, ()
    )


def _operation(sign: str, tree: Expression, parts: tuple[Expression, ...], classes: Mapping[int, str]) -> _Box:
    value = value_text(evaluate_expression(tree)).replace("-", "−")
    return _Box(sign, value, "operation", tuple(_box(part, classes) for part in parts))


def _count(box: _Box) -> int:
    return 1 + sum(_count(part) for part in box.below)


def _depth(box: _Box) -> int:
    return 1 + max((_depth(part) for part in box.below), default=0)


def _place(box: _Box, left: float) -> float:
    """Give a box and those below it their places from ``left`` on; where the next may begin."""
    right = left
    for part in box.below:
        right = _place(part, right)
    if not box.below:
        box.center = left + box.width / 2
        return left + box.width + _GAP
    box.center = (box.below[0].center + box.below[-1].center) / 2
    # A box wider than what is below it pushes that to the right.
    shift = left - (box.center - box.width / 2)
    if shift > 0:
        _move(box, shift)
        right += shift
    return max(right, box.center + box.width / 2 + _GAP)


def _move(box: _Box, by: float) -> None:
    box.center += by
    for part in box.below:
        _move(part, by)


def _drawn(box: _Box, level: int) -> list[str]:
    top = level * _LEVEL
    drawn = []
    for part in box.below:
        drawn.append(f'<line x1="{box.center:.1f}" y1="{top + _HEIGHT}" x2="{part.center:.1f}" y2="{top + _LEVEL}"/>')
        drawn += _drawn(part, level + 1)
    shape = f'<rect x="{box.center - box.width / 2:.1f}" y="{top}" width="{box.width:.0f}" height="{_HEIGHT}" rx="9"/>'
    if box.value:
        words = (
            f'<text x="{box.center:.1f}" y="{top + 19}">{text(box.sign)}</text>'
            f'<text class="value" x="{box.center:.1f}" y="{top + 37}">{text(box.value)}</text>'
        )
    else:
        words = f'<text x="{box.center:.1f}" y="{top + 28}">{text(box.sign)}</text>'
    return [*drawn, f'<g class="{text(box.css or "plain")}">{shape}{words}</g>']
