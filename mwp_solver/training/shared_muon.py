"""Muon whose work is shared among the processes of a run instead of done by each of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


@cache
def shared_muon() -> Any:
    """The class ``SharedMuon``: torch's Muon, of which each process steps its share of the matrices and sends them out.

    As in ZeRO (Rajbhandari et al., 2019, arXiv 1910.02054, section 5.1), but for the work, which in Muon is what costs:
    every process keeps the momentum of all matrices, so that a saved state is whole whoever writes it. Gradients must
    already be the same on every process, as DistributedDataParallel leaves them.
    """
    import torch
    from torch import distributed

    class SharedMuon(torch.optim.Muon):
        @torch.no_grad()
        def step(self, closure: Any = None) -> Any:
            """See :class:`torch.optim.Muon`; gradients of matrices that other processes step are dropped."""
            if not (distributed.is_available() and distributed.is_initialized()) or distributed.get_world_size() == 1:
                return super().step(closure)
            rank, shares = distributed.get_rank(), self._shares(distributed.get_world_size())
            for owner, share in enumerate(shares):
                if owner != rank:
                    self._keep_momentum(share)
            result = super().step(closure)
            for owner, share in enumerate(shares):
                _send(share, owner, rank)
            return result

        def _shares(self, count: int) -> list[list[torch.Tensor]]:
            """The matrices that have a gradient, dealt out by size."""
            matrices = [p for group in self.param_groups for p in group["params"] if p.grad is not None]
            matrices.sort(key=torch.numel, reverse=True)
            return [matrices[owner::count] for owner in range(count)]

        def _keep_momentum(self, share: Sequence[torch.Tensor]) -> None:
            rates = {id(p): group["momentum"] for group in self.param_groups for p in group["params"]}
            for matrix in share:
                gradient, matrix.grad = matrix.grad, None  # Muon passes over a matrix without
                assert gradient is not None
                if "momentum_buffer" not in self.state[matrix]:
                    self.state[matrix]["momentum_buffer"] = torch.zeros_like(gradient)
                self.state[matrix]["momentum_buffer"].lerp_(gradient, 1 - rates[id(matrix)])

    return SharedMuon


def _send(share: Sequence[torch.Tensor], owner: int, rank: int) -> None:
    """Give every process the owner's values of these matrices, in one message."""
    import torch

    if not share:
        return
    flat = torch.cat([matrix.reshape(-1) for matrix in share])
    torch.distributed.broadcast(flat, owner)
    if owner != rank:
        for matrix, values in zip(share, flat.split([matrix.numel() for matrix in share]), strict=True):
            matrix.copy_(values.view_as(matrix))
