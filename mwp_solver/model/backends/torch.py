"""The torch backend: the same network as trained, for research and for checking the export."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from math import exp
from pathlib import Path
from typing import Any

from mwp_solver.model.backends.base import MAX_SOURCE, Hypothesis, pool_samples, sampling_seed
from mwp_solver.model.checkpoint import check_vocabulary, load_network
from mwp_solver.model.teaforn import IGNORED, TeaForN, objective
from mwp_solver.model.tokenizer import decode_ids, load_tokenizer
from mwp_solver.options import DecodingOptions

# torch draws from one generator for the whole process.
_SEEDING = threading.Lock()


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
        if options.method == "sample-vote":
            return [self._sample(text, row, options) for text, row in zip(texts, ids, strict=True)]
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
        mask = (batch != 0).long()
        with torch.no_grad():
            states = self.network.get_encoder()(input_ids=batch, attention_mask=mask).last_hidden_state
            # Rules of length as CTranslate2 has them, so that beams agree.
            lengths = {} if options.beam_size == 1 else {"length_penalty": 0.0, "early_stopping": False}
            output = self.network.generate(
                encoder_outputs=self._encoded(states),
                attention_mask=mask,
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
            weights = self._objectives(states, mask, output.sequences, options)
        # Steps after the end mark of a shorter sequence have no score.
        sums = torch.where(torch.isfinite(scores), scores, torch.zeros_like(scores))
        if options.beam_size == 1:
            sums = sums * (output.sequences[:, 1:] != 0)
        totals = sums.sum(dim=1).tolist()
        texts = [decode_ids(self.tokenizer, row) for row in output.sequences.tolist()]
        triples = [Hypothesis(*triple) for triple in zip(texts, totals, weights, strict=True)]
        return [triples[i : i + options.n_best] for i in range(0, len(triples), options.n_best)]

    @staticmethod
    def _encoded(states: Any) -> Any:
        from transformers.modeling_outputs import BaseModelOutput

        return BaseModelOutput(last_hidden_state=states)

    def _objectives(self, states: Any, mask: Any, sequences: Any, options: DecodingOptions) -> list[float | None]:
        """What the method ``teaforn`` weighs each sequence by; for other methods ``None`` each."""
        if options.method != "teaforn":
            return [None] * len(sequences)
        batch = {
            "encoder_outputs": self._encoded(states.repeat_interleave(options.n_best, dim=0)),
            "attention_mask": mask.repeat_interleave(options.n_best, dim=0),
            "labels": sequences[:, 1:].masked_fill(sequences[:, 1:] == 0, IGNORED),
        }
        method = TeaForN.geometric(options.teaforn_passes, options.teaforn_discount, options.teaforn_top_k)
        return [exp(value) for value in objective(self.network, batch, method).tolist()]

    def _sample(self, text: str, ids: list[int], options: DecodingOptions) -> list[Hypothesis]:
        import torch

        device = self.network.device
        with torch.no_grad(), _SEEDING, torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
            torch.manual_seed(sampling_seed(options.seed, text))
            output = self.network.generate(
                input_ids=torch.tensor([ids], device=device),
                num_beams=1,
                num_return_sequences=options.beam_size,
                max_new_tokens=options.max_length,
                do_sample=True,
                temperature=options.temperature,
                top_k=0,
                return_dict_in_generate=True,
                output_logits=True,
            )
            # The network's own probabilities, whatever the temperature.
            scores = self.network.compute_transition_scores(output.sequences, output.logits, normalize_logits=True)
        totals = (scores * (output.sequences[:, 1:] != 0)).sum(dim=1).tolist()
        texts = [decode_ids(self.tokenizer, row) for row in output.sequences.tolist()]
        return pool_samples(list(zip(texts, totals, strict=True)), options.n_best)
