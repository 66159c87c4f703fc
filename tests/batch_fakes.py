"""Solvers that stand in for a model in tests of batches: importable by name, as worker processes need them.

Run as a program it is one evaluation, slow enough to be killed: ``python batch_fakes.py FILE FOLDER WORKERS``.
"""

from __future__ import annotations

import os
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from mwp_solver.batch.engine import Engine, LocalEngine
from mwp_solver.batch.journal import Journal
from mwp_solver.batch.run import complete, evaluation
from mwp_solver.batch.sources import find_sources
from mwp_solver.errors import ModelError
from mwp_solver.model.backends.base import Hypothesis
from mwp_solver.options import DecodingOptions, EncodingOptions
from mwp_solver.scoring.signature import signature
from mwp_solver.solving.solver import Solver

MODEL = {"name": "fake", "sha256": "0" * 64, "backend": "fake", "device": "cpu"}
OPTIONS = DecodingOptions(batch_size=8)


class Adds:
    """Adds the first two numbers of every question; of questions about pears it has no idea."""

    def __init__(self, pause: float = 0.0) -> None:
        self.pause = pause

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        time.sleep(self.pause)
        good = [Hypothesis("<extra_id_0>+<extra_id_1>", -0.1), Hypothesis("<extra_id_0>-<extra_id_1>", -3.0)]
        return [[Hypothesis("((", -0.5)] if "梨" in text else list(good) for text in texts]


def adder(pause: float = 0.0) -> Solver:
    return Solver(Adds(pause), EncodingOptions())


def adder_that_is_counted(folder: Path) -> Solver:
    """Leaves a file for each load."""
    (folder / uuid.uuid4().hex).touch()
    return adder(0.01)


class Dies(Adds):
    """Ends its process, or fails, at the first question of some number of apples; once, if it can leave a mark."""

    def __init__(self, mark: Path | None, apples: int, gently: bool) -> None:
        super().__init__()
        self.mark, self.apples, self.gently = mark, apples, gently

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        if any(f">{self.apples}个苹果" in text for text in texts) and not (self.mark and self.mark.exists()):
            if self.mark:
                self.mark.touch()
            if self.gently:
                raise OSError("the disk is away for a moment")
            os._exit(1)
        return super().generate(texts, options)


def adder_that_dies(mark: Path | None, apples: int, gently: bool = False) -> Solver:
    return Solver(Dies(mark, apples, gently), EncodingOptions())


def no_model() -> Solver:
    raise ModelError("there is no model here")


def run(
    files: Sequence[str | Path],
    folder: Path,
    *,
    workers: int = 1,
    engine: Engine | None = None,
    pause: float = 0.0,
    options: DecodingOptions = OPTIONS,
    model: dict[str, Any] = MODEL,
    limit: int | None = None,
    progress: Callable[[Journal], None] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """An evaluation with the adding solver."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    sources = find_sources([str(file) for file in files], folder.parent)
    data = [{"name": source.name, "sha256": source.sha256} for source in sources]
    made = signature(model, data, options, limit=limit, columns=more.get("columns"))
    engine = engine or LocalEngine(partial(adder, pause), options, workers)
    steps = evaluation(sources, folder, made, engine, chunk=options.batch_size, limit=limit, **more)
    return complete(steps, progress)


def _tell(journal: Journal) -> None:
    print(journal.predictions + journal.errors, flush=True)


if __name__ == "__main__":
    run([sys.argv[1]], Path(sys.argv[2]), workers=int(sys.argv[3]), pause=0.02, progress=_tell)
