"""The room of an open project: rail, pane, inspector, filmstrip, and the loupe over the pane."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from studio.panes.base import Pane
from studio.session import Session
from studio.widgets import parts
from studio.widgets.filmstrip import STRIP_PX, Filmstrip
from studio.widgets.inspector import INSPECTOR_PX, Inspector
from studio.widgets.loupe import Loupe
from studio.widgets.rail import Rail, RailButton


class Workspace(QWidget):
    """Panes side by side with what they share."""

    def __init__(self, panes: Sequence[Pane], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panes = tuple(panes)
        self.rail = Rail()
        self.inspector = Inspector()
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
        self._middle = QSplitter(Qt.Orientation.Vertical)
        self._middle.addWidget(self._stack)
        self._middle.setStretchFactor(0, 1)
        self._whole = QSplitter(Qt.Orientation.Horizontal)
        self._whole.addWidget(self._middle)
        self._whole.addWidget(self.inspector)
        self._whole.setStretchFactor(0, 1)
        self._whole.setSizes([10_000, INSPECTOR_PX])
        layout = parts.row(self.rail, parts.rule(vertical=True), spacing=0)
        layout.addWidget(self._whole, 1)
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
        for pane in self.panes:
            pane.open_project(session)
        self._stale = set(self.panes)
        self._count()

    def close_session(self) -> None:
        """Let go of the project."""
        if self._session is None:
            return
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
        self.inspector.setVisible(pane.SHOWS_ITEMS)
        if self._filmstrip is not None:
            self._filmstrip.setVisible(pane.SHOWS_ITEMS)
        self._freshen(pane)
        pane.activate()

    def show_pane_named(self, title: str) -> None:
        """Bring the pane of that title to the front."""
        titles = [pane.TITLE for pane in self.panes]
        if title in titles:
            self.show_pane(titles.index(title))

    def is_settled(self) -> bool:
        """Whether everything on screen is loaded."""
        loaded = self.loupe is None or self.loupe.is_loaded
        return loaded and self.pane.is_settled()

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

    def sizeHint(self) -> QSize:
        """Comfortable, not full screen."""
        return QSize(1440, 880)
