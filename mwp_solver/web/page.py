"""What every tab of the page gets, and how its events are queued."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mwp_solver.options import PageOptions
from mwp_solver.solving.solver import Solver
from mwp_solver.web.store import Store

SOLVER_QUEUE: dict[str, Any] = {"concurrency_limit": 1, "concurrency_id": "solver"}
"""for events that use the network: one problem at a time, whichever tab it came by"""

OWN_EVENT: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""for events of the page itself, which are no part of the documented API"""


@dataclass(frozen=True, slots=True)
class Page:
    """What a tab is built with.

    Attributes:
        solver: what answers; one for all tabs.
        words: the ``gr.I18n``; called with a key of :mod:`mwp_solver.web.texts` it gives a text that the browser
            shows in its language.
        options: bounds.
        store: where corrections are kept; ``None``: they are not.
        public: whether people on other machines may reach the page.
    """

    solver: Solver
    words: Any
    options: PageOptions = PageOptions()
    store: Store | None = None
    public: bool = False
