"""Checkpoints that are damaged, foreign or meant to do harm: refused with the reason, and nothing in them runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mwp_solver.errors import ModelError
from mwp_solver.model.checkpoint import read_manifest, sha256, verify_files
from mwp_solver.options import TrainingConfig
from mwp_solver.resources import data_path
from mwp_solver.solving.solver import Solver


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A copy of the bundled model, to be harmed."""
    copy = tmp_path / "model"
    shutil.copytree(data_path("model"), copy)
    return copy


@pytest.fixture
def weighed(checkpoint: Path, tmp_path: Path) -> Path:
    """A copy of a checkpoint that has weights of its own, to be harmed."""
    copy = tmp_path / "model"
    shutil.copytree(checkpoint, copy)
    return copy


def vouch(directory: Path) -> None:
    """Write the manifest anew over whatever is there: the harm of one who can write the manifest too."""
    manifest = json.loads((directory / "manifest.json").read_text("utf-8"))
    manifest["files"] = {
        path.relative_to(directory).as_posix(): sha256(path)
        for path in directory.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    (directory / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def flip(path: Path, at: int = -9) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


FILES = (
    "config.json",
    "generation_config.json",
    "spiece.model",
    "tokenizer.json",
    "runtime/config.json",
    "runtime/model.bin",
    "runtime/shared_vocabulary.json",
)


@pytest.mark.parametrize(("kind", "name"), [*(("model", name) for name in FILES), ("weighed", "model.safetensors")])
def test_a_flipped_bit_or_a_missing_file_is_named(kind: str, name: str, request: pytest.FixtureRequest) -> None:
    model = request.getfixturevalue(kind)
    flip(model / name)
    with pytest.raises(ModelError, match=f"{name} is damaged or was changed"):
        Solver.from_pretrained(model)
    (model / name).unlink()
    with pytest.raises(ModelError, match=f"{name} is missing"):
        Solver.from_pretrained(model)


@pytest.mark.parametrize(
    "name", ["pytorch_model.bin", "adapter_model.safetensors", "modeling.py", "runtime/vmap.txt", "added_tokens.json"]
)
def test_a_file_that_the_manifest_does_not_know(model: Path, name: str) -> None:
    (model / name).write_text("{}")
    with pytest.raises(ModelError, match=f"{name} is not in the manifest"):
        Solver.from_pretrained(model)


@pytest.mark.parametrize(("kind", "name"), [("weighed", "model.safetensors"), ("model", "runtime/model.bin")])
def test_training_starts_from_no_damaged_checkpoint(
    kind: str, name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    pytest.importorskip("torch", reason="torch comes with the train extra")
    pytest.importorskip("transformers", reason="transformers comes with the train extra")
    from mwp_solver.training.start import fine_tuned

    model = request.getfixturevalue(kind)
    config = TrainingConfig(data=("none.jsonl",), output=str(tmp_path / "run"), model=str(model))
    fine_tuned(config)
    flip(model / name)
    with pytest.raises(ModelError, match=f"{name} is damaged or was changed"):
        fine_tuned(config)


def test_notes_beside_a_model_are_no_harm(model: Path) -> None:
    (model / "NOTES.md").write_text("mine")
    (model / ".DS_Store").write_bytes(b"\0")
    verify_files(model, read_manifest(model))


MANIFESTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another digest": lambda m: m["files"].update({"tokenizer.json": "0" * 64}),
    "a digest that is none": lambda m: m["files"].update({"tokenizer.json": 7}),
    "a file outside": lambda m: m["files"].update({"../outside.json": "0" * 64}),
    "an absolute file": lambda m: m["files"].update({"/etc/hostname": "0" * 64}),
    "a name that is none": lambda m: m["files"].update({"a\0b": "0" * 64}),
    "a file less": lambda m: m["files"].pop("runtime/model.bin"),
    "a file more": lambda m: m["files"].update({"model-00002-of-00002.safetensors": "0" * 64}),
    "another format": lambda m: m.update({"format": 2}),
    "an encoding unknown": lambda m: m.update({"encoding": {"number_encoding": "roman"}}),
    "an encoding of other fields": lambda m: m.update({"encoding": {"run": "this"}}),
    "no encoding": lambda m: m.pop("encoding"),
}


@pytest.mark.parametrize("change", MANIFESTS.values(), ids=MANIFESTS)
def test_a_manifest_that_does_not_match(model: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    manifest = json.loads((model / "manifest.json").read_text("utf-8"))
    change(manifest)
    (model / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelError):
        Solver.from_pretrained(model)


def test_a_manifest_nested_without_end(model: Path) -> None:
    (model / "manifest.json").write_text("[" * 100_000)
    with pytest.raises(ModelError, match="cannot be read"):
        Solver.from_pretrained(model)


# --- harm that the manifest vouches for: the loaders themselves refuse ------------------------------------------------


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _foreign_vocabulary(directory: Path) -> None:
    """Two pieces of the tokenizer change places: of the right number, but not those of the network."""
    text = json.loads((directory / "tokenizer.json").read_text("utf-8"))
    pieces = text["model"]["vocab"]
    pieces[100], pieces[101] = pieces[101], pieces[100]
    (directory / "tokenizer.json").write_text(json.dumps(text), encoding="utf-8")


RUNTIME_HARM: dict[str, tuple[Callable[[Path], object], str]] = {
    "half a network": (lambda d: _cut(d / "runtime/model.bin"), "cannot be loaded"),
    "a text as network": (lambda d: (d / "runtime/model.bin").write_text("import os"), "cannot be loaded"),
    "another vocabulary": (_foreign_vocabulary, "another vocabulary"),
    "a vocabulary that is none": (lambda d: (d / "runtime/shared_vocabulary.json").write_text("{}"), "vocabulary"),
    "half a vocabulary": (lambda d: _cut(d / "runtime/shared_vocabulary.json"), "cannot be read"),
    "half a tokenizer": (lambda d: _cut(d / "tokenizer.json"), "cannot be read as a tokenizer"),
    "a tokenizer of another kind": (lambda d: (d / "tokenizer.json").write_text('{"model": 1}'), "as a tokenizer"),
}


@pytest.mark.parametrize(("harm", "reason"), RUNTIME_HARM.values(), ids=RUNTIME_HARM)
def test_a_run_time_model_that_cannot_be(model: Path, harm: Callable[[Path], object], reason: str) -> None:
    harm(model)
    vouch(model)
    with pytest.raises(ModelError, match=reason):
        Solver.from_pretrained(model, backend="ctranslate2")


class Payload:
    """What a pickle of this does when it is read: leaves a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.mark,)


def _pickled(directory: Path) -> bytes:
    import pickle

    return pickle.dumps({"shared.weight": Payload(directory.parent / "ran")})


def _without_weights(directory: Path) -> None:
    (directory / "model.safetensors").unlink()
    shutil.rmtree(directory / "runtime")  # or its weights would be taken


def _pickle_instead(directory: Path) -> None:
    _without_weights(directory)
    (directory / "pytorch_model.bin").write_bytes(_pickled(directory))


def _pickle_by_the_name_of_safetensors(directory: Path) -> None:
    (directory / "model.safetensors").write_bytes(_pickled(directory))


def _code_beside(directory: Path) -> None:
    _without_weights(directory)
    (directory / "mine.py").write_text(f"from pathlib import Path\nPath({str(directory.parent / 'ran')!r}).touch()\n")
    config = json.loads((directory / "config.json").read_text("utf-8"))
    config["auto_map"] = {"AutoModelForSeq2SeqLM": "mine.Model", "AutoConfig": "mine.Config"}
    (directory / "config.json").write_text(json.dumps(config))


def _missing_shard(directory: Path) -> None:
    (directory / "model.safetensors").rename(directory / "model-00001-of-00002.safetensors")
    index = {"weight_map": {"shared.weight": "model-00002-of-00002.safetensors"}, "metadata": {}}
    (directory / "model.safetensors.index.json").write_text(json.dumps(index))


def _missing_tensor(directory: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(directory / "model.safetensors")
    weights.pop(next(name for name in weights if "DenseReluDense" in name))
    save_file(weights, directory / "model.safetensors", {"format": "pt"})


def _other_shape(directory: Path) -> None:
    config = json.loads((directory / "config.json").read_text("utf-8"))
    config["d_ff"] += 8
    (directory / "config.json").write_text(json.dumps(config))


def _config_of_nonsense(directory: Path) -> None:
    (directory / "config.json").write_text('{"model_type": "mt5", "d_model": "much"}')


TORCH_HARM = {
    "half the weights": lambda d: _cut(d / "model.safetensors"),
    "a pickle instead": _pickle_instead,
    "a pickle by another name": _pickle_by_the_name_of_safetensors,
    "code beside": _code_beside,
    "a missing shard": _missing_shard,
    "a missing tensor": _missing_tensor,
    "another shape": _other_shape,
    "nonsense": _config_of_nonsense,
    "no configuration": lambda d: (d / "config.json").unlink(),
}


@pytest.mark.parametrize("harm", TORCH_HARM.values(), ids=TORCH_HARM)
def test_a_torch_model_that_cannot_be(weighed: Path, harm: Callable[[Path], object]) -> None:
    pytest.importorskip("torch", reason="torch comes with the train extra")
    pytest.importorskip("transformers", reason="transformers comes with the train extra")
    harm(weighed)
    vouch(weighed)
    with pytest.raises(ModelError, match=str(weighed)):
        Solver.from_pretrained(weighed, backend="torch", device="cpu")
    assert not (weighed.parent / "ran").exists()


def test_the_payload_would_run_if_it_were_read(tmp_path: Path) -> None:
    import pickle

    (tmp_path / "model").mkdir()
    pickle.loads(_pickled(tmp_path / "model"))
    assert (tmp_path / "ran").exists()
