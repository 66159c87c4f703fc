"""TeaForN: the properties that make it what the paper says."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch comes with the train extra")
pytest.importorskip("transformers", reason="transformers comes with the train extra")

from mwp_solver.model.checkpoint import new_network  # noqa: E402
from mwp_solver.model.teaforn import IGNORED, TeaForN, _feed, objective, pass_logits, shift_right  # noqa: E402
from mwp_solver.options import ModelSize  # noqa: E402
from mwp_solver.training.collate import collate  # noqa: E402
from mwp_solver.training.teaforn import summed_loss  # noqa: E402

VOCABULARY = 40
SIZE = ModelSize(16, 8, 32, 2, 2, 2, VOCABULARY)


def network(dropout: float = 0.0) -> Any:
    return new_network(SIZE, VOCABULARY, dropout=dropout, seed=1)


def batch(changed: tuple[int, int] | None = None) -> dict[str, Any]:
    pairs = [([5, 6, 7, 8, 1], [9, 10, 11, 12, 13, 1]), ([14, 15, 1], [16, 17, 1])]
    if changed:
        pairs[0][1][changed[0]] = changed[1]
    return collate(pairs)


def gradients(model: Any, method: TeaForN, data: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    model.zero_grad()
    torch.manual_seed(7)
    loss = summed_loss(model, data, method)
    loss.backward()
    return loss.detach(), {n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None}


@pytest.mark.parametrize("weights", [(1.0,), (1.0, 0.0), (1.0, 0.0, 0.0)])
def test_one_counted_pass_is_plain_teacher_forcing_to_the_bit(weights: tuple[float, ...]) -> None:
    model, data = network(dropout=0.1), batch()
    model.train()
    loss, found = gradients(model, TeaForN(weights), data)
    model.zero_grad()
    torch.manual_seed(7)
    logits = model(
        input_ids=data["input_ids"],
        attention_mask=data["attention_mask"],
        decoder_input_ids=shift_right(data["labels"]),
    ).logits
    plain = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), data["labels"].flatten(), ignore_index=IGNORED, reduction="sum"
    )
    plain.backward()
    assert torch.equal(loss, plain.detach())
    expected = {n: p.grad for n, p in model.named_parameters() if p.grad is not None}
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in found)


@pytest.mark.parametrize("top_k", [0, 1, 3, VOCABULARY])
def test_the_first_position_is_the_same_in_every_pass(top_k: int) -> None:
    passes = list(pass_logits(network().eval(), batch(), TeaForN((1.0, 1.0, 1.0), top_k)))
    assert len(passes) == 3
    for later in passes[1:]:
        assert torch.allclose(later[:, 0], passes[0][:, 0], atol=1e-6)
        assert not torch.allclose(later[0, 2], passes[0][0, 2], atol=1e-4)


@pytest.mark.parametrize("changed", [1, 2, 3, 4])
def test_pass_i_at_t_knows_gold_tokens_up_to_t_minus_i(changed: int) -> None:
    model, method = network().eval(), TeaForN((1.0, 1.0, 1.0))
    before, after = list(pass_logits(model, batch(), method)), list(pass_logits(model, batch((changed, 30)), method))
    for number, (left, right) in enumerate(zip(before, after, strict=True), 1):
        # 0-based position p predicts token p; pass i there has read gold tokens 0 … p-i.
        first = changed + number
        assert torch.equal(left[0, :first], right[0, :first]), (number, changed)
        if first < left.shape[1]:
            assert not torch.allclose(left[0, first], right[0, first], atol=1e-6), (number, changed)


def test_a_second_pass_alone_still_trains_the_first() -> None:
    _, found = gradients(network(), TeaForN((0.0, 1.0)), batch())
    _, stopped = gradients(network(), TeaForN((0.0, 1.0), gradients=False), batch())
    name = "decoder.block.0.layer.0.SelfAttention.q.weight"
    assert found[name].abs().sum() > 0
    assert not torch.allclose(found[name], stopped[name])


def test_no_new_parameters() -> None:
    model = network()
    before = [name for name, _ in model.named_parameters()]
    gradients(model, TeaForN((1.0, 0.5, 0.25)), batch())
    assert [name for name, _ in model.named_parameters()] == before


@pytest.mark.parametrize("top_k", [0, 2])
def test_padding_counts_for_nothing_in_every_pass(top_k: int) -> None:
    model, method = network().eval(), TeaForN((1.0, 0.7, 0.4), top_k)
    pairs = [([5, 6, 7, 8, 1], [9, 10, 11, 12, 13, 1]), ([14, 15, 1], [16, 17, 1])]
    together = summed_loss(model, collate(pairs), method)
    apart = sum(summed_loss(model, collate([pair]), method) for pair in pairs)
    assert together.item() == pytest.approx(apart.item(), rel=1e-5)
    only_padding = collate(pairs)
    only_padding["labels"].fill_(IGNORED)
    assert summed_loss(model, only_padding, method).item() == 0.0


def test_top_1_is_the_best_tokens_embedding_and_all_is_the_expectation() -> None:
    torch.manual_seed(0)
    embedding, logits = torch.randn(VOCABULARY, 16), torch.randn(2, 3, VOCABULARY)
    states = torch.randn(2, 3, 16)
    assert torch.equal(_feed(embedding, logits, states, 1), embedding[logits.argmax(-1)])
    expectation = logits.softmax(-1) @ embedding
    assert torch.allclose(_feed(embedding, logits, states, VOCABULARY), expectation, atol=1e-6)
    assert torch.allclose(_feed(embedding, logits, states, VOCABULARY - 1), expectation, atol=0.2)


def test_hidden_states_re_enter_at_the_size_of_an_embedding() -> None:
    torch.manual_seed(0)
    embedding, states = 0.1 * torch.randn(VOCABULARY, 16), 30 * torch.randn(2, 3, 16)
    fed = _feed(embedding, torch.zeros(2, 3, VOCABULARY), states, 0)
    assert torch.allclose(fed.pow(2).mean(-1).sqrt(), embedding.pow(2).mean().sqrt().expand(2, 3), rtol=1e-4)


@pytest.mark.parametrize("top_k", [0, 3])
def test_the_objective_of_a_target_is_its_loss_with_the_other_sign(top_k: int) -> None:
    model, method = network().eval(), TeaForN((1.0, 0.7, 0.4), top_k)
    pairs = [([5, 6, 7, 8, 1], [9, 10, 11, 12, 13, 1]), ([14, 15, 1], [16, 17, 1])]
    losses = [-summed_loss(model, collate([pair]), method).item() for pair in pairs]
    assert objective(model, collate(pairs), method).tolist() == pytest.approx(losses, rel=1e-5)


def test_weights() -> None:
    assert TeaForN.geometric(3, 0.5).weights == (1.0, 0.5, 0.25)
    assert TeaForN((1.0, 0.0)).passes == 1
    for bad in ((), (0.0,), (1.0, -1.0)):
        with pytest.raises(ValueError, match="weights"):
            TeaForN(bad)
