"""The web page: built on Gradio, served by :mod:`mwp_solver.web.server`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from mwp_solver.errors import MissingExtraError
from mwp_solver.solving.solver import Solver
from mwp_solver.web.markup import block
from mwp_solver.web.page import Page
from mwp_solver.web.server import listen, new_app, serve
from mwp_solver.web.style import STYLE
from mwp_solver.web.texts import TRANSLATIONS

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

QUEUE_SIZE = 32
"""problems waiting at most; further ones are told to come back"""

# Fonts of the reader's own machine: nothing is fetched.
_FONTS = ["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif"]

# Each in its own language, and before the reader's is known.
_LANGUAGES = (
    '<nav aria-label="语言 / Language"><a href="?lang=zh" data-language="zh" lang="zh" hreflang="zh">中文</a>'
    '<a href="?lang=en" data-language="en" lang="en" hreflang="en">English</a></nav>'
)


def build(solver: Solver) -> gr.Blocks:
    """The page, not yet served.

    Raises:
        MissingExtraError: if Gradio is not installed.
    """
    gr = _gradio()
    from mwp_solver.web.check_tab import check_tab
    from mwp_solver.web.practice_tab import practice_tab
    from mwp_solver.web.solve_tab import solve_tab

    words = gr.I18n(**TRANSLATIONS)
    page = Page(solver, words)
    with gr.Blocks(title="MWP Solver", analytics_enabled=False) as blocks:
        block("language", value=_LANGUAGES)
        gr.Markdown(words("intro"), elem_id="intro")
        # A tab is one file with one function; it opens its own gr.Tab.
        with gr.Tabs(elem_id="tabs"):
            solve_tab(page)
            check_tab(page)
            practice_tab(page)
    blocks.queue(max_size=QUEUE_SIZE, api_open=False, default_concurrency_limit=1)
    blocks.i18n_instance = words
    return blocks


def create_app(
    solver: Solver, host: str = "127.0.0.1", allowed_hosts: Sequence[str] = (), ancestors: str = "'self'"
) -> FastAPI:
    """The page inside its server's application; arguments as for :func:`mwp_solver.web.server.new_app`."""
    gr = _gradio()
    blocks = build(solver)
    app = new_app(host, allowed_hosts, ancestors)
    return gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=["api", "settings"],
        run_history=False,
        show_error=False,
        max_file_size=1,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        i18n=blocks.i18n_instance,
        theme=gr.themes.Default(primary_hue="blue", font=_FONTS, font_mono=["ui-monospace", "Consolas", "monospace"]),
        css=STYLE,
    )


def launch(
    solver: Solver,
    host: str = "127.0.0.1",
    port: int = 7860,
    allowed_hosts: Sequence[str] = (),
) -> None:
    """Serve the page until interrupted.

    Args:
        solver: loaded once, used by all.
        host: address to listen on; other than 127.0.0.1, the page can be reached from other machines.
        port: 0 takes any free one.
        allowed_hosts: names other than ``host`` and localhost that requests may use.

    Raises:
        MissingExtraError: if Gradio is not installed.
        MWPError: if the address cannot be used.
    """
    # Hugging Face shows its spaces in a frame of its own site.
    ancestors = "'self' https://huggingface.co" if "SPACE_ID" in os.environ else "'self'"
    app = create_app(solver, host, allowed_hosts, ancestors)
    with listen(host, port) as listener:
        solver.solve("1+1=?")  # the first run of a network is slow; nobody should wait for it
        name = f"[{host}]" if ":" in host else host
        print(f"The page is at http://{name}:{listener.getsockname()[1]}  (Ctrl-C ends it)", flush=True)
        serve(app, listener)


def _gradio() -> Any:
    if find_spec("gradio") is None:
        raise MissingExtraError("the web page", "ui")
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import gradio

    return gradio
