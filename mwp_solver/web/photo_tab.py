"""The part of the page where a problem is photographed."""

# No `from __future__ import annotations` here: Gradio reads the handlers' annotations when the page is built.

from typing import Any

from mwp_solver.errors import MWPError
from mwp_solver.web.page import OWN_EVENT, Page
from mwp_solver.web.photo import PhotoError, PhotoReader
from mwp_solver.web.uploads import taken

_QUEUE: dict[str, Any] = {"concurrency_limit": 1, "concurrency_id": "photo"}


def photo_tab(page: Page, question: Any, tabs: Any) -> None:
    """Add the tab to the ``gr.Tabs`` that is open, and the endpoint ``read_photo``.

    Args:
        page: the page.
        question: the text box that the text goes to.
        tabs: the ``gr.Tabs``; it turns to the tab ``solve`` when there is something to look at.
    """
    import gradio as gr

    reader = PhotoReader(page.options)
    with gr.Tab(page.words("tab_photo"), id="photo"):
        if reader.available():
            _photographing(page, reader, question, tabs)
        else:
            gr.Markdown(page.words("photo_extra"), elem_id="photo-extra")
        _endpoint(reader)


def _endpoint(reader: PhotoReader) -> None:
    import gradio as gr

    def read_photo(photo: gr.FileData) -> str:
        """Read the text of a printed problem in a picture.

        Args:
            photo: JPEG, PNG, WebP or BMP, uploaded before (gradio_client's handle_file does it); removed afterwards.

        Returns:
            The text on one line.
        """
        with taken(photo) as path:
            try:
                if path is None:
                    raise PhotoError("photo_none")
                return reader.read(path)
            except MWPError as error:
                raise gr.Error(str(error), print_exception=False) from error

    gr.api(read_photo, api_name="read_photo", **_QUEUE)


def _photographing(page: Page, reader: PhotoReader, question: Any, tabs: Any) -> None:
    import gradio as gr

    words = page.words
    gr.Markdown(words("photo_intro"))
    picture = gr.Image(
        label=words("photo_label"),
        sources=["upload", "webcam", "clipboard"],
        height=320,
        buttons=[],
        webcam_options=gr.WebcamOptions(mirror=False, constraints={"video": {"facingMode": "environment"}}),
        elem_id="photo",
    )
    message = gr.Markdown(visible=False, elem_id="photo-message")

    def read(value: Any) -> list[Any]:
        with taken(value) as path:
            if path is None:  # taken away again, or the camera chosen in place of a file
                return [gr.skip(), gr.skip(), gr.update(visible=False)]
            try:
                text = reader.read(path)
            except PhotoError as error:
                return [gr.skip(), gr.skip(), gr.update(value=words(error.code), visible=True)]
        return [text, gr.Tabs(selected="solve"), gr.update(value=words("photo_read"), visible=True)]

    # Without Gradio's preprocessing, which opens any picture, whatever its size.
    picture.input(read, inputs=[picture], outputs=[question, tabs, message], preprocess=False, **OWN_EVENT, **_QUEUE)
