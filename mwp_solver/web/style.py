"""The page's style sheet, on top of Gradio's theme."""

from __future__ import annotations

from pathlib import Path

STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
