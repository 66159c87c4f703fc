"""Arithmetic text -> tree: an explicit character table, ASCII tokens, a Pratt parser.

The parser follows Pratt, "Top Down Operator Precedence" (POPL 1973). Nothing here computes a value or
imports more than the standard library.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from mwp_solver.errors import ExpressionError
from mwp_solver.options import Limits


@dataclass(frozen=True, slots=True)
class Number:
    """A literal: ``text`` as canonically written, and its exact value ``numerator / denominator``."""

    text: str
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Name:
    """A placeholder for a value given later (an anchored quantity, a template's slot)."""

    id: str


@dataclass(frozen=True, slots=True)
class Unary:
    """A leading minus sign (a leading plus leaves no node)."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Percent:
    """``operand %``: one hundredth of the operand; never a remainder."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """``left operator right`` with operator one of ``+ - * / ^``."""

    operator: str
    left: Expression
    right: Expression


Expression = Number | Name | Unary | Percent | Binary

# One character to one character, so that positions in an error are positions in what the user typed.
# Deliberately not NFKC, which would turn 3½ into 31⁄2 and 2² into 22.
CHARACTERS = str.maketrans(
    {
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        **dict.fromkeys("＋﹢", "+"),
        **dict.fromkeys("－−﹣–", "-"),
        **dict.fromkeys("×✕✖⨯＊∗", "*"),
        **dict.fromkeys("／∕⁄", "/"),
        **dict.fromkeys("÷：∶", ":"),
        **dict.fromkeys("％﹪", "%"),
        **dict.fromkeys("（﹙", "("),
        **dict.fromkeys("）﹚", ")"),
        "［": "[",
        "］": "]",
        "．": ".",
        "＾": "^",
        "＝": "=",
        "＿": "_",
        **dict.fromkeys("Xｘ Ｘ".replace(" ", ""), "x"),
        **dict.fromkeys("\u3000\u00a0\t\r\n", " "),
    }
)

_UNKNOWN_EQUALS = re.compile(r" *x *=")
_TOKEN = re.compile(
    r"""
    (?P<mixed>  [0-9]+ (?: _[0-9]+/[0-9]+(?![0-9]) | \([0-9]+/[0-9]+\) | \(\([0-9]+\)/\([0-9]+\)\) ) )
  | (?P<number> [0-9]+(?:\.[0-9]+)? | \.[0-9]+ )
  | (?P<name>   [A-Za-z][A-Za-z0-9_]* )
  | (?P<sign>   \*\* | [-+*/^:%()\[\]] )
  | (?P<space>  [ ]+ )
    """,
    re.VERBOSE,
)
_INTEGER = re.compile("[0-9]+")

_SIGNS = {"**": "^", ":": "/"}
# Where ÷ or : divides, a slash is the line of a fraction: 5÷2/3 is 5÷(2/3), and 2/3:1/6 the ratio of two fractions.
_FRACTION_LINE = "⁄"
# Left binding powers. A unary sign binds its operand at 25: above * and /, below ^, so -2^2 is -(2^2).
_POWER = {"+": 10, "-": 10, "*": 20, "/": 20, _FRACTION_LINE: 27, "^": 30, "%": 40}
_UNARY_POWER = 25
_CLOSING = {"(": ")", "[": "]"}


def parse_expression(text: str, limits: Limits = Limits(), names: Collection[str] = ()) -> Expression:
    """Read an arithmetic expression.

    Args:
        text: the expression, with at most one leading ``x=``.
        limits: bounds on length, tokens, digits and depth.
        names: identifiers allowed to stand for values; anything else made of letters is refused.

    Returns:
        The tree. Brackets leave no node: :func:`mwp_solver.expression.render.render_expression`
        puts back those that are needed.

    Raises:
        ExpressionError: with code type, empty, too_long, too_many_tokens, too_deep, number_too_long,
            token, syntax, ambiguous or division_by_zero.
    """
    return _Parser(_tokens(text, limits, names), limits).parse()


def substitute(tree: Expression, replacements: Mapping[str, Expression]) -> Expression:
    """The tree with each :class:`Name` found in ``replacements`` replaced; other names stay."""
    if isinstance(tree, Binary):
        return Binary(tree.operator, substitute(tree.left, replacements), substitute(tree.right, replacements))
    if isinstance(tree, Name):
        return replacements.get(tree.id, tree)
    if isinstance(tree, (Unary, Percent)):
        return type(tree)(substitute(tree.operand, replacements))
    return tree


def number(numerator: int, denominator: int = 1) -> Number:
    """A literal with a terminating decimal or whole value, written as school does.

    Raises:
        ValueError: if the value has no finite decimal; build a ``Binary("/", …)`` then.
    """
    return Number(decimal_text(numerator, denominator), numerator, denominator)


def decimal_text(numerator: int, denominator: int) -> str:
    """``numerator/denominator`` (in lowest terms, numerator >= 0) as a finite decimal without a trailing zero.

    Raises:
        ValueError: if no finite decimal exists.
    """
    places, scale = 0, 1
    while (numerator * scale) % denominator:
        places, scale = places + 1, scale * 10
        if places > 64:
            raise ValueError("no finite decimal")
    digits = str(numerator * scale // denominator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


class _Token(NamedTuple):
    kind: str  # "number", "name", an operator or bracket, "end"
    position: int
    leaf: Expression | None = None


def _tokens(text: str, limits: Limits, names: Collection[str]) -> list[_Token]:
    if not isinstance(text, str):
        raise ExpressionError("type", "an expression must be text")
    if len(text) > limits.characters:
        raise ExpressionError("too_long", f"the expression is longer than {limits.characters} characters; shorten it")
    mapped = text.translate(CHARACTERS)
    signs = {**_SIGNS, "/": _FRACTION_LINE} if ":" in mapped else _SIGNS
    unknown = _UNKNOWN_EQUALS.match(mapped)
    position = unknown.end() if unknown else 0
    tokens: list[_Token] = []
    while position < len(mapped):
        match = _TOKEN.match(mapped, position)
        kind = match.lastgroup if match else None
        if match is None or (kind == "name" and match.group() not in names):
            raise ExpressionError(
                "token", "this character has no meaning here; use digits, + - * / ^ %, brackets", position
            )
        if kind != "space":
            if len(tokens) == limits.tokens:
                raise ExpressionError("too_many_tokens", f"more than {limits.tokens} tokens; shorten it", position)
            written = match.group()
            tokens.append(_token(kind, signs.get(written, written), position, limits))
        position = match.end()
    if not tokens:
        raise ExpressionError("empty", "there is no expression; write one such as (94-2*35)/2")
    tokens.append(_Token("end", len(mapped)))
    return tokens


def _token(kind: str | None, text: str, position: int, limits: Limits) -> _Token:
    if kind == "name":
        return _Token("name", position, Name(text))
    if kind == "sign":
        return _Token(text, position)
    parts = _INTEGER.findall(text)
    digits = sum(map(len, parts)) if kind == "number" else max(map(len, parts))
    if digits > limits.digits:
        raise ExpressionError("number_too_long", f"a number has more than {limits.digits} digits", position)
    if kind == "mixed":
        return _Token("number", position, _mixed(*map(int, parts), position=position))
    whole, _, decimals = text.partition(".")
    return _Token(
        "number",
        position,
        Number(text if whole else "0" + text, int(whole + decimals or "0"), 10 ** len(decimals)),
    )


def _mixed(whole: int, numerator: int, denominator: int, *, position: int) -> Number:
    if denominator == 0:
        raise ExpressionError("division_by_zero", "a fraction's denominator is 0", position)
    if not 0 < numerator < denominator:
        raise ExpressionError(
            "ambiguous",
            "a number before a bracketed fraction is a mixed number only if the fraction is proper; "
            "write * for a product or + for a sum",
            position,
        )
    return Number(f"{whole}({numerator}/{denominator})", whole * denominator + numerator, denominator)


class _Parser:
    """Pratt's algorithm over one list of tokens."""

    def __init__(self, tokens: list[_Token], limits: Limits) -> None:
        self.tokens = tokens
        self.limits = limits
        self.index = 0
        self.depth = 0

    def parse(self) -> Expression:
        tree = self.operand(0)
        token = self.tokens[self.index]
        if token.kind != "end":
            raise ExpressionError(
                "syntax", "an operator is missing or a bracket does not match; write * for a product", token.position
            )
        return tree

    def operand(self, power: int) -> Expression:
        left = self.prefix()
        while True:
            token = self.tokens[self.index]
            own = _POWER.get(token.kind, -1)
            if own <= power:
                return left
            self.index += 1
            if token.kind == "%":
                left = Percent(left)
            elif token.kind == "^":
                # Right-associative: the exponent takes a following ^ too, which nests.
                self.enter(token)
                left = Binary("^", left, self.operand(own - 1))
                self.depth -= 1
            else:
                left = Binary("/" if token.kind == _FRACTION_LINE else token.kind, left, self.operand(own))

    def prefix(self) -> Expression:
        token = self.tokens[self.index]
        self.index += 1
        if token.leaf is not None:
            return token.leaf
        if token.kind in "+-":
            self.enter(token)
            operand = self.operand(_UNARY_POWER)
            self.depth -= 1
            return Unary(operand) if token.kind == "-" else operand
        if token.kind in _CLOSING:
            self.enter(token)
            inner = self.operand(0)
            closing = self.tokens[self.index]
            if closing.kind != _CLOSING[token.kind]:
                raise ExpressionError(
                    "syntax", f"a {_CLOSING[token.kind]} is missing or brackets do not match", closing.position
                )
            self.index += 1
            self.depth -= 1
            return inner
        raise ExpressionError("syntax", "a number or an opening bracket is missing", token.position)

    def enter(self, token: _Token) -> None:
        self.depth += 1
        if self.depth > self.limits.depth:
            raise ExpressionError("too_deep", f"nested more than {self.limits.depth} deep; simplify", token.position)
