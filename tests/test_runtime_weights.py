"""A checkpoint shipped with its run-time export alone: what is read back from it is the network, but for rounding."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import pytest

from mwp_solver.errors import ModelError
from mwp_solver.model.checkpoint import RUNTIME, facts_of, read_encoding, read_manifest, verify_files, write_manifest
from mwp_solver.model.runtime_weights import network_weights

torch = pytest.importorskip("torch", reason="torch comes with the train extra")
pytest.importorskip("transformers", reason="transformers comes with the train extra")

from mwp_solver.export import export_runtime, package_checkpoint  # noqa: E402
from mwp_solver.model.checkpoint import load_network, save_checkpoint  # noqa: E402


@pytest.fixture
def shipped(checkpoint: Path, tmp_path: Path) -> Path:
    package_checkpoint(checkpoint, tmp_path / "shipped", "runtime")
    return tmp_path / "shipped"


def test_weights_come_back_to_half_a_step_of_their_row(checkpoint: Path, shipped: Path) -> None:
    assert not list(shipped.glob("*.safetensors"))
    verify_files(shipped, read_manifest(shipped))
    whole, read = load_network(checkpoint), load_network(shipped)
    assert read.lm_head.weight is read.shared.weight
    assert read.config.tie_word_embeddings
    expected = whole.state_dict()
    assert read.state_dict().keys() == expected.keys()
    for name, weight in read.state_dict().items():
        difference = (weight - expected[name]).abs()
        step = expected[name].abs().amax(dim=-1, keepdim=True) / 127
        rounded = weight.ndim == 2 and "relative_attention_bias" not in name
        assert (difference <= (step * 0.5001 if rounded else 0)).all(), name


def test_exported_anew_it_is_the_same(shipped: Path) -> None:
    before = network_weights(shipped / RUNTIME / "model.bin", 1, 1)
    export_runtime(shipped)
    after = network_weights(shipped / RUNTIME / "model.bin", 1, 1)
    assert all(abs(before[name] - after[name]).max() < 1e-6 for name in before)


def test_an_exact_export_gives_the_exact_network(checkpoint: Path, tmp_path: Path) -> None:
    copy = tmp_path / "exact"
    shutil.copytree(checkpoint, copy)
    export_runtime(copy, "float32")
    package_checkpoint(copy, tmp_path / "shipped", "runtime")
    expected = load_network(checkpoint).state_dict()
    for name, weight in load_network(tmp_path / "shipped").state_dict().items():
        assert torch.equal(weight, expected[name]), name


def test_a_head_of_its_own_stays_one(checkpoint: Path, tmp_path: Path) -> None:
    copy = tmp_path / "untied"
    shutil.copytree(checkpoint, copy)
    network = load_network(copy)
    network.config.tie_word_embeddings = False
    network.lm_head.weight = torch.nn.Parameter(network.shared.weight.flip(0).clone())
    manifest = read_manifest(copy)
    save_checkpoint(copy, network, read_encoding(manifest), facts=facts_of(manifest))
    export_runtime(copy, "float32")
    package_checkpoint(copy, tmp_path / "shipped", "runtime")
    read = load_network(tmp_path / "shipped")
    assert not read.config.tie_word_embeddings
    assert torch.equal(read.lm_head.weight, read.shared.weight.flip(0))


def test_nothing_to_ship_is_said_before_anything_is_removed(checkpoint: Path, shipped: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(checkpoint, bare, ignore=shutil.ignore_patterns(RUNTIME))
    write_manifest(bare, read_encoding(read_manifest(checkpoint)), {})
    with pytest.raises(ModelError, match="has no run-time export to ship; make one with: mwp-solver export"):
        package_checkpoint(bare, shipped, "runtime")
    assert load_network(shipped)
    with pytest.raises(ValueError, match="weights 'none': one of bf16, runtime"):
        package_checkpoint(checkpoint, tmp_path / "other", "none")


def test_one_kind_of_weights_replaces_the_other(checkpoint: Path, shipped: Path) -> None:
    package_checkpoint(checkpoint, shipped, "bf16")
    assert (shipped / "model.safetensors").is_file()
    package_checkpoint(checkpoint, shipped, "runtime")
    assert not (shipped / "model.safetensors").exists()
    verify_files(shipped, read_manifest(shipped))


DAMAGE = {
    "empty": lambda data: b"",
    "cut": lambda data: data[: len(data) // 2],
    "of another version": lambda data: struct.pack("<I", 9) + data[4:],
    "of another kind": lambda data: data[:4] + data[4:].replace(b"encoder/", b"elsewhr/"),
    "a count beyond all": lambda data: data[:4] + data[4:].replace(b"\x02\x20\x00\x00\x00", b"\x02\xff\xff\xff\xff", 1),
    "zeros": lambda data: bytes(len(data)),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_export_is_named(shipped: Path, kind: str) -> None:
    file = shipped / RUNTIME / "model.bin"
    data = file.read_bytes()
    damaged = DAMAGE[kind](data)
    assert damaged != data
    file.write_bytes(damaged)
    manifest = read_manifest(shipped)
    write_manifest(shipped, read_encoding(manifest), facts_of(manifest))
    with pytest.raises(ModelError, match=r"model\.bin"):
        load_network(shipped)


def test_of_another_shape(shipped: Path) -> None:
    with pytest.raises(ModelError, match=r"has no decoder/layer_1/.*no export of a network of this shape"):
        network_weights(shipped / RUNTIME / "model.bin", 1, 2)


@pytest.mark.parametrize("weights", ["bf16", "runtime"])
def test_a_checkpoint_is_not_shipped_onto_itself(checkpoint: Path, tmp_path: Path, weights: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(checkpoint, copy)
    with pytest.raises(ModelError, match="cannot be shipped onto itself"):
        package_checkpoint(copy, tmp_path / "other" / ".." / "copy", weights)
    verify_files(copy, read_manifest(copy))
