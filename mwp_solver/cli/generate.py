"""``mwp-solver generate``: fresh problems, worksheets, and the checks of the template bank."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from mwp_solver.corpus.templates import Template

DEFAULT_COUNT = 10
FORMATS = ("jsonl", "csv", "md", "html")


@click.command("generate")
@click.argument("files", nargs=-1, type=click.Path())
@click.option("--family", "families", multiple=True, help="Only this kind of problem; repeat for more. See --list.")
@click.option("--grade", "grades", multiple=True, type=click.IntRange(1, 7), help="Only this grade (7: secondary).")
@click.option("--language", type=click.Choice(["zh", "en"]), help="Only this language.")
@click.option(
    "--count", type=click.IntRange(min=1), default=DEFAULT_COUNT, show_default=True, help="How many problems."
)
@click.option("--seed", type=int, help="Same seed, same problems. By default a fresh one, told on standard error.")
@click.option("--with-answers", is_flag=True, help="Add equations and answers (md, html: an answer key).")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="jsonl", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False), help="File to write; by default standard output.")
@click.option("--training", is_flag=True, help="Leave out the tenth of the templates that measures models.")
@click.option("--list", "list_", is_flag=True, help="List the families with their numbers of templates.")
@click.option("--table", is_flag=True, help="Print Markdown tables of the bank.")
@click.option("--check", is_flag=True, help="Check templates, print every fault; exit code 1 if there is any.")
def generate(
    files: tuple[str, ...],
    families: tuple[str, ...],
    grades: tuple[int, ...],
    language: str | None,
    count: int,
    seed: int | None,
    with_answers: bool,
    format_: str,
    output: str | None,
    training: bool,
    list_: bool,
    table: bool,
    check: bool,
) -> None:
    """Draw problems with known answers from the template bank, or from template FILES."""
    from mwp_solver.errors import MWPError

    try:
        if check:
            sys.exit(_check(files))
        templates = _select(files, families, grades, language, training)
        if list_ or table:
            _summarise(templates, table)
        else:
            _write(templates, count, seed, with_answers, format_, output)
    except MWPError as error:
        raise _Failure(str(error)) from error
    except BrokenPipeError:
        raise  # click ends quietly when the reader of a pipe has left
    except OSError as error:
        raise _Failure(f"{error.filename or 'output'}: {error.strerror}") from error


class _Failure(click.ClickException):
    """One line on standard error; exit code 1 is kept for faults that --check found."""

    exit_code = 2


def _check(files: tuple[str, ...]) -> int:
    from mwp_solver.corpus.template_check import check_bank
    from mwp_solver.corpus.templates import read_bank

    templates, unreadable = read_bank(files or None)
    faults = [str(fault) for fault in unreadable] + check_bank(templates)
    for fault in faults:
        click.echo(fault)
    click.echo(f"{len(templates)} templates, {len(faults)} faults")
    return 1 if faults else 0


def _select(
    files: tuple[str, ...],
    families: tuple[str, ...],
    grades: tuple[int, ...],
    language: str | None,
    training: bool,
) -> list[Template]:
    from difflib import get_close_matches

    from mwp_solver.corpus.catalogue import catalogue
    from mwp_solver.corpus.templates import is_held_out, load_bank
    from mwp_solver.errors import DataError

    bank = load_bank(files) if files else []
    known = {template.family for template in bank} if files else {file.family for file in catalogue()}
    for family in families:
        if family not in known:
            near = get_close_matches(family, known, n=3, cutoff=0.3)
            hint = f"did you mean {', '.join(near)}?" if near else "--list shows those there are"
            raise DataError(f"no family {family}; {hint}")
    if not files:
        # Of the bundled bank only what is asked for: all of it takes seconds.
        asked = [file for file in catalogue() if not families or file.family in families]
        bank = load_bank([file.path for file in asked if language in (None, file.language)])
    chosen = [
        template
        for template in bank
        if (not families or template.family in families)
        and (not grades or template.grade in grades)
        and language in (None, template.language)
        and not (training and is_held_out(template))
    ]
    if not chosen:
        raise DataError("no template of this family, grade and language; --list shows those there are")
    return chosen


def _summarise(templates: list[Template], table: bool) -> None:
    from mwp_solver.corpus.bank_summary import family_lines, markdown_tables

    click.echo(markdown_tables(templates) if table else "\n".join(family_lines(templates)))


def _write(
    templates: list[Template],
    count: int,
    seed: int | None,
    with_answers: bool,
    format_: str,
    output: str | None,
) -> None:
    from secrets import randbelow

    from mwp_solver.corpus.generator import generate as draw_problems
    from mwp_solver.corpus.worksheet import WRITERS

    if seed is None:
        seed = randbelow(10**6)
        click.echo(f"seed {seed}", err=True)
    problems = draw_problems(templates, seed=seed, count=count)
    with _opened(output, format_) as stream:
        WRITERS[format_](problems, stream, with_answers)


def _opened(output: str | None, format_: str) -> AbstractContextManager[TextIO]:
    if output in (None, "-"):
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")
        return nullcontext(sys.stdout)
    # Spreadsheets take a CSV file for UTF-8 only if it says so in its first bytes.
    return open(output, "w", encoding="utf-8-sig" if format_ == "csv" else "utf-8", newline="\n")


if __name__ == "__main__":
    generate()
