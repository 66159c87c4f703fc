"""The reader of expressions: what is accepted, how it groups, what is refused, where the limits lie."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError

import pytest

from mwp_solver.errors import EXPRESSION_ERROR_CODES, ExpressionError, MWPError
from mwp_solver.expression.syntax import (
    Binary,
    Expression,
    Name,
    Number,
    Percent,
    Unary,
    decimal_text,
    number,
    parse_expression,
    substitute,
)
from mwp_solver.options import Limits


def grouped(tree: Expression) -> str:
    """A tree with every bracket written out."""
    match tree:
        case Number(text):
            return text
        case Name(id):
            return id
        case Unary(operand):
            return f"(-{grouped(operand)})"
        case Percent(operand):
            return f"({grouped(operand)}%)"
        case Binary(operator, left, right):
            return f"({grouped(left)}{operator}{grouped(right)})"
    raise AssertionError(tree)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("7", "7"),
        ("1+2*3", "(1+(2*3))"),
        ("(1+2)*3", "((1+2)*3)"),
        ("8-3-2", "((8-3)-2)"),
        ("8-(3-2)", "(8-(3-2))"),
        ("8/4/2", "((8/4)/2)"),
        ("8:4:2", "((8/4)/2)"),
        ("8/4*2", "((8/4)*2)"),
        ("2**3**2", "(2^(3^2))"),
        ("2^3**2", "(2^(3^2))"),
        ("-2**2", "(-(2^2))"),
        ("(-2)**2", "((-2)^2)"),
        ("2**-1", "(2^(-1))"),
        ("2**-3**2", "(2^(-(3^2)))"),
        ("2**-3*4", "((2^(-3))*4)"),
        ("2*-3**2", "(2*(-(3^2)))"),
        ("-2*3", "((-2)*3)"),
        ("-2+3", "((-2)+3)"),
        ("8--5", "(8-(-5))"),
        ("8---5", "(8-(-(-5)))"),
        ("8+-5", "(8+(-5))"),
        ("8-+5", "(8-5)"),
        ("++5", "5"),
        ("-5%", "(-(5%))"),
        ("2*5%", "(2*(5%))"),
        ("2+3%", "(2+(3%))"),
        ("5%%", "((5%)%)"),
        ("2^3%", "(2^(3%))"),
        ("(2+3)%", "((2+3)%)"),
        ("5%-3", "((5%)-3)"),
        ("[1+2]*(3)", "((1+2)*3)"),
        ("[(1+2)*[3-1]]", "((1+2)*(3-1))"),
        ("((((4))))", "4"),
        (".5", "0.5"),
        ("0.50", "0.50"),
        ("007", "007"),
        ("11_2/3", "11(2/3)"),
        ("11_2/3/4", "(11(2/3)/4)"),
        ("12(7/8)", "12(7/8)"),
        ("7((2)/(3))", "7(2/3)"),
        ("012(07/08)", "12(7/8)"),
        ("12(7/8)%", "(12(7/8)%)"),
        ("2*1(1/2)^2", "(2*(1(1/2)^2))"),
        ("(1/2)", "(1/2)"),
        ("x=1+1", "(1+1)"),
        ("X = 1", "1"),
        (" x=1", "1"),
        ("  1 +\t2\r\n", "(1+2)"),
    ],
)
def test_grouping(text: str, tree: str) -> None:
    assert grouped(parse_expression(text)) == tree


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("９÷３", "9/3"),
        ("６×（１＋２）", "6*(1+2)"),
        ("０１２３４５６７８９", "0123456789"),
        ("１．５＊２", "1.5*2"),
        ("［３－１］／４", "[3-1]/4"),
        ("５０％", "50%"),
        ("５０﹪", "50%"),
        ("４：２", "4/2"),
        ("４∶２", "4/2"),
        ("ｘ＝１", "1"),
        ("２＾３", "2^3"),
        ("１１＿２/３", "11_2/3"),
        ("7−3–1﹣1", "7-3-1-1"),
        ("2✕3✖4⨯5∗6", "2*3*4*5*6"),
        ("8∕4⁄2", "8/4/2"),
        ("﹙1﹢2﹚", "(1+2)"),
        ("1\u3000+\u00a02", "1+2"),
    ],
)
def test_characters_of_the_table(text: str, same_as: str) -> None:
    assert parse_expression(text) == parse_expression(same_as)


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("5÷2/3", "5/(2/3)"),
        ("2/3÷1/6", "(2/3)/(1/6)"),
        ("2/3:1/6", "(2/3)/(1/6)"),
        ("5÷1(1/2)", "5/1(1/2)"),
        ("-1/2÷3", "-(1/2)/3"),
        ("3×2/3÷4", "3*(2/3)/4"),
        ("8÷4÷2", "8/4/2"),
        ("2/3/4", "2/3/4"),
        ("8:(4/2)", "8/(4/2)"),
    ],
)
def test_a_slash_beside_another_sign_of_division_is_the_line_of_a_fraction(text: str, same_as: str) -> None:
    assert parse_expression(text) == parse_expression(same_as)


# Every text of the specification that must be refused, then relatives of each.
REFUSED: list[tuple[object, str]] = [
    ("5%3", "syntax"),
    ("3(5)", "syntax"),
    ("(2)(3)", "syntax"),
    ("(1/6)0", "syntax"),
    ("[1+2)*3", "syntax"),
    ("1 2", "syntax"),
    ("5//2", "syntax"),
    ("()", "syntax"),
    ("1,234", "token"),
    ("1_000", "token"),
    ("1e9", "token"),
    ("0x10", "token"),
    ("3½", "token"),
    ("2²", "token"),
    ("٣+1", "token"),
    ("①+1", "token"),
    ("1\x00", "token"),
    ("1+\ud800", "token"),
    ("x=x+1", "token"),
    ("80千米/小时", "token"),
    ("三", "token"),
    ("√4", "token"),
    ("nan", "token"),
    ("__import__('os').getpid()", "token"),
    ("().__class__", "token"),
    ("3(4/3)", "ambiguous"),
    ("(" * 100_000, "too_long"),
    ("+".join("1" * 150), "too_many_tokens"),
    (None, "type"),
    (b"1", "type"),
    (True, "type"),
    # relatives
    (1, "type"),
    (["1"], "type"),
    ("", "empty"),
    ("   ", "empty"),
    ("x=", "empty"),
    ("\u3000", "empty"),
    ("3(3/3)", "ambiguous"),
    ("3(0/4)", "ambiguous"),
    ("3((4)/(3))", "ambiguous"),
    ("3_5/5", "ambiguous"),
    ("3(1/0)", "division_by_zero"),
    ("3_0/0", "division_by_zero"),
    ("1+", "syntax"),
    ("*1", "syntax"),
    ("/1", "syntax"),
    ("%", "syntax"),
    ("%5", "syntax"),
    ("1+*2", "syntax"),
    ("1***2", "syntax"),
    ("2* *3", "syntax"),
    ("(1", "syntax"),
    ("1)", "syntax"),
    ("(1]", "syntax"),
    ("[(1+2])", "syntax"),
    ("[]", "syntax"),
    ("3[5]", "syntax"),
    ("3 (1/2)", "syntax"),
    ("1.5(1/2)", "syntax"),
    ("3(1/2)(1/3)", "syntax"),
    ("5%(1/2)", "syntax"),
    ("1.2.3", "syntax"),
    ("1..2", "token"),
    ("1.", "token"),
    (".", "token"),
    ("1=1", "token"),
    ("x=x=1", "token"),
    ("y=1", "token"),
    ("2x", "token"),
    ("x", "token"),
    ("inf", "token"),
    ("1e-5", "token"),
    ("1j", "token"),
    ("0b1", "token"),
    ("1L", "token"),
    ("1&2", "token"),
    ("1<<2", "token"),
    ("5!", "token"),
    ("$5", "token"),
    ("{1}", "token"),
    ("1;2", "token"),
    ("lambda:0", "token"),
    ("'1'", "token"),
    ("一", "token"),
    ("１，２３４", "token"),
    ("Ⅷ", "token"),
    ("1\u200b2", "token"),
    ("\ufeff1", "token"),
    ("1\u20602", "token"),
    ("π", "token"),
    ("∞", "token"),
    ("𝟏+𝟏", "token"),
    ("1\n;2", "token"),
    ("<extra_id_0>", "token"),
]


@pytest.mark.parametrize(("text", "code"), REFUSED, ids=lambda value: ascii(value)[:30])
def test_refused_with_its_code(text: str, code: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    assert caught.value.code == code
    assert code in EXPRESSION_ERROR_CODES


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("1+?", 2),
        ("1 2", 2),
        ("x=1,5", 3),
        ("(1+2", 4),
        ("[1+2)*3", 4),
        ("3(4/3)", 0),
        ("2*3(1/0)", 2),
        ("5//2", 2),
        ("()", 1),
        ("１２＋甲", 3),
        ("+".join("1" * 150), 256),
        ("1+" + "9" * 25, 2),
        ("(" * 33 + "1" + ")" * 33, 32),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_position_of_a_fault(text: str, position: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    assert caught.value.position == position
    assert f"(at character {position + 1})" in str(caught.value)


@pytest.mark.parametrize("text", ["1+zqzqz", "zqzqz", "1 zqzqz", "zqzqz(1/2)", "1+" + "7" * 25, "(((((77777"])
def test_message_advises_and_does_not_echo(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    assert "zqz" not in str(caught.value)
    assert "7777" not in str(caught.value)
    assert len(str(caught.value)) > 20


def _nested_powers(depth: int) -> str:
    return "^".join(["1"] * (depth + 1))


@pytest.mark.parametrize(
    ("limit", "good", "bad", "code"),
    [
        ("characters", " " * 399 + "1", " " * 400 + "1", "too_long"),
        ("tokens", "1" + "%" * 255, "1" + "%" * 256, "too_many_tokens"),
        ("depth: round", "(" * 32 + "1" + ")" * 32, "(" * 33 + "1" + ")" * 33, "too_deep"),
        ("depth: square", "[" * 32 + "1" + "]" * 32, "[" * 33 + "1" + "]" * 33, "too_deep"),
        ("depth: minus", "-" * 32 + "1", "-" * 33 + "1", "too_deep"),
        ("depth: plus", "+" * 32 + "1", "+" * 33 + "1", "too_deep"),
        ("depth: power", _nested_powers(32), _nested_powers(33), "too_deep"),
        ("depth: mixed", "-(" * 16 + "1" + ")" * 16, "-(" * 16 + "-1" + ")" * 16, "too_deep"),
        ("digits", "9" * 24, "9" * 25, "number_too_long"),
        ("digits: decimal", "9" * 12 + "." + "9" * 12, "9" * 12 + "." + "9" * 13, "number_too_long"),
        ("digits: decimal only", "." + "9" * 24, "." + "9" * 25, "number_too_long"),
        ("digits: zeros", "0" * 24, "0" * 25, "number_too_long"),
        ("digits: mixed whole", "9" * 24 + "(1/2)", "9" * 25 + "(1/2)", "number_too_long"),
        ("digits: mixed bottom", "1(1/" + "9" * 24 + ")", "1(1/" + "9" * 25 + ")", "number_too_long"),
        ("digits: full width", "９" * 24, "９" * 25, "number_too_long"),
    ],
)
def test_limits_bind_exactly(limit: str, good: str, bad: str, code: str) -> None:
    parse_expression(good)
    with pytest.raises(ExpressionError) as caught:
        parse_expression(bad)
    assert caught.value.code == code


def test_depth_is_nesting_not_size() -> None:
    parse_expression("+".join(["(-1)"] * 50))


@pytest.mark.parametrize(
    ("limits", "good", "bad", "code"),
    [
        (Limits(characters=5), "1+1+1", "1+1+11", "too_long"),
        (Limits(tokens=3), "1+1", "1+1%", "too_many_tokens"),
        (Limits(depth=2), "((1))", "(((1)))", "too_deep"),
        (Limits(depth=0), "1+1", "-1", "too_deep"),
        (Limits(digits=2), "99", "100", "number_too_long"),
    ],
)
def test_limits_are_options(limits: Limits, good: str, bad: str, code: str) -> None:
    parse_expression(good, limits)
    with pytest.raises(ExpressionError) as caught:
        parse_expression(bad, limits)
    assert caught.value.code == code
    with pytest.raises(FrozenInstanceError):
        limits.depth = 99  # type: ignore[misc]


def test_default_limits() -> None:
    assert Limits() == Limits(characters=400, tokens=256, depth=32, digits=24, exponent=64, bits=2048)


def test_only_given_names_are_read() -> None:
    assert parse_expression("n0*(1-n1)", names={"n0", "n1"}) == Binary(
        "*", Name("n0"), Binary("-", Number("1", 1, 1), Name("n1"))
    )
    for text in ("n2", "n01", "n0n1", "n0_", "N0"):
        with pytest.raises(ExpressionError) as caught:
            parse_expression(text, names={"n0", "n1"})
        assert caught.value.code == "token"
    with pytest.raises(ExpressionError) as caught:
        parse_expression("2n0", names={"n0"})
    assert caught.value.code == "syntax"


def test_literals_keep_their_exact_value() -> None:
    assert parse_expression("0.10") == Number("0.10", 10, 100)
    assert parse_expression(".25") == Number("0.25", 25, 100)
    assert parse_expression("12(7/8)") == parse_expression("12_7/8") == Number("12(7/8)", 103, 8)


def test_substitute_replaces_known_names_only() -> None:
    tree = parse_expression("-n0%*(n1+n0)^2", names={"n0", "n1"})
    replaced = substitute(tree, {"n0": parse_expression("2/5")})
    assert grouped(replaced) == "((-((2/5)%))*((n1+(2/5))^2))"
    assert grouped(tree) == "((-(n0%))*((n1+n0)^2))"


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (7, 1, "7"),
        (0, 1, "0"),
        (1, 2, "0.5"),
        (1, 8, "0.125"),
        (103, 4, "25.75"),
        (270, 10, "27"),
        (5, 100, "0.05"),
    ],
)
def test_decimal_text(numerator: int, denominator: int, text: str) -> None:
    assert decimal_text(numerator, denominator) == text
    assert number(numerator, denominator) == Number(text, numerator, denominator)


def test_decimal_text_refuses_what_does_not_end() -> None:
    with pytest.raises(ValueError, match="decimal"):
        decimal_text(1, 3)


def test_error_survives_the_way_between_processes() -> None:
    with pytest.raises(MWPError) as caught:
        parse_expression("1+?")
    error = caught.value
    copied = pickle.loads(pickle.dumps(error))
    assert isinstance(copied, ExpressionError)
    assert isinstance(error, ExpressionError)
    assert (copied.code, copied.position, str(copied)) == (error.code, error.position, str(error))
