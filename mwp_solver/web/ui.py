"""The web page: built on Gradio, served by :mod:`mwp_solver.web.server`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from mwp_solver.errors import MissingExtraError
from mwp_solver.options import PageOptions
from mwp_solver.solving.solver import Solver
from mwp_solver.web.markup import block
from mwp_solver.web.page import Page
from mwp_solver.web.server import is_public, listen, new_app, serve
from mwp_solver.web.sessions import ForgetsAnswered
from mwp_solver.web.store import Store
from mwp_solver.web.style import STYLE
from mwp_solver.web.texts import TRANSLATIONS
from mwp_solver.web.uploads import page_folder

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

# Fonts of the reader's own machine: nothing is fetched.
_FONTS = ["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif"]

# Each in its own language, and before the reader's is known.
_LANGUAGES = (
    '<nav aria-label="语言 / Language"><a href="?lang=zh" data-language="zh" lang="zh" hreflang="zh">中文</a>'
    '<a href="?lang=en" data-language="en" lang="en" hreflang="en">English</a></nav>'
)


def build(
    solver: Solver, options: PageOptions = PageOptions(), store: Store | None = None, public: bool = True
) -> gr.Blocks:
    """The page, not yet served.

    Args:
        solver: what answers.
        options: bounds.
        store: where corrections are kept, or ``None`` if they are not.
        public: whether people on other machines may reach the page.

    Raises:
        MissingExtraError: if Gradio is not installed.
    """
    gr = _gradio()
    from mwp_solver.web.check_tab import check_tab
    from mwp_solver.web.endpoints import endpoints
    from mwp_solver.web.photo_tab import photo_tab
    from mwp_solver.web.practice_tab import practice_tab
    from mwp_solver.web.sheet_tab import sheet_tab
    from mwp_solver.web.solve_tab import solve_tab

    words = gr.I18n(**TRANSLATIONS)
    page = Page(solver, words, options, store, public)
    with gr.Blocks(title="MWP Solver", analytics_enabled=False) as blocks:
        block("language", value=_LANGUAGES)
        gr.Markdown(words("intro"), elem_id="intro")
        # A tab is one file with one function; it opens its own gr.Tab.
        with gr.Tabs(elem_id="tabs") as tabs:
            question = solve_tab(page)
            photo_tab(page, question, tabs)
            check_tab(page)
            practice_tab(page)
            sheet_tab(page)
        endpoints(page)
    blocks.queue(max_size=options.queue, api_open=False, default_concurrency_limit=1)
    blocks.i18n_instance = words
    blocks.state_session_capacity = options.sessions
    return blocks


def create_app(
    solver: Solver,
    options: PageOptions = PageOptions(),
    allowed_hosts: Sequence[str] = (),
    ancestors: str = "'self'",
    store: Store | None = None,
) -> FastAPI:
    """The page inside its server's application; arguments as for :func:`build` and
    :func:`mwp_solver.web.server.new_app`."""
    gr = _gradio()
    blocks = build(solver, options, store, is_public(options, allowed_hosts))
    app = new_app(options, allowed_hosts, ancestors)
    app.add_middleware(ForgetsAnswered, blocks=blocks)
    return gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=["api", "settings"],
        run_history=False,
        show_error=False,
        max_file_size=options.upload,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        i18n=blocks.i18n_instance,
        theme=gr.themes.Default(primary_hue="blue", font=_FONTS, font_mono=["ui-monospace", "Consolas", "monospace"]),
        css=STYLE,
    )


def launch(solver: Solver, options: PageOptions = PageOptions(), allowed_hosts: Sequence[str] = ()) -> None:
    """Serve the page until interrupted.

    Args:
        solver: loaded once, used by all.
        options: address, bounds, login, whether corrections are kept.
        allowed_hosts: names other than the address and localhost that requests may use.

    Raises:
        MissingExtraError: if Gradio is not installed.
        MWPError: if the address cannot be used.
    """
    # Hugging Face shows its spaces in a frame of its own site.
    ancestors = "'self' https://huggingface.co" if "SPACE_ID" in os.environ else "'self'"
    public = is_public(options, allowed_hosts)
    store = store_for(options, public)
    app = create_app(solver, options, allowed_hosts, ancestors, store)
    with listen(options.host, options.port) as listener:
        solver.solve("1+1=?")  # the first run of a network is slow; nobody should wait for it
        name = f"[{options.host}]" if ":" in options.host else options.host
        print(f"The page is at http://{name}:{listener.getsockname()[1]}  (Ctrl-C ends it)", flush=True)
        for line in notices(options, public, store):
            print(line, flush=True)
        serve(app, listener)


def store_for(options: PageOptions, public: bool) -> Store | None:
    """Where corrections are kept, if they are: on a page that others can reach, only if that was asked for."""
    wanted = not public if options.feedback is None else options.feedback
    return Store(options.feedback_file, options.corrections) if wanted else None


def notices(options: PageOptions, public: bool, store: Store | None) -> list[str]:
    """What the one who starts the page should know."""
    lines = []
    if store is not None:
        named = f" --file {store.path}" if options.feedback_file else ""
        lines.append(f"Corrections are kept in {store.path}; use them with: mwp-solver feedback export{named}")
    elif public:
        lines.append("Corrections are not kept, because others can reach this page; --feedback keeps them.")
    if public and options.auth is None:
        lines.append("Anybody who can reach this address can use the page; --auth user:password asks for a login.")
    if public and options.auth is not None:
        lines.append("The login is not encrypted by itself: put the page behind HTTPS.")
    return lines


def _gradio() -> Any:
    if find_spec("gradio") is None:
        raise MissingExtraError("the web page", "ui")
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    # Gradio keeps a record of 10,000 events and sums them up after each, for a page of statistics that is off here.
    os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    page_folder()
    import gradio

    return gradio
