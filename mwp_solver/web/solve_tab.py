"""The part of the page that solves one problem: its components and what happens between them."""

# No `from __future__ import annotations` here: Gradio reads the handlers' annotations when the page is built.

from typing import Any

from mwp_solver.errors import MWPError
from mwp_solver.solving.solver import MAX_QUESTION, check_question
from mwp_solver.web.page import OWN_EVENT, SOLVER_QUEUE, Page
from mwp_solver.web.texts import EXAMPLES_EN, EXAMPLES_ZH
from mwp_solver.web.view import UNUSED, USED, View, sendable, view_of

COLORS = {USED: "#15803d", UNUSED: "#b45309"}


def solve_tab(page: Page) -> Any:
    """Add the tab to the ``gr.Tabs`` that is open.

    Returns:
        The box for the question, for tabs that put a question there.
    """
    import gradio as gr

    with gr.Tab(page.words("tab_solve"), id="solve"):
        return _solving(page)


def _solving(page: Page) -> Any:
    import gradio as gr

    solver, words = page.solver, page.words
    with gr.Row(elem_id="ask", equal_height=True):
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
    message = gr.Markdown(visible=False, elem_id="message")
    with gr.Column(visible=False, elem_id="result") as result:
        answer = gr.Textbox(label=words("answer"), interactive=False, buttons=["copy"], max_lines=3, elem_id="answer")
        expression = gr.Textbox(
            label=words("expression"), interactive=False, buttons=["copy"], max_lines=6, elem_id="expression"
        )
        gr.Markdown(words("working"))
        steps = gr.Markdown(elem_id="steps")
    numbers = gr.HighlightedText(
        label=words("numbers"), color_map=COLORS, combine_adjacent=False, visible=False, elem_id="numbers"
    )
    with gr.Column(visible=False) as more:
        alternatives = gr.Label(label=words("alternatives"), show_heading=False, elem_id="alternatives")
        gr.Markdown(words("note"), elem_id="note")
    examples = [
        gr.Dataset(
            label=words(label),
            components=[gr.Textbox(visible=False)],
            samples=[[text] for text in samples.values()],
            sample_labels=list(samples),
            elem_id=label,
            elem_classes="examples",
        )
        for label, samples in (("examples_zh", EXAMPLES_ZH), ("examples_en", EXAMPLES_EN))
    ]

    outputs = [question, message, result, answer, expression, steps, numbers, more, alternatives]

    def updates(text: Any, view: View) -> list[Any]:
        solved = bool(view.answer)
        return [
            text,
            gr.update(value=words(view.message) if view.message else "", visible=view.message is not None),
            gr.update(visible=solved),
            view.answer,
            view.expression,
            # Steps are digits and signs only, and none of these signs is one of Markdown's.
            "\n".join(f"{number}. {step}" for number, step in enumerate(view.steps, 1)),
            gr.update(value=list(view.pieces), visible=bool(view.pieces)),
            gr.update(visible=bool(view.alternatives)),
            view.alternatives,
        ]

    def solve_typed(text: Any) -> list[Any]:
        return updates(gr.skip(), view_of(solver, text))

    def solve_example(sample: Any) -> list[Any]:
        text = sample[0] if isinstance(sample, list) and sample else sample
        return updates(text, view_of(solver, text))

    def solve_link(request: gr.Request) -> Any:
        """``?q=…`` fills the box and solves, so that a problem can be linked to."""
        text = request.query_params.get("q")
        if not text:
            return [gr.skip() for _ in outputs]
        return updates(text[:MAX_QUESTION], view_of(solver, text))

    def solve(question: str) -> dict[str, Any]:
        """Solve a word problem.

        Args:
            question: text in Chinese or English, at most 2,000 characters.

        Returns:
            status, message, answer, value, expression, steps, latex, confidence, candidates and quantities;
            without a solution answer, value and expression are null and the message says why.
        """
        try:
            check_question(question)
            return solver.solve(sendable(question)).to_dict()
        except MWPError as error:
            raise gr.Error(str(error), print_exception=False) from error

    shared: dict[str, Any] = {
        "outputs": outputs,
        **OWN_EVENT,
        **SOLVER_QUEUE,
    }
    gr.on([question.submit, button.click], solve_typed, inputs=[question], trigger_mode="once", **shared)
    for dataset in examples:
        dataset.click(solve_example, inputs=[dataset], **shared)
    if (blocks := gr.context.Context.root_block) is not None:
        blocks.load(solve_link, **shared)
    gr.api(solve, api_name="solve", **SOLVER_QUEUE)
    return question
