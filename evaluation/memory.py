"""Memory of `evaluate` does not grow with the rows: generated rows through a stub model; prints JSON.

    python evaluation/memory.py [ROWS] > evaluation/results/memory.json

ROWS is 1,000,000 unless given. A hundredth, a tenth and all of them are run, each in a process of its own, from
reading to the written report, and its peak memory is what the system says of it. Exit code 1: not below the bound.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mwp_solver.batch.engine import LocalEngine
from mwp_solver.batch.run import complete, evaluation
from mwp_solver.batch.sources import find_sources
from mwp_solver.model.backends.base import Hypothesis
from mwp_solver.options import DecodingOptions, EncodingOptions
from mwp_solver.reporting.files import write_reports
from mwp_solver.scoring.signature import signature, signature_line
from mwp_solver.solving.solver import Solver

ROWS = 1_000_000
BOUND_MB = 500
MEGABYTE = 1_000_000


class Stub:
    """Adds the first two numbers, and subtracts them for a second opinion."""

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        plus, minus = Hypothesis("<extra_id_0>+<extra_id_1>", -0.1), Hypothesis("<extra_id_0>-<extra_id_1>", -3.0)
        return [[plus, minus] for _ in texts]


def rows(count: int) -> Iterator[str]:
    """Lines of JSON: no two questions alike, two of three answers right, one line in a thousand bad."""
    for n in range(count):
        row = {
            "id": str(n),
            "question": f"仓库里有{n}箱苹果，又运来{n % 977 + 2}箱，一共有多少箱苹果？",
            "answer": str(n + n % 977 + 2 + (n % 3 == 0)),
            "grade": 1 + n % 6,
            "family": f"第{n % 40}类",
        }
        yield "{bad\n" if n % 1000 == 999 else json.dumps(row, ensure_ascii=False) + "\n"


def one(count: int) -> dict[str, Any]:
    """Run so many rows here."""
    with tempfile.TemporaryDirectory(prefix="mwp-solver-") as scratch:
        path, folder = Path(scratch, "rows.jsonl"), Path(scratch, "out")
        with path.open("w", encoding="utf-8") as file:
            file.writelines(rows(count))
        begun = time.perf_counter()
        options = DecodingOptions()
        sources = find_sources([str(path)], Path(scratch))
        data = [{"name": "generated", "sha256": source.sha256} for source in sources]
        made = signature({"name": "stub", "sha256": "0" * 64, "backend": "stub"}, data, options)
        engine = LocalEngine(lambda: Solver(Stub(), EncodingOptions()), options)
        report = complete(evaluation(sources, folder, made, engine, chunk=options.batch_size))
        write_reports(folder, report)
        seconds = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # kibibytes on Linux
        return {
            "rows": report["total"] + report["errors"],
            "right": report["correct"],
            "bad": report["errors"],
            "peak_mb": round(peak / MEGABYTE, 1),
            "seconds": round(seconds, 1),
            "output_mb": round(sum(file.stat().st_size for file in folder.iterdir()) / MEGABYTE, 1),
            "signature": signature_line(made),
        }


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--one"]:
        print(json.dumps(one(int(arguments[1]))))
        return
    count = int(arguments[0]) if arguments else ROWS
    runs = []
    for part in (count // 100, count // 10, count):
        child = subprocess.run([sys.executable, __file__, "--one", str(part)], check=True, stdout=subprocess.PIPE)
        runs.append(json.loads(child.stdout))
        print(runs[-1], file=sys.stderr)
    peak = max(run["peak_mb"] for run in runs)
    print(json.dumps({"bound_mb": BOUND_MB, "peak_mb": peak, "runs": runs}, ensure_ascii=False, indent=1))
    if peak >= BOUND_MB:
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
