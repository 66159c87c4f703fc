"""The run-time backend: CTranslate2 on an int8 export; no torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mwp_solver.errors import MissingExtraError, ModelError
from mwp_solver.model.backends.base import MAX_SOURCE, Hypothesis
from mwp_solver.model.tokenizer import decode_ids, load_tokenizer
from mwp_solver.options import DecodingOptions

RUNTIME = "runtime"
"""folder of a checkpoint that holds the export"""


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
        try:
            self.translator = ctranslate2.Translator(
                str(directory / RUNTIME),
                device=device,
                # As exported: int8 stays int8, a float32 export stays exact.
                compute_type="default",
                intra_threads=threads,
                inter_threads=1,
            )
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{directory}: the run-time export cannot be loaded: {error}") from error

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        """See :class:`mwp_solver.model.backends.base.Backend`."""
        tokens = [encoding.tokens[-MAX_SOURCE:] for encoding in self.tokenizer.encode_batch(list(texts))]
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
        to_id = self.tokenizer.token_to_id
        return [
            [
                Hypothesis(decode_ids(self.tokenizer, [to_id(token) or 0 for token in hypothesis]), score)
                for hypothesis, score in zip(result.hypotheses, result.scores, strict=True)
            ]
            for result in results
        ]
