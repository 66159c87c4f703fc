"""What 200 rows of one's own do: the README's fine-tuning, with and without what holds forgetting back; prints JSON.

    python evaluation/finetune.py --base VALID.jsonl --work DIR > evaluation/results/finetune.json

The "own" problems are one instance each of 200 held-out templates, which the bundled model was never trained on; they
are measured on other instances of the same templates. Forgetting is measured on --base, held-out problems of what the
model was trained on before (the first 400). Greedy value accuracy of the last step.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from itertools import islice
from pathlib import Path

from mwp_solver.corpus.files import read_problems
from mwp_solver.corpus.generator import generate
from mwp_solver.corpus.templates import is_held_out, load_bank
from mwp_solver.corpus.writing import write_problems
from mwp_solver.model.checkpoint import read_manifest
from mwp_solver.options import DecodingOptions
from mwp_solver.resources import data_path
from mwp_solver.scoring.signature import file_part, model_part, problems_part, signature, signed

ROWS, MEASURED = 200, 400
# As in the README.
STEPS = 300
FLAGS = ["--batch-size", "32", "--learning-rate", "3e-4", "--warmup", "30", "--evaluate-every", "100"]
ARMS = {"own rows alone": [], "half from the bank": ["--bank-ratio", "0.5"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--threads", default="2")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--measured", type=int, default=MEASURED, help="problems of each kind")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    templates = [template for template in load_bank() if is_held_out(template) and template.language == "zh"][:ROWS]
    files = {name: given.work / f"{name}.jsonl" for name in ("mine", "own", "base")}
    write_problems(files["mine"], generate(templates, seed=1, count=len(templates)))
    write_problems(files["own"], generate(templates, seed=2, count=given.measured))
    write_problems(files["base"], islice(read_problems(given.base), given.measured))
    results: dict[str, dict[str, float]] = {}
    for name, flags in ARMS.items():
        run = given.work / name.replace(" ", "-")
        command = [sys.executable, "-m", "mwp_solver", "train", "--model", "default", "--output", str(run)]
        command += ["--data", str(files["mine"]), "--threads", given.threads]
        command += ["--steps", str(given.steps), *FLAGS, *flags]
        command += [word for kind in ("own", "base") for word in ("--validation", str(files[kind]))]
        subprocess.run(command, check=True, stdout=sys.stderr)
        lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
        scores = [
            {kind: line[f"accuracy/{kind}"] for kind in ("own", "base")} for line in lines if "accuracy/own" in line
        ]
        results["before"], results[name] = scores[0], scores[-1]
    data = [*(problems_part(name, read_problems(files[name])) for name in ("mine", "own")), file_part(Path(given.base))]
    greedy = DecodingOptions(method="greedy", beam_size=1, n_best=1)
    made = signature(model_part(read_manifest(data_path("model")), "default"), data, greedy, limit=given.measured)
    record = {
        **signed(made),
        "rows": len(templates),
        "flags": f"--steps {given.steps} {' '.join(FLAGS)}",
        "accuracy": results,
    }
    print(json.dumps(record, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
