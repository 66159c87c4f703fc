"""The tab that checks a pupil's answer or expression."""

# No `from __future__ import annotations` here: Gradio reads the handlers' annotations when the page is built.

from mwp_solver.web.page import Page


def check_tab(page: Page) -> None:
    """Add the tab to the ``gr.Tabs`` that is open."""
    import gradio as gr

    with gr.Tab(page.words("tab_check"), id="check"):
        pass
