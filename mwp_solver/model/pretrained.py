"""A pretrained T5 or mT5 as it was published: found, fetched, looked at and loaded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mwp_solver.errors import MissingExtraError, ModelError

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+", re.ASCII)
_DESCRIPTIONS = ("config.json", "spiece.model", "tokenizer_config.json", "tokenizer.json")
_SAFE = ("model.safetensors", "model.safetensors.index.json", "model-*.safetensors")
_PICKLED = ("pytorch_model.bin", "pytorch_model.bin.index.json", "pytorch_model-*.bin")
_CLASSES = {"t5": "T5ForConditionalGeneration", "mt5": "MT5ForConditionalGeneration"}


def find_source(name: str) -> Path:
    """The directory of a pretrained checkpoint, fetched if it is not one already.

    Args:
        name: a local directory, or ``owner/name`` on the Hugging Face hub.

    Raises:
        ModelError: if it is neither, or the hub cannot be reached.
        MissingExtraError: if huggingface_hub is not installed.
    """
    if Path(name).is_dir():
        return Path(name)
    if not _HUB_NAME.fullmatch(name):
        raise ModelError(f"{name}: no such directory, and no owner/name of the Hugging Face hub")
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise MissingExtraError("fetching a pretrained model", "train") from error
    try:
        found = Path(snapshot_download(name, allow_patterns=[*_DESCRIPTIONS, *_SAFE]))
        if not _has(found, _SAFE):
            found = Path(snapshot_download(name, allow_patterns=[*_DESCRIPTIONS, *_PICKLED]))
    except Exception as error:  # the hub's own errors and those of its HTTP library have no common base
        raise ModelError(
            f"{name}: no such directory, and it cannot be fetched from the Hugging Face hub "
            f"({type(error).__name__}). Fetch config.json, spiece.model, tokenizer_config.json and model.safetensors "
            f"(or pytorch_model.bin) of https://huggingface.co/{name} into a directory and name that"
        ) from error
    return found


@contextmanager
def quiet() -> Iterator[None]:
    """No bars, and no word from transformers on heads that are not tied, or on missing weights (checked here)."""
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(before)


def _has(directory: Path, names: Sequence[str]) -> bool:
    return any((directory / name).is_file() for name in names if "*" not in name)


def read_config(directory: Path) -> dict[str, Any]:
    """What ``config.json`` says.

    Raises:
        ModelError: if a file is missing, or this is no encoder-decoder of type t5 or mt5.
    """
    file = directory / "config.json"
    for path in (file, directory / "spiece.model"):
        if not path.is_file():
            raise ModelError(f"{path} is missing; fetch it from where the checkpoint came from")
    if not _has(directory, _SAFE) and not _has(directory, _PICKLED):
        raise ModelError(f"{directory} holds no weights; fetch {_SAFE[0]} or {_PICKLED[0]} into it")
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
        kind, rows = config["model_type"], config["vocab_size"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{file} is no configuration of a model: {error!r}") from error
    if kind not in _CLASSES or config.get("is_encoder_decoder") is False or not isinstance(rows, int):
        raise ModelError(
            f"{directory} holds a model of type {kind!r}; only encoder-decoders of type t5 and mt5 can be taken over, "
            "such as google/mt5-small or google/t5-v1_1-small"
        )
    return dict(config)


def load_pretrained(directory: Path, config: dict[str, Any]) -> Any:
    """The source's network in float32, every weight from its files.

    Raises:
        ModelError: if weights are damaged or missing.
    """
    import torch
    import transformers

    try:
        with quiet():
            network, loaded = getattr(transformers, _CLASSES[config["model_type"]]).from_pretrained(
                directory,
                dtype=torch.float32,
                # Else a pickled file, of which transformers takes tensors only and runs nothing.
                use_safetensors=_has(directory, _SAFE),
                weights_only=True,
                local_files_only=True,
                output_loading_info=True,
            )
    except Exception as error:  # a damaged file fails in torch, safetensors or transformers, each in its own way
        raise ModelError(f"{directory}: the weights cannot be read: {error}") from error
    if loaded["missing_keys"]:
        raise ModelError(
            f"{directory}: {len(loaded['missing_keys'])} weights are missing ({min(loaded['missing_keys'])} …); the "
            "files are incomplete, or hold no encoder-decoder"
        )
    return network.eval()
