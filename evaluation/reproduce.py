"""Make every figure of the README anew: run the benchmarks of evaluation/benchmarks, one after another.

    python evaluation/reproduce.py --data DIR [--only NAME …] [--rehearse] [--list]

A benchmark is a TOML file that names a script of this folder, its data, decoding and arguments, and the result files
that it makes. DIR holds prepared data (evaluation/recipes/data.sh DIR makes it). Benchmarks that train for hours are
run only by name. A benchmark whose data are missing is left out, and one that fails leaves its old result; the others
go on. With --rehearse each runs on a handful of problems and writes to a folder apart.

Exit code 0: all were made; 1: one failed; 3: none failed, but for one there were no data.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mwp_solver.corpus.writing import write_text

HERE = Path(__file__).resolve().parent
DONE, FAILED, LACKING = 0, 1, 3


@dataclass(frozen=True)
class Benchmark:
    """What a file of benchmarks/ says.

    Attributes:
        name: of the file.
        shows: the figures, in words.
        script: in this folder.
        arguments: of the script; ``{results}``, ``{work}`` and the names of ``data`` stand for paths.
        prints: the result file that takes what the script prints.
        writes: the result files that the script writes itself.
        rehearsal: further arguments that make it short.
        hours: whether it takes so long that it must be asked for by name.
        data: name -> file below the folder of data.
        decoding: options of decoding that the script takes as flags.
    """

    name: str
    shows: str
    script: str
    arguments: Sequence[str] = ()
    prints: str | None = None
    writes: Sequence[str] = ()
    rehearsal: Sequence[str] = ()
    hours: bool = False
    data: dict[str, str] = field(default_factory=dict)
    decoding: dict[str, str | int | float] = field(default_factory=dict)

    @property
    def results(self) -> list[str]:
        """The result files that it makes."""
        return [*([self.prints] if self.prints else []), *self.writes]

    def command(self, folder: Path, data: Path, results: Path, work: Path, rehearse: bool) -> list[str]:
        """What is run: the script of ``folder`` with all paths filled in."""
        names = {name: str(data / file) for name, file in self.data.items()}
        words = [word.format(results=results, work=work / self.name, **names) for word in self.arguments]
        flags = [word for name, value in self.decoding.items() for word in (f"--{name.replace('_', '-')}", str(value))]
        return [sys.executable, str(folder / self.script), *flags, *words, *(self.rehearsal if rehearse else ())]


def read_benchmarks(folder: Path) -> dict[str, Benchmark]:
    """All benchmarks of a folder by name."""
    files = sorted(folder.glob("*.toml"))
    return {file.stem: Benchmark(file.stem, **tomllib.loads(file.read_text(encoding="utf-8"))) for file in files}


def run(benchmark: Benchmark, command: Sequence[str], results: Path) -> int:
    """Run a benchmark; what it prints becomes its result only if it succeeds. Returns its exit code."""
    done = subprocess.run(command, stdout=subprocess.PIPE)
    if benchmark.prints is None:
        sys.stderr.buffer.write(done.stdout)
    elif done.returncode == 0:
        write_text(results / benchmark.prints, done.stdout.decode("utf-8"))
    return done.returncode


def reproduce(folder: Path, benchmarks: Sequence[Benchmark], given: argparse.Namespace) -> int:
    """Run them in order; returns the exit code."""
    failed, lacking = [], []
    for benchmark in benchmarks:
        missing = [file for file in benchmark.data.values() if not (given.data / file).is_file()]
        if missing:
            lacking.append(f"{benchmark.name}: left out, {given.data} lacks {', '.join(missing)}")
            tell(lacking[-1])
            continue
        command = benchmark.command(folder, given.data, given.results, given.work, given.rehearse)
        tell(f"{benchmark.name}: {' '.join(command[1:])}")
        begun = time.monotonic()
        code = run(benchmark, command, given.results)
        seconds = time.monotonic() - begun
        if code:
            failed.append(f"{benchmark.name}: failed, exit code {code}")
        tell(f"{benchmark.name}: exit code {code}, {seconds:.0f} s" if code else f"{benchmark.name}: {seconds:.0f} s")
    made = len(benchmarks) - len(failed) - len(lacking)
    tell("\n".join([f"{made} of {len(benchmarks)} made, in {given.results}", *failed, *lacking]))
    if lacking:
        tell(f"data are prepared by: evaluation/recipes/data.sh {given.data}")
    return FAILED if failed else LACKING if lacking else DONE


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(arguments: Sequence[str], folder: Path = HERE) -> int:
    """The command; ``folder`` holds the scripts, benchmarks/ and results/."""
    known = read_benchmarks(folder / "benchmarks")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of prepared data")
    parser.add_argument("--only", nargs="+", choices=known, metavar="NAME")
    parser.add_argument(
        "--rehearse", action="store_true", help="on a handful of problems; results go to a folder apart"
    )
    parser.add_argument("--results", type=Path, metavar="DIR", help="where results go  [default: evaluation/results]")
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="where training runs go, and go on  [default: scratch]"
    )
    parser.add_argument("--list", action="store_true", help="print the benchmarks and stop")
    given = parser.parse_args(arguments)
    if given.list:
        for benchmark in known.values():
            print(f"{benchmark.name}{' (hours)' if benchmark.hours else ''}: {benchmark.shows}")
            print(f"    {benchmark.script} -> {', '.join(benchmark.results)}")
        return DONE
    if given.data is None:
        parser.error("--data is needed: the folder of prepared data")
    chosen = [known[name] for name in given.only or known if given.only or not known[name].hours]
    with tempfile.TemporaryDirectory(prefix="mwp-solver-") as scratch:
        given.work = given.work or Path(scratch)
        given.results = given.results or (Path(tempfile.mkdtemp(), "results") if given.rehearse else folder / "results")
        given.results.mkdir(parents=True, exist_ok=True)
        return reproduce(folder, chosen, given)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
