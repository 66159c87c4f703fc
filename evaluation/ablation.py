"""Every training option against its absence on one budget: one table of accuracy, speed and memory.

    python evaluation/ablation.py --data FILE… --validation FILE… --work DIR [--steps 1500] [--seeds 0 1]
        [--only base bank …] [--preset small] [--start NAME=CHECKPOINT]… [--more NAME=FILE]… [--list]

Each option is a run of `mwp-solver train` with the base's settings and its own flags, the same steps and seeds;
accuracy is that of the last step (nothing is chosen by it), greedy, on the validation files and on fresh instances of
the held-out templates. Each --start adds one from a checkpoint (of `mwp-solver init --from google/mt5-small …`, or of
evaluation/recipes/pretrained_start.py, which also makes other vocabularies and shapes), each --more one with a further
file of problems (of evaluation/recipes/teacher_answers.py). "mean of the last 4" keeps the
last 4 of 12 checkpoints and measures their mean, made by `mwp-solver average`. Runs that are finished are not repeated,
one that was stopped goes on. The table is written after each run to evaluation/results/ablation.json and ablation.md
(or --results DIR).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from mwp_solver import __version__
from mwp_solver.corpus.files import read_problems
from mwp_solver.corpus.generator import generate
from mwp_solver.corpus.templates import is_held_out, load_bank
from mwp_solver.corpus.writing import write_problems
from mwp_solver.model.checkpoint import load_network, read_encoding, read_manifest
from mwp_solver.model.tokenizer import load_tokenizer
from mwp_solver.scoring.signature import file_part
from mwp_solver.training.data import validation_sets
from mwp_solver.training.evaluation import value_verdicts
from mwp_solver.training.report import count_families

BASE = ["--batch-size", "64", "--learning-rate", "1e-3", "--warmup", "100", "--dropout", "0.05", "--decay", "0.8"]
# name -> what is changed against the base (perturbation 0.5, anchored numbers, Muon, plain teacher forcing, no bank)
OPTIONS: dict[str, list[str]] = {
    "base": [],
    "bank": ["--bank-ratio", "0.3"],
    "bank, half of all": ["--bank-ratio", "0.5"],
    "no perturbation": ["--perturbation", "0"],
    "literal numbers": ["--number-encoding", "literal"],
    "no Chinese numerals": ["--no-chinese-numerals"],
    "equation variants": ["--equation-variants", "0.5"],
    "normalized equations": ["--normalize-equations"],
    "subword sampling": ["--subword-alpha", "0.15"],
    "hidden pieces": ["--hidden-pieces", "0.05"],
    "TeaForN 2": ["--teaforn-passes", "2"],
    "TeaForN 3": ["--teaforn-passes", "3"],
    "TeaForN 2, top 5": ["--teaforn-passes", "2", "--teaforn-top-k", "5"],
    "TeaForN 2, stopped": ["--teaforn-passes", "2", "--no-teaforn-gradients"],
    "label smoothing": ["--label-smoothing", "0.1"],
    "focal": ["--focal", "1"],
    "family weight": ["--family-weight", "0.5"],
    "logit adjustment": ["--logit-adjustment", "0.5"],
    "EMA": ["--ema", "0.995"],
    "mean of the last 4": ["--keep-last", "4"],
    "AdamW": ["--optimizer", "adamw"],
    "dropout 0": ["--dropout", "0"],
    "dropout 0.15": ["--dropout", "0.15"],
}
ABOUT_FAMILIES = ("label smoothing", "focal", "family weight", "logit adjustment")
INSTANCES = 3
"""of each held-out template"""
KEPT = 12
"""checkpoints, evenly spaced, of a run whose last are averaged: they stand in the last third"""
SMALL_FAMILY = 10
"""families with fewer problems do not enter the mean over families"""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", default=[], help="problem files to train on")
    parser.add_argument("--validation", nargs="+", default=[], help="held-out problem files")
    parser.add_argument("--work", type=Path, help="folder of the runs")
    parser.add_argument("--results", type=Path, default=Path(__file__).parent / "results")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--preset", default="small")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", nargs="+", metavar="OPTION", help="base always runs")
    parser.add_argument("--start", action="append", default=[], metavar="NAME=CHECKPOINT", help="one more option")
    parser.add_argument("--more", action="append", default=[], metavar="NAME=FILE", help="likewise, more to train on")
    parser.add_argument("--list", action="store_true", help="print the options and stop")
    given = parser.parse_args()
    added = [("--model", start) for start in given.start] + [("--data", more) for more in given.more]
    for flag, text in added:
        name, _, path = text.partition("=")
        if not name or not path or name in OPTIONS:
            parser.error(f"--start, --more: {text}: write NAME=PATH, with a name that is not an option's")
        OPTIONS[name] = [flag, path]
    if unknown := set(given.only or ()) - set(OPTIONS):
        parser.error(f"--only: no option is called {', '.join(sorted(unknown))}; see --list")
    if not given.list and not (given.data and given.validation and given.work):
        parser.error("--data, --validation and --work are needed")
    return given


def held_out(file: Path) -> Path:
    """Fresh instances of the templates that no training draws from."""
    if not file.exists():
        templates = [template for template in load_bank() if is_held_out(template)]
        write_problems(file, generate(templates, seed=99, count=INSTANCES * len(templates)))
    return file


def run(given: argparse.Namespace, name: str, seed: int, validation: list[str]) -> dict[str, Any]:
    """Train one option with one seed, or read what was measured."""
    output = given.work / f"{name.replace(' ', '-').replace(',', '')}-{given.steps}-seed{seed}"
    file = output / "result.json"
    if file.exists():
        return dict(json.loads(file.read_text(encoding="utf-8")))
    every = max(1, given.steps // KEPT) if "--keep-last" in OPTIONS[name] else given.steps
    command = [sys.executable, "-m", "mwp_solver", "train", "--output", str(output), "--preset", given.preset]
    command += [word for path in given.data for word in ("--data", path)]
    # Where a mean of checkpoints is measured, measuring each of them would only take time.
    command += [word for path in validation if every == given.steps for word in ("--validation", path)]
    command += ["--steps", str(given.steps), "--evaluate-every", str(every), "--threads", str(given.threads)]
    command += ["--seed", str(seed), *BASE, *OPTIONS[name]]
    print("$", *command[1:], file=sys.stderr, flush=True)
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{name}: the run failed (status {status}); give the command again to go on")
    lines = [json.loads(line) for line in (output / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    if every == given.steps:
        scored = [line for line in lines if any(key.startswith("accuracy/") for key in line)][-1]
        families = json.loads((output / "families.json").read_text(encoding="utf-8"))["best"]
    else:
        scored, families = measure_mean(output, validation, given.threads)
    result = {
        "accuracy": {
            key.removeprefix("accuracy/"): value for key, value in scored.items() if key.startswith("accuracy/")
        },
        "over_families": {key: over_families(counts) for key, counts in families.items()},
        "families": {
            key: {family: f"{right}/{total}" for family, (right, total) in counts.items()}
            for key, counts in families.items()
        },
        "problems_per_second": [line for line in lines if "problems_per_second" in line][-1]["problems_per_second"],
        "megabytes": round(usage.ru_maxrss / 1000),
        **({"gpu_megabytes": lines[-1]["gpu_megabytes"]} if "gpu_megabytes" in lines[-1] else {}),
    }
    file.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return result


def measure_mean(
    run: Path, validation: list[str], threads: int
) -> tuple[dict[str, float], dict[str, dict[str, list[int]]]]:
    """Accuracies and families, as training reports them, of the mean of the checkpoints that a run kept."""
    import torch

    torch.set_num_threads(threads)
    mean_of, kept = run / "mean", sorted(map(str, run.glob("step-*[0-9]")))
    if not mean_of.exists():
        command = [sys.executable, "-m", "mwp_solver", "average", *kept, "--output", str(mean_of)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    network, tokenizer = load_network(mean_of), load_tokenizer(mean_of)
    encoding, scores, families = read_encoding(read_manifest(mean_of)), {}, {}
    for name, problems in validation_sets(validation):
        right = value_verdicts(network, tokenizer, problems, encoding)
        scores[f"accuracy/{name}"] = round(sum(right) / len(right), 4)
        families[name] = count_families(problems, right)
    return scores, families


def over_families(counts: dict[str, list[int]]) -> float | None:
    """Mean of the families' accuracies: rare ones count as much as others."""
    shares = [right / total for right, total in counts.values() if total >= SMALL_FAMILY]
    return round(sum(shares) / len(shares), 4) if shares else None


