"""The vocabulary: sentencepiece unigram pieces, the T5 special tokens and the number anchors.

The unigram model is Kudo's (ACL 2018, "Subword Regularization"), trained by sentencepiece; at run time only
``tokenizers`` is needed, which reads the ``tokenizer.json`` made here.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mwp_solver.anchoring import ANCHOR_PATTERN, MAX_ANCHORS
from mwp_solver.errors import MissingExtraError, ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TOKENIZER = "tokenizer.json"
"""file of a checkpoint that holds the vocabulary as it is read at run time"""
PAD, EOS, UNK = "<pad>", "</s>", "<unk>"
# Each sign of an expression is a piece of its own, in questions too, so that targets have one spelling.
_SIGNS = "+-*/^%().:=0123456789"
# A user-defined piece must not be required again.
_ASCII = "".join(chr(code) for code in range(33, 127) if chr(code) not in _SIGNS)
_SPACE = "\u2581"


def train_sentencepiece(texts: Iterable[str], vocab_size: int, *, threads: int = 2) -> bytes:
    """Train a unigram vocabulary.

    Args:
        texts: normalised, anchored questions and expressions; anchors are left out of the training text.
        vocab_size: pieces, without the anchors.
        threads: of the trainer.

    Returns:
        The sentencepiece model file's bytes.

    Raises:
        MissingExtraError: if sentencepiece is not installed.
        ModelError: if the texts are too few for the size.
    """
    try:
        import sentencepiece
    except ImportError as error:
        raise MissingExtraError("training a vocabulary", "train") from error
    sentences = [part for text in texts for part in ANCHOR_PATTERN.split(text)[::2] if part]
    output = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(sentences),
            model_writer=output,
            model_type="unigram",
            vocab_size=vocab_size,
            character_coverage=0.9998,
            required_chars=_ASCII,
            user_defined_symbols=list(_SIGNS),
            add_dummy_prefix=False,
            normalization_rule_name="identity",
            split_digits=True,
            # Chinese has no spaces: without a bound whole phrases become pieces that hardly occur.
            max_sentencepiece_length=8,
            pad_id=0,
            eos_id=1,
            unk_id=2,
            bos_id=-1,
            num_threads=threads,
            minloglevel=2,
        )
    except RuntimeError as error:
        raise ModelError(
            f"the data ({len(sentences)} bits of text) is too small for a vocabulary of {vocab_size} pieces: add "
            f"data, choose a smaller --preset, or fine-tune a checkpoint with --model ({error})"
        ) from error
    return output.getvalue()


def build_tokenizer(sentencepiece_model: bytes) -> Tokenizer:
    """A ``tokenizers`` Unigram with exactly the pieces of a sentencepiece model, then the anchors.

    Written out rather than converted by transformers, whose converters lose the space handling of a model
    trained without the dummy prefix.
    """
    import sentencepiece
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, processors

    processor = sentencepiece.SentencePieceProcessor(model_proto=sentencepiece_model)
    pieces = []
    for index in range(processor.get_piece_size()):
        piece = processor.id_to_piece(index)
        if processor.is_control(index) or processor.is_unknown(index):
            score = -1000.0
        elif piece in _SIGNS:
            # sentencepiece always keeps a user-defined piece whole; in a unigram it must simply win.
            score = len(piece) - 1.0
        else:
            score = processor.get_score(index)
        pieces.append((piece, score))
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=processor.unk_id()))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Replace(Regex(" {2,}"), " "), normalizers.Strip(), normalizers.Replace(" ", _SPACE)]
    )
    tokenizer.decoder = decoders.Sequence([decoders.Replace(_SPACE, " "), decoders.Fuse()])
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in (PAD, EOS, UNK)])
    tokenizer.add_special_tokens([AddedToken(anchor, special=True, normalized=False) for anchor in anchor_tokens()])
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"$A {EOS}", special_tokens=[(EOS, tokenizer.token_to_id(EOS))]
    )
    return tokenizer


def anchor_tokens() -> list[str]:
    """The sentinels, in order."""
    return [f"<extra_id_{index}>" for index in range(MAX_ANCHORS)]


def save_tokenizer(sentencepiece_model: bytes, directory: Path) -> Tokenizer:
    """Write ``spiece.model``, ``tokenizer.json`` and the Hugging Face configuration; return the tokenizer."""
    from transformers import PreTrainedTokenizerFast

    directory.mkdir(parents=True, exist_ok=True)
    tokenizer = build_tokenizer(sentencepiece_model)
    (directory / "spiece.model").write_bytes(sentencepiece_model)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=EOS,
        unk_token=UNK,
        extra_special_tokens=anchor_tokens(),
        clean_up_tokenization_spaces=False,
        model_max_length=512,
    ).save_pretrained(directory)
    # The wrapper may touch the post-processor; what was built is what runs.
    tokenizer.save(str(directory / TOKENIZER))
    return tokenizer


def load_tokenizer(directory: Path) -> Tokenizer:
    """Read ``tokenizer.json``.

    Raises:
        ModelError: if it is missing or no tokenizer.
    """
    from tokenizers import Tokenizer

    path = directory / TOKENIZER
    if not path.is_file():
        raise ModelError(f"{path} is missing; the checkpoint is not complete")
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises bare Exception for every fault of the file
        raise ModelError(f"{path} cannot be read as a tokenizer: {error}") from error


def decode_ids(tokenizer: Tokenizer, ids: Sequence[int]) -> str:
    """Ids as text, sentinels kept, up to the end mark."""
    kept: list[int] = []
    for token in ids:
        if token == 1 and kept:
            break
        if token > 2:
            kept.append(token)
    return tokenizer.decode(kept, skip_special_tokens=False)
