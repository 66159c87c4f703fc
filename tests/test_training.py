"""Training: what a run writes, resuming, several processes, and what it refuses."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from mwp_solver.errors import DataError, ModelError
from mwp_solver.options import TrainingConfig
from mwp_solver.training.examples import batch_order, even_slices

torch = pytest.importorskip("torch", reason="torch comes with the train extra")
pytest.importorskip("accelerate", reason="accelerate comes with the train extra")

from mwp_solver.training.optimizers import make_optimizers, rate_at  # noqa: E402
from mwp_solver.training.trainer import train  # noqa: E402


def config_for(problem_file: Path, output: Path, **changes: Any) -> TrainingConfig:
    config = TrainingConfig(
        data=(str(problem_file),),
        output=str(output),
        preset="test",
        steps=10,
        batch_size=8,
        evaluate_every=100,
        save_every=4,
        warmup=2,
        precision="fp32",
    )
    return replace(config, **changes)


def final_weights(output: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return dict(load_file(output / "state" / "weights.safetensors"))


def test_run_learns_and_writes_checkpoint(problem_file: Path, tmp_path: Path) -> None:
    losses = []
    best = train(
        config_for(problem_file, tmp_path, steps=150, learning_rate=4e-3, validation=(str(problem_file),)),
        lambda line: losses.append(line["loss"]) if "loss" in line else None,
    )
    assert losses[-1] < losses[0] - 0.5
    for name in ("config.json", "model.safetensors", "tokenizer.json", "spiece.model", "manifest.json"):
        assert (best / name).is_file()
    metrics = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert any("accuracy/train" in line for line in metrics)


class Killed(Exception):
    pass


def test_resume_equals_unbroken_run(problem_file: Path, tmp_path: Path) -> None:
    train(config_for(problem_file, tmp_path / "whole", dropout=0.1))

    import mwp_solver.training.trainer as trainer

    calls = 0
    original = trainer.save_state

    def killed_after_second_save(*args: Any) -> None:
        nonlocal calls
        original(*args)
        calls += 1
        if calls == 2:
            raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer, "save_state", killed_after_second_save)
        with pytest.raises(Killed):
            train(config_for(problem_file, tmp_path / "broken", dropout=0.1))
    train(config_for(problem_file, tmp_path / "broken", dropout=0.1))
    whole, broken = final_weights(tmp_path / "whole"), final_weights(tmp_path / "broken")
    assert whole.keys() == broken.keys()
    for name, weight in whole.items():
        assert torch.equal(weight, broken[name]), name


@pytest.mark.slow
def test_two_processes_equal_one(problem_file: Path, tmp_path: Path) -> None:
    arguments = ["--data", str(problem_file), "--preset", "test", "--steps", "6", "--batch-size", "8"]
    arguments += ["--dropout", "0", "--precision", "fp32", "--warmup", "2"]
    single = [sys.executable, "-m", "mwp_solver", "train", *arguments, "--output", str(tmp_path / "one")]
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    double = [*launcher, "-m", "mwp_solver", "train", *arguments, "--output", str(tmp_path / "two")]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    for command in (single, double):
        subprocess.run(command, check=True, capture_output=True, env=environment, timeout=300)
    one, two = final_weights(tmp_path / "one"), final_weights(tmp_path / "two")
    for name, weight in one.items():
        # Sums are taken in another order; a wrong share of the batch would differ by far more.
        assert torch.allclose(weight, two[name], atol=2e-4), name
    # The first process, which writes, steps half of the matrices but keeps the momentum of all.
    from safetensors.torch import load_file

    momenta = [load_file(tmp_path / run / "state" / "optimizer0.safetensors") for run in ("one", "two")]
    assert momenta[0].keys() == momenta[1].keys()
    for name, momentum in momenta[0].items():
        assert torch.allclose(momentum, momenta[1][name], atol=1e-5 + 0.02 * float(momentum.abs().max())), name


def test_fine_tuning_starts_from_the_checkpoint(checkpoint: Path, problem_file: Path, tmp_path: Path) -> None:
    config = config_for(problem_file, tmp_path, model=str(checkpoint), steps=1, learning_rate=1e-9)
    train(replace(config, validation=(str(problem_file),)))
    from safetensors.torch import load_file

    before, after = load_file(checkpoint / "model.safetensors"), final_weights(tmp_path)
    assert torch.allclose(before["shared.weight"], after["shared.weight"], atol=1e-6)


def test_output_of_another_run_is_refused(problem_file: Path, tmp_path: Path) -> None:
    train(config_for(problem_file, tmp_path, steps=1))
    with pytest.raises(ModelError, match="steps"):
        train(config_for(problem_file, tmp_path, steps=2))


def test_nothing_to_train_on(tmp_path: Path, problem_file: Path, checkpoint: Path) -> None:
    empty = tmp_path / "answers.jsonl"
    empty.write_text('{"question": "What is it?", "answer": "3"}\n')
    with pytest.raises(DataError, match="nothing to train on"):
        train(config_for(empty, tmp_path / "run", model=str(checkpoint)))


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"preset": "huge"}, "--preset"),
        ({"optimizer": "sgd"}, "--optimizer"),
        ({"precision": "fp16"}, "--precision"),
        ({"bank_ratio": 1.0}, "--bank-ratio"),
        ({"steps": 0}, "--steps"),
        ({"gradient_accumulation": 3}, "--gradient-accumulation"),
        ({"number_encoding": "roman"}, "--number-encoding"),
    ],
)
def test_bad_settings_name_the_flag(change: dict[str, Any], flag: str) -> None:
    with pytest.raises(ValueError, match=flag):
        TrainingConfig(**{"data": ("a.jsonl",), "output": "out", **change})


def test_muon_takes_the_hidden_matrices_only() -> None:
    from mwp_solver.model.checkpoint import new_network
    from mwp_solver.options import PRESETS

    network = new_network(PRESETS["test"], 452)
    muon, adamw = make_optimizers(network, TrainingConfig(data=("a",), output="o"))
    inside = sum(p.numel() for group in muon.param_groups for p in group["params"])
    outside = sum(p.numel() for group in adamw.param_groups for p in group["params"])
    assert inside + outside == sum(p.numel() for p in network.parameters())
    assert all(p.ndim == 2 for group in muon.param_groups for p in group["params"])
    assert not any(p is network.shared.weight for group in muon.param_groups for p in group["params"])


def test_rate_rises_stays_and_falls() -> None:
    config = TrainingConfig(data=("a",), output="o", steps=100, warmup=10, decay=0.5, learning_rate=1.0)
    assert rate_at(0, config) == pytest.approx(0.1)
    assert rate_at(20, config) == rate_at(50, config) == 1.0
    assert rate_at(75, config) == pytest.approx(0.5)
    assert 0 < rate_at(99, config) <= 0.02


@pytest.mark.parametrize("pieces", [1, 2])
def test_batches_hold_every_index_once_and_like_lengths_together(pieces: int) -> None:
    lengths = [(i % 50, i % 7) for i in range(640)]
    batches = batch_order(lengths, 16, Random(1), pieces)
    assert sorted(i for batch in batches for i in batch) == list(range(640))
    size = 16 // pieces
    parts = [batch[start : start + size] for batch in batches for start in range(0, 16, size)]
    spread = [max(column) - min(column) for part in parts for column in zip(*(lengths[i] for i in part), strict=True)]
    assert sum(spread) / len(spread) < 6
    assert batches != batch_order(lengths, 16, Random(2), pieces)


@pytest.mark.parametrize(("count", "pieces", "ends"), [(8, 2, [4, 8]), (7, 3, [3, 6, 7]), (2, 4, [1, 2]), (0, 2, [])])
def test_even_slices(count: int, pieces: int, ends: list[int]) -> None:
    slices = even_slices(count, pieces)
    assert [min(s.stop, count) for s in slices] == ends
    assert [i for s in slices for i in range(count)[s]] == list(range(count))


def test_accumulated_pieces_give_the_whole_batch_gradient(problem_file: Path, tmp_path: Path) -> None:
    # One batch of all rows, so that both runs see the same ones at every step, in whatever order.
    changes: dict[str, Any] = {"steps": 3, "batch_size": 120, "dropout": 0.0, "perturbation": 0.0}
    train(config_for(problem_file, tmp_path / "one", **changes))
    train(config_for(problem_file, tmp_path / "four", **changes, gradient_accumulation=4))
    one, four = final_weights(tmp_path / "one"), final_weights(tmp_path / "four")
    assert all(torch.allclose(weight, four[name], atol=2e-4) for name, weight in one.items())
    assert math.isfinite(sum(float(weight.sum()) for weight in one.values()))


@pytest.mark.parametrize("settings", [{"teaforn_passes": 2}, {"teaforn_passes": 3, "teaforn_top_k": 4}])
def test_teaforn_is_an_option_of_the_run(problem_file: Path, tmp_path: Path, settings: dict[str, Any]) -> None:
    losses: dict[str, float] = {}
    for name, change in (("plain", {}), ("teaforn", settings)):
        config = config_for(problem_file, tmp_path / name, steps=50, dropout=0.0, **change)
        train(config, lambda line, name=name: losses.update({name: line.get("loss", losses.get(name))}))  # type: ignore[misc]
    # The first pass is the same and more passes are added on top.
    assert losses["teaforn"] > losses["plain"] * 1.3
