"""The normaliser of questions: what it writes, where each character came from, that it is final."""

from __future__ import annotations

from unicodedata import decomposition

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mwp_solver.text import language_of, normalize_question, normalize_with_offsets

TABLE = [
    # signs of full width, and the several signs for one thing
    ("小红有３５个苹果，吃了１２个？", "小红有35个苹果,吃了12个?"),
    ("（１＋２）×３÷４－５＝？", "(1+2)*3/4-5=?"),
    ("长是宽的2∶1", "长是宽的2:1"),
    ("比例尺1：5000", "比例尺1:5000"),
    ("增加了５０％", "增加了50%"),
    ("增加了5﹪", "增加了5%"),
    ("7−3﹣1", "7-3-1"),
    ("6✕2✖1", "6*2*1"),
    ("1⁄2和3∕4", "1/2和3/4"),
    ("【甲】〔乙〕﹙丙﹚", "(甲)(乙)(丙)"),
    ("“大”和‘小’", "\"大\"和'小'"),
    ("一共多少﹖", "一共多少?"),
    ("读完了。还剩几页｡", "读完了.还剩几页."),
    ("ＡＢ两地相距９ｋｍ", "AB两地相距9km"),
    ("温度～30", "温度~30"),
    # signs that stay
    ("第1天、第2天", "第1天、第2天"),
    ("①3½米²", "①3(1/2)米²"),
    ("¾ of 2⅔", "(3/4) of 2(2/3)"),
    ("٣个", "٣个"),
    # thousands
    ("1,234元", "1234元"),
    ("有12,345,678人", "有12345678人"),
    ("$1,234.56 in all", "$1234.56 in all"),
    ("付1,234元，5,678元", "付1234元,5678元"),
    ("１,２３４元", "1234元"),
    ("100，200，300", "100，200，300"),
    ("9，100元", "9，100元"),
    ("1,23元", "1,23元"),
    ("1,2345元", "1,2345元"),
    ("1234,567元", "1234,567元"),
    ("0.1,234", "0.1,234"),
    ("3,4,5", "3,4,5"),
    ("1,234,56", "1,234,56"),
    ("1, 234", "1, 234"),
    ("5，小明", "5,小明"),
    ("付1,234元,5,678元", "付1234元,5678元"),
    ("He paid $1,234, then $5,678.", "He paid $1234, then $5678."),
    ("1,234,5,678", "1,234,5,678"),
    ("12，1,234", "12，1234"),
    # a full stop between digits is none of a decimal
    ("还剩3。5天后来了2个", "还剩3. 5天后来了2个"),
    ("３｡５", "3. 5"),
    ("3。1,234元", "3. 1234元"),
    ("3。\u200b5", "3. 5"),
    ("3．5", "3.5"),
    # spaces
    ("  Tom   has 3  pens. ", "Tom has 3 pens."),
    ("小明 有 3 支 笔", "小明有3支笔"),
    ("小明\u3000有\t3\r\n支笔\n", "小明有3支笔"),
    ("He\u00a0has\u20034\u2009cats", "He has 4 cats"),
    ("3 4", "3 4"),
    # what cannot be seen goes
    ("3\u200b5个", "35个"),
    ("\ufeff3个", "3个"),
    ("3\x00个\x07", "3个"),
    ("3\u202e5个\u2060", "35个"),
    ("3个\ue000", "3个"),
    ("3个\ud800", "3个"),
    ("1,\u200b234个", "1234个"),
    ("9，\u200b100个", "9，100个"),
    # text that looks like marks of the model
    ("<extra_id_0>有3个", "＜extra_id_0＞有3个"),
    ("</s>3<pad>", "＜/s＞3＜pad＞"),
    ("＜extra_id_5＞", "＜extra_id_5＞"),
    ("5<7", "5＜7"),
    ("<ex\u200btra_id_0>", "＜extra_id_0＞"),
    # nothing
    ("", ""),
    ("   ", ""),
    ("\u200b", ""),
    ("🍎有3个", "🍎有3个"),
]


@pytest.mark.parametrize(("question", "normalised"), TABLE, ids=lambda value: ascii(value)[:24])
def test_normalised(question: str, normalised: str) -> None:
    assert normalize_question(question) == normalised
    assert normalize_question(normalised) == normalised


MIXTURE = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="019１９,，.。．、 \u3000\u200b\uffff中a<>＜-:：", max_size=40),
    st.lists(
        st.sampled_from(
            ["1,234", "１，２３４", "567", ",", "，", " ", "\u200b", "。", "个", "<extra_id_1>", "</s>", "x"]
        ),
        max_size=12,
    ).map("".join),
)


@settings(max_examples=1500, deadline=None)
@given(MIXTURE)
def test_normalising_again_changes_nothing(question: str) -> None:
    once = normalize_question(question)
    assert normalize_question(once) == once


@settings(max_examples=800, deadline=None)
@given(MIXTURE)
def test_each_character_has_its_place_in_the_original(question: str) -> None:
    normalised = normalize_with_offsets(question)
    text, offsets = normalised.text, normalised.offsets
    assert text == normalize_question(question)
    assert len(offsets) == len(text)
    assert all(first <= second for first, second in zip(offsets, offsets[1:], strict=False))
    assert all(0 <= offset < len(question) for offset in offsets)
    for character, offset in zip(text, offsets, strict=True):
        original = question[offset]
        if "<fraction>" in decomposition(original):
            assert character in "()/0123456789"
        elif original.isalnum() and ord(original) < 0xFF00:
            assert character == original
        elif character.isdigit():
            assert int(character) == int(original)


@settings(max_examples=800, deadline=None)
@given(MIXTURE)
def test_nothing_reads_as_a_mark_of_the_model(question: str) -> None:
    text = normalize_question(question)
    assert not set("<>") & set(text)
    assert all(ord(character) >= 32 and ord(character) != 127 for character in text)
    text.encode()  # no lone surrogate is left


@pytest.mark.parametrize(
    ("question", "part", "original"),
    [
        ("共1,234元", "1234", "1,234"),
        ("共１，２３４元", "234", "２３４"),
        ("小明 有\u3000３５ 个", "35", "３５"),
        ("小明 有\u3000３５ 个", "有35个", "有\u3000３５ 个"),
        ("3\u200b5个", "35", "3\u200b5"),
        ("  Tom  has 4", "Tom has", "Tom  has"),
        ("一共（６×７）个", "(6*7)", "（６×７）"),
        ("剩３。５天", "5天", "５天"),
    ],
)
def test_span_of_the_original(question: str, part: str, original: str) -> None:
    normalised = normalize_with_offsets(question)
    start = normalised.text.index(part)
    first, last = normalised.original_span(start, start + len(part))
    assert question[first:last] == original


@pytest.mark.parametrize(
    ("text", "language"),
    [("小明有3个", "zh"), ("Tom has 3", "en"), ("3+5", "en"), ("", "en"), ("Tom有3", "zh"), ("３。", "en")],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language
