"""Problem files in every layout, good and bad."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from mwp_solver.corpus import text_lines
from mwp_solver.corpus.files import read_problems, read_rows
from mwp_solver.corpus.writing import write_problems, write_rows
from mwp_solver.errors import DataError, MissingExtraError
from mwp_solver.problem import Problem

PROBLEMS = [
    Problem("小林有7支铅笔，用掉2支，还剩多少支？", "7-2", "5", "a1", "zh", 1, "加减"),
    Problem("-3比-8大多少？", "-3-(-8)", "5"),
    Problem('\'=1+1 is "two", said Ann.\nWhat is 1+1?', "1+1", "2", language="en"),
    Problem("每行8棵，9行多少棵？", answer="72"),
]


def _file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _shape(path: Path) -> list[tuple[int, bool]]:
    """Line and whether it is a row."""
    return [(line, isinstance(row, dict)) for line, row in read_rows(path)]


@pytest.mark.parametrize("name", ["p.jsonl", "p.json", "p.csv", "p.tsv", "p.parquet"])
def test_problems_come_back_as_they_went(tmp_path: Path, name: str) -> None:
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    path = tmp_path / name
    assert write_problems(path, iter(PROBLEMS)) == len(PROBLEMS)
    assert list(read_problems(path)) == PROBLEMS
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["p.csv", "p.tsv"])
def test_no_cell_is_run_by_a_spreadsheet(tmp_path: Path, name: str) -> None:
    write_problems(tmp_path / name, PROBLEMS)
    content = (tmp_path / name).read_text(encoding="utf-8-sig")
    assert "'-3比-8" in content
    assert "'-3-(-8)" in content


ROWS = [{"id": 1, "question": 'a {b} "c" [d', "n": {"m": [1, {"k": 2}]}}, {"id": 2}, {"id": 3}]


@pytest.mark.parametrize(
    "content",
    [
        "\n".join(json.dumps(row) for row in ROWS),
        "\ufeff" + "\r\n\r\n".join(json.dumps(row) for row in ROWS) + "\r\n",
        json.dumps(ROWS),
        "\ufeff " + json.dumps(ROWS, indent=1),
        json.dumps(ROWS, indent=0),
        "[\n" + ",\n".join(json.dumps(row) for row in ROWS) + "\n]\n",
        "".join(json.dumps(row) for row in ROWS),
        "\n".join(json.dumps(row, indent=4) for row in ROWS),
    ],
)
@pytest.mark.parametrize("name", ["r.json", "r.jsonl", "r.data"])
def test_json_layouts(tmp_path: Path, name: str, content: str) -> None:
    if name == "r.jsonl" and ("}{" in content or content.startswith("{\n")):
        pytest.skip("not JSON lines")
    assert [row for _, row in read_rows(_file(tmp_path, name, content))] == ROWS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("name", ["r.jsonl", "r.json", "r.data"])
@pytest.mark.parametrize("indent", [None, 1])
def test_json_in_either_encoding(tmp_path: Path, encoding: str, name: str, indent: int | None) -> None:
    rows = [{"题目": "树上有3只鸟，飞来4只，共几只？", "答案": "7"}, {"题目": "镕"}]
    if name == "r.jsonl" and indent:
        pytest.skip("not JSON lines")
    content = "\n".join(json.dumps(row, ensure_ascii=False, indent=indent) for row in rows)
    assert [row for _, row in read_rows(_file(tmp_path, name, content.encode(encoding)))] == rows


@pytest.mark.parametrize(
    "bad",
    [
        "no json",
        '{"a": 1',
        '{"a": "1}',
        "[1, 2]",
        '"text"',
        "null",
        '{"a": NaN}',
        '{"a": -Infinity}',
        '{"a": 1e999}',
        '{"a": ' + "9" * 5000 + "}",
        '{"a": ' + "[" * 100_000 + "}",
        b'{"a": "\xff"}',
        '{"a": "' + "x" * text_lines.MAX_LINE + '"}',
    ],
    ids=lambda bad: str(bad)[:20],
)
def test_a_bad_line_is_one_error_and_the_rest_goes_on(tmp_path: Path, bad: str | bytes) -> None:
    good = b'{"a": 1}\n'
    raw = bad.encode() if isinstance(bad, str) else bad
    path = _file(tmp_path, "r.jsonl", good + raw + b"\n" + raw + b"\n" + good)
    assert _shape(path) == [(1, True), (2, False), (3, False), (4, True)]
    errors = [row for _, row in read_rows(path) if isinstance(row, DataError)]
    assert [str(error).startswith(f"{path}:{error.line}: ") for error in errors] == [True, True]
    assert max(len(str(error)) for error in errors) < len(str(path)) + 200


@pytest.mark.parametrize(
    "bad", ['{"a": 1,', '{"a": "x', '{"a": }', '{"a": NaN}', '{"a": ' + "[" * 100_000 + "}", b'{"a": "\xff"}']
)
@pytest.mark.parametrize("layout", ["[\n {good},\n {bad},\n {good}\n]", "{good}\n{bad}\n{good}"])
def test_a_bad_object_costs_no_more_than_itself(tmp_path: Path, layout: str, bad: str | bytes) -> None:
    pieces = layout.encode().split(b"{good}")
    raw = bad.encode() if isinstance(bad, str) else bad
    good = b'{\n  "a": 1,\n  "b": [2]\n}'
    path = _file(tmp_path, "r.json", good.join(pieces).replace(b"{bad}", raw))
    rows = [row for _, row in read_rows(path)]
    assert [isinstance(row, dict) for row in rows] == [True, False, True]


def test_errors_in_an_array_on_one_line(tmp_path: Path) -> None:
    path = _file(tmp_path, "r.json", '[{"a": 1}, {"a": oops}, {"a": 3}]')
    assert _shape(path) == [(1, True), (1, False), (1, True)]


def test_a_file_cut_short_is_told(tmp_path: Path) -> None:
    assert _shape(_file(tmp_path, "r.json", '[\n{"a": 1},\n{"a": 2}')) == [(2, True), (3, True), (3, False)]
    assert _shape(_file(tmp_path, "s.json", '[\n{"a": 1},\n{"a": 2,')) == [(2, True), (3, False)]
    assert _shape(_file(tmp_path, "t.json", "")) == []


def test_hostile_nesting_is_given_up_soon(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="too deep in many places"):
        list(read_rows(_file(tmp_path, "r.json", '{"a":\n' * 20_000)))


def test_an_array_on_one_long_line_is_read(tmp_path: Path) -> None:
    rows = [{"id": number, "question": "x" * 200} for number in range(text_lines.MAX_LINE // 100)]
    path = _file(tmp_path, "r.json", json.dumps(rows))
    assert [row for _, row in read_rows(path)] == rows


CSV = 'id,question,answer\r\n1,有3只鸟，飞来4只，共几只？,7\r\n2,"多行\n的题，5+5是几？",10\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize(("name", "delimiter"), [("r.csv", ","), ("r.csv", ";"), ("r.csv", "\t"), ("r.tsv", "\t")])
def test_tables(tmp_path: Path, encoding: str, name: str, delimiter: str) -> None:
    path = _file(tmp_path, name, CSV.replace(",", delimiter).encode(encoding))
    assert list(read_rows(path)) == [
        (2, {"id": "1", "question": "有3只鸟，飞来4只，共几只？", "answer": "7"}),
        (3, {"id": "2", "question": "多行\n的题，5+5是几？", "answer": "10"}),
    ]


@pytest.mark.parametrize(
    "bad", ["2,b", "2,b,c,d", '2,"b"x,c', b"2,\xff\xfe,c", "2,b\0,c", "2," + "x" * text_lines.MAX_LINE + ",c"]
)
def test_a_bad_row_of_a_table(tmp_path: Path, bad: str | bytes) -> None:
    raw = bad.encode() if isinstance(bad, str) else bad
    head = "id,question,answer\n1,两个加三个？,5\n1,三个加三个？,6\n".encode()
    path = _file(tmp_path, "r.csv", head + raw + "\n\n3,一个加三个？,4\n".encode())
    assert _shape(path) == [(2, True), (3, True), (4, False), (6, True)]


def test_a_quote_left_open_does_not_swallow_the_file(tmp_path: Path) -> None:
    rows = "".join(f'{number},"row {number}",{number}\n' for number in range(4, 10))
    path = _file(tmp_path, "r.csv", 'id,question,answer\n1,a,1\n2,"b,2\n' + rows)
    assert _shape(path)[:2] == [(2, True), (3, False)]
    assert sum(good for _, good in _shape(path)) >= 5


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.csv", "id,id\n1,2\n"),
        ("r.parquet", "nothing"),
        ("r.xlsx", "PK"),
        ("r.txt", "words"),
        ("r.csv", "id,question".encode("utf-16")),
        ("gone/r.json", None),
    ],
)
def test_a_file_that_is_no_use_as_a_whole(tmp_path: Path, name: str, content: str | bytes | None) -> None:
    path = tmp_path / name if content is None else _file(tmp_path, name, content)
    with pytest.raises(DataError, match="r\\."):
        list(read_rows(path))


@pytest.mark.parametrize(
    "row",
    [
        {"题目": "q", "算式": "1+1", "答案": "2", "年级": "三年级", "类型": "加"},
        {
            "original_text": " q ",
            "segmented_text": "no",
            "equation": "1+1",
            "ans": 2.0,
            "grade": 3,
            "family": "加",
        },
        {"序号": "", "原题": "q", "列式": "1+1", "得数": "2", "年级": "3", "题型": "加"},
        {"Text": "q", "Expression": "1+1", "Key": 2, "Grade": "3", "Type": "加"},
        {"question": "q", "text": "no", "方程": "1+1", "答案": "", "answer": "2", "grade": 3, "family": "加"},
    ],
)
def test_columns_are_found_by_habit(tmp_path: Path, row: dict[str, object]) -> None:
    path = tmp_path / "r.jsonl"
    write_rows(path, [row])
    assert list(read_problems(path)) == [Problem("q", "1+1", "2", grade=3, family="加")]


def test_an_unknown_question_column_is_told_with_those_there_are(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write_rows(path, [{"甲": "1", "内容": "how many?"}])
    with pytest.raises(DataError, match='--question-column.*"甲", "内容"'):
        list(read_problems(path))


def test_columns_are_named(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write_rows(path, [{"q": "how many?", "solution": "1+1", "answer": 9, "level": "一年级", "id": 4}, {"q": "x"}])
    mapping = {"question": "q", "answer": "solution", "grade": "level"}
    errors: list[DataError] = []
    found = list(read_problems(path, mapping, errors.append))
    assert found == [Problem("how many?", answer="1+1", grade=1, id="4")]
    assert [(error.line, "solution" in str(error)) for error in errors] == [(2, True)]
    with pytest.raises(DataError, match="no field Q"):
        list(read_problems(path, {"Q": "q"}))


def test_a_story_and_its_question_are_joined(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write_rows(path, [{"Body": "Ann has 2 hats.", "Question": "How many hats?", "Answer": 2}])
    assert [problem.question for problem in read_problems(path)] == ["Ann has 2 hats. How many hats?"]


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"question": " "},
        {"question": None},
        {"question": ["x"]},
        {"question": True},
        {"question": "\ud800"},
    ],
)
def test_what_is_no_problem(tmp_path: Path, row: dict[str, object]) -> None:
    path = _file(tmp_path, "r.jsonl", json.dumps(row) + '\n{"question": "x"}\n')
    with pytest.raises(DataError, match="r.jsonl:1: "):
        list(read_problems(path))
    errors: list[DataError] = []
    assert len(list(read_problems(path, on_error=errors.append))) == 1
    assert [error.line for error in errors] == [1]


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    def broken() -> object:
        yield PROBLEMS[0]
        raise RuntimeError("stop")

    for name in ("p.jsonl", "p.csv", "p.parquet"):
        path = _file(tmp_path, name, "old")
        with pytest.raises(RuntimeError):
            write_problems(path, broken())  # type: ignore[arg-type]
        assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("name", ["p.txt", "p.xlsx", "p", "missing/p.jsonl"])
def test_what_cannot_be_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError):
        write_problems(tmp_path / name, PROBLEMS)


def test_parquet_without_pyarrow_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"mwp-solver\[train\]"):
        write_problems(tmp_path / "p.parquet", PROBLEMS)
    with pytest.raises(MissingExtraError):
        list(read_rows(_file(tmp_path, "r.parquet", "PAR1")))
