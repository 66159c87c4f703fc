"""The tab that solves one problem: its components and what happens between them."""

# No `from __future__ import annotations` here: Gradio reads the handlers' annotations when the page is built.

from typing import Any

from mwp_solver.solving.solver import MAX_QUESTION
from mwp_solver.web.feedback_panel import feedback_panel
from mwp_solver.web.language import language_of
from mwp_solver.web.markup import block, text
from mwp_solver.web.page import OWN_EVENT, SOLVER_QUEUE, Page
from mwp_solver.web.result import result_html
from mwp_solver.web.texts import EXAMPLES_EN, EXAMPLES_ZH
from mwp_solver.web.view import view_of


def solve_tab(page: Page) -> Any:
    """Add the tab to the ``gr.Tabs`` that is open.

    Returns:
        The box for the question, for tabs that put a question there.
    """
    import gradio as gr

    with gr.Tab(page.words("tab_solve"), id="solve"):
        question = _solving(page)
        feedback_panel(page, question)
    return question


def _solving(page: Page) -> Any:
    import gradio as gr

    solver, words = page.solver, page.words
    with gr.Row(elem_classes="ask", equal_height=True):
        question = gr.Textbox(
            label=words("question"),
            placeholder=words("placeholder"),
            # With lines=1 Enter submits; the box still grows with its text.
            lines=1,
            max_lines=8,
            max_length=MAX_QUESTION,
            autofocus=True,
            scale=5,
            min_width=240,
            elem_id="question",
        )
        button = gr.Button(words("solve"), variant="primary", scale=1, min_width=96, elem_id="solve")
    result = block("result")
    block("examples", value=_examples_html())
    block("history", value=words("history"))

    def solve_typed(asked: Any, request: gr.Request) -> str:
        return result_html(view_of(solver, asked), language_of(request))

    def solve_link(request: gr.Request) -> Any:
        """``?q=…`` fills the box and solves, so that a problem can be linked to."""
        asked = request.query_params.get("q")
        if not asked:
            return [gr.skip(), gr.skip()]
        return [asked[:MAX_QUESTION], solve_typed(asked, request)]

    shared: dict[str, Any] = {**OWN_EVENT, **SOLVER_QUEUE}
    gr.on(
        [question.submit, button.click],
        solve_typed,
        inputs=[question],
        outputs=[result],
        trigger_mode="once",
        **shared,
    )
    if (blocks := gr.context.Context.root_block) is not None:
        blocks.load(solve_link, outputs=[question, result], **shared)
    return question


def _examples_html() -> str:
    """Both languages' examples by family; the style sheet puts the reader's own first."""
    lists = "".join(
        f'<div lang="{language}"><h3>{title}</h3>'
        + "".join(
            f'<button type="button" data-ask="{text(example)}" title="{text(example)}">{text(family)}</button>'
            for family, example in examples.items()
        )
        + "</div>"
        for language, title, examples in (("zh", "中文例题", EXAMPLES_ZH), ("en", "Examples in English", EXAMPLES_EN))
    )
    return f'<section class="examples">{lists}</section>'
