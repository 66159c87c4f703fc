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


class EvaluationProgress:
    """Shows a run over files: rows, rate and accuracy so far. Silent where stderr is no terminal.

    Args:
        total: rows expected, or ``None`` if not known.
    """

    def __init__(self, total: int | None) -> None:
        self.total = total
        self.bar: Any = None
        self.task: Any = None

    def __enter__(self) -> EvaluationProgress:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self.bar = Progress(
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[note]}"),
                console=Console(stderr=True),
                transient=True,
            )
            self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.stop()

    def show(self, rows: int, errors: int, graded: int, correct: int) -> None:
        """Show how far it is.

        Args:
            rows: done so far, good and bad; what was there at the first call does not count for the rate.
            errors: of them, not used.
            graded: of them, with a key.
            correct: of these, right.
        """
        if self.bar is None:
            return
        if self.task is None:
            self.task = self.bar.add_task("", total=self.total, completed=rows, note="")
            self.first = rows
        elapsed = self.bar.tasks[0].elapsed or 0.0
        notes = [f"{(rows - self.first) / elapsed:,.0f} rows/s"] if elapsed > 0.5 else []
        notes += [f"{correct / graded:.1%} right"] if graded else []
        notes += [f"{errors:,} not used"] if errors else []
        total = self.total if self.total is None else max(self.total, rows)  # a cell may hold several lines
        self.bar.update(self.task, completed=rows, total=total, note="  ".join(notes))
