"""What every tab of the page gets, and how its events are queued."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mwp_solver.solving.solver import Solver

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
    """

    solver: Solver
    words: Any
