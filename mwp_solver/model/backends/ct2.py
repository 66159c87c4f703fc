"""The run-time backend: CTranslate2 on an int8 export; no torch."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mwp_solver.errors import MissingExtraError, ModelError
from mwp_solver.model.backends.base import MAX_SOURCE, Hypothesis, pool_samples, sampling_seed
from mwp_solver.model.tokenizer import decode_ids, load_tokenizer
from mwp_solver.options import DecodingOptions

RUNTIME = "runtime"
"""folder of a checkpoint that holds the export"""

# CTranslate2 has one seed for the whole process.
_SEEDING = threading.Lock()


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
        self._runtime, self._device = str(directory / RUNTIME), device
        self.translator = self._load(threads)

    def _load(self, threads: int) -> Any:
        import ctranslate2

        try:
            return ctranslate2.Translator(
                self._runtime,
                device=self._device,
                # As exported: int8 stays int8, a float32 export stays exact.
                compute_type="default",
                intra_threads=threads,
                inter_threads=1,
            )
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{self._runtime}: the run-time export cannot be loaded: {error}") from error

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
        results = self.translator.translate_batch(
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
        with _SEEDING:
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
