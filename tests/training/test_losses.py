"""Weights of loss terms, and gradients where they meet."""

import pytest
import torch

from multiart.training.losses import CombinedLoss, Meeting, interpolate, number_of_each, some_of_each


def terms(**values: float) -> dict[str, torch.Tensor]:
    return {name: torch.tensor(value) for name, value in values.items()}


def test_fixed_weights_make_a_weighted_sum():
    loss = CombinedLoss(weights={"text": 2.0, "image": 0.5})
    total, shares = loss(terms(text=3.0, image=4.0), 0)
    assert total == 8 and shares["text"] == 6 and shares["image"] == 2


def test_a_term_starts_at_its_step():
    loss = CombinedLoss(weights={"text": 1.0, "image": 1.0}, start_steps={"image": 5})
    assert loss.weight("image", 4) == 0 and loss.weight("image", 5) == 1 and loss.weight("text", 0) == 1


def test_a_schedule_is_linear_between_its_points():
    loss = CombinedLoss(weights={"text": 2.0}, weighting="schedule", schedule={"text": {10: 0.0, 20: 1.0}})
    assert [loss.weight("text", step) for step in (0, 10, 15, 20, 99)] == [0, 0, 1, 2, 2]
    assert interpolate([(0, 1.0)], 50) == 1


def test_learned_scales_settle_where_the_uncertainty_is():
    """The best s of w (L exp(-s) / 2 + s / 2) is log L, of a likelihood log 2 L (Kendall et al. 2018)."""
    loss = CombinedLoss(weights={"text": 1.0, "image": 1.0}, weighting="uncertainty")
    optimizer = torch.optim.Adam(loss.parameters(), 0.05)
    for _ in range(600):
        optimizer.zero_grad()
        loss(terms(text=3.0, image=0.2), 0)[0].backward()
        optimizer.step()
    assert loss.log_scales["image"].item() == pytest.approx(torch.tensor(0.2).log().item(), abs=1e-2)
    assert loss.log_scales["text"].item() == pytest.approx(torch.tensor(6.0).log().item(), abs=1e-2)


@pytest.mark.parametrize(
    "given, said",
    [
        ({"weights": {"text": -1.0}}, "weights.text must be 0 or more, got -1"),
        ({"weights": {"text": float("nan")}}, "weights.text must be 0 or more, got nan"),
        ({"weights": {"text": 0.0, "image": 0}}, "must not all be 0"),
        ({"weights": {"text": 1}, "weighting": "fix"}, "Did you mean 'fixed'"),
        ({"weights": {"text": 1}, "start_steps": {"txt": 1}}, "Did you mean 'text'"),
    ],
)
def test_bad_weights_are_refused(given, said):
    with pytest.raises(ValueError, match=said):
        CombinedLoss(**given)


def test_gradients_that_meet_add_up_and_are_measured():
    tensor = torch.ones(3, requires_grad=True)
    meeting = Meeting()
    views = meeting.split(tensor, ["a", "b", "c"])
    (2 * views["a"].sum() + (views["b"] ** 2).sum() * 3).backward()
    assert torch.equal(tensor.grad, torch.full((3,), 8.0))
    assert meeting.norms == pytest.approx({"a": 12**0.5, "b": 108**0.5})


def meet(meeting: Meeting) -> torch.Tensor:
    """The gradient of a small branch along one axis and a large one along the next."""
    tensor = torch.ones(4, requires_grad=True)
    views = meeting.split(tensor, ["a", "b"])
    direction = torch.tensor([1.0, 0, 0, 0])
    (0.001 * (views["a"] * direction).sum() + 100 * (views["b"] * direction.roll(1)).sum()).backward()
    meeting.settle()
    return tensor.grad


def test_shares_make_each_branch_weigh_what_it_should():
    meeting = Meeting(shares={"a": 3.0, "b": 1.0})
    first, second = meet(meeting), meet(meeting)
    assert first[0] / first[1] == pytest.approx(1e-5)  # nothing is known of them yet
    assert second[0] / second[1] == pytest.approx(3)
    assert second.abs().sum() == pytest.approx(100.001, rel=1e-4)


def test_a_gradient_that_is_not_finite_counts_in_no_share():
    meeting = Meeting(shares={"a": 3.0, "b": 1.0})
    meet(meeting)
    known = dict(meeting.average)
    meeting.norms = {"a": float("nan"), "b": float("inf")}
    meeting.settle()
    assert meeting.average == known


def test_nothing_meets_in_a_frozen_tensor():
    tensor = torch.ones(2)
    assert Meeting().split(tensor, ["a"])["a"] is tensor


def test_some_places_of_each_row_are_drawn_evenly():
    counted = torch.tensor([[True] * 8, [True] * 3 + [False] * 5, [False] * 8])
    assert number_of_each(counted, 0.25).tolist() == [2, 1, 0]
    assert torch.equal(some_of_each(counted, 1.0, [0, 1, 2]), counted)
    drawn = torch.stack([some_of_each(counted, 0.25, [seed, seed, seed]) for seed in range(400)])
    assert (drawn.sum(2) == torch.tensor([2, 1, 0])).all() and not (drawn & ~counted).any()
    torch.testing.assert_close(drawn[:, 0].float().mean(0), torch.full((8,), 0.25), atol=0.08, rtol=0)
    assert torch.equal(drawn[7], some_of_each(counted, 0.25, [7, 7, 7]))
