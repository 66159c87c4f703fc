"""Candidates in, ordered candidates out: parse and execute each, keep those that give a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

from mwp_solver.errors import ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.syntax import Expression
from mwp_solver.model.backends.base import Hypothesis
from mwp_solver.model.encoding import decode_output
from mwp_solver.options import EncodingOptions
from mwp_solver.quantities import Quantity, resolve

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expression the model proposed and what became of it.

    Attributes:
        expression: canonical text with the question's numbers, or the raw output if it is none.
        value: exact, or ``None`` if it cannot be computed.
        score: log-probability the model gave it, in nats.
        probability: its share among the candidates.
        error: code of the :class:`~mwp_solver.errors.ExpressionError`, or ``None``.
        anchored: the tree with names for quantities, or ``None``.
    """

    expression: str
    value: sympy.Rational | None
    score: float
    probability: float
    error: str | None = None
    anchored: Expression | None = None


def rank(
    hypotheses: Sequence[Hypothesis], quantities: tuple[Quantity, ...], encoding: EncodingOptions
) -> tuple[Candidate, ...]:
    """Execute the hypotheses of one question.

    Args:
        hypotheses: from the backend, most probable first.
        quantities: of the question.
        encoding: how the model writes numbers.

    Returns:
        All candidates: those with a value first, each group in the model's order.
    """
    total = sum(exp(hypothesis.score) for hypothesis in hypotheses) or 1.0
    candidates = [_execute(hypothesis, quantities, encoding, exp(hypothesis.score) / total) for hypothesis in hypotheses]
    return tuple(sorted(candidates, key=lambda candidate: candidate.value is None))


def _execute(
    hypothesis: Hypothesis, quantities: tuple[Quantity, ...], encoding: EncodingOptions, probability: float
) -> Candidate:
    try:
        anchored = decode_output(hypothesis.text, quantities, encoding)
        tree = resolve(anchored, quantities)
        value = evaluate_expression(tree)
    except ExpressionError as error:
        return Candidate(hypothesis.text, None, hypothesis.score, probability, error.code)
    return Candidate(render_expression(tree), value, hypothesis.score, probability, None, anchored)
