"""Value accuracy and time of every way to decode, and the effect of each plausibility rule alone; prints JSON.

    python evaluation/decoding.py FILE… > evaluation/results/decoding.json

FILEs are problems with keys (JSONL). Times are wall time for one problem at a time on one core, median.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from mwp_solver.corpus.files import read_problems
from mwp_solver.model.checkpoint import read_manifest
from mwp_solver.options import DecodingOptions
from mwp_solver.problem import Problem
from mwp_solver.resources import data_path
from mwp_solver.scoring import score
from mwp_solver.solving.plausible import RULES
from mwp_solver.solving.solver import Solver

TIMED = 100


def settings() -> dict[str, DecodingOptions]:
    """The ways compared, by name."""
    ways = {"greedy": DecodingOptions(method="greedy", beam_size=1, n_best=1)}
    for beam in (2, 3, 5, 8, 10):
        for method in ("beam", "vote"):
            plain = DecodingOptions(method=method, beam_size=beam, n_best=beam, rules=(), unused_penalty=1.0)
            ways[f"{method} {beam}, no rules"] = plain
            ways[f"{method} {beam}, all rules"] = replace(DecodingOptions(), method=method, beam_size=beam, n_best=beam)
    plain = DecodingOptions(method="vote", beam_size=5, n_best=5, rules=(), unused_penalty=1.0)
    for rule in RULES:
        ways[f"vote 5, {rule}"] = replace(plain, rules=(rule,))
    ways["vote 5, unused numbers"] = replace(plain, unused_penalty=DecodingOptions().unused_penalty)
    return ways


def milliseconds(solver: Solver, problems: list[Problem], options: DecodingOptions) -> float:
    """Median time of one problem."""
    times = []
    for problem in problems[:TIMED]:
        begun = time.perf_counter()
        solver.solve(problem.question, options)
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000


def main(files: list[str]) -> None:
    solver = Solver.from_pretrained(device="cpu", threads=1)
    sets = {file: list(read_problems(file)) for file in files}
    rows: list[dict[str, Any]] = []
    for name, options in settings().items():
        row: dict[str, Any] = {"method": name}
        for file, problems in sets.items():
            report = score(problems, solver.solve_batch([problem.question for problem in problems], options))
            row[Path(file).parent.name] = round(report.accuracy, 4)
        row["ms"] = round(milliseconds(solver, next(iter(sets.values())), options), 1)
        rows.append(row)
        print(row, file=sys.stderr)
    weights = read_manifest(data_path("model"))["files"]["runtime/model.bin"]
    counts = {Path(file).parent.name: len(problems) for file, problems in sets.items()}
    print(json.dumps({"model_sha256": weights, "problems": counts, "rows": rows}, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
