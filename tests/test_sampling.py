"""Segmentations drawn for training: the best one is the tokenizer's, others say the same text."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

pytest.importorskip("torch", reason="the checkpoint of these tests is made with torch")
pytest.importorskip("sentencepiece", reason="sentencepiece comes with the train extra")

from mwp_solver.model.encoding import encode_question
from mwp_solver.model.tokenizer import load_tokenizer
from mwp_solver.training.sampling import UNKNOWN, PieceSampler

TEXT = encode_question("Anna has 12 marbles and finds 30 more. How many marbles does she have?").text


def sampler(checkpoint: Path, alpha: float = 0.0, hidden: float = 0.0) -> PieceSampler:
    return PieceSampler((checkpoint / "spiece.model").read_bytes(), alpha, hidden)


def test_without_chance_it_is_the_tokenizer(checkpoint: Path) -> None:
    assert sampler(checkpoint).encode(TEXT, Random(0)) == load_tokenizer(checkpoint).encode(TEXT).ids


def test_drawn_pieces_spell_the_same_text(checkpoint: Path) -> None:
    tokenizer, drawn = load_tokenizer(checkpoint), sampler(checkpoint, alpha=0.1)
    best = tokenizer.encode(TEXT)
    seen = {tuple(drawn.encode(TEXT, Random(seed))) for seed in range(30)}
    assert len(seen) > 5
    for ids in seen:
        assert ids[-1] == 1
        spelled = "".join(tokenizer.id_to_token(i) for i in ids)
        assert spelled == "".join(best.tokens)


def test_the_same_chance_draws_the_same(checkpoint: Path) -> None:
    drawn = sampler(checkpoint, alpha=0.1, hidden=0.3)
    assert drawn.encode(TEXT, Random(4)) == drawn.encode(TEXT, Random(4))


def test_numbers_signs_and_anchors_are_never_hidden(checkpoint: Path) -> None:
    tokenizer = load_tokenizer(checkpoint)
    ids = sampler(checkpoint, hidden=0.999).encode(TEXT, Random(0))
    kept = [tokenizer.id_to_token(i) for i in ids if i != UNKNOWN]
    for token in ("<extra_id_0>", "1", "2", "<extra_id_1>", "3", "0", "?", "</s>"):
        assert token in kept
    assert UNKNOWN in ids
    assert not any(token.strip("\u2581").isalpha() for token in kept)
