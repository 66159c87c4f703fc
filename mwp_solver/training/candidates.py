"""Equations for problems of which only the answer is known: what a network proposes and the answer confirms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from mwp_solver.anchoring import AnchoredQuestion, anchor_expression, resolve, used_quantities
from mwp_solver.answers import grade_answer
from mwp_solver.errors import ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.syntax import Binary, Expression, Number, Percent, Unary, parse_expression
from mwp_solver.model.backends.base import MAX_SOURCE
from mwp_solver.model.backends.ct2 import CT2Backend
from mwp_solver.model.encoding import decode_output, encode_question, quantities_of
from mwp_solver.model.tokenizer import decode_ids
from mwp_solver.options import DecodingOptions, EncodingOptions
from mwp_solver.problem import Problem
from mwp_solver.quantities import Quantity, find_quantities
from mwp_solver.text import normalize_question

if TYPE_CHECKING:
    import sympy

Votes = Mapping[str, float]
"""output text -> the probability that the network gives it, estimated"""

COMMON = frozenset({"1", "2", "10", "60", "100", "1000", "3.14"})
"""numbers that any equation may hold without their standing in the question"""
_UNUSED = DecodingOptions().unused_penalty
_CLEAR = 2.0  # an expression must have so many times the votes of the next one that computes something else
_CHUNK = 256


@dataclass(frozen=True, slots=True)
class Rules:
    """What is kept as the equation of a problem.

    Attributes:
        constants: numbers allowed that are not the question's, as canonically written.
        least: smallest probability; what the network hardly believes and yet hits the answer did so by chance.
    """

    constants: frozenset[str] = COMMON
    least: float = 0.01


@dataclass(slots=True)
class _Way:
    """Expressions that compute the same whatever the question's numbers are."""

    votes: float = 0.0
    best: tuple[float, int, str] = (0.0, 0, "")  # votes below 0, length, text: the least is the best


def constants_of(problems: Sequence[Problem], encoding: EncodingOptions = EncodingOptions()) -> frozenset[str]:
    """Numbers that at least two equations hold without their standing in the question, and :data:`COMMON`."""
    seen: Counter[str] = Counter()
    for problem in problems:
        if problem.equation:
            quantities = quantities_of(normalize_question(problem.question), encoding)
            try:
                tree = anchor_expression(parse_expression(problem.equation), quantities)
            except ExpressionError:
                continue
            seen.update(set(_constants(tree)))
    return COMMON | {text for text, count in seen.items() if count > 1}


def propose(
    checkpoint: Path,
    texts: Sequence[str],
    beam: int,
    samples: int,
    seed: int,
    threads: int = 0,
    tell: Callable[[int], None] | None = None,
) -> Iterator[dict[str, float]]:
    """What the network may write for each text: the best of a beam, and some drawn by their probability.

    Args:
        checkpoint: with its run-time export.
        texts: inputs.
        beam: outputs searched for; each votes with its probability.
        samples: outputs drawn; each votes with its share of the draws, or its beam's probability if that is more.
        seed: of the draws.
        threads: of the CPU; 0 takes all cores.
        tell: told how many texts are done.
    """
    import ctranslate2

    # Its threads take the seed when they first draw, so that a network loaded before would not heed it.
    ctranslate2.set_random_seed(seed)
    backend = CT2Backend(checkpoint, threads=threads)
    options = replace(DecodingOptions(), beam_size=beam, n_best=beam)
    for start in range(0, len(texts), _CHUNK):
        chunk = list(texts[start : start + _CHUNK])
        drawn = _draw(backend, chunk, samples, options) if samples else [Counter[str]() for _ in chunk]
        for found, sampled in zip(backend.generate(chunk, options), drawn, strict=True):
            votes = {text: count / samples for text, count in sampled.items()}
            for hypothesis in found:
                votes[hypothesis.text] = max(votes.get(hypothesis.text, 0.0), exp(hypothesis.score))
            yield votes
        if tell is not None:
            tell(start + len(chunk))


