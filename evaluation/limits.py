"""What more data and a larger network would give: accuracy on parts of the training files, and by size of the network.

    python evaluation/limits.py --start NAME=CHECKPOINT… --data FILE… --validation FILE… --work DIR
        [--fractions 0.25 0.5] [--steps 1800] [--threads 1]

The first start is trained on each of --fractions of the data (a part is chosen by the questions' hashes, so that a
smaller one lies within a larger) and on all of it; the others on all of it. The same number of steps for each, so that
what is seen is the data and the size, not the time. Greedy value accuracy at the last step. A run that was stopped goes
on. Prints JSON, for evaluation/results/limits.json. Starts: recipes/pretrained_start.py and distilled_start.py.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from mwp_solver.corpus.files import read_problems
from mwp_solver.corpus.writing import write_problems
from mwp_solver.scoring.signature import file_part

FLAGS = ["--batch-size", "64", "--learning-rate", "1e-3", "--warmup", "100", "--decay", "0.8", "--dropout", "0.05"]
FLAGS += ["--normalize-equations", "--label-smoothing", "0.1", "--seed", "0"]


def part(files: list[str], fraction: float, folder: Path) -> list[str]:
    """The files, or for a fraction below 1 copies with so much of their problems."""
    if fraction == 1:
        return files
    copies = []
    for number, file in enumerate(files):
        copy = folder / f"part-{fraction}-{number}.jsonl"
        if not copy.exists():
            write_problems(copy, (problem for problem in read_problems(file) if _share(problem.question) < fraction))
        copies.append(str(copy))
    return copies


def _share(question: str) -> float:
    return int.from_bytes(hashlib.sha256(question.encode()).digest()[:8], "big") / 2**64


def train(checkpoint: str, data: list[str], output: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Accuracies at the last step, parameters and problems of one run."""
    command = [sys.executable, "-m", "mwp_solver", "train", "--model", checkpoint, "--output", str(output), *FLAGS]
    command += [word for file in data for word in ("--data", file)]
    command += [word for file in given.validation for word in ("--validation", file)]
    command += ["--steps", str(given.steps), "--evaluate-every", str(given.steps), "--threads", str(given.threads)]
    subprocess.run(command, check=True, stdout=sys.stderr)  # at once if it was finished
    lines = (output / "metrics.jsonl").read_text(encoding="utf-8")
    found: dict[str, Any] = {}
    for line in lines.splitlines():
        found |= json.loads(line)
    accuracy = {name.partition("/")[2]: value for name, value in found.items() if name.startswith("accuracy/")}
    return {"problems": found["examples"], "parameters": found["parameters"], "accuracy": accuracy}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", action="append", required=True, metavar="NAME=CHECKPOINT")
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--validation", nargs="+", required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--fractions", type=float, nargs="*", default=[0.25, 0.5])
    parser.add_argument("--steps", type=int, default=1800)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, start in enumerate(given.start):
        name, _, checkpoint = start.partition("=")
        for fraction in [*(given.fractions if number == 0 else []), 1]:
            data = part(given.data, fraction, given.work)
            row = train(checkpoint, data, given.work / f"{name}-{fraction}-{given.steps}", given)
            rows.append({"start": name, "fraction": fraction, **row})
            print(rows[-1], file=sys.stderr)
    files = [file_part(Path(path)) for path in (*given.data, *given.validation)]
    settings = {"steps": given.steps, "flags": FLAGS, "data": files}
    print(json.dumps({"machine": platform.machine(), **settings, "rows": rows}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
