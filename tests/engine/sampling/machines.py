"""Small models of every family that have learnt nothing but heed what came before."""

import torch

from engine.models.registry import make_model, resolve
from engine.sampling.sampler import Sampler
from engine.training.checkpoint import Checkpoint

_ATTENTIVE = {"width": 32, "layers": 2, "heads": 2, "memory_heads": 2, "mixtures": 4, "turned": 2}
_RECURRENT = {"hidden": 24, "mixtures": 4}
MACHINES = {
    "transformer": {**_ATTENTIVE, "pointers": 2},
    "transformer of eras": {**_ATTENTIVE, "pointers": 2, "eras": 3},
    "sketchformer": {**_ATTENTIVE, "encoder_layers": 1, "pointers": 2, "latent": 6},
    "sketchrnn": _RECURRENT,
    "sketchrnn/vae": {**_RECURRENT, "latent": 6, "encoder_hidden": 16},
}
SCALE = 7.0


def make_checkpoint(name, seed=0, **facts):
    """An untrained checkpoint of one of `MACHINES`."""
    family, config = resolve(name.split()[0], MACHINES[name])
    torch.manual_seed(seed)
    model = make_model(family, config)
    for parameter in model.parameters():  # far from the beginning, where nothing heeds anything
        if parameter.dim() > 1:
            parameter.data.normal_(0, 0.25)
    tensors = {f"ema.{key}": value for key, value in model.state_dict().items()}
    dataset = {
        "name": "waves",
        "version": 2,
        "data_hash": "0123456789abcdef",
        "recipe_hash": "fedcba9876543210",
    }
    return Checkpoint(family, config, SCALE, False, dataset, {}, tensors, step=40, **facts)


def make_sampler(name, seed=0, **facts):
    """Draws with it."""
    checkpoint = make_checkpoint(name, seed, **facts)
    return Sampler(checkpoint.model(torch.device("cpu")), checkpoint)
