"""The loss of written tokens, with what makes rare tokens and rare families of problems count for more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mwp_solver.model.teaforn import IGNORED

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True, eq=False)
class TokenLoss:
    """Cross entropy summed over tokens, and its variants.

    Attributes:
        label_smoothing: share of probability given to all tokens alike (Szegedy et al., CVPR 2016, section 7).
        focal: exponent g by which a token written with probability p counts (1-p)^g as much (Lin et al., ICCV
            2017, section 3.2); 0 is plain cross entropy.
        adjustment: added to the logits in training alone, shape (vocabulary,); see
            :func:`mwp_solver.training.families.logit_adjustment`.
    """

    label_smoothing: float = 0.0
    focal: float = 0.0
    adjustment: torch.Tensor | None = None

    def __call__(self, logits: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor | None = None) -> torch.Tensor:
        """The sum over all tokens of a batch.

        Args:
            logits: of shape (batch, target, vocabulary).
            labels: of shape (batch, target); those of :data:`IGNORED` count for nothing.
            weights: how much each problem counts, shape (batch,); by default all 1.
        """
        from torch.nn.functional import cross_entropy

        scores = logits.float().flatten(0, 1)
        if self.adjustment is not None:
            scores = scores + self.adjustment.to(scores.device)
        flat = labels.flatten()
        plain = weights is None and not self.focal
        losses = cross_entropy(
            scores,
            flat,
            ignore_index=IGNORED,
            label_smoothing=self.label_smoothing,
            reduction="sum" if plain else "none",
        )
        if plain:
            return losses
        if self.focal:
            chosen = scores.log_softmax(-1).gather(1, flat.clamp(min=0).unsqueeze(1)).squeeze(1)
            # Bounded, or the slope of a root at 0 would be no number.
            losses = losses * (1 - chosen.exp()).clamp(min=1e-6) ** self.focal
        if weights is not None:
            losses = losses * weights.to(losses.device).repeat_interleave(labels.shape[1])
        return losses.sum()
