"""Re-ranker and calibration: how they are fitted, kept in a checkpoint, and used."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from mwp_solver.errors import DataError, ModelError
from mwp_solver.model.backends.base import Hypothesis
from mwp_solver.options import DecodingOptions, EncodingOptions
from mwp_solver.problem import Problem
from mwp_solver.scoring.choices import Choice, choices
from mwp_solver.scoring.fitting import choose_threshold, chosen, covered, crossed, fit_calibration, fit_reranker
from mwp_solver.solving.decision import Calibration, Decision, read_decision, write_decision
from mwp_solver.solving.features import FEATURES
from mwp_solver.solving.solver import Solver

APPLES = "有35千克米，装了8袋，吃了5千克，还剩几千克？"
SUM, RIGHT = "<extra_id_0>-<extra_id_1>", "<extra_id_0>-<extra_id_2>"


class Says:
    """A backend that gives the same outputs to every question."""

    def __init__(self, *outputs: tuple[str, float]) -> None:
        self.outputs = [Hypothesis(text, score) for text, score in outputs]

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        return [list(self.outputs) for _ in texts]


def solver(decision: Decision = Decision()) -> Solver:
    return Solver(Says((SUM, -0.5), (RIGHT, -1.0), ("((", -3.0)), EncodingOptions(), decision)


UNITS = Decision({"log_mass": 1.0, "units_mixed": -3.0})


def test_a_re_ranker_orders_the_values_voted_on() -> None:
    assert solver().solve(APPLES).value == 27
    assert solver(UNITS).solve(APPLES).value == 30
    assert solver(UNITS).solve(APPLES, reranker=False).value == 27
    assert solver(UNITS).solve(APPLES, method="beam").value == 27
    assert [c.error for c in solver(UNITS).solve(APPLES).candidates] == [None, None, "syntax"]


def test_confidence_is_calibrated_for_the_method_it_was_fitted_on() -> None:
    calibration = Calibration(0.2, 1.0, 0.5)
    solution = solver(Decision(calibration=calibration)).solve(APPLES)
    best, other = (choice.probability for choice in solution.alternatives())
    assert solution.confidence == best == solution.candidates[0].confidence
    assert best != pytest.approx(solution.candidates[0].probability)
    assert best > other > 0
    assert best + other <= 1
    beam = solver(Decision(calibration=calibration)).solve(APPLES, method="beam")
    assert beam.confidence == pytest.approx(beam.candidates[0].probability)
    assert solution.to_dict()["candidates"][1]["confidence"] == round(other, 4)


def test_the_threshold_is_the_models_unless_the_options_name_one() -> None:
    decision = Decision(unsure_below=0.9)
    assert solver(decision).solve(APPLES).status == "unsure"
    assert solver(decision).solve(APPLES, unsure_below=0.1).status == "solved"
    assert solver().solve(APPLES).status == "solved"


def test_chances_are_in_the_order_of_shares_and_no_more_than_one() -> None:
    draw = random.Random(1)
    for _ in range(300):
        calibration = Calibration(draw.uniform(-4, 4), draw.uniform(0, 2), draw.uniform(0, 2))
        numbers = [draw.random() for _ in range(draw.randint(1, 6))]
        shares = [number / sum(numbers) for number in numbers]
        chances = calibration.chances(shares, draw.random())
        assert sum(chances) <= 1 + 1e-9
        assert sorted(range(len(shares)), key=shares.__getitem__) == sorted(range(len(shares)), key=chances.__getitem__)
    assert Calibration(9, 1, 1).chances([0.5, 0.5], 1.0) == [0.5, 0.5]
    assert Calibration(0, 1, 1).chances([], 1.0) == []


def write_manifest(directory: Path) -> dict[str, Any]:
    return {"files": {path.name: "" for path in directory.iterdir()}}


def test_a_decision_is_kept(tmp_path: Path) -> None:
    assert read_decision(tmp_path, write_manifest(tmp_path)) == Decision()
    for decision in (Decision(), UNITS, Decision({"negative": -5.0}, Calibration(0.5, 1.5, 0.25), 0.35)):
        write_decision(tmp_path, decision)
        assert read_decision(tmp_path, write_manifest(tmp_path)) == decision
    assert read_decision(tmp_path, {"files": {}}) == Decision()  # the manifest does not vouch for it


GOOD = {"format": 1, "reranker": None, "calibration": None, "unsure_below": 0.5}


@pytest.mark.parametrize(
    "content",
    [
        {**GOOD, "format": 2},
        {**GOOD, "reranker": {"colour": 1.0}},
        {**GOOD, "reranker": {"negative": "much"}},
        {**GOOD, "reranker": {"negative": float("nan")}},
        {**GOOD, "reranker": [1]},
        {**GOOD, "calibration": {"bias": 1.0}},
        {**GOOD, "unsure_below": True},
        {"format": 1},
        [],
        "text",
    ],
)
def test_a_damaged_decision(tmp_path: Path, content: object) -> None:
    (tmp_path / "decision.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ModelError, match=r"decision\.json cannot be read.*remove it"):
        read_decision(tmp_path, write_manifest(tmp_path))


def test_a_solver_reads_the_decision_of_its_checkpoint(checkpoint: Path, tmp_path: Path) -> None:
    import shutil

    from mwp_solver.export import package_checkpoint
    from mwp_solver.model.checkpoint import facts_of, read_encoding, read_manifest
    from mwp_solver.model.checkpoint import write_manifest as write

    copy, shipped = tmp_path / "copy", tmp_path / "shipped"
    shutil.copytree(checkpoint, copy)
    write_decision(copy, UNITS)
    with pytest.raises(ModelError, match=r"decision\.json is not in the manifest"):
        Solver.from_pretrained(copy, device="cpu", threads=1)
    manifest = read_manifest(copy)
    write(copy, read_encoding(manifest), facts_of(manifest))
    assert Solver.from_pretrained(copy, device="cpu", threads=1).decision == UNITS
    package_checkpoint(copy, shipped)
    # What is shipped says nothing of where files lay on the maker's machine.
    assert str(checkpoint.parent.parent) not in (shipped / "manifest.json").read_text(encoding="utf-8")
    assert str(checkpoint.parent.parent) in (copy / "manifest.json").read_text(encoding="utf-8")
    assert Solver.from_pretrained(shipped, device="cpu", threads=1).decision == UNITS
    assert Solver.from_pretrained(checkpoint, device="cpu", threads=1).decision == Decision()
    package_checkpoint(checkpoint, shipped)
    assert Solver.from_pretrained(shipped, device="cpu", threads=1).decision == Decision()


# Fitting


def choice(right: bool, mass: float = 0.3, **seen: float) -> Choice:
    return Choice({**dict.fromkeys(FEATURES, 0.0), **seen}, mass, mass, right)


def problems(count: int = 80) -> list[list[Choice]]:
    """Right values break no rule; otherwise they look like wrong ones but for one in ten."""
    draw = random.Random(2)
    found = []
    for number in range(count):
        wrong = choice(False, draw.random(), negative=float(number % 10 > 0), operations=draw.randint(1, 4))
        found.append([wrong, choice(True, draw.random(), operations=draw.randint(1, 4))])
    return found


def test_a_re_ranker_learns_what_tells_right_from_wrong() -> None:
    weights = fit_reranker(problems())
    assert weights.keys() == FEATURES.keys()
    assert weights["negative"] < -2
    assert abs(weights["operations"]) < 0.6
    assert weights["nothing"] == 0  # never seen
    picked = [chosen(Decision(weights), found) for found in problems()]
    assert sum(pair is not None and pair[1].right for pair in picked) >= 72


def test_nothing_can_be_learnt_from_problems_without_a_difference() -> None:
    with pytest.raises(DataError, match="more held-out problems"):
        fit_reranker([[choice(True)], [choice(False), choice(False)], []])
    with pytest.raises(DataError, match="more held-out problems"):
        fit_calibration([(0.5, 0.5, True)] * 3)


def test_each_half_is_judged_by_what_the_other_taught() -> None:
    # Breaking the rule is right in one half and wrong in the other: whoever had seen its own half would be right.
    first = [[choice(True, negative=1.0), choice(False)] for _ in range(20)]
    second = [[choice(False, negative=1.0), choice(True)] for _ in range(20)]
    pairs = crossed(first + second, [0] * 20 + [1] * 20, Decision(reranker={}))
    assert [pair[1].right for pair in pairs] == [False] * 40
    by_votes = crossed([[choice(True, 0.7), choice(False, 0.2)], []], [0, 1], Decision())
    assert by_votes[0][1].right
    assert by_votes[1] is None


def test_a_calibration_finds_the_chances_it_was_drawn_from() -> None:
    draw, true = random.Random(3), Calibration(-0.5, 0.8, 0.4)
    drawn = [(draw.random(), draw.random()) for _ in range(4000)]
    found = fit_calibration([(share, cover, draw.random() < true(share, cover)) for share, cover in drawn])
    assert (found.bias, found.share, found.covered) == pytest.approx((-0.5, 0.8, 0.4), abs=0.12)


def test_more_belief_is_never_less_confidence() -> None:
    draw = random.Random(4)
    points = [(share, draw.random(), draw.random() > share) for share in (draw.random() for _ in range(500))]
    found = fit_calibration(points)
    assert found.share == 0
    assert found.covered >= 0


def test_the_threshold_is_where_right_outnumbers_wrong_by_most() -> None:
    assert choose_threshold([0.9, 0.8, 0.42, 0.3, 0.2], [True, True, False, False, True]) == 0.45
    assert choose_threshold([0.9, 0.8], [True, True]) == 0.05


def test_choices_of_a_solver() -> None:
    rows = [Problem(APPLES, answer="30千克"), Problem(APPLES, equation="35-8")]
    found = choices(solver(), rows, DecodingOptions())
    assert [[one.right for one in of] for of in found] == [[False, True], [True, False]]
    assert [one.features["units_mixed"] for one in found[0]] == [1, 0]
    assert covered(found[0]) == pytest.approx(sum(one.mass for one in found[0]))
    with pytest.raises(DataError, match="neither answer nor equation"):
        choices(solver(), [Problem(APPLES)], DecodingOptions())
