"""The part of the page where a reader puts an answer right."""

# No `from __future__ import annotations` here: Gradio reads the handlers' annotations when the page is built.

import logging
from typing import Any, Literal, TypedDict

from mwp_solver.errors import DataError, MWPError
from mwp_solver.web.corrections import CorrectionError, read_correction
from mwp_solver.web.page import OWN_EVENT, Page

_QUEUE: dict[str, Any] = {"concurrency_limit": 1, "concurrency_id": "corrections"}
_log = logging.getLogger(__name__)


class CorrectionResult(TypedDict):
    """What the endpoint ``correct`` gives back."""

    status: Literal["kept", "known"]
    question: str
    answer: str | None
    expression: str | None


def feedback_panel(page: Page, question: Any) -> None:
    """Add the panel and the endpoint ``correct`` to the Blocks that is open.

    Args:
        page: the page; without a store the panel says that corrections are not kept.
        question: the text box that holds the problem.
    """
    import gradio as gr

    store, words = page.store, page.words
    with gr.Accordion(words("wrong"), open=False, elem_id="feedback"):
        if store is None:
            gr.Markdown(words("correction_off"), elem_id="feedback-off")
        else:
            gr.Markdown(words("wrong_note_public" if page.public else "wrong_note"))
            with gr.Row():
                answer = gr.Textbox(
                    label=words("right_answer"), lines=1, max_length=400, min_width=200, elem_id="right-answer"
                )
                expression = gr.Textbox(
                    label=words("right_expression"), lines=1, max_length=400, min_width=200, elem_id="right-expression"
                )
            button = gr.Button(words("send"), elem_id="send")
            message = gr.Markdown(visible=False, elem_id="feedback-message")

            def send(question: Any, answer: Any, expression: Any) -> Any:
                try:
                    code = "correction_kept" if store.add(read_correction(question, answer, expression)) else None
                except CorrectionError as error:
                    code = error.code
                except DataError as error:
                    _log.error("%s", error)
                    code = "correction_failed"
                return gr.update(value=words(code or "correction_known"), visible=True)

            gr.on(
                [button.click, answer.submit, expression.submit],
                send,
                inputs=[question, answer, expression],
                outputs=[message],
                trigger_mode="once",
                **OWN_EVENT,
                **_QUEUE,
            )

    def correct(question: str, answer: str | None = None, expression: str | None = None) -> CorrectionResult:
        """Put an answer right: it is kept on the server's machine for later training.

        Args:
            question: the problem, in Chinese or English, at most 2,000 characters.
            answer: the right answer, with or without its unit.
            expression: the right expression; one of the two, or both.

        Returns:
            status (kept, or known if the same was sent before), question, answer and expression as they were read.
        """
        if store is None:
            raise gr.Error("corrections are not kept here", print_exception=False)
        try:
            problem = read_correction(question, answer, expression)
            status: Literal["kept", "known"] = "kept" if store.add(problem) else "known"
        except DataError as error:
            _log.error("%s", error)  # it names the file, which is not the reader's to know
            raise gr.Error("the correction could not be kept", print_exception=False) from error
        except MWPError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return {
            "status": status,
            "question": problem.question,
            "answer": problem.answer,
            "expression": problem.equation,
        }

    gr.api(correct, api_name="correct", **_QUEUE)
