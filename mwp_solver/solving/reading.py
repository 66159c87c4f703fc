"""What a teacher does who reads the question: put the answer into what the question says, and see whether it holds.

Unlike :mod:`mwp_solver.solving.verification` this does not use the expression that was found, so it can tell that a
neat expression answers another question. Each kind of problem has patterns that are made to recognise little and that
for certain; where none fits, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from mwp_solver.answers.form import AnswerForm
from mwp_solver.errors import ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.steps import Step, value_text
from mwp_solver.quantities import find_quantities
from mwp_solver.solving.reading_chinese import READERS as CHINESE
from mwp_solver.solving.reading_english import READERS as ENGLISH
from mwp_solver.solving.reading_kinds import Reading

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer put into what the question says.

    Attributes:
        kind: a key of :data:`mwp_solver.solving.reading_kinds.KINDS`.
        steps: what the answer gives.
        stated: the number that the last step should give, as the question says it.
        holds: whether it does.
    """

    kind: str
    steps: tuple[Step, ...]
    stated: str
    holds: bool


def findings(text: str, form: AnswerForm, value: sympy.Rational) -> tuple[Finding, ...]:
    """The checks that the words of a question allow.

    Args:
        text: normalised question.
        form: what it asks for.
        value: the answer, exact.

    Returns:
        A finding for each kind that was recognised; mostly none.
    """
    found: dict[str, Finding] = {}
    for reading in _readings(text, form):
        finding = _put_in(reading, value)
        # What can be read in two ways holds if one of them does.
        if finding is not None and (reading.kind not in found or finding.holds):
            found[reading.kind] = finding
    return tuple(found.values())


@lru_cache(maxsize=64)
def _readings(text: str, form: AnswerForm) -> tuple[Reading, ...]:
    """What the patterns see; remembered while one question's values are judged."""
    # Two numbers and what is asked: a third number makes the question another one than the patterns know.
    if form.kind not in ("number", "percent"):
        return ()
    if len([q for q in find_quantities(_ARTICLES.sub("", text)) if q.kind != "discount"]) != 2:
        return ()
    readers = CHINESE if form.language == "zh" else ENGLISH
    found = (reading for reader in readers for reading in reader(text))
    # A share has no 3 metres more than another.
    return tuple(reading for reading in found if form.kind != "percent" or reading.kind == "percent")


_ARTICLES = re.compile(
    "两(?=[个种]?数|地|人|者|车|城|队|班|站|校|村)|一(?=[^0-9])"
    r"|\b[Tt]wo(?= (?:whole )?(?:numbers|integers|people|children|friends|boys|girls|brothers|sisters|classes)\b)"
)


def borne_out(text: str, form: AnswerForm, values: Sequence[sympy.Rational]) -> sympy.Rational | None:
    """The first value that the words of a question bear out, if they contradict the first of all.

    Args:
        text: normalised question.
        form: what it asks for.
        values: distinct, the chosen one first.

    Returns:
        That value; ``None`` if the first may stand, or the question bears out none.
    """
    if not values or all(finding.holds for finding in findings(text, form, values[0])):
        return None
    # The first is contradicted, so that the question is one that is read: all its checks must hold.
    seen = ((value, findings(text, form, value)) for value in values[1:])
    return next((value for value, found in seen if found and all(finding.holds for finding in found)), None)


def _put_in(reading: Reading, value: sympy.Rational) -> Finding | None:
    written = value_text(value)
    if "/" in written or written.startswith("-"):
        written = f"({written})"
    try:
        steps = tuple(_step(step.replace("{x}", written)) for step in reading.steps)
        holds = bool(evaluate_expression(steps[-1].expression) == evaluate_expression(reading.stated))
    except ExpressionError:
        return None
    return Finding(reading.kind, steps, reading.stated, holds)


def _step(expression: str) -> Step:
    return Step(expression, value_text(evaluate_expression(expression)))
