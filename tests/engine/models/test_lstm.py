import pytest
import torch

from engine.models.lstm import Norm, lstm, lstm_step

B, T, N_INPUTS, H = 3, 5, 2, 4
SIZES = (3, 3, 2, 1, 1)


def some_layer(is_normed, dtype=torch.float64):
    generator = torch.Generator().manual_seed(0)

    def new(*shape, around=0.0):
        return (torch.randn(shape, generator=generator, dtype=dtype) * 0.7 + around).requires_grad_()

    norm = Norm(new(4 * H, around=1), new(4 * H), new(H, around=1), new(H)) if is_normed else None
    rows, drive = new(sum(SIZES), N_INPUTS), new(B, 4 * H)
    return rows, drive, (new(4 * H, N_INPUTS), new(4 * H, H)), norm, (new(B, H), new(B, H))


def some_keep(dtype=torch.float64):
    chance = torch.rand(sum(SIZES), H, generator=torch.Generator().manual_seed(1), dtype=dtype)
    return (chance > 0.3) / 0.7


def slow(rows, drive, weights, norm, state, keep, sizes):
    """A step after the other with `lstm_step`, dropout apart."""
    (h, c), outputs, at = state, [], 0
    for n in sizes:
        gates = drive[:n] + rows[at : at + n] @ weights[0].T + h[:n] @ weights[1].T
        if keep is None:
            h, c = lstm_step(gates, c[:n], norm)
        else:
            h, c = dropping_step(gates, c[:n], norm, keep[at : at + n])
        outputs.append(h)
        at += n
    return torch.cat(outputs)


def dropping_step(gates, c, norm, keep):
    """Formula by formula from the papers."""

    def normal(x, gain, bias):
        centred = x - x.mean(1, keepdim=True)
        return gain * centred / torch.sqrt(centred.square().mean(1, keepdim=True) + 1e-3) + bias

    parts = gates.chunk(4, 1)
    if norm is not None:
        gains, biases = norm.gain.chunk(4), norm.bias.chunk(4)
        parts = [normal(*each) for each in zip(parts, gains, biases, strict=True)]
    i, f, g, o = parts
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g) * keep
    shown = c if norm is None else normal(c, norm.cell_gain, norm.cell_bias)
    return torch.sigmoid(o) * torch.tanh(shown), c


@pytest.mark.parametrize("is_normed", [False, True])
@pytest.mark.parametrize("keep", [None, some_keep()], ids=["whole", "dropout"])
def test_all_steps_at_once_are_the_steps_one_by_one_and_so_are_their_gradients(is_normed, keep):
    layer = some_layer(is_normed)
    rows, drive, weights, norm, state = layer
    leaves = [rows, drive, *weights, *(norm or ()), *state]
    outputs = [run(*layer, keep, SIZES) for run in (lstm, slow)]
    torch.testing.assert_close(*outputs)
    weight = torch.randn(outputs[0].shape, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    fast, plain = (torch.autograd.grad((out * weight).sum(), leaves) for out in outputs)
    for one, other in zip(fast, plain, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("is_normed", [False, True])
def test_gradients_are_those_of_finite_differences(is_normed):
    rows, drive, weights, norm, state = some_layer(is_normed)

    def run(rows, drive, wide, square, h, c, *norms):
        layer_norm = Norm(*norms) if norms else None
        return lstm(rows, drive, (wide, square), layer_norm, (h, c), some_keep(), SIZES)

    assert torch.autograd.gradcheck(run, (rows, drive, *weights, *state, *(norm or ())))


def test_the_plain_one_is_torch_s_own():
    theirs = torch.nn.LSTM(N_INPUTS, H, batch_first=True).double()
    rows = torch.randn(B, T, N_INPUTS, dtype=torch.float64)
    h, c = torch.randn(2, 1, B, H, dtype=torch.float64)
    drive = (theirs.bias_ih_l0 + theirs.bias_hh_l0).expand(B, -1)
    weights = (theirs.weight_ih_l0, theirs.weight_hh_l0)
    packed = rows.transpose(0, 1).flatten(0, 1)
    ours = lstm(packed, drive, weights, None, (h[0], c[0]), None, [B] * T)
    torch.testing.assert_close(ours.unflatten(0, (T, B)).transpose(0, 1), theirs(rows, (h, c))[0])


@pytest.mark.parametrize("is_normed", [False, True])
def test_bf16_is_close_and_its_results_are_float32(is_normed):
    layer = some_layer(is_normed, torch.float32)
    leaves = [layer[0], layer[1], *layer[2], *(layer[3] or ()), *layer[4]]
    exact = lstm(*layer, None, SIZES)
    with torch.autocast("cpu", torch.bfloat16):
        rough = lstm(*layer, None, SIZES)
    assert rough.dtype == torch.float32
    assert not torch.equal(rough, exact)
    torch.testing.assert_close(rough, exact, atol=0.03, rtol=0)
    pairs = zip(*(torch.autograd.grad(out.sum(), leaves) for out in (rough, exact)), strict=True)
    assert all(torch.cosine_similarity(a.flatten(), b.flatten(), 0) > 0.99 for a, b in pairs)
