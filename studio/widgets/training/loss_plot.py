"""Loss curves of several runs together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio import theme
from studio.models.runs import Series

Axis = Literal["steps", "minutes", "points"]
AXES: dict[Axis, str] = {"steps": "steps", "minutes": "minutes", "points": "points seen"}
"""What the curves can run over, and what the axis then says."""
_MAX_POINTS = 600
_SETTLED_SHARE = 0.05
"""The first share of a curve falls from far above; it does not set the scale."""
_AHEAD = 1.03
_AXIS_PX = (52, 40)
"""Room for the figures at the left and at the bottom; that it changes with them would lay all out anew."""
_SMOOTHING = 0.25
"""Weight of the newest batch in the thin line: batches differ more than a second of learning does."""
Line = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Curve:
    """One run in the plot.

    Attributes:
        key: Stays the same while the curve grows.
        colour: `#rrggbb`.
        train: Drawn thin.
        valid: Drawn strong.
        is_chosen: Drawn stronger than the others.
        points_per_step: Points seen at each step; None where that is not known: then it is not drawn over
            points.
    """

    key: str
    colour: str
    train: Series
    valid: Series
    is_chosen: bool = False
    points_per_step: float | None = None


class LossPlot(QWidget):
    """Nats a point over the way; the thin line is what is learnt from, the strong one what was held out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: tuple[Curve, ...] = ()
        self._axis: Axis = "steps"
        self._drawn: dict[str, _Drawn] = {}
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

    @property
    def axis(self) -> Axis:
        """What the curves run over."""
        return self._axis

    def set_axis(self, axis: Axis) -> None:
        """Let the curves run over something else."""
        if axis != self._axis:
            self._axis = axis
            self._dress()
            self._draw_all(afresh=True)

    def show_curves(self, curves: Sequence[Curve]) -> None:
        """Plot these; a curve that is the same as before is not drawn again."""
        self._curves = tuple(curves)
        for key in set(self._drawn) - {curve.key for curve in curves}:
            drawn = self._drawn.pop(key)
            self._plot.removeItem(drawn.train_item)
            self._plot.removeItem(drawn.valid_item)
        self._draw_all()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme has other colours."""
        if event.type() == QEvent.Type.StyleChange:
            self._dress()
        super().changeEvent(event)

    def _draw_all(self, *, afresh: bool = False) -> None:
        changed = [
            c for c in self._curves if afresh or c.key not in self._drawn or self._drawn[c.key].curve != c
        ]
        for curve in changed:
            self._draw(curve)
        if changed or not self._curves:
            self._set_range()

    def _draw(self, curve: Curve) -> None:
        drawn = self._drawn.get(curve.key)
        items = (drawn.train_item, drawn.valid_item) if drawn else (self._plot.plot(), self._plot.plot())
        train, valid = _smoothed(_line(curve, curve.train, self._axis)), _line(curve, curve.valid, self._axis)
        self._drawn[curve.key] = _Drawn(curve, *items, train, valid)
        faint, strong = QColor(curve.colour), QColor(curve.colour)
        faint.setAlphaF(0.75 if curve.is_chosen else 0.3)
        strong.setAlphaF(1.0 if curve.is_chosen else 0.6)
        items[0].setData(*train, pen=pg.mkPen(faint, width=1))
        items[1].setData(
            *valid,
            pen=pg.mkPen(strong, width=2.2 if curve.is_chosen else 1.6),
            symbol="o" if len(curve.valid) < 60 else None,
            symbolSize=5,
            symbolPen=None,
            symbolBrush=strong,
        )
        items[1].setZValue(2 if curve.is_chosen else 1)

    def _set_range(self) -> None:
        """Fit all curves, but let the first steep fall leave the picture at the top."""
        lines = [
            line for drawn in self._drawn.values() for line in (drawn.train, drawn.valid) if len(line[0])
        ]
        if not lines:
            self._plot.setXRange(0, 100, padding=0)
            self._plot.setYRange(0, 1, padding=0)
            return
        settled = np.concatenate([y[x >= _SETTLED_SHARE * x[-1]] for x, y in lines])
        values = settled[np.isfinite(settled)]
        if len(values):
            low, high = float(values.min()), float(np.percentile(values, 99))
            room = max(high - low, 0.05) * 0.08
            self._plot.setYRange(low - room, high + room, padding=0)
        self._plot.setXRange(0, self._end(max(float(x[-1]) for x, _ in lines)), padding=0.01)

    def _end(self, last: float) -> float:
        """Where the axis ends: a little behind the last point, so that it need not grow with each."""
        end = float(self._plot.viewRange()[0][1]) / 1.01
        return end if last <= end <= last * _AHEAD else (last * _AHEAD or 1.0)

    def _dress(self) -> None:
        tokens = theme.tokens()
        self._plot.setBackground(tokens.panel)
        item = self._plot.getPlotItem()
        item.showGrid(x=False, y=True, alpha=0.12)
        for side, text in (("left", "nats a point"), ("bottom", AXES[self._axis])):
            axis = item.getAxis(side)
            axis.setPen(pg.mkPen(tokens.line))
            axis.setTextPen(pg.mkPen(tokens.muted))
            axis.setTickFont(theme.font(theme.CAPTION_PX))
            axis.setLabel(text, color=tokens.muted, **{"font-size": f"{theme.CAPTION_PX}px"})
            axis.setStyle(tickLength=-4)
        item.getAxis("left").setWidth(_AXIS_PX[0])
        item.getAxis("bottom").setHeight(_AXIS_PX[1])
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """A curve as it is in the plot now."""

    curve: Curve
    train_item: pg.PlotDataItem
    valid_item: pg.PlotDataItem
    train: Line
    valid: Line


def _line(curve: Curve, series: Series, axis: Axis) -> Line:
    """Where a series runs, thinned evenly to what a screen can show; the last point stays."""
    kept = slice(None, None, -max(len(series) // _MAX_POINTS, 1))
    if axis == "points" and curve.points_per_step is None:
        return np.empty(0), np.empty(0)
    x = series.seconds / 60 if axis == "minutes" else series.steps.astype(np.float64)
    scale = curve.points_per_step if axis == "points" else None
    return x[kept][::-1] * (scale or 1.0), series.nats[kept][::-1]


def _smoothed(line: Line) -> Line:
    """An exponential mean over the reports."""
    x, y = line
    result = y.copy()
    for number in range(1, len(y)):
        result[number] = result[number - 1] + _SMOOTHING * (y[number] - result[number - 1])
    return x, result
