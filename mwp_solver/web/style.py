"""The page's style sheet, on top of Gradio's theme."""

from __future__ import annotations

from pathlib import Path

STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
EARLY = """
.gradio-container { width: 100% !important; max-width: 860px !important; margin: 0 auto !important; }
body:not(:has(#question textarea)) .tabitem .column > *, body:not(:has(#solve)) .tabitem .column > :not(.ask) {
  visibility: hidden;
}
"""
"""for the document's head: :data:`STYLE` is added by a script when the page was already seen, and the box for a problem
comes later than what stands below it; without this the page would jump. The box itself is never hidden, or it could not
take the focus."""
