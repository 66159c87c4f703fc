#!/usr/bin/env bash
# The prepared data of the recipe and the benchmarks (../reproduce.py): one folder for each set in WORK.
#
#   evaluation/recipes/data.sh WORK
#
# Each set is downloaded, or read from SOURCES/<name> where it lies already (see `mwp-solver data prepare --help`):
#   SOURCES=/data evaluation/recipes/data.sh work
# What is there is not made again.
set -euo pipefail
work=${1:?name a folder}

prepare() { # folder, set, source file, further arguments
  local folder=$1 set=$2 file=$3
  shift 3
  [ -d "$work/$folder" ] && return
  mwp-solver data prepare "$set" ${SOURCES:+--source "$SOURCES/$file"} --output "$work/$folder" "$@"
}
mkdir -p "$work"
prepare math23k_valid math23k math23k/math23k_valid.json
prepare ape210k_valid ape210k ape210k/valid.ape.json
held=(--held-out "$work/math23k_valid/valid.jsonl" --held-out "$work/ape210k_valid/valid.jsonl")
prepare math23k math23k math23k/math23k_train.json "${held[@]}"
prepare ape210k ape210k ape210k/train.ape.json "${held[@]}"
prepare mawps mawps mawps/mawps.json --valid 0.1 --seed 0
prepare svamp svamp svamp/train.json --valid 0.1 --seed 0
prepare gsm8k gsm8k gsm8k/train.jsonl --valid 0.1 --seed 0
# Of GSM8K the 2,500 shortest questions with at most four operations: longer ones are beyond a network of this size.
python - "$work/gsm8k" <<'PY'
import json, re, sys
from pathlib import Path

folder = Path(sys.argv[1])
rows = [json.loads(line) for line in (folder / "train.jsonl").open(encoding="utf-8")]
rows = [row for row in rows if row.get("equation") and len(re.findall(r"[-+*/]", row["equation"])) <= 4]
rows.sort(key=lambda row: len(row["question"]))
lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows[:2500])
(folder / "short.jsonl").write_text("".join(lines), encoding="utf-8")
PY
