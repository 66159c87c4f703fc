"""What units measure: which convert into each other, and which cannot mean the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from mwp_solver.answers.units import is_counted, split_scale

# What is measured: its units, each with how many of the first it is. The names of one line mean the same. A name that
# stands twice has two readings (分 of money and of time); a ton is 1000 kg or 2000 pounds.
_MEASURES = """
    length 米 m meter metre
    length*1000 千米 公里 km ㎞ kilometer kilometre
    length/10 分米 dm decimeter decimetre
    length/100 厘米 公分 cm ㎝ centimeter centimetre
    length/1000 毫米 mm ㎜ millimeter millimetre
    length*1852 海里
    length*1609344/1000 mile
    length*9144/10000 yard yd
    length*3048/10000 foot feet ft
    length*254/10000 inch inche
    mass 千克 公斤 kg ㎏ kilogram kilo
    mass*1000 吨 t tonne ton
    mass/1000 克 g gram
    mass/1000000 毫克 mg milligram
    mass/2 斤
    mass*45359237/100000000 pound lb
    mass*45359237/50000 ton
    mass*45359237/1600000000 ounce oz
    volume 升 l liter litre 立方分米 dm^3 dm3 dm³ dm**3
    volume/1000 毫升 ml milliliter millilitre 立方厘米 cm^3 cm3 cm³ cm**3
    volume*1000 立方米 ㎥ m^3 m3 m³ m**3
    volume/1000000 立方毫米 mm^3 mm3 mm³ mm**3
    volume*3785411784/1000000000 gallon
    volume*3785411784/4000000000 quart
    volume*3785411784/8000000000 pint
    area 平方米 ㎡ m^2 m2 m² m**2
    area*1000000 平方千米 平方公里 km^2 km2 km² km**2
    area/100 平方分米 dm^2 dm2 dm² dm**2
    area/10000 平方厘米 cm^2 cm2 cm² cm**2
    area/1000000 平方毫米 mm^2 mm2 mm² mm**2
    area*10000 公顷 hectare
    area*100 公亩
    area*2000/3 亩
    time 秒 秒钟 s second sec
    time*60 分钟 分 min minute
    time*3600 小时 时 h hour hr
    time*86400 天 日 day
    time*604800 星期 周 week wk
    months 个月 月 month
    months*12 年 岁 周岁 year
    yuan 元 块 圆 ¥ ￥ yuan rmb
    yuan/10 角 毛
    yuan/100 分
    dollar $ 美元 dollar
    dollar/100 cent ¢
    euro € 欧元 euro
    euro/100 cent
    sterling £ pound
    sterling/100 penny pence
    degree 度 摄氏度 ℃ °c
    points 分 point
    multiple 倍
