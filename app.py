"""The web page: ``python app.py``; hosted spaces run the same file or import ``demo`` from it."""

import os
import sys


def __getattr__(name: str) -> object:
    if name != "demo":
        raise AttributeError(name)
    from mwp_solver.solving.solver import Solver
    from mwp_solver.web.ui import build

    globals()["demo"] = build(Solver.from_pretrained())  # loaded when asked for, and once
    return globals()["demo"]


if __name__ == "__main__":
    from mwp_solver.cli.main import main

    host = os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1")
    port = os.environ.get("GRADIO_SERVER_PORT", "7860")
    main(["serve", "--host", host, "--port", port, *sys.argv[1:]])
