"""``mwp-solver serve``: the web page."""

from __future__ import annotations

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=7860, show_default=True)
@click.option("--model", default="default", show_default=True, help="Checkpoint directory.")
def serve(host: str, port: int, model: str) -> None:
    """Open the web page on this machine."""
    from mwp_solver.solving.solver import Solver
    from mwp_solver.web.ui import launch

    launch(Solver.from_pretrained(model), host=host, port=port)
