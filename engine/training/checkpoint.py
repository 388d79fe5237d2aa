"""A run's whole state in one safetensors file: tensors as tensors, everything else as JSON in its header."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from engine.errors import UserError
from engine.models.base import StrokeModel
from engine.models.registry import make_model
from engine.project.atomic import write_bytes
from engine.training.order0 import Order0

FORMAT = 1
_HEADER = "single_line_studio"
LAST = "last.safetensors"
BEST = "best.safetensors"


@dataclass(slots=True)
class Checkpoint:
    """Everything needed to resume bit for bit on the CPU, and to sample.

    No generator is saved: all chance in training hangs on the seed and on `step`, `epoch` and drawing.

    Attributes:
        family: Name of the model's family.
        config: The model's configuration.
        scale: Moves are divided by it before the model sees them.
        integral: Whether the training moves were whole numbers.
        dataset: Name, version, hashes of the data and of the recipe.
        settings: The run's settings when it was saved.
        tensors: `model.*`, `ema.*`, `optimizer.*`, `order0.*`.
        step: Optimiser steps done.
        epoch: Epoch under way.
        batch_in_epoch: Batches of it done.
        elapsed_s: Wall-clock seconds spent.
        valid_nll: Last validation, nats per point in the drawings' units; `None` before the first.
        best_nll: Best validation so far; `None` before the first.
        best_step: Step of the best validation.
        bad_validations: Validations since the best.
        precision: `bf16` or `fp32`.
        order0: Bin width and spread of the yardstick, whose tables are among the tensors.
        begins_at_point: Whether its drawings begin at their first point, as those of the sketch-rnn-js demos
            do; ours begin with the way to it.
        started_from: What its first weights were: empty for chance, `base`, or a run's id.
    """

    family: str
    config: dict[str, Any]
    scale: float
    integral: bool
    dataset: dict[str, Any]
    settings: dict[str, Any]
    tensors: dict[str, Tensor] = field(default_factory=dict)
    step: int = 0
    epoch: int = 0
    batch_in_epoch: int = 0
    elapsed_s: float = 0.0
    valid_nll: float | None = None
    best_nll: float | None = None
    best_step: int = 0
    bad_validations: int = 0
    precision: str = "fp32"
    order0: dict[str, float] = field(default_factory=dict)
    started_from: str = ""
    begins_at_point: bool = False

    def part(self, prefix: str) -> dict[str, Tensor]:
        """Tensors under `prefix.`, without it."""
        return {
            k.removeprefix(f"{prefix}."): v for k, v in self.tensors.items() if k.startswith(f"{prefix}.")
        }

    def model(self, device: torch.device, weights: str = "ema") -> StrokeModel:
        """The network in evaluation mode; averaged weights unless `weights` is `model`.

        Raises:
            UserError: if the network is another than it was when they were saved.
        """
        model, saved = make_model(self.family, self.config), self.part(weights)
        now = {name: value.shape for name, value in model.state_dict().items()}
        if now != {name: value.shape for name, value in saved.items()}:
            raise UserError(
                f"These weights are of another version of the model {self.family}.",
                "Train it again with this version of the program.",
            )
        model.load_state_dict(saved)
        return model.to(device).eval()

    def yardstick(self) -> Order0:
        """The histogram fitted on the training split."""
        tables = self.part("order0")
        return Order0(
            np.asarray(tables["counts"].numpy()),
            self.order0["bin_units"],
            self.order0["spread_units"],
            np.asarray(tables["pen"].numpy()),
        )


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write in one atomic step. Raises UserError when the disk refuses."""
    header = {_HEADER: json.dumps({"format": FORMAT, **_facts(checkpoint)})}
    tensors = {name: value.detach().cpu().contiguous() for name, value in checkpoint.tensors.items()}
    write_bytes(path, save(tensors, metadata=header))


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint; no code in the file can run.

    Raises:
        UserError: if it is missing, damaged, or made by a newer version.
    """
    if not path.is_file():
        raise UserError(
            f"There is no checkpoint {path}.", "Train for a while first: the run has saved nothing yet."
        )
    try:
        with safe_open(path, framework="pt") as file:
            facts = json.loads((file.metadata() or {})[_HEADER])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
        if facts.pop("format") != FORMAT:
            raise UserError(f"{path.name} was made by a newer version.", "Update Single-Line Studio.")
        return Checkpoint(**facts, tensors=tensors)
    except (SafetensorError, KeyError, ValueError, TypeError, OSError) as error:
        raise UserError(
            f"{path} is not a whole checkpoint of ours ({error}).", "Use the run's other checkpoint."
        ) from error


def _facts(checkpoint: Checkpoint) -> dict[str, Any]:
    """The JSON-ready part."""
    names = [name for name in checkpoint.__dataclass_fields__ if name != "tensors"]
    return {name: getattr(checkpoint, name) for name in names}


def yardstick_tensors(order0: Order0) -> dict[str, Tensor]:
    """The yardstick's tables, named as in a checkpoint."""
    return {
        "order0.counts": torch.from_numpy(order0.counts),
        "order0.pen": torch.from_numpy(order0.pen),
    }


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """AdamW's moments and counts, named `optimizer.<parameter>.<what>`."""
    state: Mapping[int, Mapping[str, Tensor]] = optimizer.state_dict()["state"]
    return {f"optimizer.{i}.{what}": value for i, slot in state.items() for what, value in slot.items()}


def restore_optimizer(optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Put back what `optimizer_tensors` took (names without the leading `optimizer.`)."""
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        index, _, what = name.partition(".")
        state.setdefault(int(index), {})[what] = value
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": state, "param_groups": groups})
