"""The three files of a report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mwp_solver.corpus.writing import write_text
from mwp_solver.reporting.html import html
from mwp_solver.reporting.markdown import markdown
from mwp_solver.reporting.words import Words

NAMES = ("report.json", "report.md", "report.html")


def write_reports(folder: Path, report: Mapping[str, Any], language: str | None = None) -> None:
    """Write report.json, report.md and report.html, each complete or not at all.

    Args:
        folder: of the run.
        report: from :func:`mwp_solver.batch.run.evaluation`.
        language: ``zh`` or ``en``, of what people read; by default that of most questions.

    Raises:
        DataError: if a file cannot be written.
    """
    words = Words(language or report["language"])
    texts = (
        json.dumps(dict(report), ensure_ascii=False, indent=1) + "\n",
        markdown(report, words),
        html(report, words),
    )
    for name, text in zip(NAMES, texts, strict=True):
        write_text(folder / name, text)
