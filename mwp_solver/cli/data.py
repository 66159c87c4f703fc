"""``mwp-solver data``: public sets and files of one's own, made ready for training and measuring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mwp_solver.cli.columns import chosen_columns, column_options
from mwp_solver.cli.errors import ReportingGroup

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from mwp_solver.corpus.prepare import Input, Report

_CACHE = click.option("--cache", type=click.Path(file_okay=False), help="Folder for downloads.  [default: your cache]")
_LISTED = 10


@click.group(cls=ReportingGroup, context_settings={"help_option_names": ["-h", "--help"]})
def data() -> None:
    """Download, prepare and look at problems."""


@data.command("list")
@click.option("--json", "as_json", is_flag=True, help="Everything known, one JSON object a set.")
def list_sets(as_json: bool) -> None:
    """List the public data sets that can be downloaded."""
    from mwp_solver.corpus.registry import DATA_SETS

    if as_json:
        import json
        from dataclasses import asdict

        for data_set in DATA_SETS.values():
            row = asdict(data_set)
            row["files"] = [asdict(file) | {"address": file.address} for file in data_set.files]
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    from rich.table import Table

    table = Table("name", "language", "rows", "licence", "cite")
    for data_set in DATA_SETS.values():
        rows = ", ".join(f"{split} {count:,}" for split, count in data_set.rows.items())
        table.add_row(data_set.name, data_set.language, rows, data_set.licence, data_set.citation)
    _console().print(table)


@data.command()
@click.argument("name")
@_CACHE
def download(name: str, cache: str | None) -> None:
    """Download the data set NAME and verify it; what is there already is kept, a broken download goes on."""
    from mwp_solver.corpus.registry import find_data_set

    for path, _ in _downloaded(find_data_set(name), cache):
        click.echo(str(path))


@data.command()
@click.argument("sources", metavar="NAME|FILES...", nargs=-1, required=True)
@click.option("--output", required=True, type=click.Path(file_okay=False), help="Folder to write.")
@click.option(
    "--source",
    "copies",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False),
    help="Your copy of a file of NAME, instead of downloading; repeat for more.",
)
@click.option(
    "--held-out",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False),
    help="A file whose questions must not be trained on; repeat for more.",
)
@click.option("--valid", default=0.0, show_default=True, help="Share of training rows for valid.jsonl.")
@click.option("--test", default=0.0, show_default=True, help="Share of training rows for test.jsonl.")
@click.option("--seed", default=0, show_default=True, help="Of that division.")
@click.option("--strict", is_flag=True, default=False, help="Stop at a malformed row, or a file not as published.")
@column_options
@_CACHE
def prepare(
    sources: tuple[str, ...],
    output: str,
    copies: tuple[str, ...],
    held_out: tuple[str, ...],
    valid: float,
    test: float,
    seed: int,
    strict: bool,
    cache: str | None,
    **named: str | None,
) -> None:
    """Normalise, check, deduplicate and divide a data set or FILES of problems.

    Rows whose equation and answer disagree, duplicates, and training rows that also stand in a held-out split
    or file are removed; the table says how many, prepare-report.json in the output folder says which and why.
    """
    from rich.console import Console
    from rich.text import Text

    from mwp_solver.corpus import prepare as preparation

    options = preparation.PrepareOptions(valid, test, seed, strict)
    inputs = _inputs(sources, copies, strict, cache, chosen_columns(named))
    with Console(stderr=True).status("") as status:

        def tell(file: str, rows: int) -> None:
            status.update(Text(f"{file}: {rows:,} rows"))

        report = preparation.prepare(inputs, output, options, held_out, tell)
    _print_report(report, output)


@data.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--count", type=click.IntRange(min=1), default=_LISTED, show_default=True, help="How many.")
@click.option("--seed", type=int, help="Draw them at random; by default the first ones.")
def show(file: str, count: int, seed: int | None) -> None:
    """Show problems of FILE."""
    from itertools import islice
    from random import Random

    from rich.table import Table
    from rich.text import Text

    from mwp_solver.corpus.files import read_problems
    from mwp_solver.errors import DataError
    from mwp_solver.text import normalize_question

    bad: list[DataError] = []
    problems = read_problems(file, on_error=bad.append)
    if seed is None:
        chosen = list(islice(problems, count))
    else:
        # A row has its place in the draw by chance alone; only those drawn are kept.
        rng, chosen = Random(seed), []
        for number, problem in enumerate(problems):
            if number < count:
                chosen.append(problem)
            elif (place := rng.randrange(number + 1)) < count:
                chosen[place] = problem
    columns = ("id", "question", "equation", "answer", "grade", "family")
    used = [name for name in columns if any(getattr(problem, name) is not None for problem in chosen)]
    table = Table(*used, show_lines=True)
    for problem in chosen:
        values = (getattr(problem, name) for name in used)
        # As Text, and without control characters: a file may hold anything.
        table.add_row(*(Text(normalize_question("" if value is None else str(value))) for value in values))
    _console().print(table)
    for error in bad[:_LISTED]:
        click.echo(str(error), err=True)
    if len(bad) > _LISTED:
        click.echo(f"and {len(bad) - _LISTED:,} more malformed rows", err=True)


def _downloaded(data_set: Any, cache: str | None) -> list[tuple[Path, str]]:
    """The set's files with their splits, fetched with a progress bar."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    from mwp_solver.corpus.download import download as fetch

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def advance(name: str, have: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total)
            bar.update(tasks[name], completed=have, total=total)

        return [(file.path, file.split) for file in fetch(data_set, cache, advance)]


