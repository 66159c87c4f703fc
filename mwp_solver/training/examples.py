"""Problems as training examples: encoded once, perturbed and tokenised anew each time they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from mwp_solver.anchoring import anchor_question, decode_expression, encode_expression
from mwp_solver.errors import ExpressionError
from mwp_solver.expression.syntax import Expression
from mwp_solver.model.encoding import encode_equation, quantities_of
from mwp_solver.options import EncodingOptions
from mwp_solver.problem import Problem
from mwp_solver.quantities import Quantity
from mwp_solver.text import normalize_question
from mwp_solver.training.families import family_of
from mwp_solver.training.perturbation import perturb
from mwp_solver.training.variants import normalize, vary

MAX_SOURCE = 256
"""longest input in tokens; longer ones are cut at the front, the question stands at the end"""
MAX_TARGET = 96
"""longest target in tokens; longer ones are not trained on"""
_STRETCH = 8


@dataclass(frozen=True, slots=True)
class Example:
    """A problem ready to be shown.

    Attributes:
        question: normalised.
        quantities: of the question.
        target: the expression as the model writes it.
        tree: the same with names, or ``None`` where numbers are literal (no perturbation then).
        family: see :func:`mwp_solver.training.families.family_of`.
    """

    question: str
    quantities: tuple[Quantity, ...]
    target: str
    tree: Expression | None
    family: str = ""

    def source(self, rng: Random | None = None) -> str:
        """The input text; with ``rng``, showing other numbers where that stays true."""
        if self.tree is None:
            return self.question
        texts = None if rng is None else perturb(self.tree, self.quantities, rng)
        return anchor_question(self.question, self.quantities, texts=texts).text

    def variant(self, rng: Random) -> str:
        """The target with its terms and factors in another order."""
        tree = decode_expression(self.target, self.quantities) if self.tree is None else self.tree
        return encode_expression(vary(tree, rng))


def make_examples(
    problems: Iterable[Problem], encoding: EncodingOptions, normalize_equations: bool = False
) -> tuple[list[Example], int]:
    """Encode problems that have an equation.

    Args:
        problems: any; those without an equation are left out.
        encoding: how questions and equations are written.
        normalize_equations: see :func:`mwp_solver.training.variants.normalize`; anchored equations only.

    Returns:
        The examples, and how many problems were left out (no equation, or one that cannot be read).
    """
    examples, left_out = [], 0
    for problem in problems:
        question = normalize_question(problem.question)
        quantities = tuple(quantities_of(question, encoding))
        try:
            target = encode_equation(problem.equation or "", quantities, encoding)
        except ExpressionError:
            left_out += 1
            continue
        tree = decode_expression(target, quantities) if encoding.number_encoding == "anchored" else None
        if tree is not None and normalize_equations:
            tree = normalize(tree)
            target = encode_expression(tree)
        examples.append(Example(question, quantities, target, tree, family_of(problem)))
    return examples, left_out


def batch_order(lengths: Sequence[tuple[int, int]], batch_size: int, rng: Random, pieces: int = 1) -> list[list[int]]:
    """A random order of batches, each of pieces in which lengths are alike (less padding).

    Args:
        lengths: of the examples' sources and targets, in tokens.
        batch_size: examples a batch; the last few that fill none are dropped for this epoch.
        rng: source of chance.
        pieces: of a batch, one after the other; lengths are alike within each, the pieces are drawn at random.

    Returns:
        Lists of indices; every index at most once.
    """
    order = list(range(len(lengths)))
    rng.shuffle(order)
    order.sort(key=lambda index: lengths[index][0])
    size = max(1, batch_size // pieces)
    chunks = []
    # Sources cost most, so they are sorted first, and targets within stretches of sources about as long.
    for start in range(0, len(order), _STRETCH * size):
        stretch = sorted(order[start : start + _STRETCH * size], key=lambda index: lengths[index][1])
        chunks += [stretch[i : i + size] for i in range(0, len(stretch), size)]
    rng.shuffle(chunks)
    if len(chunks) > pieces:
        chunks = [chunk for chunk in chunks if len(chunk) == size] or chunks
    batches = [sum(chunks[i : i + pieces], []) for i in range(0, len(chunks), pieces)]
    return [batch for batch in batches if len(batch) == batch_size] or batches


def even_slices(count: int, pieces: int) -> list[slice]:
    """Slices that cover ``count`` things in order, at most ``pieces`` of them, none empty."""
    size = max(1, -(-count // pieces))
    return [slice(start, start + size) for start in range(0, count, size)]
