"""Lists of ids -> padded tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mwp_solver.model.teaforn import IGNORED

if TYPE_CHECKING:
    import torch


def collate(
    pairs: Sequence[tuple[list[int], list[int]]], pad: int = 0, weights: Sequence[float] | None = None
) -> dict[str, torch.Tensor]:
    """Pad a batch.

    Args:
        pairs: (source ids, target ids) of each problem.
        pad: id that fills sources.
        weights: how much each problem counts.

    Returns:
        ``input_ids`` and ``attention_mask`` of shape (batch, source length), ``labels`` of shape
        (batch, target length) with :data:`IGNORED` as padding; int64. With weights also ``weights`` (batch,).
    """
    import torch

    width = max(len(source) for source, _ in pairs)
    height = max(len(target) for _, target in pairs)
    batch = {
        "input_ids": torch.tensor([source + [pad] * (width - len(source)) for source, _ in pairs]),
        "attention_mask": torch.tensor([[1] * len(source) + [0] * (width - len(source)) for source, _ in pairs]),
        "labels": torch.tensor([target + [IGNORED] * (height - len(target)) for _, target in pairs]),
    }
    if weights is not None:
        batch["weights"] = torch.tensor(weights)
    return batch
