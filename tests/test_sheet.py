"""Sheets of the page: what is taken, what comes out, how a run is stopped."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest
from batch_fakes import adder

from mwp_solver.options import PageOptions
from mwp_solver.web.sheet import MESSAGES, SheetError, SheetProgress, SheetResult, check_sheet, solve_sheet

SMALL = PageOptions(sheet_rows=20, sheet_bytes=4000)


def sheet(folder: Path, rows: int, name: str = "class.csv") -> Path:
    """Problems of which every second is right, and one row without a question."""
    path = folder / name
    lines = [f"小明有{n}支铅笔，又买了3支，现在有多少支？,{n + 3 + n % 2}" for n in range(1, rows)]
    path.write_text("\n".join(["题目,答案", *lines, ",7"]) + "\n", encoding="utf-8")
    return path


def result_of(path: Path, scratch: Path, options: PageOptions = PageOptions()) -> SheetResult:
    scratch.mkdir()
    *progress, result = solve_sheet(adder(), path, scratch, options)
    assert all(isinstance(one, SheetProgress) for one in progress)
    assert isinstance(result, SheetResult)
    return result


def test_a_sheet_is_solved_and_graded(tmp_path: Path) -> None:
    result = result_of(sheet(tmp_path, 11), tmp_path / "scratch")
    assert (result.code, result.progress) == ("sheet_done", SheetProgress(11, 11, 1, 10, 5))
    assert result.report["rules"]["strict"]["correct"] == 5
    assert [row["answer"] for row in result.rows[:3]] == ["4支", "5支", "6支"]
    assert [error["where"] for error in result.errors] == ["sheet.csv:12"]
    with result.files[0].open(encoding="utf-8-sig") as file:
        assert len(list(csv.DictReader(file))) == 10
    assert "10 题中，5 题正确" in result.files[1].read_text(encoding="utf-8")


def test_what_a_spreadsheet_would_run_is_made_text(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"question": "=HYPERLINK(1) 小明有3支和4支，共几支？", "answer": "7"}) + "\n")
    table = result_of(path, tmp_path / "scratch").files[0].read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK" in table


def test_a_long_sheet_is_cut_and_says_so(tmp_path: Path) -> None:
    result = result_of(sheet(tmp_path, 30), tmp_path / "scratch", SMALL)
    assert (result.code, result.progress.done, result.progress.total) == ("sheet_cut", 20, 20)


def test_a_run_is_stopped(tmp_path: Path) -> None:
    steps = solve_sheet(adder(pause=0.15), sheet(tmp_path, 200), tmp_path)
    assert isinstance(next(steps), SheetProgress)
    assert isinstance(next(steps), SheetProgress)
    result = steps.send(True)
    assert isinstance(result, SheetResult)
    assert result.code == "sheet_stopped"
    assert 0 < result.progress.done < 200
    assert len(result.rows) == result.progress.done
    assert result.files[0].exists()
    assert next(steps, None) is None


def test_a_workbook(tmp_path: Path) -> None:
    writer = pytest.importorskip("xlsxwriter", reason="writes the workbook of this test")
    path = tmp_path / "class.xlsx"
    with writer.Workbook(path) as book:
        page = book.add_worksheet()
        for row, cells in enumerate([("question", "answer"), ("Tom has 3 pens and 4 pens. How many pens?", 7)]):
            page.write_row(row, 0, cells)
    result = result_of(path, tmp_path / "scratch")
    assert (result.progress.graded, result.progress.correct) == (1, 1)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ", "sheet_kind"),
        ("a.html", b"<script>", "sheet_kind"),
        ("a", b"question\n", "sheet_kind"),
        ("a.csv", b"question\n" + b"x" * 4000, "sheet_large"),
        ("a.xlsx", b"not a zip file", "sheet_unreadable"),
        ("a.csv", b"", "sheet_empty"),
        ("a.csv", b"question,answer\n", "sheet_empty"),
        ("a.csv", b"name,age\nTom,7\n", "sheet_empty"),
        ("a.jsonl", b"hello\n", "sheet_empty"),
        ("a.csv", b"question,question\n1,2\n", "sheet_empty"),
        ("a.csv", "question".encode("utf-16"), "sheet_empty"),
    ],
)
def test_what_is_not_taken(name: str, content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SheetError) as caught:
        list(solve_sheet(adder(), path, tmp_path / "scratch", SMALL))
    assert caught.value.code == code
    assert str(tmp_path) not in str(caught.value)
    assert path.read_bytes() == content


def test_a_workbook_that_unpacks_to_very_much(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name in range(7):
            book.writestr(f"{name}.xml", bytes(10 << 20))
    with pytest.raises(SheetError) as caught:
        check_sheet(path)
    assert caught.value.code == "sheet_large"


def test_a_file_that_is_gone() -> None:
    with pytest.raises(SheetError) as caught:
        check_sheet(Path("gone.csv"))
    assert caught.value.code == "sheet_busy"


def test_every_message_is_in_both_languages() -> None:
    assert all(chinese and english and chinese != english for chinese, english in MESSAGES.values())
