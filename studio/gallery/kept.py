"""Drawings the artist keeps: a JSON file with everything and an SVG beside it, in the project's exports.

Nothing is overwritten and nothing deleted: two drawings of one name lie side by side, and what is thrown away
goes to the project's trash.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import UserError
from engine.export.recording import Recording
from engine.project.atomic import write_error, write_json
from engine.project.layout import Layout
from engine.strokes.svg import write_svg
from engine.strokes.types import Drawing, as_stroke
from studio.models.samples import Sample, fingerprint, machine_sample
from studio.widgets import drawing_art

_SUFFIXES = (".svg", ".json")
"""The JSON file last: where it lies, there the drawing is."""
_MOST_BYTES = 120
"""Of a file name, so that a number, a suffix and a temporary name have room on any disk."""
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Names that Windows keeps for itself."""


@dataclass(frozen=True, slots=True)
class KeptNow:
    """What is kept at one moment.

    Attributes:
        samples: Newest first.
        keys: The fingerprint of each.
        damaged: Name and reason of every file that cannot be read; they are left where they are.
    """

    samples: tuple[Sample, ...] = ()
    keys: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()


def kept_folder(layout: Layout) -> Path:
    """Where kept drawings lie."""
    return layout.exports / "kept"


def thrown_folder(layout: Layout) -> Path:
    """Where they lie when they were thrown away."""
    return layout.trash / "exports" / "kept"


def file_stem(name: str) -> str:
    """A name as a file name, for any disk."""
    stem = re.sub(r"[^\w.-]+", "-", name).strip("-.")
    stem = stem.encode()[:_MOST_BYTES].decode(errors="ignore").strip("-.") or "drawing"
    return f"{stem}-" if _RESERVED.fullmatch(stem) else stem


def keep(layout: Layout, sample: Sample) -> str:
    """Write both files of a drawing.

    Returns:
        Their common stem, which no other has.

    Raises:
        UserError: when the disk refuses.
    """
    folder, stem = kept_folder(layout), _free_stem(layout, sample.name)
    write_svg(folder / f"{stem}.svg", sample.picture.strokes, colour=drawing_art.inks_of(sample))
    write_json(folder / f"{stem}.json", _to_json(sample))
    return stem


def throw_away(layout: Layout, stem: str) -> str:
    """Move both files to the trash.

    Returns:
        Their stem there.

    Raises:
        UserError: when they are gone, or the disk refuses.
    """
    source = kept_folder(layout)
    _refuse_gone(source, stem)
    free = _free(_stems(thrown_folder(layout)), stem)
    _move(source, stem, thrown_folder(layout), free)
    return free


def bring_back(layout: Layout, thrown: str, stem: str) -> str:
    """Take both files out of the trash again.

    Args:
        layout: The project's.
        thrown: Their stem in the trash.
        stem: As they were called.

    Returns:
        Their stem now: another where that one is taken meanwhile.

    Raises:
        UserError: when they are gone, or the disk refuses.
    """
    _refuse_gone(thrown_folder(layout), thrown)
    free = _free(_stems(kept_folder(layout)), stem)
    _move(thrown_folder(layout), thrown, kept_folder(layout), free)
    return free


def rename(layout: Layout, stem: str, name: str) -> str:
    """Call a kept drawing otherwise; its files follow.

    Returns:
        Their stem now.

    Raises:
        UserError: when they are gone, or the disk refuses.
    """
    folder = kept_folder(layout)
    _refuse_gone(folder, stem)
    path = folder / f"{stem}.json"
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read ({error}).", "It is left as it is.") from error
    write_json(path, {**value, "name": name})
    wanted = file_stem(name)
    if re.fullmatch(re.escape(wanted) + r"(-\d+)?", stem):
        return stem  # it has this name, perhaps with a number
    free = _free_stem(layout, name, own=stem)
    _move(folder, stem, folder, free)
    return free


