"""HTML that the page shows: every text from outside is escaped here."""

from __future__ import annotations

import html
import re
from typing import Any

_LINE_BREAK = re.compile(r"\r\n|[\n\r\f\v\u0085\u2028\u2029]")


def text(value: str) -> str:
    """A text for HTML, inside an element or an attribute in quotes.

    It has no line break either: a Markdown component takes HTML as it is only up to an empty line.
    """
    return _LINE_BREAK.sub("&#10;", html.escape(value, quote=True))


def block(elem_id: str, **properties: Any) -> Any:
    """A component for HTML made here.

    ``gr.HTML`` needs a script policy that allows ``eval``; a Markdown component shows HTML that begins with an element
    and has no empty line just as it is. What goes in must have been through :func:`text`.

    Args:
        elem_id: the component's id in the page.
        **properties: others of ``gr.Markdown``.
    """
    import gradio as gr

    return gr.Markdown(elem_id=elem_id, sanitize_html=False, latex_delimiters=[], **properties)


def note(message: str, kind: str = "info") -> str:
    """A sentence to the reader, also read aloud by a screen reader.

    Args:
        message: what to say.
        kind: ``info``, ``good``, ``bad`` or ``unsure``: how it looks.
    """
    return f'<p class="note {kind}" data-say="{text(message)}">{text(message)}</p>'
