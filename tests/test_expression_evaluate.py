"""Exact values of expressions, refusals while computing, bounds."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from test_expression_syntax import REFUSED

from mwp_solver.errors import EXPRESSION_ERROR_CODES, ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.syntax import Name, parse_expression
from mwp_solver.options import Limits

VALUES = [
    # Every row that the specification says must hold.
    ("-2**2", "-4"),
    ("2**3**2", "512"),
    ("2**-1", "1/2"),
    ("8--5", "13"),
    ("+(1007-1)*+(1007-1)", "1012036"),
    ("220/(1-20%-(1/4))", "400"),
    ("(98+2)%", "1"),
    ("12(7/8)*2", "103/4"),
    ("7((2)/(3))", "23/3"),
    ("[(3+2)^2-3^2]*2", "32"),
    ("4:(5*2)", "2/5"),
    ("0.1+0.2", "3/10"),
    ("９÷３", "3"),
    ("６×（１＋２）", "18"),
    ("x=135/3", "45"),
    # Relatives.
    ("0", "0"),
    ("-0", "0"),
    ("0.0", "0"),
    (".5", "1/2"),
    ("11_2/3", "35/3"),
    ("11_2/3*3", "35"),
    ("(-2)**2", "4"),
    ("(-2)**-3", "-1/8"),
    ("-2**-2", "-1/4"),
    ("2**-3**2", "1/512"),
    ("(2/3)**-2", "9/4"),
    ("1.5^2", "9/4"),
    ("4**(4/2)", "16"),
    ("4**2.0", "16"),
    ("0**5", "0"),
    ("5**0", "1"),
    ("(-1)**63", "-1"),
    ("5%", "1/20"),
    ("-5%", "-1/20"),
    ("5%%", "1/2000"),
    ("200*5%", "10"),
    ("2+50%", "5/2"),
    ("1-1/3-1/3-1/3", "0"),
    ("8/4/2", "1"),
    ("8:4:2", "1"),
    ("8/(4/2)", "4"),
    ("7/2*2", "7"),
    ("3.14*5^2", "157/2"),
    ("(94-2*35)/2", "12"),
    ("0.1*3-0.3", "0"),
    ("1/3*3", "1"),
    ("999999999999999999999999+1", str(10**24)),
    ("2**64*2**64", str(2**128)),
    ("1" + "+1" * 127, "128"),
]


@pytest.mark.parametrize(("text", "value"), VALUES, ids=lambda value: ascii(value)[:30])
def test_value(text: str, value: str) -> None:
    result = evaluate_expression(text)
    assert isinstance(result, sympy.Rational)
    assert Fraction(int(result.p), int(result.q)) == Fraction(value)
    assert result == evaluate_expression(parse_expression(text))


def test_a_whole_value_is_an_integer() -> None:
    assert isinstance(evaluate_expression("6/3"), sympy.Integer)
    assert isinstance(evaluate_expression("50%*2"), sympy.Integer)
    assert not isinstance(evaluate_expression("1/2"), sympy.Integer)


WITHOUT_VALUE: list[tuple[object, str]] = [
    ("1/0", "division_by_zero"),
    ("0**0", "division_by_zero"),
    ("1/(2-2)", "division_by_zero"),
    ("9**9**9", "exponent_limit"),
    ("2**(10**9)", "exponent_limit"),
    ("99999999999999999999**60", "result_too_big"),
    ("4**0.5", "not_exact"),
    # Relatives.
    ("0/0", "division_by_zero"),
    ("0**-1", "division_by_zero"),
    ("(1-1)^(2-2)", "division_by_zero"),
    ("5:0.0", "division_by_zero"),
    ("5/0%", "division_by_zero"),
    ("4**(1/2)", "not_exact"),
    ("(-8)**(1/3)", "not_exact"),
    ("0**0.5", "not_exact"),
    ("2**65", "exponent_limit"),
    ("2**-65", "exponent_limit"),
    ("1**65", "exponent_limit"),
    ("0**-65", "exponent_limit"),
    ("(2**64)**64", "result_too_big"),
    ("(1/3**64)**64", "result_too_big"),
    ("(2**64)**-64", "result_too_big"),
]


@pytest.mark.parametrize(("text", "code"), WITHOUT_VALUE + REFUSED, ids=lambda value: ascii(value)[:30])
def test_refused_with_its_code(text: str, code: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate_expression(text)
    assert caught.value.code == code
    assert code in EXPRESSION_ERROR_CODES


def test_every_code_is_met_by_these_tables() -> None:
    met = {code for _, code in WITHOUT_VALUE + REFUSED} | {
        "too_deep",
        "number_too_long",
    }  # test_limits_bind_exactly
    assert met == set(EXPRESSION_ERROR_CODES)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        # 2048 bits and one more, by every operator that can get there
        ("(2**32)**63*2**31", "(2**32)**63*2**32"),
        ("(2**32)**63*(2**31-1)+(2**32)**63", "(2**32)**63*2**31+(2**32)**63*2**31"),
        ("-(2**32)**63*(2**31-1)-(2**32)**63", "-(2**32)**63*2**31-(2**32)**63*2**31"),
        ("(2**32)**-63/2**31", "(2**32)**-63/2**32"),
        ("(2**33)**62", "(2**32)**64"),
        ("((2**32)**-63/2**25)%", "((2**32)**-63/2**26)%"),
    ],
)
def test_size_of_a_value_binds_exactly(good: str, bad: str) -> None:
    evaluate_expression(good)
    with pytest.raises(ExpressionError) as caught:
        evaluate_expression(bad)
    assert caught.value.code == "result_too_big"


@pytest.mark.parametrize(
    ("limits", "good", "bad", "code"),
    [
        (Limits(exponent=3), "2^3", "2^4", "exponent_limit"),
        (Limits(bits=8), "255", "255+1", "result_too_big"),
        (Limits(bits=8), "2^7", "2^8", "result_too_big"),
    ],
)
def test_limits_are_options(limits: Limits, good: str, bad: str, code: str) -> None:
    evaluate_expression(good, limits)
    with pytest.raises(ExpressionError) as caught:
        evaluate_expression(bad, limits)
    assert caught.value.code == code


def test_names_take_the_values_given() -> None:
    values = {"a": sympy.Integer(94), "b": sympy.Rational(1, 3)}
    assert evaluate_expression("(a-1)*b", values=values) == 31
    with pytest.raises(ExpressionError) as caught:
        evaluate_expression("(a-1)*c", values=values)
    assert caught.value.code == "token"
    with pytest.raises(ExpressionError) as caught:
        evaluate_expression(Name("c"), values=values)
    assert caught.value.code == "type"


def test_only_whole_numbers_enter_sympy(monkeypatch: pytest.MonkeyPatch) -> None:
    met = []

    def watched(original: type[sympy.Rational]) -> object:
        def make(*arguments: object) -> object:
            assert all(type(argument) is int for argument in arguments), arguments
            assert len(arguments) < 2 or arguments[1] != 0
            met.append(arguments)
            return original(*arguments)

        return make

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("text was given to sympy")

    monkeypatch.setattr("sympy.parsing.sympy_parser.parse_expr", forbidden)
    monkeypatch.setattr(sympy, "Integer", watched(sympy.Integer))
    monkeypatch.setattr(sympy, "Rational", watched(sympy.Rational))
    for text, _ in VALUES:
        evaluate_expression(text)
    for refused, _ in WITHOUT_VALUE + REFUSED:
        with pytest.raises(ExpressionError):
            evaluate_expression(refused)  # type: ignore[arg-type]
    assert len(met) >= len(VALUES)


def test_message_advises() -> None:
    for text, _ in WITHOUT_VALUE:
        with pytest.raises(ExpressionError, match=";"):
            evaluate_expression(text)  # type: ignore[arg-type]
