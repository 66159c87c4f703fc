"""Training by torch.compile: the losses, names and checkpoints of training without it; a clear error where it fails."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch comes with the train extra")
pytest.importorskip("accelerate", reason="accelerate comes with the train extra")

from mwp_solver.errors import ModelError  # noqa: E402
from mwp_solver.model.checkpoint import load_network, new_network  # noqa: E402
from mwp_solver.options import PRESETS, TrainingConfig  # noqa: E402
from mwp_solver.training.compiling import compile_stacks  # noqa: E402
from mwp_solver.training.teaforn import summed_loss  # noqa: E402
from mwp_solver.training.trainer import train  # noqa: E402


def network() -> torch.nn.Module:
    return new_network(PRESETS["test"], 452, dropout=0.0)


@pytest.mark.slow
@pytest.mark.skipif(not (shutil.which("g++") or shutil.which("clang++")), reason="there is no C++ compiler here")
def test_run_is_that_of_plain_training(problem_file: Path, tmp_path: Path) -> None:
    """Stopped after 25 steps of 50 and resumed, with an evaluation between."""
    lines: dict[bool, list[dict[str, float]]] = {}
    for compiled in (False, True):
        output = tmp_path / str(compiled)
        settings = {"preset": "test", "batch_size": 8, "evaluate_every": 25, "save_every": 25, "warmup": 5}
        config = TrainingConfig(
            data=(str(problem_file),),
            validation=(str(problem_file),),
            output=str(output),
            steps=50,
            dropout=0.0,
            precision="fp32",
            compile_=compiled,
            **settings,
        )

        def stop(line: dict[str, float]) -> None:
            if any(key.startswith("accuracy/") for key in line):
                raise KeyboardInterrupt

        if compiled:
            with pytest.raises(KeyboardInterrupt):
                train(config, stop)
        train(config)
        written = (output / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
        lines[compiled] = [line for line in map(json.loads, written) if "loss" in line]
    assert lines[True][-1]["step"] == lines[False][-1]["step"] == 50
    assert lines[True][-1]["loss"] == pytest.approx(lines[False][-1]["loss"], rel=2e-3)
    plain, compiled_one = (load_network(tmp_path / name / "best").state_dict() for name in ("False", "True"))
    assert plain.keys() == compiled_one.keys()


def test_failure_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(function: object, **settings: object) -> object:
        def call(*args: object, **named: object) -> object:
            raise RuntimeError("No working C++ compiler found")

        return call

    monkeypatch.setattr(torch, "compile", broken)
    made = network()
    with pytest.raises(ModelError, match="No working C.. compiler found.*leave --compile out"):
        compile_stacks(made, lambda batch: summed_loss(made, batch))


def test_evaluation_and_names_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[bool] = []

    def counting(function: object, **settings: object) -> object:
        assert settings == {"dynamic": True}

        def call(*args: object, **named: object) -> object:
            calls.append(True)
            return function(*args, **named)  # type: ignore[operator]

        return call

    monkeypatch.setattr(torch, "compile", counting)
    made, names = network(), list(network().state_dict())
    compile_stacks(made, lambda batch: summed_loss(made, batch))
    assert len(calls) == 4  # encoder and decoder, two batches
    assert all(parameter.grad is None for parameter in made.parameters())
    made.eval().generate(input_ids=torch.tensor([[5, 6, 1]]), max_new_tokens=3)
    assert len(calls) == 4
    assert list(made.state_dict()) == names
