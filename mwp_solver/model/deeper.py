"""A deeper network that computes the same: where a longer training is to begin from a smaller one's end.

Function-preserving growth: Chen et al., "Net2Net" (ICLR 2016, arXiv 1511.05641, section 2.3); copies of layers as in
Gong et al., "Efficient Training of BERT by Progressively Stacking" (ICML 2019). In a residual network a copy whose
output projections are zero changes nothing, and learns from the first step on.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mwp_solver.errors import ModelError

if TYPE_CHECKING:
    from transformers import MT5ForConditionalGeneration

_OUTPUTS = ("SelfAttention.o.weight", "DenseReluDense.wo.weight")
_BIAS = "relative_attention_bias.weight"


def deepen(network: MT5ForConditionalGeneration, after: Sequence[int]) -> MT5ForConditionalGeneration:
    """A network with further encoder layers that gives the same logits.

    Args:
        network: of the mT5 architecture; left as it is.
        after: numbers of encoder layers, from 1; behind each stands a copy of it whose outputs are zero.

    Raises:
        ModelError: if there is no such layer, or one is named twice.
    """
    import torch

    layers = network.config.num_layers
    if len(set(after)) < len(after) or any(not 1 <= number <= layers for number in after):
        raise ModelError(f"layers {', '.join(map(str, after))}: each once, from 1 to {layers}")
    config = copy.deepcopy(network.config)
    config.num_layers = layers + len(after)
    grown = type(network)(config).to(network.device)
    # Every old layer, behind some their copy; a layer's place in the list is its new number.
    order = sorted([(number, False) for number in range(layers)] + [(number - 1, True) for number in after])
    old = network.state_dict()
    new = {}
    for name, weight in old.items():
        stack, _, rest = name.partition(".block.")
        # One bias serves all layers; it belongs to the first.
        if stack != "encoder" or name.endswith(_BIAS):
            new[name] = weight
            continue
        layer, _, part = rest.partition(".")
        for place, (number, copied) in enumerate(order):
            if number == int(layer):
                zero = copied and part.endswith(_OUTPUTS)
                new[f"encoder.block.{place}.{part}"] = torch.zeros_like(weight) if zero else weight
    grown.load_state_dict(new)
    return grown
