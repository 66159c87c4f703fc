"""Kill training and evaluation at random moments, fill their disk, stop them: what goes on must end as if nothing was.

    python evaluation/reliability/kill.py --times 20 [--seed 1] [--only training …] [--output FILE.json]

A small training run (preset ``test``) and an evaluation of generated problems are first done in one go. Then, for each:

- *killed*: started and ended by SIGKILL at a random moment of its processor time, so often, then run to its end;
- *stopped*: SIGINT (Ctrl-C) at a random moment, which must give exit code 130, then run to its end;
- *full disk*: run on a small disk (a tmpfs, for root alone) that is full, which must give exit code 2, no stack
  trace, and leave what was there; with room again, run to its end;
- *read-only*: an output directory that cannot be written gives exit code 2 and no stack trace.

Needs Linux. Each end must have the same predictions, losses and weights, bit for bit, as the run in one go.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwp_solver.corpus.generator import generate
from mwp_solver.corpus.templates import load_bank
from mwp_solver.corpus.writing import write_problems

STEPS, SAVE = 150, 50  # a logged loss is the mean of 50 steps: states are saved where one is
KILLED, STOPPED, USAGE = -signal.SIGKILL, 130, 2


@dataclass(frozen=True)
class Job:
    """A command that goes on when it is given again.

    Attributes:
        arguments: of mwp-solver, without ``--output``.
        result: what must be the same, from the output folder.
    """

    arguments: list[str]
    result: Callable[[Path], Any]

    def command(self, output: Path) -> list[str]:
        """To be run."""
        return [sys.executable, "-m", "mwp_solver", *self.arguments, "--output", str(output)]

    def run(self, output: Path) -> tuple[int, str]:
        """Run to the end; exit code and what it said on stderr."""
        done = subprocess.run(self.command(output), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        return done.returncode, done.stderr

    def end(self, output: Path, seconds: float, by: signal.Signals) -> int:
        """Run, send a signal after so many seconds of processor time, and give the exit code."""
        null = subprocess.DEVNULL
        with subprocess.Popen(self.command(output), stdout=null, stderr=null, start_new_session=True) as process:
            while process.poll() is None:
                if spent(process.pid) >= seconds:
                    os.killpg(process.pid, by)
                    break
                time.sleep(0.005)
            return process.wait()


def spent(process: int) -> float:
    """Seconds of processor time that a process took so far; how busy the machine is makes no difference to it."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def training_result(output: Path) -> Any:
    """Weights and moments by their digests, the loss logged last at each step, the accuracy of the best checkpoint."""
    losses = {}
    for line in (output / "metrics.jsonl").read_text("utf-8").splitlines():
        try:
            row = json.loads(line)
        except ValueError:  # a line cut short by the kill, and the next on its end
            continue
        losses |= {f"{row['step']} {k}": v for k, v in row.items() if k == "loss" or k.startswith("accuracy")}
    files = [*sorted((output / "state").glob("*.safetensors")), output / "best" / "model.safetensors"]
    return losses, {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def evaluation_result(output: Path) -> Any:
    """Predictions without the time they took, and errors."""
    rows = [json.loads(line) for line in (output / "predictions.jsonl").read_text("utf-8").splitlines()]
    for row in rows:
        row.pop("milliseconds")
    return rows, (output / "errors.jsonl").read_text("utf-8")


def jobs(folder: Path) -> dict[str, Job]:
    """The two jobs, on problems made here."""
    templates = [template for template in load_bank() if template.language == "en"]
    problems = list(generate(templates, seed=5, count=440))
    write_problems(folder / "train.jsonl", problems[:400])
    write_problems(folder / "held-out.jsonl", problems[400:420])
    write_problems(folder / "solve.jsonl", problems[:240])
    with (folder / "solve.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"question": "cut sh\n{"answer": 1}\n')
    train = ["train", "--data", str(folder / "train.jsonl"), "--validation", str(folder / "held-out.jsonl")]
    train += ["--preset", "test", "--steps", str(STEPS), "--save-every", str(SAVE), "--evaluate-every", str(SAVE)]
    train += ["--batch-size", "16", "--warmup", "5", "--precision", "fp32", "--threads", "1"]
    evaluate = ["evaluate", str(folder / "solve.jsonl"), "--batch-size", "8", "--threads", "1"]
    return {"training": Job(train, training_result), "evaluation": Job(evaluate, evaluation_result)}


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """A disk of 40 MB; ``None`` where none can be had."""
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(disk)], capture_output=True)
    try:
        yield None if mounted.returncode else disk
    finally:
        if not mounted.returncode:
            subprocess.run(["umount", "-l", str(disk)], check=True)
        disk.rmdir()


