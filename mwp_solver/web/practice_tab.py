"""The tab that gives fresh problems to practise on."""

# No `from __future__ import annotations` here: Gradio reads the handlers' annotations when the page is built.

from mwp_solver.web.page import Page


def practice_tab(page: Page) -> None:
    """Add the tab to the ``gr.Tabs`` that is open."""
    import gradio as gr

    with gr.Tab(page.words("tab_practice"), id="practice"):
        pass