def _to_json(sample: Sample) -> dict[str, Any]:
    recording = {}
    if sample.recording is not None:
        recording = {"recording": {**sample.recording.to_json(), "strokes": _points(sample.smooth)}}
    return {
        "name": sample.name,
        "made_by": sample.made_by,
        "origin": sample.origin,
        "kept": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "key": fingerprint(sample.drawing),
        "strokes": _points(sample.drawing),
        **recording,
    }


def _points(drawing: Drawing) -> list[list[list[float]]]:
    return [stroke.round(3).tolist() for stroke in drawing.strokes]


def _free_stem(layout: Layout, name: str, own: str = "") -> str:
    """A stem that no other kept drawing has, nor one in the trash, which may come back."""
    taken = {*_stems(kept_folder(layout)), *_stems(thrown_folder(layout))} - {own}
    return _free(taken, file_stem(name))


def _free(stems: Iterable[str], stem: str) -> str:
    """The stem itself, or with a number. Folders copied to other disks may not tell a from A."""
    taken = {other.casefold() for other in stems}
    numbered = chain([stem], (f"{stem}-{number}" for number in count(2)))
    return next(one for one in numbered if one.casefold() not in taken)


def _stems(folder: Path) -> set[str]:
    return {path.stem for path in folder.iterdir()} if folder.is_dir() else set()


def _refuse_gone(folder: Path, stem: str) -> None:
    if not (folder / f"{stem}.json").is_file():
        raise UserError(f"{stem} is not in {folder} any more.", "Somebody moved it: look there.")


def _move(source: Path, stem: str, target: Path, free: str) -> None:
    for suffix in _SUFFIXES:
        path = source / f"{stem}{suffix}"
        try:
            target.mkdir(parents=True, exist_ok=True)
            if path.exists():
                path.rename(target / f"{free}{suffix}")
        except OSError as error:
            raise write_error(target / f"{free}{suffix}", error) from error


@dataclass(frozen=True, slots=True)
class ReadKept:
    """Reads every kept drawing, in a worker thread."""

    layout: Layout

    def __call__(self) -> KeptNow:
        """Newest first; a file that is damaged is left where it is and named."""
        found, damaged = [], []
        for path in sorted(kept_folder(self.layout).glob("*.json")):
            try:
                found.append(_read(path))
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                damaged.append(f"{path.name}: {_reason(error)}")
        found.sort(key=_when, reverse=True)
        return KeptNow(tuple(one[1] for one in found), tuple(one[2] for one in found), tuple(damaged))


def _when(found: tuple[str, Sample, str]) -> str:
    return found[0]


def _reason(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"there is no {error} in it"
    if isinstance(error, json.JSONDecodeError):
        return "it is cut off, or no JSON"
    return str(error) or type(error).__name__


def _read(path: Path) -> tuple[str, Sample, str]:
    """When it was kept, the drawing, its fingerprint. Raises what a damaged file makes Python raise."""
    value = json.loads(path.read_text("utf-8"))
    name, origin, drawing = str(value["name"]), dict(value["origin"]), _drawing(value["strokes"])
    if value["made_by"] == "machine":
        sample = machine_sample(name, drawing, origin, file=path.stem)
    else:
        by = "both" if value["made_by"] == "both" else "hand"
        sample = _as_recorded(Sample(name, drawing, by, origin, file=path.stem), value.get("recording"))
    return str(value.get("kept", "")), sample, str(value.get("key") or fingerprint(drawing))


def _drawing(points: Any) -> Drawing:
    strokes = tuple(as_stroke(np.asarray(stroke, dtype=np.float32)) for stroke in points)
    drawing = Drawing(strokes)
    if not all(np.isfinite(stroke).all() for stroke in strokes) or not drawing.n_points:
        raise ValueError("there is no line in it")
    return drawing


def _as_recorded(sample: Sample, value: Any) -> Sample:
    """The drawing with how it came about, where that was kept with it and fits it."""
    if value is None:
        return sample
    recording, smooth = Recording.from_json(value), _drawing(value["strokes"])
    if [len(stroke) for stroke in smooth.strokes] != [len(times) for times in recording.times_s]:
        raise ValueError("its recording has other strokes")
    return replace(sample, smooth=smooth, recording=recording)
