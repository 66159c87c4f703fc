"""Files made to break a reader: a clear error with file and line, the rest processed, memory bounded."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from batch_fakes import run
from test_batch import workbook

from mwp_solver.batch.sources import find_sources
from mwp_solver.corpus import json_rows, text_lines
from mwp_solver.corpus.files import read_problems, read_rows
from mwp_solver.corpus.text_lines import MAX_LINE, numbered_lines
from mwp_solver.errors import DataError

GOOD = '{"question": "有3支笔，放进4支，共几支？", "answer": "7"}'
ROOT = Path(__file__).resolve().parents[1]


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    return path


def rows(path: Path) -> list[tuple[int, str]]:
    """Each row's line, and ``good`` or what is wrong with it (file and line left out, for they are asserted)."""
    found = []
    for line, row in read_rows(path):
        if isinstance(row, DataError):
            assert str(row).startswith(f"{path}:{line}: ")
            assert len(str(row)) < len(str(path)) + 200
            found.append((line, str(row).removeprefix(f"{path}:{line}: ")))
        else:
            found.append((line, "good"))
    return found


# --- rows: the row is told, the rows around it are read ---------------------------------------------------------------

BAD_LINES = {
    "NaN": ('{"question": "q", "answer": NaN}', "no number of JSON"),
    "infinity": ('{"answer": -Infinity}', "no number of JSON"),
    "1e999": ('{"answer": 1e999}', "beyond all bounds"),
    "name twice": ('{"question": "a", "answer": 1, "question": "b"}', "stands twice"),
    "name twice inside": ('{"n": [{"a": 1, "a": 1}], "q": 1}', "stands twice"),
    "5,000 digits": ('{"answer": ' + "7" * 5000 + "}", "not JSON"),
    "100,000 brackets": ("[" * 100_000, "nested too deep"),
    "100,000 objects": ('{"a":' * 100_000, "nested too deep"),
    "too long": ('{"a": "' + "x" * MAX_LINE + '"}', "longer than 1,000,000 bytes"),
    "cut short": (GOOD[:-4], "not JSON"),
    "GBK": (GOOD.encode("gbk"), "not UTF-8"),
    "Latin-1": ('{"question": "caf\xe9"}'.encode("latin-1"), "not UTF-8"),
    "surrogate in UTF-8": ('{"question": "\ud800"}', "not UTF-8"),
    "NUL": ('{"question": "\0"}', "not JSON"),
    "BOM inside": ("\ufeff" + GOOD, "BOM"),
    "number": ("17", "no JSON object"),
    "array": (f"[{GOOD}]", "no JSON object"),
}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize(("bad", "reason"), BAD_LINES.values(), ids=BAD_LINES)
def test_a_hostile_line(tmp_path: Path, bad: str | bytes, reason: str, end: str) -> None:
    raw = bad if isinstance(bad, bytes) else bad.encode("utf-8", "surrogatepass")
    between = end.encode()
    path = write(tmp_path, "r.jsonl", between.join([GOOD.encode(), raw, GOOD.encode(), raw]))
    found = rows(path)
    assert [line for line, _ in found] == [1, 2, 3, 4]
    assert [said == "good" for _, said in found] == [True, False, True, False]
    assert reason in found[1][1]


WELL_FORMED = ("NaN", "infinity", "1e999", "name twice", "name twice inside", "5,000 digits")


@pytest.mark.parametrize("layout", ["[{}, {}, {}]", "[\n{},\n{},\n{}\n]", "{}{}{}", "{}\n{}\n{}\n"])
@pytest.mark.parametrize("name", WELL_FORMED)
def test_a_refused_object_among_others_costs_itself_alone(tmp_path: Path, name: str, layout: str) -> None:
    parts = layout.split("{}")
    text = "".join(a + b for a, b in zip(parts, [GOOD, BAD_LINES[name][0], GOOD, ""], strict=True))
    assert [said == "good" for _, said in rows(write(tmp_path, "r.json", text))] == [True, False, True]


BAD_FIELDS = {
    "lone surrogate": {"question": "\ud800 q"},
    "only blanks": {"question": " \u3000\t"},
    "no text": {"question": {"zh": "q"}},
    "endless decimal of a table": {"question": "q", "answer": 1e308},
    "truth value": {"question": "q", "answer": True},
    "missing": {"query": "q"},
}


