"""A child process that tries out what a run would cost: JSON lines in, JSON lines out, the newest wins."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.dataset.store import StoredDataset, load_dataset
from engine.dataset.versions import dataset_folder
from engine.jobs.requests import Inbox, answer_all
from engine.jobs.training import start_weights
from engine.project.layout import Layout
from engine.training.probe import probe
from engine.training.settings import TrainSettings


def serve(project: Path) -> None:
    """Answer `{"dataset": ..., "settings": {...}}` until the input ends.

    An answer is `{"event": "estimate", ...}` with the fields of `Probe`, or `superseded` when a newer
    request came first.
    """
    layout = Layout(project)
    loaded: dict[Path, StoredDataset] = {}

    def answer(request: dict[str, Any], inbox: Inbox) -> dict[str, Any]:
        folder = dataset_folder(layout, str(request.get("dataset")))
        if folder not in loaded:
            loaded.clear()
            loaded[folder] = load_dataset(folder)
        settings = TrainSettings.from_json(request.get("settings", {}))
        found = probe(loaded[folder], settings, start_weights(layout, settings.start_from), inbox.stopped)
        return {"event": "superseded"} if found is None else {"event": "estimate", **asdict(found)}

    answer_all(answer)
