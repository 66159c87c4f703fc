"""Training by torch.compile: encoder and decoder as code made for them, for batches of every length."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from mwp_solver.errors import ModelError
from mwp_solver.training.collate import collate

if TYPE_CHECKING:
    import torch
    from transformers import MT5ForConditionalGeneration

# (problems, source tokens, target tokens); what the first leaves open of the sizes, the second settles.
_SHAPES = ((4, 23, 9), (6, 31, 12))


def compile_stacks(
    network: MT5ForConditionalGeneration, loss: Callable[[dict[str, torch.Tensor]], torch.Tensor]
) -> None:
    """Let encoder and decoder run compiled while the network is in training mode, in place.

    Names and places of parameters stay, so states and checkpoints are the same with and without. Evaluation runs
    as written: generation, one token at a time, would be compiled anew for each of its states.

    Args:
        network: on its device, after :func:`mwp_solver.training.fast.speed_up`.
        loss: of a batch, as the run computes it; called twice here, so that faults show before the first step.

    Raises:
        ModelError: if there is no C++ compiler, or compilation fails.
    """
    for stack in (network.encoder, network.decoder):
        stack.forward = _in_training(stack)
    network.train()
    try:
        for count, source, target in _SHAPES:
            made = collate([([3] * source + [1], [4] * target + [1])] * count)
            loss({name: tensor.to(network.device) for name, tensor in made.items()}).backward()
    except Exception as error:  # dynamo, inductor, the compiler and the linker have a kind for every fault
        cause = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
        raise ModelError(
            f"--compile: torch.compile failed: {cause[:300]}; it needs a C++ compiler (g++ or clang++): install one, "
            "or leave --compile out, which trains the same network"
        ) from error
    network.zero_grad(set_to_none=True)


def _in_training(stack: Any) -> Callable[..., Any]:
    import torch

    plain = stack.forward
    compiled = torch.compile(plain, dynamic=True)

    @wraps(plain)  # generation reads its signature
    def forward(*args: Any, **named: Any) -> Any:
        return (compiled if stack.training else plain)(*args, **named)

    return forward
