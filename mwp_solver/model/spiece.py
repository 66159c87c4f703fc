"""Unigram models in sentencepiece's own format: the pieces they hold, read and written field by field.

sentencepiece's protobuf classes need the protobuf package, which nothing else here does. What is read and written is
little: https://protobuf.dev/programming-guides/encoding/ and sentencepiece_model.proto.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mwp_solver.model.tokenizer import EOS, PAD, UNK

# Kinds of pieces, and of models, as sentencepiece's protobuf numbers them.
NORMAL, UNKNOWN, CONTROL, USER_DEFINED = 1, 2, 3, 4
UNIGRAM = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a vocabulary.

    Attributes:
        text: with ``▁`` for a space.
        score: logarithm of its probability.
        kind: :data:`NORMAL` or another of these.
        rows: of the source's embedding; their mean is this piece's.
        added: whether the source had no such piece.
    """

    text: str
    score: float
    kind: int
    rows: tuple[int, ...]
    added: bool = False


def fields_of(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field of a well-formed message: varints as int, all else as bytes."""
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at, value, shift = at + 1, value | (byte & 0x7F) << shift, shift + 7
            if byte < 0x80:
                return value

    while at < len(message):
        number, wire = divmod(varint(), 8)
        if wire == 0:
            yield number, varint()
        else:
            size = varint() if wire == 2 else {1: 8, 5: 4}[wire]
            yield number, message[at : at + size]
            at += size


def field(number: int, value: int | float | bytes) -> bytes:
    """A field of a message, written."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    if isinstance(value, float):
        return _varint(number << 3 | 5) + struct.pack("<f", value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    digits = []
    while value > 0x7F:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*digits, value])


def write_sentencepiece(pieces: Sequence[Piece]) -> bytes:
    """A sentencepiece unigram model that neither rewrites a text nor puts a space before it."""
    entries = [
        field(1, field(1, piece.text.encode()) + field(2, piece.score) + field(3, piece.kind)) for piece in pieces
    ]
    ids = {40: 2, 41: -1, 42: 1, 43: 0}  # unk, bos, eos, pad
    names = {45: UNK, 47: EOS, 48: PAD}
    trainer = [field(3, UNIGRAM), field(4, len(pieces))]
    trainer += [field(number, index) for number, index in ids.items()]
    trainer += [field(number, name.encode()) for number, name in names.items()]
    normalizer = field(1, b"identity") + field(3, 0) + field(4, 1) + field(5, 1)
    return b"".join([*entries, field(2, b"".join(trainer)), field(3, normalizer)])
