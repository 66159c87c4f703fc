"""Directories that change in whole or not at all: what was there stays until the new one is complete."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mwp_solver.errors import ModelError


@contextmanager
def replacing_directory(directory: Path) -> Iterator[Path]:
    """A fresh directory to fill, which then takes the place of ``directory``.

    A kill at any moment leaves a whole one, if perhaps under another name: :func:`recover` finds it.

    Raises:
        ModelError: if it cannot be written (a full disk); the one before is as it was, and what was written of the
            new one is removed.
    """
    from safetensors import SafetensorError

    fresh, old = directory.with_name(directory.name + ".new"), directory.with_name(directory.name + ".old")
    try:
        recover(directory)
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        yield fresh
        if directory.exists():
            shutil.rmtree(old, ignore_errors=True)
            os.rename(directory, old)
        os.rename(fresh, directory)
        shutil.rmtree(old, ignore_errors=True)
    except Exception as error:
        # tokenizers gives what Rust says of a file in a plain Exception.
        if not isinstance(error, (OSError, SafetensorError)) and "os error" not in str(error):
            raise
        shutil.rmtree(fresh, ignore_errors=True)
        kept = "what was saved there before is kept; " if directory.exists() else ""
        raise ModelError(
            f"{directory} cannot be saved: {error}; {kept}make room and give the same command again"
        ) from error


def recover(directory: Path) -> None:
    """Give a directory its name back if a kill came between the two renames."""
    old = directory.with_name(directory.name + ".old")
    if not directory.exists() and old.exists():
        os.rename(old, directory)
