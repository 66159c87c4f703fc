"""``mwp-solver serve``: the web page."""

from __future__ import annotations

import click

from mwp_solver.options import PageOptions

_DEFAULT = PageOptions()


@click.command()
@click.option("--host", default=_DEFAULT.host, show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=_DEFAULT.port, show_default=True)
@click.option("--model", default="default", show_default=True, help="Checkpoint directory.")
@click.option("--allow-host", "allowed_hosts", multiple=True, help="Another name the page may be asked by; repeat.")
@click.option("--auth", envvar="MWP_SOLVER_AUTH", metavar="USER:PASSWORD", help="Ask for this login.", show_envvar=True)
@click.option(
    "--feedback/--no-feedback",
    default=None,
    help="Keep corrections that readers send in.  [default: only if the page is for this machine alone]",
)
@click.option("--feedback-file", type=click.Path(dir_okay=False), help="Their file.  [default: in your data folder]")
def serve(
    host: str,
    port: int,
    model: str,
    allowed_hosts: tuple[str, ...],
    auth: str | None,
    feedback: bool | None,
    feedback_file: str | None,
) -> None:
    """Open the web page on this machine."""
    from mwp_solver.solving.solver import Solver
    from mwp_solver.web.ui import launch

    options = PageOptions(host, port, feedback, feedback_file, auth)
    launch(Solver.from_pretrained(model), options, allowed_hosts)
