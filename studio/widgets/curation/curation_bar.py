"""The bar over grid and map: pages or drawings, search, filters, order, and how many that comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from engine.curate import search
from engine.project.ids import DECISIONS, LEVELS, Level
from studio import theme
from studio.curation.curation import ORDERS, Curation
from studio.models.filters import NO_KIND, ItemFilter
from studio.widgets import parts

_ANY_BOOK, _ANY_KIND, _ANY_DECISION = "Any book", "Any kind", "Any decision"
_BOOK, _KIND = attrgetter("book"), attrgetter("kind")
_ROOMY_PX = 1010
_TYPING_MS = 120
_SEARCH_TIP = (
    "Words of title, label, kind or note; also book:sb44  page:10-20  kind:notes  note:ship  "
    "is:accepted  has:note  cluster:3  -word, and quotes around words that belong together"
)


class CurationBar(QFrame):
    """Says and changes what a `Curation` shows.

    Signals:
        filters_toggled: The panel of histograms is wanted, or no longer.
        history_wanted: The list of all gestures is wanted.
        likeness_searched: A description to search the pictures by.
    """

    filters_toggled = Signal(bool)
    history_wanted = Signal()
    likeness_searched = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._curation: Curation | None = None
        self._levels = QButtonGroup(self)
        self._level_buttons = [self._level_button(level) for level in LEVELS]
        self._levels.idClicked.connect(self._on_level_clicked)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search  ( / )")
        self.search.setToolTip(_SEARCH_TIP)
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(120)
        self.search.setMaximumWidth(280)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.search.textChanged.connect(self._on_search_changed)
        self.search.returnPressed.connect(self._on_search_returned)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._on_typing_timeout)
        self._by_look = parts.tool("look", "Search by what is drawn: type it, then Enter", checkable=True)
        self._by_look.toggled.connect(self._on_by_look_toggled)
        self.book, self.kind, self.decision = QComboBox(), QComboBox(), QComboBox()
        for box in (self.book, self.kind, self.decision):
            box.currentIndexChanged.connect(self._on_choice_changed)
        self.order = QComboBox()
        self.order.setToolTip("Order")
        for key, words in ORDERS:
            self.order.addItem(words, key)
        self.order.activated.connect(self._on_order_activated)
        self._chip = parts.button("", "reject", "quiet", "Back to the order before")
        self._chip.clicked.connect(self._on_chip_clicked)
        self._count = parts.label("", "caption")
        self.advance = parts.tool(
            "next",
            "Auto-advance: after a decision by key, go on to the next (A)",
            checkable=True,
            focus=False,
        )
        self.advance.toggled.connect(self._on_advance_toggled)
        self.filters = parts.tool(
            "filter", "Filters by figures, saved filters, look-alikes (F)", checkable=True, focus=False
        )
        self.filters.toggled.connect(self.filters_toggled)
        self._history = parts.tool("history", "History: every decision, and the way back (Ctrl+H)")
        self._history.clicked.connect(self.history_wanted)
        self._lay_out()

    def _level_button(self, level: Level) -> QPushButton:
        button = parts.button(level.capitalize(), tip=f"Look at {level}")
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._levels.addButton(button, LEVELS.index(level))
        return button

    def _lay_out(self) -> None:
        left = (self.search, self._by_look, self.book, self.kind, self.decision, self.order, self._chip)
        right = (self._count, self.advance, self.filters, self._history)
        row = parts.row(*self._level_buttons, *left, 0, *right)
        row.setStretchFactor(self.search, 1)
        row.setContentsMargins(theme.SPACE_12, theme.SPACE_8, theme.SPACE_12, theme.SPACE_8)
        self.setLayout(row)

    # -- what is shown ---------------------------------------------------------------------------------

    def follow(self, curation: Curation | None) -> None:
        """Say and change what this one shows."""
        self._curation = curation
        if curation is not None:
            curation.conditions_changed.connect(self._on_conditions_changed)
            curation.shown_changed.connect(self._on_shown_changed)
            self._on_conditions_changed()
            self._on_shown_changed(False)

    def show_drawings(self, there_are: bool) -> None:
        """Offer drawings beside pages where there are any."""
        for button in self._level_buttons:
            button.setVisible(there_are)

    def show_by_look(self, possible: bool) -> None:
        """Offer to search pictures by a description, where the model understands words."""
        self._by_look.setVisible(possible)

    def show_books(self, here: bool) -> None:
        """Whether books are chosen here, not beside the grid."""
        self.book.setVisible(here)

    def _on_conditions_changed(self) -> None:
        curation = self._curation
        if curation is None:
            return
        wanted = curation.filter
        self._level_buttons[LEVELS.index(curation.level)].setChecked(True)
        self._list_choices(curation)
        if (
            not self._by_look.isChecked()
            and self.search.text() != wanted.text
            and not self._typing.isActive()
        ):
            self.search.setText(wanted.text)
            self._typing.stop()
        self._mark_problem(wanted)
        self.order.blockSignals(True)
        self.order.setCurrentIndex(self.order.findData(curation.order))
        self.order.blockSignals(False)
        self.order.setEnabled(not wanted.alike)
        self.order.setToolTip("Look-alikes stand side by side" if wanted.alike else "Order")
        self._chip.setVisible(curation.ranking is not None)
        self.order.setVisible(curation.ranking is None)
        self._chip.setText(curation.ranking.title if curation.ranking is not None else "")
        self.advance.setChecked(curation.auto_advance)

    def _mark_problem(self, wanted: ItemFilter) -> None:
        hint = search.parse(wanted.text).hint if wanted.text else ""
        self.search.setToolTip(hint or _SEARCH_TIP)
        self.search.setProperty("problem", bool(hint))
        self.search.style().polish(self.search)

    def _list_choices(self, curation: Curation) -> None:
        items, wanted = curation.items, curation.filter
        books = dict.fromkeys([*map(_BOOK, items), *filter(None, [wanted.book])])
        kinds = {*(kind or NO_KIND for kind in set(map(_KIND, items))), *filter(None, [wanted.kind])}
        _list(self.book, [_ANY_BOOK, *books], wanted.book)
        _list(self.kind, [_ANY_KIND, *sorted(kinds)], wanted.kind)
        _list(self.decision, [_ANY_DECISION, *DECISIONS], wanted.decision)

    def _on_shown_changed(self, _after_gesture: bool) -> None:
        if self._curation is not None:
            self._list_choices(self._curation)
            self._say_count()

    def _say_count(self) -> None:
        curation = self._curation
        if curation is None:
            return
        shown, total = len(curation.shown), len(curation.items)
        words = f"{shown:,}" if shown == total else f"{shown:,} of {total:,}"
        self._count.setText(f"{words} {curation.level}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is needed least makes room first."""
        super().resizeEvent(event)
        self._count.setVisible(self.width() > _ROOMY_PX)

    # -- what is asked for -----------------------------------------------------------------------------

    def focus_search(self) -> None:
        """Put the cursor into the search field."""
        self.search.setFocus()
        self.search.selectAll()

    def _on_level_clicked(self, number: int) -> None:
        if self._curation is not None:
            self._curation.set_level(LEVELS[number])

    def _on_search_changed(self, _text: str) -> None:
        if not self._by_look.isChecked():
            self._typing.start()

    def _on_typing_timeout(self) -> None:
        self._search_words(self.search.text())

    def _on_search_returned(self) -> None:
        if self._by_look.isChecked():
            self.likeness_searched.emit(self.search.text().strip())
        else:
            self._typing.stop()
            self._search_words(self.search.text())

    def _on_by_look_toggled(self, on: bool) -> None:
        self.search.setPlaceholderText("What is drawn, then Enter" if on else "Search  ( / )")
        self._search_words("" if on else self.search.text())
        self.focus_search()

    def _search_words(self, text: str) -> None:
        if self._curation is not None:
            self._curation.set_filter(replace(self._curation.filter, text=text))

    def _on_choice_changed(self, _index: int) -> None:
        if self._curation is not None:
            book, kind, decision = map(_chosen, (self.book, self.kind, self.decision))
            wanted = replace(self._curation.filter, book=book, kind=kind, decision=decision)
            self._curation.set_filter(wanted)

    def _on_order_activated(self, _index: int) -> None:
        if self._curation is not None:
            self._curation.set_order(str(self.order.currentData()))

    def _on_chip_clicked(self) -> None:
        if self._curation is not None:
            self._curation.set_ranking(None)

    def _on_advance_toggled(self, on: bool) -> None:
        if self._curation is not None:
            self._curation.auto_advance = on


def _list(box: QComboBox, words: Sequence[str], chosen: str) -> None:
    """Offer these words, the first of which stands for any; nothing is told to anybody."""
    box.blockSignals(True)
    if list(words) != [box.itemText(at) for at in range(box.count())]:
        box.clear()
        box.addItems(words)
    box.setCurrentIndex(max(0, box.findText(chosen)) if chosen else 0)
    box.blockSignals(False)


def _chosen(box: QComboBox) -> str:
    return box.currentText() if box.currentIndex() > 0 else ""
