"""Any text whatever gives a value or an ExpressionError, soon, in any thread."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from test_expression_evaluate import VALUES, WITHOUT_VALUE
from test_expression_syntax import REFUSED

from mwp_solver.errors import EXPRESSION_ERROR_CODES, ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.options import Limits

SECONDS = 0.05
GRAMMATICAL = st.text(alphabet="0123456789.+-*/^%:()[]_ x=，１２×÷", max_size=60)
PIECES = st.lists(
    st.sampled_from(
        [
            "9",
            "99999999999999999999",
            "0",
            "0.5",
            "12(7/8)",
            "1_1/2",
            "+",
            "-",
            "*",
            "/",
            "**",
            "^",
            "%",
            ":",
            "(",
            ")",
        ]
        + [
            "[",
            "]",
            " ",
            "x=",
            "64",
            "2**64",
            "(2**64)**31",
            "(1/3)",
            "-1",
            "1/0",
            "三",
            "½",
            "\x00",
            "\ud800",
        ]
    ),
    max_size=120,
).map("".join)
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.binary(),
    st.lists(st.text()),
    st.complex_numbers(),
)


def outcome(text: Any) -> str:
    """``"value"`` or the code of the refusal; any other end is an error of the test."""
    refusal: ExpressionError | None = None
    try:
        value = evaluate_expression(text)
    except ExpressionError as error:
        refusal = error
    if refusal is not None:
        assert refusal.code in EXPRESSION_ERROR_CODES
        assert refusal.position is None or 0 <= refusal.position <= len(text)
        return refusal.code
    assert isinstance(value, sympy.Rational)
    assert value.q > 0
    assert max(int(value.p).bit_length(), int(value.q).bit_length()) <= 2048
    return "value"


def processor_seconds(text: Any) -> float:
    """Time one text takes; the best of a few, for the machine may be busy with other things."""
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        outcome(text)
        best = min(best, time.process_time() - start)
        if best < SECONDS / 5:
            break
    return best


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    outcome("2**3/7")


@settings(max_examples=600, deadline=None)
@given(st.text())
def test_any_text(text: str) -> None:
    assert processor_seconds(text) < SECONDS


@settings(max_examples=1000, deadline=None)
@given(GRAMMATICAL)
def test_any_text_of_the_alphabet(text: str) -> None:
    assert processor_seconds(text) < SECONDS


@settings(max_examples=800, deadline=None)
@given(PIECES)
def test_any_row_of_pieces(text: str) -> None:
    assert processor_seconds(text) < SECONDS


@settings(max_examples=100, deadline=None)
@given(ANYTHING)
def test_any_other_object_is_refused(thing: object) -> None:
    assert outcome(thing) == "type"


# Texts at the limits, built to be as slow as the limits let them be.
HEAVY = {
    "sum of powers": ("+".join(["9**60"] * 60), "value"),
    "product near the bound": ("*".join(["9**60"] * 10) + "*1" * 100, "value"),
    "big over big": ("(2**64)**31/(3**63)**20*(3**63)**20" + "/7*7" * 40, "value"),
    "fractions that share nothing": (
        "+".join(f"1/{p}" for p in (97, 89, 83, 79, 73, 71, 67, 61) * 7),
        "value",
    ),
    "long decimals": ("*".join(["0.12345678901234567890123"] * 14), "value"),
    "percents": ("9" * 24 + "%" * 255, "value"),
    "nested brackets": ("(" * 31 + "9**64" + ")" * 31, "value"),
    "nested powers": ("1^" * 32 + "1", "value"),
    "minus signs": ("1" + "-" * 32 + "1", "value"),
    "negative powers": ("(2/3)**-64" + "*(3/2)**-64" * 15, "value"),
    "brackets without end": ("(" * 400, "too_many_tokens"),
    "brackets far too many": ("(" * 100_000, "too_long"),
    "digits far too many": ("9" * 400, "number_too_long"),
    "digits without measure": ("9" * 1_000_000, "too_long"),
    "ones": ("+".join("1" * 150), "too_many_tokens"),
    "tower": ("9**9**9**9**9", "exponent_limit"),
    "tower in brackets": ("((((9**64)**64)**64)**64)**64", "result_too_big"),
    "spaces": (" " * 400, "empty"),
    "mixed numbers in doubt": ("1((1" * 100, "too_many_tokens"),
    "fractions in doubt": ("1_1/" * 100, "ambiguous"),
    "equals signs": ("x=" * 200, "token"),
    "long name": ("x" * 400, "token"),
}


@pytest.mark.parametrize(("text", "end"), HEAVY.values(), ids=HEAVY.keys())
def test_heaviest_texts_answer_in_time(text: str, end: str) -> None:
    assert outcome(text) == end
    assert processor_seconds(text) < SECONDS


def test_a_value_too_big_is_known_before_it_is_computed() -> None:
    limits = Limits(exponent=10**9)
    start = time.process_time()
    for text in ("3**10000000", "(1/3)**10000000", "3**-10000000", "(2/3)**10000000"):
        with pytest.raises(ExpressionError) as caught:
            evaluate_expression(text, limits)
        assert caught.value.code == "result_too_big"
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize(
    "text", [text for text, _ in VALUES + WITHOUT_VALUE + REFUSED], ids=lambda value: ascii(value)[:30]
)
def test_rows_of_the_tables_answer_in_time(text: object) -> None:
    assert processor_seconds(text) < SECONDS


def test_every_thread_gets_the_same_answers() -> None:
    texts: list[Any] = [text for text, _ in VALUES + WITHOUT_VALUE + REFUSED]
    expected = [outcome(text) for text in texts]
    assert expected[: len(VALUES)] == ["value"] * len(VALUES)
    assert expected[len(VALUES) :] == [code for _, code in WITHOUT_VALUE + REFUSED]
    with ThreadPoolExecutor(8) as pool:
        for answers in pool.map(lambda _: [outcome(text) for text in texts], range(16)):
            assert answers == expected


def test_deepest_texts_do_not_exhaust_a_small_stack() -> None:
    texts = [
        "(" * 32 + "1" + ")" * 32,
        "1" + "%" * 255,
        "1" + "+1" * 127,
        "-(" * 16 + "1" + ")" * 16,
        "1^" * 32 + "1",
    ]
    answers: list[str] = []
    before = threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=lambda: answers.extend(map(outcome, texts)))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert answers == ["value"] * 5
