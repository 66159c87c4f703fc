"""Starting from a pretrained T5 or mT5: what is kept computes what it did, and nothing else is kept.

The sources are small random networks in the layouts of google's checkpoints, around a sentencepiece model trained here.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

from mwp_solver.anchoring import MAX_ANCHORS
from mwp_solver.cli.main import main
from mwp_solver.corpus.files import read_problems
from mwp_solver.corpus.writing import write_problems
from mwp_solver.errors import ModelError
from mwp_solver.model.encoding import encode_question
from mwp_solver.options import DecodingOptions, EncodingOptions, TrainingConfig
from mwp_solver.problem import Problem
from mwp_solver.training.examples import make_examples

torch = pytest.importorskip("torch", reason="torch comes with the train extra")
sentencepiece = pytest.importorskip("sentencepiece", reason="sentencepiece comes with the train extra")
transformers = pytest.importorskip("transformers", reason="transformers comes with the train extra")

from mwp_solver.model import spiece, trim_vocabulary  # noqa: E402
from mwp_solver.model.checkpoint import load_network, read_encoding, read_manifest, verify_files  # noqa: E402
from mwp_solver.model.pretrained import find_source  # noqa: E402
from mwp_solver.model.tokenizer import load_tokenizer  # noqa: E402
from mwp_solver.model.trim import TrimReport, trim_checkpoint  # noqa: E402

SENTENCES = [
    "The quick red fox of 2018 jumps over 12 lazy dogs, then sleeps (1 hour).",
    "A library lends novels, maps, records: 365 days a year, 24 hours a day!",
    "Wolken ziehen, der Wind weht; am Abend regnet es in Strömen.",
    "Le train de 18 h 30 part de la gare avec 5 minutes de retard.",
    "农民种了35棵苹果树和28棵梨树，一共种了多少棵树？",
    "火车每小时行120千米，从甲城到乙城要行4小时，两城相距多少千米？",
    "一本书有240页，小红第一天看了全书的1/4，还剩多少页没有看？",
    "It rained 3.5 cm on Monday & 20% more on Tuesday = how much?",
]
KINDS = ["mt5", "mt5-tied", "t5", "t5-v1.1"]
DATA = [
    Problem("小红有35个苹果,吃了12个,还剩多少个?", "35-12", "23"),
    Problem("火车每小时行120千米,4小时行多少千米?", "120*4", "480"),
    Problem("一个房间的面积是36m²,其中3/4铺了地砖,铺了多少m²?", "36*3/4", "27"),
    Problem("A library has 48 maps and lends 19. How many maps are left?", "48-19", "29"),
    Problem("It rained 20% more than 2018 days ago, by how much?", None, "1"),
]


def sentencepiece_model(*, mt5: bool, **settings: Any) -> bytes:
    """A vocabulary as T5 or mT5 trains it: merged digits, prefix space, NFKC; mT5's with bytes and sentinels."""
    rng = Random(0)
    words = sorted({word for sentence in SENTENCES for word in sentence.split()})
    texts = SENTENCES * 20 + [" ".join(rng.sample(words, 6)) for _ in range(300)]
    texts += [f"{rng.randrange(2000)} {rng.choice(words)}" for _ in range(300)]
    output = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=output,
        **{
            "vocab_size": 560 if mt5 else 300,
            "byte_fallback": mt5,
            "character_coverage": 1.0,
            "normalization_rule_name": "nmt_nfkc",
            "pad_id": 0,
            "eos_id": 1,
            "unk_id": 2,
            "bos_id": -1,
            "num_threads": 1,
            "minloglevel": 2,
            **settings,
        },
    )
    model = output.getvalue()
    if mt5:  # its last hundred pieces; a field added to a protobuf message joins its list
        for index in range(99, -1, -1):
            model += spiece.field(1, spiece.field(1, f"▁<extra_id_{index}>".encode()) + spiece.field(2, 0.0))
    return model


