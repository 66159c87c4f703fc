"""Two networks that answer as one: the mixture of their candidates, by the question's language; packaging."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from math import exp, log
from pathlib import Path

import pytest

from mwp_solver.errors import ModelError
from mwp_solver.export import add_second, package_checkpoint
from mwp_solver.model.backends.base import Hypothesis
from mwp_solver.model.backends.committee import Committee, mixture
from mwp_solver.model.checkpoint import SECOND, read_manifest, write_manifest
from mwp_solver.options import DecodingOptions, EncodingOptions
from mwp_solver.resources import data_path
from mwp_solver.solving.solver import Solver

CAGE = "鸡兔同笼，上有35个头，下有94只脚，鸡有几只？"
LN2 = log(2)


class Says:
    """A backend that proposes the same of every text."""

    def __init__(self, *proposed: tuple[str, float, float | None]) -> None:
        self.proposed = [Hypothesis(text, log(probability), weight) for text, probability, weight in proposed]
        self.asked: list[str] = []

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        self.asked += texts
        return [list(self.proposed) for _ in texts]


def test_a_candidate_has_the_mean_of_its_probabilities() -> None:
    one, two = Says(("a", 0.5, None), ("b", 0.4, None)), Says(("b", 0.6, None), ("c", 0.3, None))
    found = mixture([one.proposed, two.proposed])
    assert [hypothesis.text for hypothesis in found] == ["b", "a", "c"]
    assert [exp(hypothesis.score) for hypothesis in found] == pytest.approx([0.5, 0.25, 0.15])


def test_weights_of_drawn_outputs_are_averaged_too() -> None:
    one, two = Says(("a", 0.1, 0.9), ("b", 0.1, 0.1)), Says(("b", 0.1, 1.0))
    assert [(h.text, h.weight) for h in mixture([one.proposed, two.proposed])] == [("b", 0.55), ("a", 0.45)]


def test_improbable_candidates_do_not_underflow() -> None:
    [found] = mixture([[Hypothesis("a", -2000.0)], [Hypothesis("a", -2000.0)]])
    assert found.score == pytest.approx(-2000.0)
    assert mixture([[Hypothesis("a", -2000.0)], []])[0].score == pytest.approx(-2000.0 - LN2)


def test_others_are_asked_in_their_language_and_never_when_greedy() -> None:
    first, other = Says(("a", 0.6, None)), Says(("b", 0.9, None))
    committee = Committee(first, [(other, frozenset({"zh"}))])
    chinese, english = committee.generate(["几个?", "How many?"], DecodingOptions())
    assert [h.text for h in chinese] == ["b", "a"]
    assert english == first.proposed
    assert other.asked == ["几个?"]
    assert committee.generate(["几个?"], DecodingOptions(method="greedy")) == [first.proposed]
    assert other.asked == ["几个?"]


@pytest.fixture
def bundled(tmp_path: Path) -> Path:
    return Path(shutil.copytree(data_path("model"), tmp_path / "bundled"))


def test_a_second_network_is_packed_vouched_for_and_asked(bundled: Path, tmp_path: Path) -> None:
    source = shutil.copytree(data_path("model"), tmp_path / "source")
    add_second(bundled, source, ["zh"])
    manifest = read_manifest(bundled)
    assert f"{SECOND}/runtime/model.bin" in manifest["files"]
    assert manifest["second"]["languages"] == ["zh"]
    solver = Solver.from_pretrained(bundled)
    assert isinstance(solver.backend, Committee)
    # Twice the same network: nothing changes but that the mixture is its own mean.
    alone = Solver(solver.backend.first, solver.encoding).solve(CAGE)
    both = Solver(solver.backend, solver.encoding).solve(CAGE)
    assert [c.expression for c in both.candidates] == [c.expression for c in alone.candidates]
    assert [c.score for c in both.candidates] == pytest.approx([c.score for c in alone.candidates])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (f"{SECOND}/runtime/model.bin", b"x", "damaged"),
        (f"{SECOND}/extra.json", b"{}", "not in the manifest"),
        (f"{SECOND}/runtime/extra.py", b"", "not in the manifest"),
    ],
)
def test_a_second_network_that_was_changed_is_refused(bundled: Path, name: str, content: bytes, said: str) -> None:
    add_second(bundled, data_path("model"), ["zh"])
    (bundled / name).write_bytes(content)
    with pytest.raises(ModelError, match=said):
        Solver.from_pretrained(bundled)


def test_a_manifest_must_say_what_the_second_network_is_for(bundled: Path) -> None:
    add_second(bundled, data_path("model"), ["zh"])
    write_manifest(bundled, EncodingOptions(), {})
    with pytest.raises(ModelError, match="which languages"):
        Solver.from_pretrained(bundled)


def test_a_second_network_must_have_an_export_and_read_numbers_alike(bundled: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    source = Path(shutil.copytree(data_path("model"), tmp_path / "source"))
    write_manifest(source, EncodingOptions(chinese_numerals=False), {})
    with pytest.raises(ModelError, match="in another way"):
        add_second(bundled, source, ["zh"])
    shutil.rmtree(source / "runtime")
    write_manifest(source, EncodingOptions(), {})
    with pytest.raises(ModelError, match="no run-time export"):
        add_second(bundled, source, ["zh"])


def test_another_model_in_its_place_has_no_second_network(bundled: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    source = Path(shutil.copytree(data_path("model"), tmp_path / "source"))
    shutil.rmtree(source / SECOND, ignore_errors=True)
    write_manifest(source, EncodingOptions(), {})
    add_second(bundled, data_path("model"), ["zh"])
    package_checkpoint(source, bundled)
    assert not (bundled / SECOND).exists()
