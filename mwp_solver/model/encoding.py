"""Problem <-> the model's texts: the one place where questions and expressions are written for the network."""

from __future__ import annotations

from mwp_solver.anchoring import (
    AnchoredQuestion,
    anchor_expression,
    anchor_question,
    decode_expression,
    encode_expression,
)
from mwp_solver.expression.canonical import flatten
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.syntax import Expression, parse_expression
from mwp_solver.options import EncodingOptions, Limits
from mwp_solver.quantities import Quantity, find_quantities
from mwp_solver.text import normalize_question


def quantities_of(text: str, options: EncodingOptions) -> list[Quantity]:
    """The quantities of a normalised question, as the model is to see them."""
    return find_quantities(text, chinese_numerals=options.chinese_numerals, english_numerals=options.english_numerals)


def encode_question(question: str, options: EncodingOptions = EncodingOptions()) -> AnchoredQuestion:
    """The input text of a question and its quantities."""
    text = normalize_question(question)
    quantities = quantities_of(text, options)
    if options.number_encoding == "literal":
        return AnchoredQuestion(text, tuple(quantities), text)
    return anchor_question(text, quantities)


def encode_equation(
    equation: str, quantities: tuple[Quantity, ...], options: EncodingOptions = EncodingOptions()
) -> str:
    """The target text of an equation.

    Raises:
        ExpressionError: if the equation cannot be read.
    """
    tree = parse_expression(equation)
    if options.number_encoding == "literal":
        return render_expression(flatten(tree))
    return encode_expression(anchor_expression(tree, quantities))


def decode_output(
    output: str,
    quantities: tuple[Quantity, ...],
    options: EncodingOptions = EncodingOptions(),
    limits: Limits = Limits(),
) -> Expression:
    """The expression (numbers still names where anchored) that an output text stands for.

    Raises:
        ExpressionError: if it stands for none.
    """
    tree = decode_expression(output, quantities, limits)
    return tree if options.number_encoding == "anchored" else anchor_expression(tree, quantities)
