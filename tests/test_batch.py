"""Files in, predictions out: every kind of input, every row once, whatever interrupts it."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import batch_fakes
import pytest
from batch_fakes import adder, no_model, run

from mwp_solver.batch import sources as sources_module
from mwp_solver.batch.engine import LocalEngine
from mwp_solver.batch.journal import ERRORS, PREDICTIONS, Journal
from mwp_solver.batch.sources import Item, expected_rows, find_sources, read_items
from mwp_solver.batch.work import Worker
from mwp_solver.corpus import spreadsheet
from mwp_solver.corpus.download import SourceFile
from mwp_solver.corpus.registry import DataSet
from mwp_solver.errors import DataError, MissingExtraError, ModelError
from mwp_solver.options import DecodingOptions
from mwp_solver.problem import Problem


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def timeless(path: Path) -> list[dict[str, Any]]:
    """Predictions without the time they took."""
    return [{name: value for name, value in row.items() if name != "milliseconds"} for row in rows_of(path)]


def jsonl(path: Path, rows: Sequence[object]) -> Path:
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def apples(count: int) -> list[dict[str, Any]]:
    return [
        {"question": f"树上有{n}个苹果，又长出{n + 2}个，一共有多少个苹果？", "answer": str(2 * n + 2 + (n % 3 == 0))}
        for n in range(2, count + 2)
    ]


def workbook(path: Path, rows: Sequence[Sequence[str | float | None]], skip: int = 0) -> Path:
    """A spreadsheet of one sheet, written by hand; ``skip`` rows stay empty above."""
    body = ""
    for number, row in enumerate(rows, 1 + skip):
        cells = ""
        for column, value in zip("ABCDEFGH", row, strict=False):
            at = f'r="{column}{number}"'
            if isinstance(value, str):
                text = value.replace("&", "&amp;").replace("<", "&lt;")
                cells += f'<c {at} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
            elif value is not None:
                cells += f"<c {at}><v>{value}</v></c>"
        body += f'<row r="{number}">{cells}</row>'
    space = "http://schemas.openxmlformats.org"
    relations = f"{space}/officeDocument/2006/relationships"
    package = f"{space}/package/2006"
    main = f"{space}/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        '<sheet name="one" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return path


QUESTION = "盒里有3支笔，放进4支，一共有多少支笔？"


# --- in ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
def test_tables_of_text_in_their_encodings(tmp_path: Path, encoding: str, suffix: str) -> None:
    mark = "\t" if suffix == ".tsv" else ","
    path = tmp_path / f"t{suffix}"
    path.write_bytes(f"题目{mark}答案\n{QUESTION}{mark}7\n{QUESTION}{mark}8\n".encode(encoding))
    report = run([path], tmp_path / "out")
    assert (report["total"], report["correct"]) == (2, 1)
    assert [row["line"] for row in rows_of(tmp_path / "out" / PREDICTIONS)] == [2, 3]


def test_parquet(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from mwp_solver.corpus.writing import write_problems

    write_problems(tmp_path / "p.parquet", [Problem(QUESTION, answer="7", grade=1), Problem(QUESTION, answer="1")])
    report = run([tmp_path / "p.parquet"], tmp_path / "out")
    assert (report["total"], report["correct"]) == (2, 1)
    assert report["school"]["passed"] == 1


def test_spreadsheets(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine", reason="python-calamine comes with the excel extra")
    rows: list[Sequence[str | float | None]] = [
        ("编号", "题目", "答案", "年级"),
        ("a", QUESTION, 7.0, 1),
        (None, None, None, None),
        ("b", QUESTION, "7支", "二年级"),
        ("c", QUESTION, "'-1", 3),
        ("d", None, 5, 1),
    ]
    report = run([workbook(tmp_path / "t.xlsx", rows)], tmp_path / "out")
    predictions = rows_of(tmp_path / "out" / PREDICTIONS)
    assert [(row["id"], row["line"], row["key"], row["grade"]) for row in predictions] == [
        ("a", 2, "7", 1),
        ("b", 4, "7支", 2),
        ("c", 5, "-1", 3),
    ]
    assert (report["correct"], report["errors"]) == (2, 1)
    assert rows_of(tmp_path / "out" / ERRORS)[0]["where"].endswith("t.xlsx:6")


def test_rows_of_a_sheet_are_numbered_as_the_spreadsheet_shows_them(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine", reason="python-calamine comes with the excel extra")
    path = workbook(tmp_path / "t.xlsx", [("题目", "答案"), (QUESTION, 7)], skip=3)
    assert [line for line, _ in spreadsheet.sheet_rows(path)] == [5]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"question,answer"])
def test_what_is_no_spreadsheet(tmp_path: Path, content: bytes) -> None:
    pytest.importorskip("python_calamine", reason="python-calamine comes with the excel extra")
    path = tmp_path / "t.xlsx"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"t\.xlsx"):
        list(spreadsheet.sheet_rows(path))


def test_a_spreadsheet_without_its_package_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "t.xlsx", [("题目",), (QUESTION,)])
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(MissingExtraError, match=r"mwp-solver\[excel\]"):
        run([path], tmp_path / "out")


def test_a_folder_is_every_file_in_it_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deeper").mkdir(parents=True)
    jsonl(folder / "b.jsonl", apples(2))
    jsonl(folder / "a.jsonl", apples(1))
    jsonl(folder / "deeper" / "c.jsonl", apples(3))
    (folder / "notes.txt").write_text("no data")
    jsonl(folder / ".hidden.jsonl", apples(9))
    report = run([folder], tmp_path / "out")
    assert [(Path(file["file"]).name, file["total"]) for file in report["files"]] == [
        ("a.jsonl", 1),
        ("b.jsonl", 2),
        ("c.jsonl", 3),
    ]
    assert [row["row"] for row in rows_of(tmp_path / "out" / PREDICTIONS)] == list(range(6))
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no file"):
        find_sources([str(tmp_path / "empty")], tmp_path)


def test_standard_input(tmp_path: Path) -> None:
    text = f"question,answer\n{QUESTION},7\n".encode()
    (source,) = find_sources(["-"], tmp_path, io.BytesIO(text), "csv")
    items = list(read_items([source], {}, None))
    assert [(item.file, item.line, item.problem and item.problem.answer) for item in items] == [("-", 2, "7")]
    with pytest.raises(DataError, match="only once"):
        find_sources(["-", "-"], tmp_path, io.BytesIO(text))


def test_a_data_set_by_name_and_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [
        SourceFile(jsonl(tmp_path / f"{part}.jsonl", [{"question": QUESTION, "golden": golden, "grade": 2}]), part)
        for part, golden in (("valid", "1"), ("test", "7"))
    ]
    asked: list[str] = []

    def download(data_set: DataSet, cache: object) -> list[SourceFile]:
        asked.extend(file.split for file in data_set.files)
        return [file for file in files if file.split in asked[-1:]]

    monkeypatch.setattr(sources_module, "download", download)
    for name, key in (("cmath", "7"), ("CMATH:valid", "1")):
        (source,) = find_sources([name], tmp_path)
        (item,) = read_items([source], {}, None)
        assert item.problem is not None
        assert (item.problem.answer, item.problem.grade) == (key, 2)
    assert asked == ["test", "valid"], "only the part that is needed is fetched"
    with pytest.raises(DataError, match="no part train"):
        find_sources(["cmath:train"], tmp_path)
    with pytest.raises(DataError, match="no such file"):
        find_sources(["/nowhere.jsonl"], tmp_path)


def test_columns_are_found_by_habit_or_named(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "t.jsonl", [{"text": "no problem", "q": QUESTION, "solution": "3+4"}])
    report = run([path], tmp_path / "out", columns={"question": "q", "equation": "solution"})
    assert report["correct"] == 1
    with pytest.raises(DataError, match='column "qq" is missing'):
        run([path], tmp_path / "other", columns={"question": "qq"})


def test_keys_may_be_answers_equations_or_none(tmp_path: Path) -> None:
    rows = [
        {"question": QUESTION, "answer": "七支"},
        {"question": QUESTION, "equation": "x=3+4"},
        {"question": QUESTION},
        {"question": QUESTION, "answer": "", "equation": "3*4"},
    ]
    report = run([jsonl(tmp_path / "t.jsonl", rows)], tmp_path / "out")
    assert (report["total"], report["graded"], report["correct"]) == (4, 3, 2)
    assert [row["correct"] for row in rows_of(tmp_path / "out" / PREDICTIONS)] == [True, True, None, False]


def test_files_without_keys_are_only_solved(tmp_path: Path) -> None:
    report = run([jsonl(tmp_path / "t.jsonl", [{"question": QUESTION}])], tmp_path / "out")
    assert (report["graded"], report["accuracy"], report["rules"], report["school"]) == (0, None, {}, None)
    assert rows_of(tmp_path / "out" / PREDICTIONS)[0]["answer"] == "7支"


def test_bad_rows_are_told_with_their_place_and_counted(tmp_path: Path) -> None:
    rows = [
        *apples(1),
        "{not json",
        {"answer": "5"},
        {"question": "长" * 2001, "answer": "5"},
        {"question": QUESTION, "answer": "between 3 and 4"},
        *apples(1),
    ]
    path = jsonl(tmp_path / "t.jsonl", rows)
    report = run([path], tmp_path / "out")
    errors = rows_of(tmp_path / "out" / ERRORS)
    assert [row["where"] for row in errors] == [f"{path}:{line}" for line in (2, 3, 4, 5)]
    for row, words in zip(errors, ("not JSON", "question is missing", "文字超过", "key cannot be read"), strict=True):
        assert words in row["reason"]
        assert str(path) not in row["reason"]
    assert (report["total"], report["errors"]) == (2, 4)
    assert report["first_errors"] == errors
    together = sorted(row["row"] for row in errors + rows_of(tmp_path / "out" / PREDICTIONS))
    assert together == list(range(6))


def test_a_file_that_cannot_be_read_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    bad = tmp_path / "a.csv"
    bad.write_text("question,question\n1,2\n")
    good = jsonl(tmp_path / "b.jsonl", apples(2))
    report = run([bad, good], tmp_path / "out")
    assert (report["total"], report["errors"]) == (2, 1)
    with pytest.raises(DataError, match="no problems in .*twice in the header"):
        run([bad], tmp_path / "other")


def test_a_question_that_fails_takes_no_other_with_it() -> None:
    from mwp_solver.errors import MWPError

    class Picky:
        def solve_batch(self, questions: Sequence[str], options: DecodingOptions) -> Any:
            if any("坏" in question for question in questions):
                raise MWPError("cannot be solved")
            return adder().solve_batch(questions, options)

    items = [
        Item(n, 0, "f", n + 1, Problem(f"{n + 2}个{word}苹果和3个，一共几个？")) for n, word in enumerate("好坏好")
    ]
    outcomes = Worker(lambda: Picky(), DecodingOptions())(items)  # type: ignore[arg-type,return-value]
    assert [(outcome.row, outcome.error) for outcome in outcomes] == [(0, False), (1, True), (2, False)]
    assert json.loads(outcomes[1].line)["reason"] == "cannot be solved"


def test_limit_and_the_number_of_rows_to_expect(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "t.jsonl", apples(5))
    table = tmp_path / "t.csv"
    table.write_text(f"question,answer\n{QUESTION},7")
    found = find_sources([str(path), str(table)], tmp_path)
    assert expected_rows(found, None) == 6
    assert expected_rows(found, 3) == 4
    assert run([path, table], tmp_path / "out", limit=3)["total"] == 4
    (tmp_path / "j.json").write_text("[]")
    assert expected_rows(find_sources([str(tmp_path / "j.json")], tmp_path), None) is None


def test_rows_are_read_as_they_are_needed(tmp_path: Path) -> None:
    read: list[int] = []

    def chunks() -> Any:
        for n in range(100):
            read.append(n)
            yield [Item(n, 0, "f", n, Problem(QUESTION))]

    for workers, ahead in ((1, 1), (2, 6)):
        read.clear()
        outcomes = LocalEngine(adder, DecodingOptions(), workers).run(chunks())
        next(outcomes)
        assert len(read) <= ahead
        outcomes.close()  # type: ignore[attr-defined]


# --- out --------------------------------------------------------------------------------------------------------------


def test_the_table_may_be_parquet(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from mwp_solver.corpus.files import read_rows

    path = jsonl(tmp_path / "t.jsonl", [*apples(3), {"question": "有2个梨和3个梨，一共几个？"}])
    run([path], tmp_path / "out", table="predictions.parquet")
    assert not (tmp_path / "out" / "predictions.csv").exists()
    rows = [row for _, row in read_rows(tmp_path / "out" / "predictions.parquet")]
    assert [(row["line"], row["answer"], row["correct"]) for row in rows if isinstance(row, dict)] == [
        (1, "6个", True),
        (2, "8个", False),
        (3, "10个", True),
        (4, None, None),
    ]


def test_no_cell_of_the_table_runs_as_a_formula(tmp_path: Path) -> None:
    rows = [{"question": "=1+1 有3个苹果和4个，一共几个？", "id": "@id", "answer": "-7", "family": "+f"}]
    run([jsonl(tmp_path / "t.jsonl", rows)], tmp_path / "out")
    text = (tmp_path / "out" / "predictions.csv").read_text(encoding="utf-8-sig")
    for cell in ("'=1+1", "'@id", "'-7", "'+f"):
        assert cell in text


def test_several_processes_give_the_same_in_the_same_order(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "t.jsonl", [*apples(30), "{", *apples(15), {"question": "有2个梨和3个梨，一共几个？"}])
    run([path], tmp_path / "one")
    run([path], tmp_path / "two", workers=2)
    assert timeless(tmp_path / "two" / PREDICTIONS) == timeless(tmp_path / "one" / PREDICTIONS)
    assert rows_of(tmp_path / "two" / ERRORS) == rows_of(tmp_path / "one" / ERRORS)


def test_a_solver_that_cannot_be_loaded_says_so_from_any_process(tmp_path: Path) -> None:
    items = [[Item(0, 0, "f", 1, Problem(QUESTION))]]
    for workers in (1, 2):
        with pytest.raises(ModelError, match="no model here"):
            list(LocalEngine(no_model, DecodingOptions(), workers).run(items))


# --- resume -----------------------------------------------------------------------------------------------------------


def test_a_finished_run_is_not_run_again(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "t.jsonl", apples(20))
    first = run([path], tmp_path / "out")
    before = (tmp_path / "out" / PREDICTIONS).read_bytes()
    assert run([path], tmp_path / "out") == first
    assert (tmp_path / "out" / PREDICTIONS).read_bytes() == before


def test_a_run_goes_on_from_any_byte(tmp_path: Path) -> None:
    rows = [*apples(11), "{", *apples(4), {"question": ""}, *apples(7), "[]"]
    path = jsonl(tmp_path / "t.jsonl", rows)
    run([path], tmp_path / "whole")
    whole = {name: (tmp_path / "whole" / name).read_bytes() for name in (PREDICTIONS, ERRORS)}
    expected = timeless(tmp_path / "whole" / PREDICTIONS)
    rng = random.Random(5)
    for attempt in range(25):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        (folder / "run.json").write_bytes((tmp_path / "whole" / "run.json").read_bytes())
        # What a sudden end can leave: predictions up to any byte, and errors of at least the rows before it.
        cut = rng.randrange(len(whole[PREDICTIONS]) + 1)
        (folder / PREDICTIONS).write_bytes(whole[PREDICTIONS][:cut])
        reached = whole[PREDICTIONS][:cut].count(b"\n")
        last = expected[reached - 1]["row"] if reached else -1
        lines = whole[ERRORS].splitlines(keepends=True)
        needed = sum(json.loads(line)["row"] < last for line in lines)
        kept = b"".join(lines[: rng.randint(needed, len(lines))])
        torn = lines[needed][:9] if kept == b"".join(lines[:needed]) and needed < len(lines) else b""
        (folder / ERRORS).write_bytes(kept + torn)
        run([path], folder)
        assert timeless(folder / PREDICTIONS) == expected
        assert (folder / ERRORS).read_bytes() == whole[ERRORS]


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is not known to Windows")
@pytest.mark.slow
@pytest.mark.parametrize(("workers", "times"), [(1, 4), (2, 2)])
def test_killed_again_and_again_every_row_stands_once(tmp_path: Path, workers: int, times: int) -> None:
    rows = [*apples(60), "{bad", *apples(60), {"question": " "}, *apples(60)]
    path = jsonl(tmp_path / "t.jsonl", rows)
    command = [sys.executable, batch_fakes.__file__, str(path), str(tmp_path / "out"), str(workers)]
    rng, kills = random.Random(workers), 0
    reached = 0
    while kills < times:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent)
        assert process.stdout is not None
        assert int(process.stdout.readline()) >= reached, "it went back"
        for _ in range(rng.randint(1, 4)):
            if line := process.stdout.readline():
                reached = int(line)
        time.sleep(rng.random() * 0.03)
        process.send_signal(signal.SIGKILL)
        process.stdout.close()
        assert process.wait() == -signal.SIGKILL, "it ended before it was killed; make it slower"
        kills += 1
    assert 0 < reached < len(rows)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=Path(__file__).parent)
    run([path], tmp_path / "whole")
    assert timeless(tmp_path / "out" / PREDICTIONS) == timeless(tmp_path / "whole" / PREDICTIONS)
    assert rows_of(tmp_path / "out" / ERRORS) == rows_of(tmp_path / "whole" / ERRORS)
    assert len(rows_of(tmp_path / "out" / PREDICTIONS)) + len(rows_of(tmp_path / "out" / ERRORS)) == len(rows)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "t.jsonl", apples(400))
    command = [sys.executable, batch_fakes.__file__, str(path), str(tmp_path / "out"), "2"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent)
    assert process.stdout is not None
    for _ in range(3):
        process.stdout.readline()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert len(children) >= 2
    process.kill()
    process.stdout.close()
    process.wait()
    deadline = time.monotonic() + 20
    while alive := [child for child in children if _running(child)]:
        assert time.monotonic() < deadline, alive
        time.sleep(0.05)


def _running(process: str) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": {**batch_fakes.MODEL, "sha256": "1" * 64}}, "the model is another"),
        ({"model": {**batch_fakes.MODEL, "backend": "torch"}}, "the backend was fake and is torch"),
        ({"model": {**batch_fakes.MODEL, "device": "cuda"}}, "the device was cpu and is cuda"),
        ({"options": DecodingOptions(batch_size=8, beam_size=12)}, "option beam_size was 5 and is 12"),
        ({"limit": 4}, "the limit"),
        ({"columns": {"question": "question"}}, "named columns"),
        ({"data": True}, "data file .* has changed"),
        ({"files": 2}, "there were 1 data files and are 2"),
    ],
)
def test_another_run_is_refused_with_the_reason(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    path = jsonl(tmp_path / "t.jsonl", apples(5))
    run([path], tmp_path / "out")
    files = [path] * change.pop("files", 1)
    if change.pop("data", False):
        jsonl(path, apples(6))
    before = (tmp_path / "out" / PREDICTIONS).read_bytes()
    with pytest.raises(DataError, match=message):
        run(files, tmp_path / "out", **change)
    assert (tmp_path / "out" / PREDICTIONS).read_bytes() == before
    report = run(files, tmp_path / "out", restart=True, **change)
    assert report["total"] == len(rows_of(tmp_path / "out" / PREDICTIONS))


def test_the_same_content_under_another_name_is_the_same_run(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "t.jsonl", apples(5))
    run([path], tmp_path / "out")
    path.rename(tmp_path / "u.jsonl")
    assert run([tmp_path / "u.jsonl"], tmp_path / "out")["total"] == 5


def test_a_folder_that_is_no_run_is_left_alone(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "t.jsonl", apples(2))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / PREDICTIONS).write_text("mine")
    with pytest.raises(DataError, match=r"no run\.json"):
        run([path], tmp_path / "out")
    assert (tmp_path / "out" / PREDICTIONS).read_text() == "mine"


def test_predictions_that_someone_changed_are_noticed(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "t.jsonl", apples(3))
    run([path], tmp_path / "out")
    predictions = tmp_path / "out" / PREDICTIONS
    lines = predictions.read_text(encoding="utf-8").splitlines(keepends=True)
    for broken in ([lines[0], "oops\n", lines[2]], [lines[1], lines[0]]):
        predictions.write_text("".join(broken), encoding="utf-8")
        with pytest.raises(DataError, match="--restart"):
            run([path], tmp_path / "out")


def test_two_runs_do_not_write_into_one_folder(tmp_path: Path) -> None:
    pytest.importorskip("fcntl", reason="there are no such locks on Windows")
    path = jsonl(tmp_path / "t.jsonl", apples(3))
    made = {
        "model": {"sha256": "0"},
        "data": [],
        "options": {},
        "columns": {},
        "limit": None,
        "package": "",
        "grader": 1,
    }
    with Journal(tmp_path / "out", made), pytest.raises(DataError, match="another process"):
        run([path], tmp_path / "out")


def test_loading_is_left_until_there_is_something_to_solve(tmp_path: Path) -> None:
    worker = Worker(partial(no_model), DecodingOptions())
    (outcome,) = worker([Item(0, 0, "f", 1, None, "bad")])
    assert outcome.error
