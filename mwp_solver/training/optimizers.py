"""The optimisers of a run and the course of their rate.

Muon: K. Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024), in torch's own
implementation with updates scaled to AdamW's size (Liu et al., 2025, arXiv 2502.16982, section 2.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mwp_solver.options import TrainingConfig

if TYPE_CHECKING:
    import torch


def make_optimizers(network: torch.nn.Module, config: TrainingConfig) -> list[torch.optim.Optimizer]:
    """Muon for the hidden matrices and AdamW for the rest, or AdamW for all.

    From scratch on small data the decoder attends to the source only late; with AdamW alone it may never.
    """
    import torch

    from mwp_solver.training.shared_muon import shared_muon

    named = list(network.named_parameters())
    matrices = [(n, p) for n, p in named if p.ndim == 2 and ".block." in n and "relative_attention_bias" not in n]
    hidden = {n for n, _ in matrices}
    rest = [p for n, p in named if n not in hidden]
    rate, decay = config.learning_rate, config.weight_decay
    if config.optimizer == "adamw":
        groups = [{"params": [p for _, p in matrices], "weight_decay": decay}, {"params": rest, "weight_decay": 0.0}]
        return [torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98))]
    return [
        shared_muon()([p for _, p in matrices], lr=rate, weight_decay=decay, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(rest, lr=rate, weight_decay=0.0, betas=(0.9, 0.98)),
    ]


def rate_at(step: int, config: TrainingConfig) -> float:
    """The learning rate of a step (from 0): linear rise, plateau, linear fall to 0."""
    warm = min(1.0, (step + 1) / max(1, config.warmup))
    falling = max(1, round(config.steps * config.decay))
    cool = min(1.0, (config.steps - step) / falling)
    return config.learning_rate * min(warm, cool)
