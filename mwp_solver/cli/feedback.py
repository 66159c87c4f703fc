"""``mwp-solver feedback``: what readers of the page put right, as problems to train on."""

from __future__ import annotations

import click

from mwp_solver.cli.errors import ReportingGroup


@click.group(cls=ReportingGroup, context_settings={"help_option_names": ["-h", "--help"]})
def feedback() -> None:
    """Use the corrections that readers of the page sent in."""


@feedback.command("export")
@click.option("--file", "file", type=click.Path(dir_okay=False), help="Of corrections.  [default: your data folder]")
@click.option("--output", default="-", help="JSONL, CSV, TSV or Parquet to write; without it, JSON lines to stdout.")
def export(file: str | None, output: str) -> int:
    """Write the corrections as a training set for: mwp-solver train --data FILE.

    For each question the newest correction counts. Each has an equation or an answer, or both; those with an answer
    only are learnt from by train --answers-only. Exit code 1: there is none to write.
    """
    import json

    from mwp_solver.corpus.writing import write_problems
    from mwp_solver.web.store import Store, training_set

    problems, replaced, unreadable = training_set(Store(file))
    if output == "-":
        for problem in problems:
            click.echo(json.dumps(problem.to_dict(), ensure_ascii=False))
    else:
        write_problems(output, problems)
    equations = sum(problem.equation is not None for problem in problems)
    click.echo(
        f"{len(problems):,} problems: {equations:,} with an equation, {len(problems) - equations:,} with an answer only"
        f" (learnt from by train --answers-only); {replaced:,} corrections were replaced by newer ones,"
        f" {unreadable:,} can no longer be read",
        err=True,
    )
    return 0 if problems else 1
