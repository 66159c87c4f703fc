"""What a run starts from: a checkpoint to fine-tune, or a fresh network with a vocabulary of its data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from mwp_solver.model.checkpoint import (
    check_vocabulary,
    load_network,
    new_network,
    read_encoding,
    read_manifest,
    verify_files,
)
from mwp_solver.model.encoding import encode_question
from mwp_solver.model.tokenizer import load_tokenizer, save_tokenizer, train_sentencepiece
from mwp_solver.options import PRESETS, EncodingOptions, TrainingConfig
from mwp_solver.problem import Problem
from mwp_solver.resources import data_path
from mwp_solver.training.examples import make_examples
from mwp_solver.training.vocabulary import matching_sentencepiece

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import MT5ForConditionalGeneration


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """A network to train.

    Attributes:
        network: on the CPU, in float32.
        tokenizer: of it.
        pieces: the bytes of its sentencepiece model.
        encoding: how problems are written for it.
    """

    network: MT5ForConditionalGeneration
    tokenizer: Tokenizer
    pieces: bytes
    encoding: EncodingOptions


def fine_tuned(config: TrainingConfig) -> Start:
    """The checkpoint that ``config.model`` names.

    Raises:
        ModelError: if it is missing, damaged, or its parts do not belong together.
    """
    source = data_path("model") if config.model == "default" else Path(config.model or "")
    manifest = read_manifest(source)
    verify_files(source, manifest)
    encoding = read_encoding(manifest)
    tokenizer, network = load_tokenizer(source), load_network(source, dropout=config.dropout)
    check_vocabulary(network, tokenizer, source)
    return Start(network, tokenizer, matching_sentencepiece(source, tokenizer), encoding)


def from_scratch(
    config: TrainingConfig, problems: Callable[[], Sequence[Problem]], first: bool, wait: Callable[[], None]
) -> Start:
    """A network of random weights, and a vocabulary trained on the problems unless the run has one already.

    Args:
        config: the run.
        problems: gives all that the vocabulary is to know, if it has to be trained.
        first: whether this is the process that writes.
        wait: returns when all processes have called it.

    Raises:
        ModelError: if there is too little text for the preset's vocabulary.
    """
    size, encoding, kept = PRESETS[config.preset], config.encoding, Path(config.output) / "spiece.model"
    if first and not kept.exists():
        texts = problems()
        examples, _ = make_examples(texts, encoding)
        lines = chain.from_iterable((example.source(), example.target) for example in examples)
        # Questions without an equation are read too, when solved or when learnt from by their answers.
        others = (encode_question(problem.question, encoding).text for problem in texts if not problem.equation)
        kept.write_bytes(train_sentencepiece(chain(lines, others), size.vocab_size))
    wait()
    pieces = kept.read_bytes()
    tokenizer = save_tokenizer(pieces, kept.parent / "tokenizer")
    network = new_network(size, tokenizer.get_vocab_size(), dropout=config.dropout, seed=config.seed)
    return Start(network, tokenizer, pieces, encoding)
