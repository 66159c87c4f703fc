"""``mwp-solver train``: train a fresh model or fine-tune one; also the command to give to torchrun."""

from __future__ import annotations

from typing import Any

import click

from mwp_solver.cli.fields import field_options
from mwp_solver.options import TrainingConfig


@click.command()
@field_options(TrainingConfig)
@click.option("--threads", type=click.IntRange(min=1), help="CPU threads of this process; by default all cores.")
def train(threads: int | None, **values: Any) -> None:
    """Train on files of problems; the best checkpoint by value accuracy stands in OUTPUT/best.

    Started again with the same arguments, a run that was stopped goes on from its last saved state. Several
    processes: torchrun --nproc-per-node 2 -m mwp_solver train …
    """
    from mwp_solver.cli.progress import TrainingProgress

    config = TrainingConfig(**values)
    if config.answers_only:
        from mwp_solver.training.bootstrap import bootstrap as run
    else:
        from mwp_solver.training.trainer import train as run
    if threads:
        from mwp_solver.training.trainer import limit_threads

        limit_threads(threads)
    with TrainingProgress(config.steps) as progress:
        best = run(config, progress.report)
    click.echo(str(best))
