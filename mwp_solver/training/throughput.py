"""How fast a run is: problems and tokens a second and, on a GPU, the share of its arithmetic that was put to use.

Model FLOP utilisation: Chowdhery et al., "PaLM" (2022), appendix B. Counted is what the network's matrices need for
the tokens of the data, forward and backward, without padding and without anything computed twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

PEAKS = {
    "B200": 2.25e15,
    "H200": 989e12,
    "H100 PCIE": 756e12,
    "H100": 989e12,
    "L40S": 362e12,
    "A100": 312e12,
    "A10": 125e12,
    "L4": 121e12,
}
"""part of a GPU's name -> bf16 FLOPs a second, dense, as its maker states them; the first that fits counts"""


@dataclass(slots=True)
class Throughput:
    """Sums of what one process showed to the network.

    Attributes:
        flops: of a problem of (source, target) tokens, from :func:`training_flops`.
        seconds: that the steps took, evaluations and saving left out.
    """

    flops: dict[str, float]
    seconds: float = 0.0
    problems: int = 0
    tokens: int = 0
    work: float = 0.0

    def add(self, pairs: Sequence[tuple[Sequence[int], Sequence[int]]]) -> None:
        """Count problems shown, given as ids of sources and targets."""
        self.problems += len(pairs)
        for source, target in pairs:
            s, t = len(source), len(target)
            self.tokens += s + t
            f = self.flops
            self.work += f["source"] * s + f["target"] * t + f["ss"] * s * s + f["tt"] * t * t + f["st"] * s * t

    def summary(self, device: str = "", processes: int = 1) -> dict[str, float]:
        """``problems_per_second``, ``tokens_per_second`` and, on a known GPU, ``mfu`` (0 to 1).

        Args:
            device: the GPU's name.
            processes: that share the work, one GPU each; the others are as fast as this one.
        """
        if not self.seconds:
            return {}
        found = {
            "problems_per_second": round(processes * self.problems / self.seconds, 1),
            "tokens_per_second": round(processes * self.tokens / self.seconds),
        }
        peak = next((value for name, value in PEAKS.items() if name in device.upper()), None)
        if peak is not None:
            found["mfu"] = round(self.work / self.seconds / peak, 4)
        return found


def training_flops(config: Any, passes: int = 1) -> dict[str, float]:
    """FLOPs of one training example, as coefficients of its lengths s (source) and t (target).

    Args:
        config: an ``MT5Config``.
        passes: of the decoder (TeaForN).

    Returns:
        Coefficients of ``source`` (s), ``target`` (t), ``ss`` (s²), ``tt`` (t²) and ``st`` (s·t). A matrix of n
        weights costs 6n a token: 2 forward, 4 backward.
    """
    inner = config.num_heads * config.d_kv
    attention = 4 * config.d_model * inner
    feed = (3 if config.is_gated_act else 2) * config.d_model * config.d_ff
    encoder, decoder = config.num_layers, config.num_decoder_layers
    # Attention over the source reads its keys and values once a pass for every source token.
    source = encoder * (attention + feed) + passes * decoder * attention / 2
    target = passes * (decoder * (attention + attention / 2 + feed) + config.d_model * config.vocab_size)
    return {
        "source": 6 * source,
        "target": 6 * target,
        "ss": 12 * encoder * inner,
        "tt": 12 * passes * decoder * inner,
        "st": 12 * passes * decoder * inner,
    }


def gpu_name() -> str:
    """What torch calls the GPU in use."""
    import torch

    return str(torch.cuda.get_device_name())


def gpu_memory() -> dict[str, int]:
    """``gpu_megabytes``: most memory that torch had in use on this process's GPU."""
    import torch

    return {"gpu_megabytes": torch.cuda.max_memory_allocated() // 10**6}
