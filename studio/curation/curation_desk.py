"""What stands around grid and map: bar, filters, suggestions, likeness, comparing, history."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.curation.comparing import Comparing
from studio.curation.curation import SHELF, UNCERTAIN, Ranking
from studio.curation.desk_reading import ReadHistory, ReadTextModel
from studio.curation.exchanging import Exchanging
from studio.curation.filtering import Filtering
from studio.curation.text_search import TextSearch
from studio.models.items import Item
from studio.session import Session
from studio.widgets.curation.curation_bar import CurationBar
from studio.widgets.curation.history_list import HistoryList, HistoryRow
from studio.widgets.curation.suggestion_bar import SuggestionBar, SuggestionState


class CurationDesk(QObject):
    """Makes those widgets and lets them act on the session; the workspace says where they stand.

    Signals:
        grid_wanted: The artist asked for something that only the grid can show.
        focus_wanted: A widget of the desk was put away: the pane in front has the keys again.
    """

    grid_wanted = Signal()
    focus_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.bar = CurationBar()
        self.suggestions = SuggestionBar()
        self.filtering = Filtering(self)
        self.comparing = Comparing(self)
        self.history: HistoryList | None = None
        self._words: TextSearch | None = None
        self._session: Session | None = None
        self._in_front = True
        self._connect()

    def _connect(self) -> None:
        self.bar.filters_toggled.connect(self._show_panel)
        self.bar.history_wanted.connect(self.show_history)
        self.bar.likeness_searched.connect(self._on_bar_likeness_searched)
        self.filtering.closed.connect(self._on_filtering_closed)
        self.filtering.look_alikes_wanted.connect(self.grid_wanted)
        self.comparing.kept.connect(self.keep_one)
        self.comparing.closed.connect(self.focus_wanted)
        self.suggestions.accept_wanted.connect(self._on_suggestions_accept_wanted)
        self.suggestions.reject_wanted.connect(self._on_suggestions_reject_wanted)
        self.suggestions.order_toggled.connect(self._on_suggestions_order_toggled)

    # -- life ------------------------------------------------------------------------------------------

    def open_session(self, session: Session, table: QWidget) -> None:
        """Act on this session; `table` is what the comparison covers."""
        self._session = session
        self.bar.follow(session.curation)
        self.filtering.open_session(session)
        self.comparing.open_session(session, table)
        session.curation.shown_changed.connect(self._show)
        session.curation.level_changed.connect(self._show_by_look)
        session.learning.learned.connect(self._show)
        session.data_changed.connect(self._on_session_data_changed)
        self.bar.show_by_look(False)
        self._show_by_look()
        self._show()

    def close_session(self) -> None:
        """Let go of it."""
        if self._words is not None:
            self._words.close()
            self._words.deleteLater()
            self._words = None
        if self.history is not None:
            self.history.hide()
            self.history.deleteLater()
            self.history = None
        self.filtering.close_session()
        self.comparing.close_session()
        self.bar.follow(None)
        self._session = None

    def to_json(self) -> dict[str, Any]:
        """How the desk stands, JSON-ready."""
        return {"filters_open": self.bar.filters.isChecked(), "threshold": self.suggestions.threshold}

    def restore(self, value: dict[str, Any]) -> None:
        """Stand as it stood."""
        self.bar.filters.setChecked(bool(value.get("filters_open")))
        if isinstance(value.get("threshold"), float):
            self.suggestions.set_threshold(value["threshold"])

    def set_in_front(self, on: bool) -> None:
        """Whether a pane of items is in front; the comparison belongs to the pane before."""
        self._in_front = on
        self.comparing.put_away()
        self._show_panel(self.bar.filters.isChecked())
        self._show()

    # -- what is shown ---------------------------------------------------------------------------------

    def _show(self, _what: object = None) -> None:
        session = self._session
        if session is None:
            return
        self.bar.show_drawings(bool(session.library.shelf("drawings").items))
        level = session.curation.level
        has_map = any(item.is_on_map for item in session.curation.items)
        self.suggestions.setVisible(self._in_front and has_map)
        learnt = session.learning.state(level)
        state = SuggestionState(
            learnt.missing,
            learnt.n_accepted,
            learnt.n_rejected,
            np.array(sorted(self._likelihoods().values()), np.float64),
            session.learning.is_learning(level),
        )
        self.suggestions.show_state(state)
        self.suggestions.set_order(session.curation.order == UNCERTAIN)

    def _show_by_look(self, _level: object = None) -> None:
        """Offer the search by description where the model understands words; late answers are dropped."""
        session = self._session
        if self._words is not None:
            self._words.forget()
        if session is not None:
            read = ReadTextModel(session.project, session.curation.level)
            session.tasks.run(read, self._on_text_model_read, later=True)

    def _on_text_model_read(self, model: str | None) -> None:
        self.bar.show_by_look(model is not None)

    def _on_session_data_changed(self, topic: str) -> None:
        if topic == "maps":
            self._show_by_look()
        if topic == "decisions" and self.history is not None and self.history.isVisible():
            self._read_history()

    def toggle_filters(self) -> None:
        """Open or close the panel of histograms."""
        self.bar.filters.toggle()

    def _show_panel(self, on: bool) -> None:
        self.filtering.show_panel(on and self._in_front)

    def _on_filtering_closed(self) -> None:
        self.bar.filters.setChecked(False)
        self.focus_wanted.emit()

    # -- suggestions -----------------------------------------------------------------------------------

    def _likelihoods(self) -> dict[str, float]:
        """What is suggested of the undecided items that the filters show: of no others is decided unseen."""
        if self._session is None:
            return {}
        curation = self._session.curation
        known = curation.likelihoods
        return {item.id: known[item.id] for item in curation.shown if item.id in known}

    def _likely(self, low: float, high: float) -> list[str]:
        """Those whose likelihood lies between two bounds."""
        return [item_id for item_id, p in self._likelihoods().items() if low <= p <= high]

    def _on_suggestions_accept_wanted(self, threshold: float) -> None:
        session = self._session
        if session is not None and (ids := self._likely(threshold, 1.0)):
            session.decide(session.curation.level, ids, "accepted", by="suggestion", over=threshold)

    def _on_suggestions_reject_wanted(self, threshold: float) -> None:
        session = self._session
        if session is not None and (ids := self._likely(0.0, threshold)):
            session.decide(session.curation.level, ids, "rejected", by="suggestion", under=threshold)

    def _on_suggestions_order_toggled(self, on: bool) -> None:
        if self._session is not None:
            self._session.curation.set_order(UNCERTAIN if on else SHELF)

    # -- likeness --------------------------------------------------------------------------------------

    def show_like(self, item_id: str) -> None:
        """Sort the grid by likeness to an item."""
        session = self._session
        item = session.library.find(item_id) if session is not None else None
        if session is not None and item is not None:
            session.curation.set_level(item.level)
            session.learning.rank_like(item.level, item_id, partial(self._on_likest_found, item))

    def _on_likest_found(self, item: Item, ids: Sequence[str]) -> None:
        session = self._session
        if session is None:
            return
        if not ids:
            session.said.emit("Make the map first: likeness comes from it.")
            return
        ranks = {item_id: rank for rank, item_id in enumerate(ids)}
        session.curation.set_ranking(Ranking(f"Most like {item.title}", ranks))
        self.grid_wanted.emit()

    def _on_bar_likeness_searched(self, text: str) -> None:
        """Search the pictures by a description, in a child process of its own."""
        session = self._session
        if session is None:
            return
        if not text:
            self._show_by_look()
            session.curation.set_ranking(None)
            return
        if self._words is None:
            self._words = TextSearch(session.project.layout.root, self)
            self._words.found.connect(self._on_words_found)
            self._words.failed.connect(session.said)
        session.said.emit(f"Looking for {text}…")
        self._words.find(session.curation.level, text)

    def _on_words_found(self, text: str, scored: Sequence[tuple[str, float]]) -> None:
        if self._session is not None:
            ranks = {item_id: rank for rank, (item_id, _) in enumerate(scored)}
            self._session.curation.set_ranking(Ranking(f"“{text}”", ranks))
            self.grid_wanted.emit()

    def keep_one(self, kept: str, others: Sequence[str]) -> None:
        """Accept one of several look-alikes, reject the others."""
        session = self._session
        item = session.library.find(kept) if session is not None else None
        if session is not None and item is not None:
            session.keep_one(item.level, kept, others, by="look-alikes")

    # -- history, and what is next ---------------------------------------------------------------------

    def show_history(self) -> None:
        """Open the list of everything that was decided."""
        if self._session is None:
            return
        if self.history is None:
            self.history = HistoryList(self.bar.window())
            self.history.back_wanted.connect(self._session.go_back)
            exchanging = Exchanging(self.history, self._session, self.history)
            self.history.export_wanted.connect(exchanging.choose_export)
            self.history.import_wanted.connect(exchanging.choose_import)
            self.history.folders_wanted.connect(exchanging.choose_folders)
            self.history.merge_wanted.connect(exchanging.choose_merge)
        self._read_history()
        self.history.show()
        self.history.raise_()

    def _read_history(self) -> None:
        if self._session is not None:
            self._session.tasks.run(ReadHistory(self._session.project), self._on_history_read)

    def _on_history_read(self, rows: list[HistoryRow]) -> None:
        if self.history is not None:
            self.history.show_rows(rows)

    def go_to_next_undecided(self) -> None:
        """Put the focus on the next item nobody decided about."""
        session = self._session
        if session is None:
            return
        following = session.curation.next_undecided(session.selection.current)
        if following:
            session.selection.set((following,), following)
        else:
            session.said.emit("Nothing is left to decide here.")
