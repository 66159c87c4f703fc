"""Equations with one unknown (3x+5=20, □÷4=6, what is 3x if 2x=8): solved by undoing what was done to the unknown.

There is nothing here for a network to understand, and an exact answer can be put back and checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mwp_solver.errors import ExpressionError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.syntax import Binary, Expression, Name, Number, Percent, Unary, parse_expression, substitute

_LONGEST = 200
_LEAD = re.compile(
    r"^(?:(?=[^:]*(?:[\u4e00-\u9fff]|[a-z]{2}))[^=:0-9()]{1,16}:)?(?:请?(?:解(?:下列|下面的?)?(?:一元一次)?方程|填空|在[^=]{1,6}里填(?:上|入)?[^=]{0,6}数"
    r"|求未知数(?:[a-z](?:的值)?)?|如果|若|已知|当|方程|解|求[a-z])"
    r"|(?:solve(?: the equation)?(?: for [a-z])?|fill in the blank|find [a-z](?: if)?|if|given(?: that)?|when))?[: ,]*",
    re.IGNORECASE,
)
_WHAT = r"(?:多少|几|什么|\?|\( *\)|_+)"
_TAIL = re.compile(
    rf"(?:[,. ]*(?:那么|则|求|问|方程的解|(?:so|then|find|what is))?[,: ]*"
    rf"(?:[a-z]|括号|方框|方格|空格|横线|[□○△☆])?(?:里|中|上|内)?(?:的值|的解|is)?(?:应该|应)?"
    rf"(?:=|是|等于|为|填)?{_WHAT}?(?:数|is)?)[.?!]*$",
    re.IGNORECASE,
)
_BLANK = re.compile(r"[□▢○◯△☆_]+|\( *\)|\?")
# 3(1/2) is a mixed number; a bracket with the unknown in it is a factor.
_PRODUCT = re.compile(r"(?<=[0-9)%])(?=x|\([^()]*x)|(?<=[x)])(?=\()")
_SIGNS = re.compile(r"[-+*/^().:%0-9x ]+")
_LETTER = re.compile("[a-z]")
_ASKED = re.compile(
    rf"^(?P<equation>[^,;]+=[^,;]+)[,; ]+(?:那么|则|求|what is)?[: ]*(?P<asked>[-+*/^().:%0-9x ]*x[-+*/^().:%0-9x ]*)"
    rf"(?:的值)?(?:=|是|等于|为)?{_WHAT}?[.?!]*$"
)


@dataclass(frozen=True, slots=True)
class _Linear:
    """``factor * x + rest``; ``None`` stands for 0."""

    factor: Expression | None
    rest: Expression | None


def solve_equation(text: str) -> Expression | None:
    """The expression that an equation's unknown equals, or that an expression of it does.

    Args:
        text: a normalised question; a colon for ÷ keeps it apart from the line of a fraction.

    Returns:
        The expression in the equation's own numbers; ``None`` if the text is anything but one equation of the first
        degree with one unknown that has one solution.
    """
    if "=" not in text or len(text) > _LONGEST:
        return None
    body = _LEAD.sub("", text).lower()
    asked = _ASKED.match(_one_unknown(body) or "")
    if asked is not None and "x" in asked["equation"] and asked["asked"].strip() != "x":
        value, wanted = _solved(asked["equation"]), _parsed(asked["asked"])
        return None if value is None or wanted is None else _defined(substitute(wanted, {"x": value}))
    for written in (body.rstrip(" .,;!"), _TAIL.sub("", body)):
        equation = _one_unknown(written)
        value = None if equation is None else _solved(equation)
        if value is not None:
            return value
    return None


def _one_unknown(text: str) -> str | None:
    """The text with its unknown, a letter or a blank, written x; ``None`` if there are several."""
    left, _, right = text.partition("=")
    # A question mark that ends what is asked is no blank.
    written = f"{_BLANK.sub(' x ', left)}={right}"
    if "x" not in written:
        written = f"{left}={_BLANK.sub(' x ', right)}"
    letters = set(_LETTER.findall(re.sub("what is", "", written)))
    if len(letters) == 1:
        written = written.replace(letters.pop(), "x")
    elif letters:
        return None
    return re.sub(r" *x *", "x", written)


def _solved(equation: str) -> Expression | None:
    sides = equation.split("=")
    if len(sides) != 2 or equation.count("x") == 0:
        return None
    left, right = _parsed(sides[0]), _parsed(sides[1])
    if left is None or right is None:
        return None
    if equation.count("x") == 1:
        value = _undone(left, right) if "x" in sides[0] else _undone(right, left)
    else:
        value = _gathered(left, right)
    if value is None or _defined(value) is None:
        return None
    try:
        fits = evaluate_expression(substitute(left, {"x": value})) == evaluate_expression(
            substitute(right, {"x": value})
        )
    except ExpressionError:
        return None
    return value if fits else None


def _parsed(side: str) -> Expression | None:
    if not _SIGNS.fullmatch(side):
        return None
    try:
        return parse_expression(_PRODUCT.sub("*", side), names=("x",))
    except ExpressionError:
        return None


def _defined(tree: Expression) -> Expression | None:
    try:
        evaluate_expression(tree)
    except ExpressionError:
        return None
    return tree


def _undone(tree: Expression, value: Expression) -> Expression | None:
    """What x is where ``tree``, which holds it once, equals ``value``."""
    while not isinstance(tree, Name):
        if isinstance(tree, Unary):
            tree, value = tree.operand, Unary(value)
        elif isinstance(tree, Percent):
            tree, value = tree.operand, Binary("/", value, Percent(Number("1", 1, 1)))
        elif isinstance(tree, Binary) and tree.operator != "^":
            first = _holds(tree.left)
            inner, other = (tree.left, tree.right) if first else (tree.right, tree.left)
            match tree.operator, first:
                case ("+", _):
                    value = Binary("-", value, other)
                case ("*", _):
                    value = Binary("/", value, other)
                case ("-", True):
                    value = Binary("+", value, other)
                case ("/", True):
                    value = Binary("*", value, other)
                case (sign, _):
                    value = Binary(sign, other, value)
            tree = inner
        else:
            return None
    return value


def _holds(tree: Expression) -> bool:
    if isinstance(tree, Binary):
        return _holds(tree.left) or _holds(tree.right)
    if isinstance(tree, (Unary, Percent)):
        return _holds(tree.operand)
    return isinstance(tree, Name)


def _gathered(left: Expression, right: Expression) -> Expression | None:
    """What x is where it stands several times: its terms on one side, the numbers on the other."""
    one, two = _linear(left), _linear(right)
    if one is None or two is None:
        return None
    factor, rest = _minus(one.factor, two.factor), _minus(two.rest, one.rest)
    if factor is None or _defined(factor) is None or rest is None:
        return None
    if evaluate_expression(factor) < 0:  # x on the side where it keeps a plus sign, as school does
        factor, rest = _minus(two.factor, one.factor), _minus(one.rest, two.rest)
    return None if factor is None or rest is None else _simply(Binary("/", rest, factor))


def _linear(tree: Expression) -> _Linear | None:
    if isinstance(tree, Name):
        return _Linear(Number("1", 1, 1), None)
    if not _holds(tree):
        return _Linear(None, tree)
    if isinstance(tree, Unary):
        inner = _linear(tree.operand)
        return inner and _Linear(_minus(None, inner.factor), _minus(None, inner.rest))
    if not isinstance(tree, Binary):
        return None
    left, right = _linear(tree.left), _linear(tree.right)
    if left is None or right is None:
        return None
    if tree.operator == "+":
        return _Linear(_plus(left.factor, right.factor), _plus(left.rest, right.rest))
    if tree.operator == "-":
        return _Linear(_minus(left.factor, right.factor), _minus(left.rest, right.rest))
    if tree.operator == "*" and left.factor is None:
        left, right = right, left
    if tree.operator in "*/" and right.factor is None and right.rest is not None:
        scale = right.rest
        return _Linear(
            left.factor and _simply(Binary(tree.operator, left.factor, scale)),
            left.rest and Binary(tree.operator, left.rest, scale),
        )
    return None


def _plus(left: Expression | None, right: Expression | None) -> Expression | None:
    return Binary("+", left, right) if left is not None and right is not None else left or right


def _minus(left: Expression | None, right: Expression | None) -> Expression | None:
    if right is None:
        return left
    if isinstance(right, Unary):
        return _plus(left, right.operand)
    return Unary(right) if left is None else Binary("-", left, right)


def _simply(tree: Binary) -> Expression:
    """Without a factor or divisor of 1."""
    one = Number("1", 1, 1)
    if tree.operator == "*" and tree.left == one:
        return tree.right
    return tree.left if tree.right == one else tree
