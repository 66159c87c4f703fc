"""Checkpoint -> int8 run-time model, checked against the network it came from."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mwp_solver.errors import MissingExtraError, ModelError
from mwp_solver.model.backends.ct2 import CT2Backend
from mwp_solver.model.backends.torch import TorchBackend
from mwp_solver.model.checkpoint import (
    RUNTIME,
    SECOND,
    facts_of,
    load_network,
    read_encoding,
    read_manifest,
    save_checkpoint,
    verify_files,
    write_manifest,
)
from mwp_solver.model.encoding import encode_question
from mwp_solver.model.tokenizer import TOKENIZER
from mwp_solver.options import DecodingOptions
from mwp_solver.solving.decision import DECISION

WEIGHTS = ("bf16", "runtime")
"""what a shipped checkpoint holds to train on"""


def export_runtime(directory: Path, quantization: str = "int8") -> Path:
    """Convert a checkpoint's network with CTranslate2 into its ``runtime`` folder.

    Args:
        directory: checkpoint in the Hugging Face layout, with a manifest.
        quantization: any of CTranslate2's (``int8``, ``float16``, ``float32``).

    Returns:
        The folder of the export. The manifest is written anew.

    Raises:
        ModelError: if the checkpoint cannot be read.
        MissingExtraError: if torch, transformers or ctranslate2 is missing.
    """
    try:
        from ctranslate2.converters import TransformersConverter
    except ImportError as error:
        raise MissingExtraError("exporting a model", "train") from error
    manifest = read_manifest(directory)
    verify_files(directory, manifest)
    network = load_network(directory)

    class Converter(TransformersConverter):  # type: ignore[misc]
        """Hands over the network already loaded, declared untied.

        The stock converter scales the head by d_model**-0.5 when the configuration says tied; mT5 in torch never
        does, and beams would differ.
        """

        def load_model(self, model_class: Any, path: str, **settings: Any) -> Any:
            network.config.tie_word_embeddings = False
            return network

    with tempfile.TemporaryDirectory() as scratch:
        converted = Path(scratch) / RUNTIME
        Converter(str(directory)).convert(str(converted), quantization=quantization)
        shutil.rmtree(directory / RUNTIME, ignore_errors=True)
        shutil.copytree(converted, directory / RUNTIME)
    write_manifest(directory, read_encoding(manifest), facts_of(manifest))
    return directory / RUNTIME


def package_checkpoint(source: Path, directory: Path, weights: str = "bf16") -> None:
    """Copy a checkpoint to where it is to be shipped; the manifest is written anew.

    Export before: the run-time model is then made from the full weights.

    Args:
        source: checkpoint with a manifest.
        directory: where to; what is there of an older model is replaced, a card (README.md) stays.
        weights: ``bf16``, half the size, or ``runtime``: none beside the run-time export, from which
            :func:`mwp_solver.model.checkpoint.load_network` then takes them (a third of the size in all).

    Raises:
        ModelError: if the checkpoint cannot be read, has no export to take the weights from, or is to be shipped onto
            itself; nothing is removed then.
        ValueError: for other weights.
    """
    if weights not in WEIGHTS:
        raise ValueError(f"weights {weights!r}: one of {', '.join(WEIGHTS)}")
    if directory.resolve() == source.resolve():
        raise ModelError(f"{source} cannot be shipped onto itself; name another directory")
    manifest = read_manifest(source)
    verify_files(source, manifest)
    if weights == "runtime" and not (source / RUNTIME / "model.bin").is_file():
        raise ModelError(f"{source} has no run-time export to ship; make one with: mwp-solver export {source}")
    network = load_network(source)
    directory.mkdir(parents=True, exist_ok=True)
    for old in directory.glob("model*.safetensors*"):
        old.unlink()
    for folder in (RUNTIME, SECOND):
        shutil.rmtree(directory / folder, ignore_errors=True)
    (directory / DECISION).unlink(missing_ok=True)  # the manifest would vouch for the older model's
    for name in manifest["files"]:
        if not name.endswith(".safetensors") and name != "README.md":
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, directory / name)
    facts = _without_paths(facts_of(manifest))
    if weights == "runtime":
        write_manifest(directory, read_encoding(manifest), facts)
    else:
        save_checkpoint(directory, network, read_encoding(manifest), half=True, facts=facts)


def add_second(directory: Path, source: Path, languages: Sequence[str]) -> None:
    """Give a checkpoint a second network (:mod:`mwp_solver.model.backends.committee`): the export and the vocabulary of
    another checkpoint, without weights to train.

    Args:
        directory: checkpoint that is to have it; its manifest is written anew.
        source: checkpoint whose export it is to be.
        languages: that the second network knows, ``zh`` or ``en``.

    Raises:
        ModelError: if one of them cannot be read, the source has no export or writes numbers in another way.
    """
    manifest, second = read_manifest(directory), read_manifest(source)
    verify_files(source, second)
    if not (source / RUNTIME / "model.bin").is_file():
        raise ModelError(f"{source} has no run-time export; make one with: mwp-solver export {source}")
    encoding = read_encoding(manifest)
    if read_encoding(second) != encoding:
        raise ModelError(f"{source} reads numbers in another way than {directory}; train it with the same options")
    shutil.rmtree(directory / SECOND, ignore_errors=True)
    shutil.copytree(source / RUNTIME, directory / SECOND / RUNTIME)
    shutil.copyfile(source / TOKENIZER, directory / SECOND / TOKENIZER)
    (directory / DECISION).unlink(missing_ok=True)  # it was fitted to the first network alone
    facts = facts_of(manifest)
    facts["second"] = {"languages": list(languages), **_without_paths(facts_of(second))}
    write_manifest(directory, encoding, facts)


def _without_paths(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts in which files go by folder and name: where they lay on the maker's machine is nobody's business."""
    training = facts.get("training")
    if not isinstance(training, dict):
        return facts
    files = {
        name: ["/".join(Path(file).parts[-2:]) for file in training.get(name) or ()] for name in ("data", "validation")
    }
    folders = {name: training.get(name) and Path(training[name]).name for name in ("output", "model")}
    return {**facts, "training": {**training, **files, **folders}}


def agreement(directory: Path, questions: Sequence[str], options: DecodingOptions = DecodingOptions()) -> float:
    """Share of questions for which export and network write the same first expression.

    Raises:
        ModelError: if there are no questions.
    """
    if not questions:
        raise ModelError("no questions to compare the export on")
    encoding = read_encoding(read_manifest(directory))
    texts = [encode_question(question, encoding).text for question in questions]
    first = CT2Backend(directory).generate(texts, options)
    second = TorchBackend(directory).generate(texts, options)
    same = sum(a[0].text == b[0].text for a, b in zip(first, second, strict=True))
    return same / len(questions)
