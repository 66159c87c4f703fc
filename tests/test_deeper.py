"""A deeper network answers as before, and all of it learns."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from mwp_solver.errors import ModelError
from mwp_solver.model.checkpoint import read_manifest, verify_files
from mwp_solver.options import ModelSize

torch = pytest.importorskip("torch", reason="torch comes with the train extra")
pytest.importorskip("transformers", reason="transformers comes with the train extra")

from mwp_solver.model.checkpoint import load_network, new_network  # noqa: E402
from mwp_solver.model.deeper import deepen  # noqa: E402

SIZE = ModelSize(d_model=32, d_kv=8, d_ff=48, heads=4, encoder_layers=3, decoder_layers=2, vocab_size=60)
SOURCES = torch.arange(5, 29).view(2, 12)
TARGETS = torch.arange(30, 42).view(2, 6)


@pytest.mark.parametrize("after", [(1,), (3,), (1, 3), (3, 2, 1), ()])
def test_logits_stay(after: tuple[int, ...]) -> None:
    network = new_network(SIZE, 60).eval()
    grown = deepen(network, after).eval()
    assert grown.config.num_layers == len(grown.encoder.block) == 3 + len(after)
    assert network.config.num_layers == len(network.encoder.block) == 3
    with torch.no_grad():
        before, now = (one(input_ids=SOURCES, labels=TARGETS).logits for one in (network, grown))
    assert torch.equal(before, now)
    assert grown.lm_head.weight is grown.shared.weight


def test_a_copy_is_of_the_layer_before_it_and_learns() -> None:
    network = new_network(SIZE, 60)
    grown = deepen(network, [2]).eval()
    blocks = grown.encoder.block
    assert torch.equal(
        blocks[2].layer[0].SelfAttention.q.weight, network.encoder.block[1].layer[0].SelfAttention.q.weight
    )
    assert torch.equal(
        blocks[3].layer[0].SelfAttention.o.weight, network.encoder.block[2].layer[0].SelfAttention.o.weight
    )
    assert not blocks[2].layer[0].SelfAttention.o.weight.any()
    grown(input_ids=SOURCES, labels=TARGETS).loss.backward()
    for weight in (blocks[2].layer[0].SelfAttention.o.weight, blocks[2].layer[1].DenseReluDense.wo.weight):
        assert weight.grad.abs().max() > 0


@pytest.mark.parametrize("after", [(0,), (4,), (2, 2), (-1,)])
def test_layers_that_there_are_not(after: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match="each once, from 1 to 3"):
        deepen(new_network(SIZE, 60), after)


def test_the_script(checkpoint: Path, tmp_path: Path) -> None:
    path = Path(__file__).parent.parent / "evaluation" / "recipes" / "deeper_start.py"
    spec = importlib.util.spec_from_file_location("deeper_start", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.main([str(checkpoint), str(tmp_path / "deeper"), "--after", "1"])
    verify_files(tmp_path / "deeper", read_manifest(tmp_path / "deeper"))
    assert load_network(tmp_path / "deeper").config.num_layers == 2
    assert read_manifest(tmp_path / "deeper")["deepened"] == {"after": [1]}
    with pytest.raises(SystemExit, match=r"error: layers 2: each once, from 1 to 1"):
        module.main([str(checkpoint), str(tmp_path / "other"), "--after", "2"])
    assert not (tmp_path / "other").exists()
