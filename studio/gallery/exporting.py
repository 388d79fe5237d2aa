"""Files made of drawings: what the artist chooses, and the work of it in worker threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.export.frames import Animation, Look, PenKind
from engine.export.plot import Plot, Turn, place, sheet_size
from engine.export.recording import Recording
from engine.export.timeline import Pace
from engine.project.progress import Silent
from studio import theme
from studio.models.samples import Sample
from studio.settings import Settings
from studio.widgets import drawing_art

_KEY = "export"
_MOST_INKS = 64
_LEAST_RECORDED_S, _MOST_RECORDED_S = 1.0, 30.0
PLOTTER_KEYS = frozenset({"plotter-svg", "hpgl", "gcode"})
PICTURE_KEYS = frozenset({"gif", "apng", "mp4", "webm"})
"""Those made of pictures, so many a second."""
MEANINGS = {
    "gif": "Plays everywhere, over and over: mail, chats, slides.",
    "apng": "As a GIF, with finer edges; for web pages.",
    "mp4": "A film for phones, social media and video editors.",
    "webm": "A small film for web pages.",
    "moving-svg": "Draws itself in a browser, sharp at any size.",
    "svg": "The lines alone, for Inkscape, Illustrator, Affinity.",
    "png": "A still picture, for print and screen.",
    "npz": "Pen moves (stroke-3), as learning code reads them.",
    "plotter-svg": "Lines in millimetres, for AxiDraw and vpype.",
    "hpgl": "For pen plotters that speak HPGL.",
    "gcode": "For plotters and CNC machines that speak G-code.",
}
"""What each format is for, in the artist's words."""


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """What the artist chose; JSON-ready but for the pace.

    Attributes:
        key: Of the format.
        together: All of the grid, not the one drawing.
        size_px: Width and height for one.
        size_all_px: Width and height for all together.
        fps: Pictures a second.
        pace: How time runs.
        pen: `even`, or `pen`.
        shows_travel: Whether the way of the lifted pen is drawn.
        line_px: Width of the line; 0 fits it to the size.
        ink: `#rrggbb`; empty for the inks of the screen.
        paper: `#rrggbb`.
        sheet: Name of the plotter's paper.
        turn: How it lies.
        margin_mm: Left empty around.
        pen_mm: Width of the plotter's pen.
        feed_mm_min: Its speed.
        pen_up: G-code that lifts the pen; commands apart by `|`.
        pen_down: G-code that puts it down; likewise.
    """

    key: str = "gif"
    together: bool = False
    size_px: tuple[int, int] = (512, 512)
    size_all_px: tuple[int, int] = (1080, 1080)
    fps: int = 30
    pace: Pace = field(default_factory=Pace)
    pen: PenKind = "even"
    shows_travel: bool = False
    line_px: float = 0.0
    ink: str = ""
    paper: str = theme.LIGHT.paper
    sheet: str = "A4"
    turn: Turn = "auto"
    margin_mm: float = 15.0
    pen_mm: float = 0.5
    feed_mm_min: float = 2400.0
    pen_up: str = Plot().pen_up
    pen_down: str = Plot().pen_down

    @property
    def picture_px(self) -> tuple[int, int]:
        """The size that is in use."""
        return self.size_all_px if self.together else self.size_px

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> ExportChoice:
        """From plain values; as by default where they are not such choices."""
        known = {one.name for one in fields(ExportChoice)}
        try:
            given = {name: value for name, value in values.items() if name in known}
            for name in {"size_px", "size_all_px"} & given.keys():
                given[name] = (int(given[name][0]), int(given[name][1]))
            for name in {"pen_up", "pen_down"} & given.keys():
                given[name] = str(given[name])
            given["pace"] = Pace.from_json(given.get("pace", {}))
            return ExportChoice(**given)
        except (TypeError, ValueError, IndexError):
            return ExportChoice()

    def animation(self, samples: Sequence[Sample]) -> Animation:
        """What is written.

        Args:
            samples: The drawings that go into the file.

        Raises:
            UserError: for what cannot be made, such as a margin without room.
        """
        inks = (self.ink,) if self.ink else inks_of(samples)
        is_plot = self.key in PLOTTER_KEYS
        look = Look(
            self.picture_px,
            line_px=self.line_px or None,
            paper=self.paper,
            # A plotter would be asked to change its pen for each drawing.
            inks=inks[:1] if is_plot else inks,
            pen=self.pen,
            shows_travel=self.shows_travel,
        )
        return Animation(
            # ... and to lift it where the pen changed hands.
            [sample.drawing if is_plot and sample.recording else sample.picture for sample in samples],
            look,
            self.pace,
            self.fps,
            self._plot(),
            [sample.drawing for sample in samples],
            [] if is_plot else recordings_of(samples),
        )

    def _plot(self) -> Plot:
        up, down = (command.replace("|", "\n") for command in (self.pen_up, self.pen_down))
        sheet = sheet_size(self.sheet)
        return Plot(sheet, self.turn, self.margin_mm, self.pen_mm, self.feed_mm_min, up, down)


