"""What the practice tab knows: which problems there are, a fresh one, its hint, and whether an answer is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

from mwp_solver.answers import answer_form, format_answer, grade_answer
from mwp_solver.corpus.catalogue import BankFile, catalogue
from mwp_solver.corpus.generator import draw
from mwp_solver.corpus.templates import Template, load_bank
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.school import school_equation, school_notation, school_step
from mwp_solver.expression.steps import Step, value_text, working
from mwp_solver.expression.syntax import parse_expression

MAX_ANSWER = 200
"""longest answer that is read, in characters"""


@dataclass(frozen=True, slots=True)
class Exercise:
    """A problem to practise on.

    Attributes:
        question: its text.
        equation: what gives the answer, as canonical text.
        hinted: whether the hint was shown.
        tried: whether an answer was judged; only the first one counts.
    """

    question: str
    equation: str
    hinted: bool = False
    tried: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """Problems answered, and those right at the first try."""

    right: int = 0
    tried: int = 0


def families(language: str) -> list[tuple[str, str]]:
    """The kinds of problems in a language: what to show, and the name of the family."""
    shown: dict[str, str] = {}
    for file in catalogue():
        if file.language == language:
            shown.setdefault(file.family, _family_name(file))
    return [(name, family) for family, name in shown.items()]


def grades(language: str) -> list[int]:
    """The school grades that have problems in a language; 7 is secondary school."""
    return sorted({grade for file in catalogue() if file.language == language for grade in file.grades})


def fresh(language: str, family: object, grade: object, rng: Random) -> Exercise | None:
    """Draw a problem.

    Args:
        language: ``zh`` or ``en``.
        family: a family's name; anything else stands for all.
        grade: a school grade; anything else stands for all.
        rng: where chance comes from.

    Returns:
        The problem, or ``None`` if there is none of this family and grade.
    """
    known = {name for _, name in families(language)}
    any_grade = grade not in grades(language)
    files = {
        file: len(file.grades) if any_grade else file.grades.count(grade)
        for file in catalogue()
        if file.language == language and (family not in known or file.family == family)
    }
    if not any(files.values()):
        return None
    # Every fitting template is as likely as every other, but only one file has to be loaded.
    (file,) = rng.choices(list(files), list(files.values()))
    fitting = [template for template in _templates(file.path) if any_grade or template.grade == grade]
    instance = draw(rng.choice(fitting), rng)
    return Exercise(instance.question, instance.equation)


def hint(exercise: Exercise) -> str:
    """The first step; of a problem with a single step, without its result."""
    steps = working(parse_expression(exercise.equation))
    if len(steps) == 1:
        return f"{school_notation(steps[0].expression)} = ?"
    return school_step(steps[0])


def solution(exercise: Exercise) -> tuple[str, str, Sequence[Step]]:
    """The answer as the question asks for it, the expression with its value, and the working."""
    tree = parse_expression(exercise.equation)
    value = evaluate_expression(tree)
    answer = str(format_answer(value, answer_form(exercise.question)))
    return answer, school_equation(exercise.equation, value_text(value)), working(tree)


def judge(exercise: Exercise, answer: str) -> str:
    """A verdict on an answer: ``right``, ``wrong``, ``unit``, ``percent_form`` or ``unreadable``."""
    value = evaluate_expression(parse_expression(exercise.equation))
    grade = grade_answer(answer, value, exercise.question)
    return "right" if grade.correct else grade.code


def _family_name(file: BankFile) -> str:
    if file.language == "zh":
        return file.family
    # The families have Chinese names; the files English ones.
    return file.path.name.partition(".")[0].replace("_", " ").capitalize()


@lru_cache
def _templates(path: Path) -> list[Template]:
    return load_bank([path])
