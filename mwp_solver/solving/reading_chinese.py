"""Kinds of Chinese questions that can be read for certain; see :mod:`mwp_solver.solving.reading`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mwp_solver.answers.measures import ratio
from mwp_solver.solving.reading_kinds import Reader, Reading

_NUM = r"(?<![0-9./])[0-9]++(?:\.[0-9]++)?+(?![/0-9])"
_END = r"[?.!)]*$"
# What two sides of a comparison may be called.
_NAME = "(?:[^0-9,，.;:?!、比共各的]{1,8}?)"
_VERB = "(?:现?有|共有|是|为|重|高|长|(?:养|种|做|收|买|摘|修|生产|看|写|捐|卖|卖出|得|跳)了?)"
# What is counted or measured of them: 苹果的质量.
_COUNT = "的?(?:人数|棵数|年龄|岁数|质量|重量|体重|数量|价钱|钱数?|个数|只数|本数|身高)"
_UNIT = "(?:[^0-9,，.;:?!和比]{0,4}?)"
_TWO_LEGS, _FOUR_LEGS = "鸡|鸭|鹤|鹅", "兔子?|龟|乌龟|狗|猪|羊|牛"


def _heads_and_legs(text: str) -> Iterator[Reading]:
    animals = re.search(f"(?P<a>{_TWO_LEGS}|{_FOUR_LEGS})[和、与]?(?P<b>{_TWO_LEGS}|{_FOUR_LEGS})", text)
    heads = re.search(
        f"(?P<n>{_NUM})(?:个|只)?头|头(?:数)?(?:有|共|一共|总共|是|数)*(?P<m>{_NUM})|共有?(?P<o>{_NUM})只(?![脚腿足])",
        text,
    )
    legs = re.search(f"(?P<n>{_NUM})(?:只|条)?[脚腿足]|[脚腿足](?:数)?(?:有|共|一共|总共|是|数)*(?P<m>{_NUM})", text)
    if not animals or not heads or not legs or "多" in text.replace("多少", "") or "少" in text.replace("多少", ""):
        return
    places = {heads.span(name) for name in "nmo" if heads[name]} | {legs.span(name) for name in "nm" if legs[name]}
    # Eyes, legs lifted, animals gone, the legs of one kind, one number for heads and legs: other problems.
    if re.search("眼|抬|地上|剩|卖|跑|半", text) or re.search("[脚腿足]", _clauses(text)[-1]) or len(places) < 2:
        return
    first, second = (re.fullmatch(_TWO_LEGS, animals[name]) is not None for name in "ab")
    if first == second:
        return
    n, m = heads["n"] or heads["m"] or heads["o"], legs["n"] or legs["m"]
    asked = re.search(f"(?P<two>{_TWO_LEGS})?(?P<four>{_FOUR_LEGS})?(?:各?有|各)*(?:多少|几)只{_END}", text)
    if asked is None:
        return
    if asked["four"] is None or asked["two"] is not None:
        yield Reading("heads_and_legs", (f"{n}-{{x}}", f"{{x}}*2+({n}-{{x}})*4"), m)
    if asked["two"] is None or asked["four"] is not None:
        yield Reading("heads_and_legs", (f"{n}-{{x}}", f"{{x}}*4+({n}-{{x}})*2"), m)


def _bare(name: str) -> str:
    """A name without what is said of it: 一张桌子的价钱 is 桌子."""
    name = re.sub(
        "^(?:那么|已知|其中|如果|结果|而|又|求|问|一共有|有|今年)?(?:一[只把张个件本支条辆台]|今年)?", "", name
    )
    return re.sub(f"(?:{_VERB}|[个只]|{_COUNT})$", "", name)


def _asked(text: str, names: tuple[str, str]) -> str | None:
    """Which of two is asked for: the one that the last clause names, if it names only one and no other thing."""
    clauses = _clauses(text)
    if not clauses or re.search("比|倍|共|总|[和与]|原|后|前|差|多(?!少)|(?<!多)少", clauses[-1]):
        return None
    found = [name for name in names if name and name in clauses[-1]]
    return found[0] if len(found) == 1 and re.search("多少|几|=", clauses[-1]) else None


_CLAUSES = re.compile("[,，;]|[.?!](?![0-9])")


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSES.split(text) if clause]


_SUM = re.compile(
    f"(?P<a>{_NAME})[和与](?P<b>{_NAME})(?:的[^0-9,]{{1,4}}?)?(?:的|之)?(?:和是|总和是|和为|共有?|一共有?|共重|共养了?|合起来有?|共种了?)(?P<s>{_NUM})"
)
_MORE = re.compile(
    f"(?P<a>{_NAME})比(?P<b>{_NAME})(?P<w>多|少|重|轻|高|矮|长|短|贵|便宜|大|小)了?(?P<d>{_NUM})(?![%/倍])"
)
_TIMES = re.compile(
    f"(?P<a>{_NAME})(?:{_COUNT})?(?:是|有|等于)(?P<b>{_NAME})(?:{_COUNT})?的(?P<k>{_NUM})倍(?![多少还])"
)
_LEGS = re.compile("(?:的|[0-9])[只条个]?[腿脚足轮](?!球|船)")
_CHANGED = re.compile("吃了|用去|用了|卖了|剩下")
_LESS = frozenset("少轻矮短小") | {"便宜"}


def _sides(relation: re.Match[str] | None, total: re.Match[str] | None = None) -> tuple[str, str] | None:
    """The two that a relation is of, if the sum is of the same two."""
    if relation is None:
        return None
    sides = _bare(relation["a"]), _bare(relation["b"])
    if not all(sides) or sides[0] == sides[1]:
        return None
    return sides if total is None or set(sides) == {_bare(total["a"]), _bare(total["b"])} else None


def _sum(text: str) -> Iterator[Reading]:
    """Sum with a difference or a multiple, difference with a multiple; one of the two sides is asked for."""
    total, more, times = _SUM.search(text), _MORE.search(text), _TIMES.search(text)
    # A sum of three, 甲、乙与丙的和, is of more than the two that are seen; legs are not the animals asked for.
    if "、" in text or _CHANGED.search(text) or total and _LEGS.search(text[total.start() : total.end() + 4]):
        return
    sides = _sides(times or more, total)
    asked = None if sides is None else _asked(text, sides)
    if sides is None or asked is None:
        return
    first = asked == sides[0]
    if total and more and not times:
        s, greater = total["s"], first != (more["w"] in _LESS)
        last = f"{{x}}-({s}-{{x}})" if greater else f"{s}-{{x}}-{{x}}"
        yield Reading("sum_and_difference", (f"{s}-{{x}}", last), more["d"])
    elif total and times and not more:
        s = total["s"]
        last = f"{{x}}/({s}-{{x}})" if first else f"({s}-{{x}})/{{x}}"
        yield Reading("sum_and_multiple", (f"{s}-{{x}}", last), times["k"])
    elif times and more and not total and set(sides) == {_bare(more["a"]), _bare(more["b"])}:
        # Who is the multiple is the greater one, whichever way the difference is told.
        other = f"{{x}}-{more['d']}" if first else f"{{x}}+{more['d']}"
        last = f"{{x}}/({other})" if first else f"({other})/{{x}}"
        yield Reading("sum_and_multiple", (other, last), times["k"])


_RELATION = re.compile(
    f"(?P<a>[^0-9比]{{0,10}}?)(?:比(?P<b>[^0-9比]{{1,10}}?)(?P<w>多|少|重|轻|高|矮|长|短|贵|便宜|大|小)了?(?P<d>{_NUM})(?![%倍])"
    f"|(?:正好)?(?:是|等于)(?P<c>[^0-9]{{1,10}}?)的(?P<k>{_NUM})倍)(?P<u>{_UNIT})"
)
_KNOWN = re.compile(f"(?P<who>[^0-9]*?)(?P<n>{_NUM})(?P<u>{_UNIT})")
_OF_ALL = re.compile("共|总|两|套|全|原|平均|每|还|后|差|和|积|周长|圈|%")
_ASKED_UNIT = re.compile("(?:多少|几)([^0-9,]{1,4})")


def _more_or_less(text: str) -> Iterator[Reading]:
    """Three clauses: one with a known number, how another one compares with it, and the question for that one."""
    clauses = _clauses(text)
    if len(clauses) < 3:
        return
    known, relation = _KNOWN.fullmatch(clauses[-3]), _RELATION.fullmatch(clauses[-2])
    if known is None or relation is None or _OF_ALL.search(clauses[-1] + clauses[-2]):
        return
    if re.search("比|倍", clauses[-1]) or "差" in text or not re.search("多少|几|=", clauses[-1]):
        return
    units = sorted((known["u"], relation["u"]), key=len)
    asked = _ASKED_UNIT.search(clauses[-1])
    # 重1.2吨 …… 重多少千克: converted on the way.
    if asked and any(ratio(known["u"], asked[1][:end]) not in (None, 1) for end in range(1, 5)):
        return
    if _OF_ALL.search(known["who"]) or relation["w"] and not units[1].startswith(units[0]):
        return
    subject, other, n = _bare(relation["a"]), _bare(relation["b"] or relation["c"]), known["n"]
    who, question = _bare(known["who"]), clauses[-1]
    # 大箱比小箱重6千克 tells no weight of 小箱, 油连桶重8千克 none of 桶.
    if other and re.search(f"[比连]{re.escape(other)}", known["who"]):
        return
    # Without a subject the comparison is of what the clause before was about.
    if (not subject or subject == who) and other != who and other in question and (who not in question or not who):
        first = False
    elif subject and who.endswith(other) and subject in question and other not in question:
        first = True
    else:
        return
    if relation["k"]:
        yield Reading("more_or_less", (f"{{x}}/{n}" if first else f"{n}/{{x}}",), relation["k"])
    else:
        greater = first != (relation["w"] in _LESS)
        yield Reading("more_or_less", (f"{{x}}-{n}" if greater else f"{n}-{{x}}",), relation["d"])


_PERCENTS = [
    (re.compile(pattern + r"(?:是多少|等于多少|=)?[^0-9]{0,4}[?.!=]*$" if tail else pattern), step, stated)
    for pattern, step, stated, tail in (
        (rf"(?:^|[,，.;])(?P<n>{_NUM}){_UNIT}的(?P<p>{_NUM}%)(?:是|=)(?:多少|几)?{_UNIT}{_END}", "{x}/{n}", "p", False),
        (
            rf"(?:^|[,，.;])(?P<m>{_NUM}){_UNIT}(?:是|占)(?P<n>{_NUM}){_UNIT}的(?:百分之几|百分之多少){_END}",
            "{x}*{n}",
            "m",
            False,
        ),
        (rf"(?:^|[,，.;])(?:一个数|甲数|多少{_UNIT})的(?P<p>{_NUM}%)是(?P<m>{_NUM})[^0-9乙]*$", "{x}*{p}", "m", False),
    )
]
# Several who move, or a way there and back, are another kind.
_NOT_ALONE = re.compile(
    "相向|相对|相遇|同时|追|往返|来回|返回|原路|顺水|逆水|水速|桥|隧道|对开|比|提高|增加|减少|剩|还|第[一二]|倍|半|又|再|先|中途|停"
    "|圈|周长|边长|长方|正方|圆|半径|离|相距.*相距|经过|平均速度|平均到"
)
_SPEED = re.compile(
    f"每(?P<t>小时|分钟?|秒钟?|天)(?:大约|约|能|可以|可)?(?:行驶?|走|飞行?|跑|骑|航行|前进|游)(?P<v>{_NUM})(?P<l>千米|公里|米)"
)
_ASKS_LENGTH = re.compile("(?:多少|几)(?:千米|公里|米)|多远")


def _distance(text: str) -> Iterator[Reading]:
    clauses = _clauses(text)
    if not clauses or _NOT_ALONE.search(text):
        return
    question, speed = clauses[-1], _SPEED.search(text)
    if speed is not None:
        t, length = speed["t"], speed["l"]
        time = re.search(f"(?P<n>{_NUM})(?:个)?{t}", text)
        way = re.search(f"(?P<d>{_NUM}){length}", text[: speed.start()] + "," * len(speed[0]) + text[speed.end() :])
        asked = re.search(rf"(?:多少|几){length}[^,，]{{0,3}}$|多远[^,，]{{0,3}}$", question)
        if time is not None and way is None and asked and "每" not in question:
            yield Reading("distance", (f"{{x}}/{time['n']}",), speed["v"])
        elif way is not None and time is None and re.search(f"(?:多少|几)个?{t}", question):
            yield Reading("distance", (f"{{x}}*{speed['v']}",), way["d"])
        return
    found = re.search(
        "每(?P<t>小时|分钟?|秒钟?|天)(?:行驶?|走|飞行?|跑|骑|航行|前进|游)(?:多少|几)(?P<l>千米|公里|米)", question
    )
    if found is not None:
        time, way = (re.search(f"(?P<n>{_NUM})(?:个)?{found[name]}", text) for name in "tl")
        if time is not None and way is not None:
            yield Reading("distance", (f"{{x}}*{time['n']}",), way["n"])


_ITEM = "[支枝本个只件张块双把盒瓶箱套斤条台辆副顶枚棵千公克米]{1,2}"
_NOT_PLAIN = re.compile(
    "打|折|便宜|优惠|降|涨|找|剩|还|比|又|付|送|另|再|成本|进价|利润|%|盈|赚|赔|每天|每人|倍|原|现|增|减|和|卖|收"
)
_PRICE = re.compile(f"(?:每|一)(?P<c>{_ITEM})[^0-9,，]{{0,8}}?(?P<p>{_NUM})元|单价[是为]?(?P<q>{_NUM})元")
_ASKS_MONEY = re.compile("(?:多少|几)(?:元|块?钱)")


def _price(text: str) -> Iterator[Reading]:
    clauses = _clauses(text)
    if not clauses or _NOT_PLAIN.search(text) or "买" not in text:
        return
    question, each = clauses[-1], _PRICE.search(text)
    if each is not None:
        p, rest = each["p"] or each["q"], text[: each.start()] + "," + text[each.end() :]
        item = each["c"] or _ITEM
        count, money = re.search(f"(?P<n>{_NUM}){item}", rest), re.search(f"(?P<m>{_NUM})元", rest)
        if count is not None and money is None and _ASKS_MONEY.search(question) and "每" not in question:
            yield Reading("price", (f"{{x}}/{count['n']}",), p)
        elif money is not None and count is None and re.search(f"(?:多少|几){item}", question):
            yield Reading("price", (f"{{x}}*{p}",), money["m"])
        return
    asked = re.search(f"(?:每|一)(?P<c>{_ITEM})[^0-9,，]{{0,8}}?(?:多少|几)(?:元|钱)", question)
    if asked is not None:
        count, money = re.search(f"(?P<n>{_NUM}){asked['c']}", text), re.search(f"(?P<m>{_NUM})元", text)
        if count is not None and money is not None:
            yield Reading("price", (f"{{x}}*{count['n']}",), money["m"])


def _percent(text: str) -> Iterator[Reading]:
    if re.search("增|减|比|多(?!少)|(?<!多)少|又|剩", text):
        return
    for pattern, step, stated in _PERCENTS:
        match = pattern.search(text)
        if match is not None:
            yield Reading("percent", (step.format(x="{x}", **match.groupdict()),), match[stated])


READERS: tuple[Reader, ...] = (
    _heads_and_legs,
    _sum,
    _more_or_less,
    _percent,
    _distance,
    _price,
)