def _inputs(
    sources: tuple[str, ...], copies: tuple[str, ...], strict: bool, cache: str | None, columns: dict[str, str]
) -> list[Input]:
    from os.path import lexists
    from pathlib import Path

    from mwp_solver.corpus.download import check_source
    from mwp_solver.corpus.prepare import Input
    from mwp_solver.corpus.registry import DATA_SETS, find_data_set
    from mwp_solver.errors import DataError

    names = [source for source in sources if source.casefold() in DATA_SETS]
    if copies and len(names) != 1:
        raise click.UsageError("--source needs the one NAME that its file is of")
    inputs: list[Input] = []
    for source in sources:
        if source not in names:
            if not lexists(source):
                find = f"no file {source}, and no data set of that name"
                raise DataError(f"{find}; the sets are {', '.join(DATA_SETS)}")
            inputs.append(Input(Path(source), columns=columns))
            continue
        data_set = find_data_set(source)
        read = data_set.load_reader()
        if not copies:
            inputs += [Input(path, split, read) for path, split in _downloaded(data_set, cache)]
        for file in (check_source(copy, data_set) for copy in copies):
            if file.warning and strict:
                raise DataError(file.warning, file.path)
            if file.warning:
                click.echo(f"warning: {file.path}: {file.warning}", err=True)
            inputs.append(Input(file.path, file.split, read))
    return inputs


def _print_report(report: Report, output: str) -> None:
    from pathlib import Path

    from rich.table import Table
    from rich.text import Text

    from mwp_solver.corpus.prepare import REPORT
    from mwp_solver.corpus.row_check import FAULTS

    numbers = ("rows", *FAULTS, "kept")
    table = Table("in", "split")
    for name in numbers:
        table.add_column(name, justify="right")
    for row in report.inputs:
        table.add_row(Text(row["file"]), row["split"], *(f"{row[name]:,}" for name in numbers))
    written = Table("out", "rows", "without equation")
    for file in report.outputs:
        path = Text(str(Path(output, file["file"])))
        written.add_row(path, f"{file['rows']:,}", f"{file['without_equation']:,}")
    console = _console()
    console.print(table)
    console.print(written)
    for warning in report.warnings:
        click.echo(f"warning: {warning}", err=True)
    faulty = [removed for removed in report.removed if removed.fault not in ("duplicate", "leaked")]
    for removed in faulty[:_LISTED]:
        click.echo(f"{removed.fault}: {removed.id}: {removed.reason}", err=True)
    if report.removed:
        click.echo(f"every removed row with its reason: {Path(output, REPORT)}", err=True)


def _console() -> Console:
    """Standard output; as wide as needed where no terminal sets the width."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=160)


if __name__ == "__main__":
    data(prog_name="mwp-solver data")
