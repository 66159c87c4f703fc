"""The quick network: the same outputs, gradients and names, and dropout of the asked rate."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="torch comes with the train extra")
pytest.importorskip("transformers", reason="transformers comes with the train extra")

from mwp_solver.model.checkpoint import new_network  # noqa: E402
from mwp_solver.options import PRESETS  # noqa: E402
from mwp_solver.training.collate import collate  # noqa: E402
from mwp_solver.training.fast import byte_mask, speed_up  # noqa: E402
from mwp_solver.training.teaforn import summed_loss  # noqa: E402

SIZE = replace(PRESETS["test"], encoder_layers=2, decoder_layers=2)
BATCH = collate([([5, 6, 7, 8, 1], [9, 10, 1]), ([11, 12, 1], [13, 1]), ([14, 1], [15, 16, 17, 1])])


def both(dropout: float) -> tuple[torch.nn.Module, torch.nn.Module]:
    plain = new_network(SIZE, 452, dropout=dropout, seed=3)
    quick = copy.deepcopy(plain)
    speed_up(quick)
    return plain, quick


def test_losses_gradients_and_names_are_those_of_the_library() -> None:
    plain, quick = both(0.0)
    for network in (plain, quick):
        network.train()
        summed_loss(network, BATCH).backward()
    theirs, ours = dict(plain.named_parameters()), dict(quick.named_parameters())
    assert theirs.keys() == ours.keys()
    for name, parameter in theirs.items():
        assert torch.allclose(parameter.grad, ours[name].grad, rtol=1e-4, atol=1e-5), name
    assert quick.state_dict().keys() == plain.state_dict().keys()


def test_evaluation_is_the_same_with_dropout_set() -> None:
    plain, quick = (network.eval() for network in both(0.3))
    with torch.no_grad():
        assert torch.allclose(summed_loss(plain, BATCH), summed_loss(quick, BATCH), rtol=1e-5)


def test_dropout_acts_in_training_and_repeats_by_its_seed() -> None:
    _, quick = both(0.3)
    quick.train()

    def loss(seed: int) -> float:
        torch.manual_seed(seed)
        with torch.no_grad():
            return float(summed_loss(quick, BATCH))

    assert loss(1) == loss(1) != loss(2)


@pytest.mark.parametrize("rate", [0.1, 0.25, 0.5])
def test_mask_drops_its_share_and_keeps_the_mean(rate: float) -> None:
    torch.manual_seed(0)
    mask = byte_mask(torch.zeros(1000, 333), rate)
    assert float((mask == 0).float().mean()) == pytest.approx(rate, abs=0.003)
    assert float(mask.mean()) == pytest.approx(1, abs=0.005)
    assert mask.unique().numel() == 2
