"""Time and memory of a training step with TeaForN against plain teacher forcing (one pass); prints JSON.

    python evaluation/teaforn_cost.py [PRESET] > evaluation/results/teaforn-cost.json

Steps (forward and backward) of all settings take turns on the same batch in one process, so that a noisy machine slows
all alike; ratios are of medians. Memory is what autograd keeps for the backward pass, counted tensor by tensor, without
the weights; it does not depend on the machine.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from random import Random
from typing import Any

from mwp_solver import __version__
from mwp_solver.model.checkpoint import new_network
from mwp_solver.model.teaforn import TeaForN
from mwp_solver.options import PRESETS
from mwp_solver.training.collate import collate
from mwp_solver.training.fast import speed_up
from mwp_solver.training.teaforn import summed_loss

SOURCE, TARGET, BATCH, TURNS = (30, 80), (6, 18), 32, 9
SETTINGS = {
    "1": TeaForN(),
    "2": TeaForN.geometric(2, 0.5),
    "3": TeaForN.geometric(3, 0.5),
    "4": TeaForN.geometric(4, 0.5),
    "2, gradients stopped": TeaForN.geometric(2, 0.5, gradients=False),
    "2, top 5": TeaForN.geometric(2, 0.5, top_k=5),
    "2, full expectation": TeaForN.geometric(2, 0.5, top_k=10**9),
}


def step(network: Any, batch: dict[str, Any], method: TeaForN) -> tuple[float, int]:
    """Seconds of a step, and bytes kept for its backward pass."""
    import torch

    weights = {parameter.data_ptr() for parameter in network.parameters()}
    kept: dict[int, int] = {}

    def keep(tensor: Any) -> Any:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    network.zero_grad()
    begun = time.perf_counter()
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        loss = summed_loss(network, batch, method)
    loss.backward()
    return time.perf_counter() - begun, sum(kept.values())


def main() -> None:
    import torch

    preset = sys.argv[1] if len(sys.argv) > 1 else "small"
    size = PRESETS[preset]
    network = new_network(size, size.vocab_size + 32).train()
    speed_up(network)
    rng = Random(0)

    def ids(low: int, high: int) -> list[int]:
        return [*(rng.randrange(3, size.vocab_size) for _ in range(rng.randint(low, high) - 1)), 1]

    batch = collate([(ids(*SOURCE), ids(*TARGET)) for _ in range(BATCH)])
    times: dict[str, list[float]] = {name: [] for name in SETTINGS}
    memory: dict[str, int] = {}
    for turn in range(TURNS + 1):
        for name, method in SETTINGS.items():
            seconds, memory[name] = step(network, batch, method)
            if turn:  # the first one warms up
                times[name].append(seconds)
    plain = statistics.median(times["1"])
    rows = {
        name: {
            "time": round(statistics.median(times[name]) / plain, 2),
            "memory": round(memory[name] / memory["1"], 2),
            "megabytes": round(memory[name] / 1e6, 1),
        }
        for name in SETTINGS
    }
    shape = {
        "version": __version__,
        "preset": preset,
        "batch": BATCH,
        "source_tokens": SOURCE,
        "target_tokens": TARGET,
        "torch": torch.__version__,
    }
    print(json.dumps({**shape, "plain_step_ms": round(plain * 1000), "passes": rows}, indent=1))


if __name__ == "__main__":
    main()
