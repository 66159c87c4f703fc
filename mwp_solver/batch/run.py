"""A whole run: read, solve, write, and sum up."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from mwp_solver.batch import table as tables
from mwp_solver.batch.engine import Engine
from mwp_solver.batch.journal import ERRORS, PREDICTIONS, Journal, read_back, read_run
from mwp_solver.batch.sources import Chunks, Source
from mwp_solver.errors import DataError
from mwp_solver.scoring.summary import Summary

TABLE = "predictions.csv"
_FIRST_ERRORS = 20


def complete(
    steps: Generator[Journal, None, dict[str, Any]], progress: Callable[[Journal], None] | None = None
) -> dict[str, Any]:
    """Go through with an :func:`evaluation`.

    Args:
        steps: the evaluation.
        progress: called with the journal at the start and after each chunk.

    Returns:
        The report.

    Raises:
        DataError, MWPError: see :func:`evaluation`.
    """
    with closing(steps):
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
    table: str = TABLE,
) -> Generator[Journal, None, dict[str, Any]]:
    """Solve every row that is not solved yet, a chunk at a time, and sum up all.

    Rows are solved in chunks that begin at fixed places, so that a run that was cut short and continued gives
    what it would have given in one go. Closed early, this leaves the folder as such a run does.

    Args:
        sources: from :func:`mwp_solver.batch.sources.find_sources`.
        folder: of the run; predictions.jsonl and errors.jsonl grow in it.
        made: signature of the run; a folder of another signature is refused.
        engine: where the work is done.
        columns: field of a problem -> column that holds it.
        limit: rows taken of each source, or ``None`` for all.
        chunk: rows solved together.
        restart: throw away what an earlier run left.
        table: name of the table that is written at the end; its suffix, .csv or .parquet, says which kind.

    Yields:
        The journal, at the start and after each chunk.

    Returns:
        The report, see :meth:`mwp_solver.scoring.summary.Summary.report`, with the first errors.

    Raises:
        DataError: if the folder is of another run, or there is no problem in any file.
        MWPError: if the solver cannot be loaded or a process dies.
    """
    with Journal(folder, made, restart) as journal:
        yield journal
        begin = journal.next_row - journal.next_row % chunk
        for outcomes in engine.run(Chunks(tuple(sources), dict(columns or {}), limit, chunk, begin)):
            journal.write(outcomes)
            yield journal
        report = summarize(folder)
        if not journal.predictions:
            reasons = [f" ({error['where']}: {error['reason']})" for error in report["first_errors"][:1]]
            raise DataError(
                f"there are no problems in {', '.join(source.name for source in sources)}{''.join(reasons)}"
            )
        write_table(folder, table)
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


def write_table(folder: Path, name: str = TABLE) -> None:
    """Write the predictions so far as a table.

    Args:
        folder: of a run.
        name: of the table; its suffix says which kind, see :func:`mwp_solver.batch.table.write_table`.

    Raises:
        DataError: if it is no such folder, or cannot be written to.
        MissingExtraError: for Parquet without pyarrow.
    """
    tables.write_table(folder / name, read_back(folder, PREDICTIONS))
