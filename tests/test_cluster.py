"""The Ray engine gives what the local one gives, whatever dies meanwhile.

Starting Ray takes long, so one small cluster serves all tests, and only those who ask get it: ``pytest --ray``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import batch_fakes
import pytest
from batch_fakes import adder, adder_that_dies, adder_that_is_counted, no_model, run
from click.testing import CliRunner

from mwp_solver.batch.cluster import RayEngine
from mwp_solver.batch.engine import LocalEngine
from mwp_solver.batch.journal import ERRORS, PREDICTIONS
from mwp_solver.batch.loading import load_same
from mwp_solver.batch.sources import Chunks, Source, find_sources
from mwp_solver.batch.work import Outcome
from mwp_solver.cli.main import main
from mwp_solver.errors import MissingExtraError, ModelError, MWPError
from mwp_solver.options import ClusterOptions, DecodingOptions

CPUS = 2


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Ray on this machine, with as many CPUs as tests use actors."""
    if not request.config.getoption("--ray"):
        pytest.skip("starts a Ray cluster; ask for it with --ray")
    ray = pytest.importorskip("ray", reason="ray comes with the ray extra")
    pytest.importorskip("ray.data", reason="Ray Data comes with the ray extra")
    # Ray's processes find the package and the fakes as this one does.
    root, before = Path(__file__).resolve().parents[1], os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(root), str(root / "tests")])
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray.init("local", num_cpus=CPUS, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
    yield ray
    ray.shutdown()
    os.environ.pop("PYTHONPATH")
    if before is not None:
        os.environ["PYTHONPATH"] = before


def problems(path: Path, count: int) -> Path:
    """Rows good and bad, with and without an expression."""
    lines = []
    for n in range(count):
        row = {"question": f"树上有{n}个苹果，又长出{n + 2}个，一共有多少个苹果？", "answer": str(2 * n + 2 + n % 2)}
        if n % 11 == 5:
            row = {"question": f"有{n}个梨和3个梨，一共几个？", "answer": "不知道" if n % 2 else "5"}
        lines.append("{bad" if n % 13 == 7 else json.dumps(row, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def chunks(path: Path) -> Chunks:
    return Chunks(tuple(find_sources([str(path)], path.parent)), {}, None, batch_fakes.OPTIONS.batch_size)


def timeless(chunks: Any) -> list[list[tuple[Any, ...]]]:
    """Outcomes without the time they took."""

    def plain(one: Outcome) -> tuple[Any, ...]:
        row = {name: value for name, value in json.loads(one.line).items() if name != "milliseconds"}
        return one.row, one.error, one.correct, row

    return [[plain(one) for one in chunk] for chunk in chunks]


def local(path: Path) -> list[list[tuple[Any, ...]]]:
    return timeless(LocalEngine(adder, batch_fakes.OPTIONS).run(chunks(path)))


@pytest.mark.ray
@pytest.mark.parametrize("workers", [1, CPUS])
def test_the_same_in_the_same_order_with_one_load_an_actor(cluster: Any, tmp_path: Path, workers: int) -> None:
    path = problems(tmp_path / "t.jsonl", 300)
    (loads := tmp_path / "loads").mkdir()
    engine = RayEngine(partial(adder_that_is_counted, loads), batch_fakes.OPTIONS, workers)
    assert timeless(engine.run(chunks(path))) == local(path)
    assert 1 <= len(list(loads.iterdir())) <= workers, "not one load an actor"


@pytest.mark.ray
def test_an_actor_that_dies_costs_no_row(cluster: Any, tmp_path: Path) -> None:
    path = problems(tmp_path / "t.jsonl", 100)
    grave = tmp_path / "died"
    engine = RayEngine(partial(adder_that_dies, grave, 40), batch_fakes.OPTIONS)
    assert timeless(engine.run(chunks(path))) == local(path)
    assert grave.exists(), "it did not die"


@pytest.mark.ray
def test_an_error_that_passes_is_tried_again(cluster: Any, tmp_path: Path) -> None:
    path = problems(tmp_path / "t.jsonl", 30)
    engine = RayEngine(partial(adder_that_dies, tmp_path / "failed", 10, gently=True), batch_fakes.OPTIONS)
    assert timeless(engine.run(chunks(path))) == local(path)
    assert (tmp_path / "failed").exists()


@pytest.mark.ray
def test_a_block_that_kills_every_actor_ends_the_run_with_what_came_before_it(cluster: Any, tmp_path: Path) -> None:
    path = problems(tmp_path / "t.jsonl", 100)
    engine = RayEngine(partial(adder_that_dies, None, 40), batch_fakes.OPTIONS, cluster=ClusterOptions(block_retries=0))
    outcomes = engine.run(chunks(path))
    begin = [next(outcomes) for _ in range(2)]
    with pytest.raises(MWPError, match=r"the cluster gave up .* start the same command again"):
        begin += list(outcomes)
    assert timeless(begin) == local(path)[: len(begin)]


@pytest.mark.ray
def test_a_run_begun_on_one_machine_goes_on_on_a_cluster(cluster: Any, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from mwp_solver.corpus.files import read_problems
    from mwp_solver.corpus.writing import write_problems

    lines = problems(tmp_path / "t.jsonl", 120)
    path = tmp_path / "t.parquet"
    write_problems(path, read_problems(lines, on_error=lambda error: None))
    run([path], tmp_path / "whole")
    run([path], tmp_path / "out")
    predictions = tmp_path / "out" / PREDICTIONS
    predictions.write_bytes(predictions.read_bytes()[:20_000])
    run([path], tmp_path / "out", engine=RayEngine(adder, batch_fakes.OPTIONS))
    for name in (PREDICTIONS, ERRORS):
        rows = [
            [
                {**json.loads(line), "milliseconds": None}
                for line in (tmp_path / folder / name).read_text(encoding="utf-8").splitlines()
            ]
            for folder in ("out", "whole")
        ]
        assert rows[0] == rows[1]


@pytest.mark.ray
def test_errors_meant_for_people_arrive(cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = problems(tmp_path / "t.jsonl", 20)
    with pytest.raises(MWPError, match="^there is no model here$"):
        list(RayEngine(no_model, batch_fakes.OPTIONS).run(chunks(path)))
    gone = Chunks((Source("t", tmp_path / "nowhere.parquet", "", None),), {}, None, 8)
    (outcome,) = next(RayEngine(adder, batch_fakes.OPTIONS).run(gone))
    assert outcome.error
    with pytest.raises(MWPError, match=r"3 actors with 1 CPUs each need 3, and the cluster has 2; lower --workers"):
        list(RayEngine(adder, batch_fakes.OPTIONS, 3).run(chunks(path)))
    with pytest.raises(MWPError, match="--actor-gpus"):
        list(RayEngine(adder, batch_fakes.OPTIONS, cluster=ClusterOptions(actor_gpus=0.5)).run(chunks(path)))


@pytest.mark.ray
def test_the_command_gives_the_same_with_either_engine(cluster: Any, tmp_path: Path) -> None:
    path = problems(tmp_path / "t.jsonl", 24)
    rows = []
    for engine in ("local", "ray"):
        found = CliRunner().invoke(
            main,
            ["evaluate", str(path), "--output", str(tmp_path / engine), "--batch-size", "5", "--engine", engine],
        )
        assert found.exit_code == 0, found.output
        text = (tmp_path / engine / PREDICTIONS).read_text(encoding="utf-8")
        rows.append([{**json.loads(line), "milliseconds": None} for line in text.splitlines()])
    assert rows[0] == rows[1]
    assert len(rows[0]) > 15


# --- without Ray ------------------------------------------------------------------------------------------------------


def test_without_ray_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ray", "ray.data"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError, match=r"--engine ray needs .* 'mwp-solver\[ray\]'"):
        RayEngine(adder, DecodingOptions())
    path = problems(tmp_path / "t.jsonl", 1)
    found = CliRunner().invoke(main, ["evaluate", str(path), "--engine", "ray"])
    assert found.exit_code == 2
    assert "mwp-solver[ray]" in found.stderr


@pytest.mark.parametrize("name", ["actor_cpus", "actor_gpus", "block_retries"])
def test_what_an_actor_takes_is_not_below_nothing(name: str) -> None:
    with pytest.raises(ValueError, match=rf"^--{name.replace('_', '-')}: "):
        ClusterOptions(**{name: -1})  # type: ignore[arg-type]


def test_another_model_than_the_run_began_with_is_refused() -> None:
    with pytest.raises(ModelError, match="another model than where the run began"):
        load_same("default", "0" * 64)
    with pytest.raises(ModelError, match="missing"):
        load_same("/nowhere", "0" * 64)
