"""A pretrained T5 or mT5 cut down to the pieces that given texts use, as a checkpoint of this package.

mT5 has 250,000 pieces for a hundred languages; school problems in two use a few thousand. Embedding, head and
sentencepiece model shrink together, and what stays computes what it did before. The rules:

- Pieces are chosen by writing the texts with the whole vocabulary, through the very tokenizer that training builds
  (:func:`mwp_solver.model.tokenizer.build_tokenizer`); a smaller vocabulary that holds them writes the same.
- Digits and signs are single pieces, as in a vocabulary of our own: every piece that joins one to something else
  ("▁12", "2018", ").") is left out, so there is nothing to merge them with and nothing to split at run time.
- Printable ASCII is always kept. A character the source writes in another way (bytes of a rare one, 2 for ²), or not
  at all (T5's ``<``), gets a piece whose rows are the mean of those written for it.
- The source's byte pieces and prefix space are not taken over: the tokenizer built here knows neither.
- The first sentinels keep their trained rows and come last, in ascending order (mT5's descend).
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mwp_solver.errors import MissingExtraError, ModelError
from mwp_solver.model.checkpoint import load_network, write_manifest
from mwp_solver.model.pretrained import load_pretrained, quiet, read_config
from mwp_solver.model.spiece import write_sentencepiece
from mwp_solver.model.tokenizer import PAD, save_tokenizer
from mwp_solver.model.trim_vocabulary import choose_pieces, read_sentencepiece, sentinel_rows
from mwp_solver.options import EncodingOptions

if TYPE_CHECKING:
    from transformers import MT5ForConditionalGeneration

_SHAPE = (
    *("d_model", "d_kv", "d_ff", "num_heads", "num_layers", "num_decoder_layers", "feed_forward_proj", "dropout_rate"),
    *("relative_attention_num_buckets", "relative_attention_max_distance", "layer_norm_epsilon", "initializer_factor"),
)
_VOCABULARY = {"shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight"}


@dataclass(frozen=True, slots=True)
class TrimReport:
    """What was cut and what it did to the network.

    Attributes:
        pieces: rows of the embedding, before and after (with the sentinels).
        parameters: of the network, before and after.
        megabytes: of the weights in float32, before and after.
        own_head: whether the head is a matrix of its own; a tied one stays tied.
        added: characters with new rows.
        largest_logit: of those compared, in absolute value.
        largest_difference: between logits of source and result on kept pieces.
    """

    pieces: tuple[int, int]
    parameters: tuple[int, int]
    megabytes: tuple[float, float]
    own_head: bool
    added: str
    largest_logit: float
    largest_difference: float


def trim_checkpoint(
    source: Path, texts: Sequence[str], output: Path, encoding: EncodingOptions, facts: dict[str, Any] | None = None
) -> TrimReport:
    """Cut a pretrained network down to the pieces of some texts, check it and write it.

    Args:
        source: directory with ``config.json``, ``spiece.model`` and weights of a T5 or mT5.
        texts: everything the network is to read and write: encoded questions and targets.
        output: directory of the new checkpoint, in the layout that ``mwp-solver train --model`` starts from.
        encoding: how the texts were written.
        facts: more for the manifest (where the source came from).

    Returns:
        Sizes before and after, and the difference in logits.

    Raises:
        ModelError: if the source is incomplete, no T5 or mT5 encoder-decoder, or does not fit its sentencepiece
            model; if there are no texts, or ``output`` is not empty; if the logits on kept pieces changed.
        MissingExtraError: if torch, transformers or sentencepiece is not installed.
    """
    try:
        import sentencepiece  # noqa: F401
        import torch  # noqa: F401
        import transformers  # noqa: F401
        from safetensors import SafetensorError
    except ImportError as error:
        raise MissingExtraError("starting from a pretrained model", "train") from error
    if not any(texts):
        raise ModelError("there are no texts to choose pieces by; name files of problems with --keep-vocab")
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise ModelError(f"{output} is not empty; use another --output")
    config = read_config(source)
    processor = read_sentencepiece(source)
    sentinels = sentinel_rows(source, processor, config["vocab_size"])
    kept = choose_pieces(processor, texts)
    rows = [piece.rows for piece in kept] + [(row,) for row in sentinels]
    network = load_pretrained(source, config)
    if network.config.decoder_start_token_id not in (None, processor.pad_id()):
        raise ModelError(f"{source}: the decoder does not start with {PAD}; this is no T5")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=output.parent, prefix=f".{output.name}-") as scratch:
            made = Path(scratch) / "made"
            tokenizer = save_tokenizer(write_sentencepiece(kept), made)
            small = _shrink(network, rows)
            small.save_pretrained(made)
            # Added rows have nothing to be compared with.
            new = {index for index, piece in enumerate(kept) if piece.added}
            old = [index for index in range(len(rows)) if index not in new]
            some = [tokenizer.encode(text).ids[:64] for text in texts[:: max(1, len(texts) // 4)][:4]]
            samples = [[index for index in ids if index not in new] for ids in some]
            before = _logits(network, [[rows[index][0] for index in ids] for ids in samples], processor.pad_id())
            before = before[:, [rows[index][0] for index in old]]
            sizes = (network.num_parameters(), small.num_parameters())
            own_head = small.lm_head.weight is not small.shared.weight
            del network, small
            # What counts is what the files give back.
            with quiet():
                after = _logits(load_network(made), samples, 0)[:, old]
            report = TrimReport(
                pieces=(config["vocab_size"], len(rows)),
                parameters=sizes,
                megabytes=(round(sizes[0] * 4e-6, 1), round(sizes[1] * 4e-6, 1)),
                own_head=own_head,
                added="".join(piece.text for piece in kept if piece.added),
                largest_logit=float(before.abs().max()),
                largest_difference=float((before - after).abs().max()),
            )
            if not report.largest_difference <= 1e-5 * max(1.0, report.largest_logit):  # NaN fails too
                raise ModelError(
                    f"{source}: logits of the trimmed network differ by {report.largest_difference:.1e} from the "
                    "source's; its weights are not those of a plain T5 or mT5"
                )
            write_manifest(made, encoding, {"trimmed": {**(facts or {}), **asdict(report)}})
            if output.exists():
                output.rmdir()
            made.rename(output)
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{output} cannot be written: {error}") from error
    return report


def _shrink(network: Any, rows: Sequence[tuple[int, ...]]) -> MT5ForConditionalGeneration:
    """The network with these rows alone, as an mT5 (a T5 becomes one: the same blocks).

    The head stays tied where it is and nothing scales it. ``resize_token_embeddings`` would tie it always.
    """
    import torch
    from transformers import MT5Config, MT5ForConditionalGeneration

    old = network.config
    with torch.device("meta"):
        small = MT5ForConditionalGeneration(
            MT5Config(
                vocab_size=len(rows),
                **{name: getattr(old, name) for name in _SHAPE},
                pad_token_id=0,
                eos_token_id=1,
                decoder_start_token_id=0,
            )
        )
    weights = {name: weight for name, weight in network.state_dict().items() if name not in _VOCABULARY}

    def pick(matrix: torch.Tensor) -> torch.nn.Parameter:
        return torch.nn.Parameter(torch.stack([matrix[list(row)].mean(dim=0) for row in rows]))

    with torch.no_grad():
        embedding, head = pick(network.shared.weight), pick(network.lm_head.weight)
        small.load_state_dict(weights, strict=False, assign=True)
        for part in (small.shared, small.encoder.embed_tokens, small.decoder.embed_tokens, small.lm_head):
            part.weight = embedding
        # The first T5 scales what enters its tied head; mT5 never does, so the scale goes into the head.
        scale = old.d_model**-0.5 if getattr(old, "scale_decoder_outputs", False) else 1.0
        if scale != 1 or network.lm_head.weight is not network.shared.weight:
            small.lm_head.weight = torch.nn.Parameter(head * scale)
            # MT5Config says tied whatever it is given. from_pretrained keeps the head its own since the file holds
            # two unlike matrices; other readers go by what the configuration says.
            small.config.tie_word_embeddings = False
    return small.eval()


def _logits(network: Any, samples: Sequence[list[int]], pad: int) -> Any:
    """Logits at every position of the samples, each read by the encoder and by the decoder: (positions, pieces)."""
    import torch

    network.eval()
    with torch.no_grad():
        return torch.cat(
            [
                network(input_ids=torch.tensor([ids]), decoder_input_ids=torch.tensor([[pad, *ids]])).logits[0]
                for ids in samples
            ]
        )
