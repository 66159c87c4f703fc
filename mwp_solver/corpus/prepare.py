"""Rows of any source -> clean training and held-out files, with an account of every row that was removed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import mwp_solver
from mwp_solver.corpus.files import numbered_problems
from mwp_solver.corpus.row_check import FAULTS, Fault, check_problem
from mwp_solver.corpus.text_lines import Row
from mwp_solver.corpus.writing import write_problems, write_text
from mwp_solver.errors import DataError
from mwp_solver.problem import Problem
from mwp_solver.text import normalize_question

REPORT = "prepare-report.json"
_HELD_OUT = ("test", "distractor", "valid")  # what stands in an earlier one leaves the later ones and train
_SPLITS = (*_HELD_OUT, "train")
_TELL = 500


@dataclass(frozen=True, slots=True)
class PrepareOptions:
    """How rows are divided and how strict one is; the report repeats them."""

    valid: float = 0.0
    """share of the training rows to put aside as valid.jsonl"""
    test: float = 0.0
    """share of the training rows to put aside as test.jsonl"""
    seed: int = 0
    """of that division"""
    strict: bool = False
    """stop at the first malformed row"""

    def __post_init__(self) -> None:
        if not (self.valid >= 0 and self.test >= 0 and self.valid + self.test < 1):
            raise ValueError("--valid, --test: shares from 0, together below 1")


@dataclass(frozen=True, slots=True)
class Input:
    """A file to prepare.

    Attributes:
        path: of any kind that :func:`mwp_solver.corpus.files.read_rows` knows.
        split: ``train``, ``valid``, ``test`` or ``distractor``; ``all`` is taken for ``train``.
        read: the reader of a data set's raw rows, or ``None`` to go by the names of columns.
        columns: field of a problem -> column that holds it, where its name is not a usual one.
    """

    path: Path
    split: str = "train"
    read: Callable[[Row], Problem] | None = None
    columns: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """A row that did not go on. ``id`` is its own, or file:line; ``fault`` is one of :data:`FAULTS`."""

    file: str
    line: int
    id: str
    fault: str
    reason: str


@dataclass(slots=True)
class Report:
    """What came in and what went out.

    Attributes:
        options: as given.
        inputs: per file: file, split, rows, each of :data:`FAULTS`, kept.
        outputs: per file written: file, rows, without_equation, sha256.
        removed: every removed row.
        warnings: what else the user should know.
    """

    options: PrepareOptions
    inputs: list[dict[str, Any]] = field(default_factory=list)
    outputs: list[dict[str, Any]] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"made_by": f"mwp-solver {mwp_solver.__version__} data prepare", **asdict(self)}


def prepare(
    inputs: Iterable[Input],
    output: str | Path,
    options: PrepareOptions = PrepareOptions(),
    held_out: Iterable[str | Path] = (),
    progress: Callable[[str, int], None] | None = None,
) -> Report:
    """Normalise, check, deduplicate and divide problems; write ``train.jsonl`` and its like, and the report.

    A row is removed if its equation or answer cannot be read, if these two disagree, if its question stands
    earlier in the same split, or if it stands in a split or file held out from this one.

    Args:
        inputs: what to read.
        output: folder to write; made if need be.
        options: division and strictness.
        held_out: files whose questions must not be trained on; they are only read.
        progress: told now and then which file is being read and how many rows of it have been.

    Returns:
        The report, as also written to ``prepare-report.json``.

    Raises:
        DataError: if a file cannot be read or written, if an output would take the place of an input or stand
            beside a split of an earlier run; with ``strict`` at the first malformed row.
    """
    held_out = list(held_out)
    sources = [replace(source, split=_split(source.split)) for source in inputs]
    sources.sort(key=lambda source: _SPLITS.index(source.split))  # stable: else in the order given
    output, report = Path(output), Report(options)
    names = _outputs(sources, options)
    _check_folder(output, names, [*(source.path for source in sources), *map(Path, held_out)])
    # question -> where it stands: barred from training rows only, or taken by a split before
    barred = {question: str(path) for path in held_out for question in _held_out_questions(Path(path), report)}
    taken: dict[str, str] = {}
    kept: dict[str, list[Problem]] = {name: [] for name in names}
    for split in dict.fromkeys(source.split for source in sources):
        mine = [source for source in sources if source.split == split]
        questions: set[str] = set()
        others = barred | taken if split == "train" else taken
        for problem in _clean(mine, others, questions, report, progress):
            kept[_side(problem.question, options) if split == "train" else split].append(problem)
        taken |= dict.fromkeys(questions, split)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(error.strerror or "cannot be made", output) from error
    for name, problems in kept.items():
        path = output / f"{name}.jsonl"
        write_problems(path, problems)
        report.outputs.append(
            {
                "file": path.name,
                "rows": len(problems),
                "without_equation": sum(problem.equation is None for problem in problems),
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
        )
    write_text(output / REPORT, json.dumps(report.to_dict(), ensure_ascii=False, indent=1) + "\n")
    return report


def _clean(
    sources: Iterable[Input],
    barred: dict[str, str],
    questions: set[str],
    report: Report,
    progress: Callable[[str, int], None] | None,
) -> Iterator[Problem]:
    """The good rows of one split; every question seen, good or not, goes into ``questions``."""
    seen: set[str] = set()
    for source in sources:
        counts: Counter[str] = Counter(rows=0, **dict.fromkeys(FAULTS, 0), kept=0)
        for line, item in numbered_problems(source.path, source.columns, source.read):
            counts["rows"] += 1
            if progress and counts["rows"] % _TELL == 0:
                progress(str(source.path), counts["rows"])
            place = f"{source.path}:{line}"
            id = place
            try:
                if isinstance(item, DataError):
                    if report.options.strict:
                        raise item
                    raise Fault("malformed", str(item).removeprefix(f"{place}: "))
                id = item.id or place
                question = normalize_question(item.question)
                questions.add(question)
                problem = check_problem(item, question)
                if question in seen:
                    raise Fault("duplicate", "its question stands earlier in this split")
                if question in barred:
                    raise Fault("leaked", f"its question also stands in {barred[question]}")
            except Fault as fault:
                counts[fault.fault] += 1
                report.removed.append(Removed(str(source.path), line, id, fault.fault, fault.reason))
            else:
                counts["kept"] += 1
                seen.add(question)
                yield problem
        report.inputs.append({"file": str(source.path), "split": source.split, **counts})


def _held_out_questions(path: Path, report: Report) -> Iterator[str]:
    bad = 0
    for _, item in numbered_problems(path):
        if isinstance(item, Problem):
            yield normalize_question(item.question)
        elif report.options.strict:
            raise item
        else:
            bad += 1
    if bad:
        report.warnings.append(f"{path}: {bad:,} malformed rows of a held-out file could not be compared")


def _side(question: str, options: PrepareOptions) -> str:
    """Where a training row goes: by its question and the seed alone, so that other rows cannot move it.

    Shares are cut from both ends, so that a larger one only adds to what a smaller one had.
    """
    digest = hashlib.sha256(f"{options.seed}\0{question}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    return "valid" if place < options.valid else "test" if place >= 1 - options.test else "train"


def _split(name: str) -> str:
    if name == "all":
        return "train"
    if name not in _SPLITS:
        raise DataError(f"no split {name}; there are {', '.join(_SPLITS)}")
    return name


def _outputs(sources: Iterable[Input], options: PrepareOptions) -> list[str]:
    splits = {source.split for source in sources}
    if not splits:
        raise DataError("there is nothing to prepare; name a data set or files")
    if "train" in splits:
        splits |= {name for name in ("valid", "test") if getattr(options, name)}
    return [name for name in reversed(_SPLITS) if name in splits]


def _check_folder(output: Path, names: Iterable[str], inputs: Iterable[Path]) -> None:
    files = {output / f"{name}.jsonl" for name in names}
    read = {path.resolve() for path in inputs}
    if taken := sorted(file for file in files if file.resolve() in read):
        raise DataError("would take the place of a file that is read; choose another --output", taken[0])
    others = [output / f"{name}.jsonl" for name in _SPLITS]
    if stale := [path for path in others if path not in files and path.exists()]:
        # Left beside the new files, its rows might stand in train.jsonl too.
        raise DataError("is of an earlier run; remove it or choose another --output", stale[0])
