import math

import pytest
import torch

from engine.models.heading import Frame, headings, turn_gaussians
from engine.models.mdn import log_density, n_head_outputs, split_head

M = 5


def turned_by(xy, angle):
    matrix = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return xy @ matrix.T


@pytest.mark.parametrize("angle", [0.0, 0.4, math.pi / 2, 2.5, -1.1])
def test_gaussians_in_a_frame_give_the_density_turned_and_scaled(angle):
    torch.manual_seed(0)
    params = 0.5 * torch.randn(8, n_head_outputs(M))
    frame = Frame(torch.tensor([math.cos(angle), math.sin(angle)]).expand(8, 2), torch.full((8,), 0.7))
    xy = torch.randn(8, 2)
    before = log_density(split_head(params, M), xy)
    there = turned_by(xy, angle) * math.exp(0.7)
    after = log_density(split_head(turn_gaussians(params, frame, M), M), there)
    torch.testing.assert_close(after + 2 * 0.7, before, atol=1e-4, rtol=1e-4)


def test_the_other_gaussians_and_the_pen_stay():
    torch.manual_seed(0)
    params, frame = torch.randn(4, n_head_outputs(M)), Frame(torch.tensor([[0.0, 1.0]] * 4), torch.zeros(4))
    before, after = (split_head(p, M) for p in (params, turn_gaussians(params, frame, 2)))
    assert torch.equal(before.log_pen, after.log_pen)
    assert torch.equal(before.log_pi, after.log_pi)
    assert torch.equal(before.mean[:, 2:], after.mean[:, 2:])
    assert torch.equal(before.log_sigma[:, 2:], after.log_sigma[:, 2:])
    assert not torch.allclose(before.mean[:, :2], after.mean[:, :2])


def test_extreme_gaussians_stay_finite_with_their_gradients():
    params = torch.zeros(1, n_head_outputs(M))
    params[:, 3 + 3 * M : 3 + 5 * M] = torch.tensor([40.0, -40.0]).repeat(M)
    params[:, 3 + 5 * M :] = 40.0
    params.requires_grad_()
    heading = headings(torch.tensor([[3.0, 4.0]]))
    torch.testing.assert_close(heading, torch.tensor([[0.6, 0.8]]))
    turned = turn_gaussians(params, Frame(heading, torch.tensor([1.5])), M)
    density = log_density(split_head(turned, M), torch.tensor([[1.0, -1.0]]))
    density.sum().backward()
    assert torch.isfinite(density).all()
    assert torch.isfinite(params.grad).all()


def test_no_move_heads_to_the_right():
    moves = torch.tensor([[0.0, 0.0], [0.0, -2.0]])
    assert headings(moves).tolist() == [[1, 0], [0, -1]]
