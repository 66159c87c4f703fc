"""The training loop: problems in, a checkpoint out; resumes from a kill as if nothing had happened."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

from mwp_solver.errors import MissingExtraError, ModelError
from mwp_solver.model.teaforn import TeaForN
from mwp_solver.options import TrainingConfig
from mwp_solver.problem import Problem
from mwp_solver.training.averaging import MovingAverage
from mwp_solver.training.collate import collate
from mwp_solver.training.compiling import compile_stacks
from mwp_solver.training.data import no_equations, training_problems, validation_sets
from mwp_solver.training.examples import MAX_SOURCE, MAX_TARGET, Example, batch_order, even_slices, make_examples
from mwp_solver.training.families import family_weights, logit_adjustment
from mwp_solver.training.fast import speed_up
from mwp_solver.training.folder import Metrics, Report, claim
from mwp_solver.training.judge import Judge
from mwp_solver.training.losses import TokenLoss
from mwp_solver.training.optimizers import make_optimizers, rate_at
from mwp_solver.training.sampling import PieceSampler
from mwp_solver.training.start import fine_tuned, from_scratch
from mwp_solver.training.state import load_state, save_state
from mwp_solver.training.teaforn import summed_loss
from mwp_solver.training.throughput import Throughput, gpu_memory, gpu_name, training_flops
from mwp_solver.training.tokens import TokenCache
from mwp_solver.training.vocabulary import check_known


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
    try:
        if accelerator.is_main_process:
            claim(output, config)
        accelerator.wait_for_everyone()
        return _Run(config, output, accelerator, report).run()
    except OSError as error:
        raise ModelError(
            f"{error.filename or output}: {error.strerror or error}; the run can go on from {output}"
        ) from error


def limit_threads(threads: int) -> None:
    """Let torch use this many CPU threads."""
    import torch

    torch.set_num_threads(threads)


class _Run:
    def __init__(self, config: TrainingConfig, output: Path, accelerator: Any, report: Report | None) -> None:
        self.config = config
        self.output = output
        self.accelerator = accelerator
        self.metrics = Metrics(output, report, accelerator.is_main_process)
        self.problems = training_problems(config.data)
        validation = validation_sets(config.validation)
        self.method = TeaForN.geometric(
            config.teaforn_passes, config.teaforn_discount, config.teaforn_top_k, config.teaforn_gradients
        )
        self.bank = self._bank()
        if config.model:
            start = fine_tuned(config)
        else:
            start = from_scratch(config, self._texts, accelerator.is_main_process, accelerator.wait_for_everyone)
        self.network, self.tokenizer, self.encoding = start.network, start.tokenizer, start.encoding
        self.average = MovingAverage(self.network, config.ema) if config.ema else None
        self.judge = Judge(config, start, validation, self.average, self.metrics)
        self.sampler = None
        if config.subword_alpha or config.hidden_pieces:
            self.sampler = PieceSampler(start.pieces, config.subword_alpha, config.hidden_pieces)
        self.real, left_out = make_examples(self.problems, self.encoding, config.normalize_equations)
        if not self.real and not self.bank:
            raise no_equations(config.data)
        self.tokens = TokenCache(self.tokenizer)
        texts = chain.from_iterable((example.source(), example.target) for example in self.real)
        self.tokens.learn(texts, output / "tokens.safetensors", write=accelerator.is_main_process)
        check_known([source for source, _ in self._pairs(self.real)], config.model)
        self.speed = Throughput(training_flops(self.network.config, self.method.passes))
        self.loss, self.weights = self._loss()
        self.metrics.log(
            {"examples": len(self.real), "left_out": left_out, "parameters": self.network.num_parameters()}
        )

    def _bank(self) -> list[Any]:
        if not self.config.bank_ratio:
            return []
        from mwp_solver.corpus.templates import is_held_out, load_bank

        return [template for template in load_bank() if not is_held_out(template)]

    def _fresh(self, count: int, seed: int) -> list[Problem]:
        from mwp_solver.corpus.generator import generate

        return list(generate(self.bank, seed=seed, count=count))

    def _texts(self) -> list[Problem]:
        """All that a fresh vocabulary is to know."""
        return self.problems + (self._fresh(2 * len(self.bank), self.config.seed) if self.bank else [])

    def _pairs(self, examples: Sequence[Example]) -> list[tuple[list[int], list[int]]]:
        """Ids of examples as they stand in the data."""
        return self.tokens.pairs([e.source() for e in examples], [e.target for e in examples])

    def _loss(self) -> tuple[TokenLoss, dict[str, float] | None]:
        """The loss of tokens and, if they are to count unlike, the weight of each family."""
        config, weights, adjustment = self.config, None, None
        if config.family_weight or config.logit_adjustment:
            examples = self._epoch(0)[0]
            families = [example.family for example in examples]
            weights = family_weights(families, config.family_weight) if config.family_weight else None
            if config.logit_adjustment:
                written = zip(families, (target for _, target in self._pairs(examples)), strict=True)
                adjustment = logit_adjustment(written, self.tokenizer.get_vocab_size(), config.logit_adjustment)
        return TokenLoss(config.label_smoothing, config.focal, adjustment), weights

    def _epoch(self, epoch: int) -> tuple[list[Example], list[list[int]]]:
        """The examples of an epoch and their batches, the same on every process and after every resume."""
        config, examples = self.config, self.real
        if self.bank:
            share = config.bank_ratio / (1 - config.bank_ratio)
            fresh = max(config.batch_size, round(len(self.real) * share))
            problems = self._fresh(fresh, config.seed + 1 + epoch)
            examples = examples + make_examples(problems, self.encoding, config.normalize_equations)[0]
        lengths = [(len(source), len(target)) for source, target in self._pairs(examples)]
        rng = Random(f"{config.seed} {epoch}")
        return examples, batch_order(lengths, config.batch_size, rng, config.gradient_accumulation)

    def run(self) -> Path:
        config, accelerator = self.config, self.accelerator
        optimizers = make_optimizers(self.network, config)
        counters = load_state(self.output / "state", self.network, optimizers, self.average)
        counters = counters or {"step": 0, "best": -1.0, "hours": 0.0}
        # What is quicker depends on the device, so the network has to stand there first.
        speed_up(self.network.to(accelerator.device))
        if config.compile_:
            compile_stacks(self.network, lambda batch: self._loss_of(self.network, batch))
        model, *prepared = accelerator.prepare(self.network, *optimizers)
        step, begun, seen_loss, shown = counters["step"], time.monotonic(), 0.0, 0
        passed, epoch = 0, 0
        if config.model and not step and accelerator.is_main_process:
            self.judge.before()
        accelerator.wait_for_everyone()
        while step < config.steps and not counters.get("stopped"):
            examples, batches = self._epoch(epoch)
            for batch in batches[max(0, step - passed) :]:
                if step >= config.steps:
                    break
                stepped = time.monotonic()
                seen_loss += self._step(model, prepared, [examples[i] for i in batch], step)
                self.speed.seconds += time.monotonic() - stepped
                step, shown = step + 1, shown + 1
                if step % 50 == 0 or step == config.steps:
                    spent = time.monotonic() - begun
                    line = {"step": step, "loss": round(seen_loss / shown, 4), "rate": rate_at(step - 1, config)}
                    self.metrics.log({**line, "problems_per_second": round(shown * config.batch_size / spent, 1)})
                    counters["hours"] += spent / 3600
                    seen_loss, shown, begun = 0.0, 0, time.monotonic()
                done = step == config.steps
                if step % config.evaluate_every == 0 or done:
                    self._evaluate(step, counters)
                    done = done or counters["stopped"]
                if step % config.save_every == 0 or done:
                    counters["step"] = step
                    if accelerator.is_main_process:
                        save_state(self.output / "state", self.network, optimizers, counters, self.average)
                    accelerator.wait_for_everyone()
                if done:
                    break
            passed, epoch = passed + len(batches), epoch + 1
        self._finish(step)
        return self.output / "best"

    def _finish(self, step: int) -> None:
        """Say how fast it was, unless nothing was left to do."""
        accelerator = self.accelerator
        on_gpu = accelerator.device.type == "cuda"
        name = gpu_name() if on_gpu and self.config.precision == "bf16" else ""
        if summary := self.speed.summary(name, accelerator.num_processes):
            self.metrics.log({"step": step, **summary, **(gpu_memory() if on_gpu else {})})
        self.metrics.close()

    def _step(self, model: Any, optimizers: list[Any], examples: Sequence[Example], step: int) -> float:
        """One optimiser step; returns the loss per target token over all processes."""
        import torch

        config, accelerator = self.config, self.accelerator
        rng = Random(f"{config.seed} step {step}")
        sources = [e.source(rng if rng.random() < config.perturbation else None) for e in examples]
        chance = config.equation_variants
        targets = [e.variant(rng) if chance and rng.random() < chance else e.target for e in examples]
        written = self.tokens.ids(targets)
        total = sum(len(ids) for ids in written if len(ids) < MAX_TARGET)
        seeds = [rng.getrandbits(32) for _ in examples]
        # Each process cuts its own share into pieces; what is drawn for an example does not depend on the shares.
        fitting = [index for index, ids in enumerate(written) if len(ids) < MAX_TARGET]
        share = fitting[accelerator.process_index :: accelerator.num_processes]
        cut = self._cut([sources[index] for index in share], [seeds[index] for index in share])
        mine = [(source, written[index]) for source, index in zip(cut, share, strict=True)]
        self.speed.add(mine)
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
                loss = self._loss_of(model, batch)
                # Processes average their gradients; the loss is a mean over the whole batch's tokens.
                accelerator.backward(loss * accelerator.num_processes / total)
            summed += loss.detach()
        accelerator.clip_grad_norm_(model.parameters(), config.gradient_clip)
        for optimizer in optimizers:
            optimizer.step()
        if self.average is not None:
            self.average.update(step)
        return float(accelerator.reduce(summed, "sum").item()) / total

    def _loss_of(self, model: Any, batch: dict[str, Any]) -> Any:
        """The summed loss of a batch on the device, in the run's precision."""
        import torch

        with torch.autocast(self.accelerator.device.type, torch.bfloat16, enabled=self.config.precision == "bf16"):
            return summed_loss(model, batch, self.method, self.loss)

    def _cut(self, sources: list[str], seeds: list[int]) -> list[list[int]]:
        """Ids of input texts, cut at the front; by chance where the run asks for that."""
        if self.sampler is None:
            return [ids[-MAX_SOURCE:] for ids in self.tokens.ids(sources)]
        return [
            self.sampler.encode(source, Random(seed))[-MAX_SOURCE:] for source, seed in zip(sources, seeds, strict=True)
        ]

    def _evaluate(self, step: int, counters: dict[str, Any]) -> None:
        import torch

        if self.accelerator.is_main_process:
            self.judge.after(step, counters)
        # The first process measures, all must stop.
        waited = self.accelerator.gather(torch.tensor([counters.get("waited", 0)], device=self.accelerator.device))
        counters["stopped"] = bool(self.config.patience and waited[0].item() >= self.config.patience)
