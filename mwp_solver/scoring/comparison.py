"""Two runs over the same problems: the difference, how sure it is, and the problems won and lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from mwp_solver.errors import DataError
from mwp_solver.scoring.grading import RULES, STRICT
from mwp_solver.scoring.intervals import RESAMPLES, SEED, paired_bootstrap

Row = Mapping[str, Any]
_SHOWN = ("file", "line", "id", "question", "key")
_OF_EACH = ("answer", "expression", "confidence")


def compare(
    first: Iterable[Row], second: Iterable[Row], *, seed: int = SEED, resamples: int = RESAMPLES, examples: int = 10
) -> dict[str, Any]:
    """Compare the predictions of two runs, A and B, over the same data.

    Args:
        first: rows of A, in the order of its file.
        second: rows of B.
        seed: of the bootstrap.
        resamples: of the bootstrap.
        examples: how many of the problems won, and of those lost, are shown.

    Returns:
        In JSON's types: ``rules`` (for each: difference, interval, p-value, counts), ``won`` and ``lost``
        (the first problems that only B or only A has right by the strict rule), ``only_a`` and ``only_b``
        (rows that stand in one run alone and so are not compared).

    Raises:
        DataError: if a row of the same place has another question or key, or nothing can be compared.
    """
    counts = {rule: {(a, b): 0 for a in (True, False) for b in (True, False)} for rule in RULES}
    shown: dict[str, list[dict[str, Any]]] = {"won": [], "lost": []}
    alone = {"only_a": 0, "only_b": 0}
    for a, b in _pairs(first, second):
        if a is None or b is None:
            alone["only_b" if a is None else "only_a"] += 1
            continue
        if (a["question"], a["key"]) != (b["question"], b["key"]):
            raise DataError("the two runs have another question or key here", a["file"], a["line"])
        if a["correct"] is None:
            continue
        for rule in RULES:
            counts[rule][a["rules"][rule], b["rules"][rule]] += 1
        if a["rules"][STRICT] != b["rules"][STRICT]:
            side = shown["won" if b["rules"][STRICT] else "lost"]
            if len(side) < examples:
                side.append(
                    {
                        **{name: a[name] for name in _SHOWN},
                        "a": {name: a[name] for name in _OF_EACH},
                        "b": {name: b[name] for name in _OF_EACH},
                    }
                )
    if not sum(counts[STRICT].values()):
        raise DataError("no problem with a key stands in both runs")
    return {
        "bootstrap": {"resamples": resamples, "seed": seed, "interval": 0.95},
        "rules": {rule: _figures(table, seed, resamples) for rule, table in counts.items()},
        **shown,
        **alone,
    }


def _figures(table: Mapping[tuple[bool, bool], int], seed: int, resamples: int) -> dict[str, Any]:
    difference = paired_bootstrap(
        table[True, True], table[False, True], table[True, False], table[False, False], seed=seed, resamples=resamples
    )
    figures = {name: round(value, 6) for name, value in asdict(difference).items()}
    figures["difference"] = figures.pop("value")
    return figures


def _pairs(first: Iterable[Row], second: Iterable[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Rows of the same place together; both sides come in order of file and line."""
    left, right = iter(first), iter(second)
    a, b = next(left, None), next(right, None)
    while a is not None or b is not None:
        if b is None or (a is not None and _place(a) < _place(b)):
            yield a, None
            a = next(left, None)
        elif a is None or _place(b) < _place(a):
            yield None, b
            b = next(right, None)
        else:
            yield a, b
            a, b = next(left, None), next(right, None)


def _place(row: Row) -> tuple[int, int]:
    return row["source"], row["line"]


def check_comparable(made_a: Mapping[str, Any], made_b: Mapping[str, Any]) -> None:
    """Raise DataError unless two signatures are of runs over the same data, graded alike.

    Args:
        made_a: signature of A.
        made_b: signature of B.
    """
    if [file["sha256"] for file in made_a["data"]] != [file["sha256"] for file in made_b["data"]]:
        names = (", ".join(file["name"] for file in made["data"]) for made in (made_a, made_b))
        raise DataError("the two runs are not over the same data ({}; {}); run both on the same files".format(*names))
    if made_a["grader"] != made_b["grader"]:
        raise DataError(
            f"the two runs were graded by different versions ({made_a['grader']}, {made_b['grader']}); run both again"
        )
