"""The network in training, measured on held-out problems and saved: the last, the best, and perhaps a few more."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mwp_solver.model.checkpoint import save_checkpoint
from mwp_solver.model.tokenizer import save_tokenizer
from mwp_solver.options import TrainingConfig
from mwp_solver.problem import Problem
from mwp_solver.training.averaging import MovingAverage
from mwp_solver.training.evaluation import value_verdicts
from mwp_solver.training.folder import Metrics
from mwp_solver.training.replacing import replacing_directory
from mwp_solver.training.report import count_families, read_families, record_families
from mwp_solver.training.start import Start


class Judge:
    """Measures and saves for one process, while the others wait.

    Args:
        config: the run.
        start: what is trained.
        sets: name and problems of each validation set.
        average: the weights to measure and save instead of the network's own.
        metrics: where results are written.
    """

    def __init__(
        self,
        config: TrainingConfig,
        start: Start,
        sets: Sequence[tuple[str, list[Problem]]],
        average: MovingAverage | None,
        metrics: Metrics,
    ) -> None:
        self.config, self.start, self.sets, self.average, self.metrics = config, start, sets, average, metrics
        self.output = Path(config.output)

    def before(self) -> None:
        """Measure what the checkpoint to fine-tune can do already, unless that is known."""
        if self.sets and "start" not in read_families(self.output):
            verdicts = self._verdicts()
            self.metrics.log({"step": 0, **_scores(verdicts)})
            self._record("start", verdicts)

    def after(self, step: int, counters: dict[str, Any]) -> None:
        """Measure, log and save.

        Args:
            step: steps done.
            counters: ``best`` (mean accuracy so far) and ``waited`` (evaluations since it rose), brought up to date.
        """
        with self.average.applied() if self.average is not None else nullcontext():
            verdicts = self._verdicts()
            scores = _scores(verdicts)
            mean = sum(scores.values()) / len(scores) if scores else 0.0
            self.metrics.log({"step": step, **scores, "hours": round(counters["hours"], 3)})
            self._save("last", {"step": step, **scores})
            counters["waited"] = 0 if mean > counters["best"] else counters.get("waited", 0) + 1
            if mean >= counters["best"]:
                counters["best"] = mean
                self._save("best", {"step": step, **scores})
                self._record("best", verdicts)
            if keep := self.config.keep_last:
                self._save(f"step-{step:06}", {"step": step, **scores})
                for old in sorted(self.output.glob("step-*[0-9]"))[:-keep]:
                    shutil.rmtree(old)

    def _verdicts(self) -> dict[str, list[bool]]:
        """Of each validation set, which problems are solved."""
        network, tokenizer, encoding = self.start.network, self.start.tokenizer, self.start.encoding
        return {name: value_verdicts(network, tokenizer, problems, encoding) for name, problems in self.sets}

    def _record(self, when: str, verdicts: dict[str, list[bool]]) -> None:
        if self.sets:
            counts = {name: count_families(problems, verdicts[name]) for name, problems in self.sets}
            record_families(self.output, when, counts)

    def _save(self, name: str, facts: dict[str, Any]) -> None:
        with replacing_directory(self.output / name) as fresh:
            save_tokenizer(self.start.pieces, fresh)
            facts = {"training": asdict(self.config), **facts}
            save_checkpoint(fresh, self.start.network, self.start.encoding, facts=facts)


def _scores(verdicts: dict[str, list[bool]]) -> dict[str, float]:
    return {f"accuracy/{name}": round(sum(right) / len(right), 4) for name, right in verdicts.items()}
