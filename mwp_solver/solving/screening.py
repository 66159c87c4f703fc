"""What is no word problem: said before the network is asked, which would write an expression for anything."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mwp_solver.errors import ExpressionError, MWPError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.expression.syntax import Expression, Name, Number, Percent, Unary, parse_expression
from mwp_solver.solving.equations import solve_equation
from mwp_solver.text import language_of, normalize_question

MAX_QUESTION = 2000
"""longest question, in characters"""

MESSAGES = {
    "empty": ("请先输入一道应用题。", "Type a word problem first."),
    "too_long": (
        f"文字超过 {MAX_QUESTION} 个字符，请一次只输入一道题。",
        f"This text is longer than {MAX_QUESTION:,} characters. Give one problem at a time.",
    ),
    "not_text": ("题目必须是文字。", "A problem must be text."),
    "chatter": (
        "这不是应用题。请输入一道有数、有问题的数学应用题。",
        "This is no word problem. Type one, with numbers and a question.",
    ),
    "other_subject": (
        "这像是别的科目的问题。本程序只解数学应用题。",
        "This looks like another subject. This program solves math word problems only.",
    ),
    "no_numbers": (
        "这段文字里没有可以计算的数。请把题目补充完整。",
        "There are no numbers to compute with here. Give the whole problem.",
    ),
    "no_question": (
        "这里只有数，没有问题。请输入完整的题目。",
        "There is a number here, but no question. Give the whole problem.",
    ),
    "several_unknowns": (
        "这是含有几个未知数的方程。本程序只解能列出一个算式的应用题。",
        "This is an equation with several unknowns. This program solves problems that one expression answers.",
    ),
    "no_value": (
        "这个算式没有得数（除以 0，或数太大）。请检查算式。",
        "This expression has no value (a division by 0, or too big a number). Check it.",
    ),
}
"""code -> what to say in Chinese and in English"""

_DIGIT = re.compile("[0-9½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]")
# 一 is an article far more often than a number; 对, 打 and the like are only words without another number.
_CHINESE_NUMERAL = re.compile("[零〇二两三四五六七八九十百千万亿半双倍]")
_ONES = "zero|one|two|three|four|five|six|seven|eight|nine"
_ENGLISH_NUMERAL = re.compile(
    rf"""\b(?:{_ONES}|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen
    |(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|millions?|billions?|dozens?|percent
    |half|halves|halved|doubled?s?|doubling|twice|thrice|tripled?s?|quadrupled?s?|couple|pairs?|both
    |(?:quarter|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)s?)\b""",
    re.IGNORECASE | re.VERBOSE,
)
# Any of these may ask for a number: what has one and a numeral goes to the network.
_ASKS_A_NUMBER = re.compile(
    r"多少|几|求|计算|列式|算式|[=+*/%]|总|共|比|倍|平均|剩|余|差|面积|周长|体积|速度"
    r"|\b(?:how (?:many|much|long|far|old|tall|fast|big|often)|find|calculate|compute|solve|determine|total|sum|left"
    r"|remain\w*|altogether|average|difference|percent\w*|ratio|area|perimeter|cost|each|per|number)\b",
    re.IGNORECASE,
)
_CHATTER = re.compile(
    r"^(?:你好|您好|嗨|哈喽|早上好|晚上好|下午好|谢谢|再见|在吗|你是谁|你叫什么|讲个|聊)"
    r"|^(?:请|帮我|给我|麻烦|能不能|可以|你能|能)*(?:写|作|讲|说|唱|画|编|推荐)(?:[一两三几0-9]+|一)?[首篇个段封幅则]?"
    r"[^,.?!，]{0,12}(?:诗|作文|故事|笑话|歌|信|小说|文章|画|代码|程序|电影|书)"
    r"|天气(?:怎么样|如何|好吗)|^(?:hi|hello|hey|thanks?|thank you|bye|good (?:morning|evening|night))\b"
    r"|^(?:please |can you |could you )*(?:write|tell|sing|draw|compose|recommend)\b.{0,40}"
    r"\b(?:poem|story|joke|song|essay|letter|code|program|picture|movie|book)s?\b"
    r"|\b(?:who are you|how are you|what'?s up|the weather)\b",
    re.IGNORECASE,
)
_OTHER_SUBJECT = re.compile(
    r"发生了什么|近义词|反义词|造句|成语|拼音|翻译|默写|背诵|诗人|首都|朝代|皇帝|化学式|牛顿|语法|课文"
    r"|\b(?:who (?:wrote|invented|discovered)|capital of|translate|synonym|antonym|grammar|what happened|world war"
    r"|photosynthesis)\b",
    re.IGNORECASE,
)
# Also in problems (能不能一次运走?为什么?), so they tell only where there are no numbers.
_OTHER_WITHOUT_NUMBERS = re.compile(
    r"什么意思|作者|历史|元素|什么(?:动物|植物|国家|城市|颜色)|为什么|谁"
    r"|\b(?:who (?:was|is)|why|meaning of|spell|chemical|president)\b",
    re.IGNORECASE,
)

_LEAD = re.compile(
    r"^(?:(?:请|直接|简便|递等式|脱式)*(?:计算|口算|笔算|求值|算一算|算出|化简)(?:题|下面各题|一下)?"
    r"|what is|what's|calculate|compute|evaluate|work out|how much is)[: ]*",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?: *(?:=|等于|equals?|is) *(?:[?_]*|\( *\)|多少|几)|是多少| *\?)[.?!;]*$|[.;]+$", re.IGNORECASE)
_TIMES = re.compile(r"(?<=[0-9)%]) ?[xX·] ?(?=[0-9(])")
# 2 1/2 and 2 ½, as English writes a mixed number.
_MIXED = re.compile(r"(?<![0-9./])([1-9][0-9]*) \(?([0-9]+/[0-9]+)\)?(?![0-9.])")
_DATE_OR_TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?|[0-9]{2,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}|0[0-9-]+")
_ONLY_A_NUMBER = re.compile(r"[-+]?[0-9.,]+%?[.?!]*")
_EQUATION_LEAD = re.compile(
    r"^(?:解(?:下列|下面)?(?:二元一次|三元一次)?方程组?|求未知数|解|求|solve(?: for [a-z])?)[: ]*", re.IGNORECASE
)
_EQUATION = re.compile(r"[-+*/^=().,;:{}0-9A-Za-z ?]*=[-+*/^=().,;:{}0-9A-Za-z ?]*")
_UNKNOWN = re.compile("(?<![A-Za-z])[A-Za-z](?![A-Za-z])|(?<=[a-z])[a-z](?![a-z])|(?<![a-z])[a-z](?=[a-z](?![a-z]))")
_ASKS_ONE = re.compile(r"\b(?:what is|find) [a-z]\b", re.IGNORECASE)
_GIVEN = re.compile(r"(?:^|[,; ])([A-Za-z])=[0-9./]+(?=[,; ]|$)")


@dataclass(frozen=True, slots=True)
class Screening:
    """What was seen of an input before solving it.

    Attributes:
        ok: whether it can be solved, by the network or (with an ``expression``) without it.
        code: ``problem``, ``computation``, or a key of :data:`MESSAGES`.
        message: what to say, in the input's language; empty if ok.
        expression: of a computation, the expression to compute, else ``None``.
    """

    ok: bool
    code: str
    message: str = ""
    expression: Expression | None = None


_PROBLEM = Screening(True, "problem")


def screen(question: object) -> Screening:
    """Judge whether an input is a problem. In doubt it is one: a refused problem is worse than a strange answer.

    Args:
        question: whatever was typed.

    Returns:
        ok for problems and for expressions to compute; else why not.
    """
    if not isinstance(question, str):
        return Screening(False, "not_text", MESSAGES["not_text"][1])
    if len(question) > MAX_QUESTION:  # first, so that no work is spent on it
        return _refused("too_long", question[:MAX_QUESTION])
    text = normalize_question(question).strip()
    if not text:
        return _refused("empty", question)
    # As a colon ÷ stays apart from the line of a fraction, which the normaliser writes the same.
    computation = _computation(text, normalize_question(question.replace("÷", ":")).strip())
    if computation is not None:
        return computation
    code = _no_problem(text)
    return _PROBLEM if code is None else _refused(code, text)


def check_question(question: object) -> None:
    """Raise MWPError unless this is text of a length that can be a problem.

    Raises:
        MWPError: with a text of :data:`MESSAGES` in the question's language; in both where it has no words to tell.
    """
    if not isinstance(question, str):
        raise MWPError(" ".join(MESSAGES["not_text"]))
    if not question.strip():
        raise MWPError(" ".join(MESSAGES["empty"]))
    if len(question) > MAX_QUESTION:
        raise MWPError(message("too_long", question[:MAX_QUESTION]))


def message(code: str, text: str) -> str:
    """What to say for a code of :data:`MESSAGES`, in the language of a text."""
    chinese, english = MESSAGES[code]
    return chinese if language_of(text) == "zh" else english


def _refused(code: str, text: str) -> Screening:
    return Screening(False, code, message(code, text))


def _computation(text: str, written: str) -> Screening | None:
    """An input that is nothing but an expression, ``written`` with colons for ÷, or ``None``."""
    bare = _TAIL.sub("", _LEAD.sub("", written))
    if _DATE_OR_TIME.fullmatch(text):
        return _refused("no_question", text)
    try:
        tree = parse_expression(_TIMES.sub("*", _MIXED.sub(r"\1(\2)", bare)))
    except ExpressionError as error:
        # An expression to its last sign, but one that divides by 0.
        if error.code == "division_by_zero":
            return _refused("no_value", text)
        unknown = solve_equation(written)
        return None if unknown is None else Screening(True, "computation", expression=unknown)
    if isinstance(tree, (Number, Name)) or isinstance(tree, (Unary, Percent)) and isinstance(tree.operand, Number):
        return None
    try:
        evaluate_expression(tree)
    except ExpressionError:
        return _refused("no_value", text)
    return Screening(True, "computation", expression=tree)


def _no_problem(text: str) -> str | None:
    """The code of what makes a text no problem, or ``None``."""
    numbered = any(pattern.search(text) for pattern in (_DIGIT, _CHINESE_NUMERAL, _ENGLISH_NUMERAL))
    if not numbered or not _ASKS_A_NUMBER.search(text):
        if _CHATTER.search(text):
            return "chatter"
        if _OTHER_SUBJECT.search(text) or not numbered and _OTHER_WITHOUT_NUMBERS.search(text):
            return "other_subject"
    if not numbered:
        return "no_numbers"
    if _ONLY_A_NUMBER.fullmatch(text):
        return "no_question"
    return "several_unknowns" if _several_unknowns(text) else None


def _several_unknowns(text: str) -> bool:
    equation = _EQUATION_LEAD.sub("", text)
    unknowns = set(_UNKNOWN.findall(equation)) - set(_GIVEN.findall(equation))
    # Words that ask for one of them make a problem, as x是多少 does.
    return _EQUATION.fullmatch(equation) is not None and len(unknowns) > 1 and not _ASKS_ONE.search(equation)
