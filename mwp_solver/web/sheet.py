"""A sheet of problems handed in on the page: solved and graded a few rows at a time, within bounds."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwp_solver.batch.engine import LocalEngine
from mwp_solver.batch.journal import ERRORS, PREDICTIONS, Journal, read_back
from mwp_solver.batch.run import TABLE, evaluation, summarize, write_table
from mwp_solver.batch.sources import Source, find_sources, read_items
from mwp_solver.errors import DataError, MWPError
from mwp_solver.options import DecodingOptions, PageOptions
from mwp_solver.reporting.files import write_reports
from mwp_solver.scoring.signature import model_part, signature
from mwp_solver.solving.solver import Solver

KINDS = (".csv", ".tsv", ".xlsx", ".jsonl")
"""suffixes of the sheets that are taken"""
MESSAGES = {
    "sheet_none": ("请先选择一个文件。", "Choose a file first."),
    "sheet_kind": (
        f"不支持这种文件。请用 {'、'.join(KINDS)}。",
        f"This kind of file is not taken. Use {', '.join(KINDS)}.",
    ),
    "sheet_large": ("文件太大。请分成几份。", "The file is too large. Hand it in in parts."),
    "sheet_unreadable": (
        "读不懂这个文件。第一行应为列名，其中一列是题目（question）。",
        "The file cannot be read. Its first row names the columns; one is the question.",
    ),
    "sheet_empty": (
        "文件里没有能用的题目。要有一列叫 question 或“题目”，答案列叫 answer 或“答案”。",
        "There is no problem in the file. One column must be called question, that of the answers answer.",
    ),
    "sheet_busy": ("文件不在了，请重新上传。", "The file is gone; upload it again."),
    "sheet_failed": ("求解时出错了，请稍后再试。", "Solving failed; try again later."),
    "sheet_done": ("完成。", "Done."),
    "sheet_cut": (
        "文件太长，只解了前面的部分。",
        "The file is long; only its first rows were solved.",
    ),
    "sheet_stopped": ("已停止，下面是已解完的部分。", "Stopped. Below is what was solved by then."),
}
"""code -> what to say in Chinese and in English"""
_CHUNK = 8
_PAUSE = 0.1
_UNPACKED = 64 << 20
"""bytes that a workbook may unpack to; it is a zip file, and a small one can hold very much"""


class SheetError(MWPError):
    """A sheet that cannot be solved.

    Attributes:
        code: of :data:`MESSAGES`.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        super().__init__(f"{MESSAGES[code][1]} ({detail})" if detail else MESSAGES[code][1])


@dataclass(frozen=True, slots=True)
class SheetProgress:
    """How far a sheet is.

    Attributes:
        done: rows, good and bad.
        total: rows to do.
        errors: of those done, not used.
        graded: of those done, with a key.
        correct: of these, right by the strict rule.
    """

    done: int
    total: int
    errors: int
    graded: int
    correct: int


@dataclass(frozen=True, slots=True)
class SheetResult:
    """What came of a sheet.

    Attributes:
        code: ``sheet_done``, ``sheet_cut`` or ``sheet_stopped``.
        progress: at the end.
        report: of :meth:`mwp_solver.scoring.summary.Summary.report`, with the first errors.
        rows: of predictions, as :mod:`mwp_solver.batch` writes them, in order.
        errors: rows that could not be used.
        files: the table of predictions (CSV) and the report (HTML), to be taken away before the next step.
    """

    code: str
    progress: SheetProgress
    report: Mapping[str, Any]
    rows: tuple[Mapping[str, Any], ...]
    errors: tuple[Mapping[str, Any], ...]
    files: tuple[Path, ...]


def check_sheet(path: Path, options: PageOptions = PageOptions()) -> None:
    """See that a file is of a kind and size that is taken.

    Raises:
        SheetError: if it is not.
    """
    if path.suffix.lower() not in KINDS:
        raise SheetError("sheet_kind")
    try:
        size = path.stat().st_size
    except OSError as error:
        raise SheetError("sheet_busy") from error
    if size > options.sheet_bytes:
        raise SheetError("sheet_large", f"at most {options.sheet_bytes >> 20} MB")
    if path.suffix.lower() == ".xlsx":
        try:
            with zipfile.ZipFile(path) as book:
                unpacked = sum(entry.file_size for entry in book.infolist())
        except (OSError, zipfile.BadZipFile) as error:
            raise SheetError("sheet_unreadable") from error
        if unpacked > _UNPACKED:
            raise SheetError("sheet_large")


def solve_sheet(
    solver: Solver, path: Path, scratch: Path, options: PageOptions = PageOptions(), name: str = "sheet"
) -> Generator[SheetProgress | SheetResult, bool | None, None]:
    """Solve and grade a sheet.

    Args:
        solver: what answers; others may use it between the steps.
        path: of the sheet.
        scratch: an empty folder for the run.
        options: bounds.
        name: of the sheet in the report.

    Yields:
        Progress, about ten times a second; at the end the result. Where ``send(True)`` answers a progress, the run
        stops there, and its result is that of the rows done.

    Raises:
        SheetError: if the sheet cannot be used.
    """
    check_sheet(path, options)
    try:
        sources = find_sources([str(path)], scratch)
        total = sum(1 for _ in read_items(sources, {}, options.sheet_rows + 1))
    except DataError as error:
        raise SheetError("sheet_unreadable") from error
    cut = total > options.sheet_rows
    total = min(total, options.sheet_rows)
    if not total:
        raise SheetError("sheet_empty")
    folder, decoding = scratch / "run", DecodingOptions()
    sources = [Source(f"{name}{path.suffix.lower()}", *_rest(source)) for source in sources]
    data = [{"name": one.name, "sha256": one.sha256} for one in sources]
    made = signature(model_part(solver.manifest, "page"), data, decoding, limit=options.sheet_rows)
    steps = evaluation(
        sources, folder, made, LocalEngine(lambda: solver, decoding), limit=options.sheet_rows, chunk=_CHUNK
    )
    code, shown, progress = "sheet_cut" if cut else "sheet_done", 0.0, SheetProgress(0, total, 0, 0, 0)
    try:
        for journal in steps:
            progress = _progress(journal, total)
            if time.monotonic() - shown < _PAUSE:
                continue
            shown = time.monotonic()
            if (yield progress):
                code = "sheet_stopped"
                break
    except DataError as error:
        raise SheetError("sheet_empty", str(error)) from error
    finally:
        steps.close()
    yield _result(folder, code, progress)


def _rest(source: Source) -> tuple[Path, str, int | None]:
    return source.path, source.sha256, source.lines


def _progress(journal: Journal, total: int) -> SheetProgress:
    done = journal.predictions + journal.errors
    return SheetProgress(done, max(total, done), journal.errors, journal.graded, journal.correct)


def _result(folder: Path, code: str, progress: SheetProgress) -> SheetResult:
    report = summarize(folder)
    write_reports(folder, report)
    write_table(folder)  # once more: a run that was stopped has none yet
    rows, errors = (tuple(read_back(folder, part)) for part in (PREDICTIONS, ERRORS))
    return SheetResult(code, progress, report, rows, errors, (folder / TABLE, folder / "report.html"))
