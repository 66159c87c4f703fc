"""Around the loop: early stopping, the memory of tokens, throughput, families' report, and bad input."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch comes with the train extra")
pytest.importorskip("accelerate", reason="accelerate comes with the train extra")

from mwp_solver.corpus.writing import write_problems  # noqa: E402
from mwp_solver.errors import DataError, ModelError, MWPError  # noqa: E402
from mwp_solver.model.checkpoint import facts_of, load_network, read_encoding, read_manifest, write_manifest  # noqa: E402
from mwp_solver.model.tokenizer import load_tokenizer  # noqa: E402
from mwp_solver.options import EncodingOptions, TrainingConfig  # noqa: E402
from mwp_solver.problem import Problem  # noqa: E402
from mwp_solver.resources import data_path  # noqa: E402
from mwp_solver.training import judge, trainer  # noqa: E402
from mwp_solver.training.evaluation import value_verdicts  # noqa: E402
from mwp_solver.training.report import count_families, markdown  # noqa: E402
from mwp_solver.training.throughput import Throughput, training_flops  # noqa: E402
from mwp_solver.training.tokens import TokenCache  # noqa: E402


def config_for(file: Path, output: Path, **changes: Any) -> TrainingConfig:
    config = TrainingConfig((str(file),), str(output), preset="test", steps=20, batch_size=8, warmup=2)
    return replace(config, save_every=100, evaluate_every=2, precision="fp32", **changes)


def test_early_stopping(problem_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = iter([0.1, 0.3, 0.2, 0.3, 0.9])

    def verdicts(network: Any, tokenizer: Any, problems: list[Problem], encoding: Any) -> list[bool]:
        right = round(next(scores) * 10)
        return [True] * right + [False] * (10 - right)

    monkeypatch.setattr(judge, "value_verdicts", verdicts)
    monkeypatch.setattr(judge.Judge, "_record", lambda *arguments: None)
    config = config_for(problem_file, tmp_path, validation=(str(problem_file),), patience=2)
    trainer.train(config)
    # 0.3 is reached at step 4; the evaluations at 6 and 8 are no better.
    assert json.loads((tmp_path / "state" / "counters.json").read_text())["step"] == 8
    before = (tmp_path / "metrics.jsonl").read_text().count("accuracy")
    trainer.train(config)  # it stays stopped
    assert (tmp_path / "metrics.jsonl").read_text().count("accuracy") == before


def test_tokens_are_kept(checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokenizer, file = load_tokenizer(checkpoint), tmp_path / "tokens.safetensors"
    texts = ["Anna has <extra_id_0>12 pens.", "<extra_id_0>+3", "Anna has <extra_id_0>12 pens."]
    expected = [tokenizer.encode(text).ids for text in texts]
    first = TokenCache(tokenizer)
    first.learn(texts, file)
    again = TokenCache(tokenizer)
    monkeypatch.setattr(again, "_cut", lambda texts: pytest.fail(f"cut again: {texts}"))
    again.learn(texts, file)
    for cache in (first, again):
        assert cache.pairs([texts[0]], [texts[1]]) == [(expected[0], expected[1])]
    other = TokenCache(tokenizer)
    other.learn([*texts, "new"], file)  # other texts: made anew
    assert other.pairs(["new"], ["unseen"]) == [(tokenizer.encode("new").ids, tokenizer.encode("unseen").ids)]
    file.write_bytes(file.read_bytes()[:50])  # cut short: made anew
    TokenCache(tokenizer).learn(texts, file)
    assert file.stat().st_size > 50


def test_flops_of_a_problem_are_six_a_weight_and_token(checkpoint: Path) -> None:
    network = load_network(checkpoint)
    flops = training_flops(network.config)
    size = {name: p.numel() for name, p in network.named_parameters() if p.ndim == 2 and "bias" not in name}
    cross = sum(n for name, n in size.items() if re.search(r"EncDecAttention\.[kv]\.", name))
    encoder = sum(n for name, n in size.items() if name.startswith("encoder."))
    decoder = sum(n for name, n in size.items() if name.startswith("decoder."))
    assert flops["source"] == 6 * (encoder + cross)
    assert flops["target"] == 6 * (decoder - cross + size["shared.weight"])
    twice = training_flops(network.config, passes=2)
    assert twice["target"] == 2 * flops["target"]
    assert twice["ss"] == flops["ss"]


@pytest.mark.parametrize(("device", "share"), [("NVIDIA H100 80GB HBM3", 1.0), ("Some other GPU", None)])
def test_throughput(device: str, share: float | None) -> None:
    speed = Throughput({"source": 1e12, "target": 0.0, "ss": 0.0, "tt": 0.0, "st": 0.0})
    assert speed.summary(device) == {}
    speed.add([([1] * 989, [1] * 11)] * 4)
    speed.seconds = 4.0
    found = speed.summary(device, processes=2)
    assert found["problems_per_second"] == 2.0
    assert found["tokens_per_second"] == 2000
    assert found.get("mfu") == share


def test_throughput_is_printed_at_the_end(problem_file: Path, tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = []
    trainer.train(config_for(problem_file, tmp_path, steps=3), lines.append)
    assert lines[-1]["tokens_per_second"] > lines[-1]["problems_per_second"] > 0


def test_tensorboard(problem_file: Path, tmp_path: Path) -> None:
    accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator", reason="tensorboard is optional"
    )
    trainer.train(config_for(problem_file, tmp_path, steps=4, validation=(str(problem_file),)))
    events = accumulator.EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    assert [event.step for event in events.Scalars("accuracy/train")] == [2, 4]
    assert events.Scalars("loss")[-1].value > 0


def test_families_before_and_after(checkpoint: Path, problem_file: Path, tmp_path: Path) -> None:
    config = config_for(problem_file, tmp_path, model=str(checkpoint), validation=(str(problem_file),), steps=2)
    trainer.train(config)
    record = json.loads((tmp_path / "families.json").read_text())
    for when in ("start", "best"):
        assert record[when]["train"]["加减故事"][1] == 120
    assert "| 加减故事 | 120 |" in (tmp_path / "families.md").read_text()


def test_counts_and_table() -> None:
    problems = [Problem("?", "1+2", family="a"), Problem("?", "1*2"), Problem("?", "3+2", family="a")]
    counts = count_families(problems, [True, False, False])
    assert list(counts.items()) == [("a", [1, 2]), ("*", [0, 1])]
    lines = markdown({"start": {"v": {"a": [0, 2]}}, "best": {"v": counts}}).splitlines()
    assert "| all | 2 | 0.0% | 33.3% |" in lines
    assert "| a | 2 | 0.0% | 50.0% |" in lines
    assert "| \\* | 1 |  | 0.0% |" in lines


def test_keys_are_equations_else_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    from mwp_solver.training import evaluation

    monkeypatch.setattr(evaluation, "greedy_outputs", lambda network, tokenizer, texts: ["<extra_id_0>*2"] * len(texts))
    problems = [
        Problem("有3个", "3+3"),
        Problem("有3个", "3+1"),
        Problem("有3个", None, "6个"),
        Problem("有3个", "6=", "6"),
        Problem("有3个", None, "7"),
        Problem("没有", "6"),
    ]
    verdicts = value_verdicts(torch.nn.Linear(1, 1), None, problems, EncodingOptions())  # type: ignore[arg-type]
    assert verdicts == [True, False, True, True, False, False]


def rows(path: Path, *problems: Problem) -> Path:
    write_problems(path, problems)
    return path


def text(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


CHINESE = [Problem(f"小明有{i}个梨，吃了2个，还有几个？", f"{i}-2") for i in range(3, 40)]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda d: {"data": d / "absent.jsonl"}, DataError, "absent.jsonl: No such file"),
        (lambda d: {"data": text(d / "none.jsonl", "")}, DataError, "none.jsonl: the file holds no problems"),
        (
            lambda d: {"data": text(d / "a.csv", "story,formula\nTwo and 2?,2+2\n")},
            DataError,
            r"a.csv:2.*question is missing.*columns are story, formula.*--question-column",
        ),
        (
            lambda d: {"data": text(d / "b.csv", "question,formula\nTwo and 2?,2+2\n")},
            DataError,
            r"b.csv: no row has an equation.*columns are question, formula.*--equation-column.*--answers-only",
        ),
        (
            lambda d: {"validation": rows(d / "v.jsonl", Problem("What?"))},
            DataError,
            "v.jsonl: no row has an equation or answer",
        ),
        (lambda d: {"validation": text(d / "v.jsonl", "")}, DataError, "v.jsonl: the file holds no problems"),
        (lambda d: {"model": d / "nothing"}, ModelError, "manifest.json is missing.*mwp-solver init"),
        (lambda d: {"data": rows(d / "z.jsonl", *CHINESE)}, ModelError, "does not know the data's characters"),
        (lambda d: {"model": other_vocabulary(d)}, ModelError, "different vocabularies"),
        (lambda d: {"model": without_sentencepiece(d)}, ModelError, "spiece.model cannot be read"),
        (lambda d: {"output": text(d / "file", "x")}, ModelError, "file.*(exists|Not a directory)"),
    ],
)
def test_bad_input(
    make: Any, error: type[MWPError], message: str, checkpoint: Path, problem_file: Path, tmp_path: Path
) -> None:
    shutil.copytree(checkpoint, tmp_path / "model")
    made = {"data": problem_file, "model": tmp_path / "model", "output": tmp_path / "run", **make(tmp_path)}
    validation = (str(made["validation"]),) if "validation" in made else ()
    config = TrainingConfig((str(made["data"]),), str(made["output"]), validation, model=str(made["model"]), steps=1)
    with pytest.raises(error, match=f"(?s){message}"):
        trainer.train(config)


def other_vocabulary(directory: Path) -> Path:
    shutil.copyfile(data_path("model", "spiece.model"), directory / "model" / "spiece.model")
    return vouched_for(directory / "model")


def without_sentencepiece(directory: Path) -> Path:
    (directory / "model" / "spiece.model").unlink()
    return vouched_for(directory / "model")


def vouched_for(model: Path) -> Path:
    """A manifest that agrees with what was done to the files, so that what is behind it is reached."""
    manifest = read_manifest(model)
    write_manifest(model, read_encoding(manifest), facts_of(manifest))
    return model


def test_unknown_preset_on_the_command_line() -> None:
    from click.testing import CliRunner

    from mwp_solver.cli.main import main

    result = CliRunner().invoke(main, ["train", "--data", "a.jsonl", "--output", "o", "--preset", "huge"])
    assert result.exit_code == 2
    assert "--preset: choose one of test, tiny, small, base" in result.output


def test_two_validation_files_of_one_name(problem_file: Path, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        shutil.copyfile(problem_file, tmp_path / folder / "valid.jsonl")
    files = tuple(str(tmp_path / folder / "valid.jsonl") for folder in ("a", "b"))
    trainer.train(config_for(problem_file, tmp_path / "run", steps=2, validation=files))
    manifest = read_manifest(tmp_path / "run" / "last")
    assert {"accuracy/a/valid", "accuracy/b/valid"} <= set(manifest)
