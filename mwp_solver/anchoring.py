"""Quantities anchored with sentinels: in the text that the model reads, and in the expressions that it writes.

Anchoring marks each quantity with one of the model's sentinel tokens (the ``<extra_id_N>`` of T5, Raffel et
al., JMLR 2020, section 3.1.4), so that an expression can point at a number instead of spelling its digits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mwp_solver.expression.canonical import flatten
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.syntax import Binary, Expression, Name, Number, Percent, Unary, parse_expression, substitute
from mwp_solver.options import Limits
from mwp_solver.quantities import Quantity, find_quantities

MAX_ANCHORS = 32
"""sentinels in the vocabulary; a question's further numbers stay plain digits"""

ANCHOR_PATTERN = re.compile(r"<extra_id_([0-9]{1,2})>")


@dataclass(frozen=True, slots=True)
class AnchoredQuestion:
    """A question as the model reads it.

    Attributes:
        text: the input, each quantity behind its sentinel (or plain, if encoded literally).
        quantities: the quantities; the first ``MAX_ANCHORS`` are anchored, in order.
        question: the normalised question, in which the quantities have their places.
    """

    text: str
    quantities: tuple[Quantity, ...]
    question: str


def anchor_question(
    question: str,
    quantities: Sequence[Quantity] | None = None,
    *,
    texts: Sequence[str] | None = None,
) -> AnchoredQuestion:
    """Put a sentinel before each quantity of a normalised question.

    Args:
        question: text from :func:`mwp_solver.text.normalize_question`.
        quantities: what :func:`find_quantities` gave, if already known.
        texts: other texts to write for the quantities (number perturbation).
    """
    if quantities is None:
        quantities = find_quantities(question)
    parts, last = [], 0
    for index, quantity in enumerate(quantities[:MAX_ANCHORS]):
        text = quantity.text if texts is None else texts[index]
        parts += [question[last : quantity.start], f"<extra_id_{index}>", text]
        last = quantity.end
    return AnchoredQuestion("".join(parts) + question[last:], tuple(quantities), question)


def anchor_expression(tree: Expression, quantities: Sequence[Quantity]) -> Expression:
    """Replace each number that stands in the question by a name ``n<index>`` of its quantity.

    Numbers are matched by exact value (25% is 0.25 is 1/4). A value that stands in the question several times is
    given to its quantities in order of appearance. Exponents stay digits: in 6^2 the 2 is the formula's.
    """
    # Flattened only afterwards: 80*(2/5) without its bracket would no longer hold the fraction 2/5.
    return flatten(_Anchoring(quantities[:MAX_ANCHORS]).visit(tree))


_DISCOUNTS = frozenset(("discount",))
_RATIOS = _DISCOUNTS | {"fraction", "mixed", "percent"}


class _Anchoring:
    def __init__(self, quantities: Sequence[Quantity]) -> None:
        self.quantities = quantities
        self.used: set[int] = set()

    def visit(self, tree: Expression) -> Expression:
        match tree:
            case Number(_, numerator, denominator):
                return self.find(tree, numerator, denominator)
            case Percent(Number(_, numerator, denominator)):
                return self.find(tree, numerator, denominator * 100)
            case Binary("/", Number(_, top, top_scale), Number(_, bottom, bottom_scale)) if bottom:
                named = self.find(tree, top * bottom_scale, top_scale * bottom, _RATIOS)
                if named is not tree:
                    return named
            # 打七折: 160*7/10 is 160*70%, though the tree divides 160*7; likewise 112/7*10.
            case Binary("/", Binary("*", left, Number(_, top, scale)), Number(_, 10, 1)):
                named = self.find(tree, top, scale * 10, _DISCOUNTS)
                if named is not tree:
                    return Binary("*", self.visit(left), named)
            case Binary("*", Binary("/", left, Number(_, top, scale)), Number(_, 10, 1)):
                named = self.find(tree, top, scale * 10, _DISCOUNTS)
                if named is not tree:
                    return Binary("/", self.visit(left), named)
        match tree:
            case Unary(operand):
                return Unary(self.visit(operand))
            case Percent(operand):
                return Percent(self.visit(operand))
            case Binary("^", left, right):
                return Binary("^", self.visit(left), right)
            case Binary(operator, left, right):
                return Binary(operator, self.visit(left), self.visit(right))
        return tree

    def find(
        self, tree: Expression, numerator: int, denominator: int, kinds: frozenset[str] | None = None
    ) -> Expression:
        matches = [
            index
            for index, quantity in enumerate(self.quantities)
            if quantity.numerator * denominator == numerator * quantity.denominator
            and (kinds is None or quantity.kind in kinds)
        ]
        if not matches:
            return tree
        # Digits before spelled numerals (两地 is rarely the 2 of a formula), unused before used.
        best = min(matches, key=lambda index: (self.quantities[index].spelled, index in self.used, index))
        self.used.add(best)
        return Name(f"n{best}")


def encode_expression(tree: Expression) -> str:
    """A tree with names ``n<index>`` as the model's output text, names written as sentinels."""
    return render_expression(tree, lambda name: f"<extra_id_{name[1:]}>")


def decode_expression(output: str, quantities: Sequence[Quantity], limits: Limits = Limits()) -> Expression:
    """The model's output text as a tree, with names ``n<index>`` for sentinels.

    Raises:
        ExpressionError: if it is no expression, or points at a quantity that is not there.
    """
    names = {f"n{index}" for index in range(min(len(quantities), MAX_ANCHORS))}
    # The space keeps digits that follow a sentinel out of its name.
    return parse_expression(ANCHOR_PATTERN.sub(r"n\1 ", output), limits, names)


def resolve(tree: Expression, quantities: Sequence[Quantity]) -> Expression:
    """The tree with each name replaced by its quantity's own number."""
    return substitute(tree, {f"n{index}": quantity.expression for index, quantity in enumerate(quantities)})


def used_quantities(tree: Expression) -> set[int]:
    """Indices of the quantities that a tree with names points at."""
    used: set[int] = set()
    open_parts = [tree]
    while open_parts:
        part = open_parts.pop()
        if isinstance(part, Binary):
            open_parts += (part.left, part.right)
        elif isinstance(part, Name):
            used.add(int(part.id[1:]))
        elif isinstance(part, (Unary, Percent)):
            open_parts.append(part.operand)
    return used
