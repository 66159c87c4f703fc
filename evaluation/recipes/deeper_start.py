"""A checkpoint with more encoder layers that answers as before, for `mwp-solver train --model`.

    python evaluation/recipes/deeper_start.py CHECKPOINT OUTPUT --after 2 4

Behind each encoder layer of --after (numbers from 1) stands a copy of it that at first adds nothing. Method and
sources: mwp_solver/model/deeper.py.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mwp_solver.errors import MWPError
from mwp_solver.model.checkpoint import facts_of, read_manifest, save_checkpoint
from mwp_solver.model.deeper import deepen
from mwp_solver.model.tokenizer import save_tokenizer
from mwp_solver.options import TrainingConfig
from mwp_solver.training.replacing import replacing_directory
from mwp_solver.training.start import fine_tuned


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--after", type=int, nargs="+", required=True)
    given = parser.parse_args(arguments)
    try:
        start = fine_tuned(TrainingConfig(data=("",), output="", model=str(given.checkpoint)))
        network = deepen(start.network, given.after)
        facts = {**facts_of(read_manifest(given.checkpoint)), "deepened": {"after": given.after}}
        with replacing_directory(given.output) as fresh:
            save_tokenizer(start.pieces, fresh)
            save_checkpoint(fresh, network, start.encoding, facts=facts)
    except (MWPError, OSError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
