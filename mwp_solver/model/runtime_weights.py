"""A network's weights out of its run-time export, for a checkpoint that ships nothing else to train on.

The export is CTranslate2's file of binary version 6 (its ctranslate2/specs/model_spec.py writes it, and names the
variables as its converters/transformers.py fills them in): int8 rows, each with the factor that it was multiplied by.
What comes back differs from the network exported by the rounding to 255 steps a row.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mwp_solver.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_VERSION = 6
# CTranslate2's numbers of the types that an export may hold, as numpy names them.
_TYPES = {0: "<f4", 1: "i1", 2: "<i2", 3: "<i4", 4: "<f2"}
_MAX_RANK = 4


def network_weights(path: Path, layers: int, decoder_layers: int) -> dict[str, Floats]:
    """The weights of a network of the mT5 architecture by transformers' names, tied ones under each of theirs.

    Args:
        path: ``model.bin`` of an export to int8, float16 or float32.
        layers: of the encoder.
        decoder_layers: of the decoder.

    Raises:
        ModelError: if the file cannot be read, is damaged or holds another kind of network.
    """
    try:
        stored = _read(path.read_bytes())
        return dict(_Names(stored, layers, decoder_layers).all())
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror or error}") from error
    except KeyError as error:
        raise ModelError(f"{path} has no {error.args[0]}: it is no export of a network of this shape") from error
    except (struct.error, ValueError, TypeError, IndexError, MemoryError) as error:
        raise ModelError(f"{path} is damaged, or an export that this version cannot read: {error}") from error


def _read(data: bytes) -> dict[str, Any]:
    """All variables by name, an alias as what it stands for; raises struct.error or ValueError where it is damaged."""
    import numpy as np

    place = 0

    def number(form: str) -> int:
        nonlocal place
        (value,) = struct.unpack_from("<" + form, data, place)
        place += struct.calcsize(form)
        return int(value)

    def taken(size: int) -> bytes:
        nonlocal place
        if size > len(data) - place:
            raise ValueError("it is cut off")
        place += size
        return data[place - size : place]

    def text() -> str:
        return taken(number("H")).rstrip(b"\0").decode()

    if (version := number("I")) != _VERSION:
        raise ValueError(f"binary version {version}, not {_VERSION}")
    text()
    number("I")
    stored: dict[str, Any] = {}
    for _ in range(number("I")):
        name, rank = text(), number("B")
        if rank > _MAX_RANK:
            raise ValueError(f"{name} has {rank} dimensions")
        shape = [number("I") for _ in range(rank)]
        kind = number("B")
        if kind not in _TYPES:
            raise ValueError(f"{name} is of a type that is not read here")
        stored[name] = np.frombuffer(taken(number("I")), _TYPES[kind]).reshape(shape)
    for _ in range(number("I")):
        alias, name = text(), text()
        stored[alias] = stored[name]
        if f"{name}_scale" in stored:  # not written down: it follows from the weight's
            stored[f"{alias}_scale"] = stored[f"{name}_scale"]
    return stored


class _Names:
    """Finds in the export what transformers calls otherwise."""

    def __init__(self, stored: dict[str, Any], layers: int, decoder_layers: int) -> None:
        self.stored = stored
        self.stacks = {"encoder": layers, "decoder": decoder_layers}

    def matrix(self, name: str) -> Floats:
        """A weight in float32, divided by its rows' factors where it was rounded to whole numbers."""
        import numpy as np

        weight = self.stored[f"{name}/weight"]
        if weight.dtype.kind == "f":
            return np.asarray(weight, np.float32)
        factors = np.reshape(self.stored[f"{name}/weight_scale"], (-1, 1))
        return np.divide(weight, factors, dtype=np.float32)

    def all(self) -> Any:
        """Pairs of a name and its tensor."""
        yield "shared.weight", self.matrix("encoder/embeddings_0")
        yield "lm_head.weight", self.matrix("decoder/projection")
        for stack, layers in self.stacks.items():
            embeddings = "encoder/embeddings_0" if stack == "encoder" else "decoder/embeddings"
            yield f"{stack}.embed_tokens.weight", self.matrix(embeddings)
            yield f"{stack}.final_layer_norm.weight", self.norm(f"{stack}/layer_norm")
            for layer in range(layers):
                yield from self.layer(f"{stack}/layer_{layer}", f"{stack}.block.{layer}.layer", stack == "decoder")
            bias = self.stored[f"{stack}/layer_0/self_attention/relative_attention_bias"]
            yield f"{stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight", bias

    def layer(self, here: str, there: str, decodes: bool) -> Any:
        import numpy as np

        linear = f"{here}/self_attention/linear"
        yield from self.attention(np.split(self.matrix(f"{linear}_0"), 3), f"{linear}_1", f"{there}.0.SelfAttention")
        yield f"{there}.0.layer_norm.weight", self.norm(f"{here}/self_attention/layer_norm")
        if decodes:
            linear = f"{here}/attention/linear"
            parts = [self.matrix(f"{linear}_0"), *np.split(self.matrix(f"{linear}_1"), 2)]
            yield from self.attention(parts, f"{linear}_2", f"{there}.1.EncDecAttention")
            yield f"{there}.1.layer_norm.weight", self.norm(f"{here}/attention/layer_norm")
        last = f"{there}.{2 if decodes else 1}"
        for ours, theirs in (("linear_0", "wi_0"), ("linear_0_noact", "wi_1"), ("linear_1", "wo")):
            yield f"{last}.DenseReluDense.{theirs}.weight", self.matrix(f"{here}/ffn/{ours}")
        yield f"{last}.layer_norm.weight", self.norm(f"{here}/ffn/layer_norm")

    def attention(self, parts: list[Floats], output: str, there: str) -> Any:
        for name, part in zip("qkv", parts, strict=True):
            yield f"{there}.{name}.weight", part
        yield f"{there}.o.weight", self.matrix(output)

    def norm(self, name: str) -> Floats:
        gamma: Floats = self.stored[f"{name}/gamma"]
        return gamma
