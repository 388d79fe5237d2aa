"""SketchRNN as the public sketch-rnn-js demos keep it: one JSON file, read and written.

The file is `[info, shapes, blobs]`. `info` says `name`, `mode` (2 or "gen" for the decoder alone, anything
else for the autoencoder), `version`, `max_seq_len` and `scale_factor`, by which moves are divided before the
network sees them. A blob is base64 of little-endian int16, `weight = int16 / 32767 * 10`; files before
compression have plain lists of the integers. The decoder alone is five blobs: head (weight, bias), then LSTM
(from the inputs, from the outputs, bias). The autoencoder is seventeen: forward LSTM and backward LSTM (three
each), mean and log variance (two each), what opens the decoder's memory (two; the cell, then the output), and
those five. Matrices are (inputs, outputs). Gates stand in the order i, g, f, o, and 1 is added to the forget
gate when it runs. The decoder's inputs are a stroke-5 row and then the code. The head gives the pen (3), then
of each Gaussian weight, mean x, mean y, log sigma x, log sigma y and correlation.

The demos cannot run layer norm, several layers, absolute positions, or another number of Gaussians than 20:
such models are refused. Dropout is of training only. Two habits differ: the older demos begin with a row of
zeros, where networks are trained to begin with the pen down; and their drawings begin at the first point,
where ours begin with the way to it. A model of theirs is marked so and given that point
(`Checkpoint.begins_at_point`); a model of ours draws the way as a line there.

Source: the file format of Google's sketch-rnn-js and @magenta/sketch; Ha & Eck 2017.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import UserError
from engine.models.configs import SketchRNNConfig
from engine.models.mdn import N_PEN_STATES, n_head_outputs
from engine.models.sketchrnn import SketchRNN
from engine.project.atomic import write_bytes

MIXTURES = 20
"""The number of Gaussians that the demos know."""
_MAX_WEIGHT = 10.0
_LEVELS = 32767
_MODE_DECODER, _MODE_AUTOENCODER = 2, 0
_VERSION = 6
_N_INPUTS = 5
_MAX_BYTES = 256 * 2**20
_DECODER = ("head", "lstm")
_AUTOENCODER = ("encoder_forward", "encoder_backward", "code.mean", "code.log_variance", "opening", *_DECODER)
"""Layers in the order of their blobs: three of an LSTM, two of any other."""
_LSTMS = ("lstm", "encoder_forward", "encoder_backward")
_ANOTHER = "Choose a .json model of the sketch-rnn-js demos, such as cat.gen.json, whole and unchanged."

Blob: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class JsModel:
    """What a file of the demos holds.

    Attributes:
        name: Of what it draws.
        scale: Divides every move; its `scale_factor`.
        max_points: Longest drawing it was trained on.
        config: The network's sizes.
        weights: As `SketchRNN.load_state_dict` takes them.
    """

    name: str
    scale: float
    max_points: int
    config: SketchRNNConfig
    weights: dict[str, Tensor]


def read_js(path: Path) -> JsModel:
    """Read a model of the demos; no code in the file can run.

    Raises:
        UserError: if it cannot be read, or is no such model.
    """
    info, shapes, raw = _parts(path)
    try:
        blobs = [_unpack(*each) for each in zip(shapes, raw, strict=True)]
        config = _config(blobs)
        expected = [shape for layer in _layers(config) for shape in _shapes(layer, config)]
        if expected != [blob.shape for blob in blobs]:
            raise ValueError("its shapes do not fit together")
        scale, longest = float(info["scale_factor"]), int(info.get("max_seq_len", 250))
        if not (math.isfinite(scale) and scale > 0 and longest > 0):
            raise ValueError("scale_factor and max_seq_len must be above 0")
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise UserError(f"{path} is no model of sketch-rnn-js ({_reason(error)}).", _ANOTHER) from error
    return JsModel(str(info.get("name", path.stem)), scale, longest, config, _inward(blobs, config))


def write_js(path: Path, model: SketchRNN, *, name: str, scale: float, max_points: int) -> list[str]:
    """Write a model for the demos.

    Args:
        path: The `.json` to make or replace.
        model: Whose weights are written.
        name: Of what it draws.
        scale: Divides every move before the model sees it.
        max_points: Where the demos cut a drawing short.

    Returns:
        Warnings: weights beyond what the format can hold, which are written as its largest.

    Raises:
        UserError: if the demos cannot run such a model, or the file cannot be written.
    """
    _refuse(model.config)
    state = {key: value.detach().cpu().float() for key, value in model.state_dict().items()}
    blobs = [blob for layer in _layers(model.config) for blob in _outward(layer, state)]
    info = {
        "name": name,
        "mode": _MODE_AUTOENCODER if model.is_autoencoder else _MODE_DECODER,
        "version": _VERSION,
        "max_seq_len": max_points,
        "scale_factor": scale,
    }
    content = [info, [list(blob.shape) for blob in blobs], [_pack(blob) for blob in blobs]]
    write_bytes(path, json.dumps(content, separators=(",", ":")).encode())
    beyond = sum(int((np.abs(blob) > _MAX_WEIGHT).sum()) for blob in blobs)
    if not beyond:
        return []
    return [
        f"The format holds weights up to {_MAX_WEIGHT:g}; larger ones were cut to it: {beyond}. Compare what "
        "the demo draws; if it is worse, train with more weight_decay."
    ]


def _parts(path: Path) -> tuple[Mapping[str, Any], Sequence[Any], Sequence[Any]]:
    """The three parts of the file."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UserError(f"{path} is too large for a model of sketch-rnn-js.", _ANOTHER)
        found = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}).", _ANOTHER) from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} is no JSON, or not a whole one.", _ANOTHER) from error
    kinds = [type(part) for part in found] if isinstance(found, list) else []
    if kinds != [dict, list, list]:
        raise UserError(f"{path} is no model of sketch-rnn-js.", _ANOTHER)
    info, shapes, raw = found
    return info, shapes, raw