def make_source(directory: Path, kind: str) -> Path:
    """A source of a kind, its embedding larger than its vocabulary as google's are."""
    mt5 = kind.startswith("mt5")
    directory.mkdir()
    model = sentencepiece_model(mt5=mt5)
    (directory / "spiece.model").write_bytes(model)
    pieces = sentencepiece.SentencePieceProcessor(model_proto=model).get_piece_size()
    rows = pieces + 12 if mt5 else pieces + 100 + 28
    shape = {"vocab_size": rows, "d_model": 32, "d_kv": 8, "d_ff": 48, "num_heads": 2, "num_layers": 2}
    torch.manual_seed(5)
    if mt5:
        network = transformers.MT5ForConditionalGeneration(
            transformers.MT5Config(**shape, num_decoder_layers=1, decoder_start_token_id=0)
        )
    else:
        project = "relu" if kind == "t5" else "gated-gelu"
        untied = {"tie_word_embeddings": False} if kind == "t5-v1.1" else {}
        network = transformers.T5ForConditionalGeneration(
            transformers.T5Config(**shape, feed_forward_proj=project, decoder_start_token_id=0, **untied)
        )
    if kind in ("mt5", "t5-v1.1"):
        network.lm_head.weight = torch.nn.Parameter(torch.randn(rows, 32))
    network.save_pretrained(directory)
    if kind in ("mt5", "t5-v1.1"):
        config = json.loads((directory / "config.json").read_text())
        (directory / "config.json").write_text(json.dumps(config | {"tie_word_embeddings": False}))
    return directory


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    root = tmp_path_factory.mktemp("sources")
    return lambda kind: root / kind if (root / kind).exists() else make_source(root / kind, kind)


def texts_of(problems: list[Problem], encoding: EncodingOptions = EncodingOptions()) -> list[str]:
    examples, _ = make_examples(problems, encoding)
    questions = [encode_question(problem.question, encoding).text for problem in problems]
    return questions + [example.target for example in examples]


@pytest.fixture(scope="module")
def trimmed(
    sources: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[Path, Path, TrimReport]]:
    root = tmp_path_factory.mktemp("trimmed")
    done: dict[str, TrimReport] = {}

    def make(kind: str) -> tuple[Path, Path, TrimReport]:
        if kind not in done:
            done[kind] = trim_checkpoint(sources(kind), texts_of(DATA), root / kind, EncodingOptions())
        return sources(kind), root / kind, done[kind]

    return make


