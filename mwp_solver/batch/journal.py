"""The folder of a run: predictions and errors written as they come, and found again after a sudden end.

A chunk's errors are written out before its predictions. So whatever stands up to the last whole line of the
predictions is complete, and each file says by itself which of the later rows it has already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from mwp_solver.batch.work import Outcome
from mwp_solver.corpus.writing import write_text
from mwp_solver.errors import DataError
from mwp_solver.scoring.signature import differences

RUN, PREDICTIONS, ERRORS = "run.json", "predictions.jsonl", "errors.jsonl"
_LOCK = ".lock"


class Journal:
    """Opens, or goes on with, the folder of a run; a context manager.

    Args:
        folder: made if need be.
        made: signature of the run.
        restart: throw away what an earlier run left.

    Raises:
        DataError: if the folder holds the work of another run (the message says what differs) or of a run that is
            still going on, or cannot be written.

    Attributes:
        predictions: rows written to predictions.jsonl so far.
        errors: rows written to errors.jsonl so far.
        graded: predictions with a key.
        correct: of these, right by the strict rule.
        next_row: the first row that may still have to be solved.
    """

    def __init__(self, folder: Path, made: Mapping[str, Any], restart: bool = False) -> None:
        self.folder = folder
        self.predictions = self.errors = self.graded = self.correct = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(folder)
            try:
                if restart:
                    for name in (PREDICTIONS, ERRORS, RUN):  # what makes it a run goes last
                        (folder / name).unlink(missing_ok=True)
                self._check(made)
                self._errors, self._last_error = self._open(ERRORS)
                self._predictions, last = self._open(PREDICTIONS)
            except BaseException:
                self._lock.close()
                raise
        except OSError as error:
            raise DataError(error.strerror or "cannot be written", folder) from error
        self._last_prediction = last
        self.next_row = last + 1

    def _check(self, made: Mapping[str, Any]) -> None:
        path = self.folder / RUN
        if not path.exists():
            if (self.folder / PREDICTIONS).exists():
                raise DataError(f"there are predictions here but no {RUN}; choose another --output", self.folder)
            write_text(path, json.dumps(dict(made), ensure_ascii=False, indent=1) + "\n")
            return
        if changed := differences(read_run(self.folder), made):
            raise DataError(
                f"this folder holds another run, which cannot be continued: {'; '.join(changed)}."
                " Choose another --output, or throw the old run away with --restart",
                self.folder,
            )

    def _open(self, name: str) -> tuple[BinaryIO, int]:
        """The file, ready to append to, and its last row (-1: none); a line cut short is taken off."""
        path = self.folder / name
        path.touch()
        file = path.open("r+b")
        end, last = 0, -1
        for row in _whole_rows(file, path):
            if row["row"] <= last:
                file.close()
                raise DataError(f"row {row['row']} stands here after row {last}; use --restart", path)
            end, last = file.tell(), row["row"]
            if name == ERRORS:
                self.errors += 1
            else:
                self.predictions += 1
                self.graded += row["correct"] is not None
                self.correct += bool(row["correct"])
        file.truncate(end)
        file.seek(end)
        return file, last

    def write(self, outcomes: Sequence[Outcome]) -> None:
        """Write the outcomes of a chunk, but those that are there already.

        Raises:
            DataError: if the disk does not take them.
        """
        errors = [one for one in outcomes if one.error and one.row > self._last_error]
        predictions = [one for one in outcomes if not one.error and one.row > self._last_prediction]
        try:
            for file, new in ((self._errors, errors), (self._predictions, predictions)):
                file.write("".join(one.line + "\n" for one in new).encode())
                file.flush()
        except OSError as error:
            raise DataError(error.strerror or "cannot be written", self.folder) from error
        self.errors += len(errors)
        self.predictions += len(predictions)
        self.graded += sum(one.correct is not None for one in predictions)
        self.correct += sum(bool(one.correct) for one in predictions)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in (self._errors, self._predictions):
            file.close()
        self._lock.close()


def read_run(folder: Path) -> dict[str, Any]:
    """The signature that a run's folder states.

    Raises:
        DataError: if there is none.
    """
    path = folder / RUN
    try:
        made = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError("this is no folder made by mwp-solver evaluate --output", folder) from error
    except (OSError, ValueError) as error:
        raise DataError("cannot be read", path) from error
    if not isinstance(made, dict) or not {"model", "data", "options", "grader", "package"} <= made.keys():
        raise DataError("this is no signature of a run", path)
    return made


def read_back(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """The rows of predictions.jsonl or errors.jsonl, one at a time; a line cut short at the end is left out.

    Raises:
        DataError: if the file cannot be read.
    """
    path = folder / name
    try:
        with path.open("rb") as file:
            yield from _whole_rows(file, path)
    except OSError as error:
        raise DataError(error.strerror or "cannot be read", path) from error


def _whole_rows(file: BinaryIO, path: Path) -> Iterator[dict[str, Any]]:
    number = 0
    while (line := file.readline()).endswith(b"\n"):
        number += 1
        try:
            row = json.loads(line)
            row["row"]
        except (ValueError, KeyError, TypeError) as error:
            raise DataError("this line is not as it was written; use --restart", path, number) from error
        yield row


def _locked(folder: Path) -> BinaryIO:
    """A file that no other process can hold; the system lets go of it however this one ends."""
    file = (folder / _LOCK).open("ab")
    try:
        import fcntl
    except ImportError:  # not on Windows: there two runs at once are not noticed
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise DataError("another process is writing here; wait for it to end", folder) from error
    return file
