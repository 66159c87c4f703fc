"""Which pieces of a pretrained vocabulary given texts need (the rules stand in :mod:`mwp_solver.model.trim`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mwp_solver.anchoring import MAX_ANCHORS
from mwp_solver.errors import ModelError
from mwp_solver.model.spiece import (
    CONTROL,
    NORMAL,
    UNIGRAM,
    UNKNOWN,
    USER_DEFINED,
    Piece,
    fields_of,
    write_sentencepiece,
)
from mwp_solver.model.tokenizer import _SIGNS, _SPACE, EOS, PAD, UNK, build_tokenizer, load_tokenizer

_PADDING = 512
"""so many rows without a piece are no mere rounding up (mT5 has 12, T5 28)"""
_SENTINEL = re.compile(rf"{_SPACE}?<extra_id_([0-9]+)>")
_REQUIRED = {chr(code) for code in range(33, 127)} | {_SPACE}


def read_sentencepiece(directory: Path) -> Any:
    """The source's pieces, as sentencepiece reads them.

    Raises:
        ModelError: if there is no unigram model with the special pieces of a T5.
    """
    import sentencepiece

    path = directory / "spiece.model"
    try:
        model = path.read_bytes()
        processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    except (OSError, RuntimeError) as error:
        raise ModelError(f"{path} cannot be read as a sentencepiece model: {error}") from error
    specification = dict(fields_of(model)).get(2, b"")
    assert isinstance(specification, bytes)
    if dict(fields_of(specification)).get(3, UNIGRAM) != UNIGRAM:
        raise ModelError(f"{path} is no unigram model; T5 and mT5 have one, and no other kind can be trimmed")
    if min(processor.pad_id(), processor.eos_id(), processor.unk_id()) < 0:
        raise ModelError(f"{path} lacks {PAD}, {EOS} or {UNK}; it is not the vocabulary of a T5")
    return processor


def sentinel_rows(directory: Path, processor: Any, rows: int) -> list[int]:
    """Where the source keeps ``<extra_id_0>`` and those after it, as many as we use.

    Args:
        directory: of the source.
        processor: from :func:`read_sentencepiece`.
        rows: of its embedding.

    Raises:
        ModelError: if there are too few, or the embedding is of another vocabulary.
    """
    size = processor.get_piece_size()
    matches = [(_SENTINEL.fullmatch(processor.id_to_piece(index)), index) for index in range(size)]
    found = {int(match[1]): index for match, index in matches if match}  # mT5
    if not found and (directory / "tokenizer.json").is_file():
        tokenizer = load_tokenizer(directory)
        ids = {index: tokenizer.token_to_id(f"<extra_id_{index}>") for index in range(MAX_ANCHORS)}
        found = {index: token for index, token in ids.items() if token is not None}
    if not found:  # T5: counted down from the end
        found = {index: size + 99 - index for index in range(100)}
    if size > rows or rows - max(size, *found.values()) > _PADDING:
        raise ModelError(
            f"{directory}: spiece.model has {size} pieces, the embedding {rows} rows; they do not belong together. "
            "Fetch both from the same place"
        )
    if any(found.get(index, rows) >= rows for index in range(MAX_ANCHORS)):
        raise ModelError(
            f"{directory} lacks sentinels: {MAX_ANCHORS} (<extra_id_0> and on) are needed. Start from a checkpoint "
            "that kept those of its pretraining, such as google/mt5-small"
        )
    return [found[index] for index in range(MAX_ANCHORS)]


def choose_pieces(processor: Any, texts: Sequence[str]) -> list[Piece]:
    """Special pieces, required ones and those that the texts are written with, in the source's order."""
    size, pieces = processor.get_piece_size(), []
    special = [
        (PAD, processor.pad_id(), CONTROL),
        (EOS, processor.eos_id(), CONTROL),
        (UNK, processor.unk_id(), UNKNOWN),
    ]
    pieces = [Piece(text, 0.0, kind, (index,)) for text, index, kind in special]
    taken = {index for _, index, _ in special}
    others = [index for index in range(size) if processor.is_control(index) and index not in taken]
    pieces += [Piece(processor.id_to_piece(index), 0.0, CONTROL, (index,)) for index in others]
    first = len(pieces)
    for index in range(size):
        kinds = (processor.is_control, processor.is_unknown, processor.is_unused, processor.is_byte)
        text = processor.id_to_piece(index)
        joined = len(text) > 1 and not set(_SIGNS).isdisjoint(text)
        if not joined and not any(kind(index) for kind in kinds) and not _SENTINEL.fullmatch(text):
            pieces.append(_text_piece(text, processor.get_score(index), (index,)))
    lowest = min((piece.score for piece in pieces[first:]), default=0.0)
    characters = {_SPACE if character == " " else character for text in texts for character in text}
    for character in sorted((characters | _REQUIRED) - {piece.text for piece in pieces}):
        written = [index for index in processor.encode(character) if processor.id_to_piece(index) != _SPACE]
        pieces.append(_text_piece(character, lowest, tuple(written) or (processor.unk_id(),), added=True))
    tokenizer = build_tokenizer(write_sentencepiece(pieces))
    used: set[int] = set()
    for start in range(0, len(texts), 1000):
        for encoding in tokenizer.encode_batch(list(texts[start : start + 1000])):
            used.update(encoding.ids)
    return [p for index, p in enumerate(pieces) if index < first or index in used or p.text in _REQUIRED]


def _text_piece(text: str, score: float, rows: tuple[int, ...], added: bool = False) -> Piece:
    # As in a vocabulary of our own, sentencepiece too must always keep a sign apart.
    return (
        Piece(text, 0.0, USER_DEFINED, rows, added) if text in set(_SIGNS) else Piece(text, score, NORMAL, rows, added)
    )
