"""Dropout by sixteen random bits a number."""

from __future__ import annotations

import pytest


def test_the_share_is_kept_and_the_mean_and_the_gradient_follow():
    import torch

    from grading.backends.quick_dropout import dropped

    torch.manual_seed(3)
    values = torch.ones(400, 501, requires_grad=True)
    found = dropped(values, 0.1)
    gone = (found == 0).float().mean().item()
    assert gone == pytest.approx(0.1, abs=4 * (0.1 * 0.9 / values.numel()) ** 0.5)
    assert found[found != 0].unique().tolist() == pytest.approx([1 / 0.9], rel=1e-4)
    found.sum().backward()
    assert torch.equal(values.grad, found.detach())
    rows, columns = (found.detach() == 0).float().mean(dim=1), (found.detach() == 0).float().mean(dim=0)
    assert rows.min() > 0.03
    assert columns.max() < 0.2


def test_the_same_place_of_the_generator_drops_the_same():
    import torch

    from grading.backends.quick_dropout import dropped

    torch.manual_seed(5)
    values = torch.rand(7, 13)
    state = torch.get_rng_state()
    first = dropped(values, 0.3)
    assert not torch.equal(dropped(values, 0.3), first)
    torch.set_rng_state(state)
    assert torch.equal(dropped(values, 0.3), first)


def test_a_network_that_does_not_learn_drops_nothing():
    import torch

    from grading.backends.quick_dropout import quicken

    network = torch.nn.Sequential(torch.nn.Dropout(0.5), torch.nn.Dropout(0.0))
    quicken(network)
    values = torch.ones(50, 50)
    assert torch.equal(network.eval()(values), values)
    assert 0.3 < (network.train()(values) == 0).float().mean() < 0.7
