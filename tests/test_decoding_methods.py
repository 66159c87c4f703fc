"""Sampling and TeaForN decoding: what each backend gives, on a network of random weights."""

from __future__ import annotations

from math import exp, log
from pathlib import Path
from typing import Any

import pytest

from mwp_solver.corpus.files import read_problems
from mwp_solver.errors import ModelError
from mwp_solver.model.backends.base import Hypothesis, pool_samples, sampling_seed
from mwp_solver.model.encoding import encode_question
from mwp_solver.options import DecodingOptions
from mwp_solver.solving.solver import Solver

QUESTIONS = [
    "Anna has 12 marbles and finds 30 more. How many marbles does she have?",
    "A box holds 48 pens. 19 are taken out. How many pens are left?",
    "Tom read 2/5 of a book of 120 pages. How many pages did he read?",
]
TEXTS = [encode_question(question).text for question in QUESTIONS]
SAMPLING = DecodingOptions(method="sample-vote", beam_size=8, n_best=8, max_length=8, seed=3)
BACKENDS = ["ctranslate2", "torch"]


@pytest.fixture(scope="module", params=BACKENDS)
def backend(request: pytest.FixtureRequest, checkpoint: Path) -> Any:
    return Solver.from_pretrained(checkpoint, backend=request.param, device="cpu", threads=1).backend


def test_the_same_seed_draws_the_same_whatever_stands_beside(backend: Any) -> None:
    together = backend.generate(TEXTS, SAMPLING)
    assert together == backend.generate(TEXTS, SAMPLING)
    assert together == [backend.generate([text], SAMPLING)[0] for text in TEXTS]
    assert together[::-1] == backend.generate(TEXTS[::-1], SAMPLING)
    assert together != backend.generate(TEXTS, DecodingOptions("sample-vote", 8, 8, seed=4, max_length=8))


def test_each_output_weighs_its_share_of_the_draws(backend: Any) -> None:
    for hypotheses in backend.generate(TEXTS, SAMPLING):
        assert len({hypothesis.text for hypothesis in hypotheses}) == len(hypotheses)
        weights = [hypothesis.weight for hypothesis in hypotheses]
        assert sum(weights) == pytest.approx(1)
        assert weights == sorted(weights, reverse=True)
        assert all(hypothesis.score < 0 for hypothesis in hypotheses)


def test_a_low_temperature_draws_the_greedy_output(backend: Any, problem_file: Path) -> None:
    texts = [encode_question(problem.question).text for problem in list(read_problems(problem_file))[:24]]
    greedy = backend.generate(texts, DecodingOptions("greedy", 1, 1, max_length=8))
    for temperature, least, most in ((0.01, 20, 24), (1.0, 0, 2)):
        options = DecodingOptions("sample-vote", 4, 4, temperature=temperature, max_length=8)
        drawn = backend.generate(texts, options)
        same = sum(h[0].text == g[0].text and (h[0].weight or 0) > 0.5 for h, g in zip(drawn, greedy, strict=True))
        # Hardly trained, the network has near ties for some texts.
        assert least <= same <= most, temperature


def test_draws_leave_the_generator_of_others_alone(checkpoint: Path) -> None:
    torch = pytest.importorskip("torch")
    backend = Solver.from_pretrained(checkpoint, backend="torch", device="cpu").backend
    torch.manual_seed(11)
    expected = torch.rand(3)
    torch.manual_seed(11)
    backend.generate(TEXTS[:1], SAMPLING)
    assert torch.equal(torch.rand(3), expected)


def test_probabilities_are_those_of_the_network_whatever_the_temperature(checkpoint: Path) -> None:
    from mwp_solver.model.teaforn import TeaForN, objective
    from mwp_solver.training.collate import collate

    backend: Any = Solver.from_pretrained(checkpoint, backend="torch", device="cpu").backend
    hot = DecodingOptions("sample-vote", 64, 64, temperature=1.5, max_length=40)
    ended = 0
    for hypothesis in backend.generate(TEXTS[:1], hot)[0]:
        ids = backend.tokenizer.encode(hypothesis.text).ids
        if len(ids) <= 40:  # ended by itself
            pairs = [(backend.tokenizer.encode(TEXTS[0]).ids, ids)]
            exact = objective(backend.network, collate(pairs), TeaForN()).item()
            ended += hypothesis.score == pytest.approx(exact, rel=1e-3)
    assert ended


@pytest.mark.parametrize("beam", [1, 4])
def test_teaforn_of_one_pass_is_the_plain_beam(checkpoint: Path, beam: int) -> None:
    backend = Solver.from_pretrained(checkpoint, backend="torch", device="cpu").backend
    plain = backend.generate(TEXTS, DecodingOptions("beam", beam, beam, max_length=12))
    weighed = backend.generate(TEXTS, DecodingOptions("teaforn", beam, beam, teaforn_passes=1, max_length=12))
    for left, right in zip(plain, weighed, strict=True):
        assert [(h.text, h.score) for h in left] == [(h.text, h.score) for h in right]
        assert all(h.weight is None for h in left)
        assert [log(h.weight or 1) for h in right] == pytest.approx([h.score for h in left], rel=1e-3)


def test_teaforn_adds_the_later_passes() -> None:
    from mwp_solver.model.teaforn import TeaForN, objective
    from mwp_solver.training.collate import collate

    # The bundled network, since outputs of an untrained one do not end.
    backend: Any = Solver.from_pretrained(backend="torch", device="cpu").backend
    options = DecodingOptions("teaforn", 3, 3, teaforn_passes=3, teaforn_discount=0.5, teaforn_top_k=2, max_length=40)
    method, compared = TeaForN((1.0, 0.5, 0.25), 2), 0
    for text, hypotheses in zip(TEXTS, backend.generate(TEXTS, options), strict=True):
        for hypothesis in hypotheses:
            ids = backend.tokenizer.encode(hypothesis.text).ids
            if len(ids) <= 40:
                pairs = [(backend.tokenizer.encode(text).ids, ids)]
                exact = objective(backend.network, collate(pairs), method).item()
                compared += hypothesis.weight == pytest.approx(exp(exact), rel=1e-2)
                assert hypothesis.weight < exp(hypothesis.score)
    assert compared


def test_the_run_time_export_has_no_teaforn(checkpoint: Path) -> None:
    solver = Solver.from_pretrained(checkpoint, device="cpu")
    with pytest.raises(ModelError, match="--backend torch"):
        solver.solve(QUESTIONS[0], method="teaforn")


def test_equal_draws_are_pooled() -> None:
    drawn = [("a", -1.0), ("b", -0.5), ("a", -1.0), ("c", -2.0)]
    expected = [Hypothesis("a", -1.0, 0.5), Hypothesis("b", -0.5, 0.25), Hypothesis("c", -2.0, 0.25)]
    assert pool_samples(drawn, 5) == expected
    assert pool_samples(drawn, 2) == expected[:2]


def test_seeds_differ_by_text_and_are_never_nought() -> None:
    seeds = {sampling_seed(seed, text) for seed in range(20) for text in TEXTS}
    assert len(seeds) == 60
    assert min(seeds) > 0


@pytest.mark.parametrize(
    "bad",
    [
        {"temperature": 0},
        {"temperature": float("nan")},
        {"seed": -1},
        {"teaforn_passes": 0},
        {"teaforn_discount": 1.5},
        {"teaforn_top_k": -1},
    ],
)
def test_options_out_of_range(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        DecodingOptions(**bad)
