"""The door: the package's own errors become one line and an exit code; nothing else is swallowed."""

from __future__ import annotations

import sys
from typing import Any

import click

from mwp_solver.errors import MWPError

SOLVED, NOT_SOLVED, USAGE, INTERRUPTED = 0, 1, 2, 130


class ReportingGroup(click.Group):
    """A group whose commands end with one clear line on stderr, never a traceback, for errors meant for users."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run; exit 2 on an error of the user's to mend, 130 on Ctrl-C (click alone would say 1)."""
        kwargs["standalone_mode"] = False
        try:
            result = super().main(*args, **kwargs)
            sys.exit(result if isinstance(result, int) else 0)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except click.Abort:
            click.echo("interrupted", err=True)
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            # The reader (head, less) has gone: not an error of ours, but stdout must not be flushed again.
            sys.stderr.close()
            sys.exit(NOT_SOLVED)
        except MWPError as error:
            click.echo(f"mwp-solver: {error}", err=True)
            sys.exit(USAGE)
        except ValueError as error:
            if not getattr(error, "args", None) or not str(error).startswith("--"):
                raise
            click.echo(f"mwp-solver: {error}", err=True)
            sys.exit(USAGE)
