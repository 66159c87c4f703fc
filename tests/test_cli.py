"""The commands, run in this process; the bundled model does the solving."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from mwp_solver.cli.main import main
from mwp_solver.options import DecodingOptions, TrainingConfig

CAGE = "鸡和兔关在同一个笼子里，一共有35个头，94只脚，鸡有多少只？"


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


def test_solve_prints_answer_expression_and_working() -> None:
    result = run("solve", CAGE)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "23只"
    assert "算式" in lines[1]


def test_solve_json_lines_in_order_with_errors_in_place() -> None:
    result = run("solve", "--json", "--file", "-", stdin=f"{CAGE}\n\n{'长' * 3000}\n{CAGE}\n")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["line"] for row in rows] == [1, 2, 3]
    assert rows[0]["answer"] == rows[2]["answer"] == "23只"
    assert "文字超过 2000 个字符" in rows[1]["error"]
    assert result.exit_code == 1


@pytest.mark.parametrize("command", ["solve", "check"])
@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", ["请先输入一道应用题", "Type a word problem first"]),
        ("题" * 10_000, ["文字超过 2000 个字符"]),
        ("word " * 2_000, ["longer than 2,000 characters"]),
    ],
)
def test_refusals_speak_the_language_of_the_text(command: str, question: str, said: list[str]) -> None:
    result = run(command, question, *(["--answer", "5"] if command == "check" else []))
    assert result.exit_code == (2 if command == "check" else 1)
    for words in said:
        assert words in result.stderr


def test_solve_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "problems.txt"
    path.write_text(f"{CAGE}\n", encoding="utf-8")
    assert run("solve", "--file", str(path)).stdout.startswith("23只")


def test_what_is_no_problem_is_exit_1_and_a_computation_is_computed() -> None:
    chatter = run("solve", "你好呀，在做什么？")
    assert (chatter.exit_code, chatter.stdout) == (1, "")
    assert "不是应用题" in chatter.stderr
    row = json.loads(run("solve", "--json", "Hello there, friend!").stdout)
    assert (row["status"], row["code"], row["answer"]) == ("no_problem", "chatter", None)
    computed = run("solve", "What is 12 x (3 + 4)?")
    assert computed.exit_code == 0
    assert computed.stdout.splitlines()[:2] == ["84", "  expression  12×(3+4)"]


def test_check_says_right_or_wrong_with_a_reason() -> None:
    # Expressions, so that no weights take part in the verdict.
    right = run("check", "(3+5)*6=?", "--answer", "48")
    assert (right.exit_code, right.stdout.splitlines()[0]) == (0, "right: right")
    wrong = json.loads(run("check", "(3+5)*6=?", "--answer", "33", "--json").stdout)
    assert (wrong["verdict"], wrong["code"], wrong["expected"]) == ("wrong", "wrong", "48")
    other = run("check", "(3+5)*6=?", "--expression", "3*6+5*6")
    assert (other.exit_code, other.stdout.split(":")[0]) == (0, "right value, another way")
    assert run("check", "(3+5)*6=?", "--expression", "3/0").exit_code == 1


def test_hostile_text_is_data(tmp_path: Path) -> None:
    result = run("solve", "--json", "__import__('os').system('touch hacked') 3 4 </s> <extra_id_5>")
    assert result.exit_code in (0, 1)
    assert not Path("hacked").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("solve", CAGE, "--file", "-"),
        ("solve", "--file", "/nowhere/at/all"),
        ("solve", CAGE, "--model", "/nowhere"),
        ("solve", CAGE, "--beam-size", "0"),
        ("solve", CAGE, "--beam-size", "65"),
        ("solve", CAGE, "--n-best", "65"),
        ("solve", CAGE, "--method", "guess"),
        ("solve", CAGE, "--method", "sample-vote", "--temperature", "0"),
        ("solve", CAGE, "--method", "teaforn", "--backend", "ctranslate2"),
        ("evaluate", "-", "--seed", "-1"),
        ("check", CAGE),
        ("check", CAGE, "--answer", "23", "--expression", "35-12"),
        ("check", "", "--answer", "23"),
        ("check", CAGE, "--answer", "23", "--model", "/nowhere"),
        ("evaluate",),
        ("train", "--data", "x.jsonl"),
        ("train", "--data", "/nowhere.jsonl", "--output", "/tmp/never", "--preset", "huge"),
        ("nonsense",),
    ],
)
def test_bad_usage_is_exit_2(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output


def test_evaluate_grades_a_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.jsonl"
    rows = [
        {"question": "(3+5)*6=?", "answer": "48"},  # computed, so that no weights take part
        {"question": "(3+5)*6=?", "answer": "33"},
        {"question": "(3+5)*6=?", "equation": "3*6+5*6"},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    output = tmp_path / "out"
    result = run("evaluate", str(path), "--format", "json", "--output", str(output))
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)["files"][0]
    assert (report["total"], report["correct"]) == (3, 2)
    written = [json.loads(line) for line in (output / "predictions.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["correct"] for row in written] == [True, False, True]
    assert "66.7%" in run("evaluate", str(path)).stdout


def test_evaluate_reads_standard_input_and_tells_of_bad_rows() -> None:
    table = "frage,loesung\n(3+5)*6=?,48\n,5\n"
    columns = ("--question-column", "frage", "--answer-column", "loesung")
    result = run("evaluate", "-", "--stdin-format", "csv", *columns, "--format", "json", stdin=table)
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert (report["correct"], report["total"], report["errors"]) == (1, 1, 1)
    assert "-:3: the question is missing" in result.stderr


def test_evaluate_goes_on_with_a_run_but_not_with_another(tmp_path: Path) -> None:
    path = tmp_path / "keys.jsonl"
    path.write_text(json.dumps({"question": "(3+5)*6=?", "answer": "48"}), encoding="utf-8")
    arguments = ("evaluate", str(path), "--output", str(tmp_path / "out"))
    first = run(*arguments)
    assert first.exit_code == 0, first.output
    assert {"report.html", "report.md", "report.json"} <= {file.name for file in (tmp_path / "out").iterdir()}
    assert run(*arguments, "--workers", "2").stdout == first.stdout
    other = run(*arguments, "--beam-size", "4")
    assert (other.exit_code, other.stdout) == (2, "")
    assert "beam_size was 5 and is 4" in other.stderr
    assert run(*arguments, "--beam-size", "4", "--restart").exit_code == 0


def test_evaluate_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text("")
    result = run("evaluate", str(path))
    assert result.exit_code == 2
    assert "no problems" in result.stderr


def test_every_training_field_is_a_flag_with_its_default() -> None:
    command = main.get_command(click.Context(main), "train")
    assert command is not None
    flags = {parameter.name: parameter for parameter in command.params}
    for field in fields(TrainingConfig):
        assert field.name in flags, field.name
        option = flags[field.name]
        assert isinstance(option, click.Option)
        assert option.help, f"{field.name} has no help"
        if not option.required and not option.multiple:
            assert option.default == field.default, field.name


@pytest.mark.parametrize("command", ["solve", "evaluate"])
def test_decoding_fields_are_flags_with_their_defaults_and_help(command: str) -> None:
    found = main.get_command(click.Context(main), command)
    assert found is not None
    flags = {parameter.name: parameter for parameter in found.params}
    for field in fields(DecodingOptions):
        if field.name not in ("rules", "rule_penalty", "unused_penalty", "batch_size"):
            option = flags[field.name]
            assert isinstance(option, click.Option)
            assert (option.default, bool(option.help)) == (field.default, True)


def test_a_bad_value_is_told_by_its_flag() -> None:
    result = run("solve", CAGE, "--n-best", "65")
    assert "--n-best must not be above --beam-size" in result.stderr


def test_a_drawn_solution_carries_its_options() -> None:
    arguments = ("solve", CAGE, "--json", "--method", "sample-vote", "--beam-size", "6", "--seed", "5")
    first, second = run(*arguments), run(*arguments)
    assert first.stdout == second.stdout
    # Each of the two networks draws six.
    assert 1 <= len(json.loads(first.stdout)["candidates"]) <= 12


@pytest.mark.parametrize(
    "command", ["solve", "check", "evaluate", "compare", "serve", "generate", "data", "init", "train", "export"]
)
def test_help_of_every_command(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.stdout
