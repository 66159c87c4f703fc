"""Fresh problems with known equations and answers, drawn from the template bank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from mwp_solver.corpus.template_numbers import Redraw, finite_decimal
from mwp_solver.corpus.template_texts import NumberSlot, number_text
from mwp_solver.corpus.templates import Template
from mwp_solver.errors import DataError, ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.problem import Problem

if TYPE_CHECKING:
    import sympy

MAX_DRAWS = 1000
"""Draws of one template's numbers before it is given up."""

_REMEMBERED = 10_000
_REPEATS = 20


@dataclass(frozen=True, slots=True)
class Instance:
    """One draw of a template.

    Attributes:
        question: the wording, filled.
        equation: canonical text of the equation with the numbers in it.
        value: what the equation gives.
        answer: the value in the notation that the question asks for.
        numbers: the numbers shown, in order of the template: what makes two instances differ.
        draws: how many draws it took.
    """

    question: str
    equation: str
    value: sympy.Rational
    answer: str
    numbers: tuple[sympy.Rational, ...]
    draws: int


def generate(templates: Iterable[Template], *, seed: int, count: int | None = None) -> Iterator[Problem]:
    """Draw problems from many templates, each template once before any comes again.

    Args:
        templates: where to draw from.
        seed: the same seed and templates give the same problems on every machine.
        count: how many; endless if ``None``.

    Yields:
        Problems; ``id`` is ``family/template#n``, unique in the run. A question comes again within
        10,000 problems only if its template has hardly another.

    Raises:
        DataError: if there is no template, or one gives no valid instance.
    """
    bank = list(templates)
    if not bank:
        raise DataError("no template to draw from; widen the selection")
    rng = Random(seed)
    numbering: dict[tuple[str, str], int] = {}
    recent: dict[str, None] = {}
    made = 0
    while True:
        for template in _shuffled(bank, rng):
            if made == count:
                return
            instance = draw(template, rng)
            for _ in range(_REPEATS):
                if instance.question not in recent:
                    break
                instance = draw(template, rng)
            recent[instance.question] = None
            if len(recent) > _REMEMBERED:
                del recent[next(iter(recent))]
            key = template.family, template.id
            numbering[key] = numbering.get(key, 0) + 1
            made += 1
            yield _problem(template, instance, numbering[key])


def instances(template: Template, rng: Random) -> Iterator[Problem]:
    """Draw problems from one template, endlessly.

    Raises:
        DataError: if the template gives no valid instance.
    """
    number = 0
    while True:
        number += 1
        yield _problem(template, draw(template, rng), number)


def draw(template: Template, rng: Random) -> Instance:
    """Draw one valid instance.

    Raises:
        DataError: if :data:`MAX_DRAWS` draws gave none; the message has the last reason.
    """
    reason = ""
    for draws in range(1, MAX_DRAWS + 1):
        try:
            return _attempt(template, rng, draws)
        except (Redraw, ExpressionError) as error:
            reason = str(error)
    raise template.fault(f"{MAX_DRAWS} draws gave no valid instance; the last one: {reason}")


def answer_text(value: sympy.Rational, kind: str) -> str:
    """Write an answer as its kind asks: ``12``, ``1.5``, ``2/3`` or ``25%``.

    Raises:
        Redraw: if the value is none of that kind.
    """
    if value.p <= 0:
        raise Redraw(f"the answer is {value}")
    match kind:
        case "whole":
            if value.q != 1:
                raise Redraw(f"the answer {value} is not whole")
            return str(value.p)
        case "fraction":
            if value.q > 100:
                raise Redraw(f"the answer {value} has a denominator above 100")
            return str(value.p) if value.q == 1 else f"{value.p}/{value.q}"
        case "percent":
            if 1000 % value.q:
                raise Redraw(f"the answer {value} as a percentage has more than 1 decimal")
            hundredfold = value * 100
            return finite_decimal(hundredfold.p, hundredfold.q) + "%"
    if 1000 % value.q:
        raise Redraw(f"the answer {value} has more than 3 decimals")
    return finite_decimal(value.p, value.q)


def _attempt(template: Template, rng: Random, draws: int) -> Instance:
    values: dict[str, sympy.Rational] = {}
    for name, spec in template.numbers.items():
        values[name] = spec.draw(rng, values)
    for requirement in template.require:
        if not requirement.holds(values):
            raise Redraw(f"not {requirement.text}")
    value = evaluate_expression(template.equation, values=values)
    answer = answer_text(value, template.answer)
    wording = template.texts[int(rng.random() * len(template.texts))]
    plain: dict[str, str] = {}
    texts: dict[tuple[str, str], str] = {}
    for slot in wording.slots:
        if isinstance(slot, NumberSlot):
            number = values[slot.name]
            if number.p <= 0:
                raise Redraw(f"{slot.name} is {number}")
            if slot.name not in plain:
                plain[slot.name] = template.numbers[slot.name].text(number)
            texts[slot.name, slot.format] = number_text(number, plain[slot.name], slot.format)
    return Instance(
        wording.fill(texts, template.nouns, rng),
        _equation_text(template.pieces, plain),
        value,
        answer,
        tuple([values[name] for name in values if name in plain]),
        draws,
    )


def _equation_text(pieces: tuple[str, ...], plain: dict[str, str]) -> str:
    # Every second piece is a name. In brackets a fraction is one operand wherever the name stood, so no
    # new bracket can be needed.
    written = [_operand(plain[piece]) if index % 2 else piece for index, piece in enumerate(pieces)]
    text = "".join(written)
    return plain[pieces[1]] if pieces[0] == pieces[-1] == "" and len(pieces) == 3 else text


def _operand(text: str) -> str:
    return f"({text})" if "/" in text else text


def _problem(template: Template, instance: Instance, number: int) -> Problem:
    return Problem(
        question=instance.question,
        equation=instance.equation,
        answer=instance.answer,
        id=f"{template.family}/{template.id}#{number}",
        language=template.language,
        grade=template.grade,
        family=template.family,
    )


def _shuffled(bank: list[Template], rng: Random) -> list[Template]:
    # Fisher and Yates by random() alone, which is documented to stay the same; shuffle() is not.
    order = list(bank)
    for last in range(len(order) - 1, 0, -1):
        other = int(rng.random() * (last + 1))
        order[last], order[other] = order[other], order[last]
    return order
