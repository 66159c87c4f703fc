"""What TeaForN rescoring is worth on a network that was trained with TeaForN, beside plain beam search.

    python evaluation/teaforn_decoding.py --runs DIR | --checkpoint DIR[:PASSES] … [--limit 300] [--output DIR] FILE…

FILEs are held-out problems with keys (JSONL); --runs takes the networks ``base``, ``TeaForN-2`` and ``TeaForN-3`` from
a folder that ablation.py filled. Each checkpoint is solved by plain beam and by the method ``teaforn``
with its PASSES (2 unless named) at each beam size, on torch, one problem at a time on one thread, without rules or
re-ranker, so that nothing but the rescoring differs. Writes ``teaforn-decoding.json`` and the same as a table,
``teaforn-decoding.md``: value accuracy on each file, and the median milliseconds of a problem over all.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from mwp_solver.corpus.files import read_problems
from mwp_solver.options import DecodingOptions
from mwp_solver.problem import Problem
from mwp_solver.scoring import grade_solution
from mwp_solver.scoring.signature import file_part, model_part, signature, signed
from mwp_solver.solving.solver import Solver

BEAMS = (1, 2, 3, 5, 10)
BARE = replace(DecodingOptions(), method="beam", reranker=False, rules=(), unused_penalty=1.0)


def measured(solver: Solver, sets: dict[str, list[Problem]], options: DecodingOptions) -> dict[str, Any]:
    """Accuracy on each set and the median time of a problem."""
    row: dict[str, Any] = {"method": options.method, "beam": options.beam_size}
    times = []
    for name, problems in sets.items():
        solver.solve_batch([problem.question for problem in problems[:3]], options)
        right = 0
        for problem in problems:
            begun = time.perf_counter()
            solution = solver.solve(problem.question, options)
            times.append(time.perf_counter() - begun)
            right += grade_solution(problem, solution).correct
        row[name] = round(right / len(problems), 4)
    return {**row, "ms": round(statistics.median(times) * 1000, 1)}


def runs(folder: Path) -> list[str]:
    """The ablation's networks without TeaForN, and with 2 and 3 passes, of the first seed."""
    passes = {"base": 2, "TeaForN-2": 2, "TeaForN-3": 3}
    found = re.compile(r"(base|TeaForN-[23])-[0-9]+-seed0")
    return [
        f"{path / 'last'}:{passes[match[1]]}"
        for path in sorted(folder.glob("*"))
        if (match := found.fullmatch(path.name)) is not None and (path / "last").is_dir()
    ]


def markdown(result: dict[str, Any]) -> str:
    """The table for readers."""
    sets = result["problems"]
    head = ["network", "way", *(f"{name} ({count})" for name, count in sets.items()), "ms"]
    lines = ["# TeaForN rescoring on networks trained with it", "", f"Value accuracy; torch, {result['machine']}.", ""]
    lines += [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for network, found in result["networks"].items():
        for row in found["rows"]:
            way = (
                f"beam {row['beam']}" if row["method"] == "beam" else f"teaforn {row['beam']}, {found['passes']} passes"
            )
            lines.append(f"| {network} | {way} | {' | '.join(f'{row[name]:.1%}' for name in sets)} | {row['ms']} |")
    return "\n".join([*lines, ""])


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--checkpoint", action="append", default=[], metavar="DIR[:PASSES]")
    parser.add_argument("--runs", type=Path, help="folder of ablation.py's runs")
    parser.add_argument("--limit", type=int, default=300, help="problems of each file")
    parser.add_argument("--output", type=Path, default=Path("evaluation/results"))
    given = parser.parse_args(arguments)
    checkpoints = given.checkpoint + (runs(given.runs) if given.runs else [])
    if not checkpoints:
        parser.error("no networks; train them with ablation.py and name its folder (--runs), or name --checkpoint")
    import torch

    torch.set_num_threads(1)
    sets = {path.parent.name or path.stem: list(read_problems(path))[: given.limit] for path in given.files}
    networks: dict[str, Any] = {}
    for named in checkpoints:
        folder, _, passes = named.partition(":")
        directory = Path(folder)
        name = directory.parent.name if directory.name in ("last", "best") else directory.name
        solver = Solver.from_pretrained(directory, backend="torch", device="cpu")
        # The network's own parts only: a re-ranker it may have is not asked.
        made = signature(
            model_part(solver.manifest, name, device="cpu"), map(file_part, given.files), BARE, limit=given.limit
        )
        rows = []
        for beam in BEAMS:
            for method in ("beam", "teaforn"):
                options = replace(
                    BARE, method=method, beam_size=beam, n_best=beam, teaforn_passes=int(passes or 2), batch_size=1
                )
                rows.append(measured(solver, sets, options))
                print(name, rows[-1], file=sys.stderr)
        networks[name] = {**signed(made), "passes": int(passes or 2), "rows": rows}
    result = {
        "machine": f"{platform.machine()}, one thread",
        "problems": {name: len(problems) for name, problems in sets.items()},
        "networks": networks,
    }
    (given.output / "teaforn-decoding.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (given.output / "teaforn-decoding.md").write_text(markdown(result), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