@pytest.mark.parametrize("row", BAD_FIELDS.values(), ids=BAD_FIELDS)
def test_a_hostile_field(tmp_path: Path, row: dict[str, Any]) -> None:
    path = write(tmp_path, "r.jsonl", f"{GOOD}\n{json.dumps(row)}\n{GOOD}\n")
    errors: list[DataError] = []
    assert len(list(read_problems(path, on_error=errors.append))) == 2
    assert [(error.source, error.line) for error in errors] == [(str(path), 2)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("question,answer\n a,1\r\n b,2\r c,3\n", [2, 3, 4]),
        ("\ufeffquestion,answer\r a,1\r b,2", [2, 3]),
        ("question;answer\n a;1\n\n\r\n b;2\n", [2, 5]),
        ('question,answer\n"a\rb\r\nc",1\n d,2\n', [2, 5]),
    ],
    ids=["all ends", "CR and BOM", "empty lines", "ends in a cell"],
)
def test_lines_of_a_table_end_as_they_like(tmp_path: Path, content: str, expected: list[int]) -> None:
    found = list(read_rows(write(tmp_path, "r.csv", content)))
    assert [line for line, _ in found] == expected
    assert all(isinstance(row, dict) and set(row) == {"question", "answer"} for _, row in found)


BAD_ROWS = {
    "cell too many": "a,1,2",
    "cell too few": "a",
    "stray quote": '"a"b,1',
    "cell of 200,000 characters": '"' + "a" * 200_000 + '",1',
    "line too long": "a" * MAX_LINE + ",1",
    "NUL": "a\0,1",
    "no UTF-8": b"\xff\xfe,1",
}


@pytest.mark.parametrize("bad", BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_hostile_row_of_a_table(tmp_path: Path, bad: str | bytes) -> None:
    raw = bad if isinstance(bad, bytes) else bad.encode()
    path = write(tmp_path, "r.csv", "question,answer\n好,1\n".encode() + raw + "\n好,2\n".encode())
    assert [(line, said == "good") for line, said in rows(path)] == [(2, True), (3, False), (4, True)]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_lines_are_those_of_python_wherever_a_piece_ends(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(text_lines, "_PIECE", size)
    monkeypatch.setattr(text_lines, "MAX_LINE", 20)
    chance = random.Random(size)
    for _ in range(200):
        data = b"".join(
            chance.choice([b"\r", b"\n", b"\r\n", b"a", b"bcdefgh" * 2]) for _ in range(chance.randrange(12))
        )
        expected = [None if len(line) > 20 else line for line in data.splitlines(keepends=True)]
        found = list(numbered_lines(io.BytesIO(data)))
        assert found == list(enumerate(expected, 1)), data


def test_a_line_without_end_is_never_in_memory() -> None:
    class Endless(io.RawIOBase):
        """A gigabyte in one line, then a good line."""

        left = 1 << 30

        def read(self, size: int = -1) -> bytes:
            if self.left <= 0:
                self.left -= 1
                return b"\n{}\n" if self.left == -1 else b""
            self.left -= 1 << 24
            return PIECE

        read1 = read

    PIECE = b"x" * (1 << 24)
    import tracemalloc

    tracemalloc.start()
    found = list(numbered_lines(Endless()))  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(number, line) for number, line in found] == [(1, None), (2, b"{}\n")]
    assert peak < 4 * len(PIECE)


# --- files: what is no use as a whole is told in one line -------------------------------------------------------------

PACKED = {
    "r.jsonl": gzip.compress(GOOD.encode() * 50)[:-20],
    "r.jsonl.gz": gzip.compress(GOOD.encode()),
    "r.csv": bz2.compress(GOOD.encode()),
    "r.json": lzma.compress(GOOD.encode()),
    "s.csv": b"PK\x03\x04 a spreadsheet by a wrong name",
    "s.tsv": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "t.csv": b"%PDF-1.7",
    "u.jsonl": GOOD.encode("utf-16"),
    "u.csv": "question".encode("utf-32"),
    "t.txt": b"words",
    "e.txt": b"",
    "e.parquet": b"",
    "h.parquet": b"PAR1PAR1",
    "e.xlsx": b"",
    "h.xlsx": b"PK\x03\x04",
    "h.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 600,
    "h.ods": b"PK\x05\x06" + b"\0" * 18,
    "two.csv": b"question,answer,question\na,1,b\n",
}


@pytest.mark.parametrize("name", PACKED)
def test_a_file_of_no_use(tmp_path: Path, name: str) -> None:
    if name.endswith((".xlsx", ".xls", ".ods")):
        pytest.importorskip("python_calamine", reason="python-calamine comes with the excel extra")
    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow", reason="pyarrow comes with the train extra")
    path = write(tmp_path, name, PACKED[name])
    with pytest.raises(DataError) as caught:
        list(read_rows(path))
    assert str(caught.value).startswith(f"{path}: ") or caught.value.line == 1
    if PACKED[name][:2] in (b"\x1f\x8b", b"BZ", b"\xfd7"):
        assert "unpack it" in str(caught.value)


@pytest.mark.parametrize("name", ["e.jsonl", "e.json", "e.csv", "e.tsv"])
def test_an_empty_file_has_no_rows(tmp_path: Path, name: str) -> None:
    assert list(read_rows(write(tmp_path, name, ""))) == []
    with pytest.raises(DataError, match="no problems"):
        run([tmp_path / name], tmp_path / "out")


def _directory(path: Path) -> None:
    path.mkdir()


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _nowhere(path: Path) -> None:
    path.symlink_to(path.with_name("gone"))


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _nothing(path: Path) -> None:
    pass


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes and links as on Unix")
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_directory, "directory"),
        (_fifo, "a pipe or a device"),
        (_loop, "symbolic links"),
        (_nowhere, "No such file"),
        (_device, "a pipe or a device"),
        (_nothing, "No such file"),
    ],
)
@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet", ".xlsx"])
def test_what_is_no_file(tmp_path: Path, make: Callable[[Path], None], reason: str, suffix: str) -> None:
    path = tmp_path / f"r{suffix}"
    make(path)
    with pytest.raises(DataError, match=reason) as caught:
        list(read_rows(path))
    assert str(path) in str(caught.value)
    if make not in (_directory, _nothing):
        with pytest.raises(DataError, match=reason):
            find_sources([str(path)], tmp_path)