def rows_in_source(source: Path, directory: Path) -> list[int | None]:
    """For each id of a trimmed checkpoint the row that its piece has in the source, by its name."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=(source / "spiece.model").read_bytes())
    tokenizer = load_tokenizer(directory)
    found: list[int | None] = []
    for index in range(tokenizer.get_vocab_size()):
        piece = tokenizer.id_to_token(index)
        if piece.startswith("<extra_id_"):
            number = int(piece[10:-1])
            mt5 = processor.piece_to_id(f"▁{piece}")
            # T5 counts its hundred sentinels down after the pieces.
            row = mt5 if mt5 != processor.unk_id() else processor.get_piece_size() + 99 - number
        else:
            row = processor.piece_to_id(piece)
        found.append(None if row == processor.unk_id() and piece != "<unk>" else row)
    return found


def load_source(source: Path) -> Any:
    return transformers.AutoModelForSeq2SeqLM.from_pretrained(source).eval()


@pytest.mark.parametrize("kind", KINDS)
def test_logits_on_kept_pieces_are_those_of_the_source(
    trimmed: Callable[[str], tuple[Path, Path, TrimReport]], kind: str
) -> None:
    source, directory, report = trimmed(kind)
    rows = rows_in_source(source, directory)
    kept = [index for index, row in enumerate(rows) if row is not None]
    old, new = load_source(source), load_network(directory).eval()
    # Every kept piece is read by the encoder and by the decoder.
    ids = kept.copy()
    Random(3).shuffle(ids)
    for start in range(0, len(ids), 100):
        part = ids[start : start + 100]
        there = torch.tensor([[rows[index] for index in part]])
        here = torch.tensor([part])
        with torch.no_grad():
            before = old(input_ids=there, decoder_input_ids=there).logits[0][:, [rows[index] for index in kept]]
            after = new(input_ids=here, decoder_input_ids=here).logits[0][:, kept]
        assert before.abs().max() > 0.1
        assert (before - after).abs().max() <= 1e-5 * max(1.0, float(before.abs().max()))
    assert report.largest_difference <= 1e-5 * max(1.0, report.largest_logit)
    assert report.own_head == (kind != "mt5-tied")


def test_rows_are_copied_and_the_rest_is_gone(trimmed: Callable[[str], tuple[Path, Path, TrimReport]]) -> None:
    source, directory, report = trimmed("mt5")
    rows = rows_in_source(source, directory)
    old, new = load_source(source), load_network(directory)
    kept = [index for index, row in enumerate(rows) if row is not None]
    there = [rows[index] for index in kept]
    assert torch.equal(new.shared.weight[kept], old.shared.weight[there])
    assert torch.equal(new.lm_head.weight[kept], old.lm_head.weight[there])
    assert len(set(there)) == len(there)
    assert report.pieces == (old.config.vocab_size, new.config.vocab_size)
    assert report.parameters == (old.num_parameters(), new.num_parameters())
    assert report.pieces[1] < report.pieces[0] / 2
    assert report.megabytes[1] < report.megabytes[0] / 1.5
    # Names of other languages' pieces do not stay.
    tokenizer = load_tokenizer(directory)
    processor = sentencepiece.SentencePieceProcessor(model_proto=(source / "spiece.model").read_bytes())
    assert processor.piece_to_id("▁Wind") > 2
    assert tokenizer.token_to_id("▁Wind") is None


@pytest.mark.parametrize("kind", KINDS)
def test_ids_of_special_pieces_and_sentinels(
    trimmed: Callable[[str], tuple[Path, Path, TrimReport]], kind: str
) -> None:
    source, directory, _ = trimmed(kind)
    tokenizer = load_tokenizer(directory)
    assert [tokenizer.token_to_id(piece) for piece in ("<pad>", "</s>", "<unk>")] == [0, 1, 2]
    size = tokenizer.get_vocab_size()
    names = [f"<extra_id_{index}>" for index in range(MAX_ANCHORS)]
    assert [tokenizer.token_to_id(name) for name in names] == list(range(size - MAX_ANCHORS, size))
    rows = rows_in_source(source, directory)[-MAX_ANCHORS:]
    first = rows[0]
    assert first is not None
    assert rows == list(range(first, first - MAX_ANCHORS, -1))
    config = load_network(directory).config
    assert (config.pad_token_id, config.eos_token_id, config.decoder_start_token_id) == (0, 1, 0)
    assert config.vocab_size == size


@pytest.mark.parametrize("kind", ["mt5", "t5"])
def test_texts_are_written_without_unknowns_digits_and_signs_apart(
    trimmed: Callable[[str], tuple[Path, Path, TrimReport]], kind: str
) -> None:
    _, directory, _ = trimmed(kind)
    tokenizer = load_tokenizer(directory)
    processor = sentencepiece.SentencePieceProcessor(model_proto=(directory / "spiece.model").read_bytes())
    assert (processor.pad_id(), processor.eos_id(), processor.unk_id()) == (0, 1, 2)
    ascii_text = "".join(chr(code) for code in range(33, 127))
    for text in [*texts_of(DATA), "(1+23)*456/7.8^9%-0:1=2", ascii_text, " 12 (3) 45% "]:
        encoding = tokenizer.encode(text)
        assert 2 not in encoding.ids, text
        for token in encoding.tokens:
            assert len(token) == 1 or token.startswith("<") or not set(token) & set("+-*/^%().:=0123456789"), token
        if "<extra_id_" not in text:
            # sentencepiece reads the model written here as the tokenizer does.
            assert [*processor.encode(text), 1] == encoding.ids, text
    # Merged pieces are kept where texts have them.
    assert any(len(token) > 2 for token in tokenizer.encode(texts_of(DATA)[3]).tokens if not token.startswith("<"))


def test_texts_are_written_as_with_the_whole_vocabulary(
    sources: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = []

    def build_tokenizer(model: bytes) -> Any:
        whole.append(original(model))
        return whole[-1]

    original = trim_vocabulary.build_tokenizer
    monkeypatch.setattr(trim_vocabulary, "build_tokenizer", build_tokenizer)
    trim_checkpoint(sources("mt5"), texts_of(DATA), tmp_path / "out", EncodingOptions())
    small = load_tokenizer(tmp_path / "out")
    assert len(whole) == 1
    assert whole[0].get_vocab_size() > small.get_vocab_size()
    for text in texts_of(DATA):
        assert whole[0].encode(text).tokens == small.encode(text).tokens
    # Training shows other numbers too.
    examples, _ = make_examples(DATA, EncodingOptions())
    for seed in range(20):
        for example in examples:
            assert 2 not in small.encode(example.source(Random(seed))).ids


def test_characters_that_the_source_writes_otherwise_get_the_mean_of_that(
    trimmed: Callable[[str], tuple[Path, Path, TrimReport]],
) -> None:
    source, directory, report = trimmed("mt5")
    assert "²" in report.added  # NFKC makes it a 2
    assert "房" in report.added  # in none of the sentences: three bytes
    processor = sentencepiece.SentencePieceProcessor(model_proto=(source / "spiece.model").read_bytes())
    written = [index for index in processor.encode("房") if processor.id_to_piece(index) != "▁"]
    assert [processor.id_to_piece(index) for index in written] == ["<0xE6>", "<0x88>", "<0xBF>"]
    index = load_tokenizer(directory).token_to_id("房")
    old, new = load_source(source), load_network(directory)
    assert torch.allclose(new.shared.weight[index], old.shared.weight[written].mean(dim=0))
    assert torch.allclose(new.lm_head.weight[index], old.lm_head.weight[written].mean(dim=0))


def test_own_head_stays_own(trimmed: Callable[[str], tuple[Path, Path, TrimReport]], tmp_path: Path) -> None:
    _, directory, _ = trimmed("mt5")
    assert json.loads((directory / "config.json").read_text())["tie_word_embeddings"] is False
    for network in (load_network(directory), transformers.AutoModelForSeq2SeqLM.from_pretrained(directory)):
        assert network.lm_head.weight is not network.shared.weight
        assert not torch.equal(network.lm_head.weight, network.shared.weight)
        assert network.encoder.embed_tokens.weight is network.shared.weight
        assert network.decoder.embed_tokens.weight is network.shared.weight
    ours = load_network(directory)
    ours.tie_weights()
    assert ours.lm_head.weight is not ours.shared.weight
    ours.save_pretrained(tmp_path / "again")
    again = load_network(tmp_path / "again")
    assert again.lm_head.weight is not again.shared.weight
    assert torch.equal(again.lm_head.weight, ours.lm_head.weight)
    assert json.loads((tmp_path / "again" / "config.json").read_text())["tie_word_embeddings"] is False


def test_hugging_face_tokenizer_agrees(trimmed: Callable[[str], tuple[Path, Path, TrimReport]]) -> None:
    _, directory, _ = trimmed("mt5")
    theirs, ours = transformers.AutoTokenizer.from_pretrained(directory), load_tokenizer(directory)
    assert len(theirs) == ours.get_vocab_size()
    for text in texts_of(DATA):
        assert theirs(text).input_ids == ours.encode(text).ids


@pytest.fixture(scope="module")
def exported(
    trimmed: Callable[[str], tuple[Path, Path, TrimReport]], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    pytest.importorskip("ctranslate2")
    from mwp_solver.export import export_runtime

    root = tmp_path_factory.mktemp("exported")

    def make(kind: str) -> Path:
        if not (root / kind).exists():
            shutil.copytree(trimmed(kind)[1], root / kind)
            export_runtime(root / kind, "float32")
        return root / kind

    return make


@pytest.mark.parametrize("beam", [1, 3])
def test_export_gives_the_outputs_and_scores_of_torch(exported: Callable[[str], Path], beam: int) -> None:
    from mwp_solver.model.backends.ct2 import CT2Backend
    from mwp_solver.model.backends.torch import TorchBackend

    directory = exported("mt5")
    texts = [encode_question(problem.question).text for problem in DATA]
    options = DecodingOptions(beam_size=beam, n_best=beam, max_length=12)
    ours = CT2Backend(directory, "cpu").generate(texts, options)
    theirs = TorchBackend(directory, "cpu").generate(texts, options)
    for left, right in zip(ours, theirs, strict=True):
        assert [h.text for h in left] == [h.text for h in right]
        assert [h.score for h in left] == pytest.approx([h.score for h in right], rel=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_export_gives_every_token_the_probability_of_torch(exported: Callable[[str], Path], kind: str) -> None:
    # Given texts: random networks like to write padding or nothing, which the two count in different ways.
    from mwp_solver.model.backends.ct2 import CT2Backend

    directory = exported(kind)
    translator, network = CT2Backend(directory, "cpu").translator.get(), load_network(directory).eval()
    for encoding in load_tokenizer(directory).encode_batch(texts_of(DATA)):
        inputs = torch.tensor([[0, *encoding.ids[:-1]]])
        with torch.no_grad():
            logits = network(input_ids=torch.tensor([encoding.ids]), decoder_input_ids=inputs).logits[0]
        theirs = logits.log_softmax(dim=-1)[range(len(encoding.ids)), encoding.ids].tolist()
        (scored,) = translator.score_batch([encoding.tokens], [encoding.tokens[:-1]])
        assert scored.log_probs == pytest.approx(theirs, abs=1e-4)
        assert min(theirs) < -5


def test_trimming_twice_changes_nothing(
    trimmed: Callable[[str], tuple[Path, Path, TrimReport]], tmp_path: Path
) -> None:
    # Its sentinels are named by tokenizer.json alone, and it has no bytes to spare.
    _, directory, report = trimmed("mt5")
    second = trim_checkpoint(directory, texts_of(DATA), tmp_path / "second", EncodingOptions())
    assert second.pieces == (report.pieces[1], report.pieces[1])
    assert second.parameters == (report.parameters[1], report.parameters[1])
    assert (second.added, second.largest_difference) == ("", 0.0)
    first, again = load_network(directory).state_dict(), load_network(tmp_path / "second").state_dict()
    assert all(torch.equal(weight, again[name]) for name, weight in first.items())
    tokenizers = [(path / "tokenizer.json").read_text() for path in (directory, tmp_path / "second")]
    assert tokenizers[0] == tokenizers[1]


@pytest.mark.parametrize("encoding", ["anchored", "literal"])
def test_command_makes_a_checkpoint_that_train_starts_from(
    sources: Callable[[str], Path], tmp_path: Path, encoding: str
) -> None:
    pytest.importorskip("accelerate", reason="accelerate comes with the train extra")
    from mwp_solver.training.trainer import train

    files = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    write_problems(files[0], DATA[:3])
    write_problems(files[1], DATA[3:])
    start = tmp_path / "start"
    arguments = ["--from", str(sources("mt5")), "--number-encoding", encoding, "--output", str(start)]
    result = CliRunner().invoke(main, ["init", "--keep-vocab", str(files[0]), str(files[1]), *arguments])
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{start}\n"
    manifest = read_manifest(start)
    verify_files(start, manifest)
    assert read_encoding(manifest).number_encoding == encoding
    facts = manifest["trimmed"]
    assert (facts["from"], facts["problems"], facts["without_equation"]) == (str(sources("mt5")), 5, 1)
    for number in (*facts["pieces"], *facts["parameters"]):
        assert f"{number:,}" in result.stderr
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]

    config = TrainingConfig(
        data=(str(files[0]), str(files[1])),
        validation=(str(files[1]),),
        output=str(tmp_path / "run"),
        model=str(start),
        steps=2,
        batch_size=2,
        warmup=1,
        precision="fp32",
        teaforn_passes=2,
    )
    best = train(config)
    before, after = load_network(start), load_network(best)
    assert after.lm_head.weight is not after.shared.weight
    assert not torch.equal(before.lm_head.weight, after.lm_head.weight)
    assert not torch.equal(before.shared.weight, after.shared.weight)
    assert (best / "tokenizer.json").read_text() == (start / "tokenizer.json").read_text()
    assert list(read_problems(files[0])) == DATA[:3]


def test_pickled_weights_are_read_as_tensors_only(sources: Callable[[str], Path], tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(sources("mt5"), source)
    network = load_source(source)
    (source / "model.safetensors").unlink()
    # As google's: all four names, three of them one matrix.
    torch.save(network.state_dict(), source / "pytorch_model.bin")
    report = trim_checkpoint(source, texts_of(DATA), tmp_path / "out", EncodingOptions())
    assert report.own_head
    assert report.parameters[0] == network.num_parameters()

    class Hostile:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "hacked",)

    torch.save({"shared.weight": Hostile()}, source / "pytorch_model.bin")
    with pytest.raises(ModelError, match="weights cannot be read"):
        trim_checkpoint(source, texts_of(DATA), tmp_path / "never", EncodingOptions())
    assert not (tmp_path / "hacked").exists()
    assert not (tmp_path / "never").exists()


def change_config(source: Path, **changes: Any) -> None:
    path = source / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def save_encoder_alone(source: Path) -> None:
    encoder = transformers.MT5EncoderModel.from_pretrained(source)
    config = (source / "config.json").read_text()
    encoder.save_pretrained(source)
    (source / "config.json").write_text(config)


def save_another_embedding(source: Path) -> None:
    network = load_source(source)
    network.encoder.embed_tokens.weight = torch.nn.Parameter(torch.randn(network.shared.weight.shape))
    network.save_pretrained(source)


def lose_sentinels(source: Path) -> None:
    model = sentencepiece_model(mt5=True)
    (source / "spiece.model").write_bytes(model[: model.index("▁<extra_id_20>".encode()) - 4])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda s: (s / "config.json").unlink(), r"config\.json is missing; fetch"),
        (lambda s: (s / "spiece.model").unlink(), r"spiece\.model is missing; fetch"),
        (lambda s: (s / "model.safetensors").unlink(), r"holds no weights; fetch model\.safetensors"),
        (lambda s: (s / "config.json").write_text("{"), "no configuration"),
        (lambda s: (s / "config.json").write_text("[]"), "no configuration"),
        (lambda s: change_config(s, model_type="bert"), "'bert'; only encoder-decoders"),
        (lambda s: change_config(s, model_type="umt5"), "'umt5'; only encoder-decoders"),
        (lambda s: change_config(s, is_encoder_decoder=False), "only encoder-decoders"),
        (lambda s: change_config(s, vocab_size=100), "do not belong together"),
        (lambda s: change_config(s, vocab_size=5000), "do not belong together"),
        (lambda s: change_config(s, vocab_size=813), "weights cannot be read"),
        (lambda s: change_config(s, decoder_start_token_id=5), "does not start with <pad>"),
        (lambda s: (s / "spiece.model").write_bytes(b"nonsense"), "cannot be read as a sentencepiece model"),
        (lambda s: (s / "spiece.model").write_bytes(b""), "lacks <pad>"),
        (
            lambda s: (s / "spiece.model").write_bytes(sentencepiece_model(mt5=False, model_type="bpe")),
            "no unigram model",
        ),
        (lambda s: (s / "spiece.model").write_bytes(sentencepiece_model(mt5=True, pad_id=-1)), "lacks <pad>"),
        (lambda s: (s / "model.safetensors").write_bytes(b"nonsense"), "weights cannot be read"),
        (lose_sentinels, "lacks sentinels"),
        (save_encoder_alone, "weights are missing"),
        (save_another_embedding, "differ by"),
    ],
)
def test_spoilt_sources_are_refused(
    sources: Callable[[str], Path], tmp_path: Path, spoil: Callable[[Path], Any], message: str
) -> None:
    source, output = tmp_path / "source", tmp_path / "out" / "deep"
    shutil.copytree(sources("mt5"), source)
    spoil(source)
    with pytest.raises(ModelError, match=message):
        trim_checkpoint(source, texts_of(DATA), output, EncodingOptions())
    assert not output.exists()
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_nothing_to_keep_and_nowhere_to_write(sources: Callable[[str], Path], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no texts"):
        trim_checkpoint(sources("mt5"), [], tmp_path / "out", EncodingOptions())
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    (tmp_path / "file").touch()
    for name in ("full", "file"):
        with pytest.raises(ModelError, match="not empty; use another --output"):
            trim_checkpoint(sources("mt5"), ["1+1"], tmp_path / name, EncodingOptions())
    with pytest.raises(ModelError, match="cannot be written"):
        trim_checkpoint(sources("mt5"), ["1+1"], tmp_path / "file" / "below", EncodingOptions())


def test_bad_usage_of_the_command(sources: Callable[[str], Path], tmp_path: Path) -> None:
    empty, good, output = tmp_path / "empty.jsonl", tmp_path / "good.jsonl", str(tmp_path / "out")
    empty.write_text("")
    write_problems(good, DATA)
    source = str(sources("mt5"))
    for arguments, message in [
        (["--from", source, "--keep-vocab", str(empty)], "mwp-solver: "),
        (["--from", source, "--keep-vocab", str(tmp_path / "none.jsonl")], "none.jsonl"),
        (["--from", str(tmp_path / "none"), "--keep-vocab", str(good)], "no such directory"),
        (["--from", source, "--keep-vocab", str(good), "--number-encoding", "roman"], "roman"),
        (["--from", source], "--keep-vocab"),
    ]:
        result = CliRunner().invoke(main, ["init", *arguments, "--output", output])
        assert result.exit_code == 2, result.output
        assert message in result.stderr
        assert "Traceback" not in result.output
    assert not Path(output).exists()


def test_names_of_the_hub_are_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    asked: list[list[str]] = []

    def snapshot_download(name: str, *, allow_patterns: list[str]) -> str:
        assert name == "google/mt5-small"
        asked.append(allow_patterns)
        if "pytorch_model.bin" in allow_patterns:
            (tmp_path / "pytorch_model.bin").touch()
        return str(tmp_path)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot_download)
    assert find_source("google/mt5-small") == tmp_path
    # Pickled weights only where there are no others.
    assert ["model.safetensors" in patterns for patterns in asked] == [True, False]
    (tmp_path / "model.safetensors").touch()
    asked.clear()
    assert find_source("google/mt5-small") == tmp_path
    assert len(asked) == 1


def test_without_network_the_error_says_what_to_fetch(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    def snapshot_download(name: str, **settings: Any) -> str:
        raise huggingface_hub.errors.LocalEntryNotFoundError("no network")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot_download)
    with pytest.raises(ModelError, match=r"spiece\.model.*https://huggingface\.co/google/mt5-small.*directory"):
        find_source("google/mt5-small")


@pytest.mark.parametrize("name", ["mt5-small", "/nowhere/at/all", "../google/mt5", "google/mt5/small", "a b/c"])
def test_other_names_are_no_names_of_the_hub(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *a, **k: pytest.fail("asked the hub"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match="no such directory"):
        find_source(name)


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 2**31, -1])
def test_protobuf_fields_come_back(value: int) -> None:
    message = spiece.field(7, value) + spiece.field(40, b"\xe4\xb8\x80") + spiece.field(2, 0.5)
    assert list(spiece.fields_of(message)) == [(7, value % 2**64), (40, "一".encode()), (2, b"\x00\x00\x00?")]
