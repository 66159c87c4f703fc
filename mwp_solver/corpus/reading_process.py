"""Files whose readers cannot be trusted with this process's memory: read in another, which has bounds.

``sheet_process`` and ``parquet_process`` are what runs there. The lines they write are JSON; ``{"error": ...}`` says
what is wrong with the file as a whole.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

from mwp_solver.errors import DataError


def read_apart(program: Path, path: Path, kind: str) -> Iterator[list[Any]]:
    """What a program says of a file.

    Args:
        program: the Python file to run, with the path as its argument.
        path: the file.
        kind: what the file should be, as it is called in errors (``a spreadsheet``).

    Raises:
        DataError: if the program told an error, or was ended by its bounds or otherwise.
    """
    # -P keeps the names in the program's folder out of its way.
    command = [sys.executable, "-P", str(program), str(path.absolute())]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONIOENCODING": "utf-8"}
    with Popen(command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, env=environment) as process:
        assert process.stdout is not None
        ended = False
        try:
            for line in process.stdout:
                if not line.endswith(b"\n"):
                    break  # it was ended while it wrote
                found = json.loads(line)
                if isinstance(found, dict):
                    raise DataError(f"not {kind} that can be read ({found['error']})", path)
                yield found
            ended = process.wait() == 0
        finally:
            process.kill()
        if not ended:
            raise DataError(f"not {kind} that can be read in bounded memory and time", path)
