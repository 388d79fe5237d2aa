"""Drawings the artist keeps: a JSON file with everything and an SVG beside it, in the project's exports."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from PySide6.QtGui import QUndoCommand

from engine.errors import UserError
from engine.project.atomic import write_error, write_json
from engine.project.layout import Layout
from engine.strokes.svg import write_svg
from engine.strokes.types import Drawing, as_stroke
from studio.models.samples import Sample, machine_sample

Told = Callable[[Sample, bool], None]


def kept_folder(layout: Layout) -> Path:
    """Where kept drawings lie."""
    return layout.exports / "kept"


def file_stem(sample: Sample) -> str:
    """The sample's name as a file name."""
    return re.sub(r"[^\w.-]+", "-", sample.name).strip("-") or "drawing"


def write_kept(folder: Path, sample: Sample) -> None:
    """Write both files. Raises UserError when the disk refuses."""
    value = {
        "name": sample.name,
        "made_by": sample.made_by,
        "origin": sample.origin,
        "kept": datetime.now(UTC).isoformat(timespec="seconds"),
        "strokes": [stroke.round(3).tolist() for stroke in sample.drawing.strokes],
    }
    stem = file_stem(sample)
    write_json(folder / f"{stem}.json", value)
    write_svg(folder / f"{stem}.svg", sample.picture.strokes)


def remove_kept(folder: Path, sample: Sample) -> None:
    """Take both files away. Raises UserError when the disk refuses."""
    for suffix in (".json", ".svg"):
        path = folder / f"{file_stem(sample)}{suffix}"
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise write_error(path, error) from error


@dataclass(frozen=True, slots=True)
class ReadKept:
    """Reads every kept drawing, in a worker thread."""

    folder: Path

    def __call__(self) -> list[Sample]:
        """Newest first; a file that is damaged is left where it is and not shown."""
        files = sorted(self.folder.glob("*.json"), key=_modified, reverse=True)
        return [sample for sample in map(_read, files) if sample is not None]


def _modified(path: Path) -> int:
    return path.stat().st_mtime_ns


def _read(path: Path) -> Sample | None:
    try:
        value = json.loads(path.read_text("utf-8"))
        strokes = tuple(as_stroke(np.asarray(points, dtype=np.float32)) for points in value["strokes"])
        name, origin, drawing = str(value["name"]), dict(value["origin"]), Drawing(strokes)
        if value["made_by"] == "machine":
            return machine_sample(name, drawing, origin, is_kept=True)
        return Sample(name, drawing, "hand", origin, True)
    except (OSError, ValueError, KeyError, TypeError):
        return None


class KeepCommand(QUndoCommand):
    """Keeping one drawing, or throwing a kept one away."""

    def __init__(
        self, folder: Path, sample: Sample, *, keep: bool, told: Told, failed: Callable[[str], None]
    ) -> None:
        """Prepare; `QUndoStack.push` carries it out.

        Args:
            folder: `kept_folder` of the project.
            sample: The drawing.
            keep: False throws it away.
            told: Told the sample and whether it is kept now.
            failed: Told the sentence when the disk refuses; the command then drops out of the stack.
        """
        super().__init__(f"{'keep' if keep else 'throw away'} {sample.name}")
        self._folder = folder
        self._sample = sample
        self._keep = keep
        self._told = told
        self._failed = failed

    def redo(self) -> None:
        """Do it."""
        self._set(self._keep)

    def undo(self) -> None:
        """Take it back."""
        self._set(not self._keep)

    def _set(self, keep: bool) -> None:
        try:
            (write_kept if keep else remove_kept)(self._folder, self._sample)
        except UserError as error:
            self.setObsolete(True)
            self._failed(str(error))
            return
        self._told(replace(self._sample, is_kept=keep), keep)
