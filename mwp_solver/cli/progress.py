"""What a long run shows: a bar on a terminal, plain lines in a log; always on stderr."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any


class TrainingProgress:
    """Shows the metrics of a training run.

    Args:
        steps: of the whole run.
    """

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.bar: Any = None
        self.task: Any = None

    def __enter__(self) -> TrainingProgress:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self.bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[note]}"),
                console=Console(stderr=True),
            )
            self.bar.start()
            self.task = self.bar.add_task("training", total=self.steps, note="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.stop()

    def report(self, line: dict[str, Any]) -> None:
        """Show one line of metrics."""
        text = "  ".join(f"{name} {value}" for name, value in line.items() if name != "step")
        if self.bar is None:
            print(f"step {line.get('step', 0)}  {text}", file=sys.stderr, flush=True)
        elif "loss" in line:
            self.bar.update(
                self.task, completed=line["step"], note=f"loss {line['loss']}  {line['problems_per_second']}/s"
            )
        else:
            self.bar.console.print(f"step {line.get('step', 0)}  {text}")
