"""Models from elsewhere as runs, and runs as models for elsewhere: the JSON of the sketch-rnn-js demos."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import torch

from engine.errors import UserError
from engine.jobs.folder import Status, write_status
from engine.jobs.runs import Notes, Run, checkpoint_of, create_run, write_notes
from engine.models.sketchrnn import SketchRNN
from engine.models.sketchrnn_js import read_js, write_js
from engine.project.layout import Layout
from engine.training.checkpoint import BEST, Checkpoint, load_checkpoint, save_checkpoint
from engine.training.settings import TrainSettings


def import_model(layout: Layout, file: Path) -> str:
    """Make a finished run of a model of the demos; it can draw, and others can start from it.

    Args:
        layout: The project's.
        file: The demos' JSON.

    Returns:
        The run's id.

    Raises:
        UserError: if the file is no such model, or the run cannot be written.
    """
    found = read_js(file)
    preset = "sketchrnn/vae" if found.config.latent else "sketchrnn/web"
    config = asdict(found.config)
    settings = TrainSettings(model=preset, model_changes=config, max_points=found.max_points).to_json()
    checkpoint = Checkpoint(
        family="sketchrnn",
        config=config,
        scale=found.scale,
        integral=False,
        dataset={"name": "", "version": 0, "data_hash": "", "recipe_hash": ""},
        settings=settings,
        begins_at_point=True,
        tensors={f"ema.{name}": weight for name, weight in found.weights.items()},
    )
    folder = create_run(layout, "", settings)
    write_status(folder, Status("done", message="It came from a file."))
    write_notes(folder, Notes(found.name, f"From {file.name}, a model of sketch-rnn-js."))
    # Only the best: there is nothing to resume.
    save_checkpoint(folder / "checkpoints" / BEST, checkpoint)
    return folder.name


def export_model(run: Run, file: Path) -> list[str]:
    """Write a run's averaged weights for the demos.

    Args:
        run: Of a SketchRNN that they can run.
        file: The `.json` to make or replace.

    Returns:
        Warnings about weights that the format cannot hold.

    Raises:
        UserError: if the demos cannot run it, or the file cannot be written.
    """
    if file.suffix.lower() != ".json":
        raise UserError(f"{file} should end in .json.", "Choose another name.")
    checkpoint = load_checkpoint(checkpoint_of(run.folder))
    model = checkpoint.model(torch.device("cpu"))
    if not isinstance(model, SketchRNN):
        raise UserError(
            f"{run.id} is a {checkpoint.family}; the sketch-rnn-js demos run SketchRNN alone.",
            "Train `sketchrnn/web` on the same dataset: it is made for them.",
        )
    longest = int(checkpoint.settings.get("max_points", 250))
    name = run.notes.title or run.dataset.partition("/")[0] or run.id
    return write_js(file, model, name=name, scale=checkpoint.scale, max_points=longest)
