"""The encoder of a checkpoint trained to foretell the features of a cache; its decoder is left as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from mwp_solver.errors import DataError
from mwp_solver.options import TrainingConfig
from mwp_solver.training.distillation.alignment import Span, tokens_under
from mwp_solver.training.distillation.features import FeatureCache
from mwp_solver.training.examples import MAX_SOURCE
from mwp_solver.training.fast import speed_up
from mwp_solver.training.optimizers import make_optimizers, rate_at

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer
    from transformers import MT5ForConditionalGeneration

HELD = 50
"""every so many texts one is held out"""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text as the student reads it.

    Attributes:
        text: its number in the cache.
        ids: with the end mark.
        under: for each id the range of the teacher's tokens whose mean it is to foretell; for the end mark all.
    """

    text: int
    ids: list[int]
    under: list[Span]


def make_lessons(cache: FeatureCache, tokenizer: Tokenizer) -> list[Lesson]:
    """The texts of a cache, less those that are too long to train on or of which the teacher saw nothing."""
    lessons = []
    for first in range(0, len(cache.texts), 1024):
        for text, encoded in enumerate(tokenizer.encode_batch(cache.texts[first : first + 1024]), first):
            tokens = cache.spans_of(text)
            if tokens and len(encoded.ids) <= MAX_SOURCE:
                under = [*tokens_under(encoded.offsets[:-1], tokens), (0, len(tokens))]
                lessons.append(Lesson(text, encoded.ids, under))
    return lessons


def distill(
    network: MT5ForConditionalGeneration,
    tokenizer: Tokenizer,
    cache: FeatureCache,
    *,
    epochs: int,
    learning_rate: float,
    decay: float,
    batch_size: int = 64,
    warmup: int = 100,
    weight_decay: float = 0.01,
    seed: int = 0,
    report: Callable[[dict[str, float]], None] = lambda line: None,
) -> list[float]:
    """Train the encoder and the embedding, in place, with the mean squared error of a linear map of its last states.

    Optimisers, course of the rate and bf16 autocast are those of training; there is no dropout, as the target is
    known for every token.

    Args:
        network: on the device to train on.
        tokenizer: of it.
        cache: what is to be foretold.
        epochs: passes over the texts that are not held out.
        learning_rate: the highest.
        decay: last share of the steps over which the rate falls to 0.
        batch_size: texts a step, of like length.
        warmup: steps of rise.
        weight_decay: of hidden matrices.
        seed: of the order of batches and of the map's initial weights.
        report: called after every epoch with ``epoch``, ``train`` and ``held``.

    Returns:
        The error on the texts held out, before training and after each epoch; features have variance 1 on average.

    Raises:
        DataError: if there are too few texts.
    """
    import torch

    lessons = make_lessons(cache, tokenizer)
    held = lessons[::HELD]
    taught = sorted(
        (lesson for number, lesson in enumerate(lessons) if number % HELD), key=lambda lesson: len(lesson.ids)
    )
    if not taught:
        raise DataError(f"{len(lessons)} texts that can be used; there must be at least 2")
    batches = [taught[first : first + batch_size] for first in range(0, len(taught), batch_size)]
    torch.manual_seed(seed)
    head = torch.nn.Linear(network.config.d_model, cache.features.shape[1]).to(network.device)
    speed_up(network)
    network.eval()  # after it, as its own modules begin with dropout switched on
    config = TrainingConfig(
        data=("features",),
        output="",
        steps=epochs * len(batches),
        learning_rate=learning_rate,
        warmup=warmup,
        decay=decay,
        weight_decay=weight_decay,
    )
    head_optimizer = torch.optim.AdamW(head.parameters(), lr=learning_rate, weight_decay=0.0)
    optimizers = [*make_optimizers(network, config), head_optimizer]

    def held_error() -> float:
        with torch.no_grad():
            parts = [held[first : first + batch_size] for first in range(0, len(held), batch_size)]
            errors = [_error(network, head, cache, part).item() * len(part) for part in parts]
        return sum(errors) / len(held)

    errors, step, rng = [held_error()], 0, Random(seed)
    for epoch in range(epochs):
        summed = 0.0
        for batch in rng.sample(batches, len(batches)):
            error = _error(network, head, cache, batch)
            error.backward()
            torch.nn.utils.clip_grad_norm_([p for p in network.parameters() if p.grad is not None], 1.0)
            rate = rate_at(step, config)
            for optimizer in optimizers:
                for group in optimizer.param_groups:
                    group["lr"] = rate
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            step, summed = step + 1, summed + error.item()
        errors.append(held_error())
        report({"epoch": epoch + 1, "train": round(summed / len(batches), 4), "held": round(errors[-1], 4)})
    return errors


def _error(
    network: MT5ForConditionalGeneration, head: torch.nn.Module, cache: FeatureCache, batch: Sequence[Lesson]
) -> torch.Tensor:
    """The mean squared error over all tokens of a batch."""
    import torch

    device = network.device
    ids, mask, target = (tensor.to(device) for tensor in _tensors(cache, batch))
    with torch.autocast(device.type, torch.bfloat16):
        states = network.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        foretold = head(states)
    return ((foretold.float() - target).square().mean(-1) * mask).sum() / mask.sum()


def _tensors(cache: FeatureCache, batch: Sequence[Lesson]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Ids, mask and targets of (texts, longest) and (texts, longest, dimensions)."""
    import numpy as np
    import torch

    length = max(len(lesson.ids) for lesson in batch)
    ids = torch.zeros(len(batch), length, dtype=torch.long)
    mask = torch.zeros(len(batch), length)
    target = torch.zeros(len(batch), length, cache.features.shape[1])
    for row, lesson in enumerate(batch):
        features = cache.features[cache.starts[lesson.text] : cache.starts[lesson.text + 1]].astype(np.float32)
        sums = np.concatenate([np.zeros_like(features[:1]), np.cumsum(features, 0)])
        first, last = np.array(lesson.under).T
        count = len(lesson.ids)
        ids[row, :count] = torch.tensor(lesson.ids)
        mask[row, :count] = 1
        target[row, :count] = torch.from_numpy((sums[last] - sums[first]) / (last - first)[:, None])
    return ids, mask, target
