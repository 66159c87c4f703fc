"""Targets that read rows and files of problems."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from fuzzing.damage import mutated, mutated_bytes, mutated_gzip, mutated_zip
from fuzzing.tally import Ending
from fuzzing.texts import PROBLEMS, Target
from mwp_solver.corpus.columns import problem_of
from mwp_solver.corpus.files import numbered_problems
from mwp_solver.corpus.registry import DATA_SETS
from mwp_solver.errors import DataError

READERS = [*(data_set.load_reader() for data_set in DATA_SETS.values()), partial(problem_of, columns={})]
_NAMES = ["original_text", "equation", "ans", "id", "question", "answer", "golden", "grade", "Body", "Question"]
_NAMES += ["Equation", "Answer", "Type", "ID", "题目", "答案", "年级", "text", "language"]
_OTHERS = [None, True, float("nan"), 1e308, -0.0, 10**50, 10**5000, [], {}, b"x", "\ud800", ""]


def row(chance: random.Random) -> tuple[Any, Callable[[], Any]]:
    """A row of a data set with values of any kind, given to one of the readers of rows."""
    problem = chance.choice(PROBLEMS)
    texts = [problem.question, problem.equation or "", problem.answer or "", "<<48/2=24>> #### 72", "3"]
    found = {
        name: chance.choice(_OTHERS) if chance.random() < 0.2 else mutated(chance.choice(texts), chance)
        for name in _NAMES
        if chance.random() < 0.8
    }
    return found, partial(chance.choice(READERS), found)


def _file(
    folder: Path,
    suffix: str,
    seeds: list[bytes],
    damage: Callable[[bytes, random.Random], bytes],
    chance: random.Random,
) -> tuple[Any, Callable[[], Any]]:
    data = damage(chance.choice(seeds), chance)
    path = folder / f"fuzz{suffix}"
    path.write_bytes(data)

    def read() -> Ending:
        """Bad rows are errors of the project too, each with its place."""
        refused = 0
        for line, found in numbered_problems(path):
            if isinstance(found, DataError):
                refused += 1
                if found.source != str(path) or found.line != line:
                    raise AssertionError(f"an error without its place: {found}")
        return Ending("read, some rows refused" if refused else "read")

    return data, read


def _texts() -> dict[str, list[bytes]]:
    rows = [asdict(problem) for problem in PROBLEMS[:6]]
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in rows)
    table = "\r\n".join(["id,question,answer", *(f'{n},"{p.question}",{p.answer}' for n, p in enumerate(PROBLEMS[:6]))])
    array = json.dumps(rows, ensure_ascii=False, indent=1)
    return {
        ".jsonl": [lines.encode(), lines.encode("gb18030"), lines.encode("utf-8-sig")],
        ".json": [array.encode(), lines.replace("\n", "").encode()],
        ".csv": [table.encode("utf-8-sig"), table.replace(",", ";").encode()],
        ".tsv": [table.replace(",", "\t").encode("gb18030")],
        ".jsonl.gz": [lines.encode()],
    }


def _workbook() -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "question", "answer"])
        for number, problem in enumerate(PROBLEMS[:6], 1):
            sheet.write_row(number, 0, [number, problem.question, problem.answer])
    return buffer.getvalue()


def _parquet() -> bytes:
    import pyarrow
    from pyarrow import parquet

    buffer = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist([asdict(problem) for problem in PROBLEMS[:6]]), buffer)
    return buffer.getvalue()


def targets(folder: Path) -> dict[str, Target]:
    """Every kind of file that this installation can read; they are written into the folder."""
    found: dict[str, Target] = {"row": row}
    for suffix, seeds in _texts().items():
        damage = mutated_gzip if suffix.endswith(".gz") else mutated_bytes
        found[suffix] = partial(_file, folder, suffix, seeds, damage)
    for suffix, make, damage in ((".xlsx", _workbook, mutated_zip), (".parquet", _parquet, mutated_bytes)):
        try:
            found[suffix] = partial(_file, folder, suffix, [make()], damage)
        except ImportError:
            continue
    return found
