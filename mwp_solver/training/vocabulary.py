"""Whether a checkpoint's vocabulary is whole, and whether it goes with the data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mwp_solver.errors import ModelError
from mwp_solver.model.tokenizer import build_tokenizer
from mwp_solver.training.sampling import UNKNOWN

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MOST_UNKNOWN = 0.2
"""largest share of unknown pieces in data to train on"""


def matching_sentencepiece(directory: Path, tokenizer: Tokenizer) -> bytes:
    """The sentencepiece model of a checkpoint, which new checkpoints take over.

    Raises:
        ModelError: if it is missing, damaged or of another vocabulary than the checkpoint's tokenizer.
    """
    file = directory / "spiece.model"
    try:
        model = file.read_bytes()
        same = build_tokenizer(model).get_vocab() == tokenizer.get_vocab()
    except (OSError, RuntimeError) as error:
        raise ModelError(f"{file} cannot be read: {error}") from error
    if not same:
        raise ModelError(f"{file} and tokenizer.json hold different vocabularies; they do not belong together")
    return model


def check_known(sources: Sequence[Sequence[int]], model: str | None) -> None:
    """Refuse data written in characters that the vocabulary lacks: nothing could be learnt from it.

    Args:
        sources: ids of the inputs.
        model: the checkpoint, as its user named it.

    Raises:
        ModelError: if too many are unknown.
    """
    unknown = sum(list(ids).count(UNKNOWN) for ids in sources)
    share = unknown / max(1, sum(map(len, sources)))
    if share > MOST_UNKNOWN:
        raise ModelError(
            f"{model or 'the vocabulary'} does not know the data's characters ({share:.0%} of its pieces are unknown): "
            "its vocabulary was made for other texts. Fine-tune another checkpoint, or cut one for these files with "
            "mwp-solver init --from google/mt5-small --keep-vocab FILE…"
        )
