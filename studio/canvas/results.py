"""The line as a drawing of the gallery, and how the machine is asked to go on with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.export.recording import Recording
from engine.strokes.types import Drawing, Stroke, as_stroke
from studio.canvas.line import Author, Line, begun_from, played
from studio.gallery.manner import Manner
from studio.models.samples import Sample

HANDS: tuple[Author, ...] = ("hand", "machine")
"""Whose the inks of a recording are."""


def sample_of(line: Line) -> Sample:
    """The line as a drawing to keep or to export; it knows whose it is."""
    share = line.share_by("machine")
    origin: dict[str, Any] = {"way": "continued" if share > 0 or line.origin else "drawn", "on": "canvas"}
    if share > 0:
        origin |= {"machine_share": round(share, 3), "machines": list(line.machines)}
    if line.origin:
        origin["begun_from"] = line.origin
    name = f"Canvas {datetime.now():%Y-%m-%d %H.%M}"
    return Sample(name, line.drawing.normalised(), "both" if share > 0 else "hand", origin)


def recorded_sample_of(line: Line) -> Sample:
    """The line as `sample_of` makes it, to be drawn again as it was drawn, each hand in its ink."""
    strokes: list[Stroke] = []
    times_s: list[NDArray[np.float64]] = []
    hands: list[Author] = []
    begins: list[bool] = []
    for part, start_s in zip(line.parts, played(line), strict=True):
        when_s = np.maximum.accumulate(start_s + part.times_s.astype(np.float64))
        if times_s:  # a clock that went back must not make the file one that cannot be read
            when_s = np.maximum(when_s, times_s[-1][-1])
        if not part.begins and hands and hands[-1] == part.by:
            strokes[-1] = as_stroke(np.concatenate([strokes[-1], part.points[1:]]))
            times_s[-1] = np.concatenate([times_s[-1], when_s[1:]])
        else:
            strokes.append(part.points)
            times_s.append(when_s)
            hands.append(part.by)
            begins.append(part.begins or not begins)
    recording = Recording(tuple(HANDS.index(by) for by in hands), tuple(times_s), tuple(begins))
    return replace(sample_of(line), smooth=Drawing(tuple(strokes)).normalised(), recording=recording)


def line_from(sample: Sample) -> Line:
    """A drawing of the gallery or of a sketchbook as a line to draw on with."""
    origin = {"name": sample.name, "origin": sample.origin}
    recording = sample.recording
    if recording is None:
        by: Author = "machine" if sample.made_by == "machine" else "hand"
        return begun_from(sample.picture, [by] * len(sample.picture.strokes), origin)
    hands = [HANDS[ink % len(HANDS)] for ink in recording.inks]
    return begun_from(sample.picture, hands, origin, recording.begins)


def options_for(manner: Manner, variability: float, seed: int) -> dict[str, Any]:
    """How the machine goes on with a line: where it begins and how large it is, the line says itself."""
    asked = replace(
        manner, variability=variability, seed=seed, start=None, points=(0, 0), side=(0.0, 0.0), retry=False
    )
    return asked.options()
