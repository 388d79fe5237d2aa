"""The state a run begins with: fresh, or as it was left."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from engine.dataset.store import StoredDataset
from engine.errors import UserError
from engine.models.registry import make_model, resolve
from engine.training.checkpoint import LAST, Checkpoint, load_checkpoint, yardstick_tensors
from engine.training.data import dequantise, measure_scale
from engine.training.device import choose_device, use_bf16
from engine.training.order0 import fit_order0
from engine.training.settings import TrainSettings


def fresh_state(stored: StoredDataset, settings: TrainSettings) -> Checkpoint:
    """The state before the first step."""
    family, config = resolve(settings.model, settings.model_changes)
    device = choose_device(settings.device)
    integral = bool(stored.manifest["integral"])
    rows = stored.dataset.train.rows
    if not rows:
        raise UserError("The dataset has no drawing to train on.", "Build it from more drawings.")
    scale = measure_scale(rows)
    rng = np.random.default_rng(settings.seed)
    order0 = fit_order0([dequantise(r, rng) if integral else r for r in rows], scale)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        weights = make_model(family, config).state_dict()
    return Checkpoint(
        family=family,
        config=config,
        scale=scale,
        integral=integral,
        dataset={k: stored.manifest[k] for k in ("name", "version", "data_hash", "recipe_hash")},
        settings=settings.to_json(),
        precision="bf16" if use_bf16(settings.precision, device) else "fp32",
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
