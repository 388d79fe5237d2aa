"""The state a run begins with: fresh, or as it was left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.dataset.store import StoredDataset
from engine.errors import UserError
from engine.models.registry import make_model, resolve
from engine.training.checkpoint import LAST, Checkpoint, load_checkpoint, yardstick_tensors
from engine.training.data import dequantise, measure_scale
from engine.training.device import choose_device, use_bf16
from engine.training.order0 import fit_order0
from engine.training.settings import TrainSettings

_SAME_UNITS = 2.0
"""Scales that differ by less belong to drawings of one size, and weights learnt at one fit the other."""


def settled(settings: TrainSettings, origin: Path | None) -> TrainSettings:
    """The settings with all filled in that suits the model.

    Args:
        settings: As they were asked for.
        origin: The checkpoint that the run starts from or goes on from: its model is the run's, whatever the
            settings say.

    Raises:
        UserError: if the checkpoint cannot be used.
    """
    if origin is None:
        return settings.settled()
    before = load_checkpoint(origin)
    model = str(before.settings.get("model", ""))
    is_known = model.partition("/")[0] == before.family
    return replace(settings, model=model if is_known else before.family).settled()


def fresh_state(stored: StoredDataset, settings: TrainSettings, start: Path | None = None) -> Checkpoint:
    """The state before the first step.

    Args:
        stored: What will be learnt from.
        settings: What to train, settled.
        start: A checkpoint whose averaged weights, model and scale are taken over.

    Raises:
        UserError: if there is nothing to learn from, or `start` does not fit.
    """
    before = None if start is None else load_checkpoint(start)
    family, config = _model(settings, before)
    device = choose_device(settings.device)
    integral = bool(stored.manifest["integral"])
    rows = stored.dataset.train.rows
    if not rows:
        raise UserError("The dataset has no drawing to train on.", "Build it from more drawings.")
    scale = measure_scale(rows)
    if before is not None and max(scale / before.scale, before.scale / scale) < _SAME_UNITS:
        scale = before.scale
    rng = np.random.default_rng(settings.seed)
    order0 = fit_order0([dequantise(r, rng) if integral else r for r in rows], scale)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        weights = make_model(family, config).state_dict()
    if before is not None:
        weights = _taken_over(weights, before.part("ema"))
    return Checkpoint(
        family=family,
        config=config,
        scale=scale,
        integral=integral,
        dataset={k: stored.manifest[k] for k in ("name", "version", "data_hash", "recipe_hash")},
        settings=settings.to_json(),
        precision="bf16" if use_bf16(settings.precision, device) else "fp32",
        started_from=settings.start_from,
        order0={"bin_units": order0.bin_units, "spread_units": order0.spread_units},
        tensors={
            **{f"model.{k}": v.clone() for k, v in weights.items()},
            **{f"ema.{k}": v.clone() for k, v in weights.items()},
            **yardstick_tensors(order0),
        },
    )


def resumed_state(run_folder: Path, stored: StoredDataset, settings: TrainSettings) -> Checkpoint:
    """The state a run was left in. Raises UserError when it was trained on other data."""
    state = load_checkpoint(run_folder / "checkpoints" / LAST)
    if state.dataset["data_hash"] != stored.manifest["data_hash"]:
        raise UserError(
            f"This run was trained on {state.dataset['name']} version {state.dataset['version']}, not on "
            f"{stored.manifest['name']} version {stored.manifest['version']}.",
            "Resume it on its own dataset, or start a new run.",
        )
    state.settings = settings.to_json()
    return state


def _model(settings: TrainSettings, before: Checkpoint | None) -> tuple[str, dict[str, Any]]:
    """Family and configuration: of the settings, or of the run that this one starts from."""
    if before is None:
        family, config = resolve(settings.model, settings.model_changes)
    else:
        family, config = before.family, {**before.config, **settings.model_changes}
    if settings.eras and "eras" not in config:
        raise UserError(f"The model {family} cannot tell eras apart.", "Choose the transformer.")
    return family, {**config, "eras": len(settings.eras)} if settings.eras else config


def _taken_over(fresh: dict[str, Tensor], learnt: dict[str, Tensor]) -> dict[str, Tensor]:
    """The learnt weights; what tells eras apart is new, as they are new. Raises UserError."""
    fits = {
        name: value for name, value in learnt.items() if name in fresh and value.shape == fresh[name].shape
    }
    missing = [name for name in fresh if name not in fits and not name.startswith("tell")]
    if missing:
        raise UserError(
            f"The weights to start from do not fit this model ({missing[0]}).",
            "Leave the model's sizes as they are in the run it starts from.",
        )
    return {**fresh, **{name: value.to(fresh[name].dtype) for name, value in fits.items()}}