@pytest.mark.parametrize("name", ["x" * 5000 + ".jsonl", "a\0b.jsonl"])
def test_what_is_no_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError):
        list(read_rows(name))
    with pytest.raises(DataError):
        find_sources([name], tmp_path)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="permissions as on Unix")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = write(tmp_path, "r.jsonl", GOOD)
    path.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        with pytest.raises(DataError, match=r"r\.jsonl: Permission denied"):
            list(read_rows(path))
    finally:
        os.seteuid(user)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full, as on Linux")
def test_standard_input_without_room(tmp_path: Path) -> None:
    (tmp_path / "stdin.jsonl").symlink_to("/dev/full")
    with pytest.raises(DataError, match="No space left"):
        find_sources(["-"], tmp_path, io.BytesIO(GOOD.encode() * 10_000))


def test_links_that_go_round_in_a_folder_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write(folder, "a.jsonl", GOOD)
    (folder / "b.jsonl").symlink_to(folder / "b.jsonl")
    (folder / "again").symlink_to(folder)
    assert [Path(source.name).name for source in find_sources([str(folder)], tmp_path)] == ["a.jsonl"]


# --- JSON that is not in lines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "[" + "{x}," * 50_000,
        '{"a":[' * 30_000,
        "[" + '{"a":[{},' * 30_000,
        "}" + " " * 300_000 + "x",
        "[" + "}" * 300_000,
        "[" + '{"a":"' * 50_000,
        "\n".join(['{"a": "x'] * 20_000),
        "[" + ('{"a":[' + "{}," * 200) * 800,
    ],
    ids=lambda text: text[:12],
)
def test_broken_json_takes_time_in_proportion(tmp_path: Path, text: str) -> None:
    """Each takes a second or so at worst; what grows with the square of a length would take hours."""
    path = write(tmp_path, "r.json", text)
    try:
        assert rows(path)[-1][1] != "good"
    except DataError as error:
        given_up = error
        assert given_up.line, given_up


