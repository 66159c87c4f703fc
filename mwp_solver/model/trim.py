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

import json
import re
import struct
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mwp_solver.errors import MissingExtraError, ModelError
from mwp_solver.model.checkpoint import load_network, write_manifest
from mwp_solver.model.tokenizer import _SIGNS, _SPACE, EOS, PAD, UNK, build_tokenizer, load_tokenizer, save_tokenizer
from mwp_solver.options import EncodingOptions
from mwp_solver.quantities import MAX_ANCHORS

if TYPE_CHECKING:
    from transformers import MT5ForConditionalGeneration

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+", re.ASCII)
_DESCRIPTIONS = ("config.json", "spiece.model", "tokenizer_config.json", "tokenizer.json")
_SAFE = ("model.safetensors", "model.safetensors.index.json", "model-*.safetensors")
_PICKLED = ("pytorch_model.bin", "pytorch_model.bin.index.json", "pytorch_model-*.bin")
_CLASSES = {"t5": "T5ForConditionalGeneration", "mt5": "MT5ForConditionalGeneration"}
_SHAPE = (
    *("d_model", "d_kv", "d_ff", "num_heads", "num_layers", "num_decoder_layers", "feed_forward_proj", "dropout_rate"),
    *("relative_attention_num_buckets", "relative_attention_max_distance", "layer_norm_epsilon", "initializer_factor"),
)
_VOCABULARY = {"shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "lm_head.weight"}
_PADDING = 512
"""so many rows without a piece are no mere rounding up (mT5 has 12, T5 28)"""
_SENTINEL = re.compile(rf"{_SPACE}?<extra_id_([0-9]+)>")
_REQUIRED = {chr(code) for code in range(33, 127)} | {_SPACE}
# Kinds of pieces, and of models, as sentencepiece's protobuf numbers them.
_NORMAL, _UNKNOWN, _CONTROL, _USER_DEFINED = 1, 2, 3, 4
_UNIGRAM = 1


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


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    score: float
    kind: int
    rows: tuple[int, ...]  # of the source; their mean is this piece's
    added: bool = False


def find_source(name: str) -> Path:
    """The directory of a pretrained checkpoint, fetched if it is not one already.

    Args:
        name: a local directory, or ``owner/name`` on the Hugging Face hub.

    Raises:
        ModelError: if it is neither, or the hub cannot be reached.
        MissingExtraError: if huggingface_hub is not installed.
    """
    if Path(name).is_dir():
        return Path(name)
    if not _HUB_NAME.fullmatch(name):
        raise ModelError(f"{name}: no such directory, and no owner/name of the Hugging Face hub")
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise MissingExtraError("fetching a pretrained model", "train") from error
    try:
        found = Path(snapshot_download(name, allow_patterns=[*_DESCRIPTIONS, *_SAFE]))
        if not _has(found, _SAFE):
            found = Path(snapshot_download(name, allow_patterns=[*_DESCRIPTIONS, *_PICKLED]))
    except Exception as error:  # the hub's own errors and those of its HTTP library have no common base
        raise ModelError(
            f"{name}: no such directory, and it cannot be fetched from the Hugging Face hub "
            f"({type(error).__name__}). Fetch config.json, spiece.model, tokenizer_config.json and model.safetensors "
            f"(or pytorch_model.bin) of https://huggingface.co/{name} into a directory and name that"
        ) from error
    return found


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
    config = _read_config(source)
    processor = _read_sentencepiece(source)
    sentinels = _sentinel_rows(source, processor, config["vocab_size"])
    kept = _choose(processor, texts)
    rows = [piece.rows for piece in kept] + [(row,) for row in sentinels]
    network = _load(source, config)
    if network.config.decoder_start_token_id not in (None, processor.pad_id()):
        raise ModelError(f"{source}: the decoder does not start with {PAD}; this is no T5")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=output.parent, prefix=f".{output.name}-") as scratch:
            made = Path(scratch) / "made"
            tokenizer = save_tokenizer(_write_sentencepiece(kept), made)
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
            with _quiet():
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


@contextmanager
def _quiet() -> Iterator[None]:
    """No bars, and no word from transformers on heads that are not tied, or on missing weights (checked here)."""
    from transformers.utils import logging

    before = logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(before)


