"""How far the program's confidence can be trusted, before and after calibration; prints JSON, draws the curve.

    python evaluation/calibration.py [--model DIR] [--plot FILE.svg] [--write] FILE… > results/calibration.json

FILEs are held-out problems with keys (JSONL). Each half of them is judged by a calibration (and, where the model has a
re-ranker, by one of these) fitted on the other. ``--write`` fits the calibration and the threshold ``unsure_below`` on
all and writes them into the model's ``decision.json``, with the manifest anew.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from mwp_solver.corpus.files import read_problems
from mwp_solver.model.checkpoint import facts_of, read_encoding, read_manifest, write_manifest
from mwp_solver.options import DecodingOptions
from mwp_solver.reporting import svg
from mwp_solver.resources import data_path
from mwp_solver.scoring.choices import choices
from mwp_solver.scoring.fitting import choose_threshold, covered, crossed, fit_calibration
from mwp_solver.scoring.reliability import reliability
from mwp_solver.scoring.signature import file_part, model_part, signature, signed
from mwp_solver.solving.decision import write_decision
from mwp_solver.solving.solver import Solver


def shown_as_sure(confidences: list[float], right: list[bool], thresholds: list[float]) -> dict[str, Any]:
    """Of all answers, how many are shown as sure, and how many of these are right."""
    sure = [ok for one, ok, low in zip(confidences, right, thresholds, strict=True) if one >= low]
    return {
        "share_sure": round(len(sure) / len(right), 4),
        "right_of_sure": round(sum(sure) / len(sure), 4) if sure else None,
        "right_of_all": round(sum(right) / len(right), 4),
    }


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--model", type=Path, default=data_path("model"))
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--limit", type=int, help="problems of each file")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args(arguments)
    solver = Solver.from_pretrained(given.model, device="cpu", threads=1)
    manifest, options = read_manifest(given.model), DecodingOptions()
    problems = [problem for path in given.files for problem in list(read_problems(path))[: given.limit]]
    found = choices(solver, problems, options)
    halves = [index % 2 for index in range(len(found))]
    random.Random(0).shuffle(halves)
    taken = zip(crossed(found, halves, solver.decision), found, halves, strict=True)
    rows = [(pair[0], pair[1], covered(of), half) for pair, of, half in taken if pair is not None]
    points = [(share, total, choice.right, half) for share, choice, total, half in rows]
    right = [choice.right for _, choice, _, _ in rows]
    plain = [choice.mass for _, choice, _, _ in rows]

    fits, thresholds = [], []
    for own in (0, 1):
        others = [point[:3] for point in points if point[3] != own]
        fits.append(fit_calibration(others))
        thresholds.append(choose_threshold([fits[own](*point[:2]) for point in others], [p[2] for p in others]))
    calibrated = [fits[half](share, total) for share, total, _, half in points]

    whole = fit_calibration([point[:3] for point in points])
    threshold = choose_threshold([whole(*point[:2]) for point in points], right)
    after = reliability(calibrated, right)
    model = model_part(manifest, given.model.name, device="cpu")
    made = signature(model, map(file_part, given.files), options, limit=given.limit)
    result = {
        **signed(made),
        "problems": len(problems),
        "answers": len(points),
        "before": {**reliability(plain, right), **shown_as_sure(plain, right, [0.5] * len(right))},
        "after": {**after, **shown_as_sure(calibrated, right, [thresholds[point[3]] for point in points])},
        "fitted_on_all": {**asdict(whole), "unsure_below": threshold},
        "rule_of_unsure_below": " ".join((choose_threshold.__doc__ or "").split("this rule: ")[1].split()),
    }
    if given.plot:
        title = "Accuracy against calibrated confidence, held-out problems"
        given.plot.write_text(svg.standalone(svg.reliability(after["bins"], title)), encoding="utf-8")
    if given.write:
        rounded = replace(whole, **{name: round(value, 4) for name, value in asdict(whole).items()})
        write_decision(given.model, replace(solver.decision, calibration=rounded, unsure_below=threshold))
        write_manifest(given.model, read_encoding(manifest), facts_of(manifest))
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