def inks_of(samples: Sequence[Sample]) -> tuple[str, ...]:
    """The inks of the screen: one where all share it, else one a drawing."""
    if recordings_of(samples):
        return drawing_art.HANDS
    inks = tuple(drawing_art.ink_of(sample) for sample in samples)
    return inks if len(set(inks)) > 1 and len(inks) <= _MOST_INKS else inks[:1] or (theme.LIGHT.ink,)


def recordings_of(samples: Sequence[Sample]) -> list[Recording]:
    """How the drawings came about; nothing unless that is known of all of them."""
    known = [sample.recording for sample in samples if sample.recording is not None]
    return known if len(known) == len(samples) else []


def as_recorded(choice: ExportChoice, recording: Recording) -> ExportChoice:
    """The same at the pace it was drawn, in the time that took; long ones quicker."""
    draw_s = min(max(recording.duration_s, _LEAST_RECORDED_S), _MOST_RECORDED_S)
    return replace(choice, pace=replace(choice.pace, by="recorded", draw_s=round(draw_s, 1)))


def recall() -> ExportChoice:
    """What was chosen last."""
    return ExportChoice.from_json(Settings().choices(_KEY))


def remember(choice: ExportChoice) -> None:
    """Keep it for the next file."""
    Settings().set_choices(_KEY, asdict(choice))


class StopFlag(Silent):
    """Lets the window stop work that has become pointless, and hear how far it is."""

    def __init__(self, told: Callable[[int, int], None] | None = None) -> None:
        """Make it; `told` hears (done, total), in the worker's thread."""
        self._flag = threading.Event()
        self._told = told

    def stop(self) -> None:
        """From any thread."""
        self._flag.set()

    def stopped(self) -> bool:
        """Asked by the exporter between pictures."""
        return self._flag.is_set()

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Hand it on."""
        if self._told is not None:
            self._told(done, total)


@dataclass(frozen=True, slots=True)
class WriteDrawings:
    """One export.

    Attributes:
        path: The file to make or replace.
        animation: What it shows.
        key: Of the format.
        stop: Ends it early; nothing is written then.
    """

    path: Path
    animation: Animation
    key: str
    stop: StopFlag = field(default_factory=StopFlag)

    def __call__(self) -> Path | None:
        """Write it.

        Returns:
            The file; None when it was stopped.

        Raises:
            UserError: when the disk refuses.
        """
        from engine.export.formats import write_file

        return self.path if write_file(self.path, self.animation, self.key, self.stop) else None


@dataclass(frozen=True, slots=True)
class EstimateSize:
    """How large a file will be.

    Attributes:
        animation: What it shows.
        key: Of the format.
        stop: Ends it early.
    """

    animation: Animation
    key: str
    stop: StopFlag = field(default_factory=StopFlag)

    def __call__(self) -> int | None:
        """Bytes; None when it was stopped."""
        from engine.export.formats import estimate_bytes
        from engine.export.frames import Stopped

        try:
            return estimate_bytes(self.animation, self.key, self.stop.stopped)
        except Stopped:
            return None


def facts_of(animation: Animation, key: str) -> str:
    """Size, time and number of pictures, in a line."""
    several = len(animation.drawings)
    drawings = f"{several} drawings" if several > 1 else ""
    if key in PLOTTER_KEYS:
        return _joined(drawings, _plot_facts(animation))
    if key == "npz":
        points = sum(drawing.n_points for drawing in animation.raw or animation.drawings)
        return _joined(drawings, f"{points:,} points")
    width, height = animation.look.size_px
    time = "" if key in ("svg", "png") else f"{animation.duration_s:g} s"
    held = key in ("mp4", "webm")  # their hold is pictures too; elsewhere the last one stays
    count = round(animation.duration_s * animation.fps) if held else len(animation.drawing_times_s())
    pictures = f"{count:,} pictures" if key in PICTURE_KEYS else ""
    return _joined(drawings, f"{width} × {height} px", time, pictures)


def _plot_facts(animation: Animation) -> str:
    """Paper, way on it, and how long the pen is down at its speed."""
    placed = place(animation.drawings, animation.plot)
    steps = [np.hypot(*np.diff(line, axis=0).T) for lines in placed.drawings for line in lines]
    way_mm = float(sum(step.sum() for step in steps))
    width, height = placed.sheet_mm
    minutes = way_mm / animation.plot.feed_mm_min
    takes = f"{minutes * 60:.0f} s" if minutes < 1.5 else f"{minutes:.0f} min"
    return _joined(f"{width:g} × {height:g} mm", f"{way_mm / 1000:.2f} m of line", f"{takes} of drawing")


def _joined(*words: str) -> str:
    return "   ·   ".join(word for word in words if word)


def size_text(n_bytes: int) -> str:
    """`128 KB`, `1.4 MB`."""
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes >= 1e6 else f"{max(n_bytes // 1000, 1)} KB"


def free_path(folder: Path, stem: str, suffix: str) -> Path:
    """A name in that folder that no file has yet."""
    number = 1
    while (path := folder / f"{stem}{f'-{number}' if number > 1 else ''}{suffix}").exists():
        number += 1
    return path
