"""School answers: read in any notation, shown as the question asks, graded one by another."""

from mwp_solver.answers.asking import answer_form
from mwp_solver.answers.form import AnswerForm
from mwp_solver.answers.formatting import FormattedAnswer, format_answer
from mwp_solver.answers.grading import GRADE_CODES, GRADER_VERSION, Grade, grade_answer
from mwp_solver.answers.reading import read_answer
from mwp_solver.answers.words import ReadAnswer

__all__ = [
    "GRADER_VERSION",
    "GRADE_CODES",
    "AnswerForm",
    "FormattedAnswer",
    "Grade",
    "ReadAnswer",
    "answer_form",
    "format_answer",
    "grade_answer",
    "read_answer",
]
