"""Checkpoints: a fresh network, load, save, and a manifest that vouches for every file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mwp_solver import __version__
from mwp_solver.errors import MissingExtraError, ModelError
from mwp_solver.model.runtime_weights import network_weights
from mwp_solver.options import EncodingOptions, ModelSize

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import MT5ForConditionalGeneration

MANIFEST = "manifest.json"
RUNTIME = "runtime"
"""folder of a checkpoint that holds the run-time export"""
SECOND = "second"
"""folder of a checkpoint with the run-time export of a second network that answers with the first; the manifest's
``second`` says which languages it knows and how it was trained"""
_MAX_MANIFEST = 10_000_000
# What a loader would read if it were there; the manifest must vouch for it.
_READ = frozenset((".json", ".safetensors", ".bin", ".model", ".txt", ".pt", ".pth", ".pkl", ".py"))


def new_network(
    size: ModelSize, vocabulary: int, *, dropout: float = 0.1, seed: int = 0
) -> MT5ForConditionalGeneration:
    """A randomly initialised network of the mT5 architecture, embedding and head tied.

    Args:
        size: shape; its ``vocab_size`` is what was asked of the tokenizer, without anchors.
        vocabulary: the tokenizer's exact length (a padded one breaks the run-time export).
        dropout: rate in training.
        seed: of the initial weights.
    """
    torch, MT5Config, MT5ForConditionalGeneration = _imports()
    torch.manual_seed(seed)
    config = MT5Config(
        vocab_size=vocabulary,
        d_model=size.d_model,
        d_kv=size.d_kv,
        d_ff=size.d_ff,
        num_heads=size.heads,
        num_layers=size.encoder_layers,
        num_decoder_layers=size.decoder_layers,
        dropout_rate=dropout,
        tie_word_embeddings=True,
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
    )
    network = MT5ForConditionalGeneration(config)
    # A tied matrix serves as head, which mT5 does not scale: std 1 would start the loss near 20 nats.
    torch.nn.init.normal_(network.shared.weight, std=size.d_model**-0.5)
    return network


def save_checkpoint(
    directory: Path,
    network: MT5ForConditionalGeneration,
    encoding: EncodingOptions,
    *,
    half: bool = False,
    facts: dict[str, Any] | None = None,
) -> None:
    """Write network and manifest in the Hugging Face layout (the tokenizer's files must be there).

    Args:
        directory: where.
        network: weights and shape.
        encoding: how questions are written for it.
        half: store bf16, half the size.
        facts: anything else the manifest is to say (steps, accuracy).
    """
    import torch

    if half:
        import copy

        network = copy.deepcopy(network).to(torch.bfloat16)
    network.save_pretrained(directory)
    write_manifest(directory, encoding, facts or {})


def has_weights(directory: Path) -> bool:
    """Whether a checkpoint has weights of its own, beside those of a run-time export."""
    return any(directory.glob("model*.safetensors*"))


def load_network(directory: Path, *, dropout: float | None = None) -> MT5ForConditionalGeneration:
    """Read a network in float32: its weights file or, where there is none, its run-time export, which is rounded.

    Raises:
        ModelError: if the directory holds none, or it does not fit its tokenizer.
    """
    torch, _, MT5ForConditionalGeneration = _imports()
    if not (directory / "config.json").is_file():
        raise ModelError(f"{directory} holds no checkpoint (config.json is missing)")
    settings = {} if dropout is None else {"dropout_rate": dropout}
    export = directory / RUNTIME / "model.bin"
    try:
        if export.is_file() and not has_weights(directory):
            return _from_export(directory, export, settings)
        network, loaded = MT5ForConditionalGeneration.from_pretrained(
            directory,
            dtype=torch.float32,
            use_safetensors=True,
            local_files_only=True,
            output_loading_info=True,
            **settings,
        )
    except ModelError:
        raise
    except Exception as error:  # transformers, safetensors and huggingface_hub have a kind for every fault of a file
        raise ModelError(f"{directory}: the checkpoint cannot be read: {error}") from error
    # The library would draw at random what the file lacks, and say so only in its log.
    for kind in ("missing_keys", "mismatched_keys", "error_msgs"):
        if loaded.get(kind):
            names = ", ".join(sorted(map(str, loaded[kind]))[:3])
            raise ModelError(f"{directory}: the weights do not fit config.json ({kind.replace('_', ' ')}: {names})")
    # MT5Config says tied whatever the file says; a head of its own (mT5's) must stay one for all who go by it.
    network.config.tie_word_embeddings = network.lm_head.weight is network.shared.weight
    return network


def _from_export(directory: Path, export: Path, settings: dict[str, Any]) -> MT5ForConditionalGeneration:
    torch, MT5Config, MT5ForConditionalGeneration = _imports()
    config = MT5Config.from_pretrained(directory, local_files_only=True, **settings)
    read = network_weights(export, config.num_layers, config.num_decoder_layers)
    weights = {name: torch.tensor(weight) for name, weight in read.items()}
    config.tie_word_embeddings = torch.equal(weights["lm_head.weight"], weights["shared.weight"])
    network = MT5ForConditionalGeneration(config).to(torch.float32)
    network.load_state_dict(weights)
    return network


def check_vocabulary(network: MT5ForConditionalGeneration, tokenizer: Tokenizer, directory: Path) -> None:
    """Raise ModelError unless network and tokenizer have the same number of pieces."""
    pieces, rows = tokenizer.get_vocab_size(), network.config.vocab_size
    if pieces != rows:
        raise ModelError(
            f"{directory}: the tokenizer has {pieces} pieces, the network {rows}; they do not belong together"
        )


def write_manifest(directory: Path, encoding: EncodingOptions, facts: dict[str, Any]) -> None:
    """Write ``manifest.json``: encoding, facts and the sha256 of every file beside it."""
    files = {
        path.relative_to(directory).as_posix(): sha256(path)
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    manifest = {"format": 1, "version": __version__, "encoding": asdict(encoding), **facts, "files": files}
    (directory / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_manifest(directory: Path) -> dict[str, Any]:
    """The manifest.

    Raises:
        ModelError: if it is missing or damaged.
    """
    path = directory / MANIFEST
    try:
        with path.open("rb") as file:
            manifest = json.loads(file.read(_MAX_MANIFEST).decode("utf-8"))
    except FileNotFoundError as error:
        raise ModelError(
            f"{path} is missing; name a checkpoint directory made by mwp-solver train or mwp-solver init"
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != 1 or not isinstance(manifest.get("files"), dict):
        raise ModelError(f"{path} is not a manifest this version understands")
    return manifest


def facts_of(manifest: dict[str, Any]) -> dict[str, Any]:
    """What a manifest says beyond its own book-keeping: how the model was trained, how accurate it is."""
    return {key: value for key, value in manifest.items() if key not in ("format", "version", "encoding", "files")}


def read_encoding(manifest: dict[str, Any]) -> EncodingOptions:
    """The encoding a manifest states.

    Raises:
        ModelError: if it is not one this version knows.
    """
    try:
        # Checkpoints of before there was the choice have not learnt to use such numbers.
        return EncodingOptions(**{"english_numerals": False, **manifest["encoding"]})
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"the manifest states no encoding this version knows: {error}") from error


def verify_files(directory: Path, manifest: dict[str, Any]) -> None:
    """Check every file of the manifest by its sha256.

    Raises:
        ModelError: naming the first file that is missing, outside the directory or different, or that would be read
            though the manifest does not name it.
    """
    root = directory.resolve()
    for name, expected in manifest["files"].items():
        try:
            path = (root / name).resolve()
            there = path.is_relative_to(root) and path.is_file()
            digest = sha256(path) if there else None
        except (OSError, ValueError, RuntimeError) as error:  # no name of a file, a link to itself
            raise ModelError(f"{directory}: {name!r} cannot be read: {error}") from error
        if digest is None:
            raise ModelError(f"{directory}: {name} is missing")
        if digest != expected:
            raise ModelError(f"{directory}: {name} is damaged or was changed (its sha256 differs from the manifest)")
    for path in (
        path for folder in ("", RUNTIME, SECOND, f"{SECOND}/{RUNTIME}") for path in (directory / folder).glob("*")
    ):
        name = path.relative_to(directory).as_posix()
        if is_read(name) and name != MANIFEST and path.is_file() and name not in manifest["files"]:
            raise ModelError(f"{directory}: {name} is not in the manifest; remove it if it does not belong there")


def is_read(name: str) -> bool:
    """Whether a file of this name in a checkpoint is read, by its suffix; cards and pictures are for people."""
    return Path(name).suffix in _READ


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _imports() -> tuple[Any, Any, Any]:
    try:
        import torch
        from transformers import MT5Config, MT5ForConditionalGeneration
        from transformers.utils import logging
    except ImportError as error:
        raise MissingExtraError("training and the torch backend", "train") from error
    logging.disable_progress_bar()
    return torch, MT5Config, MT5ForConditionalGeneration
