"""Value accuracy of the bundled model, as shipped, with its default decoding; prints JSON.

    python evaluation/measure.py [--record] FILE… > evaluation/results/default.json

FILEs are problems with keys (JSONL; a set is named after its folder, or its file). Besides them the bundled samples and
fresh instances of the held-out templates are measured. ``--record`` writes the accuracies into the model's manifest.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mwp_solver.corpus.files import read_problems
from mwp_solver.corpus.generator import generate
from mwp_solver.corpus.templates import is_held_out, load_bank
from mwp_solver.model.checkpoint import facts_of, read_encoding, read_manifest, write_manifest
from mwp_solver.options import DecodingOptions
from mwp_solver.problem import Problem
from mwp_solver.resources import data_path
from mwp_solver.scoring import grade_solution
from mwp_solver.solving.solver import Solver

INSTANCES = 3
SEED = 99


def held_out(language: str) -> list[Problem]:
    """Fresh instances of the templates that training never saw."""
    templates = [template for template in load_bank() if is_held_out(template) and template.language == language]
    return list(generate(templates, seed=SEED, count=INSTANCES * len(templates)))


def measure(solver: Solver, problems: list[Problem]) -> dict[str, Any]:
    """Accuracy over all, and over each language, grade and family that the rows name."""
    solutions = solver.solve_batch([problem.question for problem in problems])
    right = [grade_solution(p, s).correct for p, s in zip(problems, solutions, strict=True)]
    groups: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for problem, correct in zip(problems, right, strict=True):
        for kind in ("language", "grade", "family"):
            name = getattr(problem, kind)
            if name is not None:
                groups[kind][str(name)].append(correct)
    return {
        "problems": len(problems),
        "accuracy": round(sum(right) / len(right), 4),
        **{
            kind: {name: f"{sum(rows)}/{len(rows)}" for name, rows in sorted(of_kind.items())}
            for kind, of_kind in groups.items()
            if len(of_kind) > 1
        },
    }


def main(arguments: list[str]) -> None:
    directory = data_path("model")
    files = [argument for argument in arguments if argument != "--record"]
    sets = {
        path.parent.name if path.stem in ("train", "valid") else path.stem: list(read_problems(path))
        for path in map(Path, files)
    }
    sets["samples"] = list(read_problems(data_path("samples.jsonl")))
    sets |= {f"held-out templates {language}": held_out(language) for language in ("zh", "en")}
    solver = Solver.from_pretrained(device="cpu")
    results = {name: measure(solver, problems) for name, problems in sets.items()}
    manifest = read_manifest(directory)
    if "--record" in arguments:
        accuracy = {name: result["accuracy"] for name, result in results.items()}
        write_manifest(directory, read_encoding(manifest), {**facts_of(manifest), "accuracy": accuracy})
    signature = {"model_sha256": manifest["files"]["runtime/model.bin"], "options": asdict(DecodingOptions())}
    print(json.dumps({**signature, "sets": results}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
