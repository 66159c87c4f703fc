"""The folder of a run: whose it is, and the metrics written into it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mwp_solver.errors import ModelError
from mwp_solver.options import TrainingConfig

Report = Callable[[dict[str, Any]], None]
"""called with each line of metrics, a dictionary"""


def claim(output: Path, config: TrainingConfig) -> None:
    """Make the directory this run's.

    Raises:
        ModelError: if it holds another run.
    """
    output.mkdir(parents=True, exist_ok=True)
    file = output / "config.json"
    wanted = json.loads(json.dumps(asdict(config)))
    if file.exists():
        # A run begun before an option existed had its default, and no numbers in English words.
        before = {**json.loads(json.dumps(asdict(TrainingConfig(("",), "")))), "english_numerals": False}
        there = before | json.loads(file.read_text("utf-8"))
        changed = sorted(key for key in wanted if there.get(key) != wanted[key])
        if changed:
            raise ModelError(f"{output} holds another run (it differs in {', '.join(changed)}); use another --output")
    else:
        file.write_text(json.dumps(wanted, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


class Metrics:
    """Lines of metrics: into ``metrics.jsonl``, to TensorBoard where it is installed, and to who asked for them.

    Args:
        output: the run's folder.
        report: whom to tell too.
        active: whether this process is the one that writes.
    """

    def __init__(self, output: Path, report: Report | None, active: bool) -> None:
        self.output, self.report, self.active = output, report, active
        self.board = _tensorboard(output) if active else None

    def log(self, line: dict[str, Any]) -> None:
        """Write a line; numbers of one with a ``step`` go to TensorBoard."""
        if not self.active:
            return
        with (self.output / "metrics.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        if self.board is not None and "step" in line:
            for name, value in line.items():
                self.board.add_scalar(name, value, line["step"])
        if self.report is not None:
            self.report(line)

    def close(self) -> None:
        """Write out what TensorBoard still holds."""
        if self.board is not None:
            self.board.close()


def _tensorboard(output: Path) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    _silence_writer()
    return SummaryWriter(output / "tensorboard")


def _silence_writer() -> None:
    """Let a full disk be told once, by the checkpoint that it stops: TensorBoard's thread would print a trace too."""
    told = threading.excepthook

    def tell(failed: threading.ExceptHookArgs) -> None:
        if not (isinstance(failed.exc_value, OSError) and type(failed.thread).__name__ == "_AsyncWriterThread"):
            told(failed)

    threading.excepthook = tell
