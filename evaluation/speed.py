"""Speed of the program a user meets; prints JSON.

    python evaluation/speed.py > evaluation/results/speed.json

Medians of repeated runs: ``--help`` and a cold ``solve`` as whole processes, warm solving of the samples one at a
time on one core, and the evaluator on their expressions.
"""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from mwp_solver.corpus.files import read_problems
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.options import DecodingOptions
from mwp_solver.resources import data_path
from mwp_solver.scoring.signature import file_part, model_part, signature, signed
from mwp_solver.solving.solver import Solver

QUESTION = "鸡和兔关在同一个笼子里，一共有35个头，94只脚，鸡有多少只？"


def process_seconds(*arguments: str, repeats: int = 7) -> float:
    """Median wall time of a whole process."""
    command = [sys.executable, "-m", "mwp_solver", *arguments]
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def each(work: Callable[[str], object], items: list[str]) -> list[float]:
    """Wall time of each call, in seconds."""
    times = []
    for item in items:
        begun = time.perf_counter()
        work(item)
        times.append(time.perf_counter() - begun)
    return times


def main() -> None:
    samples = data_path("samples.jsonl")
    problems = list(read_problems(samples))
    solver = Solver.from_pretrained(threads=1, device="cpu")
    questions = [problem.question for problem in problems]
    each(solver.solve, questions[:10])
    warm = sorted(each(solver.solve, questions))
    expressions = [problem.equation or "1" for problem in problems] * 50
    begun = time.process_time()
    for expression in expressions:
        evaluate_expression(expression)
    evaluated = len(expressions) / (time.process_time() - begun)
    made = signature(model_part(solver.manifest, "default", device="cpu"), [file_part(samples)], DecodingOptions())
    print(
        json.dumps(
            {
                **signed(made),
                "python": platform.python_version(),
                "machine": platform.machine(),
                "help_ms": round(process_seconds("--help") * 1000),
                "cold_solve_ms": round(process_seconds("solve", QUESTION) * 1000),
                "warm_p50_ms": round(warm[len(warm) // 2] * 1000, 1),
                "warm_p95_ms": round(warm[int(len(warm) * 0.95)] * 1000, 1),
                "expressions_per_second": round(evaluated),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
