"""A traced page: one stage large, or the four of them side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QGridLayout, QStackedLayout, QWidget

from engine.export.timeline import Pace, Timeline, make_timeline, stops_s
from engine.strokes.types import Stroke, bounding_box, stroke_length
from engine.trace.types import Trace
from studio import theme
from studio.tracing.mending import marks_of
from studio.tracing.sheets import EMPTY, TracedSheet
from studio.tracing.trace_loading import MendedPage
from studio.widgets import parts
from studio.widgets.pen_lines import Line, pen_at
from studio.widgets.stroke_canvas import Frame, StrokeCanvas, View
from studio.widgets.tracing.mend_canvas import MendCanvas, MendSheet
from studio.widgets.tracing.stage_slider import Stage

STAGE_NAMES = ("Ink", "Strokes", "Joined", "Spliced", "Drawings")
INK, STROKES, JOINED, SPLICED, DRAWINGS = range(5)
_SIDE_BY_SIDE = (INK, STROKES, JOINED, SPLICED)
_LINE_PX, _NOTE_PX = 2.2, 1.2
_SHORTEST_S, _LONGEST_S, _SIDES_PER_S = 3.0, 16.0, 1.2
"""The pen of the scrubber crosses so many page heights a second, within these bounds."""


def strokes_of(trace: Trace, stage: int) -> tuple[Stroke, ...]:
    """The strokes of a stage, in drawing order; the ink itself has none."""
    if stage == DRAWINGS:
        members = [k for drawing in trace.drawings for k in drawing]
        return tuple(trace.spliced[k] for k in members)
    return ((), trace.strokes, trace.joined, trace.spliced)[stage]


def lines_of(trace: Trace, stage: int, colours: Sequence[int] = ()) -> list[Line]:
    """What a stage looks like: one colour a stroke; in the last stage one colour a drawing.

    Args:
        trace: Of the page.
        stage: See `STAGE_NAMES`.
        colours: For each stroke the number of its colour; by default they count up.
    """
    strokes = strokes_of(trace, stage)
    colours = colours or range(len(strokes))
    if stage == DRAWINGS:
        colours = [number for number, drawing in enumerate(trace.drawings) for _ in drawing]
    lines = [Line(s, theme.category_colour(c), _LINE_PX) for s, c in zip(strokes, colours, strict=True)]
    if stage == DRAWINGS:
        inside = {k for drawing in trace.drawings for k in drawing}
        debris = [s for k, s in enumerate(trace.spliced) if k not in inside]
        lines += [Line(s, "undecided", _NOTE_PX) for s in debris]
    return lines + ([Line(s, "undecided", _NOTE_PX) for s in trace.annotations] if stage != INK else [])


def colours_carried(before: Sequence[Stroke], colours: Sequence[int], strokes: Sequence[Stroke]) -> list[int]:
    """Colours for strokes after a mend: those it left alone keep theirs, new ones take what became free."""
    known = {_key(stroke): colour for stroke, colour in zip(before, colours, strict=True)}
    kept = [known.pop(_key(stroke), None) for stroke in strokes]
    used = {colour for colour in kept if colour is not None}
    free = iter([*known.values(), *(c for c in range(len(strokes) + len(colours)) if c not in used)])
    spent = set(used)
    result = []
    for carried in kept:
        colour = carried if carried is not None else next(c for c in free if c not in spent)
        spent.add(colour)
        result.append(colour)
    return result


def _key(stroke: Stroke) -> tuple[int, frozenset[tuple[float, float]]]:
    """The same for a stroke and its reverse."""
    ends = {(float(x), float(y)) for x, y in (stroke[0], stroke[-1])} if len(stroke) else set()
    return len(stroke), frozenset(ends)


def frames_of(trace: Trace) -> list[Frame]:
    """A box around each drawing."""
    frames = []
    for index in range(len(trace.drawings)):
        x0, y0, x1, y1 = bounding_box(trace.drawing(index).strokes)
        frames.append(Frame(QRectF(x0, y0, x1 - x0, y1 - y0), f"{index + 1}"))
    return frames


def stages_of(trace: Trace | None) -> list[Stage]:
    """The stops of the slider, with what each stage came to."""
    if trace is None:
        return [Stage(name) for name in STAGE_NAMES]
    result = [Stage(STAGE_NAMES[INK], "", f"{trace.pen_width_px:.0f} px wide" if trace.pen_width_px else "")]
    for stage in (STROKES, JOINED, SPLICED):
        strokes = strokes_of(trace, stage)
        length = sum(stroke_length(s) for s in strokes)
        result.append(Stage(STAGE_NAMES[stage], _count(len(strokes), "stroke"), f"{length:,.0f} px"))
    return [*result, Stage(STAGE_NAMES[DRAWINGS], _count(len(trace.drawings), "drawing"))]


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


class TraceView(QWidget):
    """The table of the Tracing pane. All canvases look at the same place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet = EMPTY
        self._stage = SPLICED
        self._opacity = 0.3
        self._draw_s = 0.0
        self._timelines: list[tuple[StrokeCanvas, Timeline]] = []
        self._laid: dict[StrokeCanvas, tuple[Trace | None, int]] = {}
        self._coloured: tuple[Trace | None, tuple[Stroke, ...], Sequence[int]] = (None, (), ())
        self._mendable: tuple[MendedPage | None, MendSheet | None] = (None, None)
        self.large = MendCanvas()
        self.four = [StrokeCanvas() for _ in _SIDE_BY_SIDE]
        self._captions = [parts.label(STAGE_NAMES[stage], "caption") for stage in _SIDE_BY_SIDE]
        together = QWidget()
        grid = QGridLayout(together)
        grid.setContentsMargins(theme.SPACE_8, theme.SPACE_8, theme.SPACE_8, 0)
        grid.setSpacing(theme.SPACE_4)
        for index, (canvas, caption) in enumerate(zip(self.four, self._captions, strict=True)):
            caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
            grid.addWidget(caption, 2 * (index // 2), index % 2)
            grid.addWidget(canvas, 2 * (index // 2) + 1, index % 2)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.large)
        self._stack.addWidget(together)
        for canvas in self.four:
            canvas.view_changed.connect(self._on_canvas_view_changed)

    @property
    def stage(self) -> int:
        """The stage shown large."""
        return self._stage

    @property
    def shows_four(self) -> bool:
        """Whether the stages stand side by side."""
        return self._stack.currentIndex() == 1

    @property
    def sheet(self) -> TracedSheet:
        """The page on the table."""
        return self._sheet

    def show_sheet(self, sheet: TracedSheet) -> None:
        """Put a page on the table."""
        self._sheet = sheet
        self._lay()

    def set_stage(self, stage: int) -> None:
        """Show this stage large."""
        self._stage = stage
        self._lay()

    def set_four(self, together: bool) -> None:
        """Show the first four stages side by side, or one alone."""
        self._stack.setCurrentIndex(1 if together else 0)
        self._lay()

    def set_scan_opacity(self, opacity: float) -> None:
        """How much of the scan shines through under the strokes."""
        self._opacity = opacity
        self._lay_pictures()

    def wind(self) -> float:
        """Measure the lines in sight for `draw_until`.

        Returns:
            Seconds that drawing them takes; 0 where there are none.
        """
        trace = self._sheet.trace
        shown = [(canvas, strokes_of(trace, stage)) for canvas, stage in self._shown()] if trace else []
        longest = max((sum(map(stroke_length, strokes)) for _, strokes in shown), default=0.0)
        if longest <= 0:
            self._timelines = []
            return 0.0
        seconds = longest / (max(self._sheet.size) * _SIDES_PER_S)
        self._draw_s = min(max(seconds, _SHORTEST_S), _LONGEST_S)
        pace = Pace(draw_s=self._draw_s, hold_s=0.0)
        self._timelines = [(canvas, make_timeline(strokes, pace)) for canvas, strokes in shown]
        return self._draw_s

    def stroke_stops_s(self) -> NDArray[np.float64]:
        """When any pen is done with a stroke, and the start; rising. See `wind`."""
        return stops_s([timeline for _, timeline in self._timelines])[1]

    def draw_until(self, time_s: float) -> None:
        """Show every stage in sight as far as its pen has come."""
        for canvas, timeline in self._timelines:
            canvas.set_pen(pen_at(timeline, time_s), visible=time_s < self._draw_s)

    def zoom(self, factor: float) -> None:
        """Come closer, everywhere at once."""
        (self.four[0] if self.shows_four else self.large).zoom(factor)

    def fit(self) -> None:
        """Show the whole page, everywhere."""
        for canvas in (self.large, *self.four):
            canvas.set_view(None)

    def _shown(self) -> list[tuple[StrokeCanvas, int]]:
        """The canvases in sight and their stages: the others are laid when they are turned up."""
        return (
            list(zip(self.four, _SIDE_BY_SIDE, strict=True))
            if self.shows_four
            else [(self.large, self._stage)]
        )

    def _lay(self) -> None:
        page = QRectF(-0.5, -0.5, *self._sheet.size)
        trace = self._sheet.trace
        for canvas, stage in self._shown():
            canvas.set_page(page)
            before = self._laid.get(canvas)
            if before is not None and before[0] is trace and before[1] == stage:
                continue  # only a picture came: lines are what costs
            self._laid[canvas] = (trace, stage)
            colours = self._colours() if stage == SPLICED else ()
            canvas.set_lines(lines_of(trace, stage, colours) if trace else [])
            canvas.set_frames(frames_of(trace) if trace and stage == DRAWINGS else [])
        for stop, caption in zip(stages_of(trace), self._captions, strict=False):
            caption.setText("   ".join(part for part in (stop.name, stop.figure, stop.detail) if part))
        self._lay_pictures()
        self._lay_mending()

    def _colours(self) -> Sequence[int]:
        """Colours of the spliced strokes; a mend changes only those of the strokes it changed."""
        page = self._sheet.page
        if page is None:
            return ()
        found, before, colours = self._coloured
        strokes = page.mended.trace.spliced
        now = colours_carried(before, colours, strokes) if found is page.found else list(range(len(strokes)))
        self._coloured = (page.found, strokes, now)
        return now

    def _lay_mending(self) -> None:
        """Mending goes on at the spliced stage, on a trace that is written down."""
        page, before = self._sheet.page, self._mendable
        if page is None or self._sheet.is_preview or self.shows_four or self._stage != SPLICED:
            self._mendable = (None, None)
        elif before[0] is not page:
            self._mendable = (page, MendSheet(page.mended.trace, *marks_of(page.mends, page.mended.lapsed)))
        self.large.set_mending(self._mendable[1])

    def _lay_pictures(self) -> None:
        for canvas, stage in self._shown():
            ink = stage == INK and self._sheet.ink is not None
            canvas.set_picture(self._sheet.ink if ink else self._sheet.scan)
            traced = self._sheet.trace is not None
            canvas.set_picture_opacity(1.0 if stage == INK or not traced else self._opacity)

    def _on_canvas_view_changed(self, view: View | None) -> None:
        """One moved: the others follow (the one that moved is there already)."""
        for canvas in self.four:
            canvas.set_view(view)
