"""The web page: ``python app.py``; hosted spaces run the same file or import ``demo`` from it."""

import os

from mwp_solver.solving.solver import Solver
from mwp_solver.web.ui import build, launch


def __getattr__(name: str) -> object:
    if name != "demo":
        raise AttributeError(name)
    globals()["demo"] = build(Solver.from_pretrained())  # loaded when asked for, and once
    return globals()["demo"]


if __name__ == "__main__":
    host = os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1")
    port = int(os.environ.get("GRADIO_SERVER_PORT", "7860"))
    ancestors = "'self' https://huggingface.co" if "SPACE_ID" in os.environ else "'self'"
    launch(Solver.from_pretrained(), host=host, port=port, ancestors=ancestors)
