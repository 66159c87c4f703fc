"""A checkpoint that has learnt to fill gaps in questions, for `mwp-solver train --model`.

    python evaluation/recipes/denoised_start.py START OUTPUT --data train.jsonl [--data …] [--steps 1800]
        [--batch-size 64] [--learning-rate 1e-3] [--decay 0.3] [--seed 0]

Span corruption (T5: Raffel et al., 2020, arXiv 1910.10683, section 3.1.4 and figure 2): of the pieces of a question
15% are cut out, in spans of 3 on average, each replaced by a mark; the decoder writes each mark and what stood there.
START is a checkpoint (pretrained_start.py makes one). The marks are the anchors that questions hardly use, from the
last one down.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from random import Random

from mwp_solver.anchoring import MAX_ANCHORS
from mwp_solver.corpus.files import read_problems
from mwp_solver.errors import MWPError
from mwp_solver.model.checkpoint import facts_of, read_manifest, save_checkpoint
from mwp_solver.model.encoding import encode_question
from mwp_solver.model.tokenizer import save_tokenizer
from mwp_solver.options import TrainingConfig
from mwp_solver.training.collate import collate
from mwp_solver.training.examples import MAX_SOURCE
from mwp_solver.training.fast import speed_up
from mwp_solver.training.optimizers import make_optimizers, rate_at
from mwp_solver.training.replacing import replacing_directory
from mwp_solver.training.start import Start, fine_tuned

CUT, SPAN = 0.15, 3
MARKS = MAX_ANCHORS // 2
"""gaps that a text may have; the first anchors stay what they are"""


def cut_spans(ids: Sequence[int], marks: Sequence[int], rng: Random) -> tuple[list[int], list[int]]:
    """A text with gaps, and what was there.

    Args:
        ids: of the text, the end mark last.
        marks: ids of the marks, in the order of their use.
        rng: source of chance.
    """
    pieces, end = list(ids[:-1]), ids[-1]
    gone = min(max(1, round(CUT * len(pieces))), len(pieces) - 1)
    gaps = min(max(1, round(gone / SPAN)), len(marks), len(pieces) - gone)
    lengths, between = _parts(gone, gaps, rng), _parts(len(pieces) - gone, gaps, rng)
    source, target, place = [], [], 0
    for mark, stays, goes in zip(marks, between, lengths, strict=False):
        source += [*pieces[place : place + stays], mark]
        target += [mark, *pieces[place + stays : place + stays + goes]]
        place += stays + goes
    return [*source, *pieces[place:], end], [*target, end]


def _parts(whole: int, count: int, rng: Random) -> list[int]:
    """A whole number as the sum of so many, each 1 or more."""
    cuts = [0, *sorted(rng.sample(range(1, whole), count - 1)), whole]
    return [after - before for before, after in zip(cuts, cuts[1:], strict=False)]


def batches(texts: list[list[int]], size: int, rng: Random) -> Iterator[list[list[int]]]:
    """Texts of like length together, without end."""
    ordered = sorted(texts, key=len)
    stretches = [ordered[first : first + size] for first in range(0, len(ordered), size)]
    while True:
        yield from rng.sample(stretches, len(stretches))


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("start", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--data", action="append", required=True)
    parser.add_argument("--steps", type=int, default=1800)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--decay", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    if min(given.steps, given.batch_size) < 1:
        parser.error("--steps, --batch-size: at least 1")
    course = {"steps": given.steps, "learning_rate": given.learning_rate, "warmup": 100, "decay": given.decay}
    try:
        config = TrainingConfig(data=tuple(given.data), output=str(given.output), model=str(given.start), **course)
        start = fine_tuned(config)
        problems = chain.from_iterable(map(read_problems, given.data))
        questions = [encode_question(problem.question, start.encoding).text for problem in problems]
        texts = [encoded.ids for encoded in start.tokenizer.encode_batch(questions)]
        usable = [ids for ids in texts if 8 <= len(ids) <= MAX_SOURCE]
        loss = denoise(start, usable, config, given.batch_size, given.seed)
        made = {"questions": len(texts), "steps": given.steps, "seed": given.seed, "loss": round(loss, 3)}
        facts = {**facts_of(read_manifest(given.start)), "denoised": made}
        with replacing_directory(given.output) as fresh:
            save_tokenizer(start.pieces, fresh)
            save_checkpoint(fresh, start.network, start.encoding, facts=facts)
    except (MWPError, OSError) as error:
        sys.exit(f"error: {error}")


def denoise(start: Start, texts: list[list[int]], config: TrainingConfig, size: int, seed: int) -> float:
    """Train in place; returns the mean loss of a token over the last steps."""
    import torch

    vocabulary = start.tokenizer.get_vocab()
    marks = [vocabulary[f"<extra_id_{MAX_ANCHORS - 1 - number}>"] for number in range(MARKS)]
    network, rng, losses = start.network, Random(seed), []
    network.to("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(seed)
    speed_up(network)
    network.eval()  # no dropout, as in distilled_start.py: no text is seen often with the same gaps
    optimizers = make_optimizers(network, config)
    for step, batch in zip(range(config.steps), batches(texts, size, rng), strict=False):
        made = collate([cut_spans(ids, marks, rng) for ids in batch])
        with torch.autocast(network.device.type, torch.bfloat16):
            loss = network(**{name: tensor.to(network.device) for name, tensor in made.items()}).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate_at(step, config)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        losses.append(loss.item())
        if (step + 1) % 100 == 0:
            print(f"step {step + 1}  loss {sum(losses[-100:]) / 100:.3f}", file=sys.stderr)
    return sum(losses[-100:]) / len(losses[-100:])


if __name__ == "__main__":
    main(sys.argv[1:])
