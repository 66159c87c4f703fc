"""Where the files that come with the package lie."""

from __future__ import annotations

from pathlib import Path

from mwp_solver.errors import DataError

_PACKAGE = Path(__file__).resolve().parent


def data_path(*parts: str) -> Path:
    """Find a bundled data file or folder: in the installed package, else in the checkout it runs from.

    Args:
        parts: path below ``data/``, such as ``"templates", "lexicon.yaml"``.

    Returns:
        The path; it exists.

    Raises:
        DataError: if neither place has it.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent / "data"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise DataError(f"bundled data {'/'.join(parts)} is missing; reinstall mwp-solver or run from a complete checkout")
