"""Time of training steps with `train --compile` against those without it; prints JSON.

    python evaluation/compile_cost.py [PRESET…] > evaluation/results/compile-cost.json

Steps (forward and backward, bf16, dropout 0.1, batches of 64 of many lengths) with and without take turns on the same
batches in one process and one thread, so that a noisy machine slows both alike; the ratio is of sums.
"""

from __future__ import annotations

import json
import sys
import time
from random import Random
from typing import Any

from mwp_solver.model.checkpoint import new_network
from mwp_solver.options import PRESETS
from mwp_solver.training.collate import collate
from mwp_solver.training.compiling import compile_stacks
from mwp_solver.training.fast import speed_up
from mwp_solver.training.teaforn import summed_loss

BATCH, TURNS, WARM = 64, 24, 4


def loss(network: Any, batch: dict[str, Any]) -> Any:
    import torch

    with torch.autocast("cpu", torch.bfloat16):
        return summed_loss(network, batch)


def seconds(network: Any, batch: dict[str, Any]) -> float:
    network.zero_grad(set_to_none=True)
    begun = time.perf_counter()
    loss(network, batch).backward()
    return time.perf_counter() - begun


def batch_of(rng: Random, pieces: int) -> dict[str, Any]:
    """Of problems about equally long, as training makes them."""
    source, target = rng.randint(30, 80), rng.randint(8, 18)

    def ids(longest: int) -> list[int]:
        return [*(rng.randrange(3, pieces) for _ in range(longest - rng.randint(1, 4))), 1]

    return collate([(ids(source), ids(target)) for _ in range(BATCH)])


def measure(preset: str) -> dict[str, float]:
    size = PRESETS[preset]
    networks = [new_network(size, size.vocab_size + 32).train() for _ in range(2)]
    for network in networks:
        speed_up(network)
    plain, compiled = networks
    begun = time.perf_counter()
    compile_stacks(compiled, lambda batch: loss(compiled, batch))
    spent = time.perf_counter() - begun
    rng, times = Random(0), [0.0, 0.0]
    for turn in range(TURNS + WARM):
        batch = batch_of(rng, size.vocab_size)
        for index in (0, 1) if turn % 2 else (1, 0):
            took = seconds(networks[index], batch)
            times[index] += took if turn >= WARM else 0.0
    return {
        "plain_step_ms": round(times[0] / TURNS * 1000),
        "compiled_step_ms": round(times[1] / TURNS * 1000),
        "speed": round(times[0] / times[1], 2),
        "compilation_s": round(spent),
    }


def main() -> None:
    import torch

    torch.set_num_threads(1)
    found = {preset: measure(preset) for preset in sys.argv[1:] or ("tiny", "small")}
    print(json.dumps({"torch": torch.__version__, "batch": BATCH, "steps": TURNS, "presets": found}, indent=1))


if __name__ == "__main__":
    main()
