import base64
import json
import math

import numpy as np
import pytest
import torch

from engine.errors import UserError
from engine.models.mdn import split_head
from engine.models.registry import make_model
from engine.models.sketchrnn_js import read_js, write_js

DECODER = {"hidden": 12, "absolute_position": False}
AUTOENCODER = {**DECODER, "latent": 4, "encoder_hidden": 6}
N = 20


def some_model(config):
    torch.manual_seed(0)
    model = make_model("sketchrnn", config).eval()
    for parameter in model.parameters():
        parameter.data += 0.2 * torch.randn_like(parameter)
    return model


def written(tmp_path, config, **changes):
    model = some_model(config)
    path = tmp_path / "cat.gen.json"
    facts = {"name": "cat", "scale": 7.5, "max_points": 90, **changes}
    return model, path, write_js(path, model, **facts)


def some_rows(n=8):
    rng = np.random.default_rng(0)
    rows = np.zeros((n, 5), np.float32)
    rows[1:, :2] = rng.normal(0, 1, (n - 1, 2))
    pens = rng.integers(0, 2, n)
    rows[np.arange(n), 2 + pens] = 1
    rows[0] = [0, 0, 1, 0, 0]
    return rows


class Demo:
    """What the JavaScript does with the file, in numpy and in its words."""

    def __init__(self, path):
        self.info, shapes, blobs = json.loads(path.read_text())
        weights = []
        for shape, blob in zip(shapes, blobs, strict=True):
            levels = np.frombuffer(base64.b64decode(blob), "<i2").astype(np.float64)
            weights.append((levels / 32767 * 10).reshape(shape))
        if self.info["mode"] != 2:
            self.enc_fw, self.enc_bw = weights[0:3], weights[3:6]
            self.mu_w, self.mu_b, self.sigma_w, self.sigma_b, self.enc_w, self.enc_b = weights[6:12]
        self.output_w, self.output_b, *self.dec = weights[-5:]

    @staticmethod
    def cell(lstm, x, h, c):
        w_xh, w_hh, bias = lstm
        hidden = np.concatenate([x, h]) @ np.concatenate([w_xh, w_hh]) + bias
        n = len(h)
        i, g, f, o = (hidden[k * n : (k + 1) * n] for k in range(4))
        sigmoid = lambda v: 1 / (1 + np.exp(-v))  # noqa: E731
        new_c = c * sigmoid(f + 1.0) + np.tanh(g) * sigmoid(i)
        return np.tanh(new_c) * sigmoid(o), new_c

    def read(self, lstm, rows):
        h = c = np.zeros(len(lstm[1]))
        for x in rows:
            h, c = self.cell(lstm, x, h, c)
        return h

    def encode(self, rows):
        both = np.concatenate([self.read(self.enc_fw, rows), self.read(self.enc_bw, rows[::-1])])
        return both @ self.mu_w + self.mu_b, both @ self.sigma_w + self.sigma_b

    def pdfs(self, rows, z=None):
        n = len(self.dec[1])
        h = c = np.zeros(n)
        if z is not None:
            state = np.tanh(z @ self.enc_w + self.enc_b)
            c, h = state[:n], state[n:]
        for x in rows:
            h, c = self.cell(self.dec, x if z is None else np.concatenate([x, z]), h, c)
            out = h @ self.output_w + self.output_b
            pi, mu1, mu2, sigma1, sigma2, corr = (out[3 + k * N : 3 + (k + 1) * N] for k in range(6))
            softmax = lambda v: np.exp(v - v.max()) / np.exp(v - v.max()).sum()  # noqa: E731
            yield (
                softmax(out[:3]), softmax(pi), mu1, mu2, np.exp(sigma1), np.exp(sigma2), np.tanh(corr),
            )  # fmt: skip


@pytest.mark.parametrize("config", [DECODER, AUTOENCODER], ids=["decoder", "autoencoder"])
@torch.no_grad()
def test_the_demo_predicts_what_our_network_predicts(tmp_path, config):
    model, path, warnings = written(tmp_path, config)
    assert warnings == []
    demo, rows = Demo(path), some_rows()
    z = np.random.default_rng(1).normal(size=4) if model.n_condition else None
    told = None if z is None else torch.tensor(z[None], dtype=torch.float32)
    params = model(torch.from_numpy(rows)[None], told)[0]
    for ours, theirs in zip(params, demo.pdfs(rows, z), strict=True):
        mixture = split_head(ours, N)
        mine = (
            mixture.log_pen.exp(), mixture.log_pi.exp(), mixture.mean[:, 0], mixture.mean[:, 1],
            mixture.log_sigma[:, 0].exp(), mixture.log_sigma[:, 1].exp(), mixture.rho_logit.tanh(),
        )  # fmt: skip
        for one, other in zip(mine, theirs, strict=True):
            np.testing.assert_allclose(one.numpy(), other, atol=4e-3)


@torch.no_grad()
def test_the_demo_encodes_what_our_network_encodes(tmp_path):
    model, path, _ = written(tmp_path, AUTOENCODER)
    rows = some_rows()
    mean, presig = Demo(path).encode(rows[1:])
    code = model.encode(torch.from_numpy(rows)[None], torch.tensor([len(rows) - 1]))
    np.testing.assert_allclose(code.condition[0].numpy(), mean, atol=3e-3)
    nats = 0.5 * (mean**2 + np.exp(presig) - 1 - presig).sum()
    assert float(code.nats) == pytest.approx(nats, abs=0.02)


