"""What lies between two drawings: the steps, the fine way from each to the next, and the files of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np

from engine.strokes.smooth import smooth_drawing
from engine.strokes.types import DRAWING_SIZE_UNITS, Drawing, as_stroke, bounding_box
from studio import theme
from studio.gallery.exporting import StopFlag
from studio.models.runs import Run
from studio.models.samples import Sample, machine_sample
from studio.widgets import drawing_art

Way = Literal["code", "shape"]
FPS = 20
HOLD_S = 0.8
_CELL_PX = 280
_PICTURES = 60
"""Of the way there; as many as a file of it has."""
_FINE_UNITS = 0.15
"""A traced line has a point at every pixel; so much off it nobody sees, and it moves ten times as lightly."""
_TURNING_SHARE = 0.15
"""Of the way: so long the ink of the one takes to become the machine's, and that the other's."""


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """The way from one drawing to another.

    Attributes:
        samples: The one, the steps, the other.
        frames: From the one to the other in small steps, all on one sheet; those of `samples` among them.
        way: `code`, as the machine goes, or `shape`, lines turning into lines.
    """

    samples: tuple[Sample, ...]
    frames: tuple[Drawing, ...]
    way: Way

    @property
    def there_s(self) -> float:
        """How long the way there takes."""
        return (len(self.frames) - 1) / FPS

    @property
    def duration_s(self) -> float:
        """There and back, with a rest at both ends."""
        return 2 * (self.there_s + HOLD_S)

    def place_at(self, time_s: float) -> float:
        """How far from the one to the other, 0 to 1, at a time; it goes there and back for ever."""
        time_s %= self.duration_s
        back_s = self.duration_s - time_s
        return float(np.clip((min(time_s, back_s + HOLD_S) - HOLD_S) / self.there_s, 0.0, 1.0))

    def time_of(self, place: float) -> float:
        """When it comes by there, on the way there."""
        return HOLD_S + float(np.clip(place, 0.0, 1.0)) * self.there_s

    def frame_at(self, place: float) -> int:
        """The number of the frame that is shown there."""
        return round(float(np.clip(place, 0.0, 1.0)) * (len(self.frames) - 1))

    def inks(self) -> tuple[str, ...]:
        """One a frame: that of both ends where they are, the machine's between."""
        first, last = (drawing_art.ink_of(one) for one in (self.samples[0], self.samples[-1]))
        places = np.linspace(0.0, 1.0, len(self.frames))
        return tuple(_ink(first, last, float(place)) for place in places)


def _ink(first: str, last: str, place: float) -> str:
    end, near = (first, place) if place < 0.5 else (last, 1 - place)
    return theme.mix(end, theme.LIGHT.machine, min(near / _TURNING_SHARE, 1.0))


@dataclass(frozen=True, slots=True)
class GoByShape:
    """Finds the way by shape alone, in a worker thread.

    Attributes:
        first: From here.
        second: To there.
        steps: So many drawings between them.
    """

    first: Sample
    second: Sample
    steps: int

    def __call__(self) -> Passage:
        """Lines turn into lines."""
        from engine.strokes.morph import morph

        finely = _per_gap(self.steps)
        frames = morph(_ready(self.first), _ready(self.second), (self.steps + 1) * finely + 1)
        between = [
            Sample(
                f"{self.first.name} → {self.second.name} · {number}",
                frames[number * finely].normalised(),
                "machine",
                {"way": "between", "by": "shape", "index": number - 1, "steps": self.steps,
                 "made_from": [self.first.name, self.second.name]},
            )
            for number in range(1, self.steps + 1)
        ]  # fmt: skip
        return Passage((self.first, *between, self.second), tuple(frames), "shape")


@dataclass(frozen=True, slots=True)
class GoByCode:
    """Lays out the way that a machine drew, in a worker thread.

    Attributes:
        first: From here.
        second: To there.
        drawn: What the machine drew on the way.
        provenance: Where those come from.
    """

    first: Sample
    second: Sample
    drawn: tuple[Drawing, ...]
    provenance: dict[str, Any] = field(default_factory=dict)

    def __call__(self) -> Passage:
        """Between two steps lines turn into lines."""
        from engine.strokes.morph import morph

        run = self.provenance.get("run", "")
        between = [
            machine_sample(
                f"{self.first.name} → {self.second.name} · {run} · {number + 1}",
                drawing.normalised(),
                {**self.provenance, "index": number, "by": "code"},
            )
            for number, drawing in enumerate(self.drawn)
            if drawing.n_points
        ]
        samples = (self.first, *between, self.second)
        finely = _per_gap(len(between)) + 1
        stations = [_ready(one) for one in samples]
        frames = [frame for one, other in pairwise(stations) for frame in morph(one, other, finely)[:-1]]
        return Passage(samples, (*frames, stations[-1]), "code")


