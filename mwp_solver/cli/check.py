"""``mwp-solver check``: is a pupil's answer or expression right, and if not, why."""

from __future__ import annotations

import click

from mwp_solver.cli.errors import NOT_SOLVED, SOLVED


@click.command()
@click.argument("question")
@click.option("--answer", help="The pupil's answer, with or without a unit.")
@click.option("--expression", help="The pupil's expression, such as (35*4-94)/2, also with its value after an =.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--model", default="default", show_default=True, help="Checkpoint directory.")
@click.option("--backend", type=click.Choice(["auto", "ctranslate2", "torch"]), default="auto", show_default=True)
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
def check(
    question: str,
    answer: str | None,
    expression: str | None,
    as_json: bool,
    model: str,
    backend: str,
    device: str,
) -> int:
    """Check a pupil's --answer or --expression to the problem QUESTION.

    The judge is a small network's own solution; where it is not sure of that, it says so. Exit code 0: the value is
    right, by whatever way; 1: wrong, or not sure; 2: bad usage.
    """
    if (answer is None) == (expression is None):
        raise click.UsageError("give either --answer or --expression")
    from mwp_solver.solving.check import check as check_work
    from mwp_solver.solving.solver import Solver, check_question

    check_question(question)
    found = check_work(Solver.from_pretrained(model, backend=backend, device=device), question, answer, expression)
    if as_json:
        import json

        click.echo(json.dumps(found.to_dict(), ensure_ascii=False))
    else:
        from mwp_solver.expression.school import school_notation
        from mwp_solver.text import language_of

        chinese = language_of(question) == "zh"
        names = {
            "right": ("对", "right"),
            "unusual": ("得数对，算法不同", "right value, another way"),
            "wrong": ("不对", "wrong"),
            "unsure": ("不能判断", "unsure"),
        }
        click.echo(f"{click.style(names[found.verdict][0 if chinese else 1], bold=True)}: {found.reason}")
        solution = found.solution
        if solution is not None and solution.expression is not None:
            label = "参考答案" if chinese else "reference"
            click.echo(f"  {label}  {solution.answer}  {school_notation(solution.expression)}")
    return SOLVED if found.verdict in ("right", "unusual") else NOT_SOLVED