@pytest.mark.parametrize("config", [DECODER, AUTOENCODER], ids=["decoder", "autoencoder"])
@torch.no_grad()
def test_what_was_written_is_read_again_within_16_bits(tmp_path, config):
    model, path, _ = written(tmp_path, config)
    read = read_js(path)
    assert (read.name, read.scale, read.max_points) == ("cat", 7.5, 90)
    again = make_model("sketchrnn", {name: getattr(read.config, name) for name in read.config.__slots__})
    again.load_state_dict(read.weights)
    rows, lengths = torch.from_numpy(some_rows())[None], torch.tensor([7])
    for one, other in zip(
        (model.encode(rows, lengths).condition, model(rows)),
        (again.encode(rows, lengths).condition, again(rows)),
        strict=True,
    ):
        torch.testing.assert_close(one, other, atol=3e-3, rtol=0)
    second = path.with_name("again.json")
    write_js(second, again, name="cat", scale=7.5, max_points=90)
    assert second.read_bytes() == path.read_bytes()


def test_the_file_says_what_the_demos_look_for(tmp_path):
    _, path, _ = written(tmp_path, DECODER)
    info, shapes, blobs = json.loads(path.read_text())
    assert info == {"name": "cat", "mode": 2, "version": 6, "max_seq_len": 90, "scale_factor": 7.5}
    assert shapes == [[12, 123], [123], [5, 48], [12, 48], [48]]
    assert [len(base64.b64decode(blob)) for blob in blobs] == [2 * math.prod(shape) for shape in shapes]


def test_files_before_compression_are_read_too(tmp_path):
    _, path, _ = written(tmp_path, DECODER)
    info, shapes, blobs = json.loads(path.read_text())
    plain = [np.frombuffer(base64.b64decode(blob), "<i2").tolist() for blob in blobs]
    full = path.with_name("full.json")
    full.write_text(json.dumps([info, shapes, plain]))
    for key, value in read_js(full).weights.items():
        torch.testing.assert_close(value, read_js(path).weights[key], atol=0, rtol=0)


def test_weights_that_do_not_fit_are_cut_with_a_warning(tmp_path):
    model = some_model(DECODER)
    model.head.weight.data[0, :3] = torch.tensor([11.0, -30.0, 9.9])
    path = tmp_path / "loud.json"
    (warning,) = write_js(path, model, name="loud", scale=1.0, max_points=10)
    assert ": 2." in warning
    torch.testing.assert_close(
        read_js(path).weights["head.weight"][0, :3], torch.tensor([10.0, -10.0, 9.9]), atol=2e-4, rtol=0
    )


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"cell": "layer_norm"}, "layer norm"),
        ({"layers": 2}, "several layers"),
        ({"absolute_position": True}, "absolute positions"),
        ({"mixtures": 5}, "5 Gaussians"),
    ],
)
def test_what_the_demos_cannot_run_is_refused_with_the_way_out(tmp_path, change, named):
    model = make_model("sketchrnn", {**DECODER, **change})
    with pytest.raises(UserError, match=f"{named}.*sketchrnn/web"):
        write_js(tmp_path / "no.json", model, name="no", scale=1.0, max_points=10)
    assert not (tmp_path / "no.json").exists()


def spoil_blob(content):
    content[2][0] = content[2][0][:-8]


def spoil_base64(content):
    content[2][1] = "not base64!"


def spoil_shape(content):
    content[1][2] = [-5, -48]


def spoil_nested_shape(content):
    content[1][2] = [[5], 48]


def lie_about_sizes(content):
    content[1][0], content[1][1] = [123, 12], [41, 3]


def add_blob(content):
    content[1].append([1])
    content[2].append(base64.b64encode(b"ab").decode())


def drop_shapes(content):
    content[1] = []


def spoil_scale(content):
    content[0]["scale_factor"] = float("nan")


def drop_scale(content):
    del content[0]["scale_factor"]


def spoil_integers(content):
    content[2][1] = [99999] * 123


def nest_integers(content):
    content[2][1] = [{"a": 1}] * 123


SPOILS = [
    spoil_blob, spoil_base64, spoil_shape, spoil_nested_shape, lie_about_sizes, add_blob, drop_shapes,
    spoil_scale, drop_scale, spoil_integers, nest_integers,
]  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILS)
def test_a_spoilt_file_is_named_and_refused(tmp_path, spoil):
    _, path, _ = written(tmp_path, DECODER)
    content = json.loads(path.read_text())
    spoil(content)
    path.write_text(json.dumps(content))
    with pytest.raises(UserError, match=r"cat\.gen\.json"):
        read_js(path)


@pytest.mark.parametrize(
    "text",
    [b"", b"{}", b"[1, 2, 3]", b"[{}, [], []]", b"\xff\xfe", b"[" * 100_000, b'[{"a": 1}, [[2'],
    ids=["empty", "object", "numbers", "nothing", "binary", "deep", "torn"],
)  # fmt: skip
def test_what_is_no_model_is_named_and_refused(tmp_path, text):
    path = tmp_path / "bad.json"
    path.write_bytes(text)
    with pytest.raises(UserError, match=r"bad\.json"):
        read_js(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match=r"none\.json"):
        read_js(tmp_path / "none.json")