def varied(original: Sample, drawn: Sequence[Drawing], provenance: dict[str, Any]) -> list[Sample]:
    """Variations of a drawing, as drawings of their own."""
    run = provenance.get("run", "")
    return [
        machine_sample(
            f"{original.name} varied · {run} · {number + 1}",
            one.normalised(),
            {**provenance, "index": number},
        )
        for number, one in enumerate(drawn)
    ]


def _per_gap(steps: int) -> int:
    return max(_PICTURES // (steps + 1), 1)


def _ready(sample: Sample) -> Drawing:
    """The drawing as it is seen, lightened, around the middle of the sheet: a way that slides is no way."""
    from engine.strokes.simplify import simplify_rdp  # OpenCV is not needed before

    shown = sample.picture if sample.smooth.strokes else _smoothed(sample.drawing)
    x0, y0, x1, y1 = bounding_box(shown.strokes)
    middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2], dtype=np.float32)
    moved = np.float32(DRAWING_SIZE_UNITS / 2) - middle
    return Drawing(tuple(as_stroke(simplify_rdp(s, _FINE_UNITS) + moved) for s in shown.strokes if len(s)))


def _smoothed(drawing: Drawing) -> Drawing:
    """Corners that are no points of a dense line would stay corners while it bends; a dense one has none."""
    dense = drawing.n_points > 1.0 * max(drawing.length, 1.0)
    return drawing if dense else smooth_drawing(drawing)


def has_codes(run: Run) -> bool:
    """Whether a run's model reads drawings into codes, as far as the run tells."""
    family, _, preset = run.model.partition("/")
    latent = (run.settings.get("model_settings") or {}).get("latent", 0)
    return family == "sketchformer" or (family == "sketchrnn" and (preset == "vae" or bool(latent)))


FLIPS = {".gif": "GIF", ".mp4": "Film (MP4)", ".png": "Animated PNG"}


@dataclass(frozen=True, slots=True)
class WriteFlip:
    """Writes the one turning into the other and back, in a worker thread.

    Attributes:
        path: The file to make or replace; a name of `FLIPS`.
        passage: The way.
        stop: Ends it early; nothing is written then.
    """

    path: Path
    passage: Passage
    stop: StopFlag = field(default_factory=StopFlag)

    def __call__(self) -> Path | None:
        """Write it; None when it was stopped. Raises UserError when the disk refuses."""
        from engine.export.flip import write_flip
        from engine.export.frames import Look

        look = Look(paper=theme.LIGHT.paper, inks=self.passage.inks())
        written = write_flip(self.path, self.passage.frames, look, fps=FPS, hold_s=HOLD_S, reporter=self.stop)
        return self.path if written else None


@dataclass(frozen=True, slots=True)
class WriteStrip:
    """Writes drawings side by side, in a worker thread.

    Attributes:
        path: The file to make or replace, `.png` or `.svg`.
        samples: From left to right.
        stop: Asked before it begins.
    """

    path: Path
    samples: tuple[Sample, ...]
    stop: StopFlag = field(default_factory=StopFlag)

    def __call__(self) -> Path | None:
        """Write it; None when it was stopped. Raises UserError when the disk refuses."""
        from engine.export.formats import write_file
        from engine.export.frames import Animation, Look
        from engine.export.sheet import write_sheet

        drawings = [one.picture for one in self.samples]
        inks = tuple(drawing_art.ink_of(one) for one in self.samples)
        if self.stop.stopped():
            return None
        if self.path.suffix.lower() == ".svg":
            look = Look((_CELL_PX * len(drawings), _CELL_PX), paper=theme.LIGHT.paper, inks=inks)
            return self.path if write_file(self.path, Animation(drawings, look), "svg", self.stop) else None
        look = Look(paper=theme.LIGHT.paper, inks=inks)
        write_sheet(self.path, drawings, columns=len(drawings), cell_px=_CELL_PX, look=look)
        return self.path
