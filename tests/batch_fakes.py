"""Solvers that stand in for a model in tests of batches: importable by name, as worker processes need them.

Run as a program it is one evaluation, slow enough to be killed: ``python batch_fakes.py FILE FOLDER WORKERS``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from mwp_solver.batch.engine import LocalEngine
from mwp_solver.batch.journal import Journal
from mwp_solver.batch.run import evaluate
from mwp_solver.batch.sources import find_sources
from mwp_solver.errors import ModelError
from mwp_solver.model.backends.base import Hypothesis
from mwp_solver.options import DecodingOptions, EncodingOptions
from mwp_solver.scoring.signature import signature
from mwp_solver.solving.solver import Solver

MODEL = {"name": "fake", "sha256": "0" * 64, "backend": "fake"}
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


def no_model() -> Solver:
    raise ModelError("there is no model here")


def run(
    files: Sequence[str | Path],
    folder: Path,
    *,
    workers: int = 1,
    pause: float = 0.0,
    options: DecodingOptions = OPTIONS,
    model: dict[str, Any] = MODEL,
    limit: int | None = None,
    **more: Any,
) -> dict[str, Any]:
    """An evaluation with the adding solver."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    sources = find_sources([str(file) for file in files], folder.parent)
    data = [{"name": source.name, "sha256": source.sha256} for source in sources]
    made = signature(model, data, options, limit=limit, columns=more.get("columns"))
    engine = LocalEngine(partial(adder, pause), options, workers)
    return evaluate(sources, folder, made, engine, chunk=options.batch_size, limit=limit, **more)


def _tell(journal: Journal) -> None:
    print(journal.predictions + journal.errors, flush=True)


if __name__ == "__main__":
    run([sys.argv[1]], Path(sys.argv[2]), workers=int(sys.argv[3]), pause=0.02, progress=_tell)