def _draw(backend: CT2Backend, texts: list[str], samples: int, options: DecodingOptions) -> list[Counter[str]]:
    tokens = [encoding.tokens[-MAX_SOURCE:] for encoding in backend.tokenizer.encode_batch(texts)]
    results = backend.translator.get().translate_batch(
        tokens,
        beam_size=1,
        num_hypotheses=samples,
        sampling_topk=0,
        max_decoding_length=options.max_length,
        max_batch_size=options.batch_size,
    )

    def text(written: list[str]) -> str:
        return decode_ids(backend.tokenizer, [backend.tokenizer.token_to_id(token) or 0 for token in written])

    return [Counter(map(text, result.hypotheses)) for result in results]


def choose(problem: Problem, votes: Votes, encoding: EncodingOptions, rules: Rules) -> tuple[str | None, str]:
    """The equation that a problem's answer confirms, if one is clear.

    Expressions right by value are put together where they also agree on other numbers than the question's: one
    that agrees on these alone is right by chance. Of each such way the most voted expression stands for all, of equal
    ones the shortest; a number of the question left unused costs votes.

    Args:
        problem: with its answer.
        votes: from :func:`propose`.
        encoding: how texts are written.
        rules: what is kept.

    Returns:
        The equation in plain numbers and ``kept``; or ``None`` and why: ``no value`` (of any candidate), ``wrong``
        (all), ``foreign`` (right only with numbers from nowhere, or none of the question's), ``unlikely`` (right, but
        hardly believed), ``by chance`` (several ways are right and none is clear).
    """
    question = encode_question(problem.question, encoding)
    ways: dict[tuple[object, ...], _Way] = {}
    fault, right = "no value", False
    digits = {index for index, quantity in enumerate(question.quantities) if not quantity.spelled}
    for text, vote in votes.items():
        tree, value = _read(text, question, encoding)
        if tree is None or value is None:
            continue
        if not grade_answer(value, problem.answer or "", problem.question).correct:
            fault = fault if right else "wrong"
            continue
        used = used_quantities(tree)
        right = True
        if not used or any(constant not in rules.constants for constant in _constants(tree)):
            fault = "foreign"
            continue
        vote *= _UNUSED ** len(digits - used)
        plain = render_expression(resolve(tree, question.quantities))
        way = ways.setdefault(_signature(tree, question.quantities), _Way())
        way.votes += vote
        way.best = min(way.best, (-vote, len(plain), plain))
    order = sorted(ways.values(), key=lambda way: -way.votes)
    if not order:
        return None, fault
    if order[0].votes < rules.least:
        return None, "unlikely"
    if len(order) > 1 and order[0].votes < _CLEAR * order[1].votes:
        return None, "by chance"
    return order[0].best[2], "kept"


def same_function(question: str, first: str, second: str) -> bool:
    """Whether two equations of a question compute the same whatever its numbers are (checked on a few others).

    Raises:
        ExpressionError: if one of them cannot be read.
    """
    quantities = find_quantities(normalize_question(question))
    one, two = (anchor_expression(parse_expression(text), quantities) for text in (first, second))
    return _signature(one, quantities) == _signature(two, quantities)


def _read(
    text: str, question: AnchoredQuestion, encoding: EncodingOptions
) -> tuple[Expression | None, sympy.Rational | None]:
    try:
        tree = decode_output(text, question.quantities, encoding)
        return tree, evaluate_expression(resolve(tree, question.quantities))
    except ExpressionError:
        return None, None


def _signature(tree: Expression, quantities: Sequence[Quantity]) -> tuple[object, ...]:
    """What a tree is worth for a few other values of the question's numbers."""
    from sympy import Rational

    found: list[object] = []
    for seed in range(3):
        rng = Random(seed)
        values = {f"n{index}": Rational(rng.randint(2, 997), rng.randint(2, 97)) for index in range(len(quantities))}
        try:
            found.append(evaluate_expression(tree, values=values))
        except ExpressionError as error:
            found.append(error.code)
    return tuple(found)


def _constants(tree: Expression) -> Iterator[str]:
    match tree:
        case Number(text):
            yield text
        case Unary(operand) | Percent(operand):
            yield from _constants(operand)
        case Binary("^", left, _):
            yield from _constants(left)  # an exponent belongs to the formula
        case Binary(_, left, right):
            yield from _constants(left)
            yield from _constants(right)
