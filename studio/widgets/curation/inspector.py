"""The inspector: what is selected, and what can be done with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStackedLayout,
    QWidget,
)

from engine.project.ids import Decision
from studio import theme
from studio.models.items import Item
from studio.models.thumbnails import Thumbnails
from studio.session import Session
from studio.widgets import parts
from studio.widgets.curation import marks
from studio.widgets.curation.alike_box import AlikeBox
from studio.widgets.note_field import NoteField

INSPECTOR_PX = 264
_PICTURE_PX = 196


class Picture(QWidget):
    """One item's picture on paper with its mark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails: Thumbnails | None = None
        self._items: Sequence[Item] = ()

    def follow(self, thumbnails: Thumbnails | None) -> None:
        """Take pictures from there."""
        self._thumbnails = thumbnails
        if thumbnails is not None:
            thumbnails.loaded.connect(self.update)

    def show_items(self, items: Sequence[Item]) -> None:
        """Show one item, or the first few as a pile."""
        self._items = items[:4]
        self.update()

    def sizeHint(self) -> QSize:
        """A square as wide as the inspector."""
        return QSize(INSPECTOR_PX - 32, 240)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pile from its bottom."""
        if self._thumbnails is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shift = 12.0 * (len(self._items) - 1)
        frame = QRectF(self.rect()).adjusted(12, 0, -shift - 12, -shift - 12)
        for depth, item in reversed(list(enumerate(self._items))):
            place = frame.translated(12.0 * depth, 12.0 * depth)
            sheet = marks.paint_picture(painter, self._thumbnails.pixmap(item), place)
            if depth == 0:
                corner = sheet.bottomRight()
                marks.paint_decision(painter, item.decision, QRectF(corner.x() - 14, corner.y() - 14, 24, 24))


class Inspector(QFrame):
    """One item in full, several in sum, or a word of advice.

    Signals:
        like_wanted: The id of an item whose like is wanted.
        kept: (id, ids): keep the first of these look-alikes, reject the others.
    """

    like_wanted = Signal(str)
    kept = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setMinimumWidth(INSPECTOR_PX)
        self._session: Session | None = None
        self._title = parts.label("", "title", wrap=True)
        self._picture = Picture()
        self._picture.setFixedHeight(_PICTURE_PX)
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(theme.SPACE_12)
        self._facts.setVerticalSpacing(theme.SPACE_4)
        self._suggestion = parts.label("", "caption", wrap=True)
        self._accept = parts.button("Accept", "accept", "accept", "Accept (P)")
        self._reject = parts.button("Reject", "reject", "reject", "Reject (X)")
        self._clear = parts.button("", "undecided", "", "Take the decision back (U)")
        self._like = parts.button("More like this", "look", "", "Sort the grid by likeness to this (M)")
        self._kind = QComboBox()
        self._word = QLineEdit()
        self._kind.setLineEdit(self._word)
        self._kind.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._word.setPlaceholderText("no kind yet")
        self._kind.setToolTip("What it is; write a word of your own for another kind")
        self._take_kind = parts.button("", "tag", "quiet", "Take this kind")
        self._note = NoteField()
        self._alike = AlikeBox()
        self._connect()
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._make_hint())
        self._pages.addWidget(self._make_sheet())

    def _connect(self) -> None:
        self._accept.clicked.connect(self._on_accept_clicked)
        self._reject.clicked.connect(self._on_reject_clicked)
        self._clear.clicked.connect(self._on_clear_clicked)
        self._like.clicked.connect(self._on_like_clicked)
        self._kind.activated.connect(self._on_kind_activated)
        self._word.editingFinished.connect(self._on_kind_edited)
        self._take_kind.clicked.connect(self._on_take_kind_clicked)
        self._note.written.connect(self._on_note_written)
        self._alike.chosen.connect(self._on_alike_chosen)
        self._alike.kept.connect(self.kept)

    def _make_hint(self) -> QWidget:
        hint = QWidget()
        line = parts.label("Nothing is selected.", "muted", wrap=True)
        line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        more = parts.label("Choose some in the grid, or draw around them on the map.", "caption", wrap=True)
        more.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint.setLayout(parts.column(0, line, more, 0, margins=theme.SPACE_24))
        return hint

    def _make_sheet(self) -> QWidget:
        sheet = parts.panel()
        layout = parts.column(self._title, self._picture, spacing=theme.SPACE_8, margins=theme.SPACE_16)
        layout.addLayout(parts.row(self._accept, self._reject, self._clear, spacing=theme.SPACE_4))
        kind = parts.label("Kind", "caption")
        verbs = (self._suggestion, self._like)
        for widget in (*verbs, kind, self._kind, self._take_kind, self._note, self._alike):
            layout.addWidget(widget)
        layout.addSpacing(theme.SPACE_4)
        layout.addLayout(self._facts)
        layout.addStretch(1)
        sheet.setLayout(layout)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(sheet)
        return scroll

    # -- what is shown ---------------------------------------------------------------------------------

    def follow(self, session: Session | None) -> None:
        """Show the selection of this session."""
        self._note.keep()
        self._session = session
        self._picture.follow(session.thumbnails if session else None)
        self._alike.follow(session.thumbnails if session else None)
        if session is not None:
            session.selection.changed.connect(self._on_selection_changed)
            session.selection.current_changed.connect(self._on_selection_changed)
            session.library.changed.connect(self._on_selection_changed)
            session.learning.learned.connect(self._on_learning_learned)
        self._on_selection_changed()

    def _on_selection_changed(self, _what: object = None) -> None:
        session = self._session
        items = session.library.find_all(session.selection.ids) if session else []
        self._pages.setCurrentIndex(1 if items else 0)
        if not items or session is None:
            self._note.show_note("", "")
            return
        current = session.library.find(session.selection.current)
        if current is not None and current in items:
            items = [current, *(item for item in items if item.id != current.id)]
        self._picture.show_items(items)
        self._show_kinds(items, session)
        self._show_learnt(items, session)
        if len(items) == 1:
            self._show_one(items[0])
        else:
            self._show_many(items)

    def _on_learning_learned(self, _level: str) -> None:
        session = self._session
        if session is not None and self.isVisible():
            items = session.library.find_all(session.selection.ids)
            if len(items) == 1:
                self._show_learnt(items, session)

    def _show_kinds(self, items: Sequence[Item], session: Session) -> None:
        shared = {item.kind for item in items}
        self._kind.blockSignals(True)
        self._kind.clear()
        self._kind.addItems(session.library.kinds(items[0].level))
        self._kind.setCurrentText(shared.pop() if len(shared) == 1 else "")
        self._word.setModified(False)
        self._kind.blockSignals(False)

    def _show_learnt(self, items: Sequence[Item], session: Session) -> None:
        """What the machine says about one item; nothing about several."""
        item = items[0]
        alone = len(items) == 1
        learnt = session.learning.state(item.level)
        likelihood = learnt.likelihoods.get(item.id) if alone else None
        self._suggestion.setVisible(likelihood is not None)
        self._suggestion.setText(
            "" if likelihood is None else f"You would accept it: {100 * likelihood:.0f} %"
        )
        kind, sure = learnt.kinds.get(item.id, ("", 0.0)) if alone and not item.kind else ("", 0.0)
        self._take_kind.setVisible(bool(kind))
        self._take_kind.setText(f"{kind}, {100 * sure:.0f} %")
        self._take_kind.setProperty("kind", kind)
        self._like.setVisible(alone)
        self._note.setVisible(alone)
        self._note.show_note(item.id if alone else "", item.note if alone else "")
        group = session.learning.alike(item.level).others(item.id) if alone else None
        found = session.library.find_all(group.ids) if group is not None else []
        self._alike.show_group(item.id, found, group.reason if group is not None else "")

    def _show_one(self, item: Item) -> None:
        self._title.setText(item.title)
        facts = [("Decision", item.decision), ("Book", item.book)]
        facts += [("Page", str(item.page))] if item.page is not None else []
        facts += [("Scan", item.variant)] if item.variant else []
        facts += [("Label", item.label)] if item.label else []
        facts += [("Cluster", self._cluster_name(item))] if item.cluster >= 0 else []
        if item.n_strokes:
            facts += [("Strokes", str(item.n_strokes)), ("Points", str(item.n_points))]
        if item.level == "pages":
            facts += [("Date", item.taken[:10])] if item.taken else []
            facts += [("Size", f"{item.size_px[0]} × {item.size_px[1]} px, {_size(item.n_bytes)}")]
        facts += [("File", item.file.name)]
        self._show_facts(facts, str(item.file))

    def _cluster_name(self, item: Item) -> str:
        names = self._session.library.cluster_names(item.level) if self._session is not None else {}
        return names.get(item.cluster) or str(item.cluster + 1)

    def _show_many(self, items: Sequence[Item]) -> None:
        decided = Counter(item.decision for item in items)
        books = Counter(item.book for item in items)
        self._title.setText(f"{len(items)} {items[0].level}")
        facts = [(word.capitalize(), str(decided[word])) for word in ("accepted", "rejected", "undecided")]
        facts += [(f"In {book}", str(count)) for book, count in sorted(books.items())[:6]]
        kinds = Counter(item.kind or "no kind yet" for item in items)
        facts += [(kind.capitalize(), str(count)) for kind, count in kinds.most_common(5)]
        self._show_facts(facts)

    def _show_facts(self, facts: Sequence[tuple[str, str]], tip: str = "") -> None:
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for name, value in facts:
            self._facts.addRow(parts.label(name, "muted"), _value(value, tip if name == "File" else value))

    def _decide(self, decision: Decision) -> None:
        if self._session is not None:
            self._session.decide_selection(decision, by="inspector")

    def _on_accept_clicked(self) -> None:
        self._decide("accepted")

    def _on_reject_clicked(self) -> None:
        self._decide("rejected")

    def _on_clear_clicked(self) -> None:
        self._decide("undecided")

    def _on_kind_activated(self, _index: int) -> None:
        self._name_kind()

    def _on_kind_edited(self) -> None:
        if self._word.isModified():
            self._name_kind()

    def _on_take_kind_clicked(self) -> None:
        if self._session is not None:
            self._session.name_selection(str(self._take_kind.property("kind")), by="suggestion")

    def _on_like_clicked(self) -> None:
        if self._session is not None:
            self.like_wanted.emit(self._session.selection.current)

    def _on_note_written(self, item_id: str, text: str) -> None:
        item = self._session.library.find(item_id) if self._session is not None else None
        if self._session is not None and item is not None:
            self._session.note(item.level, item_id, text, by="inspector")

    def _on_alike_chosen(self, item_id: str) -> None:
        if self._session is not None:
            self._session.selection.set((item_id,), item_id)

    def _name_kind(self) -> None:
        self._word.setModified(False)
        if self._session is not None:
            self._session.name_selection(self._kind.currentText().strip(), by="inspector")


def _value(text: str, tip: str) -> QLabel:
    result = parts.label(text, wrap=True)
    result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    result.setToolTip(tip)
    return result


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes >= 1e6 else f"{max(1, round(n_bytes / 1e3))} kB"
