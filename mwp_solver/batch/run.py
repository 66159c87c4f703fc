"""A whole run: read, solve, write, and sum up."""

from __future__ import annotations

import csv
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mwp_solver.batch.engine import Engine
from mwp_solver.batch.journal import ERRORS, PREDICTIONS, Journal, read_back, read_run
from mwp_solver.batch.sources import Item, Source, read_items
from mwp_solver.corpus.spreadsheet import safe_cell
from mwp_solver.corpus.writing import replacing
from mwp_solver.errors import DataError
from mwp_solver.scoring.summary import Summary

TABLE = "predictions.csv"
_COLUMNS = (
    *("file", "line", "id", "question", "answer", "expression", "key", "correct", "reason"),
    *("confidence", "grade", "family"),
)
_FIRST_ERRORS = 20


def evaluate(
    sources: Sequence[Source],
    folder: Path,
    made: Mapping[str, Any],
    engine: Engine,
    *,
    columns: Mapping[str, str] | None = None,
    limit: int | None = None,
    chunk: int = 32,
    restart: bool = False,
    progress: Callable[[Journal], None] | None = None,
) -> dict[str, Any]:
    """Solve every row that is not solved yet, and sum up all.

    Rows are solved in chunks that begin at fixed places, so that a run that was cut short and continued gives
    what it would have given in one go.

    Args:
        sources: from :func:`mwp_solver.batch.sources.find_sources`.
        folder: of the run; predictions.jsonl and errors.jsonl grow in it.
        made: signature of the run; a folder of another signature is refused.
        engine: where the work is done.
        columns: field of a problem -> column that holds it.
        limit: rows taken of each source, or ``None`` for all.
        chunk: rows solved together.
        restart: throw away what an earlier run left.
        progress: called with the journal at the start and after each chunk.

    Returns:
        The report, see :meth:`mwp_solver.scoring.summary.Summary.report`, with the first errors.

    Raises:
        DataError: if the folder is of another run, or there is no problem in any file.
        MWPError: if the solver cannot be loaded or a process dies.
    """
    steps = evaluation(sources, folder, made, engine, columns=columns, limit=limit, chunk=chunk, restart=restart)
    while True:
        try:
            journal = next(steps)
        except StopIteration as end:
            return dict(end.value)
        if progress:
            progress(journal)


def evaluation(
    sources: Sequence[Source],
    folder: Path,
    made: Mapping[str, Any],
    engine: Engine,
    *,
    columns: Mapping[str, str] | None = None,
    limit: int | None = None,
    chunk: int = 32,
    restart: bool = False,
) -> Generator[Journal, None, dict[str, Any]]:
    """The same a chunk at a time, for those who show it as it goes, or may stop it: closed early, it leaves the
    folder as a run that was cut short.

    Yields:
        The journal, at the start and after each chunk.
    """
    with Journal(folder, made, restart) as journal:
        yield journal
        begin = journal.next_row - journal.next_row % chunk
        for outcomes in engine.run(_chunks(read_items(sources, columns or {}, limit), chunk, begin)):
            journal.write(outcomes)
            yield journal
        report = summarize(folder)
        if not journal.predictions:
            reasons = [f" ({error['where']}: {error['reason']})" for error in report["first_errors"][:1]]
            raise DataError(
                f"there are no problems in {', '.join(source.name for source in sources)}{''.join(reasons)}"
            )
        _write_table(folder)
    return report


def summarize(folder: Path) -> dict[str, Any]:
    """The report of a run's folder, from what is written there.

    Raises:
        DataError: if it is no such folder.
    """
    summary = Summary(read_run(folder))
    for row in read_back(folder, PREDICTIONS):
        summary.add(row)
    first: list[dict[str, Any]] = []
    for row in read_back(folder, ERRORS):
        summary.add_error(row)
        if len(first) < _FIRST_ERRORS:
            first.append(row)
    return {**summary.report(), "first_errors": first}


def _chunks(items: Iterable[Item], size: int, begin: int) -> Iterator[list[Item]]:
    chunk: list[Item] = []
    for item in items:
        if item.row < begin:
            continue
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _write_table(folder: Path) -> None:
    """The predictions for a spreadsheet; no cell of it runs as a formula."""
    # Spreadsheets take a CSV file for UTF-8 only if it says so in its first bytes.
    with replacing(folder / TABLE) as temporary, open(temporary, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for row in read_back(folder, PREDICTIONS):
            writer.writerow([safe_cell(row[column]) for column in _COLUMNS])
