"""The same network in fewer passes over memory: what makes a training step quick on a CPU.

The library's blocks write the gated GELU and the RMS norm out in many small operations, and torch draws dropout
masks on one thread at 32 bits a value. Here each is one fused operation, or a byte of chance. Parameters keep their
names and places, so checkpoints are the same with and without; values differ by rounding only.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from transformers import MT5ForConditionalGeneration


def speed_up(network: MT5ForConditionalGeneration) -> None:
    """Exchange the network's activations and norms, and on a CPU its dropout, for quicker ones, in place.

    Attention weights are not dropped out afterwards on a CPU (the states around them still are), which keeps torch's
    fused attention in use.

    Args:
        network: of the mT5 architecture with gated GELU; any other activation is left as it is.
    """
    from torch import nn
    from transformers.models.mt5.modeling_mt5 import MT5Attention, MT5LayerNorm

    on_cpu = next(network.parameters()).device.type == "cpu"
    for module in list(network.modules()):
        if hasattr(module, "wi_0") and network.config.dense_act_fn == "gelu_new":
            module.act = nn.GELU(approximate="tanh")
        if on_cpu and isinstance(module, MT5Attention):
            module.dropout = 0.0
        for name, child in list(module.named_children()):
            if isinstance(child, MT5LayerNorm):
                norm = _rms_norm_class()(child.weight.shape[0], eps=child.variance_epsilon)
                norm.weight = child.weight
                setattr(module, name, norm)
            elif on_cpu and isinstance(child, nn.Dropout) and child.p > 0:
                setattr(module, name, _byte_dropout_class()(child.p))


def byte_mask(like: torch.Tensor, rate: float) -> torch.Tensor:
    """A random mask of 0 and 1/(1 - p), where p is ``rate`` rounded to a 256th, in the type and shape of ``like``."""
    import torch

    dropped = round(rate * 256)
    words = torch.empty((like.numel() + 7) // 8, dtype=torch.int64).random_(-(2**63), None)
    chance = words.view(torch.uint8)[: like.numel()].view(like.shape)
    return (chance >= dropped).to(like.dtype).mul_(256 / (256 - dropped))


@cache
def _opaque_byte_mask() -> Any:
    """:func:`byte_mask` as one operation that torch.compile calls and does not look into.

    It can trace no ``random_``; masks that it makes itself cost more than all that it saves on a CPU.
    """
    import torch

    # The tag keeps the backward pass from drawing a mask again instead of keeping it.
    operation = torch.library.custom_op(
        "mwp_solver::byte_mask",
        byte_mask,
        mutates_args=(),
        schema="(Tensor like, float rate) -> Tensor",
        tags=(torch.Tag.nondeterministic_seeded,),
    )
    operation.register_fake(lambda like, rate: torch.empty_like(like))
    return operation


def _rms_norm_class() -> Any:
    import torch
    from torch import nn

    class RMSNorm(nn.RMSNorm):
        def forward(self, states: torch.Tensor) -> torch.Tensor:
            normed = torch.nn.functional.rms_norm(states, self.normalized_shape, self.weight, self.eps)
            # Under autocast every matrix that reads this would cast it for itself.
            kind = states.device.type
            return normed.to(torch.get_autocast_dtype(kind)) if torch.is_autocast_enabled(kind) else normed

    return RMSNorm


def _byte_dropout_class() -> Any:
    import torch
    from torch import nn

    opaque = _opaque_byte_mask()

    class ByteDropout(nn.Dropout):
        def forward(self, states: torch.Tensor) -> torch.Tensor:
            if not self.training or not self.p:
                return states
            if torch.compiler.is_compiling():
                return states * opaque(states.detach(), self.p)
            return states * byte_mask(states, self.p)

    return ByteDropout
