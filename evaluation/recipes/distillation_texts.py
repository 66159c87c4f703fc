"""The texts that a teacher is asked about, one a line: questions, fresh instances of the bank, recombined questions.

    python evaluation/recipes/distillation_texts.py OUTPUT --data train.jsonl [--data …] [--clauses more.jsonl …]
        [--instances 5] [--recombined 37000] [--seed 0]

--data are files to train on (never held-out ones); --clauses are further ones of which only clauses are taken. Of the
bank's templates those that are not held out are used, --instances of each.
"""

from __future__ import annotations

import argparse
import sys
from itertools import chain
from pathlib import Path

from mwp_solver.anchoring import anchor_question
from mwp_solver.corpus.files import read_problems
from mwp_solver.corpus.generator import generate
from mwp_solver.corpus.templates import is_held_out, load_bank
from mwp_solver.errors import MWPError
from mwp_solver.text import normalize_question
from mwp_solver.training.distillation.recombining import recombined


def questions(files: list[str]) -> list[str]:
    """Normalised."""
    return [normalize_question(problem.question) for problem in chain.from_iterable(map(read_problems, files))]


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("--data", action="append", required=True)
    parser.add_argument("--clauses", action="append", default=[])
    parser.add_argument("--instances", type=int, default=5)
    parser.add_argument("--recombined", type=int, default=37_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    bank = [template for template in load_bank() if not is_held_out(template)]
    instances = generate(bank, seed=given.seed, count=given.instances * len(bank))
    fresh = [normalize_question(problem.question) for problem in instances]
    try:
        real = questions(given.data)
        new = recombined([*real, *questions(given.clauses)], given.recombined, given.seed)
        # A text that stood twice could be among those held out and those taught.
        texts = dict.fromkeys(anchor_question(text).text for text in chain(real, fresh, new) if text)
        given.output.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    except (MWPError, OSError) as error:
        sys.exit(f"error: {error}")
    made = f"{len(real):,} questions, {len(fresh):,} of the bank, {len(new):,} recombined"
    print(f"{len(texts):,} texts, each once: {made}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
