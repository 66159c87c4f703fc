"""TeaForN: teacher forcing with n-grams (Goodman, Ding, Soricut, EMNLP 2020, arXiv 2010.03494, section 3).

The same decoder and head run N times over a target. Pass 1 reads the gold tokens, as in plain teacher forcing;
pass i+1 reads what pass i put out, one position later. No parameters are added, and the encoder runs once. Training
sums the passes' losses (:mod:`mwp_solver.training.teaforn`); the decoding method ``teaforn`` weighs finished candidates
by the passes' log-probabilities (:func:`objective`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

IGNORED = -100
"""label of padding, as torch's cross entropy knows it"""


@dataclass(frozen=True, slots=True)
class TeaForN:
    """How the passes are chained.

    Attributes:
        weights: of the passes' losses, the first for plain teacher forcing; passes after the last weight above 0
            are not run.
        top_k: 0 feeds a pass's hidden states to the next; k > 0 the expected embedding over its k most probable
            tokens (k = 1: the embedding of the best one; k = vocabulary: the full expectation).
        gradients: let gradients flow through what is fed on; else each pass is trained with its input as given.
    """

    weights: tuple[float, ...] = (1.0,)
    top_k: int = 0
    gradients: bool = True

    def __post_init__(self) -> None:
        if not self.weights or any(weight < 0 for weight in self.weights) or not any(self.weights):
            raise ValueError("weights must be at least one number above 0, none below")
        if self.top_k < 0:
            raise ValueError("top_k must be 0 (hidden states) or the number of tokens")

    @property
    def passes(self) -> int:
        """Passes that count."""
        return max(index for index, weight in enumerate(self.weights, 1) if weight)

    @classmethod
    def geometric(cls, passes: int, discount: float, top_k: int = 0, gradients: bool = True) -> TeaForN:
        """Weights 1, discount, discount², …"""
        return cls(tuple(discount**index for index in range(passes)), top_k, gradients)


def shift_right(labels: torch.Tensor, start: int = 0) -> torch.Tensor:
    """Decoder inputs of labels (batch, length): the start token, then each label but the last."""
    import torch

    inputs = torch.cat([torch.full_like(labels[:, :1], start), labels[:, :-1]], dim=1)
    return inputs.masked_fill(inputs == IGNORED, 0)


def pass_logits(model: Any, batch: dict[str, Any], method: TeaForN) -> Iterator[torch.Tensor]:
    """The logits of each pass, in order.

    Args:
        model: an ``MT5ForConditionalGeneration``, or a wrapper for several processes around one.
        batch: ``input_ids`` or ``encoder_outputs``, ``attention_mask`` (batch, source), ``labels`` (batch, target).
        method: of chaining.

    Yields:
        Tensors of shape (batch, target, vocabulary).
    """
    import torch

    network = getattr(model, "module", model)
    inputs = shift_right(batch["labels"])
    source = "encoder_outputs" if "encoder_outputs" in batch else "input_ids"
    output = model(
        **{source: batch[source]},
        attention_mask=batch["attention_mask"],
        decoder_input_ids=inputs,
        use_cache=False,
        output_hidden_states=method.passes > 1,
    )
    yield output.logits
    if method.passes == 1:
        return
    logits, states = output.logits, output.decoder_hidden_states[-1]
    start = network.shared(inputs[:, :1])
    for _ in range(method.passes - 1):
        fed = _feed(network.shared.weight, logits, states, method.top_k)
        if not method.gradients:
            fed = fed.detach()
        states = network.decoder(
            inputs_embeds=torch.cat([start, fed[:, :-1].to(start.dtype)], dim=1),
            encoder_hidden_states=output.encoder_last_hidden_state,
            encoder_attention_mask=batch["attention_mask"],
            use_cache=False,
        ).last_hidden_state
        logits = network.lm_head(states)
        yield logits


def objective(model: Any, batch: dict[str, Any], method: TeaForN) -> torch.Tensor:
    """Σ over passes of weight times log-probability of a target, shape (batch,), in nats.

    This is what :func:`mwp_solver.training.teaforn.summed_loss` makes large, one target at a time. With one pass it is
    the target's log-probability.
    """
    import torch

    labels = batch["labels"]
    counted = labels != IGNORED
    total = torch.zeros(labels.shape[0], device=labels.device)
    for weight, logits in zip(method.weights, pass_logits(model, batch, method), strict=False):
        chosen = logits.float().log_softmax(dim=-1).gather(2, labels.clamp(min=0).unsqueeze(2)).squeeze(2)
        total = total + weight * (chosen * counted).sum(dim=1)
    return total


def _feed(embedding: torch.Tensor, logits: torch.Tensor, states: torch.Tensor, top_k: int) -> torch.Tensor:
    """What the next pass reads in place of gold embeddings, shape (batch, target, d_model)."""
    if top_k == 0:
        # States leave the decoder normed for the head; they re-enter at the size of an embedding, or they
        # would drown what the first layer adds.
        size = embedding.detach().float().pow(2).mean().sqrt()
        own = states.detach().float().pow(2).mean(dim=-1, keepdim=True).sqrt()
        return states * (size / own.clamp(min=1e-6))
    if top_k >= logits.shape[-1]:
        return logits.float().softmax(dim=-1) @ embedding.float()
    best = logits.float().topk(top_k, dim=-1)
    return (best.values.softmax(dim=-1).unsqueeze(-1) * embedding[best.indices].float()).sum(dim=-2)
