"""Speed of solving, against transformers' own ``generate`` on the same checkpoint in the same run; prints JSON.

    python evaluation/throughput.py [--model DIR] [FILE] > evaluation/results/throughput.json

Two figures with the default decoding: median milliseconds of one problem at a time on one core, and problems a second
of a batch on two cores. Each as a ratio to torch with ``transformers`` (float32, the same beam, the same batches).
Without FILE the problems are fresh instances of the template bank. Needs the train extra.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from pathlib import Path

from mwp_solver.corpus.files import read_problems
from mwp_solver.corpus.generator import generate
from mwp_solver.corpus.templates import load_bank
from mwp_solver.options import DecodingOptions
from mwp_solver.resources import data_path
from mwp_solver.scoring.signature import file_part, model_part, problems_part, signature, signed
from mwp_solver.solving.solver import Solver

WARM_UP = 8


def one_at_a_time(solver: Solver, questions: list[str]) -> float:
    """Median milliseconds of a problem."""
    solver.solve_batch(questions[:WARM_UP])
    times = []
    for question in questions:
        begun = time.perf_counter()
        solver.solve(question)
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000


def together(solver: Solver, questions: list[str]) -> float:
    """Problems a second."""
    solver.solve_batch(questions[:WARM_UP])
    begun = time.perf_counter()
    solver.solve_batch(questions)
    return len(questions) / (time.perf_counter() - begun)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--model", type=Path, default=data_path("model"))
    parser.add_argument("--problems", type=int, default=1000, help="in the batch")
    parser.add_argument("--single", type=int, default=100, help="solved one at a time")
    parser.add_argument("--torch-problems", type=int, default=200, help="of the batch that transformers solves")
    given = parser.parse_args(arguments)
    if given.file:
        problems = list(read_problems(given.file))[: given.problems]
    else:
        bank = [template for template in load_bank() if template.language == "zh"]
        problems = list(generate(bank, seed=1, count=given.problems))
    questions = [problem.question for problem in problems]
    # Every n-th, so that problems of all families are among the few.
    few = questions[:: max(1, len(questions) // given.single)][: given.single]
    fewer = questions[:: max(1, len(questions) // given.torch_problems)][: given.torch_problems]
    import torch

    torch.set_num_threads(1)
    theirs = Solver.from_pretrained(given.model, backend="torch", device="cpu")
    ours_ms = one_at_a_time(Solver.from_pretrained(given.model, device="cpu", threads=1), few)
    theirs_ms = one_at_a_time(theirs, few[: max(WARM_UP, len(few) // 4)])
    torch.set_num_threads(2)
    ours_rate = together(Solver.from_pretrained(given.model, device="cpu", threads=2), questions)
    theirs_rate = together(theirs, fewer)
    options = DecodingOptions()
    data = file_part(given.file) if given.file else problems_part("template bank", problems)
    made = signature(model_part(theirs.manifest, given.model.name, device="cpu"), [data], options, limit=given.problems)
    result = {
        **signed(made),
        "machine": platform.machine(),
        "cores_of_the_machine": os.cpu_count(),
        "problems": len(questions),
        "one_core": {
            "p50_ms": round(ours_ms, 1),
            "transformers_p50_ms": round(theirs_ms, 1),
            "ratio": round(theirs_ms / ours_ms, 1),
        },
        "two_cores": {
            "problems_per_second": round(ours_rate, 1),
            "transformers_problems_per_second": round(theirs_rate, 1),
            "ratio": round(ours_rate / theirs_rate, 1),
        },
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
