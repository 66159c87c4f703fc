"""Ids of texts, each text cut into pieces once; those of a run's own examples also kept on disk."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mwp_solver.training.examples import MAX_SOURCE, MAX_TARGET

if TYPE_CHECKING:
    import numpy
    from tokenizers import Tokenizer


class TokenCache:
    """A tokenizer with a memory for the texts that come again every epoch, and after every resume.

    Args:
        tokenizer: of the network.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.known: dict[str, numpy.ndarray] = {}

    def learn(self, texts: Iterable[str], file: Path, *, write: bool = True) -> None:
        """Keep the ids of texts, from ``file`` if it holds those of the very same texts and tokenizer.

        Args:
            texts: sources and targets.
            file: in safetensors; made if it is not there or of something else.
            write: whether to make it (one process of several does).
        """
        import numpy
        from safetensors import SafetensorError, safe_open
        from safetensors.numpy import save_file

        texts = list(dict.fromkeys(texts))
        key = hashlib.sha256("\0".join([self.tokenizer.to_str(), *texts]).encode()).hexdigest()
        try:
            with safe_open(file, "numpy") as kept:
                if (kept.metadata() or {}).get("key") == key:
                    ids, ends = kept.get_tensor("ids"), kept.get_tensor("ends")
                    self.known = dict(zip(texts, numpy.split(ids, ends[:-1]), strict=True))
                    return
        except (OSError, SafetensorError):
            pass  # not there, or cut short: made anew
        rows = [numpy.array(row, dtype=numpy.int32) for row in self._cut(texts)]
        self.known = dict(zip(texts, rows, strict=True))
        if write and rows:
            scratch = file.with_suffix(".new")
            ends = numpy.cumsum([len(row) for row in rows])
            save_file({"ids": numpy.concatenate(rows), "ends": ends}, scratch, metadata={"key": key})
            os.replace(scratch, file)

    def pairs(self, sources: Sequence[str], targets: Sequence[str]) -> list[tuple[list[int], list[int]]]:
        """Ids of sources (cut at the front) and targets, each ending in the end mark."""
        found = self.ids([*sources, *targets])
        heads, tails = found[: len(sources)], found[len(sources) :]
        return [(source[-MAX_SOURCE:], target[:MAX_TARGET]) for source, target in zip(heads, tails, strict=True)]

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of texts, uncut, each ending in the end mark."""
        new = [text for text in texts if text not in self.known]
        fresh = dict(zip(new, self._cut(new), strict=True)) if new else {}
        return [fresh[text] if text in fresh else self.known[text].tolist() for text in texts]

    def _cut(self, texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
