"""A run's state on disk: weights, optimiser moments and counters, in safetensors and JSON, swapped in whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mwp_solver.errors import ModelError
from mwp_solver.training.averaging import MovingAverage
from mwp_solver.training.replacing import recover, replacing_directory

if TYPE_CHECKING:
    import torch


def save_state(
    directory: Path,
    network: torch.nn.Module,
    optimizers: list[torch.optim.Optimizer],
    counters: dict[str, Any],
    average: MovingAverage | None = None,
) -> None:
    """Write the state beside the old one, then put it in its place: a kill leaves one whole state.

    Args:
        directory: of the state.
        network: whose parameters to keep.
        optimizers: whose moments to keep.
        counters: step, best accuracy and the like, as JSON.
        average: kept beside the weights.

    Raises:
        ModelError: if it cannot be written; the old state is as it was.
    """
    from safetensors.torch import save_file

    with replacing_directory(directory) as fresh:
        weights = {name: p.detach().cpu().contiguous() for name, p in network.named_parameters()}
        save_file(weights, fresh / "weights.safetensors")
        if average is not None:
            save_file({n: w.cpu().contiguous() for n, w in average.state().items()}, fresh / "average.safetensors")
        for number, optimizer in enumerate(optimizers):
            moments = {
                f"{index}.{key}": value.detach().cpu().contiguous()
                for index, entries in optimizer.state_dict()["state"].items()
                for key, value in entries.items()
            }
            save_file(moments, fresh / f"optimizer{number}.safetensors")
        (fresh / "counters.json").write_text(json.dumps(counters), encoding="utf-8")


def load_state(
    directory: Path,
    network: torch.nn.Module,
    optimizers: list[torch.optim.Optimizer],
    average: MovingAverage | None = None,
) -> dict[str, Any] | None:
    """Put a saved state back.

    Returns:
        The counters, or ``None`` if there is no state.

    Raises:
        ModelError: if a state is there but does not fit.
    """
    import torch
    from safetensors.torch import load_file

    recover(directory)
    if not directory.exists():
        return None
    try:
        counters: dict[str, Any] = json.loads((directory / "counters.json").read_text(encoding="utf-8"))
        weights = load_file(directory / "weights.safetensors")
        with torch.no_grad():
            for name, parameter in network.named_parameters():
                parameter.copy_(weights[name])
        if average is not None:
            average.load(load_file(directory / "average.safetensors"))
        for number, optimizer in enumerate(optimizers):
            state: dict[int, dict[str, torch.Tensor]] = {}
            for key, value in load_file(directory / f"optimizer{number}.safetensors").items():
                index, _, name = key.partition(".")
                state.setdefault(int(index), {})[name] = value
            optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelError(
            f"{directory}: the saved state does not fit this run: {error}; use another --output"
        ) from error
    return counters
