#!/usr/bin/env bash
# The bundled model, from the public sets to data/model and its measured accuracy.
#
#   evaluation/recipes/default.sh WORK [PROCESSES]
#
# WORK holds everything made on the way and takes about 300 MB; a run that was stopped goes on. Each set is
# downloaded, or read from SOURCES/<name> where it lies already (see `mwp-solver data prepare --help`):
#   SOURCES=/data evaluation/recipes/default.sh work 2
# Five phases: 1. a plain start, in which attention to the question appears; 2. with dropout, drawn segmentations and
# hidden pieces, the rate falling to 0; 3. once more without dropout and with more of the bank; 4. shortly, with extra
# instances of the classic families, which a pupil asks first and the public sets hardly show; 5. shortly, with
# 鸡兔同笼 itself, whose plainest template the first four phases held out. The card (data/model/README.md) says how long each took.
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
train() { torchrun --nproc-per-node "$processes" -m mwp_solver train "${data[@]}" "${valid[@]}" "$@"; }

train --output "$work/phase1" --preset small --steps 2000 --decay 0 --batch-size 128 --learning-rate 1e-3 --dropout 0 \
  --bank-ratio 0.3
train --output "$work/phase2" --model "$work/phase1/last" --steps 4000 --decay 1 --warmup 50 --batch-size 64 \
  --learning-rate 8e-4 --weight-decay 0.1 --dropout 0.1 --subword-alpha 0.15 --hidden-pieces 0.05 --bank-ratio 0.3 --seed 1
train --output "$work/phase3" --model "$work/phase2/last" --steps 1500 --decay 1 --warmup 30 --batch-size 64 \
  --learning-rate 6e-4 --weight-decay 0.1 --dropout 0 --subword-alpha 0.15 --hidden-pieces 0.03 --bank-ratio 0.45 --seed 2

for family in 鸡兔同笼:4000 植树:900 年龄:1000 盈亏:900 和差倍:1500 追及:900 相遇:900 锯木:500 加减故事:1400; do
  mwp-solver generate --training --family "${family%:*}" --language zh --count "${family#*:}" --seed 777 --with-answers
done >"$work/classics.jsonl"
train --data "$work/classics.jsonl" --output "$work/phase4" --model "$work/phase3/last" --steps 450 --decay 1 --warmup 20 \
  --batch-size 64 --learning-rate 5e-4 --weight-decay 0.1 --dropout 0 --subword-alpha 0.15 --bank-ratio 0.25 --seed 3

mwp-solver generate --training --family 鸡兔同笼 --language zh --count 2700 --seed 1 --with-answers >"$work/cages.jsonl"
train --data "$work/cages.jsonl" --output "$work/phase5" --model "$work/phase4/last" --steps 110 --decay 1 --warmup 10 \
  --batch-size 64 --learning-rate 4e-4 --weight-decay 0.1 --dropout 0 --subword-alpha 0.15 --seed 4

mwp-solver export "$work/phase5/best" --to data/model --check "$work/math23k_valid/valid.jsonl"
python evaluation/measure.py --record "$work/math23k_valid/valid.jsonl" "$work/ape210k_valid/valid.jsonl" \
  "$work/mawps/valid.jsonl" "$work/svamp/valid.jsonl" >evaluation/results/default.json
