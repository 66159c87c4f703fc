"""Feed what reads text, rows and files with damaged samples of our own: each must end in a value or in an own error.

    python evaluation/reliability/fuzz.py --seconds 600 [--target expression …] [--seed 1] [--output FILE.json]

Each target gets that many seconds. Counted for each: inputs, values, errors of the project by kind, crashes (any other
exception), inputs that took above 50 ms of processor time four times in a row, and by how much the process's largest
memory grew. Exit code 1 if there is a crash, a slow input or growth above 300 MB. A crash found here becomes a row of a
table in ``tests/``. ``fuzz_guided.py`` does it for the parsers with an eye on which lines an input reached.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from fuzzing.tables import targets as table_targets
from fuzzing.tally import Tally, at_fault, summary
from fuzzing.texts import TARGETS, Target

MOST_MEMORY = 4 << 30
"""bytes of address space, so that an input that takes all memory ends this process and nothing else"""


def fuzz(target: Target, seconds: float, chance: random.Random) -> dict[str, Any]:
    """One target for a while."""
    for _ in range(20):  # late imports and caches are not what is measured
        with suppress(Exception):
            target(chance)[1]()
    tally = Tally()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        tally.add(*target(chance))
    return tally.result()


def bounded() -> None:
    """Bound this process's memory."""
    import resource

    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # the other reserves more than it uses
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def main() -> int:
    """Run the targets asked for; write and print what was counted."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=600, help="for each target")
    parser.add_argument("--target", action="append", help="only this one; repeat for more")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, help="JSON file for the counts; what it has of other targets stays")
    arguments = parser.parse_args()
    bounded()
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        known = {**TARGETS, **table_targets(Path(folder))}
        if unknown := set(arguments.target or ()) - set(known):
            parser.error(f"no target {', '.join(unknown)}; there are {', '.join(known)}")
        for name in arguments.target or known:
            result = fuzz(known[name], arguments.seconds, random.Random(f"{arguments.seed} {name}"))
            found.append({"seed": arguments.seed, **result})
            print(summary(name, result), flush=True)
            if arguments.output:
                written = json.loads(arguments.output.read_text("utf-8")) if arguments.output.exists() else {}
                written[name] = found[-1]
                arguments.output.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    return int(any(map(at_fault, found)))


if __name__ == "__main__":
    sys.exit(main())
