"""Families of problems in training: how many there are of each, and how rare ones are made to count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mwp_solver.errors import ExpressionError
from mwp_solver.expression.steps import is_fraction
from mwp_solver.expression.syntax import Binary, Expression, Percent, Unary, parse_expression
from mwp_solver.problem import Problem

if TYPE_CHECKING:
    import torch

_MOST_OPERATIONS = 4


def family_of(problem: Problem) -> str:
    """The family a problem names; where it names none, the operations of its equation, such as ``*+`` or ``--/``.

    Of more than four operations only that there are more is told: ``more``. Without an equation: ``unknown``.
    """
    if problem.family:
        return problem.family
    try:
        operators = "".join(sorted(_operators(parse_expression(problem.equation or ""))))
    except ExpressionError:
        return "unknown"
    return "more" if len(operators) > _MOST_OPERATIONS else operators or "none"


def _operators(tree: Expression) -> str:
    match tree:
        case Binary() if is_fraction(tree):
            return ""
        case Binary(operator, left, right):
            return operator + _operators(left) + _operators(right)
        case Unary(operand) | Percent(operand):
            return _operators(operand)
    return ""


def family_weights(families: Iterable[str], strength: float) -> dict[str, float]:
    """How much a problem of each family counts: its family's size to the power of -strength.

    Scaled so that the mean over all problems is 1; strength 0 leaves all alike, 1 makes all families count alike.
    """
    sizes = Counter(families)
    raw = {name: size**-strength for name, size in sizes.items()}
    mean = sum(raw[name] * size for name, size in sizes.items()) / max(1, sizes.total())
    return {name: weight / mean for name, weight in raw.items()}


def logit_adjustment(targets: Iterable[tuple[str, Sequence[int]]], vocabulary: int, strength: float) -> torch.Tensor:
    """What to add to training logits so that the network serves all families alike, not the training set's mixture.

    Logit adjustment (Menon et al., ICLR 2021, section 4.2) adds the log-prior of a class in training, so that the
    network itself, read without it, answers as if classes were balanced. Here classes are the pieces of targets,
    and what is balanced are the families that use them: added is strength times the log of a piece's frequency in
    training over its frequency if every family had as many problems. Frequencies are smoothed by one.

    Args:
        targets: family and ids of each target.
        vocabulary: pieces.
        strength: 0 to about 1.

    Returns:
        Tensor of shape (vocabulary,); all zeros where families are of one size.
    """
    import torch

    sizes: Counter[str] = Counter()
    counts: dict[str, torch.Tensor] = {}
    for family, ids in targets:
        sizes[family] += 1
        pieces = counts.setdefault(family, torch.zeros(vocabulary))
        pieces.index_add_(0, torch.tensor(ids), torch.ones(len(ids)))
    average = sizes.total() / len(sizes)
    natural = torch.stack(list(counts.values())).sum(0)
    balanced = torch.stack([pieces * (average / sizes[family]) for family, pieces in counts.items()]).sum(0)
    natural, balanced = natural + 1, balanced + 1
    return strength * ((natural / natural.sum()).log() - (balanced / balanced.sum()).log())
