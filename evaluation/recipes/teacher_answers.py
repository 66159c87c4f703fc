"""Problems without a key, answered by a model: more to train another on (`mwp-solver train --data`).

    python evaluation/recipes/teacher_answers.py OUTPUT --data train.jsonl [--data …] [--model DIR] [--count 25000]
        [--least 0.5] [--seed 0]

Sequence-level distillation (Kim and Rush, 2016, arXiv 1606.07947, section 3.2): the student learns what the teacher,
here both networks of a checkpoint and their vote, writes. The questions are recombined from the clauses of --data
(mwp_solver/training/distillation/recombining.py), so that no key is known; those are kept of which the teacher is at
least --least sure.
"""

from __future__ import annotations

import argparse
import sys
from itertools import chain
from pathlib import Path

from mwp_solver.corpus.files import read_problems
from mwp_solver.corpus.writing import write_problems
from mwp_solver.errors import MWPError
from mwp_solver.problem import Problem
from mwp_solver.resources import data_path
from mwp_solver.solving.solver import Solver
from mwp_solver.text import normalize_question
from mwp_solver.training.distillation.recombining import recombined

AT_ONCE = 512


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("--data", action="append", required=True)
    parser.add_argument("--model", type=Path, default=data_path("model"))
    parser.add_argument("--count", type=int, default=25_000)
    parser.add_argument("--least", type=float, default=0.5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    try:
        known = [normalize_question(p.question) for p in chain.from_iterable(map(read_problems, given.data))]
        texts = recombined(known, given.count, given.seed)
        solver = Solver.from_pretrained(given.model, device="cpu", threads=given.threads)
        problems = []
        for first in range(0, len(texts), AT_ONCE):
            for text, found in zip(
                texts[first : first + AT_ONCE], solver.solve_batch(texts[first : first + AT_ONCE]), strict=True
            ):
                if found.expression and found.candidates and found.confidence >= given.least:
                    problems.append(Problem(question=text, equation=found.expression))
            print(f"{min(first + AT_ONCE, len(texts)):,} of {len(texts):,}: {len(problems):,} kept", file=sys.stderr)
        write_problems(given.output, problems)
    except (MWPError, OSError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
