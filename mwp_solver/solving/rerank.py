"""Candidates in, ordered candidates out: parse and execute each, keep those that give a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp
from typing import TYPE_CHECKING

from mwp_solver.anchoring import AnchoredQuestion, resolve, used_quantities
from mwp_solver.answers import AnswerForm
from mwp_solver.errors import ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.syntax import Expression
from mwp_solver.model.backends.base import Hypothesis
from mwp_solver.model.encoding import decode_output
from mwp_solver.options import DecodingOptions, EncodingOptions
from mwp_solver.solving.decision import Decision
from mwp_solver.solving.dimensions import Dimension, quantity_dimensions
from mwp_solver.solving.features import features
from mwp_solver.solving.plausible import broken_rules

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expression the model proposed and what became of it.

    Attributes:
        expression: canonical text with the question's numbers, or the raw output if it is none.
        value: exact, or ``None`` if it cannot be computed.
        score: log-probability the model gave it, in nats.
        probability: the same as a number from 0 to 1.
        error: code of the :class:`~mwp_solver.errors.ExpressionError`, or ``None``.
        anchored: the tree with names for quantities, or ``None``.
        broken: names of the plausibility rules that the result breaks.
        weight: its vote: the probability (or what the method weighs by), less for each broken rule and each number
            of the question left unused.
        confidence: chance that its value is right, 0 to 1: calibrated, if the model says how; else the probability
            of all candidates that have the value.
    """

    expression: str
    value: sympy.Rational | None
    score: float
    probability: float
    error: str | None = None
    anchored: Expression | None = None
    broken: tuple[str, ...] = ()
    weight: float = 0.0
    confidence: float = 0.0


def rank(
    hypotheses: Sequence[Hypothesis],
    question: AnchoredQuestion,
    form: AnswerForm,
    encoding: EncodingOptions,
    options: DecodingOptions,
    decision: Decision = Decision(),
) -> tuple[Candidate, ...]:
    """Execute the hypotheses of one question and put the best first.

    With the method ``vote``, different expressions of one value count together (self-consistency, Wang et al.,
    ICLR 2023, section 2, weighted by probability), with ``sample-vote`` too (unweighted: each output drawn is one
    vote); else each stands for itself. A result that breaks a rule of :mod:`mwp_solver.solving.plausible` counts
    less, and so does one that leaves numbers of the question unused. Where the model has a re-ranker, that orders
    the values voted on instead.

    Args:
        hypotheses: from the backend, most probable first.
        question: as the model read it, with its quantities.
        form: what the question asks for.
        encoding: how the model writes numbers.
        options: method, rules and their weight.
        decision: the model's re-ranker and calibration.

    Returns:
        All candidates: those with a value first, each with the confidence in its value.
    """
    candidates = [_execute(hypothesis, question, form, encoding, options) for hypothesis in hypotheses]
    groups: dict[sympy.Rational, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.value is not None:
            groups.setdefault(candidate.value, []).append(candidate)
    voting = options.method in ("vote", "sample-vote")
    if voting and options.reranker and decision.reranker is not None:
        dimensions = quantity_dimensions(question)
        seen = [value_features(group, question, form, dimensions) for group in groups.values()]
        shares = dict(zip(groups, decision.shares(seen), strict=True))
    else:
        votes = {value: sum(candidate.weight for candidate in group) for value, group in groups.items()}
        total = sum(votes.values()) or 1.0
        shares = {value: vote / total for value, vote in votes.items()}
    # Other methods spread probability otherwise than the one that was calibrated.
    calibration = decision.calibration if options.method == "vote" else None
    mass = pooled(candidates)
    believed = dict(mass)
    if calibration is not None:
        covered = min(1.0, sum(mass.values()))
        believed = dict(zip(shares, calibration.chances(list(shares.values()), covered), strict=True))

    def order(candidate: Candidate) -> tuple[bool, float, float, float]:
        own = shares.get(candidate.value, 0.0) if voting else 0.0
        return candidate.value is None, -own, -candidate.weight, -candidate.score

    ordered = sorted(candidates, key=order)
    return tuple(replace(candidate, confidence=believed.get(candidate.value, 0.0)) for candidate in ordered)


def value_features(
    group: Sequence[Candidate], question: AnchoredQuestion, form: AnswerForm, dimensions: Sequence[Dimension]
) -> dict[str, float]:
    """The features of the value that a group of candidates has in common.

    Args:
        group: candidates of one value, at least one.
        question: as for :func:`rank`.
        form: likewise.
        dimensions: of the question's quantities.
    """
    best = max(group, key=lambda candidate: candidate.score)
    assert best.value is not None
    assert best.anchored is not None
    mass = min(1.0, sum(candidate.probability for candidate in group))
    return features(question, form, best.value, best.anchored, mass, dimensions)


def pooled(candidates: Sequence[Candidate]) -> dict[sympy.Rational | None, float]:
    """The probability of each value: the sum over the candidates that have it, at most 1."""
    weights: dict[sympy.Rational | None, float] = {}
    for candidate in candidates:
        if candidate.value is not None:
            weights[candidate.value] = min(1.0, weights.get(candidate.value, 0.0) + candidate.probability)
    return weights


def _execute(
    hypothesis: Hypothesis,
    question: AnchoredQuestion,
    form: AnswerForm,
    encoding: EncodingOptions,
    options: DecodingOptions,
) -> Candidate:
    probability = min(1.0, exp(hypothesis.score))
    try:
        anchored = decode_output(hypothesis.text, question.quantities, encoding)
        tree = resolve(anchored, question.quantities)
        value = evaluate_expression(tree)
    except ExpressionError as error:
        return Candidate(hypothesis.text, None, hypothesis.score, probability, error.code)
    broken = broken_rules(question, form, value, anchored, options.rules)
    weight = probability if hypothesis.weight is None else hypothesis.weight
    weight *= options.rule_penalty ** len(broken) * options.unused_penalty ** _unused(anchored, question)
    return Candidate(render_expression(tree), value, hypothesis.score, probability, None, anchored, broken, weight)


def _unused(anchored: Expression, question: AnchoredQuestion) -> int:
    """Numbers in digits that the expression leaves aside; those in words (两地, 三角) often mean nothing."""
    used = used_quantities(anchored)
    return sum(index not in used and not quantity.spelled for index, quantity in enumerate(question.quantities))
