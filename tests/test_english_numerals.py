"""Numbers written in English words: found, read, anchored, and a choice of the checkpoint."""

from __future__ import annotations

import json
import re
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from mwp_solver.english_numerals import english_integer
from mwp_solver.errors import ModelError
from mwp_solver.model.checkpoint import read_encoding
from mwp_solver.model.encoding import encode_equation, encode_question
from mwp_solver.options import EncodingOptions, TrainingConfig
from mwp_solver.quantities import find_quantities
from mwp_solver.text import normalize_question
from mwp_solver.training.folder import claim

FOUND = [
    ("Tom has seventeen apples and buys twenty-six more.", ["integer 17", "integer 26"]),
    ("Three friends share two hundred and fifty stickers.", ["integer 3", "integer 250"]),
    ("THREE boats, Forty two seats", ["integer 3", "integer 42"]),
    ("a hundred people, a thousand and five ants", ["integer 100", "integer 1005"]),
    ("two thousand, three hundred and five", ["integer 2305"]),
    ("one thousand, two thousand, three", ["integer 1000", "integer 2003"]),
    ("one million two hundred thousand", ["integer 1200000"]),
    ("twelve hundred bricks in five rows", ["integer 1200", "integer 5"]),
    ("five and six are added", ["integer 5", "integer 6"]),
    ("a ten-year-old boy", ["integer 10"]),
    ("two thirds of it and one-fifth of the rest", ["fraction 2/3", "fraction 1/5"]),
    ("three-quarters full, three quarters of an hour", ["fraction 3/4", "fraction 3/4"]),
    ("five halves and one half", ["fraction 5/2", "fraction 1/2"]),
    ("one and a half miles in two and a half hours", ["mixed 1(1/2)", "mixed 2(1/2)"]),
    (
        "one hundred and two hundred, two thousand and twenty-five thousand",
        [f"integer {n}" for n in (100, 200, 2000, 25000)],
    ),
    ("fifty two-person tents, a hundred five-cent stamps", [f"integer {n}" for n in (50, 2, 100, 5)]),
    ("one hundred twenty-dollar bills, twenty one-dollar bills", [f"integer {n}" for n in (100, 20, 20)]),
    ("five twelfths, three hundredths, a three-quarter mile", ["fraction 5/12", "fraction 3/100", "fraction 3/4"]),
    ("one-quarter cup, one quarter the price", ["fraction 1/4", "fraction 1/4"]),
    ("three and a quarter, 2 and two-thirds, one and a third", ["mixed 3(1/4)", "mixed 2(2/3)", "mixed 1(1/3)"]),
    ("a two-and-a-half-hour film, a 5-and-a-half-mile walk", ["mixed 2(1/2)", "mixed 5(1/2)"]),
    ("a ten-by-twelve-foot room--five of them", ["integer 10", "integer 12", "integer 5"]),
    # coins, games, children, and what is only written like a number
    ("three quarters and two dimes", ["integer 3", "integer 2"]),
    ("two halves of forty-five minutes", ["integer 2", "integer 45"]),
    ("twelve and a half of the rest", ["integer 12"]),
    ("one fifth grader and two fifth graders", ["integer 2"]),
    ("no one, someone, one of them, a high-five, often, tenth, a tent, seventh heaven", []),
    ("his twenty-first birthday, the twenty-fifth day, a thirty-second pause", ["integer 30"]),
    ("the first one, half of it, twice, a dozen, a third", []),
    # beside digits
    ("He buys 3 packs of six.", ["integer 3", "integer 6"]),
]


@pytest.mark.parametrize(("question", "expected"), FOUND)
def test_found(question: str, expected: list[str]) -> None:
    quantities = find_quantities(normalize_question(question))
    assert [f"{quantity.kind} {quantity.text}" for quantity in quantities] == expected
    for quantity in quantities:
        assert quantity.spelled == question[quantity.start].isalpha()


@pytest.mark.parametrize(
    ("text", "value"),
    [("two", 2), ("nineteen", 19), ("ninety-nine", 99), ("A hundred and one", 101), ("three million", 3_000_000)],
)
def test_read(text: str, value: int) -> None:
    assert english_integer(text) == value


def test_every_number_below_10000_is_read_back() -> None:
    ones = re.findall(
        "[a-z]+",
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen",
    )
    tens = re.findall("[a-z]+", "none ten twenty thirty forty fifty sixty seventy eighty ninety")

    def below_100(value: int) -> str:
        return ones[value] if value < 20 else tens[value // 10] + (f"-{ones[value % 10]}" if value % 10 else "")

    for value in range(2, 10_000):
        parts = [f"{below_100(value // 1000)} thousand"] if value >= 1000 else []
        parts += [f"{ones[value % 1000 // 100]} hundred"] if value % 1000 >= 100 else []
        parts += [below_100(value % 100)] if value % 100 else []
        [quantity] = find_quantities(f"He has {' '.join(parts)} stamps.")
        assert (quantity.numerator, quantity.denominator) == (value, 1)


def test_model_reads_digits_and_points_at_them() -> None:
    question = encode_question("Tom has three apples and buys twenty-six more.")
    assert question.text == "Tom has <extra_id_0>3 apples and buys <extra_id_1>26 more."
    assert encode_equation("3+26", question.quantities) == "<extra_id_0>+<extra_id_1>"


def test_a_choice_that_older_checkpoints_did_not_make() -> None:
    words = EncodingOptions(english_numerals=False)
    assert encode_question("Tom has three apples.", words).text == "Tom has three apples."
    assert encode_question("2 and a half hours", words).text == "<extra_id_0>2 and a half hours"
    assert read_encoding({"encoding": {"number_encoding": "anchored", "chinese_numerals": True}}) == words
    assert read_encoding({"encoding": {"english_numerals": True}}) == EncodingOptions()


def test_a_run_begun_before_the_choice_goes_on_without_it(tmp_path: Path) -> None:
    run = TrainingConfig(data=("a.jsonl",), output=str(tmp_path))
    begun = {key: value for key, value in asdict(run).items() if key != "english_numerals"}
    (tmp_path / "config.json").write_text(json.dumps(begun), encoding="utf-8")
    claim(tmp_path, replace(run, english_numerals=False))
    with pytest.raises(ModelError, match="english_numerals"):
        claim(tmp_path, run)


@pytest.mark.parametrize(
    "piece", ["one hundred ", "one hundred and ", "twenty-", "one and a ", "a ", "and ", "a million "]
)
def test_long_texts_take_no_time(piece: str) -> None:
    begun = time.process_time()
    find_quantities(piece * (20_000 // len(piece)))
    assert time.process_time() - begun < 2
