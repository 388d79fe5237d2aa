"""The room of an open project: rail, pane, inspector, filmstrip, and the loupe over the pane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from studio.curation.curation_desk import CurationDesk
from studio.panes.base import Pane
from studio.panes.canvas import CanvasPane
from studio.session import Session
from studio.view_state import ViewKeeper, read_view
from studio.widgets import parts
from studio.widgets.curation.filmstrip import STRIP_PX, Filmstrip
from studio.widgets.curation.inspector import INSPECTOR_PX, Inspector
from studio.widgets.curation.loupe import Loupe
from studio.widgets.rail import Rail, RailButton

_MOST_SELECTED = 20_000
"""More than this is not remembered: choosing all is one key."""


class Workspace(QWidget):
    """Panes side by side with what they share.

    Signals:
        pane_shown: Another pane came to the front.
    """

    pane_shown = Signal()

    def __init__(self, panes: Sequence[Pane], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panes = tuple(panes)
        self.rail = Rail()
        self.inspector = Inspector()
        self.desk = CurationDesk(self)
        self._keeper: ViewKeeper | None = None
        self.loupe: Loupe | None = None
        self._session: Session | None = None
        self._filmstrip: Filmstrip | None = None
        self._stale: set[Pane] = set()
        self._doors: list[RailButton] = []
        self._counting = QTimer(self)
        self._counting.setSingleShot(True)
        self._counting.timeout.connect(self._count)
        self._stack = QStackedWidget()
        for pane in self.panes:
            self._doors.append(self.rail.add(pane.TITLE, pane.ICON))
            self._stack.addWidget(pane)
            pane.count_changed.connect(self._on_pane_count_changed)
            pane.wanted.connect(self.show_pane_named)
            pane.loupe_wanted.connect(self.look_closely)
        self.rail.chosen.connect(self.show_pane)
        self.desk.grid_wanted.connect(self._on_desk_grid_wanted)
        self.desk.focus_wanted.connect(self._on_loupe_closed)
        self.inspector.like_wanted.connect(self.desk.show_like)
        self.inspector.kept.connect(self.desk.keep_one)
        self._lay_out()

    def _lay_out(self) -> None:
        self._middle = QSplitter(Qt.Orientation.Vertical)
        upper = QWidget()
        upper.setLayout(parts.column(self._stack, self.desk.suggestions, spacing=0))
        self._middle.addWidget(upper)
        self._middle.setStretchFactor(0, 1)
        self._whole = QSplitter(Qt.Orientation.Horizontal)
        for widget in (self._middle, self.desk.filtering.panel, self.inspector):
            self._whole.addWidget(widget)
        self._whole.setStretchFactor(0, 1)
        # A panel that was hidden when sizes were kept must not come back with none.
        self._whole.setChildrenCollapsible(False)
        self._whole.setSizes([10_000, 240, INSPECTOR_PX])
        line = parts.rule()
        self._around_items = (self.desk.bar, line, self.inspector)
        room = parts.column(self.desk.bar, line, self._whole, spacing=0)
        room.setStretch(2, 1)
        layout = parts.row(self.rail, parts.rule(vertical=True), spacing=0)
        layout.addLayout(room, 1)
        self.setLayout(layout)

    # -- life ------------------------------------------------------------------------------------------

    def open_session(self, session: Session) -> None:
        """Show a project in every pane."""
        self._session = session
        self.rail.set_project_name(session.project.info.name)
        self.inspector.follow(session)
        self._filmstrip = Filmstrip(session)
        self._filmstrip.loupe_wanted.connect(self.look_closely)
        self._middle.addWidget(self._filmstrip)
        self._middle.setCollapsible(0, False)
        self._middle.setSizes([10_000, STRIP_PX])
        self.loupe = Loupe(session, self._stack)
        self.loupe.stepped.connect(self._on_loupe_stepped)
        self.loupe.closed.connect(self._on_loupe_closed)
        session.data_changed.connect(self._on_session_data_changed)
        session.library.changed.connect(self._on_library_changed)
        session.selection.current_changed.connect(self._on_selection_current_changed)
        session.continuing.connect(self._on_session_continuing)
        for pane in self.panes:
            pane.open_project(session)
        self.desk.open_session(session, self._stack)
        self._stale = set(self.panes)
        self._count()
        self._restore(read_view(session.project.layout))
        self._keeper = ViewKeeper(session.project.layout, self._view, self)

    def close_session(self) -> None:
        """Let go of the project."""
        if self._session is None:
            return
        if self._keeper is not None:
            self._keeper.stop()
            self._keeper.deleteLater()
            self._keeper = None
        self.desk.close_session()
        for pane in self.panes:
            pane.close_project()
        self.inspector.follow(None)
        for widget in (self.loupe, self._filmstrip):
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        self.loupe = self._filmstrip = None
        self._session = None

    def shutdown(self) -> None:
        """The window goes."""
        self.close_session()
        for pane in self.panes:
            pane.shutdown()

    # -- the view, from one evening to the next ---------------------------------------------------------

    def _view(self) -> dict[str, Any]:
        """Everything that is looked at, JSON-ready."""
        session = self._session
        if session is None:
            return {}
        chosen = sorted(session.selection.ids)
        return {
            "pane": self.pane.TITLE,
            "selection": chosen if len(chosen) <= _MOST_SELECTED else [],
            "current": session.selection.current,
            "curation": session.curation.to_json(),
            "desk": self.desk.to_json(),
            "panes": {pane.TITLE: pane.view_state() for pane in self.panes},
            "sizes": [self._whole.sizes(), self._middle.sizes()],
        }

    def _restore(self, view: dict[str, Any]) -> None:
        """Show what was shown last; a view that cannot be read shows the first pane."""
        session = self._session
        if session is None:
            return
        session.curation.restore(_mapping(view.get("curation")))
        self.desk.restore(_mapping(view.get("desk")))
        views = _mapping(view.get("panes"))
        for pane in self.panes:
            pane.restore_view(_mapping(views.get(pane.TITLE)))
        selection = view.get("selection")
        if isinstance(selection, list):
            session.selection.set(map(str, selection), str(view.get("current") or ""))
        titles = [pane.TITLE for pane in self.panes]
        self.show_pane(titles.index(view["pane"]) if view.get("pane") in titles else 0)
        for splitter, sizes in zip((self._whole, self._middle), view.get("sizes") or (), strict=False):
            if isinstance(sizes, list) and all(isinstance(size, int) for size in sizes):
                splitter.setSizes(sizes)

    # -- panes -----------------------------------------------------------------------------------------

    @property
    def pane(self) -> Pane:
        """The pane in front."""
        return self.panes[self._stack.currentIndex()]

    def show_pane(self, number: int) -> None:
        """Bring a pane to the front."""
        if not 0 <= number < len(self.panes):
            return
        if self.loupe is not None and self.loupe.isVisible():
            self.loupe.put_away()
        self.rail.choose(number)
        self._stack.setCurrentIndex(number)
        pane = self.panes[number]
        for widget in self._around_items:
            widget.setVisible(pane.SHOWS_ITEMS)
        self.desk.set_in_front(pane.SHOWS_ITEMS)
        self.desk.bar.show_books(not pane.LISTS_BOOKS)
        if self._filmstrip is not None:
            self._filmstrip.setVisible(pane.SHOWS_ITEMS)
        self._freshen(pane)
        pane.activate()
        self.pane_shown.emit()

    def show_pane_named(self, title: str) -> None:
        """Bring the pane of that title to the front."""
        titles = [pane.TITLE for pane in self.panes]
        if title in titles:
            self.show_pane(titles.index(title))

    def is_settled(self) -> bool:
        """Whether everything on screen is loaded."""
        loaded = self.loupe is None or self.loupe.is_loaded
        return loaded and self.desk.comparing.is_settled and self.pane.is_settled()

    def _freshen(self, pane: Pane) -> None:
        if pane in self._stale and self._session is not None:
            self._stale.discard(pane)
            pane.refresh()

    def _on_session_data_changed(self, topic: str) -> None:
        self._stale.update(pane for pane in self.panes if topic in pane.WATCHES)
        self._freshen(self.pane)
        self._counting.start()

    def _on_pane_count_changed(self) -> None:
        # One gesture is told to every pane: count once, after all of them heard it.
        self._counting.start()

    def _count(self) -> None:
        for pane, door in zip(self.panes, self._doors, strict=True):
            door.set_count(pane.count_text())

    # -- loupe -----------------------------------------------------------------------------------------

    def look_closely(self, item_id: str) -> None:
        """Put the loupe on an item; it alone is then selected, so that keys decide about what is seen."""
        session, loupe = self._session, self.loupe
        item = session.library.find(item_id) if session is not None else None
        if session is None or loupe is None or item is None:
            return
        session.selection.set((item.id,), item.id)
        loupe.look_at(item)

    def _look_again(self) -> None:
        """The loupe follows the focus, and shows what became of its item."""
        if self.loupe is None or self.loupe.item is None or self._session is None:
            return
        item = self._session.library.find(self._session.selection.current)
        if item is not None:
            self.loupe.look_at(item)
        else:
            self.loupe.put_away()

    def _on_loupe_stepped(self, step: int) -> None:
        if self.loupe is not None and self.loupe.item is not None:
            self.look_closely(self.pane.neighbour(self.loupe.item.id, step))

    def _on_loupe_closed(self) -> None:
        self.pane.activate()

    def _on_library_changed(self, _level: str) -> None:
        self._look_again()

    def _on_selection_current_changed(self, _item_id: str) -> None:
        self._look_again()

    def _on_session_continuing(self, _sample: object) -> None:
        self.show_pane_named(CanvasPane.TITLE)

    def _on_desk_grid_wanted(self) -> None:
        self.show_pane(0)

    def sizeHint(self) -> QSize:
        """Comfortable, not full screen."""
        return QSize(1440, 880)


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
