"""Value accuracy and time of every way to decode, and the effect of each plausibility rule.

    python evaluation/decoding.py [--model DIR] [--output evaluation/results] FILE…

FILEs are held-out problems with keys (JSONL). Writes ``decoding.json`` and the same as tables, ``decoding.md``. Times
are wall time of one problem at a time on one core, median. The methods greedy, beam, vote and sample-vote run on the
run-time export, teaforn and the plain beam beside it on torch. Where the model has a re-ranker, its accuracy is
cross-fitted: each half of the problems is judged by one fitted on the other half.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mwp_solver.corpus.files import read_problems
from mwp_solver.model.backends.base import Backend, Hypothesis
from mwp_solver.options import DecodingOptions
from mwp_solver.problem import Problem
from mwp_solver.resources import data_path
from mwp_solver.scoring import grade_solution
from mwp_solver.scoring.choices import choices
from mwp_solver.scoring.fitting import crossed
from mwp_solver.scoring.signature import file_part, model_part, signature, signed
from mwp_solver.solving.solver import Solver

BEAMS = (1, 2, 3, 5, 6, 10)
HALVINGS = 5
DEFAULT = DecodingOptions()
RULES_ONLY = replace(DEFAULT, reranker=False)
BARE = replace(RULES_ONLY, rules=(), unused_penalty=1.0)


class Remembering:
    """A backend that asks another only once for the same outputs, so that each rule costs no new decoding."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.known: dict[tuple[object, ...], list[Hypothesis]] = {}

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        drawn = options.method if options.method in ("sample-vote", "teaforn") else "beam"
        keys = [(drawn, options.beam_size, options.n_best, text) for text in texts]
        new = list(dict.fromkeys(key for key in keys if key not in self.known))
        if new:
            self.known |= dict(zip(new, self.backend.generate([str(key[-1]) for key in new], options), strict=True))
        return [self.known[key] for key in keys]


def ways(method: str) -> dict[str, DecodingOptions]:
    """A method at each beam size."""
    base = BARE if method == "beam" else DEFAULT
    return {
        f"{method} {beam}": replace(base, method=method, beam_size=beam, n_best=beam)
        for beam in BEAMS
        if beam > 1 or method in ("beam", "teaforn", "sample-vote")
    }


def ablations() -> dict[str, DecodingOptions]:
    """The vote by rules: with all, without each, with each alone, with none."""
    rows = {"all rules": RULES_ONLY, "none": BARE}
    for rule in DEFAULT.rules:
        rows[f"without {rule}"] = replace(RULES_ONLY, rules=tuple(r for r in DEFAULT.rules if r != rule))
        rows[f"only {rule}"] = replace(BARE, rules=(rule,))
    rows["without unused numbers"] = replace(RULES_ONLY, unused_penalty=1.0)
    rows["only unused numbers"] = replace(BARE, unused_penalty=DEFAULT.unused_penalty)
    return rows


def right_by(solver: Solver, problems: list[Problem], options: DecodingOptions) -> list[float]:
    """For each problem 1 if it is solved, else 0; with a re-ranker the share of halvings in which it is."""
    solutions = solver.solve_batch([problem.question for problem in problems], options)
    right = [float(grade_solution(p, s).correct) for p, s in zip(problems, solutions, strict=True)]
    voting = options.method in ("vote", "sample-vote") and options.beam_size > 1
    if not voting or not options.reranker or solver.decision.reranker is None:
        return right
    found, runs = choices(solver, problems, options), []
    for seed in range(HALVINGS):
        halves = [index % 2 for index in range(len(found))]
        random.Random(seed).shuffle(halves)
        runs.append(crossed(found, halves, solver.decision))
    return [
        statistics.fmean(float(pair is not None and pair[1].right) for pair in pairs) if solution.candidates else own
        for pairs, solution, own in zip(zip(*runs, strict=True), solutions, right, strict=True)
    ]


def milliseconds(solver: Solver, problems: list[Problem], options: DecodingOptions) -> float:
    """Median time of one problem."""
    times = []
    for problem in problems:
        begun = time.perf_counter()
        solver.solve(problem.question, options)
        times.append(time.perf_counter() - begun)
    return round(statistics.median(times) * 1000, 1)


