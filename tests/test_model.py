"""Tokenizer, checkpoint, export: they agree with each other and with the libraries they come from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mwp_solver.anchoring import MAX_ANCHORS
from mwp_solver.errors import ModelError
from mwp_solver.model.encoding import encode_question
from mwp_solver.options import DecodingOptions

torch = pytest.importorskip("torch", reason="torch comes with the train extra")
pytest.importorskip("transformers", reason="transformers comes with the train extra")

from mwp_solver.export import export_runtime  # noqa: E402
from mwp_solver.model.backends.ct2 import CT2Backend  # noqa: E402
from mwp_solver.model.backends.torch import TorchBackend  # noqa: E402
from mwp_solver.model.checkpoint import load_network, read_manifest, verify_files  # noqa: E402
from mwp_solver.model.tokenizer import decode_ids, load_tokenizer  # noqa: E402

QUESTIONS = [
    "Anna has 12 marbles and finds 30 more. How many marbles does she have?",
    "A box holds 48 pens. 19 are taken out. How many pens are left?",
    "Tom read 2/5 of a book of 120 pages. How many pages did he read?",
]


def test_pieces_are_those_of_sentencepiece(checkpoint: Path) -> None:
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_proto=(checkpoint / "spiece.model").read_bytes())
    tokenizer = load_tokenizer(checkpoint)
    for text in [*QUESTIONS, "  two  spaces ", "(12+30)*2/5-3.14%", "Hi! [x] {y} ~", "35 - 8 = 27"]:
        assert tokenizer.encode(text).ids == [*processor.encode(text), 1], text


def test_anchors_are_single_pieces_and_come_back(checkpoint: Path) -> None:
    tokenizer = load_tokenizer(checkpoint)
    text = f"<extra_id_0>*(1-<extra_id_{MAX_ANCHORS - 1}>)/12"
    encoding = tokenizer.encode(text)
    assert encoding.tokens[0] == "<extra_id_0>"
    assert f"<extra_id_{MAX_ANCHORS - 1}>" in encoding.tokens
    assert decode_ids(tokenizer, [0, *encoding.ids, 5, 6]) == text


def test_vocabulary_fits_exactly(checkpoint: Path) -> None:
    assert load_network(checkpoint).config.vocab_size == load_tokenizer(checkpoint).get_vocab_size()


def test_hugging_face_loads_it(checkpoint: Path) -> None:
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    network = AutoModelForSeq2SeqLM.from_pretrained(checkpoint)
    text = encode_question(QUESTIONS[0]).text
    assert tokenizer(text).input_ids == load_tokenizer(checkpoint).encode(text).ids
    assert network.lm_head.weight is network.shared.weight
    mine = load_network(checkpoint)
    assert torch.equal(network.shared.weight, mine.shared.weight)


def parity_checkpoint(checkpoint: Path, directory: Path) -> Path:
    """The same network exported without quantisation."""
    copy = directory / "float"
    shutil.copytree(checkpoint, copy)
    export_runtime(copy, "float32")
    return copy


@pytest.mark.parametrize("beam", [1, 3])
def test_export_gives_the_outputs_and_scores_of_torch(checkpoint: Path, tmp_path: Path, beam: int) -> None:
    directory = parity_checkpoint(checkpoint, tmp_path)
    texts = [encode_question(question).text for question in QUESTIONS]
    options = DecodingOptions(beam_size=beam, n_best=beam, max_length=24)
    ours = CT2Backend(directory, "cpu").generate(texts, options)
    theirs = TorchBackend(directory, "cpu").generate(texts, options)
    for left, right in zip(ours, theirs, strict=True):
        assert [h.text for h in left] == [h.text for h in right]
        assert [h.score for h in left] == pytest.approx([h.score for h in right], rel=1e-4)


def test_manifest_vouches_for_every_file(checkpoint: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(checkpoint, copy)
    verify_files(copy, read_manifest(copy))
    weights = copy / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(bytes(data))
    with pytest.raises(ModelError, match=r"model\.safetensors is damaged"):
        verify_files(copy, read_manifest(copy))
    weights.unlink()
    with pytest.raises(ModelError, match="missing"):
        verify_files(copy, read_manifest(copy))


def test_manifest_may_not_point_outside(checkpoint: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(checkpoint, copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["files"]["../outside"] = "0" * 64
    (tmp_path / "outside").write_text("")
    with pytest.raises(ModelError, match="missing"):
        verify_files(copy, manifest)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"format": 2}', '{"format": 1, "files": []}'])
def test_damaged_manifest(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(ModelError):
        read_manifest(tmp_path)


def test_a_vocabulary_of_another_size_is_refused(checkpoint: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(checkpoint, copy)
    tokenizer = load_tokenizer(copy)
    tokenizer.add_tokens(["another"])
    tokenizer.save(str(copy / "tokenizer.json"))
    with pytest.raises(ModelError, match="do not belong together"):
        TorchBackend(copy, "cpu")
