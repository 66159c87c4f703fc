"""``mwp-solver export``: the int8 run-time model of a checkpoint."""

from __future__ import annotations

import click


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False))
@click.option("--quantization", default="int8", show_default=True, help="int8, int8_float16, float16 or float32.")
@click.option("--to", type=click.Path(file_okay=False), help="Also copy it there for shipping.")
@click.option(
    "--weights",
    type=click.Choice(["bf16", "runtime"]),
    default="bf16",
    show_default=True,
    help="Of --to, to train on: in half the size, or none but the run-time export's own, which are rounded.",
)
@click.option(
    "--check", type=click.Path(exists=True, dir_okay=False), help="Problem file on which export and torch are compared."
)
@click.option(
    "--second",
    type=click.Path(exists=True, file_okay=False),
    help="Checkpoint, exported before, whose network is to answer with it: candidates of both are voted on.",
)
@click.option("--second-language", multiple=True, default=("zh", "en"), show_default=True, help="That --second knows.")
def export(
    directory: str,
    quantization: str,
    to: str | None,
    weights: str,
    check: str | None,
    second: str | None,
    second_language: tuple[str, ...],
) -> int:
    """Convert the checkpoint in DIRECTORY with CTranslate2, into DIRECTORY/runtime.

    Exit code 1 if --check finds that fewer than 95% of first expressions agree.
    """
    from pathlib import Path

    from mwp_solver.corpus.files import read_problems
    from mwp_solver.export import add_second, agreement, export_runtime, package_checkpoint

    click.echo(str(export_runtime(Path(directory), quantization)))
    if to is not None:
        package_checkpoint(Path(directory), Path(to), weights)
        click.echo(to)
    if second is not None:
        add_second(Path(to or directory), Path(second), second_language)
    if check is None:
        return 0
    share = agreement(Path(directory), [problem.question for problem in read_problems(check)])
    click.echo(f"the export and torch write the same first expression for {share:.1%} of the problems")
    return 0 if share >= 0.95 else 1
