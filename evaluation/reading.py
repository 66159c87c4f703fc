"""How often the checks by reading the question speak, and whether they are right; prints JSON.

    python evaluation/reading.py [--model DIR] FILE… > evaluation/results/reading.json

FILEs are held-out problems with keys (JSONL). For each file and kind of check: on the keys, how often it holds and how
often it contradicts (a false alarm, or a wrong key); on the model's answers, how often it holds or contradicts where
the answer is right and where it is wrong. ``accuracy`` stands beside what it would be if the first candidate whose
value is not contradicted were taken, and if one that holds were.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from mwp_solver.answers import answer_form
from mwp_solver.corpus.files import read_problems
from mwp_solver.options import DecodingOptions
from mwp_solver.problem import Problem
from mwp_solver.resources import data_path
from mwp_solver.scoring.grading import read_key, verdicts
from mwp_solver.scoring.signature import file_part, model_part, signature, signed
from mwp_solver.solving.reading import findings
from mwp_solver.solving.solver import Solution, Solver
from mwp_solver.text import normalize_question

OPTIONS = DecodingOptions(reading=False)


def says(question: str, value: Any) -> list[tuple[str, bool]]:
    """Each kind that speaks of a value, and whether it holds."""
    found = findings(normalize_question(question), answer_form(question), value)
    return [(finding.kind, finding.holds) for finding in found]


def measured(problems: list[Problem], solutions: list[Solution]) -> dict[str, Any]:
    """Counts of one file."""
    on_keys: dict[str, Counter[str]] = {}
    on_answers: dict[str, Counter[str]] = {}
    right = Counter[str]()
    for problem, solution in zip(problems, solutions, strict=True):
        key = read_key(problem)
        if key is None:
            continue
        for kind, holds in says(problem.question, key.gold):
            on_keys.setdefault(kind, Counter())["holds" if holds else "contradicts"] += 1
        values = list(dict.fromkeys(c.value for c in solution.candidates if c.value is not None))
        values = values or ([] if solution.value is None else [solution.value])
        correct = [verdicts(value, key, problem.question)[0].correct for value in values]
        spoken = [[holds for _, holds in says(problem.question, value)] for value in values]
        if values:
            for kind, holds in says(problem.question, values[0]):
                verdict = f"{'right' if correct[0] else 'wrong'} answer {'holds' if holds else 'contradicted'}"
                on_answers.setdefault(kind, Counter())[verdict] += 1
            right["accuracy"] += correct[0]
            right["first not contradicted"] += next(
                (c for c, s in zip(correct, spoken, strict=True) if all(s)), correct[0]
            )
            right["first that holds"] += next(
                (c for c, s in zip(correct, spoken, strict=True) if s and all(s)), correct[0]
            )
    return {
        "problems": len(problems),
        "keys": {kind: dict(counts) for kind, counts in on_keys.items()},
        "answers": {kind: dict(counts) for kind, counts in on_answers.items()},
        **{name: round(count / len(problems), 4) for name, count in right.items()},
    }


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--model", type=Path, default=data_path("model"))
    given = parser.parse_args(arguments)
    solver = Solver.from_pretrained(given.model, device="cpu")
    sets = {}
    for path in given.files:
        problems = list(read_problems(path))
        solutions = solver.solve_batch([problem.question for problem in problems], OPTIONS)
        sets[path.parent.name or path.stem] = measured(problems, solutions)
    model = model_part(solver.manifest, given.model.name, device="cpu")
    made = signature(model, map(file_part, given.files), OPTIONS)
    print(json.dumps({**signed(made), "sets": sets}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
