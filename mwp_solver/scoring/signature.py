"""How a set of predictions was made: what a report prints, and what must not change before it is resumed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from mwp_solver import __version__
from mwp_solver.answers import GRADER_VERSION
from mwp_solver.options import DecodingOptions

_SHORT = 12


def signature(
    model: Mapping[str, Any],
    data: Iterable[Mapping[str, Any]],
    options: DecodingOptions,
    *,
    columns: Mapping[str, str] | None = None,
    limit: int | None = None,
) -> dict[str, Any]:
    """The signature of a run, in JSON's types.

    Args:
        model: ``name``, ``sha256`` (see :func:`model_sha256`), ``backend`` and ``device`` as they were asked for.
        data: for each file its ``name`` and ``sha256``.
        options: how problems are decoded.
        columns: field -> column, as the user named them.
        limit: rows taken of each file, or ``None`` for all.
    """
    return {
        "package": __version__,
        "grader": GRADER_VERSION,
        "model": dict(model),
        "data": [dict(file) for file in data],
        "options": json.loads(json.dumps(asdict(options))),
        "columns": dict(columns or {}),
        "limit": limit,
    }


def model_sha256(manifest: Mapping[str, Any]) -> str:
    """One digest of a checkpoint: of the encoding and the sha256 of every file that its manifest vouches for."""
    parts = {"encoding": manifest.get("encoding"), "files": manifest["files"]}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def data_sha256(made: Mapping[str, Any]) -> str:
    """One digest of all data files: that of the one, or of the list of several."""
    digests = [file["sha256"] for file in made["data"]]
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def signature_line(made: Mapping[str, Any]) -> str:
    """The signature on one line, hashes cut to 12 digits."""
    options = {name: "+".join(value) or "none" if isinstance(value, list) else value
               for name, value in made["options"].items()}  # fmt: skip
    parts = {
        "mwp-solver": made["package"],
        "model": made["model"]["sha256"][:_SHORT],
        "backend": made["model"].get("backend", "auto"),
        "device": made["model"].get("device", "auto"),
        "data": data_sha256(made)[:_SHORT],
        **options,
        **({"limit": made["limit"]} if made["limit"] else {}),
        **({"columns": ",".join(f"{a}={b}" for a, b in made["columns"].items())} if made["columns"] else {}),
        "grader": made["grader"],
    }
    return "|".join(f"{name}:{value}" for name, value in parts.items())


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """In words, what differs between the signatures of two runs; empty if predictions of both may be mixed.

    Names of files and models may differ: what counts is their content.
    """
    found = []
    if before["model"]["sha256"] != now["model"]["sha256"]:
        found.append(
            f"the model is another ({before['model']['sha256'][:_SHORT]} before, {now['model']['sha256'][:_SHORT]} now)"
        )
    for name in ("backend", "device"):
        if before["model"].get(name) != now["model"].get(name):
            found.append(f"the {name} was {before['model'].get(name)} and is {now['model'].get(name)}")
    if len(before["data"]) != len(now["data"]):
        found.append(f"there were {len(before['data'])} data files and are {len(now['data'])}")
    else:
        for old, new in zip(before["data"], now["data"], strict=True):
            if old["sha256"] != new["sha256"]:
                found.append(f"the data file {new['name']} has changed")
    old_options, new_options = before["options"], now["options"]
    for name in sorted(old_options.keys() | new_options.keys()):
        if old_options.get(name) != new_options.get(name):
            found.append(f"the option {name} was {old_options.get(name)} and is {new_options.get(name)}")
    for name, label in (
        ("columns", "the named columns"),
        ("limit", "the limit"),
        ("package", "the version of mwp-solver"),
        ("grader", "the version of the grader"),
    ):
        if before[name] != now[name]:
            found.append(f"{label} differ: {before[name]} before, {now[name]} now")
    return found
