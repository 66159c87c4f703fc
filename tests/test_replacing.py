"""Saving: all or nothing, whatever happens to the disk or the process."""

from __future__ import annotations

import resource
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch comes with the train extra")
pytest.importorskip("accelerate", reason="accelerate comes with the train extra")

from mwp_solver.errors import ModelError  # noqa: E402
from mwp_solver.model.checkpoint import read_manifest, verify_files  # noqa: E402
from mwp_solver.options import TrainingConfig  # noqa: E402
from mwp_solver.training import trainer  # noqa: E402
from mwp_solver.training.replacing import recover, replacing_directory  # noqa: E402


def saved(directory: Path, text: str) -> None:
    with replacing_directory(directory) as fresh:
        (fresh / "weights").write_text(text)


def test_the_new_takes_the_place_of_the_old(tmp_path: Path) -> None:
    for text in ("one", "two"):
        saved(tmp_path / "best", text)
        assert (tmp_path / "best" / "weights").read_text() == text
    assert [path.name for path in tmp_path.iterdir()] == ["best"]


def test_a_failure_of_the_program_leaves_the_old(tmp_path: Path) -> None:
    saved(tmp_path / "best", "one")
    with suppress(KeyboardInterrupt), replacing_directory(tmp_path / "best") as fresh:
        (fresh / "weights").write_text("two")
        raise KeyboardInterrupt
    assert (tmp_path / "best" / "weights").read_text() == "one"
    saved(tmp_path / "best", "three")
    assert (tmp_path / "best" / "weights").read_text() == "three"


def test_a_kill_between_the_renames_loses_nothing(tmp_path: Path) -> None:
    saved(tmp_path / "best.old", "one")
    recover(tmp_path / "best")
    assert (tmp_path / "best" / "weights").read_text() == "one"


@pytest.mark.parametrize("steps_until_full", [6, 8])
def test_full_disk(steps_until_full: int, problem_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Full while a checkpoint (step 6) or the state (step 8) is saved: a clear error, then the run can go on."""
    config = TrainingConfig((str(problem_file),), str(tmp_path / "run"), preset="test", steps=10, batch_size=8)
    config = replace(
        config, evaluate_every=3, save_every=4, precision="fp32", warmup=2, validation=(str(problem_file),)
    )
    original = trainer._Run._step
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def step_on_a_filling_disk(*arguments: Any) -> float:
        if arguments[-1] + 1 == steps_until_full:
            # The kernel now refuses to write files beyond this size, as a full disk would.
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
        return original(*arguments)

    monkeypatch.setattr(trainer._Run, "_step", step_on_a_filling_disk)
    try:
        with pytest.raises(ModelError, match=r"cannot be saved.*saved there before is kept.*make room"):
            trainer.train(config)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    for name in ("best", "last"):
        manifest = read_manifest(tmp_path / "run" / name)
        verify_files(tmp_path / "run" / name, manifest)
        assert manifest["step"] == (3 if steps_until_full == 6 else 6)
    assert not list((tmp_path / "run").glob("*.new"))
    monkeypatch.setattr(trainer._Run, "_step", original)
    trainer.train(config)
    assert read_manifest(tmp_path / "run" / "last")["step"] == 10
