"""Fuzz the parsers with atheris, which keeps the inputs that reached new lines and damages those further.

    pip install atheris
    python evaluation/reliability/fuzz_guided.py expression --seconds 600 [--least 1000000] [--output FILE.json]

Runs for that long and for at least so many inputs; counted and required as in ``fuzz.py``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["mwp_solver.expression", "mwp_solver.answers", "mwp_solver.quantities"]):
    from fuzzing.damage import LONGEST, WORDS
    from fuzzing.tally import Tally, at_fault, summary
    from fuzzing.texts import SEEDS


def main() -> None:
    """Hand over to libFuzzer, which does not come back."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("target", choices=SEEDS)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--least", type=int, default=1_000_000, help="inputs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, help="JSON file for the counts; what it has of other targets stays")
    arguments = parser.parse_args()
    seeds, read = SEEDS[arguments.target]
    scratch = tempfile.TemporaryDirectory(prefix="mwp-fuzz-")
    corpus = Path(scratch.name, "corpus")
    corpus.mkdir()
    for number, text in enumerate(seeds):
        (corpus / str(number)).write_text(text, "utf-8")
    dictionary = Path(scratch.name, "words.txt")
    words = ["".join(f"\\x{byte:02x}" for byte in word.encode("utf-8", "surrogatepass")) for word in WORDS]
    dictionary.write_text("".join(f'"{word}"\n' for word in words if len(word) < 200), "ascii")
    for text in seeds[:50]:  # late imports are not what is measured
        read(text)
    tally = Tally()

    def one(data: bytes) -> None:
        text = data.decode("utf-8", "surrogateescape")
        tally.add(text, partial(read, text))
        if tally.ends.total() < arguments.least or time.monotonic() - tally.began < arguments.seconds:
            return
        result = {"seed": arguments.seed, "by": f"atheris, {len(list(corpus.iterdir()))} inputs kept", **tally.result()}
        print(summary(arguments.target, result), flush=True)
        if arguments.output:
            written = json.loads(arguments.output.read_text("utf-8")) if arguments.output.exists() else {}
            written[f"{arguments.target}, guided"] = result
            arguments.output.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
        scratch.cleanup()
        os._exit(int(at_fault(result)))

    options = [f"-dict={dictionary}", f"-max_len={LONGEST}", f"-seed={arguments.seed}", "-rss_limit_mb=2048"]
    atheris.Setup([sys.argv[0], str(corpus), *options, "-verbosity=0"], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
