"""What several tests share: their options, and a small trained-for-nothing checkpoint, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from mwp_solver.corpus.writing import write_problems
from mwp_solver.problem import Problem


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--ray", action="store_true", help="also run the tests that start a Ray cluster on this machine")


SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def small_problems(count: int = 120) -> list[Problem]:
    """English bank problems of one step: enough text for the test preset's vocabulary."""
    from mwp_solver.corpus.generator import generate
    from mwp_solver.corpus.templates import load_bank

    templates = [t for t in load_bank() if t.language == "en" and t.family == "加减故事"]
    return list(generate(templates, seed=3, count=count))


@pytest.fixture(scope="session")
def problem_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A JSONL file of 120 small English problems."""
    path = tmp_path_factory.mktemp("problems") / "train.jsonl"
    write_problems(path, small_problems())
    return path


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory, problem_file: Path) -> Path:
    """A checkpoint of the ``test`` preset after a few steps, with its run-time export."""
    pytest.importorskip("torch", reason="torch comes with the train extra")
    pytest.importorskip("accelerate", reason="accelerate comes with the train extra")
    from mwp_solver.export import export_runtime
    from mwp_solver.options import TrainingConfig
    from mwp_solver.training.trainer import train

    output = tmp_path_factory.mktemp("run")
    best = train(
        TrainingConfig(
            data=(str(problem_file),),
            output=str(output),
            validation=(str(problem_file),),
            preset="test",
            steps=12,
            batch_size=16,
            evaluate_every=12,
            warmup=2,
            dropout=0.0,
        )
    )
    export_runtime(best)
    return best
