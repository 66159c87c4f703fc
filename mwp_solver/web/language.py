"""Which of its two languages the page speaks to a reader."""

from __future__ import annotations

import re
from typing import Any

from mwp_solver.web.texts import TEXTS

COOKIE = "mwp-language"
"""where ``page.js`` keeps the reader's choice"""

_CHINESE = re.compile(r"zh\b", re.IGNORECASE)


def language_of(request: Any) -> str:
    """``zh`` or ``en``: what the reader chose, else what the browser prefers (any kind of Chinese is Chinese).

    Args:
        request: the ``gr.Request`` of an event of the page, or ``None``.
    """
    if request is None:
        return "zh"
    for chosen in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if chosen in ("zh", "en"):
            return str(chosen)
    return "zh" if _CHINESE.match(request.headers.get("accept-language", "").strip()) else "en"


def say(key: str, language: str) -> str:
    """A text of the page, for what the server writes; components have ``page.words(key)``."""
    chinese, english = TEXTS[key]
    return chinese if language == "zh" else english
