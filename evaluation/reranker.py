"""What a re-ranker over the beam is worth: its accuracy, cross-fitted, beside rules and the best possible choice.

    python evaluation/reranker.py [--model DIR] [--beams 3,5,10] [--write] FILE… > evaluation/results/reranker.json

FILEs are held-out problems with keys (JSONL). Each half of them is judged by a re-ranker that is fitted on the other,
over several ways of halving. ``--write`` fits one on all and writes it into the model's ``decision.json``, with the
manifest anew; run calibration.py after it.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from mwp_solver.corpus.files import read_problems
from mwp_solver.model.checkpoint import facts_of, read_encoding, read_manifest, write_manifest
from mwp_solver.options import DecodingOptions
from mwp_solver.resources import data_path
from mwp_solver.scoring.choices import Choice, choices
from mwp_solver.scoring.fitting import chosen, crossed, fit_reranker
from mwp_solver.scoring.signature import file_part, model_part, signature, signed
from mwp_solver.solving.decision import Decision, write_decision
from mwp_solver.solving.solver import Solver

HALVINGS = 10


def accuracies(problems: list[list[Choice]], sets: list[str]) -> dict[str, dict[str, float]]:
    """Share of right choices on each set, by each way of choosing."""
    crossings = []
    for seed in range(HALVINGS):
        halves = [index % 2 for index in range(len(problems))]
        random.Random(seed).shuffle(halves)
        crossings.append(crossed(problems, halves, Decision(reranker={})))
    likeliest = [max(found, key=lambda choice: choice.mass, default=None) for found in problems]
    ways: dict[str, list[float]] = {
        "probability alone": [float(choice is not None and choice.right) for choice in likeliest],
        "rules": [float(pair is not None and pair[1].right) for pair in (chosen(Decision(), f) for f in problems)],
        "re-ranker, cross-fitted": [
            statistics.fmean(float(pair is not None and pair[1].right) for pair in pairs)
            for pairs in zip(*crossings, strict=True)
        ],
        "best possible": [float(any(choice.right for choice in found)) for found in problems],
    }
    return {
        way: {
            name: round(statistics.fmean(v for v, own in zip(values, sets, strict=True) if own == name), 4)
            for name in dict.fromkeys(sets)
        }
        for way, values in ways.items()
    }


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--model", type=Path, default=data_path("model"))
    parser.add_argument("--beams", default=f"3,{DecodingOptions().beam_size},10")
    parser.add_argument("--limit", type=int, help="problems of each file")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args(arguments)
    solver = Solver.from_pretrained(given.model, device="cpu", threads=1)
    read = {path.parent.name or path.stem: list(read_problems(path))[: given.limit] for path in given.files}
    sets = [name for name, problems in read.items() for _ in problems]
    everything = [problem for problems in read.values() for problem in problems]
    manifest = read_manifest(given.model)
    model = model_part(manifest, given.model.name, device="cpu")
    made = signature(model, map(file_part, given.files), DecodingOptions(), limit=given.limit)
    result: dict[str, Any] = {
        **signed(made),
        "problems": {name: len(problems) for name, problems in read.items()},
        "halvings": HALVINGS,
        "beams": {},
    }
    for beam in dict.fromkeys(int(text) for text in given.beams.split(",")):
        found = choices(solver, everything, replace(DecodingOptions(), beam_size=beam, n_best=beam))
        weights = fit_reranker(found)
        result["beams"][beam] = {
            "accuracy": accuracies(found, sets),
            "weights": {name: round(weight, 3) for name, weight in weights.items()},
        }
        print(beam, json.dumps(result["beams"][beam], indent=1), file=sys.stderr)
        if given.write and beam == DecodingOptions().beam_size:
            write_decision(given.model, Decision({name: round(weight, 4) for name, weight in weights.items()}))
            write_manifest(given.model, read_encoding(manifest), facts_of(manifest))
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
