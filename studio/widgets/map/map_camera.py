"""Where on the map one looks, and how places there become pixels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

_MARGIN = 0.08
_LEAST_SHARE, _LEAST_SPACINGS = 0.02, 2.0
"""No region is shown larger than one of this share of the whole map, less where points lie closer: of so many
spacings, were they spread evenly."""


class MapCamera:
    """The view box of the map, in terms of what the artist does.

    While nobody moved the map by hand, it keeps to what was asked for (everything, or a view from the session
    before) whatever size the window takes.
    """

    def __init__(self, box: pg.ViewBox) -> None:
        self._box = box
        self._region: NDArray[np.float64] | None = None
        self._restored: dict[str, float] | None = None
        box.setAspectLocked(True)
        box.disableAutoRange()
        box.sigRangeChangedManually.connect(self._on_box_moved_by_hand)
        box.sigResized.connect(self._on_box_resized)

    # -- pixels ----------------------------------------------------------------------------------------

    def to_pixels(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map coordinates `(n, 2)`, y up, to widget pixels `(n, 2)`, y down."""
        origin, scale = self._frame()
        return (xy - origin) * scale

    def to_map(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Widget pixels `(n, 2)` to map coordinates `(n, 2)`."""
        origin, scale = self._frame()
        return pixels / scale + origin

    def _frame(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The place at pixel (0, 0), and pixels a unit to the right and upward (negative)."""
        view, scene = self._box.viewRect(), self._box.mapRectToScene(self._box.rect())
        scale = np.array([scene.width() / (view.width() or 1.0), -scene.height() / (view.height() or 1.0)])
        scale[scale == 0] = 1.0
        corner = np.array([view.left(), view.bottom()])
        return corner - np.array([scene.left(), scene.top()]) / scale, scale

    @property
    def px_per_unit(self) -> float:
        """The scale."""
        return float(self._frame()[1][0])

    @property
    def rect(self) -> QRectF:
        """What is in view, in map coordinates."""
        return QRectF(self._box.viewRect())

    # -- moving ----------------------------------------------------------------------------------------

    @property
    def is_fitted(self) -> bool:
        """Whether it shows everything and stays so."""
        return self._region is not None

    def fit(self, xy: NDArray[np.float64]) -> None:
        """Show all these points `(n, 2)`, in a window of any size, until somebody moves the map."""
        self.keep(xy)
        if len(xy):
            self._show(_rect_around(xy, xy))

    def keep(self, xy: NDArray[np.float64]) -> None:
        """Count as showing all these points, which are still on their way: `approach` moves."""
        self._restored, self._region = None, xy

    def approach(self, start: QRectF, share: float) -> None:
        """Look from `start` towards what is kept in view: 0 there, 1 here."""
        if self._region is not None and len(self._region):
            end = _rect_around(self._region, self._region)
            corner = start.topLeft() + (end.topLeft() - start.topLeft()) * share
            size = start.size() + (end.size() - start.size()) * share
            self._show(QRectF(corner, size))

    def show_region(self, xy: NDArray[np.float64], whole: NDArray[np.float64]) -> None:
        """Show these points `(n, 2)` of the `whole` map as large as they fit."""
        self._region = self._restored = None
        if len(xy):
            self._show(_rect_around(xy, whole))

    def _show(self, rect: QRectF) -> None:
        """At least this much."""
        self._box.setRange(rect, padding=0)

    def zoom(self, factor: float) -> None:
        """Larger by a factor, around the middle."""
        self._region = self._restored = None
        self._box.scaleBy((1 / factor, 1 / factor))

    def pan(self, right: float, up: float) -> None:
        """Look further to the right and upward, in shares of what is in view."""
        self._region = self._restored = None
        view = self._box.viewRect()
        side = min(view.width(), view.height())
        self._box.translateBy((right * side, up * side))

    # -- from session to session -----------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """Where one looks, JSON-ready: middle, units a pixel, and whether that is the whole map."""
        middle = self._box.viewRect().center()
        return {
            "x": middle.x(), "y": middle.y(), "units_per_px": 1 / self.px_per_unit, "fit": self.is_fitted,
        }  # fmt: skip

    def restore(self, state: Mapping[str, Any]) -> bool:
        """Look there again.

        Returns:
            False, and nothing happens, when `state` does not say where, or says the whole map.
        """
        try:
            wanted = {name: float(state[name]) for name in ("x", "y", "units_per_px")}
        except (KeyError, TypeError, ValueError):
            return False
        if state.get("fit") or not np.isfinite(list(wanted.values())).all() or wanted["units_per_px"] <= 0:
            return False
        self._region, self._restored = None, wanted
        self._show_restored(wanted)
        return True

    @property
    def is_restored(self) -> bool:
        """Whether it looks where a session before looked, and nobody moved it since."""
        return self._restored is not None

    def _show_restored(self, wanted: Mapping[str, float]) -> None:
        size = self._box.rect().size() * wanted["units_per_px"]
        rect = QRectF(0, 0, size.width(), size.height())
        rect.moveCenter(QPointF(wanted["x"], wanted["y"]))
        if not rect.isEmpty():
            self._show(rect)

    def _on_box_moved_by_hand(self, *_: object) -> None:
        self._region = self._restored = None

    def _on_box_resized(self, *_: object) -> None:
        if self._restored is not None:
            self._show_restored(self._restored)
        elif self._region is not None and len(self._region):
            self._show(_rect_around(self._region, self._region))


def _rect_around(xy: NDArray[np.float64], whole: NDArray[np.float64]) -> QRectF:
    """The rectangle around points `(n, 2)`, with a margin."""
    low, high = xy.min(axis=0), xy.max(axis=0)
    share = min(_LEAST_SHARE, _LEAST_SPACINGS / np.sqrt(len(whole)))
    least = share * max(float(np.ptp(whole, axis=0).max()), 1e-6)
    extent = np.maximum(high - low, least) * (1 + 2 * _MARGIN)
    return QRectF(*((low + high - extent) / 2), *extent)
