"""``mwp-solver evaluate``: solve files of problems, grade them by their keys, and report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import click

from mwp_solver.cli.columns import chosen_columns, column_options
from mwp_solver.cli.decoding import decoding_flags, take_options
from mwp_solver.cli.fields import field_options
from mwp_solver.options import ClusterOptions, DecodingOptions

_STDIN_FORMATS = ("jsonl", "json", "csv", "tsv", "parquet", "xlsx")


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--output", type=click.Path(file_okay=False), help="Folder for predictions and reports; resumes there.")
@click.option("--model", default="default", show_default=True, help="Checkpoint directory.")
@click.option("--backend", type=click.Choice(["auto", "ctranslate2", "torch"]), default="auto", show_default=True)
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
@decoding_flags
@click.option(
    "--batch-size",
    type=click.IntRange(1, 4096),
    default=DecodingOptions().batch_size,
    show_default=True,
    help="Problems solved together; 1 measures the time of each.",
)
@click.option("--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes, or actors.")
@click.option(
    "--threads", type=click.IntRange(0), default=0, show_default=True, help="Of each process; 0 shares the cores."
)
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="local: processes here; ray: --workers actors of a Ray cluster. Both predict the same.",
)
@field_options(ClusterOptions)
@click.option("--limit", type=click.IntRange(min=1), help="Only the first N rows of each file.")
@click.option("--stdin-format", type=click.Choice(_STDIN_FORMATS), default="jsonl", show_default=True, help="Of -.")
@column_options
@click.option(
    "--table",
    type=click.Choice(["csv", "parquet"]),
    default="csv",
    show_default=True,
    help="Kind of the table of predictions; predictions.jsonl has everything.",
)
@click.option("--restart", is_flag=True, help="Throw away what an earlier run left in the output folder.")
@click.option("--cache", type=click.Path(file_okay=False), help="Folder for downloads.  [default: your cache]")
@click.option(
    "--language",
    type=click.Choice(["auto", "zh", "en"]),
    default="auto",
    show_default=True,
    help="Of the report and the table; auto: that of most questions.",
)
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True)
def evaluate(
    files: tuple[str, ...],
    output: str | None,
    model: str,
    backend: str,
    device: str,
    batch_size: int,
    workers: int,
    threads: int,
    engine: str,
    table: str,
    limit: int | None,
    stdin_format: str,
    restart: bool,
    cache: str | None,
    language: str,
    format_: str,
    **named: Any,
) -> None:
    """Solve the problems of each FILE and grade them against their answers (or equations), where they have any.

    FILE is JSONL, JSON, CSV, TSV, Parquet or a spreadsheet (.xlsx), a folder of these, - for standard input, or
    a public data set by name (cmath, cmath:valid). With --output, a run that was stopped goes on when the same
    command is given again.
    """
    import json
    import sys
    import tempfile
    from pathlib import Path

    from mwp_solver.batch.journal import Journal
    from mwp_solver.batch.run import complete, evaluation
    from mwp_solver.batch.sources import expected_rows, find_sources
    from mwp_solver.cli.progress import EvaluationProgress
    from mwp_solver.model.checkpoint import read_manifest, verify_files
    from mwp_solver.reporting.files import write_reports
    from mwp_solver.reporting.words import printable
    from mwp_solver.resources import data_path
    from mwp_solver.scoring.signature import model_part, signature

    options = take_options(named, batch_size=batch_size)
    cluster = ClusterOptions(**{field.name: named.pop(field.name) for field in fields(ClusterOptions)})
    columns = chosen_columns(named)
    directory = data_path("model") if model == "default" else Path(model)
    manifest = read_manifest(directory)
    verify_files(directory, manifest)  # once, here, for all processes
    made_by = model_part(manifest, model, backend, device)
    settings = {"backend": backend, "device": device, "threads": threads}
    chosen = _engine(engine, model, made_by["sha256"], settings, options, workers, cluster)
    with tempfile.TemporaryDirectory(prefix="mwp-solver-") as scratch:
        stdin = sys.stdin.buffer if "-" in files else None
        sources = find_sources(files, Path(scratch), stdin, stdin_format, cache)
        data = [{"name": source.name, "sha256": source.sha256} for source in sources]
        made = signature(made_by, data, options, columns=columns, limit=limit)
        folder = Path(output) if output else Path(scratch) / "run"
        with EvaluationProgress(expected_rows(sources, limit)) as bar:

            def tell(journal: Journal) -> None:
                bar.show(journal.predictions + journal.errors, journal.errors, journal.graded, journal.correct)

            steps = evaluation(
                sources,
                folder,
                made,
                chosen,
                columns=columns,
                limit=limit,
                chunk=batch_size,
                restart=restart,
                table=f"predictions.{table}",
            )
            report = complete(steps, tell)
        language = report["language"] if language == "auto" else language
        if output:
            write_reports(folder, report, language)
    if format_ == "json":
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        _print(report, language)
    if report["errors"]:
        first = report["first_errors"][0]
        where = f"all are in {Path(output, 'errors.jsonl')}" if output else "with --output all are written out"
        many = "1 row" if report["errors"] == 1 else f"{report['errors']:,} rows"
        click.echo(f"{many} could not be used; {where}; the first:", err=True)
        click.echo(printable(f"  {first['where']}: {first['reason']}"), err=True)
    if output:
        click.echo(f"report: {Path(output, 'report.html')}", err=True)


def _engine(
    name: str,
    model: str,
    sha256: str,
    settings: dict[str, Any],
    options: DecodingOptions,
    workers: int,
    cluster: ClusterOptions,
) -> Any:
    import os
    from functools import partial
    from pathlib import Path

    from mwp_solver.batch.loading import load_same

    where = model if model == "default" else str(Path(model).absolute())
    if name == "ray":
        from mwp_solver.batch.cluster import RayEngine

        settings["threads"] = settings["threads"] or max(1, int(cluster.actor_cpus))
        # Another machine's copy of the files is checked there.
        return RayEngine(partial(load_same, where, sha256, verify=True, **settings), options, workers, cluster)
    from mwp_solver.batch.engine import LocalEngine

    if workers > 1:
        settings["threads"] = settings["threads"] or max(1, (os.cpu_count() or 1) // workers)
    return LocalEngine(partial(load_same, where, sha256, verify=False, **settings), options, workers)


def _print(report: Mapping[str, Any], language: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from mwp_solver.reporting.words import Words, interval, percent, printable

    console, words = Console(), Words(language)
    if not console.is_terminal:
        console = Console(width=160)
    table = Table(*map(words, ("file", "problems", "with_key", "right", "accuracy", "unsolved", "not_used")))
    for file in report["files"]:
        strict = file["rules"].get("strict")
        accuracy = interval(strict) if strict else percent(None)
        numbers = (file["total"], file["graded"], file["correct"], accuracy, file["unsolved"], file["errors"])
        table.add_row(Text(printable(file["file"])), *map(str, numbers))
    console.print(table)
    if report["graded"]:
        rules = Table(*map(words, ("rule", "right", "accuracy", "meaning")))
        for rule, figures in report["rules"].items():
            rules.add_row(words(f"rule.{rule}"), str(figures["correct"]), interval(figures), words(f"meaning.{rule}"))
        console.print(rules)
    if report["school"]:
        console.print(Text(words.school(report["school"])))
    console.print(Text(printable(report["signature_line"])), soft_wrap=True)