"""


def _readings() -> dict[str, list[tuple[str, Fraction]]]:
    readings: dict[str, list[tuple[str, Fraction]]] = {}
    for line in _MEASURES.strip().splitlines():
        head, *names = line.split()
        for sign in "*/":
            dimension, found, number = head.partition(sign)
            if found:
                factor = Fraction(number) if sign == "*" else 1 / Fraction(number)
                break
        else:
            dimension, factor = head, Fraction(1)
        for name in names:
            readings.setdefault(name, []).append((dimension, factor))
    return readings


_READINGS = _readings()

# Measure words that may count the same things, a line a kind; one that stands on no line is not judged.
_KINDS = """
    只头匹条尾口羽
    只条艘船
    只盒箱桶杯碗袋筐篮罐壶瓶盆盘篓缸
    人名位口员
    户家
    排行列队
    辆车台部架
    趟次遍回车
    支枝根条
    朵枝支束盆
    本册部套
    张块片页幅面
    张块把条
    棵株根
    粒颗个枚块片
    双对副
    套副组
    件套条身
    座栋幢所间楼
    层楼
    段根节截条
    盏只
    盏支
    袋包
    盒包
    捆束把扎堆
    题道
    场局次
    堂节
    班组队支
    圈周
    步级阶
    份
    """
_ALIKE = tuple(map(frozenset, _KINDS.split()))
_WORD = re.compile("[a-z]+")
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([A-Za-z]+|[\u4e00-\u9fff]+)(?:,? (?:and )?|(?=[0-9]|$))")
_COUNTERS = frozenset().union(*_ALIKE)


def ratio(unit: str | None, other: str | None) -> Fraction | None:
    """How many of the other unit one of a unit is (60 for 小时 and 分钟), 1 if they are the same.

    Args:
        unit: a name or sign, or ``None``; a scale before it (万元) is left aside.
        other: likewise.

    Returns:
        The number, or ``None`` where one of them is no known measure or they measure different things.
    """
    return next((factor for factor in ratios(unit, other)), None)


def ratios(unit: str | None, other: str | None) -> Iterator[Fraction]:
    """Like :func:`ratio`, for each way to read the two names; equal ones first."""
    found = {
        first / second
        for dimension, first in _readings_of(unit)
        for own, second in _readings_of(other)
        if dimension == own
    }
    return iter(sorted(found, key=lambda factor: factor != 1))


def compound(text: str) -> tuple[Fraction, str] | None:
    """A measure in several units, from the largest down, in its smallest: 1小时30分 is 90 and 分.

    Args:
        text: an answer; nothing may stand beside the measure but a full stop or what it is an answer to (``答：``).

    Returns:
        How many of the smallest unit, and its name; ``None`` if this is no such measure.
    """
    body = re.sub(r"^(?:答|answer)? *[:：]? *|[ 。.]+$", "", text.strip(), flags=re.IGNORECASE)
    parts = [(number, unit.strip()) for number, unit in _PART.findall(body)]
    if len(parts) < 2 or _PART.sub("", body) or not all(_readings_of(unit) for _, unit in parts):
        return None
    last, total, above = parts[-1][1], Fraction(0), None
    for number, unit in parts:
        factor = ratio(unit, last)
        # Only the last may have a point, and each is less than one of the unit before it.
        if (
            factor is None
            or ("." in number and unit != last)
            or (above is not None and factor * Fraction(number) >= above)
        ):
            return None
        total, above = total + factor * Fraction(number), factor
    return total, last


def contradicts(unit: str | None, other: str | None, question: str = "") -> bool:
    """Whether two units are both well known and cannot mean the same: 米 and 千米, 支 and 元, 支 and 只.

    What is not well known contradicts nothing: 只 and chickens, people and pupils.

    Args:
        unit: of an answer, or ``None``.
        other: what is asked for, or ``None``.
        question: English things are well known only where they stand in it: 36 pens are no dollars, 36 bucks may be.
    """
    first, second = _readings_of(unit), _readings_of(other)
    if first and second:
        return ratio(unit, other) != 1
    one, two = _counter(unit), _counter(other)
    # 块 is money and counts things too.
    if bool(first) != bool(second) and (one is None or two is None):
        thing, asked = (other, True) if first else (unit, False)
        return _is_thing(thing, question, asked)
    if one is None or two is None or "个" in (one, two) or one == two:
        return False
    return not any(one in kind and two in kind for kind in _ALIKE)


def _readings_of(unit: str | None) -> list[tuple[str, Fraction]]:
    name = split_scale(unit or "")[1].lower()
    power, space, side = name.partition(" ")
    if space and power in ("square", "cubic"):
        lengths = [factor for dimension, factor in _readings_of(side) if dimension == "length"]
        square = power == "square"
        # A cubic metre is 1000 litres.
        return [("area", f**2) if square else ("volume", 1000 * f**3) for f in lengths]
    return _READINGS.get(name) or _READINGS.get(name.removesuffix("s")) or []


def _counter(unit: str | None) -> str | None:
    name = split_scale(unit or "")[1]
    if name[:1] == "个":
        # 个人 and 个学生 are people, or whatever else.
        return "个"
    return name if name in _COUNTERS else None


def _is_thing(unit: str | None, question: str, asked: bool) -> bool:
    """Whether a unit counts things for certain, so that it is no measure."""
    if not unit:
        return False
    if not unit.isascii():
        return _counter(unit) is not None
    return is_counted(unit) and (asked or unit.lower().split()[-1] in _WORD.findall(question.lower()))
