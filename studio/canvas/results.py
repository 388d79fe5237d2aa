"""The line as a drawing of the gallery, and how the machine is asked to go on with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from studio.canvas.line import Author, Line, begun_from
from studio.gallery.manner import Manner
from studio.models.samples import Sample


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


def line_from(sample: Sample) -> Line:
    """A drawing of the gallery or of a sketchbook as a line to draw on with."""
    by: Author = "machine" if sample.made_by == "machine" else "hand"
    return begun_from(sample.picture, by, {"name": sample.name, "origin": sample.origin})


def options_for(manner: Manner, variability: float, seed: int) -> dict[str, Any]:
    """How the machine goes on with a line: where it begins and how large it is, the line says itself."""
    asked = replace(
        manner, variability=variability, seed=seed, start=None, points=(0, 0), side=(0.0, 0.0), retry=False
    )
    return asked.options()
