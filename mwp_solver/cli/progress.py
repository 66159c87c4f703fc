"""What a long run shows: a bar on a terminal, plain lines in a log; always on stderr."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any, Self


class _OnTerminal:
    """A context manager with a bar while stderr is a terminal.

    Args:
        label: in front of the bar.
        transient: whether it goes when the run ends.

    Attributes:
        bar: rich's, or ``None`` where there is no terminal.
    """

    def __init__(self, label: str, transient: bool) -> None:
        self.label, self.transient = label, transient
        self.bar: Any = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            label = [TextColumn("{task.description}")] if self.label else []
            note = TextColumn("{task.fields[note]}")
            columns = (*label, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), note)
            self.bar = Progress(*columns, console=Console(stderr=True), transient=self.transient)
            self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.stop()

    def task(self, total: int | None, completed: int = 0) -> Any:
        """The bar's only task, made at the first call."""
        if not self.bar.tasks:
            self.bar.add_task(self.label, total=total, completed=completed, note="")
        return self.bar.tasks[0]

    def move(self, completed: int, total: int | None, note: str) -> None:
        """Show how far the task is."""
        self.bar.update(self.task(total, completed).id, completed=completed, total=total, note=note)


class TrainingProgress(_OnTerminal):
    """Shows the metrics of a training run.

    Args:
        steps: of the whole run.
    """

    def __init__(self, steps: int) -> None:
        super().__init__("training", transient=False)
        self.steps = steps

    def __enter__(self) -> Self:
        super().__enter__()
        if self.bar is not None:
            self.task(self.steps)
        return self

    def report(self, line: dict[str, Any]) -> None:
        """Show one line of metrics."""
        text = "  ".join(f"{name} {value}" for name, value in line.items() if name != "step")
        if self.bar is None:
            print(f"step {line.get('step', 0)}  {text}", file=sys.stderr, flush=True)
        elif "loss" in line:
            self.move(line["step"], self.steps, f"loss {line['loss']}  {line['problems_per_second']}/s")
        else:
            self.bar.console.print(f"step {line.get('step', 0)}  {text}")


class EvaluationProgress(_OnTerminal):
    """Shows a run over files: rows, rate and accuracy so far. Silent where stderr is no terminal.

    Args:
        total: rows expected, or ``None`` if not known.
    """

    def __init__(self, total: int | None) -> None:
        super().__init__("", transient=True)
        self.total = total
        self.first: int | None = None

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
        if self.first is None:
            self.first = rows
        elapsed = self.task(self.total, rows).elapsed or 0.0
        notes = [f"{(rows - self.first) / elapsed:,.0f} rows/s"] if elapsed > 0.5 else []
        notes += [f"{correct / graded:.1%} right"] if graded else []
        notes += [f"{errors:,} not used"] if errors else []
        total = self.total if self.total is None else max(self.total, rows)  # a cell may hold several lines
        self.move(rows, total, "  ".join(notes))