def test_json_not_in_lines_is_read_up_to_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_rows, "MAX_FILE", 1000)
    with pytest.raises(DataError, match="larger than 1,000 bytes; only JSON lines may be"):
        list(read_rows(write(tmp_path, "r.json", "[" + GOOD + " " * 1000 + "]")))


# --- spreadsheets and Parquet -----------------------------------------------------------------------------------------


def sheet(folder: Path, body: str) -> Path:
    """A workbook whose rows are written by hand."""
    plain = workbook(folder / "plain.xlsx", [("question",)])
    path = folder / "r.xlsx"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name).decode()
            if name.endswith("sheet1.xml"):
                text = text.split("<sheetData>")[0] + f"<sheetData>{body}</sheetData></worksheet>"
            target.writestr(name, text)
    return path


def cell(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


HOSTILE_SHEETS = {
    "a cell in the last corner": f'<row r="1">{cell("A1", "q")}</row><row r="1048576">{cell("XFD1048576", "x")}</row>',
    "a cell beyond it": f'<row r="1">{cell("A1", "q")}{cell("ZZZZZZZ99999999999", "x")}</row>',
    "no XML": "<row><c",
}


@pytest.mark.parametrize("body", HOSTILE_SHEETS.values(), ids=HOSTILE_SHEETS)
def test_a_hostile_spreadsheet_is_told_and_nothing_dies(tmp_path: Path, body: str) -> None:
    pytest.importorskip("python_calamine", reason="python-calamine comes with the excel extra")
    path = sheet(tmp_path, body)
    assert path.stat().st_size < 10_000
    with pytest.raises(DataError, match=r"r\.xlsx: not a spreadsheet that can be read"):
        list(read_rows(path))


def test_a_packed_spreadsheet_is_not_unpacked_without_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("python_calamine", reason="python-calamine comes with the excel extra")
    pytest.importorskip("resource", reason="bounds on memory as on Unix")
    from mwp_solver.corpus import sheet_process, spreadsheet

    # The same program with a tenth of the memory, so that a bomb of a tenth the size will do.
    small = write(
        tmp_path,
        "sheet_process.py",
        Path(sheet_process.__file__).read_text("utf-8").replace("MEMORY = 2 << 30", "MEMORY = 200 << 20"),
    )
    monkeypatch.setattr(spreadsheet, "__file__", str(small.with_name("spreadsheet.py")))
    good = sheet(tmp_path, f'<row r="1">{cell("A1", "question")}</row><row r="2">{cell("A2", "q")}</row>')
    assert [row for _, row in read_rows(good)] == [{"question": "q"}]
    bomb = sheet(tmp_path, f'<row r="1">{cell("A1", "x" * (150 << 20))}</row>')
    assert bomb.stat().st_size < 1 << 20
    with pytest.raises(DataError, match=r"r\.xlsx: .*bounded memory"):
        list(read_rows(bomb))


def test_cells_that_hold_no_text_or_too_much(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine", reason="python-calamine comes with the excel extra")
    body = "".join(
        f'<row r="{n}">{cell(f"A{n}", text)}</row>' for n, text in enumerate(("question", "x" * MAX_LINE * 2, "q"), 1)
    )
    errors: list[DataError] = []
    assert [problem.question for problem in read_problems(sheet(tmp_path, body), on_error=errors.append)] == ["q"]
    assert [error.line for error in errors] == [2]


def test_parquet_cut_and_changed_at_random(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow comes with the train extra")
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({"question": [f"题目{n}" for n in range(50)]}), tmp_path / "good.parquet")
    good = (tmp_path / "good.parquet").read_bytes()
    chance, ends = random.Random(5), {"read": 0, "refused": 0}
    for number in range(60):
        data = bytearray(good)
        if number % 2:
            del data[chance.randrange(len(data)) :]
        else:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path = write(tmp_path, "r.parquet", bytes(data))
        try:
            list(read_rows(path))
            ends["read"] += 1
        except DataError as error:
            ends["refused"] += error.source == str(path)
    assert sum(ends.values()) == 60
    assert min(ends.values()) > 0, ends


def test_a_column_name_that_is_no_text(tmp_path: Path) -> None:
    """Found by fuzzing: pyarrow gives the names as they are and fails on reading them."""
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow comes with the train extra")
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({"question": ["q"]}), tmp_path / "good.parquet", store_schema=False)
    data = (tmp_path / "good.parquet").read_bytes()
    path = write(tmp_path, "r.parquet", data.replace(b"question", b"\xff\xfeestion"))
    with pytest.raises(DataError, match="not a Parquet file that can be read"):
        list(read_rows(path))


def test_a_row_of_a_very_high_number(tmp_path: Path) -> None:
    """Found by fuzzing: the rows between are a million of nothing, and none of them is handed over."""
    pytest.importorskip("python_calamine", reason="python-calamine comes with the excel extra")
    high = f'<row r="1">{cell("A1", "question")}</row><row r="1000000">{cell("A1000000", "q")}</row>'
    begun = time.process_time()
    assert [(number, row) for number, row in read_rows(sheet(tmp_path, high))] == [(1_000_000, {"question": "q"})]
    assert time.process_time() - begun < 0.5  # 1.1 s when they were


def test_a_packed_parquet_file_is_not_unpacked_without_measure(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow comes with the train extra")
    resource = pytest.importorskip("resource", reason="memory as Unix tells it")
    from pyarrow import parquet

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    same = pyarrow.DictionaryArray.from_arrays(
        pyarrow.array([0] * 300_000, pyarrow.int32()), pyarrow.array(["题" * 20_000])
    )
    parquet.write_table(pyarrow.table({"question": same}), tmp_path / "r.parquet", row_group_size=300_000)
    assert (tmp_path / "r.parquet").stat().st_size < 10_000  # of 18 GB
    found = read_rows(tmp_path / "r.parquet")
    assert [number for number, _ in islice(found, 300)] == list(range(1, 301))
    found.close()  # type: ignore[attr-defined]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000
    parquet.write_table(pyarrow.table({"question": ["题" * 1_100_000, "q"]}), tmp_path / "s.parquet")
    (_, error), (_, row) = read_rows(tmp_path / "s.parquet")
    assert "longer than 1,000,000 characters" in str(error)
    assert row == {"question": "q"}


def test_parquet_with_text_that_is_none_and_with_a_name_twice(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow comes with the train extra")
    from pyarrow import parquet

    raw = pyarrow.array(["题".encode(), b"\xff\xfe", b"q"], type=pyarrow.binary())
    texts = pyarrow.StringArray.from_buffers(3, *raw.buffers()[1:])
    parquet.write_table(pyarrow.table({"question": texts}), tmp_path / "r.parquet")
    assert [said for _, said in rows(tmp_path / "r.parquet")] == ["good", "not UTF-8 text", "good"]
    twice = pyarrow.Table.from_arrays([texts, texts], names=["question", "question"])
    parquet.write_table(twice, tmp_path / "s.parquet")
    with pytest.raises(DataError, match="stands twice"):
        list(read_rows(tmp_path / "s.parquet"))


# --- the command line -------------------------------------------------------------------------------------------------


def command(*arguments: str | Path, given: bytes = b"") -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "mwp_solver", *map(str, arguments)],
        input=given,
        capture_output=True,
        cwd=ROOT,
        timeout=120,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_the_commands_say_it_in_one_line_and_by_their_exit_code(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    for arguments in (
        ("evaluate", tmp_path / "pipe.jsonl"),
        ("data", "prepare", tmp_path / "pipe.jsonl", "--output", tmp_path / "out"),
    ):
        code, _, errors = command(*arguments)
        assert (code, errors.strip().count("\n")) == (2, 0)
        assert "pipe.jsonl: a pipe or a device" in errors


def test_lines_to_solve_are_told_one_by_one() -> None:
    lines = [b"35*2=?", "三加四".encode("gbk"), b"x" * (MAX_LINE + 5), b"6/4=?"]
    code, out, errors = command("solve", "--json", given=b"\r\n".join(lines))
    found = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [row["line"] for row in found] == [1, 2, 3, 4]
    assert ["error" in row for row in found] == [False, True, True, False]
    assert "UTF-8" in found[1]["error"]
    assert "longer than" in found[2]["error"]
    assert "Traceback" not in errors
