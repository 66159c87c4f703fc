"""Averages of weights: a moving one kept while training, and the mean of checkpoints afterwards.

Moving average: Polyak and Juditsky, SIAM J. Control Optim. 1992; with its rise at the start as in Tan and Le, ICML
2019 (EfficientNet's training). Mean of checkpoints: Vaswani et al., NeurIPS 2017, section 6.1.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mwp_solver.errors import ModelError
from mwp_solver.model.checkpoint import load_network, read_encoding, read_manifest, save_checkpoint, verify_files

if TYPE_CHECKING:
    import torch


class MovingAverage:
    """The exponential moving average of a network's weights, in float32.

    Args:
        network: whose weights are followed; they are where the average begins.
        decay: share of the old average kept at each step, below 1; the average looks back over about
            1 / (1 - decay) steps, and over fewer in the beginning.
    """

    def __init__(self, network: torch.nn.Module, decay: float) -> None:
        self.decay = decay
        self.names, self.parameters = map(list, zip(*network.named_parameters(), strict=True))
        self.weights = [parameter.detach().clone() for parameter in self.parameters]

    def update(self, step: int) -> None:
        """Take in the weights as they are after a step (counted from 0)."""
        import torch

        # Else the first, poor weights would stay in the average for 1 / (1 - decay) steps.
        decay = min(self.decay, (step + 1) / (step + 10))
        now = [parameter.detach() for parameter in self.parameters]
        if self.weights[0].device != now[0].device:  # the network has moved since
            self.weights = [weight.to(new.device) for weight, new in zip(self.weights, now, strict=True)]
        torch._foreach_lerp_(self.weights, now, 1 - decay)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The network with averaged weights; its own come back afterwards, to the bit."""
        own = [parameter.detach().clone() for parameter in self.parameters]
        self._put(self.weights)
        try:
            yield
        finally:
            self._put(own)

    def state(self) -> dict[str, torch.Tensor]:
        """Name of each parameter -> its average."""
        return dict(zip(self.names, self.weights, strict=True))

    def load(self, state: dict[str, torch.Tensor]) -> None:
        """Put back what :meth:`state` gave.

        Raises:
            KeyError: if a parameter is missing.
            RuntimeError: if one has another shape.
        """
        for name, weight in zip(self.names, self.weights, strict=True):
            weight.copy_(state[name])

    def _put(self, weights: Sequence[torch.Tensor]) -> None:
        import torch

        with torch.no_grad():
            for parameter, weight in zip(self.parameters, weights, strict=True):
                parameter.copy_(weight)


def average_checkpoints(sources: Sequence[Path], output: Path) -> None:
    """Write the checkpoint whose weights are the mean of those of other checkpoints.

    Args:
        sources: checkpoints of one vocabulary, encoding and shape (of one run, or of runs from one start).
        output: directory of the new one; not there yet, or empty.

    Raises:
        ModelError: if there are fewer than two, one is damaged, cannot be read or does not go with the first, or
            ``output`` holds something.
    """
    import torch

    if len(sources) < 2:
        raise ModelError("an average needs at least two checkpoints")
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise ModelError(f"{output} is not empty; use another --output")
    for source in sources:
        verify_files(source, read_manifest(source))
    first = sources[0]
    encoding = read_encoding(read_manifest(first))
    network = load_network(first)
    sums = {name: parameter.detach().double() for name, parameter in network.named_parameters()}
    for source in sources[1:]:
        if read_encoding(read_manifest(source)) != encoding:
            raise ModelError(f"{source} writes numbers in another way than {first}; their mean would mean nothing")
        if _vocabulary(source) != _vocabulary(first):
            raise ModelError(f"{source} has another vocabulary than {first}; their mean would mean nothing")
        weights = dict(load_network(source).named_parameters())
        if {n: w.shape for n, w in weights.items()} != {n: w.shape for n, w in sums.items()}:
            raise ModelError(f"{source} has another shape than {first}")
        for name, weight in weights.items():
            sums[name] += weight.detach().double()
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            parameter.copy_(sums[name] / len(sources))
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=output.parent, prefix=f".{output.name}-") as scratch:
            made = Path(scratch) / "made"
            made.mkdir()
            for file in first.iterdir():
                if "token" in file.name or file.name == "spiece.model":
                    shutil.copyfile(file, made / file.name)
            save_checkpoint(made, network, encoding, facts={"average_of": [str(source) for source in sources]})
            if output.exists():
                output.rmdir()
            made.rename(output)
    except OSError as error:
        raise ModelError(f"{output} cannot be written: {error}") from error


def _vocabulary(directory: Path) -> bytes:
    try:
        return (directory / "tokenizer.json").read_bytes()
    except OSError as error:
        raise ModelError(f"{directory}: the checkpoint is not complete: {error}") from error
