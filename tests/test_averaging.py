"""Averages of weights: the moving one of a run, and the mean of checkpoints."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch comes with the train extra")
pytest.importorskip("accelerate", reason="accelerate comes with the train extra")

from safetensors.torch import load_file  # noqa: E402

from mwp_solver.errors import ModelError  # noqa: E402
from mwp_solver.model.checkpoint import (  # noqa: E402
    facts_of,
    load_network,
    new_network,
    read_encoding,
    read_manifest,
    save_checkpoint,
    write_manifest,
)
from mwp_solver.options import PRESETS, EncodingOptions, TrainingConfig  # noqa: E402
from mwp_solver.training import trainer  # noqa: E402
from mwp_solver.training.averaging import MovingAverage, average_checkpoints  # noqa: E402


def config_for(problem_file: Path, output: Path, **changes: Any) -> TrainingConfig:
    config = TrainingConfig((str(problem_file),), str(output), preset="test", steps=10, batch_size=8, warmup=2)
    return replace(config, save_every=4, evaluate_every=5, precision="fp32", ema=0.9, **changes)


def test_it_is_the_weighted_mean_of_all_weights_seen() -> None:
    line = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.constant_(line.weight, 1.0)
    average = MovingAverage(line, decay=0.5)
    expected = 1.0
    for step, weight in enumerate([3.0, 5.0, 9.0, -2.0, 4.0, 8.0, 8.0, 1.0, 2.0, 6.0, 0.0]):
        torch.nn.init.constant_(line.weight, weight)
        average.update(step)
        decay = min(0.5, (step + 1) / (step + 10))
        expected = decay * expected + (1 - decay) * weight
        assert average.state()["weight"].item() == pytest.approx(expected, rel=1e-6)


def test_own_weights_come_back_to_the_bit() -> None:
    network = new_network(PRESETS["test"], 452, seed=1)
    before = {name: weight.clone() for name, weight in network.state_dict().items()}
    average = MovingAverage(network, 0.9)
    for parameter in average.parameters:
        parameter.data.add_(1.0)
    average.update(1000)
    with average.applied():
        assert torch.allclose(network.shared.weight, before["shared.weight"] + 0.1, atol=1e-6)
        assert network.lm_head.weight is network.shared.weight
    assert all(torch.equal(weight, before[name] + 1.0) for name, weight in network.state_dict().items())


def test_the_average_is_saved_and_the_state_keeps_both(problem_file: Path, tmp_path: Path) -> None:
    trainer.train(config_for(problem_file, tmp_path))
    saved = load_file(tmp_path / "best" / "model.safetensors")["shared.weight"]
    own = load_file(tmp_path / "state" / "weights.safetensors")["shared.weight"]
    average = load_file(tmp_path / "state" / "average.safetensors")["shared.weight"]
    assert torch.equal(saved, average)
    assert not torch.equal(saved, own)


def test_training_itself_is_not_touched_by_it(problem_file: Path, tmp_path: Path) -> None:
    trainer.train(config_for(problem_file, tmp_path / "with"))
    trainer.train(replace(config_for(problem_file, tmp_path / "without"), ema=0.0))
    one, two = (load_file(tmp_path / name / "state" / "weights.safetensors") for name in ("with", "without"))
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_resume_goes_on_with_the_same_average(
    problem_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer.train(config_for(problem_file, tmp_path / "whole"))
    original = trainer.save_state

    def killed_after(*arguments: Any) -> None:
        original(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(trainer, "save_state", killed_after)
    with pytest.raises(KeyboardInterrupt):
        trainer.train(config_for(problem_file, tmp_path / "broken"))
    monkeypatch.setattr(trainer, "save_state", original)
    trainer.train(config_for(problem_file, tmp_path / "broken"))
    for name in ("weights", "average"):
        whole, broken = (load_file(tmp_path / run / "state" / f"{name}.safetensors") for run in ("whole", "broken"))
        assert all(torch.equal(whole[key], broken[key]) for key in whole), name


def test_last_checkpoints_are_kept(problem_file: Path, tmp_path: Path) -> None:
    trainer.train(config_for(problem_file, tmp_path, steps=20, keep_last=2))
    assert sorted(path.name for path in tmp_path.glob("step-*")) == ["step-000015", "step-000020"]
    assert read_manifest(tmp_path / "step-000015")["step"] == 15


def copies(checkpoint: Path, tmp_path: Path) -> list[Path]:
    """The checkpoint three times, its weights plus 0, 1 and 5."""
    found = []
    for number in (0, 1, 5):
        directory = tmp_path / f"plus{number}"
        shutil.copytree(checkpoint, directory, ignore=shutil.ignore_patterns("runtime", "*.safetensors"))
        network = load_network(checkpoint)
        for parameter in network.parameters():
            parameter.data.add_(number)
        save_checkpoint(directory, network, EncodingOptions())
        found.append(directory)
    return found


def test_mean_of_checkpoints(checkpoint: Path, tmp_path: Path) -> None:
    average_checkpoints(copies(checkpoint, tmp_path), tmp_path / "mean")
    before, after = load_network(checkpoint), load_network(tmp_path / "mean")
    assert torch.allclose(after.shared.weight, before.shared.weight + 2, atol=1e-6)
    assert after.lm_head.weight is after.shared.weight
    assert len(read_manifest(tmp_path / "mean")["average_of"]) == 3


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda one, two: [one], "at least two"),
        (lambda one, two: [one, two.parent / "nothing"], "manifest.json is missing"),
        (
            lambda one, two: [one, rewrite(two, "tokenizer.json", "12", "13")],
            "tokenizer.json is damaged or was changed",
        ),
        (lambda one, two: [one, vouched(rewrite(two, "tokenizer.json", "12", "13"))], "another vocabulary"),
        (lambda one, two: [one, rewrite(two, "manifest.json", "anchored", "literal")], "another way"),
    ],
)
def test_what_cannot_be_averaged(spoil: Any, reason: str, checkpoint: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=reason):
        average_checkpoints(spoil(*copies(checkpoint, tmp_path)[:2]), tmp_path / "mean")
    assert not (tmp_path / "mean").exists()


def rewrite(directory: Path, name: str, old: str, new: str) -> Path:
    path = directory / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    return directory


def vouched(directory: Path) -> Path:
    manifest = read_manifest(directory)
    write_manifest(directory, read_encoding(manifest), facts_of(manifest))
    return directory


def test_command(checkpoint: Path, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from mwp_solver.cli.main import main

    directories = [str(path) for path in copies(checkpoint, tmp_path)]
    result = CliRunner().invoke(main, ["average", *directories, "--output", str(tmp_path / "mean")])
    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "mean" / "manifest.json").read_text())["average_of"] == directories
    again = CliRunner().invoke(main, ["average", *directories, "--output", str(tmp_path / "mean")])
    assert again.exit_code == 2
    assert "is not empty" in again.output
