"""The training loop: problems in, a checkpoint out; resumes from a kill as if nothing had happened."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from mwp_solver.corpus.files import read_problems
from mwp_solver.errors import DataError, MissingExtraError, ModelError
from mwp_solver.model.checkpoint import (
    check_vocabulary,
    load_network,
    new_network,
    read_encoding,
    read_manifest,
    save_checkpoint,
)
from mwp_solver.model.tokenizer import load_tokenizer, save_tokenizer, train_sentencepiece
from mwp_solver.options import PRESETS, TrainingConfig
from mwp_solver.problem import Problem
from mwp_solver.training.averaging import MovingAverage
from mwp_solver.training.collate import collate
from mwp_solver.training.evaluation import value_accuracy
from mwp_solver.training.examples import (
    MAX_SOURCE,
    MAX_TARGET,
    Example,
    batch_order,
    even_slices,
    make_examples,
    tokenize,
)
from mwp_solver.training.families import family_weights, logit_adjustment
from mwp_solver.training.fast import speed_up
from mwp_solver.training.losses import TokenLoss
from mwp_solver.training.optimizers import make_optimizers, rate_at
from mwp_solver.training.sampling import PieceSampler
from mwp_solver.training.state import load_state, save_state
from mwp_solver.training.teaforn import TeaForN, summed_loss

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import MT5ForConditionalGeneration

Report = Callable[[dict[str, Any]], None]


def train(config: TrainingConfig, report: Report | None = None) -> Path:
    """Train or fine-tune; if ``config.output`` holds the state of the same run, go on from it.

    Args:
        config: the run. Started by ``torchrun`` or ``accelerate launch``, each process takes its share of
            every batch and the result is that of one process.
        report: called with each line of metrics (a dictionary with ``step``).

    Returns:
        The directory of the best checkpoint (``output/best``).

    Raises:
        DataError: if a file cannot be read or holds nothing to train on.
        ModelError: if a checkpoint is damaged, or ``output`` holds another run.
        MissingExtraError: if torch and its company are not installed.
    """
    try:
        import accelerate
        import torch
        import transformers  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("training", "train") from error
    # Without cpu=True, processes on a machine without a GPU would each train alone. Precision is set where
    # it applies: accelerate keeps its own for the whole life of a process.
    accelerator = accelerate.Accelerator(cpu=not torch.cuda.is_available())
    output = Path(config.output)
    if accelerator.is_main_process:
        _claim(output, config)
    accelerator.wait_for_everyone()
    return _Run(config, output, accelerator, report or (lambda line: None)).run()


def limit_threads(threads: int) -> None:
    """Let torch use this many CPU threads."""
    import torch

    torch.set_num_threads(threads)


def _claim(output: Path, config: TrainingConfig) -> None:
    """Make the directory this run's; refuse one that holds another."""
    output.mkdir(parents=True, exist_ok=True)
    file = output / "config.json"
    wanted = json.loads(json.dumps(asdict(config)))
    if file.exists():
        # A run begun before an option existed had its default.
        there = {**json.loads(json.dumps(asdict(TrainingConfig(("",), "")))), **json.loads(file.read_text("utf-8"))}
        changed = sorted(key for key in wanted if there.get(key) != wanted[key])
        if changed:
            raise ModelError(f"{output} holds another run (it differs in {', '.join(changed)}); use another --output")
    else:
        file.write_text(json.dumps(wanted, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _tensorboard(output: Path) -> Any:
    """A TensorBoard writer where TensorBoard is installed, else ``None``; metrics.jsonl has everything."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    return SummaryWriter(output / "tensorboard")


class _Run:
    def __init__(self, config: TrainingConfig, output: Path, accelerator: Any, report: Report) -> None:
        self.config = config
        self.output = output
        self.accelerator = accelerator
        self.report = report
        self.board = _tensorboard(output) if accelerator.is_main_process else None
        self.problems = list(chain.from_iterable(map(read_problems, config.data)))
        self.validation = [(Path(path).stem, list(read_problems(path))) for path in config.validation]
        self.encoding = config.encoding
        self.method = TeaForN.geometric(
            config.teaforn_passes, config.teaforn_discount, config.teaforn_top_k, config.teaforn_gradients
        )
        self.bank = self._bank()
        self.network, self.tokenizer = self._model()
        self.sampler = None
        if config.subword_alpha or config.hidden_pieces:
            self.sampler = PieceSampler(self.pieces, config.subword_alpha, config.hidden_pieces)
        self.real, left_out = make_examples(self.problems, self.encoding)
        if not self.real and not self.bank:
            raise DataError("no row has an equation that can be read; nothing to train on", ", ".join(config.data))
        self.loss, self.weights = self._loss()
        self._log({"examples": len(self.real), "left_out": left_out, "parameters": self.network.num_parameters()})

    def _bank(self) -> list[Any]:
        if not self.config.bank_ratio:
            return []
        from mwp_solver.corpus.templates import is_held_out, load_bank

        return [template for template in load_bank() if not is_held_out(template)]

    def _fresh(self, count: int, seed: int) -> list[Problem]:
        from mwp_solver.corpus.generator import generate

        return list(generate(self.bank, seed=seed, count=count))

    def _model(self) -> tuple[MT5ForConditionalGeneration, Tokenizer]:
        config = self.config
        if config.model:
            source = Path(config.model)
            self.encoding = read_encoding(read_manifest(source))
            tokenizer, network = load_tokenizer(source), load_network(source, dropout=config.dropout)
            check_vocabulary(network, tokenizer, source)
            self.pieces = (source / "spiece.model").read_bytes()
            return network, tokenizer
        size = PRESETS[config.preset]
        kept = self.output / "spiece.model"
        if self.accelerator.is_main_process and not kept.exists():
            text = self.problems + (self._fresh(2 * len(self.bank), config.seed) if self.bank else [])
            examples, _ = make_examples(text, self.encoding)
            lines = chain.from_iterable((example.source(), example.target) for example in examples)
            kept.write_bytes(train_sentencepiece(lines, size.vocab_size))
        self.accelerator.wait_for_everyone()
        self.pieces = kept.read_bytes()
        tokenizer = save_tokenizer(self.pieces, self.output / "tokenizer")
        return new_network(size, tokenizer.get_vocab_size(), dropout=config.dropout, seed=config.seed), tokenizer

    def _loss(self) -> tuple[TokenLoss, dict[str, float] | None]:
        """The loss of tokens and, if they are to count unlike, the weight of each family."""
        config = self.config
        if not config.family_weight and not config.logit_adjustment:
            return TokenLoss(config.label_smoothing, config.focal), None
        examples = self._epoch(0)[0]
        weights, adjustment = None, None
        if config.family_weight:
            weights = family_weights((example.family for example in examples), config.family_weight)
        if config.logit_adjustment:
            targets: dict[str, list[list[int]]] = {}
            for example, written in zip(
                examples, self.tokenizer.encode_batch([example.target for example in examples]), strict=True
            ):
                targets.setdefault(example.family, []).append(written.ids)
            adjustment = logit_adjustment(targets, self.tokenizer.get_vocab_size(), config.logit_adjustment)
        return TokenLoss(config.label_smoothing, config.focal, adjustment), weights

    def _epoch(self, epoch: int) -> tuple[list[Example], list[list[int]]]:
        """The examples of an epoch and their batches, the same on every process and after every resume."""
        config, examples = self.config, self.real
        if self.bank:
            share = config.bank_ratio / (1 - config.bank_ratio)
            fresh = max(config.batch_size, round(len(self.real) * share))
            examples = examples + make_examples(self._fresh(fresh, config.seed + 1 + epoch), self.encoding)[0]
        pairs = tokenize(self.tokenizer, [e.source() for e in examples], [e.target for e in examples])
        lengths = [(len(source), len(target)) for source, target in pairs]
        rng = Random(f"{config.seed} {epoch}")
        return examples, batch_order(lengths, config.batch_size, rng, config.gradient_accumulation)

    def run(self) -> Path:
        config, accelerator = self.config, self.accelerator
        optimizers = make_optimizers(self.network, config)
        self.average = MovingAverage(self.network, config.ema) if config.ema else None
        counters = load_state(self.output / "state", self.network, optimizers, self.average)
        counters = counters or {"step": 0, "best": -1.0, "hours": 0.0}
        speed_up(self.network)
        model, *prepared = accelerator.prepare(self.network, *optimizers)
        step, begun, seen_loss, shown = counters["step"], time.monotonic(), 0.0, 0
        passed, epoch = 0, 0
        while step < config.steps:
            examples, batches = self._epoch(epoch)
            for batch in batches[max(0, step - passed) :]:
                if step >= config.steps:
                    break
                seen_loss += self._step(model, prepared, [examples[i] for i in batch], step)
                step, shown = step + 1, shown + 1
                if step % 50 == 0 or step == config.steps:
                    spent = time.monotonic() - begun
                    line = {"step": step, "loss": round(seen_loss / shown, 4), "rate": rate_at(step - 1, config)}
                    self._log({**line, "problems_per_second": round(shown * config.batch_size / spent, 1)})
                    counters["hours"] += spent / 3600
                    seen_loss, shown, begun = 0.0, 0, time.monotonic()
                done = step == config.steps
                if step % config.evaluate_every == 0 or done:
                    self._evaluate(step, counters)
                if step % config.save_every == 0 or done:
                    counters["step"] = step
                    if accelerator.is_main_process:
                        save_state(self.output / "state", self.network, optimizers, counters, self.average)
                    accelerator.wait_for_everyone()
            passed, epoch = passed + len(batches), epoch + 1
        return self.output / "best"

    def _step(self, model: Any, optimizers: list[Any], examples: Sequence[Example], step: int) -> float:
        """One optimiser step; returns the loss per target token over all processes."""
        import torch

        config, accelerator = self.config, self.accelerator
        rng = Random(f"{config.seed} step {step}")
        sources = [e.source(rng if rng.random() < config.perturbation else None) for e in examples]
        chance = config.equation_variants
        targets = [e.variant(rng) if chance and rng.random() < chance else e.target for e in examples]
        written = [encoding.ids for encoding in self.tokenizer.encode_batch(targets)]
        total = sum(len(ids) for ids in written if len(ids) < MAX_TARGET)
        seeds = [rng.getrandbits(32) for _ in examples]
        # Each process cuts its own share into pieces; what is drawn for an example does not depend on the shares.
        fitting = [index for index, ids in enumerate(written) if len(ids) < MAX_TARGET]
        share = fitting[accelerator.process_index :: accelerator.num_processes]
        cut = self._cut([sources[index] for index in share], [seeds[index] for index in share])
        mine = [(source, written[index]) for source, index in zip(cut, share, strict=True)]
        counts = None
        if self.weights is not None:
            # A family that only a later epoch's bank brings counts as an average one.
            counts = [self.weights.get(examples[index].family, 1.0) for index in share]
        # Dropout depends on the step alone, so that a resumed run repeats an unbroken one.
        torch.manual_seed(hash((config.seed, step, accelerator.process_index)))
        rate = rate_at(step, config)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.zero_grad(set_to_none=True)
        model.train()
        summed = torch.zeros((), device=accelerator.device)
        pieces = even_slices(len(mine), config.gradient_accumulation)
        for piece in pieces:
            made = collate(mine[piece], weights=None if counts is None else counts[piece])
            batch = {name: tensor.to(accelerator.device) for name, tensor in made.items()}
            # Processes exchange gradients once a step.
            with nullcontext() if piece is pieces[-1] else accelerator.no_sync(model):
                with torch.autocast(accelerator.device.type, torch.bfloat16, enabled=config.precision == "bf16"):
                    loss = summed_loss(model, batch, self.method, self.loss)
                # Processes average their gradients; the loss is a mean over the whole batch's tokens.
                accelerator.backward(loss * accelerator.num_processes / total)
            summed += loss.detach()
        accelerator.clip_grad_norm_(model.parameters(), config.gradient_clip)
        for optimizer in optimizers:
            optimizer.step()
        if self.average is not None:
            self.average.update(step)
        return float(accelerator.reduce(summed, "sum").item()) / total

    def _cut(self, sources: list[str], seeds: list[int]) -> list[list[int]]:
        """Ids of input texts, cut at the front; by chance where the run asks for that."""
        if self.sampler is None:
            return [encoding.ids[-MAX_SOURCE:] for encoding in self.tokenizer.encode_batch(sources)]
        return [
            self.sampler.encode(source, Random(seed))[-MAX_SOURCE:] for source, seed in zip(sources, seeds, strict=True)
        ]

    def _evaluate(self, step: int, counters: dict[str, Any]) -> None:
        if self.accelerator.is_main_process:
            with self.average.applied() if self.average is not None else nullcontext():
                self._evaluate_weights(step, counters)
        self.accelerator.wait_for_everyone()

    def _evaluate_weights(self, step: int, counters: dict[str, Any]) -> None:
        """Measure the network as it is, log it, and save it as the last and perhaps the best."""
        scores = {
            f"accuracy/{name}": round(value_accuracy(self.network, self.tokenizer, problems, self.encoding), 4)
            for name, problems in self.validation
        }
        mean = sum(scores.values()) / len(scores) if scores else 0.0
        self._log({"step": step, **scores, "hours": round(counters["hours"], 3)})
        self._save("last", {"step": step, **scores})
        if mean >= counters["best"]:
            counters["best"] = mean
            self._save("best", {"step": step, **scores})
        if keep := self.config.keep_last:
            self._save(f"step-{step:06}", {"step": step, **scores})
            for old in sorted(self.output.glob("step-*"))[:-keep]:
                shutil.rmtree(old)

    def _save(self, name: str, facts: dict[str, Any]) -> None:
        directory = self.output / name
        save_tokenizer(self.pieces, directory)
        save_checkpoint(directory, self.network, self.encoding, facts={"training": asdict(self.config), **facts})

    def _log(self, line: dict[str, Any]) -> None:
        if self.accelerator.is_main_process:
            with (self.output / "metrics.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
            if self.board is not None and "step" in line:
                for name, value in line.items():
                    self.board.add_scalar(name, value, line["step"])
            self.report(line)