def _has(directory: Path, names: Sequence[str]) -> bool:
    return any((directory / name).is_file() for name in names if "*" not in name)


def _read_config(directory: Path) -> dict[str, Any]:
    file = directory / "config.json"
    for path in (file, directory / "spiece.model"):
        if not path.is_file():
            raise ModelError(f"{path} is missing; fetch it from where the checkpoint came from")
    if not _has(directory, _SAFE) and not _has(directory, _PICKLED):
        raise ModelError(f"{directory} holds no weights; fetch {_SAFE[0]} or {_PICKLED[0]} into it")
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
        kind, rows = config["model_type"], config["vocab_size"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{file} is no configuration of a model: {error!r}") from error
    if kind not in _CLASSES or config.get("is_encoder_decoder") is False or not isinstance(rows, int):
        raise ModelError(
            f"{directory} holds a model of type {kind!r}; only encoder-decoders of type t5 and mt5 can be taken over, "
            "such as google/mt5-small or google/t5-v1_1-small"
        )
    return dict(config)


def _read_sentencepiece(directory: Path) -> Any:
    """The source's pieces, as sentencepiece reads them."""
    import sentencepiece

    path = directory / "spiece.model"
    try:
        model = path.read_bytes()
        processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    except (OSError, RuntimeError) as error:
        raise ModelError(f"{path} cannot be read as a sentencepiece model: {error}") from error
    specification = dict(_fields(model)).get(2, b"")
    assert isinstance(specification, bytes)
    if dict(_fields(specification)).get(3, _UNIGRAM) != _UNIGRAM:
        raise ModelError(f"{path} is no unigram model; T5 and mT5 have one, and no other kind can be trimmed")
    if min(processor.pad_id(), processor.eos_id(), processor.unk_id()) < 0:
        raise ModelError(f"{path} lacks {PAD}, {EOS} or {UNK}; it is not the vocabulary of a T5")
    return processor


def _sentinel_rows(directory: Path, processor: Any, rows: int) -> list[int]:
    """Where the source keeps ``<extra_id_0>`` and those after it, as many as we use."""
    size = processor.get_piece_size()
    matches = [(_SENTINEL.fullmatch(processor.id_to_piece(index)), index) for index in range(size)]
    found = {int(match[1]): index for match, index in matches if match}  # mT5
    if not found and (directory / "tokenizer.json").is_file():
        tokenizer = load_tokenizer(directory)
        ids = {index: tokenizer.token_to_id(f"<extra_id_{index}>") for index in range(MAX_ANCHORS)}
        found = {index: token for index, token in ids.items() if token is not None}
    if not found:  # T5: counted down from the end
        found = {index: size + 99 - index for index in range(100)}
    if size > rows or rows - max(size, *found.values()) > _PADDING:
        raise ModelError(
            f"{directory}: spiece.model has {size} pieces, the embedding {rows} rows; they do not belong together. "
            "Fetch both from the same place"
        )
    if any(found.get(index, rows) >= rows for index in range(MAX_ANCHORS)):
        raise ModelError(
            f"{directory} lacks sentinels: {MAX_ANCHORS} (<extra_id_0> and on) are needed. Start from a checkpoint "
            "that kept those of its pretraining, such as google/mt5-small"
        )
    return [found[index] for index in range(MAX_ANCHORS)]


def _choose(processor: Any, texts: Sequence[str]) -> list[_Piece]:
    """Special pieces, required ones and those that the texts are written with, in the source's order."""
    size, pieces = processor.get_piece_size(), []
    special = [(PAD, processor.pad_id(), _CONTROL), (EOS, processor.eos_id(), _CONTROL), (UNK, processor.unk_id(), 2)]
    pieces = [_Piece(text, 0.0, kind, (index,)) for text, index, kind in special]
    taken = {index for _, index, _ in special}
    others = [index for index in range(size) if processor.is_control(index) and index not in taken]
    pieces += [_Piece(processor.id_to_piece(index), 0.0, _CONTROL, (index,)) for index in others]
    first = len(pieces)
    for index in range(size):
        kinds = (processor.is_control, processor.is_unknown, processor.is_unused, processor.is_byte)
        text = processor.id_to_piece(index)
        joined = len(text) > 1 and not set(_SIGNS).isdisjoint(text)
        if not joined and not any(kind(index) for kind in kinds) and not _SENTINEL.fullmatch(text):
            pieces.append(_text_piece(text, processor.get_score(index), (index,)))
    lowest = min((piece.score for piece in pieces[first:]), default=0.0)
    characters = {_SPACE if character == " " else character for text in texts for character in text}
    for character in sorted((characters | _REQUIRED) - {piece.text for piece in pieces}):
        written = [index for index in processor.encode(character) if processor.id_to_piece(index) != _SPACE]
        pieces.append(_text_piece(character, lowest, tuple(written) or (processor.unk_id(),), added=True))
    tokenizer = build_tokenizer(_write_sentencepiece(pieces))
    used: set[int] = set()
    for start in range(0, len(texts), 1000):
        for encoding in tokenizer.encode_batch(list(texts[start : start + 1000])):
            used.update(encoding.ids)
    return [p for index, p in enumerate(pieces) if index < first or index in used or p.text in _REQUIRED]


def _text_piece(text: str, score: float, rows: tuple[int, ...], added: bool = False) -> _Piece:
    # As in a vocabulary of our own, sentencepiece too must always keep a sign apart.
    return (
        _Piece(text, 0.0, _USER_DEFINED, rows, added)
        if text in set(_SIGNS)
        else _Piece(text, score, _NORMAL, rows, added)
    )


def _load(directory: Path, config: dict[str, Any]) -> Any:
    """The source's network in float32, every weight from its files."""
    import torch
    import transformers

    try:
        with _quiet():
            network, loaded = getattr(transformers, _CLASSES[config["model_type"]]).from_pretrained(
                directory,
                dtype=torch.float32,
                # Else a pickled file, of which transformers takes tensors only and runs nothing.
                use_safetensors=_has(directory, _SAFE),
                weights_only=True,
                local_files_only=True,
                output_loading_info=True,
            )
    except Exception as error:  # a damaged file fails in torch, safetensors or transformers, each in its own way
        raise ModelError(f"{directory}: the weights cannot be read: {error}") from error
    if loaded["missing_keys"]:
        raise ModelError(
            f"{directory}: {len(loaded['missing_keys'])} weights are missing ({min(loaded['missing_keys'])} …); the "
            "files are incomplete, or hold no encoder-decoder"
        )
    return network.eval()


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


# sentencepiece's own protobuf classes need the protobuf package, which nothing else here does. What is read and written
# is little: https://protobuf.dev/programming-guides/encoding/ and sentencepiece_model.proto.


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field of a well-formed message: varints as int, all else as bytes."""
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at, value, shift = at + 1, value | (byte & 0x7F) << shift, shift + 7
            if byte < 0x80:
                return value

    while at < len(message):
        number, wire = divmod(varint(), 8)
        if wire == 0:
            yield number, varint()
        else:
            size = varint() if wire == 2 else {1: 8, 5: 4}[wire]
            yield number, message[at : at + size]
            at += size


def _field(number: int, value: int | float | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    if isinstance(value, float):
        return _varint(number << 3 | 5) + struct.pack("<f", value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    digits = []
    while value > 0x7F:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*digits, value])


def _write_sentencepiece(pieces: Sequence[_Piece]) -> bytes:
    """A sentencepiece unigram model that neither rewrites a text nor puts a space before it."""
    entries = [
        _field(1, _field(1, piece.text.encode()) + _field(2, piece.score) + _field(3, piece.kind)) for piece in pieces
    ]
    ids = {40: 2, 41: -1, 42: 1, 43: 0}  # unk, bos, eos, pad
    names = {45: UNK, 47: EOS, 48: PAD}
    trainer = [_field(3, _UNIGRAM), _field(4, len(pieces))]
    trainer += [_field(number, index) for number, index in ids.items()]
    trainer += [_field(number, name.encode()) for number, name in names.items()]
    normalizer = _field(1, b"identity") + _field(3, 0) + _field(4, 1) + _field(5, 1)
    return b"".join([*entries, _field(2, b"".join(trainer)), _field(3, normalizer)])
