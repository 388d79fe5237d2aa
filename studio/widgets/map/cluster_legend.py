"""The legend of the map: a row a class, whose items can be chosen, accepted, rejected, named at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QMenu, QScrollArea, QSizePolicy, QWidget

from studio import theme
from studio.models.classes import ItemClass
from studio.models.items import Item
from studio.models.thumbnails import Thumbnails
from studio.widgets import parts
from studio.widgets.curation import marks

LEGEND_PX = 240
_THUMBS = 4
_SIGNS = {"accepted": "✓", "undecided": "○", "rejected": "✕"}


class _Swatch(QWidget):
    """The colour of a class, as the dots of the map have it."""

    def __init__(self) -> None:
        super().__init__()
        self._colour = "#000000"
        self.setFixedSize(14, 14)

    def set_colour(self, colour: str) -> None:
        self._colour = colour
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colour))
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))


class _Thumbs(QWidget):
    """The most typical pictures of a class."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self._items: Sequence[Item] = ()
        self.setFixedHeight(56)
        thumbnails.loaded.connect(self.update)

    def show_items(self, items: Sequence[Item]) -> None:
        self._items = items
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(LEGEND_PX - 40, 56)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        width = (self.width() - 4 * (_THUMBS - 1)) / _THUMBS
        for place, item in enumerate(self._items):
            frame = QRectF(place * (width + 4), 0, width, self.height())
            marks.paint_picture(painter, self._thumbnails.pixmap(item), frame)


class LegendRow(QFrame):
    """One class.

    Signals:
        chosen: The class was clicked.
        decided: (class, decision).
        named: (class, name): the artist named the cluster; empty to have no name.
        menu_wanted: The class whose further verbs are wanted.
    """

    chosen = Signal(object)
    decided = Signal(object, str)
    named = Signal(object, str)
    menu_wanted = Signal(object)

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._class: ItemClass | None = None
        self._swatch = _Swatch()
        self._name = parts.label("", "heading")
        self._word = QLineEdit()
        self._word.setPlaceholderText("Name")
        self._word.returnPressed.connect(self._on_word_finished)
        self._word.editingFinished.connect(self._on_word_finished)
        self._word.hide()
        self._counts = QLabel()
        self._counts.setProperty("role", "caption")
        self._thumbs = _Thumbs(thumbnails)
        self.accept = parts.tool("accept", "Accept all of them", size_px=16)
        self.reject = parts.tool("reject", "Reject all of them", size_px=16)
        self.more = parts.tool("tag", "Name the cluster, or say what kind they are", size_px=16)
        self.accept.clicked.connect(self._on_accept_clicked)
        self.reject.clicked.connect(self._on_reject_clicked)
        self.more.clicked.connect(self._on_more_clicked)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._lay_out()

    def _lay_out(self) -> None:
        layout = parts.column(spacing=theme.SPACE_4)
        layout.setContentsMargins(theme.SPACE_12, theme.SPACE_8, theme.SPACE_8, theme.SPACE_8)
        for words in (self._name, self._counts, self._word):
            # A long name is cut, the row is never wider than the legend.
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        verbs = (self.more, self.accept, self.reject)
        head = parts.row(self._swatch, self._name, self._word, *verbs, spacing=4)
        for place in (1, 2):
            head.setStretch(place, 1)
        layout.addLayout(head)
        layout.addWidget(self._thumbs)
        layout.addWidget(self._counts)
        self.setLayout(layout)

    def show_class(self, one: ItemClass, n_selected: int) -> None:
        """Show a class and how many of its items are chosen."""
        if one is not self._class:
            self._class = one
            self._swatch.set_colour(one.colour)
            self._thumbs.show_items(one.typical(_THUMBS))
            self._name.setText(one.name)
            self.setToolTip(f"{one.name}: click to select these {len(one.items)}; double click to name it")
        counts = one.n_decided()
        words = [one.note] if one.note else []
        words += [f"{counts[word]} {sign}" for word, sign in _SIGNS.items() if counts[word]]
        words += [f"{n_selected} selected"] if n_selected else []
        self._counts.setText(" · ".join(words))

    def shows(self, one: ItemClass) -> bool:
        """Whether it shows this class."""
        return self._class is one

    def begin_naming(self) -> None:
        """Write the name in place."""
        if self._class is not None and self._class.cluster >= 0:
            self._word.setText("" if self._class.name.startswith("Cluster ") else self._class.name)
            self._name.hide()
            self._word.show()
            self._word.setFocus()
            self._word.selectAll()

    def _on_word_finished(self) -> None:
        """Enter or leaving the field keeps the name; it comes twice, and the second finds it closed."""
        if self._class is not None and not self._word.isHidden():
            self._word.hide()
            self._name.show()
            self.named.emit(self._class, self._word.text().strip())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose all of the class."""
        if event.button() == Qt.MouseButton.LeftButton and self._class is not None:
            self.chosen.emit(self._class)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Name it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.begin_naming()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A hairline below, a tint under the cursor."""
        tokens = theme.tokens()
        painter = QPainter(self)
        if self.underMouse():
            painter.fillRect(self.rect(), QColor(theme.mix(tokens.panel, tokens.text, 0.04)))
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.drawLine(theme.SPACE_12, self.height() - 1, self.width(), self.height() - 1)

    def _on_accept_clicked(self) -> None:
        if self._class is not None:
            self.decided.emit(self._class, "accepted")

    def _on_reject_clicked(self) -> None:
        if self._class is not None:
            self.decided.emit(self._class, "rejected")

    def _on_more_clicked(self) -> None:
        if self._class is not None:
            self.menu_wanted.emit(self._class)


