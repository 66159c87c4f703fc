"""Value accuracy of the bundled model, as shipped, with its default decoding or another; prints JSON.

    python evaluation/measure.py [--record] [--method vote] [--beam-size 10] FILE… > evaluation/results/default.json

FILEs are problems with keys (JSONL; a set is named after its folder, or its file). Besides them the bundled samples and
fresh instances of the held-out templates are measured. ``--record`` writes the accuracies into the model's manifest.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from mwp_solver.corpus.files import read_problems
from mwp_solver.corpus.generator import generate
from mwp_solver.corpus.templates import is_held_out, load_bank
from mwp_solver.model.checkpoint import facts_of, read_encoding, read_manifest, write_manifest
from mwp_solver.options import METHODS, DecodingOptions
from mwp_solver.problem import Problem
from mwp_solver.resources import data_path
from mwp_solver.scoring import grade_solution
from mwp_solver.scoring.signature import file_part, model_part, problems_part, signature, signed
from mwp_solver.solving.solver import Solver

INSTANCES = 3
SEED = 99


def held_out(language: str) -> list[Problem]:
    """Fresh instances of the templates that training never saw."""
    templates = [template for template in load_bank() if is_held_out(template) and template.language == language]
    return list(generate(templates, seed=SEED, count=INSTANCES * len(templates)))


def measure(solver: Solver, problems: list[Problem], options: DecodingOptions) -> dict[str, Any]:
    """Accuracy over all, and over each language, grade and family that the rows name."""
    solutions = solver.solve_batch([problem.question for problem in problems], options)
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
    default = DecodingOptions()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--method", choices=METHODS, default=default.method)
    parser.add_argument("--beam-size", type=int, default=default.beam_size)
    parser.add_argument("--limit", type=int, help="problems of each set")
    given = parser.parse_args(arguments)
    options = DecodingOptions(method=given.method, beam_size=given.beam_size, n_best=given.beam_size)
    paths = {
        **{path.parent.name if path.stem in ("train", "valid") else path.stem: path for path in given.files},
        "samples": data_path("samples.jsonl"),
    }
    made = {f"held-out templates {language}": held_out(language) for language in ("zh", "en")}
    sets = {**{name: list(read_problems(path)) for name, path in paths.items()}, **made}
    solver = Solver.from_pretrained(device="cpu")
    results = {name: measure(solver, problems[: given.limit], options) for name, problems in sets.items()}
    if given.record:
        directory = data_path("model")
        manifest = read_manifest(directory)
        accuracy = {name: result["accuracy"] for name, result in results.items()}
        write_manifest(directory, read_encoding(manifest), {**facts_of(manifest), "accuracy": accuracy})
    data = [*map(file_part, paths.values()), *(problems_part(name, problems) for name, problems in made.items())]
    model = model_part(solver.manifest, "default", device="cpu")
    by = signed(signature(model, data, options, limit=given.limit))
    print(json.dumps({**by, "sets": results}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
