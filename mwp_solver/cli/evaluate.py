"""``mwp-solver evaluate``: accuracy of a model on files of problems with keys."""

from __future__ import annotations

import click

from mwp_solver.options import METHODS, DecodingOptions

_DEFAULT = DecodingOptions()


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--model", default="default", show_default=True, help="Checkpoint directory.")
@click.option("--backend", type=click.Choice(["auto", "ctranslate2", "torch"]), default="auto", show_default=True)
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
@click.option("--method", type=click.Choice(METHODS), default=_DEFAULT.method, show_default=True, help="How to choose.")
@click.option("--beam-size", type=click.IntRange(1, 64), default=_DEFAULT.beam_size, show_default=True)
@click.option("--limit", type=click.IntRange(min=1), help="Only the first N problems of each file.")
@click.option("--output", type=click.Path(dir_okay=False), help="Also write one JSON object a problem to this file.")
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True)
def evaluate(
    files: tuple[str, ...],
    model: str,
    backend: str,
    device: str,
    method: str,
    beam_size: int,
    limit: int | None,
    output: str | None,
    format_: str,
) -> None:
    """Solve the problems of each of FILES and grade them against their answers (or equations)."""
    import json
    from dataclasses import asdict
    from itertools import islice
    from pathlib import Path

    from mwp_solver.corpus.files import read_problems, write_rows
    from mwp_solver.errors import DataError
    from mwp_solver.scoring import score
    from mwp_solver.solving.solver import Solver

    options = DecodingOptions(method=method, beam_size=beam_size, n_best=beam_size)
    solver = Solver.from_pretrained(model, backend=backend, device=device)
    reports, rows = [], []
    for file in files:
        problems = list(islice(read_problems(file), limit))
        if not problems:
            raise DataError("the file has no problems", file)
        solutions = solver.solve_batch([problem.question for problem in problems], options)
        report = score(problems, solutions, name=Path(file).stem)
        reports.append(report)
        for problem, solution, grade in zip(problems, solutions, report.grades, strict=True):
            verdict = {"key": problem.answer or problem.equation, "correct": grade.correct, "reason": grade.reason}
            rows.append({"file": file, "id": problem.id, **solution.to_dict(), **verdict})
    if output:
        write_rows(output, rows)
    if format_ == "json":
        summary = [
            {**{k: v for k, v in asdict(report).items() if k != "grades"}, "accuracy": report.accuracy}
            for report in reports
        ]
        whole = {"model": model, "options": asdict(options), "files": summary}
        click.echo(json.dumps(whole, ensure_ascii=False, indent=1))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("file", "problems", "value accuracy", "no expression")
    for report in reports:
        table.add_row(report.name, str(report.total), f"{report.accuracy:.1%}", str(report.unsolved))
    Console().print(table)
