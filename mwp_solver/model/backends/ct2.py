"""The run-time backend: CTranslate2 on an int8 export; no torch."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mwp_solver.errors import MissingExtraError, ModelError
from mwp_solver.model.backends.base import MAX_SOURCE, Hypothesis, pool_samples, sampling_seed
from mwp_solver.model.backends.forked import PerProcess
from mwp_solver.model.checkpoint import RUNTIME
from mwp_solver.model.tokenizer import decode_ids, load_tokenizer
from mwp_solver.options import DecodingOptions

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_MAX_VOCABULARY = 100_000_000

# CTranslate2 has one seed for the whole process; a fork may come while another thread holds the lock.
_SEEDING = PerProcess(threading.Lock)


class CT2Backend:
    """A CTranslate2 translator and its tokenizer.

    Args:
        directory: checkpoint with a ``runtime`` folder (see :mod:`mwp_solver.export`).
        device: ``cpu``, ``cuda`` or ``auto``.
        threads: on the CPU; 0 takes as many as there are cores.

    Raises:
        ModelError: if the export is missing or cannot be read.
    """

    def __init__(self, directory: Path, device: str = "auto", threads: int = 0) -> None:
        try:
            import ctranslate2
        except ImportError as error:
            raise MissingExtraError("the ctranslate2 backend (pip install ctranslate2)", "all") from error
        if not (directory / RUNTIME / "model.bin").is_file():
            raise ModelError(f"{directory} has no run-time export; make one with: mwp-solver export {directory}")
        self.tokenizer = load_tokenizer(directory)
        if device == "auto":
            device = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
        _check_vocabulary(directory, self.tokenizer)
        self._runtime, self._device, self._process = str(directory / RUNTIME), device, os.getpid()
        self.translator = PerProcess(partial(self._load, threads))

    def _load(self, threads: int) -> Any:
        import ctranslate2

        try:
            return ctranslate2.Translator(
                self._runtime,
                device=self._device,
                # As exported: int8 stays int8, a float32 export stays exact.
                compute_type="default",
                # So small a network gains more from batches side by side than from threads within one.
                intra_threads=1,
                # Threads do not survive a fork; forked workers are several anyway.
                inter_threads=self._workers(threads),
            )
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{self._runtime}: the run-time export cannot be loaded: {error}") from error

    def _workers(self, threads: int) -> int:
        if self._device != "cpu" or os.getpid() != self._process:
            return 1
        return threads or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        """See :class:`mwp_solver.model.backends.base.Backend`.

        Raises:
            ModelError: for the method ``teaforn``, which this backend does not have.
        """
        if options.method == "teaforn":
            raise ModelError(
                "the method teaforn runs decoder passes that a run-time export does not have; use --backend torch "
                "(backend='torch'), or another method"
            )
        tokens = [encoding.tokens[-MAX_SOURCE:] for encoding in self.tokenizer.encode_batch(list(texts))]
        if options.method == "sample-vote":
            return [self._sample(text, row, options) for text, row in zip(texts, tokens, strict=True)]
        results = self.translator.get().translate_batch(
            tokens,
            beam_size=options.beam_size,
            num_hypotheses=options.n_best,
            max_decoding_length=options.max_length,
            max_batch_size=options.batch_size,
            # Plain sums of log-probabilities: what candidates are compared by, and what torch gives too.
            length_penalty=0,
            return_scores=True,
        )
        return [[Hypothesis(text, score) for text, score in self._read(result)] for result in results]

    def _sample(self, text: str, tokens: list[str], options: DecodingOptions) -> list[Hypothesis]:
        import ctranslate2

        # A generator of random numbers belongs to a worker thread, which takes the seed once, at its first draw; so
        # each question gets a translator of its own (loading the small model takes a few milliseconds).
        with _SEEDING.get():
            ctranslate2.set_random_seed(sampling_seed(options.seed, text))
            [result] = self._load(1).translate_batch(
                [tokens],
                beam_size=1,
                num_hypotheses=options.beam_size,
                sampling_topk=0,
                sampling_temperature=options.temperature,
                max_decoding_length=options.max_length,
                length_penalty=0,
                return_scores=True,
            )
        return pool_samples(self._read(result), options.n_best)

    def _read(self, result: Any) -> list[tuple[str, float]]:
        """The texts of a result with their log-probabilities."""
        to_id = self.tokenizer.token_to_id
        return [
            (decode_ids(self.tokenizer, [to_id(token) or 0 for token in hypothesis]), score)
            for hypothesis, score in zip(result.hypotheses, result.scores, strict=True)
        ]


def _check_vocabulary(directory: Path, tokenizer: Tokenizer) -> None:
    """Raise ModelError unless the export was made with this tokenizer: the same pieces in the same order."""
    path = directory / RUNTIME / "shared_vocabulary.json"
    try:
        with path.open("rb") as file:
            pieces = json.loads(file.read(_MAX_VOCABULARY).decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from error
    ours = tokenizer.get_vocab()
    if not isinstance(pieces, list) or len(pieces) != len(ours) or any(ours.get(p) != i for i, p in enumerate(pieces)):
        raise ModelError(
            f"{directory}: the run-time export was made with another vocabulary than tokenizer.json; export it again"
        )
