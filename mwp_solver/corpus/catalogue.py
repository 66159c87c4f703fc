"""What the bundled template bank holds, read off its lines: to load it all takes seconds, one file a tenth of one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mwp_solver.corpus.template_files import bank_files

_HEAD = re.compile(r"^(family|language): *(\S+)", re.MULTILINE)
_GRADE = re.compile(r"^    grade: *([1-7])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class BankFile:
    """A file of the bank.

    Attributes:
        path: where it lies.
        family: of its templates.
        language: ``"zh"`` or ``"en"``.
        grades: of its templates, in their order.
    """

    path: Path
    family: str
    language: str
    grades: tuple[int, ...]


@lru_cache(maxsize=1)
def catalogue() -> tuple[BankFile, ...]:
    """The files of the bundled bank, in the order in which :func:`mwp_solver.corpus.templates.load_bank` loads them."""
    return tuple(map(_read, bank_files()))


def _read(path: Path) -> BankFile:
    text = path.read_text(encoding="utf-8")
    head = dict(_HEAD.findall(text))
    return BankFile(path, head["family"], head["language"], tuple(map(int, _GRADE.findall(text))))
