"""Muon whose work is shared among the processes of a run instead of done by each of them."""

from __future__ import annotations

from typing import Any

import torch
from torch import distributed


class SharedMuon(torch.optim.Muon):
    """torch's Muon, each process orthogonalising the updates of its share of the matrices and sending out the results.

    As in ZeRO (Rajbhandari et al., 2019, arXiv 1910.02054, section 5.1), but for the work, which in Muon is what costs:
    every process keeps the momentum of all matrices, so that a saved state is whole whoever writes it. Steps are those
    of one process, to the bit. Gradients must already be the same on every process, as DistributedDataParallel leaves
    them.
    """

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """See :class:`torch.optim.Muon`; gradients of matrices that other processes step are dropped."""
        if not (distributed.is_available() and distributed.is_initialized() and distributed.get_world_size() > 1):
            return super().step(closure)
        shares = self._shares(distributed.get_world_size())
        for owner, share in enumerate(shares):
            if owner != distributed.get_rank():
                self._keep_momentum(share)
        result = super().step(closure)
        for owner, share in enumerate(shares):
            _send(share, owner)
        return result

    def _shares(self, count: int) -> list[list[torch.Tensor]]:
        """The matrices that have a gradient, dealt out by size."""
        matrices = [p for group in self.param_groups for p in group["params"] if p.grad is not None]
        matrices.sort(key=torch.numel, reverse=True)
        return [matrices[owner::count] for owner in range(count)]

    def _keep_momentum(self, share: list[torch.Tensor]) -> None:
        rates = {id(p): group["momentum"] for group in self.param_groups for p in group["params"]}
        for matrix in share:
            assert matrix.grad is not None
            state = self.state[matrix]
            if "momentum_buffer" not in state:
                state["momentum_buffer"] = torch.zeros_like(matrix.grad)
            state["momentum_buffer"].lerp_(matrix.grad, 1 - rates[id(matrix)])
            matrix.grad = None  # Muon passes over it


def _send(share: list[torch.Tensor], owner: int) -> None:
    """Give every process the owner's values of these matrices, in one message."""
    if not share:
        return
    flat = torch.cat([matrix.reshape(-1) for matrix in share])
    distributed.broadcast(flat, owner)
    if owner != distributed.get_rank():
        for matrix, values in zip(share, flat.split([matrix.numel() for matrix in share]), strict=True):
            matrix.copy_(values.view_as(matrix))
