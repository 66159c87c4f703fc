"""The recipes that make a start by filling gaps, and more to train on by a teacher's answers."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from random import Random
from types import ModuleType

import pytest

from mwp_solver.corpus.files import read_problems
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.model.checkpoint import read_manifest, verify_files
from mwp_solver.options import TrainingConfig

pytest.importorskip("torch", reason="torch comes with the train extra")
pytest.importorskip("accelerate", reason="accelerate comes with the train extra")

import torch

from mwp_solver.training.start import fine_tuned


def script(name: str) -> ModuleType:
    path = Path(__file__).parent.parent / "evaluation" / "recipes" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


END = 1
MARKS = list(range(999, 983, -1))


@pytest.mark.parametrize("length", [2, 3, 8, 40, 250])
@pytest.mark.parametrize("seed", range(5))
def test_what_is_cut_out_fits_the_gaps(length: int, seed: int) -> None:
    ids = [*range(100, 100 + length), END]
    source, target = script("denoised_start").cut_spans(ids, MARKS, Random(seed))
    assert source[-1] == target[-1] == END
    spans: dict[int, list[int]] = {}
    for piece in target[:-1]:
        if piece in MARKS:
            spans[piece] = []
        else:
            spans[list(spans)[-1]].append(piece)
    assert list(spans) == MARKS[: len(spans)] == [piece for piece in source if piece in MARKS]
    assert all(spans.values())
    filled = [piece for place in source for piece in spans.get(place, [place])]
    assert filled == ids
    gone = sum(map(len, spans.values()))
    assert gone == max(1, round(0.15 * length))
    assert len(spans) == min(max(1, round(gone / 3)), len(MARKS))


def test_gaps_are_learnt_to_be_filled(checkpoint: Path, problem_file: Path, tmp_path: Path) -> None:
    output = tmp_path / "denoised"
    arguments = [str(checkpoint), str(output), "--data", str(problem_file), "--batch-size", "16"]
    script("denoised_start").main([*arguments, "--steps", "200", "--learning-rate", "5e-3"])
    manifest = read_manifest(output)
    verify_files(output, manifest)
    assert manifest["denoised"]["questions"] == 120
    assert manifest["denoised"]["loss"] < 5  # ln 420, by chance, is 6
    first, second = (
        fine_tuned(TrainingConfig(data=("x",), output="x", model=str(path))) for path in (checkpoint, output)
    )
    assert first.pieces == second.pieces
    states = second.network.state_dict()
    changed = {name for name, tensor in first.network.state_dict().items() if not torch.equal(tensor, states[name])}
    assert any(name.startswith("encoder.block") for name in changed)
    assert any(name.startswith("decoder.block") for name in changed)


def test_a_start_that_is_not_there(problem_file: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="nothing"):
        script("denoised_start").main([str(tmp_path / "nothing"), str(tmp_path / "out"), "--data", str(problem_file)])
    assert not (tmp_path / "out").exists()


def test_the_teacher_writes_problems(problem_file: Path, tmp_path: Path) -> None:
    output = tmp_path / "more.jsonl"
    script("teacher_answers").main([str(output), "--data", str(problem_file), "--count", "40", "--least", "0.4"])
    known = {problem.question for problem in read_problems(problem_file)}
    written = list(read_problems(output))
    assert 0 < len(written) <= 40
    assert not known & {problem.question for problem in written}
    for problem in written:
        evaluate_expression(problem.equation or "")
