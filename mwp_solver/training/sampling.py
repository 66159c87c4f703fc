"""Inputs cut into pieces in a new way each time they are shown: cheap variety for small data.

Subword regularisation: Kudo, ACL 2018, section 3. Hidden pieces (word dropout): Gal and Ghahramani, NeurIPS
2016, section 4.2.
"""

from __future__ import annotations

from random import Random

from mwp_solver.anchoring import ANCHOR_PATTERN

UNKNOWN = 2
"""id of the unknown piece, which stands for a hidden one"""


class PieceSampler:
    """Draws segmentations of input texts from a sentencepiece unigram model.

    Args:
        model: the bytes of ``spiece.model``.
        alpha: sharpness; each segmentation is drawn with its probability to this power (1: as the model says, near
            0: all alike); 0 always takes the best one.
        hidden: chance of each piece to be shown as unknown; digits, signs and anchors never are.
    """

    def __init__(self, model: bytes, alpha: float, hidden: float) -> None:
        import sentencepiece

        self.processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        self.alpha = alpha
        self.hidden = hidden
        self.anchors = self.processor.get_piece_size()

    def encode(self, text: str, rng: Random) -> list[int]:
        """Ids of an anchored text with the end mark, drawn anew."""
        import sentencepiece

        sentencepiece.set_random_generator_seed(rng.getrandbits(32))
        ids: list[int] = []
        for index, part in enumerate(ANCHOR_PATTERN.split(text)):
            # The pattern's group puts the anchors' numbers at odd places.
            ids += [self.anchors + int(part)] if index % 2 else self._pieces(part, rng)
        return [*ids, self.processor.eos_id()]

    def _pieces(self, part: str, rng: Random) -> list[int]:
        if self.alpha:
            ids = self.processor.encode(part, enable_sampling=True, alpha=self.alpha, nbest_size=-1)
        else:
            ids = self.processor.encode(part)
        if not self.hidden:
            return list(ids)
        return [UNKNOWN if rng.random() < self.hidden and self._is_word(i) else i for i in ids]

    def _is_word(self, piece: int) -> bool:
        return bool(self.processor.id_to_piece(piece).lstrip("\u2581").isalpha())
