#!/usr/bin/env bash
# The bundled model, from the public sets to data/model and its measured accuracy.
#
#   evaluation/recipes/default.sh WORK [PROCESSES]
#
# WORK holds everything made on the way and takes about 300 MB; a run that was stopped goes on. Each set is
# downloaded, or read from SOURCES/<name> where it lies already (see `mwp-solver data prepare --help`):
#   SOURCES=/data evaluation/recipes/default.sh work 2
# Two phases: 1. a plain start, in which attention to the question appears; 2. with dropout, drawn segmentations and
# hidden pieces, the rate falling to 0. The card (data/model/README.md) says how long each took.
set -euo pipefail
work=${1:?name a working directory} processes=${2:-1}
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}

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

data=()
for set in math23k ape210k mawps svamp; do data+=(--data "$work/$set/train.jsonl"); done
valid=(--validation "$work/math23k_valid/valid.jsonl" --validation "$work/ape210k_valid/valid.jsonl")
train() { torchrun --nproc-per-node "$processes" -m mwp_solver train "${data[@]}" "${valid[@]}" --bank-ratio 0.3 "$@"; }

train --output "$work/phase1" --preset small --steps 2000 --decay 0 --batch-size 128 --learning-rate 1e-3 --dropout 0
train --output "$work/phase2" --model "$work/phase1/last" --steps 4000 --decay 1 --warmup 50 --batch-size 64 \
  --learning-rate 8e-4 --weight-decay 0.1 --dropout 0.1 --subword-alpha 0.15 --hidden-pieces 0.05 --seed 1

mwp-solver export "$work/phase2/best" --to data/model --check "$work/math23k_valid/valid.jsonl"
python evaluation/measure.py --record "$work/math23k_valid/valid.jsonl" "$work/ape210k_valid/valid.jsonl" \
  "$work/mawps/valid.jsonl" "$work/svamp/valid.jsonl" >evaluation/results/default.json
