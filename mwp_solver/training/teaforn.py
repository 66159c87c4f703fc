"""The loss of TeaForN (Goodman, Ding, Soricut, EMNLP 2020, arXiv 2010.03494, section 3).

The passes are those of :mod:`mwp_solver.model.teaforn`; by their losses the network also learns to go on from its own
predictions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mwp_solver.model.teaforn import TeaForN, pass_logits
from mwp_solver.training.losses import TokenLoss

if TYPE_CHECKING:
    import torch


def summed_loss(
    model: Any, batch: dict[str, torch.Tensor], method: TeaForN = TeaForN(), loss: TokenLoss = TokenLoss()
) -> torch.Tensor:
    """Σ over passes of weight times cross entropy, summed over the target tokens of the batch (not averaged).

    Padding (labels of :data:`mwp_solver.model.teaforn.IGNORED`) counts for nothing in every pass. With one pass this
    is plain teacher forcing. If the batch has ``weights`` (batch,), each problem counts as much as its own.
    """
    losses = [
        weight * loss(logits, batch["labels"], batch.get("weights"))
        for weight, logits in zip(method.weights, pass_logits(model, batch, method), strict=False)
        if weight
    ]
    return _sum(losses)


def _sum(losses: Sequence[torch.Tensor]) -> torch.Tensor:
    total = losses[0]
    for loss in losses[1:]:
        total = total + loss
    return total
