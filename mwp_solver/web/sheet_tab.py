"""The part of the page where a whole sheet is handed in."""

# No `from __future__ import annotations` here: Gradio reads the handlers' annotations when the page is built.

import logging
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mwp_solver.errors import MWPError
from mwp_solver.web.language import language_of
from mwp_solver.web.markup import block
from mwp_solver.web.page import OWN_EVENT, Page
from mwp_solver.web.sheet import KINDS, SheetError, SheetProgress, SheetResult, solve_sheet
from mwp_solver.web.sheet_view import SheetAnswer, accuracy_line, bar, plots, sheet_answer, table_cells, table_heads
from mwp_solver.web.uploads import offered, taken

# Sheets wait for each other, not for single problems, which are solved between the chunks of a sheet.
_QUEUE: dict[str, Any] = {"concurrency_limit": 1, "concurrency_id": "sheet"}
_PLOTS = ("family", "grade", "confidence")
_log = logging.getLogger(__name__)


def sheet_tab(page: Page) -> None:
    """Add the tab to the ``gr.Tabs`` that is open, and the endpoint ``sheet``."""
    import gradio as gr

    with gr.Tab(page.words("tab_sheet"), id="sheet"):
        _handing_in(page)
        _endpoint(page)


def _endpoint(page: Page) -> None:
    import gradio as gr

    def sheet(file: gr.FileData) -> SheetAnswer:
        """Solve and grade a sheet of problems.

        Args:
            file: CSV, TSV, XLSX or JSONL, uploaded before (gradio_client's handle_file does it); removed afterwards.

        Returns:
            total, errors, graded, correct, accuracy with its 95% interval (low, high), cut (whether the file has
            more rows than are solved), and rows.
        """
        try:
            with taken(file) as path, tempfile.TemporaryDirectory() as scratch:
                if path is None:
                    raise SheetError("sheet_none")
                *_, result = solve_sheet(page.solver, path, Path(scratch), page.options)
                assert isinstance(result, SheetResult)
                return sheet_answer(result)
        except MWPError as error:
            raise gr.Error(str(error), print_exception=False) from error

    gr.api(sheet, api_name="sheet", **_QUEUE)


def _handing_in(page: Page) -> None:
    import gradio as gr

    words = page.words
    stops: dict[str, threading.Event] = {}
    gr.Markdown(words("sheet_intro"))
    file = gr.File(label=words("sheet_file"), file_types=list(KINDS), height=140, elem_id="sheet-file")
    with gr.Row():
        start = gr.Button(words("sheet_start"), variant="primary", min_width=120, elem_id="sheet-start")
        stop = gr.Button(words("sheet_stop"), interactive=False, min_width=120, elem_id="sheet-stop")
    progress = block("sheet-progress", visible=False)
    message = gr.Markdown(visible=False, elem_id="sheet-message")
    with gr.Column(visible=False, elem_id="sheet-result") as column:
        accuracy = gr.Textbox(label=words("sheet_accuracy"), interactive=False, elem_id="sheet-accuracy")
        table = gr.Dataframe(
            label=words("sheet_table"),
            headers=table_heads("zh"),
            datatype="str",
            interactive=False,
            wrap=True,
            column_widths=["52px", "44px", "46%", "14%", "14%", "26%"],
            max_height=420,
            elem_id="sheet-table",
        )
        pictures = []
        for name in _PLOTS:
            with gr.Column(visible=False) as box:
                gr.Markdown(words(f"sheet_{name}"))
                pictures += [box, block(f"sheet-{name}", elem_classes="plot")]
        downloads = gr.File(
            label=words("sheet_downloads"), file_count="multiple", interactive=False, elem_id="sheet-downloads"
        )

    outputs = [start, stop, progress, message, column, accuracy, table, downloads, *pictures]
    unchanged = [gr.skip() for _ in outputs[5:]]

    def buttons(running: bool) -> list[Any]:
        return [gr.update(interactive=not running), gr.update(interactive=running)]

    def said(code: str) -> Any:
        return gr.update(value=words(code), visible=True)

    def failed(code: str) -> list[Any]:
        return [*buttons(False), gr.update(visible=False), said(code), gr.update(visible=False), *unchanged]

    def working(step: SheetProgress) -> list[Any]:
        shown = gr.update(value=bar(step), visible=True)
        return [*buttons(True), shown, gr.update(visible=False), gr.update(visible=False), *unchanged]

    def finished(result: SheetResult, language: str) -> list[Any]:
        drawn = plots(result.report, language)
        return [
            *buttons(False),
            gr.update(value=bar(result.progress), visible=True),
            said(result.code),
            gr.update(visible=True),
            accuracy_line(result),
            gr.update(value=table_cells(result), headers=table_heads(language)),
            offered(result.files),
            *(update for name in _PLOTS for update in (gr.update(visible=bool(drawn[name])), drawn[name])),
        ]

    def run(file: Any, request: gr.Request) -> Iterator[list[Any]]:
        ended = stops[str(request.session_hash)] = threading.Event()
        try:
            with taken(file) as path, tempfile.TemporaryDirectory() as scratch:
                if path is None:
                    yield failed("sheet_none")
                    return
                steps = solve_sheet(page.solver, path, Path(scratch), page.options)
                step = next(steps)
                while isinstance(step, SheetProgress):
                    yield working(step)
                    step = steps.send(ended.is_set())
                yield finished(step, language_of(request))
        except SheetError as error:
            yield failed(error.code)
        except MWPError as error:
            _log.error("%s", error)
            yield failed("sheet_failed")
        finally:
            stops.pop(str(request.session_hash), None)

    def end(request: gr.Request) -> None:
        if (running := stops.get(str(request.session_hash))) is not None:
            running.set()

    start.click(
        run,
        inputs=[file],
        outputs=outputs,
        preprocess=False,  # Gradio would leave a copy behind
        trigger_mode="once",
        **OWN_EVENT,
        **_QUEUE,
    )
    stop.click(end, outputs=[], queue=False, **OWN_EVENT)
