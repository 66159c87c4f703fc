"""Learning from answers: rows without an equation get one from the network itself, if their answer confirms it.

Expectation-maximisation in its hard form, as for weakly supervised semantic parsers (Liang, Jordan and Klein, ACL
2011; for word problems Hong et al., AAAI 2021, who repair expressions rather than draw them): the network proposes
expressions for rows with an answer alone, the best that gives the answer becomes the row's equation, the network is
trained on these and the labelled rows, and so on.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mwp_solver.corpus.writing import write_problems, write_text
from mwp_solver.errors import DataError, MissingExtraError
from mwp_solver.export import export_runtime
from mwp_solver.model.checkpoint import RUNTIME, facts_of, has_weights, read_encoding, read_manifest, write_manifest
from mwp_solver.model.encoding import encode_question
from mwp_solver.options import TrainingConfig
from mwp_solver.problem import Problem
from mwp_solver.resources import data_path
from mwp_solver.training.candidates import Rules, choose, constants_of, propose
from mwp_solver.training.data import has_key, training_problems
from mwp_solver.training.folder import Report, claim
from mwp_solver.training.replacing import replacing_directory
from mwp_solver.training.trainer import train

OUTCOMES = ("kept", "no value", "wrong", "foreign", "unlikely", "by chance")
"""of a row with an answer alone, see :func:`mwp_solver.training.candidates.choose`"""


def bootstrap(config: TrainingConfig, report: Report | None = None) -> Path:
    """Train on the labelled rows, then in rounds also on equations found for the others.

    Each round has a folder ``round-N`` in ``config.output``, a training run of its own of ``config.steps`` steps that
    goes on from the best checkpoint before, with ``found-*.jsonl`` (the equations found) and ``found-*.json`` (what
    became of the rows, see :data:`OUTCOMES`). Started again, the rounds go on where they stopped; started by
    ``torchrun``, each process looks for the equations of its share of rows.

    Args:
        config: the run, with ``answers_rounds``, ``answers_beam``, ``answers_samples`` and ``answers_least``.
        report: called with each line of metrics.

    Returns:
        The directory of the best checkpoint (``output/best``): of all rounds the one of the best value accuracy on
        the validation files, without such files the last.

    Raises:
        DataError: if no row has an answer without an equation, or there is nothing to begin from.
        ModelError, MissingExtraError: as :func:`mwp_solver.training.trainer.train`.
    """
    try:
        import accelerate
        import torch
    except ImportError as error:
        raise MissingExtraError("training", "train") from error
    problems = training_problems(config.data)
    open_rows = [problem for problem in problems if problem.equation is None and has_key(problem)]
    if not open_rows:
        raise DataError("no row has an answer but no equation: nothing for --answers-only", ", ".join(config.data))
    labelled = [problem for problem in problems if problem.equation is not None]
    if not labelled and config.model is None:
        raise DataError(
            "no row has an equation, so a fresh network has nothing to begin from: give --model (default is the one "
            "that comes with the package) or some rows with equations",
            ", ".join(config.data),
        )
    processes = accelerate.PartialState(cpu=not torch.cuda.is_available())
    output, report = Path(config.output), report or (lambda line: None)
    if processes.is_main_process:
        claim(output, config)
    plain = replace(config, answers_only=False)
    rounds: list[Path] = []
    if labelled:
        rounds.append(train(replace(plain, output=str(output / "round-0")), report))
    else:
        rounds.append(output / "start")
        if processes.is_main_process and not (output / "start").exists():
            source = data_path("model") if config.model == "default" else Path(config.model or "")
            read_manifest(source)
            with replacing_directory(output / "start") as fresh:
                shutil.copytree(source, fresh, dirs_exist_ok=True)
    for number in range(1, config.answers_rounds + 1):
        folder = output / f"round-{number}"
        if processes.is_main_process:
            folder.mkdir(parents=True, exist_ok=True)
            if not (rounds[-1] / RUNTIME).exists():
                export_runtime(rounds[-1])
        processes.wait_for_everyone()
        encoding = read_encoding(read_manifest(rounds[-1]))
        rules = Rules(constants_of(labelled, encoding), config.answers_least)
        rank, count = processes.process_index, processes.num_processes
        found = folder / f"found-{rank + 1}-of-{count}.jsonl"
        if not found.exists():
            counts = _find(rounds[-1], open_rows[rank::count], rules, config, number, found, report)
            if processes.is_main_process:
                report({"step": 0, "round": number, **counts})
        processes.wait_for_everyone()
        parts = [str(folder / f"found-{part + 1}-of-{count}.jsonl") for part in range(count)]
        data = (*config.data, *(part for part in parts if Path(part).stat().st_size))
        if labelled or len(data) > len(config.data):
            step = replace(plain, data=data, output=str(folder), model=str(rounds[-1]), seed=config.seed + number)
            rounds.append(train(step, report))
    if processes.is_main_process:
        with replacing_directory(output / "best") as fresh:
            shutil.copytree(_best(rounds), fresh, dirs_exist_ok=True)
            _forget_runtime(fresh)
    processes.wait_for_everyone()
    return output / "best"


def _find(
    checkpoint: Path,
    rows: Sequence[Problem],
    rules: Rules,
    config: TrainingConfig,
    number: int,
    file: Path,
    report: Report,
) -> dict[str, int]:
    """Write the rows that got an equation, and beside them what became of all; return the counts."""
    import torch

    encoding = read_encoding(read_manifest(checkpoint))
    texts = [encode_question(row.question, encoding).text for row in rows]
    outcomes: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
    kept: list[Problem] = []
    told = 0

    def tell(done: int) -> None:
        nonlocal told
        if done - told >= 2000:
            told = done
            report({"step": 0, "round": number, "searched": done, "of": len(texts)})

    seed, threads = config.seed + number, torch.get_num_threads()
    proposed = propose(checkpoint, texts, config.answers_beam, config.answers_samples, seed, threads, tell)
    for row, votes in zip(rows, proposed, strict=True):
        equation, outcome = choose(row, votes, encoding, rules)
        outcomes[outcome] += 1
        if equation is not None:
            kept.append(replace(row, equation=equation))
    counts = {"rows": len(rows), **outcomes}
    write_text(file.with_suffix(".json"), json.dumps(counts, indent=1) + "\n")
    write_problems(file, kept)
    return counts


def _best(checkpoints: Sequence[Path]) -> Path:
    def accuracy(checkpoint: Path) -> float:
        facts = read_manifest(checkpoint)
        scores = [value for name, value in facts.items() if name.startswith("accuracy/")]
        return sum(scores) / len(scores) if scores else 0.0

    # Of equals the latest.
    return max(enumerate(checkpoints), key=lambda item: (accuracy(item[1]), item[0]))[1]


def _forget_runtime(directory: Path) -> None:
    """Remove the export, as any training leaves none, unless it holds the only weights."""
    if not has_weights(directory):
        return
    shutil.rmtree(directory / RUNTIME, ignore_errors=True)
    manifest = read_manifest(directory)
    write_manifest(directory, read_encoding(manifest), facts_of(manifest))
