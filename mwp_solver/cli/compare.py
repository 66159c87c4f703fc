"""``mwp-solver compare``: two evaluations of the same problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click


@click.command()
@click.argument("a", type=click.Path(exists=True, file_okay=False))
@click.argument("b", type=click.Path(exists=True, file_okay=False))
@click.option("--examples", type=click.IntRange(min=0), default=10, show_default=True, help="Problems shown of each.")
@click.option("--resamples", type=click.IntRange(100, 10_000_000), default=10_000, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the resampling.")
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True)
def compare(a: str, b: str, examples: int, resamples: int, seed: int, format_: str) -> None:
    """Compare B with A: two folders that mwp-solver evaluate --output made from the same data.

    The p-value is that of a paired bootstrap: how often chance alone would make a difference at least as large.
    """
    import json
    from pathlib import Path

    from mwp_solver.batch.journal import PREDICTIONS, read_back, read_run
    from mwp_solver.scoring import comparison
    from mwp_solver.scoring.signature import signature_line

    made = [read_run(Path(folder)) for folder in (a, b)]
    comparison.check_comparable(*made)
    first, second = (read_back(Path(folder), PREDICTIONS) for folder in (a, b))
    result = comparison.compare(first, second, seed=seed, resamples=resamples, examples=examples)
    result = {"a": signature_line(made[0]), "b": signature_line(made[1]), **result}
    if format_ == "json":
        click.echo(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        _print(result)


def _print(result: Mapping[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from mwp_solver.reporting.words import Words, printable

    console, words = Console(), Words("en")
    if not console.is_terminal:
        console = Console(width=160)
    for side in ("a", "b"):
        console.print(Text(printable(f"{side.upper()}  {result[side]}")), soft_wrap=True)
    table = Table("rule", "problems", "A", "B", "difference", "95% interval", "p", "won by B", "lost by B")
    for rule, d in result["rules"].items():
        table.add_row(
            words(f"rule.{rule}"),
            f"{d['total']:,}",
            f"{d['correct_a'] / d['total']:.1%}",
            f"{d['correct_b'] / d['total']:.1%}",
            f"{d['difference'] * 100:+.1f} points",
            f"{d['low'] * 100:+.1f} to {d['high'] * 100:+.1f}",
            f"{d['p']:.4f}",
            f"{d['won']:,}",
            f"{d['lost']:,}",
        )
    console.print(table)
    for name, label in (("won", "Right only in B"), ("lost", "Right only in A")):
        if not result[name]:
            continue
        console.print(f"{label} ({result['rules']['strict'][name]:,}):")
        for row in result[name]:
            console.print(Text(printable(f"  {row['file']}:{row['line']}  {row['question']}")), soft_wrap=True)
            said = (f"{side.upper()} {row[side]['answer'] or 'none'}" for side in ("a", "b"))
            console.print(Text(printable(f"    key {row['key']}; {', '.join(said)}")), soft_wrap=True)
    for name, side in (("only_a", "A"), ("only_b", "B")):
        if result[name]:
            console.print(f"{result[name]:,} rows stand only in {side} and were not compared.")
