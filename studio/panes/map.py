"""The map: likeness as nearness, clusters as colours, decisions with the lasso."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from engine.curate.lasso import Mode, combine
from engine.project.ids import Decision, Level
from studio import theme
from studio.curation.map_making import MapMaking
from studio.models.classes import COLOURINGS, ItemClass, Known, classify
from studio.models.items import Item
from studio.panes.base import Pane
from studio.session import Session
from studio.widgets import parts
from studio.widgets.curation.selection_bar import SelectionBar
from studio.widgets.map.cluster_legend import LEGEND_PX, ClusterLegend
from studio.widgets.map.lasso_scatter import LassoScatter, Tool
from studio.widgets.map.map_controls import MapChoice, MapControls
from studio.widgets.map.map_head import MapHead

_EMPTY = {
    "pages": "The map puts pages that look alike side by side: whole groups can be accepted or rejected.",
    "drawings": "The drawings have no map yet. It puts drawings that look alike side by side.",
}
_SETTLE_MS = 40


class MapPane(Pane):
    """The scatter of pages or of drawings, with its legend."""

    TITLE = "Map"
    ICON = "map"
    SHOWS_ITEMS = True
    WATCHES = frozenset({"pages", "decisions", "maps", "drawings"})

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[Item] = []
        self._classes: list[ItemClass] = []
        self._stale = False
        self._dressed_in = theme.tokens()
        self._making: MapMaking | None = None
        self._scatter: LassoScatter | None = None
        self._legend: ClusterLegend | None = None
        self._head = MapHead()
        self._head.tool_chosen.connect(self._on_head_tool_chosen)
        self._head.fit_wanted.connect(self._on_head_fit_wanted)
        self._head.colouring_chosen.connect(self._on_head_colouring_chosen)
        self._head.share_wanted.connect(self._on_head_share_wanted)
        self._controls = MapControls()
        self._controls.wanted.connect(self._on_controls_wanted)
        self._bar = SelectionBar()
        self._bar.decided.connect(self._on_bar_decided)
        self._bar.zoom_wanted.connect(self._on_bar_zoom_wanted)
        self._bar.dropped.connect(self._on_bar_dropped)
        self._bar.next_wanted.connect(self._on_bar_next_wanted)
        self._empty = parts.EmptyState("map", _EMPTY["pages"], "Make the map")
        self._empty.triggered.connect(self._on_empty_triggered)
        self._recolouring = QTimer(self)
        self._recolouring.setSingleShot(True)
        self._recolouring.setInterval(_SETTLE_MS)
        self._recolouring.timeout.connect(self._show_classes)
        self._scene = QWidget()
        self._stack = QStackedLayout(self._scene)
        self._stack.addWidget(self._empty)
        self._side = parts.column(self._controls, parts.rule(), spacing=0)
        self._lay_out()

    def _lay_out(self) -> None:
        middle = parts.column(spacing=0)
        middle.addWidget(self._head)
        middle.addWidget(parts.rule())
        middle.addWidget(self._scene, 1)
        middle.addWidget(parts.rule())
        middle.addWidget(self._bar)
        side = QWidget()
        side.setFixedWidth(LEGEND_PX)
        side.setLayout(self._side)
        whole = parts.row(spacing=0)
        whole.addLayout(middle, 1)
        whole.addWidget(parts.rule(vertical=True))
        whole.addWidget(side)
        self.setLayout(whole)

    # -- life ------------------------------------------------------------------------------------------

    def open_project(self, session: Session) -> None:
        """Show this project's maps."""
        super().open_project(session)
        self._making = MapMaking(session, self)
        self._making.changed.connect(self._on_making_changed)
        self._scatter = LassoScatter(session.thumbnails)
        self._scatter.set_badges(session.curation.badge)
        self._scatter.gathered.connect(self._on_scatter_gathered)
        self._scatter.loupe_wanted.connect(self._on_scatter_loupe_wanted)
        self._scatter.dropped.connect(self._on_bar_dropped)
        self._stack.addWidget(self._scatter)
        self._legend = ClusterLegend(session.thumbnails)
        self._legend.chosen.connect(self._on_legend_chosen)
        self._legend.decided.connect(self._on_legend_decided)
        self._legend.named.connect(self._on_legend_named)
        self._legend.called.connect(self._on_legend_called)
        self._side.addWidget(self._legend, 1)
        session.library.changed.connect(self._on_library_changed)
        session.curation.level_changed.connect(self._on_curation_level_changed)
        session.curation.shown_changed.connect(self._on_curation_shown_changed)
        session.learning.learned.connect(self._on_learning_learned)
        session.selection.changed.connect(self._on_selection_changed)
        self._show_map()

    def close_project(self) -> None:
        """Fold the map."""
        self._recolouring.stop()
        if self.session is not None:
            session = self.session
            session.library.changed.disconnect(self._on_library_changed)
            session.curation.level_changed.disconnect(self._on_curation_level_changed)
            session.curation.shown_changed.disconnect(self._on_curation_shown_changed)
            session.learning.learned.disconnect(self._on_learning_learned)
            session.selection.changed.disconnect(self._on_selection_changed)
        for widget in (self._scatter, self._legend):
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if self._making is not None:
            self._making.deleteLater()
        self._scatter = self._legend = self._making = None
        self._items, self._classes = [], []
        super().close_project()

    @property
    def _level(self) -> Level:
        return self.session.curation.level if self.session is not None else "pages"

    @property
    def _is_making(self) -> bool:
        return self._making is not None and self._making.is_busy

    @property
    def _shows_suggestions(self) -> bool:
        return self._head.colouring.currentText() in ("Suggestion", "Suggested kind")

    def count_text(self) -> str:
        """How many groups there are."""
        count = len({item.cluster for item in self._shelf()} - {-1})
        return f"{count} clusters" if count else ""

    def activate(self) -> None:
        """Keys go to the map at once."""
        if self._scatter is not None:
            self._scatter.setFocus()

    def refresh(self) -> None:
        """How the map was made may have changed."""
        self._show_choice()

    def is_settled(self) -> bool:
        """Whether points have arrived and pictures are loaded."""
        still = self._scatter is None or not self._scatter.is_gliding
        return still and (self.session is None or not self.session.is_busy)

    def view_state(self) -> dict[str, Any]:
        """Zoom and place, tool, colours."""
        state = {"tool": self._head.tools.checkedId(), "colour_by": self._head.colouring.currentText()}
        return {**state, "place": self._scatter.view_state()} if self._scatter is not None else state

    def restore_view(self, view: dict[str, Any]) -> None:
        """The same part of the map, looked at in the same way."""
        button = self._head.tools.button(view["tool"]) if isinstance(view.get("tool"), int) else None
        if button is not None:
            button.click()
        if view.get("colour_by") in COLOURINGS:
            self._head.colouring.setCurrentText(view["colour_by"])
        if self._scatter is not None and isinstance(view.get("place"), dict):
            self._scatter.restore_view(view["place"])

    # -- what is shown ---------------------------------------------------------------------------------

    def _shelf(self) -> Sequence[Item]:
        return self.session.library.shelf(self._level).items if self.session is not None else ()

    def _show_map(self) -> None:
        if self._scatter is None:
            return
        self._stale = False
        items = list(self._shelf())
        self._items = [item for item in items if item.is_on_map]
        xy = np.array([(item.x, item.y) for item in self._items], np.float64).reshape(-1, 2)
        self._scatter.set_points(self._items, xy)
        self._stack.setCurrentWidget(self._scatter if self._items else self._empty)
        self._empty.set_text(*self._advice(items))
        self._controls.setVisible(bool(items))
        self._controls.set_state(has_map=bool(self._items), busy=self._is_making)
        self._bar.setVisible(bool(self._items))
        self._head.setVisible(bool(self._items))
        accepted = self._n_accepted()
        self._bar.show_next(f"Next: trace {accepted} accepted pages" if accepted else "")
        self._show_filtered()
        self._show_classes()

    def _show_filtered(self) -> None:
        """Draw only what the filters let through; the rest is neither seen nor hit."""
        if self._scatter is None or self.session is None:
            return
        let_through = {item.id for item in self.session.curation.shown}
        shown = np.fromiter((item.id in let_through for item in self._items), np.bool_, len(self._items))
        self._scatter.set_shown(shown)
        left_out = len(self._shelf()) - len(self._items)
        hidden = len(self._items) - int(shown.sum())
        words = [
            f"{hidden:,} hidden by filters" if hidden else "",
            f"{left_out:,} not on the map" if left_out else "",
        ]
        self._head.say(", ".join(filter(None, words)) if self._items else "")

    def _n_accepted(self) -> int:
        """Pages that wait in the next room; drawings have none of their own yet."""
        if self.session is None or self._level != "pages":
            return 0
        return self.session.library.shelf("pages").decided["accepted"]

    def _advice(self, items: Sequence[Item]) -> tuple[str, str]:
        if self._is_making:
            return ("Looking at every one of them. The map appears here.", "")
        if not items:
            return ("Pages come first: add a folder of scans in Sketchbooks.", "Go to Sketchbooks")
        return (_EMPTY[self._level], "Make the map")

    def _show_choice(self) -> None:
        from engine.curate.places import map_settings

        if self.session is not None:
            made = map_settings(self.session.project, self._level)
            if made is not None:
                choice = MapChoice(made.model, made.k, made.projection, made.clustering, made.scope)
                self._controls.show_choice(choice)

    def _show_classes(self) -> None:
        if self._scatter is None or self.session is None:
            return
        self._dressed_in = theme.tokens()
        learnt = self.session.learning.state(self._level)
        known = Known(learnt.likelihoods, learnt.kinds, self.session.library.cluster_names(self._level))
        self._classes = classify(self._items, self._head.colouring.currentText(), known)
        at_of = {item.id: at for at, one in enumerate(self._classes) for item in one.items}
        class_of = np.fromiter((at_of[item.id] for item in self._items), np.intp, len(self._items))
        self._scatter.set_classes(class_of, [one.colour for one in self._classes])
        if self._legend is not None:
            self._legend.set_kinds(self.session.library.kinds(self._level))
        self._show_selection()

    def _show_selection(self) -> None:
        if self._scatter is None or self._legend is None or self.session is None:
            return
        selected = self.session.selection.ids
        self._scatter.set_selected(selected)
        self._legend.show_classes(self._classes, selected)
        self._bar.show_count(len(selected), self._level)

    def _on_library_changed(self, level: str) -> None:
        if level == self._level:
            self._refresh_map()

    def _on_curation_level_changed(self, _level: str) -> None:
        if self.session is not None and self._scatter is not None:
            self.session.selection.clear()
            self._scatter.fit_next()
            self._show_choice()
            self._refresh_map()

    def _on_curation_shown_changed(self, _after_gesture: bool) -> None:
        if self.isVisible():
            self._show_filtered()
        else:
            self._stale = True

    def _on_learning_learned(self, level: str) -> None:
        if level == self._level and self.isVisible() and self._shows_suggestions:
            self._recolouring.start()

    def _refresh_map(self) -> None:
        self.count_changed.emit()
        if self.isVisible():
            self._show_map()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while another pane was in front."""
        super().showEvent(event)
        if self._stale or self._shows_suggestions:
            self._show_map()
        else:
            self._show_selection()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme has other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and theme.tokens() is not self._dressed_in:
            self._show_classes()

    def _on_selection_changed(self, _ids: object) -> None:
        if self.isVisible():
            self._show_selection()

    def _on_head_colouring_chosen(self, _by: str) -> None:
        self._show_classes()

    # -- gestures --------------------------------------------------------------------------------------

    def _on_head_tool_chosen(self, tool: Tool) -> None:
        if self._scatter is not None:
            self._scatter.set_tool(tool)

    def _on_head_fit_wanted(self) -> None:
        if self._scatter is not None:
            self._scatter.fit()

    def _on_scatter_gathered(self, ids: frozenset[str], mode: Mode, polygon: object) -> None:
        if self.session is not None:
            drawn: dict[str, Any] = {"by": "lasso", "polygon": polygon, "mode": mode} if polygon else {}
            self.session.selection.set(combine(self.session.selection.ids, ids, mode), **drawn)

    def _on_legend_chosen(self, one: ItemClass) -> None:
        if self.session is not None:
            self.session.selection.set((item.id for item in one.items), by="class", name=one.name)

    def _how(self, one: ItemClass) -> dict[str, Any]:
        return {"by": "class", "class": one.name, "coloured_by": self._head.colouring.currentText()}

    def _on_legend_decided(self, one: ItemClass, decision: Decision) -> None:
        if self.session is not None:
            self.session.decide(self._level, [item.id for item in one.items], decision, **self._how(one))

    def _on_legend_named(self, one: ItemClass, name: str) -> None:
        if self.session is not None:
            self.session.name_cluster(self._level, one.cluster, name, **self._how(one))

    def _on_legend_called(self, one: ItemClass, kind: str) -> None:
        if self.session is not None:
            self.session.name_kind(self._level, [item.id for item in one.items], kind, **self._how(one))

    def _on_bar_decided(self, decision: Decision) -> None:
        if self.session is not None:
            self.session.decide_selection(decision, by="map")

    def _on_bar_zoom_wanted(self) -> None:
        if self.session is not None and self._scatter is not None:
            self._scatter.zoom_to(self.session.selection.ids)

    def _on_bar_dropped(self) -> None:
        if self.session is not None:
            self.session.selection.clear()

    def _on_bar_next_wanted(self) -> None:
        self.wanted.emit("Tracing")

    # -- making the map --------------------------------------------------------------------------------

    def _on_empty_triggered(self) -> None:
        if not self._shelf():
            self.wanted.emit("Sketchbooks")
            return
        self._on_controls_wanted(self._controls.choice())

    def _on_controls_wanted(self, choice: MapChoice) -> None:
        if self._making is not None:
            self._making.make(choice)
            self.activate()

    def _on_making_changed(self) -> None:
        self._show_map()

    def _on_head_share_wanted(self) -> None:
        if self._making is not None:
            self._making.ask_what_to_share(self)

    def _on_scatter_loupe_wanted(self, item_id: str) -> None:
        if self.session is not None:
            self.loupe_wanted.emit(item_id or self.session.selection.current)

    def neighbour(self, item_id: str, step: int) -> str:
        """The next of the same cluster, in shelf order."""
        cluster = next((item.cluster for item in self._items if item.id == item_id), None)
        peers = [item.id for item in self._items if item.cluster == cluster]
        at = peers.index(item_id) + step if item_id in peers else -1
        return peers[at] if 0 <= at < len(peers) else ""
