"""Points of the map with ids: how they look, where they are, how they get to other places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEasingCurve, QEvent, QPointF, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QResizeEvent

from studio import theme
from studio.models.items import Item
from studio.models.thumbnails import Thumbnails
from studio.widgets.map.map_camera import MapCamera
from studio.widgets.map.map_overlay import MapOverlay
from studio.widgets.map.point_cloud import DECISION_CODES, PointCloud, PointStyle

_HIT_PX = 12.0


class PointScatter(pg.PlotWidget):
    """Points with ids, and pictures of them where few are in view."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._items: Sequence[Item] = ()
        self._rows: dict[str, int] = {}
        self._xy: NDArray[np.float64] = np.zeros((0, 2))
        self._shown: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._class_of: NDArray[np.intp] = np.zeros(0, np.intp)
        self._decision_of: NDArray[np.intp] = np.zeros(0, np.intp)
        self._colours: tuple[str, ...] = ()
        self._selected: frozenset[str] = frozenset()
        self._is_selected: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._cloud = PointCloud()
        self.addItem(self._cloud)
        self._camera = MapCamera(self.getPlotItem().vb)
        self._overlay = MapOverlay(self.viewport(), self._camera, thumbnails)
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(theme.GLIDE_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.valueChanged.connect(self._on_glide_moved)
        self._glide.finished.connect(self._on_glide_finished)
        self._from: NDArray[np.float64] = self._xy
        self._is_fresh: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._look_from = QRectF()
        self._prepare_view()

    def _prepare_view(self) -> None:
        view = self.getPlotItem()
        view.hideAxis("left")
        view.hideAxis("bottom")
        view.hideButtons()
        view.setMenuEnabled(False)
        view.setContentsMargins(0, 0, 0, 0)
        view.vb.sigRangeChanged.connect(self._on_view_range_changed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Map")
        self._take_theme()

    # -- what is shown ---------------------------------------------------------------------------------

    def set_points(self, items: Sequence[Item], xy: NDArray[np.float64]) -> None:
        """Show these items at these places.

        Items that were there glide from where they are; new ones appear in their place; what is not among
        them is gone. Where one looks stays, unless the whole map was in view or nothing of it is left.

        Args:
            items: One a point.
            xy: `(n, 2)`, y up.
        """
        xy = np.asarray(xy, np.float64).reshape(-1, 2)
        changed = self._changed_rows(items)
        if changed is None:
            self._replace_points(items, xy)
            return
        self._items = items
        for row in changed:
            self._decision_of[row] = DECISION_CODES[items[row].decision]
        if np.array_equal(xy, self._xy):
            self._overlay.set_points(items, self._xy, same=True)
            return
        self._start_glide(self._cloud.xy, np.zeros(len(xy), np.bool_), xy)
        self._overlay.set_points(items, self._xy, same=True)

    def _changed_rows(self, items: Sequence[Item]) -> list[int] | None:
        """Rows whose item is another object than before; None when the ids are not the same ones in order."""
        if len(items) != len(self._items):
            return None
        rows = [row for row, (new, old) in enumerate(zip(items, self._items, strict=True)) if new is not old]
        return rows if all(items[row].id == self._items[row].id for row in rows) else None

    def _replace_points(self, items: Sequence[Item], xy: NDArray[np.float64]) -> None:
        before = np.fromiter((self._rows.get(item.id, -1) for item in items), np.intp, len(items))
        stayed = before >= 0
        places, shown = xy.copy(), np.ones(len(items), np.bool_)
        places[stayed] = self._cloud.xy[before[stayed]]
        shown[stayed] = self._shown[before[stayed]]
        self._items, self._rows = items, {item.id: row for row, item in enumerate(items)}
        self._decision_of = np.array([DECISION_CODES[item.decision] for item in items], np.intp)
        self._shown, self._class_of = shown, np.zeros(0, np.intp)
        self._is_selected = self._selected_mask()
        if stayed.any():
            self._start_glide(places, ~stayed, xy)
        else:
            self._glide.stop()
            self._xy = xy
            self._cloud.place(xy)
            self._overlay.set_resting(True)
            if len(xy) and not self._camera.is_restored:
                self.fit()
        self._cloud.show_only(shown)
        self._overlay.set_points(items, self._xy, same=False)
        self._overlay.set_shown(shown)
        self._overlay.set_selected(self._is_selected)

    def set_classes(self, class_of: NDArray[np.intp], colours: Sequence[str]) -> None:
        """Say what each point is.

        Args:
            class_of: `(n,)` the class of each point, an index into `colours`.
            colours: `#rrggbb`, one a class.
        """
        self._class_of, self._colours = class_of, tuple(colours)
        if len(class_of) == len(self._items):
            self._overlay.set_classes(class_of, self._colours)
            self._dress()

    def set_badges(self, get: Callable[[str], str] | None) -> None:
        """Let the card at the cursor say a few words about an id, such as "93 %"."""
        self._overlay.set_badges(get)

    def set_selected(self, selected: frozenset[str]) -> None:
        """Draw a ring around these."""
        self._selected = selected
        self._is_selected = self._selected_mask()
        self._overlay.set_selected(self._is_selected)
        self._dress()

    def _selected_mask(self) -> NDArray[np.bool_]:
        mask = np.zeros(len(self._items), np.bool_)
        mask[[row for row in map(self._rows.get, self._selected) if row is not None]] = True
        return mask

    def set_shown(self, shown: NDArray[np.bool_]) -> None:
        """Draw and hit only these points: `(n,)`; items keep this until they leave, new ones are shown."""
        self._shown = np.asarray(shown, np.bool_)
        self._cloud.show_only(self._shown)
        self._overlay.set_shown(self._shown)

    def _dress(self) -> None:
        if len(self._class_of) != len(self._items):
            return
        keys = (self._class_of * len(DECISION_CODES) + self._decision_of) * 2 + self._is_selected
        counts = np.bincount(keys)
        present = np.flatnonzero(counts)
        code_of = np.zeros(len(counts), np.intp)
        code_of[present] = np.arange(len(present))
        self._cloud.dress([self._style(key) for key in present.tolist()], code_of[keys], self._is_selected)

    def _style(self, key: int) -> PointStyle:
        kind, selected = divmod(key, 2)
        at, decision = divmod(kind, len(DECISION_CODES))
        return PointStyle(self._colours[at], decision, bool(selected))

    # -- where one looks -------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show all points."""
        self._camera.fit(self._xy[self._shown] if self._shown.any() else self._xy)

    def fit_next(self) -> None:
        """Show all points that come next, wherever one looks now: they are of another map."""
        self._camera.keep(self._xy)

    def zoom_to(self, ids: frozenset[str]) -> None:
        """Show the points of these ids as large as they fit."""
        rows = [row for row in map(self._rows.get, ids) if row is not None]
        self._camera.show_region(self._xy[rows], self._xy)

    def view_state(self) -> dict[str, Any]:
        """Where one looks, JSON-ready, for `restore_view`."""
        return self._camera.state()

    def restore_view(self, state: Mapping[str, Any]) -> None:
        """Look where one looked before; points that come later do not change that."""
        if not self._camera.restore(state) and state.get("fit"):
            self.fit()

    # -- gliding ---------------------------------------------------------------------------------------

    def _start_glide(
        self, start: NDArray[np.float64], fresh: NDArray[np.bool_], end: NDArray[np.float64]
    ) -> None:
        self._glide.stop()
        self._from, self._xy, self._is_fresh = start, end, fresh
        self._look_from = self._camera.rect
        if not self._camera.is_restored and (self._camera.is_fitted or not self._sees_points()):
            self._camera.keep(end)
        moves = bool(fresh.any()) or not np.array_equal(start, end)
        self._overlay.set_resting(not moves)
        self._on_glide_moved(0.0 if moves else 1.0)
        if moves:
            self._glide.start()

    def _sees_points(self) -> bool:
        view = self._camera.rect
        x, y = self._xy.T
        inside = (x > view.left()) & (x < view.right()) & (y > view.top()) & (y < view.bottom())
        return bool((inside & self._shown).any())

    def _on_glide_moved(self, share: float) -> None:
        opacity = np.where(self._is_fresh, share, 1.0) if self._is_fresh.any() else None
        self._cloud.place(self._from + (self._xy - self._from) * share, opacity)
        if self._camera.is_fitted:
            self._camera.approach(self._look_from, share)

    def _on_glide_finished(self) -> None:
        self._overlay.set_resting(True)

    def _cloud_xy(self) -> NDArray[np.float64]:
        return self._cloud.xy

    @property
    def is_gliding(self) -> bool:
        """Whether points are on their way to new places."""
        return self._glide.state() == QVariantAnimation.State.Running

    # -- geometry --------------------------------------------------------------------------------------

    def to_pixels(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map coordinates `(n, 2)` to widget pixels `(n, 2)`."""
        return self._camera.to_pixels(xy)

    def item_at(self, point: QPointF) -> Item | None:
        """The nearest shown item within a few pixels of a place in the widget."""
        row = self._row_at(point)
        return self._items[row] if row >= 0 else None

    def _row_at(self, point: QPointF) -> int:
        """Asking every point takes 1 ms for 100,000; a tree would have to be built first."""
        row = self._overlay.row_at(point)
        if row >= 0 or not self._shown.any():
            return row
        x, y = self._camera.to_map(np.array([[point.x(), point.y()]]))[0]
        away = (self._xy[:, 0] - x) ** 2 + (self._xy[:, 1] - y) ** 2
        away[~self._shown] = np.inf
        nearest = int(away.argmin())
        return nearest if away[nearest] <= (_HIT_PX / self._camera.px_per_unit) ** 2 else -1

    # -- look ------------------------------------------------------------------------------------------

    def _on_view_range_changed(self, *_: object) -> None:
        self._overlay.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The overlay covers everything."""
        super().resizeEvent(event)
        if hasattr(self, "_overlay"):
            self._overlay.setGeometry(self.viewport().rect())

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_theme()

    def _take_theme(self) -> None:
        self.setBackground(theme.tokens().window)
