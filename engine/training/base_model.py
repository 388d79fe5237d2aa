"""Makes the model that comes with the program: `python -m engine.training.base_model`.

It learns from the procedural artist alone (`engine.sample.practice`), so it may be shipped with the program.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from engine.dataset.build import SourceDrawing, build
from engine.dataset.recipe import unchanged_recipe
from engine.dataset.store import save_dataset
from engine.models.base_model import base_model_path
from engine.models.registry import resolve
from engine.project.progress import Silent
from engine.sample.practice import practice_drawings
from engine.strokes.augment import Augmentation
from engine.training.checkpoint import BEST, load_checkpoint, save_checkpoint
from engine.training.loop import TrainResult, train
from engine.training.settings import TrainSettings

NAME = "procedural-sketchbook"
_VALID_SHARE = 0.01
_AUGMENTATION = Augmentation(drop_points=0.1, scale=0.15, rotate_deg=5.0, shear=0.08, mirror=True)
_TENSORS = ("ema.", "order0.")


def make_base_model(
    file: Path, *, n_drawings: int, settings: TrainSettings, seed: int = 1, work: Path | None = None
) -> TrainResult:
    """Draw, train, and keep what is needed to draw and to start from.

    Args:
        file: Gets the checkpoint.
        n_drawings: How many the procedural artist makes.
        settings: How to train.
        seed: Of the drawings.
        work: A folder for dataset and run, kept afterwards; training goes on from a run that is there.

    Raises:
        UserError: as `train`.
    """
    if work is None:
        with tempfile.TemporaryDirectory() as folder:
            return make_base_model(
                file, n_drawings=n_drawings, settings=settings, seed=seed, work=Path(folder)
            )
    dataset = work / "dataset"
    if not dataset.exists():
        _draw_dataset(dataset, n_drawings, seed)
    result = train(work / "run", dataset, settings, _Lines())
    ship(work / "run" / "checkpoints" / BEST, file)
    return result


def ship(checkpoint: Path, file: Path) -> None:
    """Write the averaged weights of a checkpoint, in half precision: enough to draw and to start from.

    It practised without dropout, as practice never repeats itself; who learns from few drawings needs it.
    """
    state = load_checkpoint(checkpoint)
    state.config |= {"dropout": resolve(state.family)[1]["dropout"]}
    kept = {name: value for name, value in state.tensors.items() if name.startswith(_TENSORS)}
    state.tensors = {name: v.half() if name.startswith("ema.") else v for name, v in kept.items()}
    save_checkpoint(file, state)


def _draw_dataset(folder: Path, n_drawings: int, seed: int) -> None:
    items = (
        SourceDrawing(f"{index:06d}", f"{index:06d}", drawing)
        for index, drawing in enumerate(practice_drawings(n_drawings, seed))
    )
    recipe = replace(
        unchanged_recipe(seed), augment=_AUGMENTATION, valid_fraction=_VALID_SHARE, test_fraction=0.0
    )
    save_dataset(folder, build(items, recipe), recipe, name=NAME)


class _Lines(Silent):
    """Says now and then how far training is."""

    def event(self, name: str, **fields: Any) -> None:
        """Print validations."""
        if name == "metrics" and fields["valid_nll"] is not None:
            step, elapsed_s, nats = (fields[name] for name in ("step", "elapsed_s", "valid_nll"))
            print(f"step {step}  {elapsed_s:.0f} s  {nats:.4f} nats a point", flush=True)


def main(arguments: list[str]) -> None:
    """Make `resources/models/base.safetensors`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, default=base_model_path())
    parser.add_argument("--model", default="transformer/quick")
    parser.add_argument("--drawings", type=int, default=40_000)
    parser.add_argument("--minutes", type=float, default=40.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, default=None)
    chosen = parser.parse_args(arguments)
    settings = TrainSettings(
        model=chosen.model,
        model_changes={"dropout": 0.0},
        minutes=chosen.minutes,
        seed=chosen.seed,
        n_samples=0,
    )
    result = make_base_model(
        chosen.file, n_drawings=chosen.drawings, settings=settings, seed=chosen.seed, work=chosen.work
    )
    print(f"{result.steps} steps, {result.best_nll} nats a point, {chosen.file}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(sys.argv[1:])
