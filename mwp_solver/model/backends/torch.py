"""The torch backend: the same network as trained, for research and for checking the export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mwp_solver.model.backends.base import MAX_SOURCE, Hypothesis
from mwp_solver.model.checkpoint import check_vocabulary, load_network
from mwp_solver.model.tokenizer import decode_ids, load_tokenizer
from mwp_solver.options import DecodingOptions


class TorchBackend:
    """A network in float32.

    Args:
        directory: checkpoint in the Hugging Face layout.
        device: a torch device, or ``auto``.

    Raises:
        ModelError: if the checkpoint cannot be read.
        MissingExtraError: if torch or transformers is not installed.
    """

    def __init__(self, directory: Path, device: str = "auto") -> None:
        self.network = load_network(directory).eval()
        import torch

        self.tokenizer = load_tokenizer(directory)
        check_vocabulary(self.network, self.tokenizer, directory)
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        self.network.to(device)

    def generate(self, texts: Sequence[str], options: DecodingOptions) -> list[list[Hypothesis]]:
        """See :class:`mwp_solver.model.backends.base.Backend`."""
        ids = [encoding.ids[-MAX_SOURCE:] for encoding in self.tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
        found: list[list[Hypothesis]] = [[] for _ in ids]
        for start in range(0, len(order), options.batch_size):
            chunk = order[start : start + options.batch_size]
            for index, hypotheses in zip(chunk, self._batch([ids[i] for i in chunk], options), strict=True):
                found[index] = hypotheses
        return found

    def _batch(self, ids: list[list[int]], options: DecodingOptions) -> list[list[Hypothesis]]:
        import torch

        width = max(map(len, ids))
        batch = torch.tensor([row + [0] * (width - len(row)) for row in ids], device=self.network.device)
        with torch.no_grad():
            # Rules of length as CTranslate2 has them, so that beams agree.
            lengths = {} if options.beam_size == 1 else {"length_penalty": 0.0, "early_stopping": False}
            output = self.network.generate(
                input_ids=batch,
                attention_mask=(batch != 0).long(),
                num_beams=options.beam_size,
                num_return_sequences=options.n_best,
                max_new_tokens=options.max_length,
                do_sample=False,
                **lengths,
                return_dict_in_generate=True,
                output_scores=True,
            )
            scores = self.network.compute_transition_scores(
                output.sequences,
                output.scores,
                getattr(output, "beam_indices", None),
                normalize_logits=options.beam_size == 1,
            )
        # Steps after the end mark of a shorter sequence have no score.
        sums = torch.where(torch.isfinite(scores), scores, torch.zeros_like(scores))
        if options.beam_size == 1:
            sums = sums * (output.sequences[:, 1:] != 0)
        totals = sums.sum(dim=1).tolist()
        texts = [decode_ids(self.tokenizer, row) for row in output.sequences.tolist()]
        pairs = [Hypothesis(text, score) for text, score in zip(texts, totals, strict=True)]
        return [pairs[i : i + options.n_best] for i in range(0, len(pairs), options.n_best)]
