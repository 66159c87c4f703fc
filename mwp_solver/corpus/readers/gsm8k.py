"""GSM8K (Cobbe et al., 2021, arXiv 2110.14168): the expression is chained from the calculator annotations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mwp_solver.corpus.readers.fields import text_field
from mwp_solver.errors import ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.render import render_expression
from mwp_solver.expression.syntax import Binary, Expression, Number, Percent, Unary, parse_expression
from mwp_solver.problem import Problem

_ANNOTATION = re.compile(r"<<([^<>=]*)=([^<>=]*)>>")
_FINAL = re.compile(r"####\s*\$?(-?[0-9.,]+)")


def read_row(row: Mapping[str, Any]) -> Problem:
    """One row; ``equation`` is ``None`` where the annotations do not chain to the final answer.

    Raises:
        DataError: naming the field that is missing.
    """
    question, solution = text_field(row, "question"), text_field(row, "answer")
    final = _FINAL.search(solution)
    answer = final.group(1).replace(",", "").rstrip(".") if final else None
    return Problem(question, answer and chain(solution, answer, question), answer, language="en")


def chain(solution: str, answer: str, question: str) -> str | None:
    """One expression for the whole solution, or ``None``.

    A later annotation's number that equals an earlier result, and does not stand in the question, is that
    result; the last annotation must be worth the answer.
    """
    given = set(re.findall(r"[0-9.]*[0-9]", question.replace(",", "")))
    results: dict[tuple[int, int], Expression] = {}

    def expand(tree: Expression) -> Expression:
        match tree:
            case Number(text):
                value = evaluate_expression(tree)
                return tree if text in given else results.get((value.p, value.q), tree)
            case Unary(operand):
                return Unary(expand(operand))
            case Percent(operand):
                return Percent(expand(operand))
            case Binary(operator, left, right):
                return Binary(operator, expand(left), expand(right))
        return tree

    last: Expression | None = None
    try:
        for left, right in _ANNOTATION.findall(solution):
            written = parse_expression(left.replace("$", "").replace(",", ""))
            result = evaluate_expression(right.replace("$", "").replace(",", ""))
            last = expand(written)
            if evaluate_expression(last) != result:
                return None
            results[(result.p, result.q)] = last
        if last is None or evaluate_expression(last) != evaluate_expression(answer):
            return None
        # The text must stand within the limits of an expression as a user's would.
        text = render_expression(last)
        evaluate_expression(text)
        return text
    except ExpressionError:
        return None
