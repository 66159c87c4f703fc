"""Rules, intervals, breakdowns, school report, signature: tables of input and expected figure."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from sympy import Rational

from mwp_solver.answers import GRADER_VERSION
from mwp_solver.errors import DataError, ExpressionError
from mwp_solver.options import DecodingOptions
from mwp_solver.problem import Problem
from mwp_solver.scoring import score
from mwp_solver.scoring.failures import Failures, kind_of
from mwp_solver.scoring.grading import RULES, read_key, verdicts
from mwp_solver.scoring.groups import GROUPS, in_order, properties
from mwp_solver.scoring.intervals import accuracy_interval, paired_bootstrap
from mwp_solver.scoring.reliability import BINS, reliability
from mwp_solver.scoring.school import school_report
from mwp_solver.scoring.signature import (
    data_sha256,
    differences,
    file_part,
    model_part,
    model_sha256,
    problems_part,
    signature,
    signature_line,
)
from mwp_solver.scoring.summary import MOST_GROUPS, OTHERS, Summary


def right_by(value: object, answer: str | None, equation: str | None = None, question: str = "是多少？") -> set[str]:
    key = read_key(Problem(question, equation, answer))
    assert key is not None
    return {rule for rule, right in verdicts(Rational(str(value)), key, question)[1].items() if right}


ALL = set(RULES)
LENIENT = ALL - {"strict"}


@pytest.mark.parametrize(
    ("value", "answer", "equation", "rules"),
    [
        ("23", "23", None, ALL),
        ("23", "23只", None, ALL),
        ("24", "23", None, set()),
        ("1/3", "1/3", None, ALL),
        # a decimal key: strictly right when rounded as the key is, but not near it at 6 decimals
        ("22/7", "3.14", None, {"strict", "relative_1pct"}),
        ("22/7", "3.14", "22/7", {"strict", "absolute_1e-4", "relative_1pct"}),
        ("0.3333333", "1/3", None, LENIENT),
        ("0.33333", "1/3", None, {"absolute_1e-4", "relative_1pct"}),
        # exactly at the bounds: below 0.0001, at most 1%
        ("5.0001", "5", None, {"relative_1pct"}),
        ("5.00009", "5", None, {"absolute_1e-4", "relative_1pct"}),
        ("101", "100", None, {"relative_1pct"}),
        ("101.0001", "100", None, set()),
        ("-101", "-100", None, {"relative_1pct"}),
        ("0", "0", None, ALL),
        ("0.00001", "0", None, {"absolute_1e-4"}),
        ("0.0000004", "0", None, {"decimals_6", "absolute_1e-4"}),
        ("0.0000005", "0", None, {"absolute_1e-4"}),
        ("1/2", "50%", None, ALL),
        ("50", "50%", None, set()),
        # the equation is the key where there is no answer, and an unreadable one spoils no answer
        ("23", None, "(94-2*35)/2+11", ALL),
        ("23", None, "x=35-12", ALL),
        ("23", "23", "?!", ALL),
        ("23", "23", "1/0", ALL),
    ],
)
def test_rules(value: str, answer: str | None, equation: str | None, rules: set[str]) -> None:
    assert right_by(value, answer, equation) == rules


def test_a_number_beside_a_big_unit_is_compared_as_written() -> None:
    assert right_by("1.2", "1.2万元", question="一共是多少万元？") == ALL


def test_strict_takes_whole_things_that_the_others_do_not() -> None:
    question = "44人去划船，每条船坐6人，至少要租几条船？"
    assert right_by("22/3", "8", question=question) == {"strict"}


def test_no_value_is_wrong_by_all_and_no_key_is_none() -> None:
    key = read_key(Problem("几？", answer="3"))
    assert key is not None
    grade, rules = verdicts(None, key, "几？")
    assert (grade.code, set(rules.values())) == ("unsolved", {False})
    assert read_key(Problem("几？")) is None
    for problem in (Problem("几？", answer="3 or 4"), Problem("几？", equation="3+"), Problem("几？", equation="1/0")):
        with pytest.raises(ExpressionError):
            read_key(problem)


def test_score_needs_problems_with_keys() -> None:
    with pytest.raises(DataError, match="no problems"):
        score([], [])


def test_an_interval_is_that_of_drawing_rows() -> None:
    found = accuracy_interval(70, 100)
    assert (found.value, found.total) == (0.7, 100)
    # The same by really drawing rows.
    rng = random.Random(1)
    rows = [1] * 70 + [0] * 30
    draws = sorted(sum(rng.choices(rows, k=100)) / 100 for _ in range(4000))
    assert found.low == pytest.approx(draws[100], abs=0.011)
    assert found.high == pytest.approx(draws[3900], abs=0.011)
    assert accuracy_interval(70, 100) == found
    assert accuracy_interval(700, 1000).high - accuracy_interval(700, 1000).low < 0.4 * (found.high - found.low)
    assert accuracy_interval(0, 0).to_dict()["total"] == 0
    assert (accuracy_interval(5, 5).low, accuracy_interval(5, 5).high) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("both", "won", "lost", "neither", "low", "high"),
    [
        (50, 0, 0, 50, 1.0, 1.0),
        (50, 10, 10, 30, 0.9, 1.0),
        (50, 30, 0, 20, 0.0, 0.001),
        (500, 60, 40, 400, 0.03, 0.07),  # McNemar's test gives 0.046
        (0, 1, 0, 9, 0.2, 0.8),
    ],
)
def test_p_values(both: int, won: int, lost: int, neither: int, low: float, high: float) -> None:
    found = paired_bootstrap(both, won, lost, neither)
    assert low <= found.p <= high
    swapped = paired_bootstrap(both, lost, won, neither)
    assert swapped.value == -found.value
    assert swapped.p == pytest.approx(found.p, abs=0.02)
    assert found.low <= found.value <= found.high
    assert found.correct_b - found.correct_a == won - lost


@pytest.mark.parametrize(
    ("question", "equation", "steps", "numbers", "length"),
    [
        ("有3个苹果和4个梨，一共几个？", "3+4", "1", "whole numbers", "1-20"),
        ("有3/5千克糖，2人平分，每人几千克？", "3/5/2", "1", "fractions", "1-20"),
        ("原价80元，打八折，是多少元？", "80*80%", "1", "percents", "1-20"),
        ("每千克2.5元，买3千克，多少元？", "2.5*3", "1", "decimals", "1-20"),
        ("2.5的20%是多少？", None, None, "several kinds", "1-20"),
        ("一共几个？", "1+2+3+4+5+6+7+8", "6 or more", "no numbers", "1-20"),
        ("7" * 24 + "加1" * 10, "5", "0", "whole numbers", "41-60"),
        ("很长" * 150, "??", None, "no numbers", "201 or more"),
    ],
)
def test_groups(question: str, equation: str | None, steps: str | None, numbers: str, length: str) -> None:
    row = {"family": None, "grade": 3, **properties(Problem(question, equation))}
    found = {name: group(row) for name, group in GROUPS.items()}
    assert found == {"family": None, "grade": "3", "steps": steps, "numbers": numbers, "length": length}


def test_groups_stand_in_their_order() -> None:
    assert in_order("length", {"201 or more": 1, "1-20": 2, "121-200": 1}) == ["1-20", "121-200", "201 or more"]
    assert in_order("steps", {"6 or more": 1, "2": 5, "0": 1}) == ["0", "2", "6 or more"]
    assert in_order("family", {"b": 2, "a": 2, "c": 3}) == ["c", "a", "b"]
    assert in_order("numbers", {"percents": 1, "no numbers": 9}) == ["no numbers", "percents"]


def row_of(number: int, correct: bool | None = True, **more: Any) -> dict[str, Any]:
    """A row of predictions."""
    return {
        **{"row": number, "source": 0, "file": "f", "line": number + 1, "where": f"f:{number + 1}", "id": None},
        **{"question": f"q{number}", "key": None if correct is None else "1", "answer": "1", "expression": "1"},
        **{"value": "1", "confidence": 0.75, "candidates": [], "family": "a", "grade": 2, "key_steps": 1},
        **{"numbers": "decimals", "length": 30, "milliseconds": 10.0, "correct": correct, "verdict": "wrong"},
        **{"rules": {} if correct is None else dict.fromkeys(RULES, correct), "right_candidate": None, **more},
    }


MADE = signature({"name": "m", "sha256": "a" * 64}, [{"name": "f", "sha256": "b" * 64}], DecodingOptions())


def summary_of(*rows: dict[str, Any]) -> dict[str, Any]:
    summary = Summary(MADE)
    for row in rows:
        summary.add(row)
    return summary.report()


def test_a_summary_counts_everything() -> None:
    report = summary_of(
        row_of(0),
        row_of(1, False, grade=3, family="b", confidence=0.9999, rules={**dict.fromkeys(RULES, True), "strict": False}),
        row_of(2, None),
        row_of(3, False, value=None, confidence=0.0, family=None),
        row_of(4, confidence=1.0, milliseconds=3000.0),
    )
    assert (report["total"], report["graded"], report["correct"], report["unsolved"]) == (5, 4, 2, 1)
    assert report["accuracy"] == 0.5
    assert report["rules"]["relative_1pct"]["correct"] == 3
    groups = {name: {g["group"]: (g["correct"], g["total"]) for g in gs} for name, gs in report["breakdowns"].items()}
    assert groups["family"] == {"a": (2, 2), "b": (0, 1)}
    assert groups["grade"] == {"2": (2, 3), "3": (0, 1)}
    filled = {one["low"]: one["count"] for one in report["reliability"]["bins"] if one["count"]}
    assert filled == {0.7: 1, 0.9: 2}  # 1.0 is in the last; what has no value has no confidence
    assert report["reliability"]["calibration_error"] == pytest.approx((0.25 + abs(1.9999 - 1)) / 3, abs=1e-4)
    times = {one["low"]: one["count"] for one in report["latency"]["bins"] if one["count"]}
    assert times == {10: 4, 2000: 1}
    assert (report["latency"]["median"], report["latency"]["p95"]) == (10.0, 3000.0)
    assert len(report["reliability"]["bins"]) == BINS


def test_families_without_end_are_counted_together() -> None:
    report = summary_of(*(row_of(n, family=str(n)) for n in range(MOST_GROUPS + 5)))
    families = report["breakdowns"]["family"]
    assert len(families) == MOST_GROUPS + 1
    assert (families[-1]["group"], families[-1]["total"]) == (OTHERS, 5)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"correct": True}, None),
        ({"correct": None}, None),
        ({"verdict": "percent_form", "right_candidate": 2}, "form"),
        ({"rules": {"strict": False, "relative_1pct": True}, "right_candidate": 2}, "lenient"),
        ({"right_candidate": 2, "value": None}, "not_chosen"),
        ({"value": None}, "unsolved"),
        ({}, "confident"),
    ],
)
def test_kinds_of_failure(change: dict[str, Any], kind: str | None) -> None:
    assert kind_of({**row_of(0, False), **change}) == kind


def test_the_surest_failures_are_kept() -> None:
    failures = Failures(keep=2)
    for number, confidence in enumerate((0.1, 0.9, 0.5, 0.9, 0.2)):
        failures.add(row_of(number, False, confidence=confidence))
    (found,) = failures.report()
    assert found["count"] == 5
    assert [row["row"] for row in found["examples"]] == [1, 3]


@pytest.mark.parametrize(
    ("grades", "passed", "words"),
    [
        (
            {1: (90, 100), 2: (60, 100), 3: (59, 100)},
            2,
            "passes grade 2 and every one below it down to grade 1; it fails",
        ),
        ({1: (10, 100), 2: (90, 100)}, None, "does not pass grade 1 (10.0% right)"),
        (dict.fromkeys(range(1, 7), (999, 1000)), 6, "passes grade 6 and every one below it down to grade 1."),
        ({4: (99, 100)}, 4, "passes grade 4."),
        ({7: (99, 100)}, 7, "passes secondary school."),
    ],
)
def test_school_reports(grades: dict[int, tuple[int, int]], passed: int | None, words: str) -> None:
    report = school_report(grades)
    assert report is not None
    assert report["passed"] == passed
    assert words in report["sentence"]
    assert "60%" in report["sentence_zh"]
    assert [row["grade"] for row in report["grades"]] == sorted(grades)


def test_a_grade_near_the_mark_is_said_to_be_unsure() -> None:
    near, far = school_report({1: (61, 100)}), school_report({1: (900, 1000)})
    assert near is not None and "Too close to call, by the 95% interval: grade 1." in near["sentence"]  # noqa: PT018
    assert far is not None and "Too close" not in far["sentence"]  # noqa: PT018
    assert school_report({}) is None


def test_calibration_error_is_the_mean_gap() -> None:
    # in bin 0.8: believed 0.8 and 0.9 - right 1 of 2; in bin 0.1: believed 0.1 - right
    report = reliability([0.8, 0.85, 0.1], [True, False, True])
    assert report["calibration_error"] == pytest.approx((abs(1.65 - 1) + 0.9) / 3, abs=1e-4)
    assert [one["count"] for one in report["bins"]] == [0, 1, 0, 0, 0, 0, 0, 0, 2, 0]
    assert reliability([], [])["calibration_error"] is None
    assert reliability([1.0] * 4, [True] * 4)["calibration_error"] == 0


def test_a_signature_says_how_it_was_made() -> None:
    line = signature_line(MADE)
    for part in (
        "model:aaaaaaaaaaaa|",
        "data:bbbbbbbbbbbb|",
        "method:vote|",
        "beam_size:5|",
        f"grader:{GRADER_VERSION}",
    ):
        assert part in line
    more = signature(MADE["model"], MADE["data"] * 2, DecodingOptions(rules=()), columns={"id": "n"}, limit=5)
    assert "|limit:5|columns:id=n|" in signature_line(more)
    assert "|rules:none|" in signature_line(more)
    assert data_sha256(more) != data_sha256(MADE)


MANIFEST = {
    "encoding": {"number_encoding": "anchored"},
    "files": {"model.safetensors": "1", "tokenizer.json": "2", "decision.json": "3", "README.md": "4"},
    "step": 5,
}


def with_file(name: str, digest: str) -> dict[str, Any]:
    return {**MANIFEST, "files": {name: digest, **{k: v for k, v in MANIFEST["files"].items() if k != name}}}


@pytest.mark.parametrize(
    ("manifest", "same_model", "same_network"),
    [
        (with_file("model.safetensors", "1"), True, True),  # in another order
        ({**MANIFEST, "step": 6, "accuracy": {"a": 0.5}, "version": "9"}, True, True),
        (with_file("README.md", "5"), True, True),
        (with_file("curve.svg", "5"), True, True),
        (with_file("decision.json", "5"), False, True),
        (with_file("model.safetensors", "5"), False, False),
        (with_file("runtime/model.bin", "5"), False, False),
        (with_file("tokenizer.json", "5"), False, False),
        ({**MANIFEST, "encoding": {"number_encoding": "literal"}}, False, False),
    ],
)
def test_a_model_is_known_by_what_decides_its_answers(
    manifest: dict[str, Any], same_model: bool, same_network: bool
) -> None:
    before, after = model_part(MANIFEST, "a"), model_part(manifest, "b", "torch", "cpu")
    assert (after["sha256"] == before["sha256"]) is same_model
    assert (after["network"] == before["network"]) is same_network
    assert after["sha256"] == model_sha256(manifest)


def test_problems_that_were_made_are_known_by_their_rows(tmp_path: Path) -> None:
    one, other = Problem("1+1?", answer="2"), Problem("1+2?", answer="3")
    assert problems_part("a", [one])["sha256"] == problems_part("b", [one])["sha256"]
    assert problems_part("a", [one, other])["sha256"] != problems_part("a", [other, one])["sha256"]
    path = tmp_path / "valid.jsonl"
    path.write_bytes(b"abc")
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert file_part(path) == {"name": f"{tmp_path.name}/valid.jsonl", "sha256": known}


def test_differences_are_told_one_by_one() -> None:
    other = signature(
        {"name": "elsewhere", "sha256": "c" * 64},
        [{"name": "g", "sha256": "d" * 64}],
        DecodingOptions(method="beam", beam_size=12),
        limit=3,
    )
    assert differences(MADE, {**MADE, "model": {"name": "elsewhere", "sha256": "a" * 64}}) == []
    found = differences(MADE, {**other, "package": "9", "grader": GRADER_VERSION + 1})
    for words in (
        "model is another",
        "data file g",
        "beam_size was 5 and is 12",
        "method",
        "limit",
        "version",
        "grader",
    ):
        assert any(words in difference for difference in found), words
    assert len(found) == 7
