"""How much of the full-label accuracy comes back from answers alone: most equations of a training file are hidden.

    python evaluation/answers_only.py --data TRAIN.jsonl --validation VALID.jsonl --work DIR
        [--hidden 0.8] [--steps 1500] [--rounds 3] [--preset small] [--seed 0] [--threads 2]

Three runs of the same number of steps in all: ``all`` (every equation), ``labelled`` (only the equations not hidden)
and ``answers`` (`mwp-solver train --answers-only`: the others by their answers). An equation found counts as true if it
computes the same way as the hidden one, or agrees with it on other numbers. Finished runs are not repeated. Writes
evaluation/results/answers-only.json and prints it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from mwp_solver import __version__
from mwp_solver.corpus.files import read_problems
from mwp_solver.corpus.writing import write_problems
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.steps import value_text
from mwp_solver.problem import Problem
from mwp_solver.scoring.signature import file_part
from mwp_solver.training.candidates import same_function

BASE = ["--batch-size", "64", "--learning-rate", "1e-3", "--dropout", "0.05", "--warmup", "50"]


def is_hidden(problem: Problem, share: float, seed: int) -> bool:
    """Chosen by the question and the seed alone."""
    digest = hashlib.sha256(f"{seed}\0{problem.question}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 < share


def key_of(problem: Problem) -> str:
    return problem.answer or value_text(evaluate_expression(problem.equation or ""))


def train(output: Path, data: Path, given: argparse.Namespace, *flags: str) -> None:
    command = [sys.executable, "-m", "mwp_solver", "train", "--output", str(output), "--preset", given.preset]
    command += ["--data", str(data)]
    command += ["--validation", given.validation, "--seed", str(given.seed), "--threads", str(given.threads)]
    subprocess.run([*command, *BASE, *flags], check=True)


def accuracy(run: Path) -> float:
    """At the last step; nothing is chosen by it."""
    manifest = json.loads((run / "last" / "manifest.json").read_text(encoding="utf-8"))
    return float(next(value for name, value in manifest.items() if name.startswith("accuracy/")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--validation", required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--results", type=Path, default=Path(__file__).parent / "results")
    parser.add_argument("--hidden", type=float, default=0.8)
    parser.add_argument("--steps", type=int, default=1500, help="a round; the other runs have as many as all rounds")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--preset", default="small")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    problems = [problem for problem in read_problems(given.data) if problem.equation]
    shown = [problem for problem in problems if not is_hidden(problem, given.hidden, given.seed)]
    hidden = {problem.question: problem for problem in problems if is_hidden(problem, given.hidden, given.seed)}
    opened = [
        replace(
            problem, equation=None, answer=problem.answer or value_text(evaluate_expression(problem.equation or ""))
        )
        for problem in hidden.values()
    ]
    files = {"all": given.work / "all.jsonl", "answers": given.work / "answers.jsonl"}
    write_problems(files["all"], problems)
    write_problems(files["answers"], [*shown, *opened])
    total = given.steps * (given.rounds + 1)
    everywhere = ["--evaluate-every", str(given.steps)]
    # Rows without an equation are left out of training; both vocabularies know their words.
    for name, file in {"all": files["all"], "labelled": files["answers"]}.items():
        train(given.work / name, file, given, "--steps", str(total), *everywhere)
    answers = given.work / "answers"
    flags = ["--answers-only", "--answers-rounds", str(given.rounds), "--steps", str(given.steps), *everywhere]
    train(answers, files["answers"], given, *flags)
    rounds: list[dict[str, Any]] = []
    for number in range(1, given.rounds + 1):
        folder = answers / f"round-{number}"
        counts = json.loads((folder / "found-1-of-1.json").read_text(encoding="utf-8"))
        found = list(read_problems(folder / "found-1-of-1.jsonl"))
        true = sum(
            same_function(row.question, row.equation or "", hidden[row.question].equation or "") for row in found
        )
        rounds.append({**counts, "true": true, "spurious": len(found) - true, "accuracy": accuracy(folder)})
    reached = {"all": accuracy(given.work / "all"), "labelled": accuracy(given.work / "labelled")}
    gap = reached["all"] - reached["labelled"]
    first, last = accuracy(answers / "round-0"), rounds[-1]["accuracy"]
    record = {
        "version": __version__,
        "settings": {name: str(value) for name, value in vars(given).items() if name not in ("work", "results")}
        | {"data": Path(given.data).parent.name, "validation": Path(given.validation).parent.name},
        "data": [file_part(Path(path)) for path in (given.data, given.validation)],
        "rows": {"labelled": len(shown), "answers alone": len(opened)},
        "accuracy": reached | {"labelled, first round": first, "answers": last},
        "of_the_gap_closed": round((last - reached["labelled"]) / gap, 3) if gap else None,
        "of_full_accuracy": round(last / reached["all"], 3) if reached["all"] else None,
        "rounds": rounds,
    }
    given.results.mkdir(parents=True, exist_ok=True)
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    (given.results / "answers-only.json").write_text(text, encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
