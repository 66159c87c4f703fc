"""A solver on whichever machine the work is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mwp_solver.errors import ModelError
from mwp_solver.model.checkpoint import read_manifest
from mwp_solver.resources import data_path
from mwp_solver.scoring.signature import model_sha256
from mwp_solver.solving.solver import Solver


def load_same(model: str, sha256: str, **settings: Any) -> Solver:
    """Load the model of a run, and make sure that it is that one.

    Args:
        model: a checkpoint directory, or ``default``, wherever the package keeps it on this machine.
        sha256: as the run's signature has it.
        **settings: of :meth:`mwp_solver.solving.solver.Solver.from_pretrained`.

    Raises:
        ModelError: if it is missing, damaged or another.
        MissingExtraError: if the backend's packages are not installed.
    """
    directory = data_path("model") if model == "default" else Path(model)
    found = model_sha256(read_manifest(directory))
    if found != sha256:
        raise ModelError(f"{directory} holds another model than where the run began ({found[:12]}, not {sha256[:12]})")
    return Solver.from_pretrained(directory, **settings)