class ClusterLegend(QScrollArea):
    """All rows; those there are used again, so a gesture rebuilds nothing.

    Signals:
        chosen: An `ItemClass` whose row was clicked.
        decided: (ItemClass, decision) of a row's button.
        named: (ItemClass, name) of a cluster.
        called: (ItemClass, kind): what all of its items are; the empty kind takes theirs away.
    """

    chosen = Signal(object)
    decided = Signal(object, str)
    named = Signal(object, str)
    called = Signal(object, str)

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self._kinds: Sequence[str] = ()
        self._menu: QMenu | None = None
        self._menu_class: ItemClass | None = None
        self._rows: list[LegendRow] = []
        self.setMinimumWidth(LEGEND_PX)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._sheet = parts.panel()
        self._column = parts.column(spacing=0)
        self._column.addStretch(1)
        self._sheet.setLayout(self._column)
        self.setWidget(self._sheet)

    @property
    def rows(self) -> Sequence[LegendRow]:
        """The rows that are shown."""
        return [row for row in self._rows if not row.isHidden()]

    def show_classes(self, classes: Sequence[ItemClass], selected: frozenset[str]) -> None:
        """Show these classes."""
        while len(self._rows) < len(classes):
            row = LegendRow(self._thumbnails)
            row.chosen.connect(self.chosen)
            row.decided.connect(self.decided)
            row.named.connect(self.named)
            row.menu_wanted.connect(self._on_row_menu_wanted)
            self._column.insertWidget(len(self._rows), row)
            self._rows.append(row)
        for row, one in zip(self._rows, classes, strict=False):
            row.show_class(one, sum(item.id in selected for item in one.items))
        for number, row in enumerate(self._rows):
            row.setVisible(number < len(classes))

    def set_kinds(self, kinds: Sequence[str]) -> None:
        """The kinds a class can be called."""
        self._kinds = kinds

    def _on_row_menu_wanted(self, one: ItemClass) -> None:
        """Offer a name for the cluster, and a kind for everything in it."""
        menu = QMenu(self)
        if one.cluster >= 0:
            menu.addAction("Name this cluster…").setData("")
            menu.addSeparator()
        menu.addSection(f"Call these {len(one.items)}")
        for kind in self._kinds:
            menu.addAction(kind).setData(kind)
        self._menu, self._menu_class = menu, one
        menu.triggered.connect(self._on_menu_triggered)
        menu.aboutToHide.connect(menu.deleteLater)
        row = next(row for row in self.rows if row.shows(one))
        menu.popup(row.more.mapToGlobal(row.more.rect().bottomLeft()))

    def _on_menu_triggered(self, action: QAction) -> None:
        one = self._menu_class
        if one is None:
            return
        if action.data():
            self.called.emit(one, str(action.data()))
            return
        row = next((row for row in self.rows if row.shows(one)), None)
        if row is not None:
            row.begin_naming()
