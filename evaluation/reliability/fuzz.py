"""Feed what reads text, rows and files with damaged samples of our own: each must end in a value or in an own error.

    python evaluation/reliability/fuzz.py --seconds 600 [--target expression …] [--seed 1] [--output FILE.json]

Each target gets that many seconds. Counted for each: inputs, values, errors of the project by kind, crashes (any other
exception), inputs that took above 50 ms of processor time three times in a row, and by how much the process's largest
memory grew. Exit code 1 if there is a crash, a slow input or growth above 300 MB. A crash found here becomes a row of a
table in ``tests/``.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import resource  # on Unix
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from mwp_solver.answers import answer_form, read_answer
from mwp_solver.corpus.columns import problem_of
from mwp_solver.corpus.files import numbered_problems, read_problems
from mwp_solver.corpus.registry import DATA_SETS
from mwp_solver.errors import DataError, MWPError
from mwp_solver.expression.evaluate import evaluate_expression
from mwp_solver.model.encoding import encode_question
from mwp_solver.quantities import decode_expression, find_quantities, resolve
from mwp_solver.resources import data_path
from mwp_solver.solving.screening import screen
from mwp_solver.text import normalize_question, normalize_with_offsets

SECONDS = 0.05
GROWTH = 300_000
"""kilobytes"""
PROBLEMS = list(read_problems(data_path("samples.jsonl")))
SIGNS = (
    "+-*/^%():=_.,[]{}<>\"'\\ \n\t\r\0×÷−％（）．，：；１２３½零一二三百万点分之又折ab$x°²³\u200b\ufeff\ud800\U0001f600"
)
WORDS = [
    *("1/0", "2**64", "^^", "((((", "))))", "99999999999999999999999", "1(1/2)", "1_1/2", "0.1", ".5", "50%", "1,234"),
    *(
        "八折",
        "百分之五",
        "三又二分之一",
        "万亿",
        "<extra_id_0>",
        "</s>",
        "<pad>",
        "NaN",
        "1e999",
        "\\ud800",
        "null",
        "[[",
    ),
    *("=cmd()", "'", '"', "\r", "\r\n", "{", "}", "},{", "x" * 500, "9" * 500, "(" * 300, " " * 500, "é", "\xa0", "…"),
]
Target = Callable[[random.Random], tuple[Any, Callable[[], Any]]]
"""draws an input; gives it and the call that reads it"""


def mutated(text: str, chance: random.Random) -> str:
    """A text with a few places changed."""
    for _ in range(chance.randrange(1, 6)):
        at, end = sorted(chance.randrange(len(text) + 1) for _ in "ab")
        end = min(end, at + 12)
        piece = chance.choice([chance.choice(SIGNS), chance.choice(WORDS), chr(chance.randrange(0x3000)), text[at:end]])
        match chance.randrange(5):
            case 0:
                text = text[:at] + piece + text[at:]
            case 1:
                text = text[:at] + text[end:]
            case 2:
                text = text[:at] + piece + text[end:]
            case 3:
                text = text[:at] + piece * chance.randrange(1, 40) + text[end:]
            case _:
                text = text[:end] + text[at:]
    return text[:4000]


def mutated_bytes(data: bytes, chance: random.Random) -> bytes:
    """Bytes with a few changed, cut out, put in, or the end cut off."""
    found = bytearray(data)
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(found) + 1)
        match chance.randrange(5):
            case 0:
                del found[at:]
            case 1:
                del found[at : at + chance.randrange(20)]
            case 2:
                found[at:at] = chance.choice(WORDS).encode("utf-8", "surrogatepass")
            case 3:
                found[at:at] = chance.choice([b"\xff", b"\0", b"\r", b"\n", b"\xef\xbb\xbf", b'"', b"{", b"[", b","])
            case _:
                if at < len(found):
                    found[at] ^= 1 << chance.randrange(8)
    return bytes(found)


def of_text(seeds: list[str], read: Callable[[str], Any], chance: random.Random) -> tuple[Any, Callable[[], Any]]:
    """A target that reads text."""
    text = mutated(chance.choice(seeds), chance)
    return text, partial(read, text)


def question(text: str) -> None:
    """What becomes of a question before the network sees it; twice normalised is once normalised."""
    found = normalize_with_offsets(text)
    if len(found.offsets) != len(found.text) or normalize_question(found.text) != found.text:
        raise AssertionError("the normaliser is not done after one pass, or lost a place")
    screen(text)
    answer_form(text)


def anchors(text: str) -> None:
    """Numbers found, marked and put back."""
    normal = normalize_question(text)
    quantities = find_quantities(normal)
    if any(normal[q.start : q.end] == "" or not q.denominator for q in quantities):
        raise AssertionError("a quantity of nothing")
    encode_question(text)
    for quantity in quantities:
        evaluate_expression(quantity.expression)


def output(text: str) -> None:
    """What a network may write, over the quantities of a question."""
    quantities = find_quantities(normalize_question(PROBLEMS[0].question))
    evaluate_expression(resolve(decode_expression(text, quantities), quantities))


def row(chance: random.Random) -> tuple[Any, Callable[[], Any]]:
    """A row of a data set with values of any kind, given to every reader of rows."""
    problem = chance.choice(PROBLEMS)
    texts = [problem.question, problem.equation or "", problem.answer or "", "<<48/2=24>> #### 72", "3"]
    names = ["original_text", "equation", "ans", "id", "question", "answer", "golden", "grade", "Body", "Question"]
    names += ["Equation", "Answer", "Type", "ID", "题目", "答案", "年级", "text", "language"]
    others = [None, True, float("nan"), 1e308, -0.0, 10**50, 10**5000, [], {}, b"x", "\ud800", ""]
    found = {
        name: chance.choice(others) if chance.random() < 0.2 else mutated(chance.choice(texts), chance)
        for name in names
        if chance.random() < 0.8
    }
    readers = [*READERS, partial(problem_of, columns={})]
    return found, partial(chance.choice(readers), found)


READERS = [data_set.load_reader() for data_set in DATA_SETS.values()]


def of_file(folder: Path, suffix: str, seed: bytes, chance: random.Random) -> tuple[Any, Callable[[], Any]]:
    """A target that reads a file; its bad rows are errors of the project too, each with its place."""
    data = mutated_bytes(seed, chance)
    path = folder / f"fuzz{suffix}"
    path.write_bytes(data)

    def read() -> None:
        for line, found in numbered_problems(path):
            if isinstance(found, DataError) and (found.source != str(path) or found.line != line):
                raise AssertionError(f"an error without its place: {found}")

    return data, read


def seeds_of_files() -> dict[str, bytes]:
    """A small file of each kind that this installation can read."""
    rows = [asdict(problem) for problem in PROBLEMS[:6]]
    lines = [json.dumps(one, ensure_ascii=False) for one in rows]
    table = ["id,question,answer", *(f'{n},"{p.question}",{p.answer}' for n, p in enumerate(PROBLEMS[:6]))]
    found = {
        ".jsonl": "\n".join(lines).encode(),
        ".json": json.dumps(rows, ensure_ascii=False, indent=1).encode(),
        ".csv": "\r\n".join(table).encode("utf-8-sig"),
        ".tsv": "\n".join(table).replace(",", "\t").encode("gb18030"),
    }
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        return found
    buffer = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(rows), buffer)
    return {**found, ".parquet": buffer.getvalue()}


def targets(folder: Path) -> dict[str, Target]:
    """Every target by its name."""
    questions = [problem.question for problem in PROBLEMS]
    equations = [problem.equation for problem in PROBLEMS if problem.equation]
    answers = [problem.answer for problem in PROBLEMS if problem.answer] + [
        "约3.14米",
        "答：23只。",
        "$1,234",
        "11_2/3",
    ]
    outputs = ["<extra_id_0>*(1-<extra_id_1>)", "(4*<extra_id_0>-<extra_id_1>)/2"]
    return {
        "expression": partial(of_text, equations, evaluate_expression),
        "answer": partial(of_text, answers, read_answer),
        "question": partial(of_text, questions, question),
        "anchors": partial(of_text, questions, anchors),
        "output": partial(of_text, outputs, output),
        "row": row,
        **{suffix: partial(of_file, folder, suffix, seed) for suffix, seed in seeds_of_files().items()},
    }


def seconds_of(call: Callable[[], Any]) -> float:
    """Processor time, the best of three: the machine may be busy with other things."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        with suppress(Exception):
            call()
        best = min(best, time.process_time() - start)
    return best


