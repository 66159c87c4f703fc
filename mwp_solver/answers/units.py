"""Units and measure words: which one a phrase begins with, what it scales by, which ones are the same."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What can be cut in pieces: never rounded to whole things.
_MEASURES = _words(
    """
    平方千米 平方公里 平方分米 平方厘米 平方毫米 平方米 千米 公里 分米 厘米 毫米
    立方分米 立方厘米 立方毫米 立方米 公顷 公亩 海里 千克 公斤 毫克 毫升 千瓦时 千瓦 摄氏度
    分钟 秒钟 小时 星期 个月 世纪 周岁 美元 欧元 亩 吨 克 升 元 秒 岁 年 天 日
    """
)
# Single characters, each with those that make another word of it: 时间, 倍数.
_SHORT_MEASURES = {
    "米": "饭", "里": "程面", "斤": "", "角": "度形", "分": "之数母子", "时": "间候", "周": "长",
    "月": "饼", "度": "数", "倍": "数",
}  # fmt: skip
# What comes whole.
_COUNTERS = dict.fromkeys(
    "只头匹辆棵支枝张把件条朵盆颗瓶盒艘架台间座户组排页枚筐顶盏副幅套位袋箱桶根双对篇"
    "封种次趟份包杯碗串段圈盘片册束粒株尾家场届步楼遍班扇队篮罐壶捆卷级棒堂个句项阶环"
    "名层题列堆字下课船笔",
    "",
)
_COUNTERS |= {
    "人": "民", "本": "金", "块": "钱", "面": "积粉包", "道": "路", "节": "约", "行": "驶走", "口": "径",
    "车": "票站费",
}  # fmt: skip


def _alternatives(characters: dict[str, str]) -> str:
    return "|".join(f"{c}(?![{stop}])" if stop else c for c, stop in characters.items())


_MEASURE = "(?:" + "|".join(sorted(_MEASURES, key=len, reverse=True)) + "|" + _alternatives(_SHORT_MEASURES) + ")"
_COUNTER = "(?:" + _alternatives(_COUNTERS) + ")"
_SYMBOL = (
    r"(?:[kdcm]?m(?:(?:\^|\*\*)?[23](?![0-9])|[²³])?"
    r"|kWh|kg|mg|mL|ml|min|g|t|L|l|h|s|℃|°C?|[㎜㎝㎞㎡㎥㎏])(?![A-Za-z])"
)
_PER = f"(?:/(?:{_MEASURE}|{_COUNTER}|{_SYMBOL}))?"
_SCALE = "(?:[十百千]?万|[百千万]?亿)"
_CHINESE_UNIT = re.compile(
    f"个?(?P<hours>小时)|(?P<unit>个百分点|{_SCALE}?(?:{_MEASURE}|{_SYMBOL}|{_COUNTER}){_PER}"
    f"|{_SCALE}(?![\u4e00-\u9fff]))"
)
_MEASURE_UNIT = re.compile(f"{_SCALE}?(?:{_MEASURE}|{_SYMBOL})|个百分点|{_SCALE}$")

_SCALES = (
    ("万亿", 10**12), ("千亿", 10**11), ("百亿", 10**10), ("亿", 10**8),
    ("千万", 10**7), ("百万", 10**6), ("十万", 10**5), ("万", 10**4),
)  # fmt: skip
_ENGLISH_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_KILO = re.compile("[千百](?![米克瓦卡伏焦帕赫分])")

# Whatever follows "how many" without being counted.
_NOT_COUNTED = _words(
    """
    a an the of in on at to for from by with is are was were be been am do does did has have had will
    would can could shall should must may might he she it they we you i his her its their your my our
    this that these those there if when while after before and or but not than as per each every left
    money time so who which what how
    """
)
_DESCRIBING = _words("more fewer less extra additional total other whole full complete different such entire")
_IRREGULAR_PLURALS = _words("people children men women feet fish sheep mice geese teeth deer pence")
_ENGLISH_MEASURES = _words(
    """
    second minute hour day week month year kilometer kilometre centimeter centimetre millimeter
    millimetre decimeter decimetre meter metre mile foot feet inch inche yard kilogram milligram gram
    pound ounce ton tonne milliliter millilitre liter litre gallon pint quart cup teaspoon tablespoon
    dollar euro cent pence degree acre hectare point km cm mm dm m kg mg g l ml h s min
    """
)
_WORD = re.compile(r" *\(?([A-Za-z][A-Za-z'-]*)")
_LATIN_UNIT = re.compile(rf" *\(?({_SYMBOL}(?:/{_SYMBOL})?)")


def chinese_unit(text: str) -> str | None:
    """The unit or measure word that a Chinese phrase begins with (``只`` of ``只鸡``)."""
    match = _CHINESE_UNIT.match(text)
    return None if match is None else match["hours"] or match["unit"]


def english_unit(text: str, *, plural: bool) -> str | None:
    """The unit or counted noun that an English phrase begins with (``square feet`` of ``square feet of it``).

    Args:
        text: what follows the number or the question word.
        plural: accept only a plural, as after "how many"; otherwise a lone word will do.
    """
    symbol = _LATIN_UNIT.match(text)
    if symbol is not None:
        return symbol[1]
    words: list[str] = []
    position = 0
    while len(words) < 3 and (match := _WORD.match(text, position)) is not None:
        position = match.end()
        word = match[1].lower()
        if not words and (word == "of" or word in _DESCRIBING):
            continue
        if word in _NOT_COUNTED:
            break
        words.append(match[1])
        if word in _IRREGULAR_PLURALS or (word.endswith("s") and not word.endswith(("ss", "'s"))):
            return " ".join(words)
    return None if plural or not words else words[0]


def is_counted(unit: str) -> bool:
    """Whether a unit counts things that only come whole (条, 辆, boxes), unlike 米, 小时 or meters."""
    if not unit.isascii():
        return _MEASURE_UNIT.match(unit) is None
    words = unit.lower().split()
    return not any(word in _ENGLISH_MEASURES or word.removesuffix("s") in _ENGLISH_MEASURES for word in words)


def split_scale(text: str) -> tuple[int, str]:
    """A unit's multiplier and the rest: ``万元`` is (10000, ``元``), ``million cars`` (1000000, ``cars``)."""
    for name, factor in _SCALES:
        if text.startswith(name):
            return factor, text[len(name) :]
    if _KILO.match(text):
        return (1000 if text[0] == "千" else 100), text[1:]
    match = _WORD.match(text)
    if match is not None and match[1].lower() in _ENGLISH_SCALES:
        return _ENGLISH_SCALES[match[1].lower()], text[match.end() :]
    return 1, text
