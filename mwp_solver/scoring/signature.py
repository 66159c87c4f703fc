"""How a set of predictions was made: what a report prints, and what must not change before it is resumed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mwp_solver import __version__
from mwp_solver.answers import GRADER_VERSION
from mwp_solver.model.checkpoint import is_read, sha256
from mwp_solver.options import DecodingOptions
from mwp_solver.problem import Problem
from mwp_solver.solving.decision import DECISION

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
        model: see :func:`model_part`.
        data: for each file its ``name`` and ``sha256``; see also :func:`file_part` and :func:`problems_part`.
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


def model_part(
    manifest: Mapping[str, Any] | None, name: str, backend: str = "auto", device: str = "auto"
) -> dict[str, str]:
    """What a signature says of the model.

    Args:
        manifest: of the checkpoint, or ``None`` for a model that came from none.
        name: as the user knows it.
        backend: as it was asked for.
        device: likewise.

    Returns:
        These, ``sha256`` (:func:`model_sha256`) and ``network``, the same digest without the re-ranker and the
        calibration: what several decisions over one network have in common.
    """
    digests = {"sha256": "unknown", "network": "unknown"}
    if manifest is not None:
        digests = {"sha256": model_sha256(manifest), "network": _digest(manifest, without=(DECISION,))}
    return {"name": name, **digests, "backend": backend, "device": device}


def model_sha256(manifest: Mapping[str, Any]) -> str:
    """One digest of all that decides a checkpoint's answers: the encoding, and every file of its manifest that is read
    (weights, vocabulary, export, re-ranker and calibration). The card, dates and accuracies do not change it."""
    return _digest(manifest)


def _digest(manifest: Mapping[str, Any], without: Iterable[str] = ()) -> str:
    files = {name: digest for name, digest in manifest["files"].items() if is_read(name) and name not in without}
    parts = {"encoding": manifest.get("encoding"), "files": files}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def file_part(path: Path) -> dict[str, str]:
    """What a signature says of a data file: its name with its folder's, and the sha256 of its content."""
    return {"name": "/".join(path.absolute().parts[-2:]), "sha256": sha256(path)}


def problems_part(name: str, problems: Iterable[Problem]) -> dict[str, str]:
    """What a signature says of problems that were made, not read: the sha256 of their JSON lines."""
    lines = "".join(json.dumps(problem.to_dict(), ensure_ascii=False, sort_keys=True) + "\n" for problem in problems)
    return {"name": name, "sha256": hashlib.sha256(lines.encode()).hexdigest()}


def signed(made: Mapping[str, Any]) -> dict[str, Any]:
    """A signature as results state it: ``signature_line`` for people, ``signature`` for programs."""
    return {"signature_line": signature_line(made), "signature": dict(made)}


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
