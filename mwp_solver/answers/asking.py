"""What a question asks its answer to look like, as far as its words tell."""

from __future__ import annotations

from mwp_solver.answers.asking_chinese import form_chinese
from mwp_solver.answers.asking_english import form_english
from mwp_solver.answers.form import AnswerForm
from mwp_solver.text import language_of, normalize_question

_LONGEST = 1000
"""characters read, from the end: the question stands last"""


def answer_form(question: str) -> AnswerForm:
    """What a question asks for.

    Args:
        question: the problem's whole text, Chinese or English.

    Returns:
        The form; where the words tell nothing, a plain number.
    """
    text = normalize_question(question[-_LONGEST:])
    return form_chinese(text) if language_of(text) == "zh" else form_english(text)