def refusal(ended: tuple[int, str]) -> dict[str, Any]:
    """What is to be seen of an end with an error."""
    code, said = ended
    clear = code == USAGE and not re.search("Traceback|Exception in thread", said) and "mwp-solver: " in said
    return {"right": clear, "exit": code, "said": said.strip().splitlines()[-1:] or ""}


def full_disk(job: Job, folder: Path, seconds: float, wanted: Any) -> dict[str, Any]:
    """Half a run, then no room, then room again."""
    with small_disk(folder) as disk:
        if disk is None:
            return {"skipped": "no tmpfs can be mounted here (root alone may)"}
        output, filler = disk / "run", disk / "filler"
        job.end(output, seconds * 0.7, signal.SIGINT)
        kept = {path: path.read_bytes() for path in (output / "state").glob("*")}
        for path in output.glob("*.jsonl"):  # whole lines of these; a line cut short may go
            data = path.read_bytes()
            kept[path] = data[: data.rfind(b"\n") + 1]
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(b"\0" * 4096):
                pass
        told = refusal(job.run(output))
        intact = bool(kept) and all(path.read_bytes().startswith(data) for path, data in kept.items())
        filler.unlink()
        code, _ = job.run(output)
        return {**told, "earlier results intact": intact, "same in the end": code == 0 and job.result(output) == wanted}


def read_only(job: Job, folder: Path) -> dict[str, Any]:
    """An output directory that cannot be written."""
    with small_disk(folder) as disk:
        target = disk or folder / "locked"
        if disk is None:
            target.mkdir()
            target.chmod(0o555)
            if os.access(target, os.W_OK):
                return {"skipped": "this user may write everywhere, and no tmpfs can be mounted"}
        else:
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        return refusal(job.run(target / "run"))


def torture(job: Job, folder: Path, times: int, chance: random.Random) -> dict[str, Any]:
    """Everything for one job."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code, said = job.run(folder / "whole")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if code:
        return {"right": False, "exit": code, "said": said[-500:]}
    wanted = job.result(folder / "whole")
    codes: list[int] = []
    whole = True
    while codes.count(KILLED) < times and len(codes) < 5 * times:
        codes.append(job.end(folder / "killed", chance.uniform(0, seconds), signal.SIGKILL))
        if codes[-1] == 0:  # it came to its end before; once more from the start
            whole &= job.result(folder / "killed") == wanted
            shutil.rmtree(folder / "killed")
    last, _ = job.run(folder / "killed")
    found: dict[str, Any] = {"seconds in one go": round(seconds, 1)}
    found["killed"] = {
        "times": codes.count(KILLED),
        "ended before": codes.count(0),
        "other exit codes": sorted(set(codes) - {KILLED, 0}),
        "same in the end": whole and last == 0 and job.result(folder / "killed") == wanted,
    }
    print(json.dumps(found), file=sys.stderr, flush=True)
    codes = [job.end(folder / "stopped", chance.uniform(0.6, 0.8) * seconds, signal.SIGINT)]
    last, _ = job.run(folder / "stopped")
    found["stopped"] = {
        "exit codes": codes,
        "right": codes == [STOPPED],
        "same in the end": last == 0 and job.result(folder / "stopped") == wanted,
    }
    print(json.dumps(found["stopped"]), file=sys.stderr, flush=True)
    found["full disk"] = full_disk(job, folder, seconds, wanted)
    found["read-only"] = read_only(job, folder)
    return found


def wrong(found: Any) -> bool:
    """Whether anything in the results is not as it must be."""
    if not isinstance(found, dict):
        return False
    faults = any(found.get(name, True) is False for name in ("right", "same in the end", "earlier results intact"))
    return faults or bool(found.get("other exit codes")) or any(map(wrong, found.values()))


def main() -> int:
    """Run, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("--times", type=int, default=20, help="how often each is killed")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument("--only", action="append", choices=["training", "evaluation"])
    parser.add_argument("--output", type=Path, help="JSON file for the results")
    arguments = parser.parse_args()
    # A shell's background job ignores Ctrl-C, and so would all that is started here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    results: dict[str, Any] = {"times": arguments.times, "seed": arguments.seed}
    with tempfile.TemporaryDirectory(prefix="mwp-kill-") as scratch:
        for name, job in jobs(Path(scratch)).items():
            if name in (arguments.only or ("training", "evaluation")):
                own = Path(scratch, name)
                own.mkdir()
                results[name] = torture(job, own, arguments.times, random.Random(f"{arguments.seed} {name}"))
                print(name, json.dumps(results[name], indent=1), flush=True)
    if arguments.output:
        arguments.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return int(wrong(results))


if __name__ == "__main__":
    sys.exit(main())
