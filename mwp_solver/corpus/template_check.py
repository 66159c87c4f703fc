"""The quality gate of the template bank: every rule that a program can enforce."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from mwp_solver.corpus.generator import draw
from mwp_solver.corpus.question_kind import kind_faults
from mwp_solver.corpus.template_masks import duplicate_faults
from mwp_solver.corpus.template_numbers import Computed, names_in
from mwp_solver.corpus.template_reading import misreading, reading_faults
from mwp_solver.corpus.templates import Template
from mwp_solver.errors import DataError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.syntax import Binary, Expression, Name, Number, Percent, Unary

DISTINCT = 50
"""Different sets of shown numbers that a template must be able to give …"""
TRIES = 300
"""… within this many instances; 50 sets in all would just do, 200 do it easily."""
MAX_DRAWS_PER_INSTANCE = 40
"""A template that throws away more draws than this for one instance slows the whole bank."""


def check_bank(templates: Iterable[Template]) -> list[str]:
    """Check every template, and all of them against each other.

    Args:
        templates: a loaded bank.

    Returns:
        The faults, each ``file:template: message``; empty if there are none.
    """
    bank = list(templates)
    faults = [str(template.fault(message)) for template in bank for message in check_template(template)]
    return faults + [str(template.fault(message)) for template, message in duplicate_faults(bank)]


def check_template(template: Template) -> list[str]:
    """Check one template by itself; returns messages."""
    faults = [
        *_name_faults(template),
        *_notation_faults(template),
        *reading_faults(template),
        *kind_faults(template),
    ]
    return faults or list(_drawing_faults(template))


def _name_faults(template: Template) -> Iterator[str]:
    used = names_in(template.equation)
    shown: set[str] = set()
    if isinstance(template.equation, (Name, Number)):
        yield "the equation has no operation"
    for place, wording in enumerate(template.texts, 1):
        slots = {slot.name for slot in wording.number_slots}
        shown |= slots
        for name in sorted(used - slots):
            yield f"text {place} has no slot {{{name}}}, which the equation uses"
        for name in sorted(slots - used - set(template.distractors)):
            yield f"text {place} shows {{{name}}}, which is neither in the equation nor a distractor"
    for name in template.distractors:
        if name in used:
            yield f"distractor {name} is used by the equation"
        elif name not in shown:
            yield f"distractor {name} is a slot in no text"
    helping = set(shown)
    for requirement in template.require:
        helping |= names_in(requirement.left) | (names_in(requirement.right) if requirement.right else set())
    for spec in template.numbers.values():
        helping |= names_in(spec.tree) if isinstance(spec, Computed) else set()
    for name in template.numbers:
        if name not in helping:
            yield f"number {name} is never used"


def _notation_faults(template: Template) -> Iterator[str]:
    """A slot's format must fit what the equation says of the number."""
    formats: dict[str, set[str]] = {}
    for wording in template.texts:
        for slot in wording.number_slots:
            formats.setdefault(slot.name, set()).add(slot.format)
    bare, percents, literals = _operands(template.equation)
    for name, kinds in sorted(formats.items()):
        if "percent" in kinds and name in bare:
            yield f"{{{name}:percent}} is written with %, so the equation must say {name}%"
        elif name in percents and kinds != {"percent"}:
            yield f"the equation says {name}%, so every text must say {{{name}:percent}}"
        if "fold" in kinds and name in bare and not literals & {"10", "0.1", "100"}:
            yield f"{{{name}:fold}} is tenths, so the equation must say {name}/10"


def _operands(tree: Expression) -> tuple[set[str], set[str], set[str]]:
    """Names without %, names with %, and literals."""
    match tree:
        case Name(id):
            return {id}, set(), set()
        case Percent(Name(id)):
            return set(), {id}, set()
        case Number(text):
            return set(), set(), {text}
        case Unary(operand) | Percent(operand):
            return _operands(operand)
        case Binary(_, left, right):
            one, two = _operands(left), _operands(right)
            return one[0] | two[0], one[1] | two[1], one[2] | two[2]
    raise TypeError("not an expression tree")


def _drawing_faults(template: Template) -> Iterator[str]:
    rng = Random(0)
    seen: set[tuple[object, ...]] = set()
    draws = 0
    try:
        for tries in range(1, TRIES + 1):
            instance = draw(template, rng)
            draws += instance.draws
            if tries <= 5 and evaluate_expression(instance.equation) != instance.value:
                yield f"the equation {instance.equation} does not give {instance.value}"
                return
            if wrong := misreading(instance.question, template.language):
                yield wrong
                return
            seen.add(instance.numbers)
            if len(seen) >= DISTINCT:
                break
    except DataError as error:
        yield str(error).removeprefix(f"{error.source}: ")
        return
    if len(seen) < DISTINCT:
        yield f"only {len(seen)} different sets of numbers in {TRIES} instances; widen the ranges"
    if draws > MAX_DRAWS_PER_INSTANCE * tries:
        yield (
            f"an instance takes {draws // tries} draws on average; at most {MAX_DRAWS_PER_INSTANCE}: "
            "narrow the ranges or compute numbers from others"
        )
