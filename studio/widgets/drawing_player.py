"""One drawing, drawn again by hand."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.export.timeline import Pace, Timeline, make_timeline
from studio import theme
from studio.models.samples import EMPTY, Sample
from studio.widgets import drawing_art, parts
from studio.widgets.pen_lines import Line, pen_at
from studio.widgets.playbar import Playbar
from studio.widgets.stroke_canvas import StrokeCanvas

PACE = Pace()
"""As long as in the files that are made of a drawing (`engine.export.frames.Animation`)."""


class DrawingPlayer(QWidget):
    """Paper, pen, and the bar that moves it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sample: Sample | None = None
        self._timeline: Timeline = make_timeline(())
        self.canvas = StrokeCanvas()
        self.canvas.setMinimumSize(240, 240)
        self.canvas.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.playbar = Playbar(narrow=True)
        layout = parts.column(spacing=theme.SPACE_4)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.playbar)
        self.setLayout(layout)
        self.playbar.moved.connect(self._on_playbar_moved)

    @property
    def sample(self) -> Sample | None:
        """What it plays."""
        return self._sample

    def show_sample(self, sample: Sample | None, *, play: bool = False) -> None:
        """Lay a drawing on the paper, finished; `play` draws it at once from the start."""
        same = sample is not None and self._sample is not None and sample.picture is self._sample.picture
        self._sample = sample
        if not same:
            drawing = sample.picture if sample is not None else EMPTY
            self._timeline = make_timeline(drawing.strokes, PACE)
            colour = drawing_art.ink_of(sample) if sample is not None else "ink"
            self.canvas.set_page(drawing_art.page_of(drawing))
            lines = [Line(stroke, colour, drawing_art.LINE_WIDTH_UNITS) for stroke in self._timeline.strokes]
            self.canvas.set_lines(lines, scales_width=True)
            self.playbar.set_duration(self._timeline.duration_s if lines else 0.0)
        if play and self.playbar.duration_s:
            self.playbar.seek(0.0)
            self.playbar.play()

    def _on_playbar_moved(self, time_s: float) -> None:
        self.canvas.set_pen(pen_at(self._timeline, time_s), visible=0 < time_s < self._timeline.drawn_s)
