"""``mwp-solver init``: a checkpoint to fine-tune, cut from a pretrained T5 or mT5."""

from __future__ import annotations

import click

from mwp_solver.options import EncodingOptions


@click.command()
@click.option(
    "--from",
    "source",
    required=True,
    help="Pretrained T5 or mT5: a directory, or a name on the Hugging Face hub such as google/mt5-small.",
)
@click.option(
    "--keep-vocab",
    "files",
    multiple=True,
    required=True,
    metavar="FILE...",
    help="Problem files (JSONL, CSV or Parquet) whose pieces are kept; all that will be trained on.",
)
@click.argument("more", nargs=-1, metavar="")
@click.option("--output", required=True, type=click.Path(file_okay=False), help="Directory of the new checkpoint.")
@click.option(
    "--number-encoding",
    type=click.Choice(["anchored", "literal"]),
    default=EncodingOptions().number_encoding,
    show_default=True,
    help="How training will write numbers; train takes it from the checkpoint.",
)
@click.option(
    "--chinese-numerals/--no-chinese-numerals",
    default=EncodingOptions().chinese_numerals,
    show_default=True,
    help="Treat numerals written in Chinese as quantities too.",
)
@click.option(
    "--english-numerals/--no-english-numerals",
    default=EncodingOptions().english_numerals,
    show_default=True,
    help="Treat numbers written in English words as quantities too.",
)
def init(
    source: str,
    files: tuple[str, ...],
    more: tuple[str, ...],
    output: str,
    number_encoding: str,
    chinese_numerals: bool,
    english_numerals: bool,
) -> None:
    """Cut a pretrained T5 or mT5 down to the pieces that problem files use, ready for: mwp-solver train --model OUTPUT

    Embedding, head and sentencepiece model shrink together; the command checks that logits on the kept pieces stay
    what they were. To fine-tune with --bank-ratio, also give a file made by mwp-solver generate, so that the words of
    the template bank are kept.
    """
    from itertools import chain
    from pathlib import Path

    from mwp_solver.corpus.files import read_problems
    from mwp_solver.model.encoding import encode_question
    from mwp_solver.model.pretrained import find_source
    from mwp_solver.model.trim import trim_checkpoint
    from mwp_solver.training.examples import make_examples

    encoding = EncodingOptions(number_encoding, chinese_numerals, english_numerals)
    problems = list(chain.from_iterable(map(read_problems, [*files, *more])))
    examples, left_out = make_examples(problems, encoding)
    # Questions without an equation are read too, when solved or when learnt from by their answers.
    questions = [encode_question(problem.question, encoding).text for problem in problems]
    texts = [*questions, *chain.from_iterable((example.source(), example.target) for example in examples)]
    directory = find_source(source)
    facts = {
        "from": source,
        # The hub's cache keeps each commit in a directory of its name.
        "revision": directory.name if directory.parent.name == "snapshots" else None,
        "problems": len(problems),
        "without_equation": left_out,
    }
    report = trim_checkpoint(directory, list(dict.fromkeys(texts)), Path(output), encoding, facts)
    lines = {
        "pieces": "{:,} -> {:,}".format(*report.pieces),
        "parameters": "{:,} -> {:,}".format(*report.parameters),
        "float32": "{:,.1f} MB -> {:,.1f} MB".format(*report.megabytes),
        "head": "its own" if report.own_head else "tied to the embedding",
        "new rows": f"{len(report.added)} characters {report.added[:40]}".rstrip(),
        "logits": f"differ by at most {report.largest_difference:.1e} (largest {report.largest_logit:.1f})",
    }
    for name, text in lines.items():
        click.echo(f"{name:<11}{text}", err=True)
    click.echo(output)
