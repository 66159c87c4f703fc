"""Accuracy of every family of problems, at the start of a run and of its best checkpoint, as JSON and Markdown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mwp_solver.corpus.writing import write_text
from mwp_solver.problem import Problem
from mwp_solver.training.families import family_of

JSON, MARKDOWN = "families.json", "families.md"
Counts = dict[str, list[int]]


def count_families(problems: Sequence[Problem], correct: Sequence[bool]) -> Counts:
    """Family -> [right, problems], the largest family first."""
    found: Counts = {}
    for problem, right in zip(problems, correct, strict=True):
        counts = found.setdefault(family_of(problem), [0, 0])
        counts[0] += right
        counts[1] += 1
    return dict(sorted(found.items(), key=lambda item: (-item[1][1], item[0])))


def read_families(output: Path) -> dict[str, Any]:
    """What was recorded: ``start`` and ``best``, each set -> family -> [right, problems]; empty if nothing was."""
    try:
        return dict(json.loads((output / JSON).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def record_families(output: Path, when: str, sets: Mapping[str, Counts]) -> None:
    """Write the counts of ``when`` (``start`` or ``best``) into both files."""
    record = {**read_families(output), when: dict(sets)}
    write_text(output / JSON, json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    write_text(output / MARKDOWN, markdown(record))


def markdown(record: Mapping[str, Any]) -> str:
    """The record as tables, one a set; a family's share before training stands beside that after it."""
    lines = ["# Accuracy by family", "", "Families are those the rows name, else the operations of the equation."]
    start, best = record.get("start", {}), record.get("best", {})
    for name in {**start, **best}:
        before, after = start.get(name, {}), best.get(name, {})
        lines += ["", f"## {name}", "", "| family | problems | at the start | best checkpoint |", "|---|---|---|---|"]
        for family in ("all", *{**before, **after}):
            cells = [_total(side) if family == "all" else side.get(family) for side in (before, after)]
            count = next((cell[1] for cell in cells if cell), 0)
            shown = family.replace("|", "/").replace("*", "\\*")
            lines.append(f"| {shown} | {count} | {_share(cells[0])} | {_share(cells[1])} |")
    return "\n".join(lines) + "\n"


def _total(side: Mapping[str, Sequence[int]]) -> list[int] | None:
    return [sum(counts[i] for counts in side.values()) for i in range(2)] if side else None


def _share(counts: Sequence[int] | None) -> str:
    return f"{counts[0] / counts[1]:.1%}" if counts and counts[1] else ""
