"""Comparing: which items are put side by side, and what is done with them there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.models.items import Item
from studio.session import Session
from studio.widgets.curation.compare import Compare

_MOST = 4


class Comparing(QObject):
    """Opens the comparison over a pane and lets it act on the session.

    Signals:
        kept: (id, ids): keep the first of these, reject the others.
        closed: It was put away.
    """

    kept = Signal(str, object)
    closed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._table: QWidget | None = None
        self._compare: Compare | None = None

    def open_session(self, session: Session, table: QWidget) -> None:
        """Compare items of this session; `table` is what the comparison covers."""
        self._session, self._table = session, table
        session.library.changed.connect(self._on_library_changed)

    def close_session(self) -> None:
        """Let go of it."""
        if self._compare is not None:
            self._compare.hide()
            self._compare.deleteLater()
            self._compare = None
        self._session = self._table = None

    @property
    def view(self) -> Compare | None:
        """The comparison while it is open."""
        return self._compare if self._compare is not None and self._compare.isVisible() else None

    @property
    def is_settled(self) -> bool:
        """Whether the pictures that are compared are loaded."""
        return self._compare is None or self._compare.is_loaded

    def toggle(self) -> None:
        """Put what is selected side by side, or put it away.

        One alone is laid beside its look-alikes, else beside the next one that is shown.
        """
        session = self._session
        if session is None or self._table is None:
            return
        if self.view is not None:
            self.put_away()
            return
        items = self._chosen(session)
        if len(items) < 2:
            session.said.emit("Select two or more to compare them.")
            return
        if self._compare is None:
            self._compare = Compare(session, self._table)
            self._compare.chosen.connect(self._on_compare_chosen)
            self._compare.stepped.connect(self._on_compare_stepped)
            self._compare.kept.connect(self._on_compare_kept)
            self._compare.closed.connect(self.closed)
        self._compare.look_at(items)

    def put_away(self) -> None:
        """Close it, if it is open."""
        if self.view is not None:
            self.view.put_away()

    def _chosen(self, session: Session) -> list[Item]:
        chosen = session.library.find_all(session.selection.ids)
        if len(chosen) != 1:
            return chosen[:_MOST]
        group = session.learning.alike(chosen[0].level).others(chosen[0].id)
        if group is not None:
            return session.library.find_all(group.ids)[:_MOST]
        shown = [item.id for item in session.curation.shown]
        at = shown.index(chosen[0].id) if chosen[0].id in shown else len(shown)
        return [*chosen, *session.library.find_all(shown[at + 1 : at + 2])]

    def _on_compare_chosen(self, item_id: str) -> None:
        if self._session is not None:
            self._session.selection.set((item_id,), item_id)

    def _on_compare_stepped(self, step: int) -> None:
        """Lay the next item as they are shown on the active side, past those that lie there."""
        session, view = self._session, self.view
        active = view.active if view is not None else None
        if session is None or view is None or active is None:
            return
        shown = [item for item in session.curation.shown if item.id == active.id or item.id not in view.ids]
        ids = [item.id for item in shown]
        at = ids.index(active.id) + step if active.id in ids else -1
        if 0 <= at < len(shown):
            view.replace_active(shown[at])

    def _on_compare_kept(self, choice: tuple[str, Sequence[str]]) -> None:
        self.kept.emit(choice[0], tuple(choice[1]))

    def _on_library_changed(self, _level: str) -> None:
        """What lies side by side shows what was decided about it."""
        session, view = self._session, self.view
        if session is None or view is None:
            return
        there = [item for item in map(session.library.find, view.ids) if item is not None]
        if len(there) < 2:
            view.put_away()
        else:
            view.look_at(there)
