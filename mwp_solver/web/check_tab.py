"""The tab that checks a pupil's answer or expression."""

# No `from __future__ import annotations` here: Gradio reads the handlers' annotations when the page is built.

from typing import Any

from mwp_solver.errors import MWPError
from mwp_solver.solving.check import Check, check
from mwp_solver.solving.screening import MESSAGES
from mwp_solver.solving.solver import MAX_QUESTION, Solver
from mwp_solver.web.language import language_of, say
from mwp_solver.web.markup import block, note, text
from mwp_solver.web.page import OWN_EVENT, SOLVER_QUEUE, Page
from mwp_solver.web.view import question_problem, sendable, shown_answer

MAX_WORK = 400
"""longest answer or expression, in characters"""

_LOOKS = {"right": "good", "unusual": "good", "wrong": "bad", "unsure": "unsure"}


def check_tab(page: Page) -> None:
    """Add the tab to the ``gr.Tabs`` that is open."""
    import gradio as gr

    words = page.words
    with gr.Tab(words("tab_check"), id="check"):
        question = gr.Textbox(
            label=words("question"),
            placeholder=words("check_placeholder"),
            lines=2,
            max_lines=8,
            max_length=MAX_QUESTION,
            elem_id="check-question",
        )
        with gr.Row():
            answer, expression = (
                gr.Textbox(
                    label=words(label),
                    placeholder=words(f"{label}_placeholder"),
                    lines=1,
                    max_lines=1,
                    max_length=MAX_WORK,
                    min_width=200,
                    elem_id=elem_id,
                )
                for label, elem_id in (("own_answer", "check-answer"), ("own_expression", "check-expression"))
            )
        button = gr.Button(words("check"), variant="primary", elem_id="check-button")
        verdict = block("check-verdict", min_height=64)

    def check_work(asked: Any, own_answer: Any, own_expression: Any, request: gr.Request) -> str:
        return verdict_html(page.solver, asked, own_answer, own_expression, language_of(request))

    gr.on(
        [button.click, answer.submit, expression.submit],
        check_work,
        inputs=[question, answer, expression],
        outputs=[verdict],
        trigger_mode="once",
        **OWN_EVENT,
        **SOLVER_QUEUE,
    )


def verdict_html(solver: Solver, question: Any, answer: Any, expression: Any, language: str) -> str:
    """What is said of a pupil's work, as HTML.

    Args:
        solver: solves the question for comparison.
        question: whatever the browser sent, like the next two.
        answer: the pupil's answer, or nothing.
        expression: the pupil's expression, or nothing.
        language: of the page, ``zh`` or ``en``.
    """
    problem = question_problem(question)
    if problem is not None:
        return note(say(problem, language), "bad")
    works = [(key, work) for key, work in (("answer", answer), ("expression", expression)) if _is_work(work)]
    if not works:
        return note(say("write_work", language), "bad")
    if any(len(work) > MAX_WORK for _, work in works):
        return note(say("work_too_long", language), "bad")
    said = []
    for key, work in works:
        try:
            own = {"answer": None, "expression": None, key: sendable(work)}
            checked = check(solver, sendable(question), own["answer"], own["expression"], language=language)
        except MWPError:
            return note(say("not_found", language), "bad")
        said.append(_verdict(key, work, checked, language))
    return f'<div class="verdicts">{"".join(said)}</div>'


def _is_work(work: object) -> bool:
    return isinstance(work, str) and bool(work.strip())


def _verdict(key: str, work: str, checked: Check, language: str) -> str:
    looks = _LOOKS[checked.verdict]
    heading = say(f"verdict_{checked.verdict}", language)
    # Of what is no problem the page speaks; the pupil's work is judged in the question's language.
    said = say(checked.code, language) if checked.code in MESSAGES else checked.reason
    reason = f"{heading}: {said}" if language == "en" else f"{heading}：{said}"
    own = ""
    if checked.verdict == "wrong" and checked.expected is not None and checked.code == "wrong":
        found = shown_answer(str(checked.expected), checked.expected.approximate)
        own = f'<p class="small">{say("found_here", language)} {text(found)}</p>'
    return f"<h3>{say(key, language)} {text(work.strip())}</h3>{note(reason, looks)}{own}"
