"""What a Chinese question asks its answer to look like."""

from __future__ import annotations

import re

from mwp_solver.answers.form import AnswerForm
from mwp_solver.answers.units import chinese_unit, is_counted

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}
_DIGITS |= {str(value): value for value in range(10)}
_DIGIT = "[0-9一二两三四五六七八九]"
_TO = "(?:到|至|成|为)"
# 保留一位小数是26.9 tells what came out and asks nothing.
_NO_FACT = r"(?!后?[,，]?(?:的?(?:近似[数值]|结果|得数))?(?:大?约)?(?:[是为得]|≈)[0-9])"
_PLACES = re.compile(
    rf"""
    (?: 保留{_TO}? (?:小数点?后?面?(?P<after>{_DIGIT})位 | (?P<places>{_DIGIT})位(?:小数)?+)
      | (?:保留|取){_TO}? (?P<whole>整数|整十数|整百数)
      | (?:精确|四舍五入|保留|凑整)(?:到|至)
        (?: 小数点?后?第?(?P<point>{_DIGIT})位 | 0\.(?P<zeros>0*)1 | (?P<one>1)(?![0-9.])
          | (?P<named>十分|百分|千分|万分|个|十|百|千|万|亿|整数)位?+ | (?P<money>[元角分]) )
    ) {_NO_FACT}
    | 省略(?P<tail>[十百千万亿])位后面的尾数
    """,
    re.VERBOSE,
)
_NAMED_PLACES = {
    "十分": 1, "百分": 2, "千分": 3, "万分": 4, "个": 0, "整数": 0, "十": -1, "百": -2, "千": -3, "万": -4,
    "亿": -8, "元": 0, "角": 1, "分": 2, "整十数": -1, "整百数": -2,
}  # fmt: skip
_BEFORE_SIGN = re.compile("百分号前|%前|1%|百分点")
_QUOTIENT = re.compile("商|除不尽")

_REMARK = re.compile(r"\((?=[^()]*[\u4e00-\u9fffA-Za-z])[^()]*\)(?=[.?!;]*$)")
_ASKED = re.compile(
    r"百分之(?:几|多少)|(?:几|多少)分之(?:几|多少)|(?:几|多少)比(?:几|多少)|第几|星期几|多少"
    r"|(?<![十好这那])(?<!(?<!提)前)几(?![何乎])"
)
_ARE = "(?:各|分别|大约|约|应|将|可以|提高)*"
_RATE = re.compile(
    rf"(?<![效频汇速概心功曲斜比])(?<!圆周)(?:率|浓度(?=[是为=多])){_ARE}(?:到|了)?(?:是|为|达到|达|=)?(?:多少|几|_*)?[=:.?!;)]*$"
)
_PERCENT = re.compile(
    rf"(?:多少|几) ?%|百分[比数率]{_ARE}(?:是|为|=)?(?:多少|几)|百分[比数率][=:.?!;]*$|百分[比数率]表示"
    r"|[化写改][^,.]{0,6}[成为]百分数|\( *\)%"
)
_FRACTION = re.compile(
    r"分数表示|[化写改]成(?:最简|带|假)?分数(?:各|分别|应|后)*(?:[是为=]|[.?)]*$)|[填用为成][带假]分数|填分数"
)
_FRACTION_BLANK = re.compile(r"\(\(\(\)\)/\(\(\)\)\)|\( *\)/\( *\)")
_RATIO = re.compile(
    r"(?:几|多少)比(?:几|多少)|最简(?:单的)?(?:整数)?比|化简比"
    r"|[的之量数积长度]比(?:各|分别|应|就)*[是为=](?:多少|几|什么|[=:_?.]|\( *\))"
)
_AT_LEAST = re.compile(r"(?:至少|最少|起码)[^0-9]*$")
_AT_MOST = re.compile(r"(?:最多|至多)[^0-9]*$")
_CLAUSE_END = re.compile(r"[,，;!?]|\.(?![0-9])")
_SENTENCE = re.compile(r"(?:[^!?;.]|\.(?=[0-9]))+[!?;.]*$")


def form_chinese(text: str) -> AnswerForm:
    """The form that a normalised Chinese question asks for."""
    body = _REMARK.sub("", text)
    # Earlier question words may only mean "some": the last one asks.
    asked = _last(_ASKED, body)
    kind = _kind(text, body, asked)
    unit = _unit(body, asked) if kind == "number" and asked is not None else None
    places = _places(text)
    if kind == "percent" and places is not None and _QUOTIENT.search(text) and not _BEFORE_SIGN.search(text):
        # Three places of the quotient: 0.667 is 66.7%.
        places -= 2
    rounding = _rounding(body[: asked.start()], unit) if asked is not None and unit is not None else None
    return AnswerForm(kind, places, rounding, "带分数" in text, unit, "zh")


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return max(pattern.finditer(text), key=re.Match.start, default=None)


def _kind(text: str, body: str, match: re.Match[str] | None) -> str:
    asked, end = (match[0], match.end()) if match else ("", 0)
    if asked.startswith("百分之") or _RATE.search(body) or _PERCENT.search(text):
        return "percent"
    if "分之" in asked or _FRACTION.search(text) or _FRACTION_BLANK.search(body, end):
        return "fraction"
    sentence = _SENTENCE.search(body)
    return "ratio" if sentence and _RATIO.search(sentence[0]) else "number"


def _unit(body: str, asked: re.Match[str]) -> str | None:
    if asked[0] not in ("几", "多少"):
        return None
    rest = body[asked.end() :].lstrip("(")
    if rest.startswith(("钱", "块钱")):
        return "元" if "元" in body else None
    return chinese_unit(rest)


def _rounding(before: str, unit: str) -> str | None:
    if not is_counted(unit):
        return None
    clause = _CLAUSE_END.split(before)[-1]
    # A number between the cue and the question word takes the cue: 每人至少分3本可以分给几人.
    if _AT_LEAST.search(clause):
        return "up"
    return "down" if _AT_MOST.search(clause) else None


def _places(text: str) -> int | None:
    found = _last(_PLACES, text)
    if found is None:
        return None
    for name in ("after", "places", "point"):
        if found[name]:
            return _DIGITS[found[name]]
    if found["zeros"] is not None:
        return len(found["zeros"]) + 1
    if found["money"] and "元" not in text:
        return None
    return _NAMED_PLACES[found["whole"] or found["named"] or found["money"] or found["tail"] or "个"]
