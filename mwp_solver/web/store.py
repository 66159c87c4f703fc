"""Corrections on disk: one SQLite file that several processes may write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from mwp_solver.errors import DataError
from mwp_solver.options import PageOptions
from mwp_solver.problem import Problem
from mwp_solver.text import normalize_question
from mwp_solver.web.corrections import CorrectionError, read_correction

_APPLICATION = 0x4D575031  # "MWP1": a file of another program is not written to
_SCHEMA = f"""
PRAGMA application_id = {_APPLICATION};
CREATE TABLE IF NOT EXISTS corrections (
    id INTEGER PRIMARY KEY,
    created TEXT NOT NULL,
    question TEXT NOT NULL,
    equation TEXT,
    answer TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS once
    ON corrections (question, coalesce(equation, ''), coalesce(answer, ''));
"""


def default_file() -> Path:
    """Where corrections are kept if nobody says otherwise."""
    from platformdirs import user_data_path

    return user_data_path("mwp-solver", appauthor=False) / "feedback.sqlite"


class Store:
    """Corrections in a file; made when the first is kept.

    Args:
        path: of the SQLite file, or ``None`` for :func:`default_file`.
        most: corrections kept.
    """

    def __init__(self, path: str | Path | None = None, most: int = PageOptions().corrections) -> None:
        self.path = default_file() if path is None else Path(path)
        self.most = most

    def add(self, problem: Problem) -> bool:
        """Keep a correction.

        Args:
            problem: from :func:`mwp_solver.web.corrections.read_correction`.

        Returns:
            Whether it is new; the same again changes nothing.

        Raises:
            CorrectionError: if no more are kept.
            DataError: if the file cannot be written.
        """
        row = (datetime.now(UTC).isoformat(timespec="seconds"), problem.question, problem.equation, problem.answer)
        self._make_folder()
        with self._open("rwc") as file, file:
            if file.execute("PRAGMA user_version").fetchone()[0] == 0:
                self._prepare(file)
            # One statement, so that no other process gets in between the count and the row.
            added = file.execute(
                "INSERT OR IGNORE INTO corrections (created, question, equation, answer)"
                " SELECT ?, ?, ?, ? WHERE (SELECT count(*) FROM corrections) < ?",
                (*row, self.most),
            ).rowcount
            if added == 0 and not self._has(file, row):
                raise CorrectionError("correction_full")
        return bool(added)

    def problems(self) -> Iterator[Problem]:
        """Every correction, oldest first, with its number as id (``feedback-7``).

        Raises:
            DataError: if there is no such file, or it cannot be read.
        """
        with self._open("ro") as file:
            for number, question, equation, answer in file.execute(
                "SELECT id, question, equation, answer FROM corrections ORDER BY id"
            ):
                yield Problem(question, equation, answer, id=f"feedback-{number}")

    def _make_folder(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DataError(f"{error.strerror}; choose another --feedback-file", self.path) from error

    @contextmanager
    def _open(self, mode: str) -> Iterator[sqlite3.Connection]:
        if mode == "ro" and not self.path.is_file():
            raise DataError("there are no corrections yet; the page keeps them here (serve --feedback-file)", self.path)
        try:
            # A connection a call: cheap, and none is shared by the server's threads.
            address = f"{self.path.absolute().as_uri()}?mode={mode}"
            with closing(sqlite3.connect(address, timeout=10, uri=True)) as file:
                if file.execute("PRAGMA application_id").fetchone()[0] not in (0, _APPLICATION):
                    raise DataError("this is the file of another program; choose another --feedback-file", self.path)
                yield file
        except sqlite3.Error as error:
            raise DataError(f"the file of corrections cannot be used: {error}", self.path) from error

    def _prepare(self, file: sqlite3.Connection) -> None:
        tables = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables - {"corrections"}:
            raise DataError("this is the file of another program; choose another --feedback-file", self.path)
        # Write-ahead log: readers and writers do not wait for each other.
        file.execute("PRAGMA journal_mode = WAL")
        file.executescript(_SCHEMA + "PRAGMA user_version = 1;")

    @staticmethod
    def _has(file: sqlite3.Connection, row: tuple[str | None, ...]) -> bool:
        found = file.execute(
            "SELECT 1 FROM corrections WHERE question = ? AND equation IS ? AND answer IS ?", row[1:]
        ).fetchone()
        return found is not None


def training_set(store: Store) -> tuple[list[Problem], int, int]:
    """The corrections as problems to train on: for each question the newest, read again by today's parsers.

    Returns:
        The problems; how many older corrections newer ones replaced; how many can no longer be read.

    Raises:
        DataError: if there is no file of corrections, or it cannot be read.
    """
    newest: dict[str, Problem] = {}
    replaced = unreadable = 0
    for kept in store.problems():
        try:
            read = read_correction(kept.question, kept.answer, kept.equation)
        except CorrectionError:
            unreadable += 1
            continue
        key = normalize_question(kept.question)
        replaced += newest.pop(key, None) is not None
        newest[key] = Problem(read.question, read.equation, read.answer, kept.id, read.language)
    return list(newest.values()), replaced, unreadable
