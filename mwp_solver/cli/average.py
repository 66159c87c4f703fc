"""``mwp-solver average``: one checkpoint from several."""

from __future__ import annotations

import click


@click.command()
@click.argument("directories", metavar="CHECKPOINT...", nargs=-1, required=True, type=click.Path(file_okay=False))
@click.option("--output", required=True, type=click.Path(file_okay=False), help="Directory of the new checkpoint.")
def average(directories: tuple[str, ...], output: str) -> None:
    """Average the weights of CHECKPOINTs of one run (train --keep-last N keeps the last N), often better than each."""
    from pathlib import Path

    from mwp_solver.training.averaging import average_checkpoints

    average_checkpoints([Path(directory) for directory in directories], Path(output))
    click.echo(output)