def table(solver: Solver, sets: dict[str, list[Problem]], rows: dict[str, DecodingOptions], timed: int) -> list[Any]:
    """One row a way: accuracy on each set, and milliseconds a problem if any are timed."""
    remembering = Solver(Remembering(solver.backend), solver.encoding, solver.decision)
    everything = [problem for problems in sets.values() for problem in problems]
    found = []
    for name, options in rows.items():
        row: dict[str, Any] = {"way": name}
        right = iter(right_by(remembering, everything, options))
        for label, problems in sets.items():
            row[label] = round(statistics.fmean(next(right) for _ in problems), 4)
        if timed:
            milliseconds(solver, everything[:3], options)
            row["ms"] = milliseconds(solver, everything[:timed], options)
        found.append(row)
        print(row, file=sys.stderr)
    return found


def best_default(rows: list[dict[str, Any]], sets: Sequence[str]) -> str:
    """The way of the best mean accuracy within twice the time of beam 3."""
    limit = 2 * next(row["ms"] for row in rows if row["way"] == "beam 3")
    allowed = [row for row in rows if row["ms"] <= limit]
    return str(max(allowed, key=lambda row: (statistics.fmean(row[name] for name in sets), -row["ms"]))["way"])


def markdown(result: dict[str, Any]) -> str:
    """The tables for readers."""
    sets = list(result["problems"])
    lines = ["# Ways to decode", "", f"Value accuracy; {result['machine']}. `{result['signature_line']}`"]
    for title in ("run-time export", "torch", "rules"):
        rows = result[title]
        counts = result["torch_problems" if title == "torch" else "problems"] if rows else {}
        if rows:
            head = [
                "way",
                *(f"{name} ({counts[name]})" for name in sets),
                *(["ms"] if "ms" in rows[0] else []),
            ]
            lines += ["", f"## {title}", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
            lines += [
                f"| {row['way']} | {' | '.join(f'{row[name]:.1%}' for name in sets)} |"
                + (f" {row['ms']} |" if "ms" in row else "")
                for row in rows
            ]
    chosen = result["best_within_twice_beam_3"]
    return "\n".join([*lines, "", f"Best mean accuracy within twice the time of beam 3: **{chosen}**.", ""])


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--model", type=Path, default=data_path("model"))
    parser.add_argument("--output", type=Path, default=Path("evaluation/results"))
    parser.add_argument("--limit", type=int, help="problems of each file")
    parser.add_argument("--torch-limit", type=int, help="problems of each file on torch; 0 leaves torch out")
    parser.add_argument("--timed", type=int, default=60, help="problems whose time is taken")
    given = parser.parse_args(arguments)
    sets = {path.parent.name or path.stem: list(read_problems(path))[: given.limit] for path in given.files}
    fast = Solver.from_pretrained(given.model, device="cpu", threads=1)
    rows = {"greedy": replace(DEFAULT, method="greedy", beam_size=1, n_best=1)}
    for method in ("beam", "vote", "sample-vote"):
        rows |= ways(method)
    if fast.decision.reranker is not None:
        rows |= {
            f"{name}, rules in place of the re-ranker": replace(options, reranker=False)
            for name, options in ways("vote").items()
        }
    # The options are those that each way and rule changes something of.
    model = model_part(fast.manifest, given.model.name, device="cpu")
    made = signature(model, map(file_part, given.files), DEFAULT, limit=given.limit)
    result: dict[str, Any] = {
        **signed(made),
        "machine": f"{platform.machine()}, one core",
        "problems": {name: len(problems) for name, problems in sets.items()},
        "run-time export": table(fast, sets, rows, given.timed),
        "rules": table(fast, sets, ablations(), 0),
        "torch": [],
    }
    if given.torch_limit != 0:
        import torch

        torch.set_num_threads(1)
        slow = Solver.from_pretrained(given.model, backend="torch", device="cpu")
        fewer = {name: problems[: given.torch_limit] for name, problems in sets.items()}
        result["torch_problems"] = {name: len(problems) for name, problems in fewer.items()}
        teaforn = {name: replace(BARE, **_size(options)) for name, options in ways("teaforn").items()}
        result["torch"] = table(slow, fewer, ways("beam") | teaforn, min(given.timed, 30))
    result["best_within_twice_beam_3"] = best_default(result["run-time export"], list(sets))
    (given.output / "decoding.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (given.output / "decoding.md").write_text(markdown(result), encoding="utf-8")


def _size(options: DecodingOptions) -> dict[str, Any]:
    """What makes TeaForN comparable with the plain beam: its method and sizes, no rules."""
    return {"method": options.method, "beam_size": options.beam_size, "n_best": options.n_best}


if __name__ == "__main__":
    main(sys.argv[1:])