def mean(values: list[Any]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def table(results: dict[str, dict[str, dict[str, Any]]], given: argparse.Namespace, sizes: dict[str, int]) -> str:
    """Markdown: mean over seeds, and the difference from the base in points."""
    names = list(sizes)
    base = results["base"].values()
    lines = [
        "# Training options",
        "",
        f"{given.steps:,} steps, preset {given.preset}, seeds {', '.join(map(str, given.seeds))}; greedy value "
        "accuracy at the last step, and its difference from base in points. One standard error of one run at 50%: "
        + ", ".join(f"{name} ({size:,}) {50 / size**0.5:.1f}" for name, size in sizes.items())
        + f'. "Families" is the mean over families of {SMALL_FAMILY} problems or more of {names[0]}.',
        "",
        f"| option | {' | '.join(names)} | families | problems/s | memory |",
        "|---" * (len(names) + 4) + "|",
    ]
    for option, seeds in results.items():
        runs = list(seeds.values())
        cells = []
        for pick in [lambda r, n=n: r["accuracy"][n] for n in names] + [lambda r: r["over_families"][names[0]]]:  # type: ignore[misc]
            value, plain = mean([pick(r) for r in runs]), mean([pick(r) for r in base])
            cells.append("" if value is None or plain is None else f"{value:.1%} ({(value - plain) * 100:+.1f})")
        speed, memory = (mean([r[key] for r in runs]) for key in ("problems_per_second", "megabytes"))
        lines.append(f"| {option} | {' | '.join(cells)} | {speed:.0f} | {memory:.0f} MB |")
    return "\n".join([*lines, *family_table(results, names)]) + "\n"


def family_table(results: dict[str, dict[str, dict[str, Any]]], names: list[str]) -> list[str]:
    """Markdown: every family before (base) and after, for the options that are about families and rare tokens."""
    shown = ["base", *(option for option in ABOUT_FAMILIES if option in results)]
    lines: list[str] = []
    for name in names if len(shown) > 1 else []:
        sums: dict[str, dict[str, list[int]]] = {}
        for option in shown:
            for run in results[option].values():
                for family, share in run["families"][name].items():
                    counts = sums.setdefault(family, {}).setdefault(option, [0, 0])
                    for index, part in enumerate(share.split("/")):
                        counts[index] += int(part)
        lines += ["", f"## Families of {name}", "", f"| family | problems | {' | '.join(shown)} |"]
        lines.append("|---" * (len(shown) + 2) + "|")
        for family, found in sums.items():
            problems = found["base"][1] // len(results["base"])
            if problems >= SMALL_FAMILY:
                cells = (f"{found[option][0] / found[option][1]:.1%}" if option in found else "" for option in shown)
                lines.append(f"| {family.replace('*', chr(92) + '*')} | {problems} | {' | '.join(cells)} |")
    return lines


def main() -> None:
    given = arguments()
    if given.list:
        for name, flags in OPTIONS.items():
            print(f"{name}: {' '.join(flags)}")
        return
    given.work.mkdir(parents=True, exist_ok=True)
    given.results.mkdir(parents=True, exist_ok=True)
    validation = [*given.validation, str(held_out(given.work / "held_out_templates.jsonl"))]
    results: dict[str, dict[str, dict[str, Any]]] = {}
    for seed in given.seeds:
        for option in OPTIONS:
            if given.only and option not in ("base", *given.only):
                continue
            result = run(given, option, seed, validation)
            results.setdefault(option, {})[str(seed)] = result
            counts = {
                name: sum(int(share.split("/")[1]) for share in rows.values())
                for name, rows in result["families"].items()
            }
            record = {
                "version": __version__,
                "machine": f"{platform.machine()}, {os.cpu_count()} cores",
                "settings": {"steps": given.steps, "preset": given.preset, "seeds": given.seeds, "base": BASE},
                "training": {Path(path).parent.name: sum(1 for _ in read_problems(path)) for path in given.data},
                "data": [file_part(Path(path)) for path in (*given.data, *validation)],
                # Where a start lies on this machine is nobody's business.
                "flags": {name: [Path(word).name for word in OPTIONS[name]] for name in results},
                "results": results,
            }
            text = json.dumps(record, ensure_ascii=False, indent=1)
            (given.results / "ablation.json").write_text(text + "\n", encoding="utf-8")
            (given.results / "ablation.md").write_text(table(results, given, counts), encoding="utf-8")


if __name__ == "__main__":
    main()
