"""A run killed by the system goes on as if nothing had happened."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path

import pytest
from click.testing import CliRunner

torch = pytest.importorskip("torch", reason="torch comes with the train extra")
pytest.importorskip("accelerate", reason="accelerate comes with the train extra")

from safetensors.torch import load_file  # noqa: E402

from mwp_solver.cli.main import main  # noqa: E402
from mwp_solver.training.replacing import recover  # noqa: E402

SETTINGS = {
    **{"--preset": "test", "--steps": "150", "--batch-size": "8", "--save-every": "5", "--evaluate-every": "1000"},
    **{"--threads": "1", "--ema": "0.9", "--equation-variants": "0.5"},
}


def arguments(problem_file: Path, output: Path) -> list[str]:
    return ["train", "--data", str(problem_file), "--output", str(output), *chain.from_iterable(SETTINGS.items())]


def losses(output: Path) -> dict[int, float]:
    lines = [json.loads(line) for line in (output / "metrics.jsonl").read_text().splitlines()]
    return {line["step"]: line["loss"] for line in lines if "loss" in line}


@pytest.mark.slow
def test_sigkill(problem_file: Path, tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    command = [sys.executable, "-m", "mwp_solver", *arguments(problem_file, broken)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (broken / "state").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "the run ended before it could be killed"
    recover(broken / "state")
    resumed_at = json.loads((broken / "state" / "counters.json").read_text())["step"]
    for output in (whole, broken):
        result = CliRunner().invoke(main, arguments(problem_file, output))
        assert result.exit_code == 0, result.output
    # Each line is the mean of 50 steps; those of which some were before the kill cannot be compared.
    expected, found = losses(whole), losses(broken)
    later = [step for step in expected if step >= resumed_at + 50]
    assert later
    assert {step: found[step] for step in later} == {step: expected[step] for step in later}
    for name in ("weights", "average"):
        one, two = (load_file(run / "state" / f"{name}.safetensors") for run in (whole, broken))
        assert all(torch.equal(one[key], two[key]) for key in one), name
