"""``mwp-solver solve``: problems from the command line, a file or standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from mwp_solver.cli.decoding import decoding_flags, take_options

if TYPE_CHECKING:
    from mwp_solver.errors import MWPError
    from mwp_solver.solving.reading import Finding
    from mwp_solver.solving.solver import Solution

_CHUNK = 32


@click.command()
@click.argument("text", nargs=-1)
@click.option(
    "--file",
    "file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    help="One problem a line; - is standard input.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a problem and line, in the order given.")
@click.option("--model", default="default", show_default=True, help="Checkpoint directory.")
@click.option("--backend", type=click.Choice(["auto", "ctranslate2", "torch"]), default="auto", show_default=True)
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
@decoding_flags
def solve(
    text: tuple[str, ...],
    file: str | None,
    as_json: bool,
    model: str,
    backend: str,
    device: str,
    **flags: Any,
) -> int:
    """Solve each TEXT, or each line of --file or of standard input.

    Exit code 0: all solved; 1: for some no expression was found or the text is no problem; 2: bad usage.
    """
    from mwp_solver.errors import MWPError
    from mwp_solver.solving.solver import Solver, check_question

    if text and file:
        raise click.UsageError("give TEXT or --file, not both")
    if not text and not file and sys.stdin.isatty():
        raise click.UsageError("type a problem as TEXT, or name a --file")
    options = take_options(flags)
    solver = Solver.from_pretrained(model, backend=backend, device=device)
    failed = False
    for number, chunk in _chunks(iter(text) if text else _lines(file or "-")):
        good: dict[int, str] = {}
        errors: dict[int, str] = {}
        for index, question in enumerate(chunk):
            try:
                if isinstance(question, MWPError):
                    raise question
                check_question(question)
                good[index] = question
            except MWPError as error:
                errors[index] = str(error)
        solutions = dict(zip(good, solver.solve_batch(list(good.values()), options), strict=True))
        for index in range(len(chunk)):
            solution = solutions.get(index)
            failed |= solution is None or not solution.solved
            _show(number + index, solution, errors.get(index), as_json)
    return 1 if failed else 0


def _lines(file: str) -> Iterator[str | MWPError]:
    """The lines that are not blank; for one that is too long or no UTF-8 text, the error that says so."""
    from mwp_solver.corpus.text_lines import MAX_LINE, numbered_lines
    from mwp_solver.errors import DataError

    with click.open_file(file, "rb") as stream:
        for number, line in numbered_lines(stream):
            if line is None:
                yield DataError(f"the line is longer than {MAX_LINE:,} bytes", file, number)
                continue
            try:
                text = line.decode().strip("\r\n")
            except UnicodeDecodeError:
                yield DataError("not UTF-8 text", file, number)
            else:
                if text.strip():
                    yield text


def _chunks(questions: Iterator[str | MWPError]) -> Iterator[tuple[int, list[str | MWPError]]]:
    """Numbered lists of questions, so that a long file is answered as it is read."""
    number = 1
    chunk: list[str | MWPError] = []
    for question in questions:
        chunk.append(question)
        if len(chunk) == _CHUNK:
            yield number, chunk
            number, chunk = number + _CHUNK, []
    if chunk:
        yield number, chunk


def _show(number: int, solution: Solution | None, error: str | None, as_json: bool) -> None:
    if as_json:
        import json

        row: dict[str, Any] = solution.to_dict() if solution else {"error": error}
        click.echo(json.dumps({"line": number, **row}, ensure_ascii=False))
        return
    if solution is None:
        click.echo(f"{number}: {error}", err=True)
        return
    if not solution.solved:
        click.echo(f"{number}: {solution.message}", err=True)
        return
    click.echo("\n".join(solution_lines(solution)))


def solution_lines(solution: Solution) -> list[str]:
    """A solution for people: the answer and its working; if the model is not sure, the possible answers instead.

    Args:
        solution: with an answer.
    """
    from mwp_solver.expression.school import school_notation, school_step
    from mwp_solver.text import language_of

    chinese = language_of(solution.question) == "zh"
    if solution.status == "unsure":
        lines = ["没有把握，可能的答案：" if chinese else "not sure; alternatives:"]
        for choice in solution.alternatives():
            lines.append(f"  {choice.probability:4.0%}  {choice.answer}  {school_notation(choice.expression)}")
        return lines + _read(solution, chinese)
    lines = [
        click.style(str(solution.answer), bold=True),
        f"  {'综合算式' if chinese else 'expression'}  {school_notation(solution.expression or '')}",
    ]
    if len(solution.steps) > 1:
        for index, step in enumerate(solution.steps, 1):
            label = f"第{index}步" if chinese else f"step {index}"
            lines.append(f"  {label}  {school_step(step)}")
    if solution.verification is not None:
        back = ("，" if chinese else ", ").join(school_step(step) for step in solution.verification.steps)
        number = solution.verification.number
        lines.append(
            f"  验算  {back}，就是题目中的{number}" if chinese else f"  check  {back}: the {number} of the question"
        )
    return lines + _read(solution, chinese)


def _read(solution: Solution, chinese: bool) -> list[str]:
    label = "读题" if chinese else "reading"
    return [f"  {label}  {finding_line(finding, chinese)}" for finding in solution.findings]


def finding_line(finding: Finding, chinese: bool) -> str:
    """A check by reading the question, for people."""
    from mwp_solver.expression.school import school_step
    from mwp_solver.solving.reading_kinds import KINDS

    steps = ("，" if chinese else ", ").join(school_step(step) for step in finding.steps)
    name = KINDS[finding.kind][0 if chinese else 1]
    if chinese:
        return f"{name}：{steps}，" + ("与题目相符" if finding.holds else f"题目中是{finding.stated}，不相符")
    outcome = "as the question says" if finding.holds else f"but the question says {finding.stated}"
    return f"{name}: {steps}: {outcome}"