def fuzz(target: Target, seconds: float, chance: random.Random) -> dict[str, Any]:
    """One target for a while."""
    counts: Counter[str] = Counter()
    crashes: list[dict[str, str]] = []
    slow: list[dict[str, Any]] = []
    slowest = 0.0
    for _ in range(50):  # late imports and caches are not what is measured
        seconds_of(target(chance)[1])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        given, call = target(chance)
        start = time.process_time()
        try:
            call()
            counts["value"] += 1
        except MWPError as error:
            counts[f"{type(error).__name__} {getattr(error, 'code', '')}".strip()] += 1
        except Exception:
            counts["crash"] += 1
            if len(crashes) < 20:
                crashes.append({"input": ascii(given)[:2000], "trace": traceback.format_exc(limit=-3)})
        took = time.process_time() - start
        if took > SECONDS:
            took = seconds_of(call)
            if took > SECONDS and len(slow) < 20:
                slow.append({"input": ascii(given)[:2000], "milliseconds": round(took * 1000)})
        slowest = max(slowest, took)
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {
        "inputs": sum(counts.values()),
        "ends": dict(counts.most_common()),
        "crashes": crashes,
        "slow": slow,
        "slowest_milliseconds": round(slowest * 1000, 1),
        "memory_growth_kilobytes": growth,
    }


def main() -> int:
    """Run the targets asked for; write and print what was counted."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=600, help="for each target")
    parser.add_argument("--target", action="append", help="only this one; repeat for more")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, help="JSON file for the counts")
    arguments = parser.parse_args()
    results: dict[str, Any] = {"seconds": arguments.seconds, "seed": arguments.seed}
    with tempfile.TemporaryDirectory() as folder:
        known = targets(Path(folder))
        if unknown := set(arguments.target or ()) - set(known):
            parser.error(f"no target {', '.join(unknown)}; there are {', '.join(known)}")
        for name in arguments.target or known:
            results[name] = fuzz(known[name], arguments.seconds, random.Random(f"{arguments.seed} {name}"))
            shown = {key: value for key, value in results[name].items() if key not in ("crashes", "slow")}
            print(name, json.dumps(shown), f"crashes {len(results[name]['crashes'])} slow {len(results[name]['slow'])}")
            for found in (results[name]["crashes"] + results[name]["slow"])[:5]:
                print("  ", found, flush=True)
    if arguments.output:
        arguments.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    found = [one for one in results.values() if isinstance(one, dict)]
    return int(any(one["crashes"] or one["slow"] or one["memory_growth_kilobytes"] > GROWTH for one in found))


if __name__ == "__main__":
    sys.exit(main())
