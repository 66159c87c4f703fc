"""The benchmarks: sound files, one for every figure, and a command that says what became of each."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
EVALUATION = ROOT / "evaluation"


def reproduce_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reproduce", EVALUATION / "reproduce.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


reproduce = reproduce_module()
BENCHMARKS = reproduce.read_benchmarks(EVALUATION / "benchmarks")
MADE = {name for benchmark in BENCHMARKS.values() for name in benchmark.results}
RECIPE = set(re.findall(r"results/([\w.-]+)", (EVALUATION / "recipes" / "default.sh").read_text(encoding="utf-8")))


@pytest.mark.parametrize("document", ["README.md", "evaluation/README.md"])
def test_a_benchmark_makes_every_result_that_is_cited(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    cited = set(re.findall(r"results/([\w-]+\.\w+)", text))
    assert cited
    assert cited <= MADE


def test_a_benchmark_or_the_recipe_makes_every_result_that_is_kept() -> None:
    kept = {path.name for path in (EVALUATION / "results").iterdir()}
    assert len(kept) > 5
    assert kept <= MADE | RECIPE
    pictures = {f"../screenshots/{path.name}" for path in (EVALUATION / "screenshots").iterdir()}
    assert pictures <= MADE


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_is_sound(name: str) -> None:
    benchmark = BENCHMARKS[name]
    script = EVALUATION / benchmark.script
    command = benchmark.command(EVALUATION, Path("data"), Path("results"), Path("work"), True)
    assert benchmark.results
    assert script.is_file()
    text = script.read_text(encoding="utf-8")
    for word in command[2:]:
        assert "{" not in word
        assert not word.startswith("--") or f'"{word}"' in text
    for result in benchmark.writes:  # a script that writes by itself is told where, and knows the name
        assert Path(result).name in text or Path(result).stem in text or any(result in word for word in command)
    for file in benchmark.data.values():  # data.sh makes it
        assert f"prepare {Path(file).parent.name} " in (EVALUATION / "recipes" / "data.sh").read_text(encoding="utf-8")


def test_the_list_names_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert reproduce.main(["--list"]) == 0
    shown = capsys.readouterr().out
    for benchmark in BENCHMARKS.values():
        assert f"\n{benchmark.name}" in f"\n{shown}"
        assert benchmark.shows in shown
        assert all(result in shown for result in benchmark.results)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Scripts and benchmarks: one that prints its arguments, one that needs data, one that fails, one that is long."""
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "results").mkdir()
    (tmp_path / "says.py").write_text("import sys; print(*sys.argv[1:])", encoding="utf-8")
    (tmp_path / "fails.py").write_text("print('half a result'); raise SystemExit(7)", encoding="utf-8")
    says = 'shows = "s"\nscript = "says.py"\n'
    for name, text in {
        "flags": f'{says}arguments = ["--to", "{{results}}"]\nprints = "flags.txt"\nrehearsal = ["--few"]\n'
        '[decoding]\nmethod = "beam"\nbeam_size = 3\n',
        "needs": f'{says}arguments = ["{{rows}}"]\nprints = "needs.txt"\n[data]\nrows = "set/valid.jsonl"\n',
        "fails": 'shows = "f"\nscript = "fails.py"\nprints = "fails.txt"\n',
        "long": f'{says}prints = "long.txt"\nhours = true\n',
    }.items():
        (tmp_path / "benchmarks" / f"{name}.toml").write_text(text, encoding="utf-8")
    (tmp_path / "results" / "fails.txt").write_text("the old result", encoding="utf-8")
    return tmp_path


def results_of(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8").strip() for path in (folder / "results").iterdir()}


def test_what_can_be_made_is_made(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reproduce.main(["--data", str(folder)], folder) == 1
    flags = f"--method beam --beam-size 3 --to {folder / 'results'}"
    assert results_of(folder) == {"flags": flags, "fails": "the old result"}
    said = capsys.readouterr().err
    for words in ("1 of 3 made", "fails: failed, exit code 7", "lacks set/valid.jsonl", "recipes/data.sh"):
        assert words in said


@pytest.mark.parametrize(
    ("arguments", "data", "code", "made"),
    [
        (["--only", "flags"], False, 0, {"flags"}),
        (["--only", "needs", "flags"], False, 3, {"flags"}),
        (["--only", "needs", "flags"], True, 0, {"flags", "needs"}),
        (["--only", "long"], False, 0, {"long"}),
    ],
)
def test_the_exit_code_tells(folder: Path, arguments: list[str], data: bool, code: int, made: set[str]) -> None:
    if data:
        (folder / "set").mkdir()
        (folder / "set" / "valid.jsonl").touch()
    assert reproduce.main(["--data", str(folder), *arguments], folder) == code
    assert results_of(folder).keys() == made | {"fails"}


def test_a_rehearsal_touches_no_result(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    before = results_of(folder)
    arguments = ["--data", str(folder), "--only", "flags", "--rehearse", "--results", str(elsewhere)]
    assert reproduce.main(arguments, folder) == 0
    assert results_of(folder) == before
    assert (elsewhere / "flags.txt").read_text(encoding="utf-8").strip().endswith("--few")


@pytest.mark.parametrize("arguments", [[], ["--data", ".", "--only", "nothing"]])
def test_bad_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        reproduce.main(arguments)
    assert end.value.code == 2