def _unpack(shape: Sequence[int], raw: object) -> Blob:
    """Weights out of a blob. Raises ValueError or TypeError."""
    if isinstance(raw, str):
        levels = np.frombuffer(base64.b64decode("".join(raw.split()), validate=True), dtype="<i2")
    else:
        levels = np.asarray(raw, dtype=np.int64)
        if np.abs(levels).max(initial=0) > _LEVELS + 1:
            raise ValueError("an integer of more than 16 bits")
    sizes = [int(size) for size in shape]
    if min(sizes) < 1 or len(sizes) > 2 or math.prod(sizes) != levels.size:
        raise ValueError(f"{levels.size} weights for the shape {sizes}")
    weights: Blob = (levels / _LEVELS * _MAX_WEIGHT).astype(np.float32)
    return weights.reshape(sizes)


def _pack(blob: Blob) -> str:
    """A blob out of weights."""
    levels = np.round(blob.clip(-_MAX_WEIGHT, _MAX_WEIGHT) / _MAX_WEIGHT * _LEVELS).astype("<i2")
    return base64.b64encode(levels.tobytes()).decode("ascii")


def _config(blobs: Sequence[Blob]) -> SketchRNNConfig:
    """The sizes that the shapes tell. Raises ValueError or IndexError."""
    if len(blobs) not in (5, 17):
        raise ValueError(f"{len(blobs)} blobs, where a model has 5 or 17")
    hidden, n_outputs = blobs[-5].shape
    mixtures = (n_outputs - N_PEN_STATES) // 6
    if mixtures < 1 or n_head_outputs(mixtures) != n_outputs:
        raise ValueError(f"{n_outputs} outputs are no mixture")
    is_autoencoder = len(blobs) > 5
    return SketchRNNConfig(
        hidden=hidden,
        mixtures=mixtures,
        dropout=0.0,
        absolute_position=False,
        latent=len(blobs[10]) if is_autoencoder else 0,
        encoder_hidden=len(blobs[1]) if is_autoencoder else SketchRNNConfig().encoder_hidden,
    )


def _layers(config: SketchRNNConfig) -> tuple[str, ...]:
    """Names of our layers in the order of the file."""
    return _AUTOENCODER if config.latent else _DECODER


