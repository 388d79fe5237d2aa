"""Loss curves of several runs together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio import theme

Points = tuple[tuple[int, float], ...]
_MAX_POINTS = 600
_SETTLED_SHARE = 0.05
"""The first share of a curve falls from far above; it does not set the scale."""
_SMOOTHING = 0.25
"""Weight of the newest batch in the thin line: batches differ more than a second of learning does."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One run in the plot.

    Attributes:
        key: Stays the same while the curve grows.
        colour: `#rrggbb`.
        train: `(step, nats a point)`; drawn thin.
        valid: `(step, nats a point)`; drawn strong.
        is_chosen: Drawn stronger than the others.
    """

    key: str
    colour: str
    train: Points
    valid: Points
    is_chosen: bool = False


class LossPlot(QWidget):
    """Nats a point over steps; the thin line is what is learnt from, the strong one what was held out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: tuple[Curve, ...] = ()
        self._lines: dict[str, tuple[pg.PlotDataItem, pg.PlotDataItem]] = {}
        self._plot = pg.PlotWidget()
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.getPlotItem().setContentsMargins(4, 8, 12, 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self._dress()

    @property
    def curves(self) -> tuple[Curve, ...]:
        """What is plotted."""
        return self._curves

    def show_curves(self, curves: Sequence[Curve]) -> None:
        """Plot these; a curve that only grew keeps its item."""
        self._curves = tuple(curves)
        for key in set(self._lines) - {curve.key for curve in curves}:
            for item in self._lines.pop(key):
                self._plot.removeItem(item)
        for curve in curves:
            self._draw(curve)
        self._set_range()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme has other colours."""
        if event.type() == QEvent.Type.StyleChange:
            self._dress()
        super().changeEvent(event)

    def _draw(self, curve: Curve) -> None:
        if curve.key not in self._lines:
            self._lines[curve.key] = (self._plot.plot(), self._plot.plot())
        train, valid = self._lines[curve.key]
        faint, strong = QColor(curve.colour), QColor(curve.colour)
        faint.setAlphaF(0.75 if curve.is_chosen else 0.3)
        strong.setAlphaF(1.0 if curve.is_chosen else 0.6)
        train.setData(*_columns(_smoothed(curve.train)), pen=pg.mkPen(faint, width=1))
        valid.setData(
            *_columns(curve.valid),
            pen=pg.mkPen(strong, width=2.2 if curve.is_chosen else 1.6),
            symbol="o" if len(curve.valid) < 60 else None,
            symbolSize=5,
            symbolPen=None,
            symbolBrush=strong,
        )
        valid.setZValue(2 if curve.is_chosen else 1)

    def _set_range(self) -> None:
        """Fit all curves, but let the first steep fall leave the picture at the top."""
        lines = (points for curve in self._curves for points in (_smoothed(curve.train), curve.valid))
        runs = [points for points in lines if points]
        if not runs:
            self._plot.setXRange(0, 100, padding=0)
            self._plot.setYRange(0, 1, padding=0)
            return
        last = max(points[-1][0] for points in runs)
        settled = [loss for points in runs for step, loss in points if step >= _SETTLED_SHARE * points[-1][0]]
        values = np.array(settled or [loss for points in runs for _, loss in points])
        values = values[np.isfinite(values)]
        if len(values):
            low, high = float(values.min()), float(np.percentile(values, 99))
            room = max(high - low, 0.05) * 0.08
            self._plot.setYRange(low - room, high + room, padding=0)
        self._plot.setXRange(0, max(last, 1), padding=0.01)

    def _dress(self) -> None:
        tokens = theme.tokens()
        self._plot.setBackground(tokens.panel)
        item = self._plot.getPlotItem()
        item.showGrid(x=False, y=True, alpha=0.12)
        for side, text in (("left", "nats a point"), ("bottom", "steps")):
            axis = item.getAxis(side)
            axis.setPen(pg.mkPen(tokens.line))
            axis.setTextPen(pg.mkPen(tokens.muted))
            axis.setTickFont(theme.font(theme.CAPTION_PX))
            axis.setLabel(text, color=tokens.muted, **{"font-size": f"{theme.CAPTION_PX}px"})
            axis.setStyle(tickLength=-4)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)


def _smoothed(points: Points) -> Points:
    """An exponential mean over the reports."""
    result: list[tuple[int, float]] = []
    for step, loss in points:
        before = result[-1][1] if result else loss
        result.append((step, before + _SMOOTHING * (loss - before)))
    return tuple(result)


def _columns(points: Points) -> tuple[list[int], list[float]]:
    """Steps and losses, thinned evenly to what a screen can show; the last point stays."""
    stride = max(len(points) // _MAX_POINTS, 1)
    kept = points[::-stride][::-1]
    return [step for step, _ in kept], [loss for _, loss in kept]
