"""Losses for rare tokens and rare families, against their formulas and in a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch comes with the train extra")
pytest.importorskip("accelerate", reason="accelerate comes with the train extra")

from torch.nn.functional import cross_entropy  # noqa: E402

from mwp_solver.corpus.writing import write_problems  # noqa: E402
from mwp_solver.model.teaforn import IGNORED  # noqa: E402
from mwp_solver.options import TrainingConfig  # noqa: E402
from mwp_solver.problem import Problem  # noqa: E402
from mwp_solver.training.collate import collate  # noqa: E402
from mwp_solver.training.families import family_of, family_weights, logit_adjustment  # noqa: E402
from mwp_solver.training.losses import TokenLoss  # noqa: E402
from mwp_solver.training.trainer import train  # noqa: E402

LABELS = torch.tensor([[3, 1, IGNORED], [2, 0, 1]])


def logits() -> torch.Tensor:
    torch.manual_seed(0)
    return 2 * torch.randn(2, 3, 5)


def test_without_options_it_is_cross_entropy_to_the_bit() -> None:
    for smoothing in (0.0, 0.1):
        expected = cross_entropy(
            logits().flatten(0, 1), LABELS.flatten(), ignore_index=IGNORED, label_smoothing=smoothing, reduction="sum"
        )
        assert torch.equal(TokenLoss(smoothing)(logits(), LABELS), expected)


def test_focal_by_its_formula() -> None:
    chances = logits().softmax(-1)
    expected = 0.0
    for row, labels in enumerate(LABELS.tolist()):
        for position, label in enumerate(labels):
            if label != IGNORED:
                p = float(chances[row, position, label])
                expected -= (1 - p) ** 2 * float(torch.tensor(p).log())
    assert TokenLoss(focal=2.0)(logits(), LABELS).item() == pytest.approx(expected, rel=1e-5)


def test_focal_has_a_gradient_where_a_token_is_certain() -> None:
    scores = torch.tensor([[[200.0, 0.0]]], requires_grad=True)
    TokenLoss(focal=0.5)(scores, torch.tensor([[0]])).backward()
    assert torch.isfinite(scores.grad).all()


def test_weights_count_problems() -> None:
    loss = TokenLoss(0.1, focal=1.0)
    apart = [loss(logits()[i : i + 1], LABELS[i : i + 1]).item() for i in range(2)]
    together = loss(logits(), LABELS, torch.tensor([0.5, 3.0])).item()
    assert together == pytest.approx(0.5 * apart[0] + 3 * apart[1], rel=1e-5)


def test_adjustment_is_added_to_the_logits() -> None:
    shift = torch.tensor([0.0, 1.0, -1.0, 0.5, 0.0])
    assert torch.equal(TokenLoss(adjustment=shift)(logits(), LABELS), TokenLoss()(logits() + shift, LABELS))


def test_collated_weights() -> None:
    assert "weights" not in collate([([1], [2])])
    assert collate([([1], [2]), ([1], [3])], weights=[0.5, 2.0])["weights"].tolist() == [0.5, 2.0]


@pytest.mark.parametrize(
    ("problem", "family"),
    [
        (Problem("?", "1+2", family="植树"), "植树"),
        (Problem("?", "(35*4-94)/2"), "*-/"),
        (Problem("?", "3*2+1*2"), "**+"),
        (Problem("?", "80*(1-2/5)"), "*-"),
        (Problem("?", "1+2+3+4+5+6"), "more"),
        (Problem("?", "7"), "none"),
        (Problem("?", None), "unknown"),
        (Problem("?", "?"), "unknown"),
    ],
)
def test_family(problem: Problem, family: str) -> None:
    assert family_of(problem) == family


def test_family_weights() -> None:
    families = ["a"] * 8 + ["b"] * 2
    assert family_weights(families, 0.0) == {"a": 1.0, "b": 1.0}
    full = family_weights(families, 1.0)
    assert full["a"] * 8 == pytest.approx(full["b"] * 2)
    half = family_weights(families, 0.5)
    assert half["b"] / half["a"] == pytest.approx(2.0)
    assert half["a"] * 8 + half["b"] * 2 == pytest.approx(10)


def test_logit_adjustment_lowers_what_rare_families_write() -> None:
    rare = [("often", [3, 1])] * 90 + [("seldom", [4, 1])] * 10
    shift = logit_adjustment(rare, 6, 1.0)
    # In training a piece of the seldom family gets a handicap, which the network learns to make up for.
    assert shift[4] == pytest.approx(float(torch.tensor((10 + 1) / (50 + 1)).log()), abs=0.02)
    assert shift[3] > 0 > shift[4]
    assert abs(shift[1]) < 0.02
    assert torch.allclose(logit_adjustment(rare, 6, 0.5), shift / 2)
    even = [("a", [3, 1])] * 5 + [("b", [4, 1])] * 5
    assert torch.allclose(logit_adjustment(even, 6, 1.0), torch.zeros(6), atol=1e-6)


def mixed_file(path: Path) -> Path:
    """Sums in plenty and four products, in the same words."""
    write_problems(
        path,
        [
            Problem(f"Box A has {i} pens, box B has {i + 2} pens. {word} How many?", f"{i}{sign}{i + 2}", family=word)
            for word, sign, count in (("Sum.", "+", 120), ("Product.", "*", 4))
            for i in range(3, 3 + count)
        ],
    )
    return path


def test_each_option_minimises_another_loss(checkpoint: Path, tmp_path: Path) -> None:
    file = mixed_file(tmp_path / "mixed.jsonl")
    losses = {}
    options = {"family_weight": 1.0, "logit_adjustment": 1.0, "focal": 2.0}
    for name in ("plain", *options):
        config = TrainingConfig((str(file),), str(tmp_path / name), model=str(checkpoint), steps=12, batch_size=31)
        config = replace(
            config,
            dropout=0.0,
            precision="fp32",
            evaluate_every=1000,
            perturbation=0.0,
            **({name: options[name]} if name in options else {}),
        )
        train(config, lambda line, name=name: losses.update({name: line["loss"]}) if "loss" in line else None)
    # By how much it helps is measured, not tested.
    assert len({round(loss, 3) for loss in losses.values()}) == 4
