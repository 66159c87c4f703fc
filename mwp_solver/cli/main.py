"""``mwp-solver``: one group, each command in its own file, imported when it is called."""

from __future__ import annotations

from importlib import import_module

import click

from mwp_solver import __version__
from mwp_solver.cli.errors import ReportingGroup

_COMMANDS = {
    "solve": "mwp_solver.cli.solve:solve",
    "check": "mwp_solver.cli.check:check",
    "evaluate": "mwp_solver.cli.evaluate:evaluate",
    "compare": "mwp_solver.cli.compare:compare",
    "serve": "mwp_solver.cli.serve:serve",
    "feedback": "mwp_solver.cli.feedback:feedback",
    "generate": "mwp_solver.cli.generate:generate",
    "data": "mwp_solver.cli.data:data",
    "init": "mwp_solver.cli.init:init",
    "train": "mwp_solver.cli.train:train",
    "average": "mwp_solver.cli.average:average",
    "export": "mwp_solver.cli.export:export",
}


class _LazyGroup(ReportingGroup):
    def list_commands(self, context: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[name].partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mwp-solver")
def main() -> None:
    """Solve school math word problems: an expression, an exact answer, and its working.

    解小学数学应用题：列出算式，算出准确得数，并写出每一步。
    """