def _shapes(layer: str, config: SketchRNNConfig) -> list[tuple[int, ...]]:
    """Shapes of a layer's blobs."""
    hidden, encoder, latent = config.hidden, config.encoder_hidden, config.latent
    if layer in _LSTMS:
        n_inputs, width = (_N_INPUTS + latent, hidden) if layer == "lstm" else (_N_INPUTS, encoder)
        return [(n_inputs, 4 * width), (width, 4 * width), (4 * width,)]
    n_inputs, n_outputs = {
        "head": (hidden, n_head_outputs(config.mixtures)),
        "opening": (latent, 2 * hidden),
    }.get(layer, (2 * encoder, latent))
    return [(n_inputs, n_outputs), (n_outputs,)]


def _inward(blobs: Sequence[Blob], config: SketchRNNConfig) -> dict[str, Tensor]:
    """Our weights out of their blobs."""
    tensors = iter(torch.from_numpy(blob.T.copy()) for blob in blobs)
    weights = {}
    for layer in _layers(config):
        wide = next(tensors)
        if layer in _LSTMS:
            square, bias = next(tensors), _regated(next(tensors))
            _forget(bias).add_(1.0)
            weights[f"{layer}.weight_ih_l0"], weights[f"{layer}.weight_hh_l0"] = map(_regated, (wide, square))
            weights[f"{layer}.bias_ih_l0"], weights[f"{layer}.bias_hh_l0"] = bias, torch.zeros_like(bias)
        else:
            order = _order(layer, len(wide)).argsort()
            weights[f"{layer}.weight"], weights[f"{layer}.bias"] = wide[order], next(tensors)[order]
    return weights


def _outward(layer: str, state: Mapping[str, Tensor]) -> list[Blob]:
    """Their blobs of one of our layers."""
    if layer in _LSTMS:
        bias = state[f"{layer}.bias_ih_l0"] + state[f"{layer}.bias_hh_l0"]
        _forget(bias).sub_(1.0)
        weights = [state[f"{layer}.weight_ih_l0"], state[f"{layer}.weight_hh_l0"], bias]
        return [np.asarray(_regated(weight).numpy().T) for weight in weights]
    order = _order(layer, len(state[f"{layer}.bias"]))
    return [np.asarray(state[f"{layer}.{part}"][order].numpy().T) for part in ("weight", "bias")]


def _regated(weights: Tensor) -> Tensor:
    """Between our gates i, f, g, o and theirs i, g, f, o; the same both ways."""
    i, second, third, o = weights.chunk(4)
    return torch.cat([i, third, second, o])


def _forget(bias: Tensor) -> Tensor:
    """The forget gate's part of a bias in our order."""
    return bias.chunk(4)[1]


def _order(layer: str, n: int) -> Tensor:
    """Which of our outputs is each of theirs: in the head they have all x before all y, we have pairs."""
    if layer != "head":
        return torch.arange(n)
    pen, rest = torch.arange(N_PEN_STATES), torch.arange(N_PEN_STATES, n)
    pi, mean, log_sigma, rho = torch.split(rest, [len(rest) // 6 * k for k in (1, 2, 2, 1)])
    apart = [pairs[start::2] for pairs in (mean, log_sigma) for start in (0, 1)]
    return torch.cat([pen, pi, *apart, rho])


def _refuse(config: SketchRNNConfig) -> None:
    """Say what the demos cannot run. Raises UserError."""
    reasons = [
        reason
        for reason, is_so in (
            ("layer norm", config.cell != "lstm"),
            ("several layers", config.layers != 1),
            ("absolute positions", config.absolute_position),
            (f"{config.mixtures} Gaussians", config.mixtures != MIXTURES),
        )
        if is_so
    ]
    if reasons:
        raise UserError(
            f"The sketch-rnn-js demos know nothing of {', '.join(reasons)}.",
            "Train `sketchrnn/web` on the same dataset: it is made for them.",
        )


def _reason(error: Exception) -> str:
    """What was wrong with the file."""
    return f"it lacks {error}" if isinstance(error, KeyError) else str(error)
