"""The registry is complete and every name in it leads somewhere."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from mwp_solver.corpus.registry import DATA_SETS, DataSet, find_data_set
from mwp_solver.errors import DataError


def test_the_sets() -> None:
    assert set(DATA_SETS) == {"ape210k", "math23k", "gsm8k", "svamp", "mawps", "cmath"}
    assert sum(DATA_SETS["math23k"].rows.values()) == 23_162
    assert sum(DATA_SETS["ape210k"].rows.values()) == 210_288


@pytest.mark.parametrize("data_set", DATA_SETS.values(), ids=str)
def test_a_set_is_complete(data_set: DataSet) -> None:
    assert data_set.language in ("zh", "en")
    assert data_set.licence
    assert re.search(r"\d{4}", data_set.citation)
    assert callable(data_set.load_reader())
    assert len({file.name for file in data_set.files}) == len(data_set.files)
    assert {file.split for file in data_set.files} <= {"train", "valid", "test", "all", "distractor"}
    for file in data_set.files:
        assert re.fullmatch("[0-9a-f]{40}", file.commit)
        assert re.fullmatch("[0-9a-f]{40}", file.blob)
        assert file.sha256 is None or re.fullmatch("[0-9a-f]{64}", file.sha256)
        assert file.address == f"https://raw.githubusercontent.com/{file.repository}/{file.commit}/{file.path}"


def test_names() -> None:
    assert find_data_set("Math23K").name == "math23k"
    with pytest.raises(DataError, match="math23k"):
        find_data_set("math32k")
    with pytest.raises(DataError, match="cmath"):
        find_data_set("zzz")


def test_readers_are_imported_on_use_only() -> None:
    code = "import sys, mwp_solver.corpus.registry; print([m for m in sys.modules if 'corpus.readers' in m])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
