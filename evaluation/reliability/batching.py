"""How often do batch size and threads change what is found? Prints JSON.

    python evaluation/reliability/batching.py FILE [--limit 1000]

Every problem of FILE is solved alone on one thread, then in batches and on two threads; counted are the problems whose
answer, or whose list of candidates, is another, and the largest difference of a confidence.
"""

from __future__ import annotations

import argparse
import json
from itertools import islice
from typing import Any

from mwp_solver.corpus.files import read_problems
from mwp_solver.solving.solver import Solution, Solver


def solved(questions: list[str], threads: int, size: int) -> list[Solution]:
    """All of them, in batches."""
    solver = Solver.from_pretrained(threads=threads)
    pieces = (questions[start : start + size] for start in range(0, len(questions), size))
    return [solution for piece in pieces for solution in solver.solve_batch(piece, batch_size=size)]


def difference(alone: list[Solution], other: list[Solution]) -> dict[str, Any]:
    """What changed."""
    pairs = list(zip(alone, other, strict=True))
    return {
        "answers": sum(str(a.answer) != str(b.answer) or a.status != b.status for a, b in pairs),
        "expressions": sum(a.expression != b.expression for a, b in pairs),
        "candidates": sum(
            [c.expression for c in a.candidates] != [c.expression for c in b.candidates] for a, b in pairs
        ),
        "confidence": max(abs((a.confidence or 0) - (b.confidence or 0)) for a, b in pairs),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("file")
    parser.add_argument("--limit", type=int, default=1000)
    arguments = parser.parse_args()
    questions = [problem.question for problem in islice(read_problems(arguments.file), arguments.limit)]
    alone = solved(questions, 1, 1)
    found = {
        f"threads {threads}, batch {size}": difference(alone, solved(questions, threads, size))
        for threads, size in ((1, 32), (1, 1000), (2, 1), (2, 32))
    }
    print(json.dumps({"problems": len(questions), "other than alone": found}, indent=1))


if __name__ == "__main__":
    main()
