"""A place for one drawing: it is filled by dropping, or by choosing it and clicking another."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio import theme
from studio.models.samples import EMPTY, Sample
from studio.widgets import drawing_art, parts
from studio.widgets.elided_label import ElidedLabel


class _Card(QWidget):
    """Square paper with the drawing, kept as a pixmap."""

    def __init__(self) -> None:
        super().__init__()
        self.sample: Sample | None = None
        self.border = ""
        self.side_px = 180
        self._art: tuple[object, QPixmap] | None = None
        self.setMinimumSize(96, 96)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(self.side_px, self.side_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        drawing = self.sample.picture if self.sample is not None else EMPTY
        side, ratio = min(self.width(), self.height()), self.devicePixelRatioF()
        key = (id(drawing), side, ratio, self.border, theme.tokens().name)
        if self._art is None or self._art[0] != key:
            art = QPixmap(round(side * ratio), round(side * ratio))
            art.setDevicePixelRatio(ratio)
            art.fill(Qt.GlobalColor.transparent)
            painter = QPainter(art)
            colours = drawing_art.inks_of(self.sample) if self.sample is not None else theme.LIGHT.ink
            border = str(getattr(theme.tokens(), self.border)) if self.border else ""
            drawing_art.paint_card(painter, drawing, QRectF(0, 0, side, side), colours, border)
            painter.end()
            self._art = (key, art)
        painter = QPainter(self)
        painter.drawPixmap((self.width() - side) // 2, 0, self._art[1])


class DrawingSlot(QWidget):
    """A letter, paper, a name, and the button that takes what is chosen in the grid.

    Signals:
        picked: It was clicked: the next drawing that is clicked goes here.
        dropped: A `Sample` was dropped on it.
        file_dropped: The `Path` of an SVG file was.
        take_wanted: The drawing chosen in the grid is to lie here.
    """

    picked = Signal()
    dropped = Signal(object)
    file_dropped = Signal(object)
    take_wanted = Signal()

    def __init__(self, letter: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_open = False
        self._letter = parts.label(letter, "title")
        self._name = ElidedLabel("caption")
        self._card = _Card()
        self._take = parts.button("From the grid", role="small")
        layout = parts.column(spacing=theme.SPACE_4)
        head = parts.row(self._letter, spacing=theme.SPACE_8)
        head.addWidget(self._name, 1)
        layout.addLayout(head)
        layout.addWidget(self._card)
        layout.addWidget(self._take)
        layout.addStretch(1)
        self.setLayout(layout)
        self.setAcceptDrops(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"Drawing {letter}")
        self.setToolTip("Click, then click a drawing below; or drop one here")
        self._take.clicked.connect(self.take_wanted)
        self.show_offer(None)

    @property
    def sample(self) -> Sample | None:
        """What lies in it."""
        return self._card.sample

    def set_side(self, side_px: int) -> None:
        """How wide the paper may be, and how high; in a shrinking window it gives way at once."""
        self._card.side_px = side_px
        self._card.setMaximumSize(side_px, side_px)
        self._card.updateGeometry()

    def show_sample(self, sample: Sample | None) -> None:
        """Lay a drawing into it; None empties it."""
        self._card.sample = sample
        self._name.setText(sample.name if sample is not None else "empty")
        self._card.update()

    def show_offer(self, sample: Sample | None) -> None:
        """Offer what is chosen in the grid; None offers nothing."""
        self._take.setEnabled(sample is not None and sample.is_drawn)
        tip = f"Lay {sample.name} here" if sample is not None else "Nothing is chosen in the grid"
        self._take.setToolTip(tip)

    def set_open(self, is_open: bool) -> None:
        """Whether the next drawing goes here."""
        self._is_open = is_open
        self._card.border = "accent" if is_open else ""
        self._card.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The next drawing goes here."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take drawings of the window, and SVG files from elsewhere."""
        if sample_of(event.source()) is not None or _svg_of(event) is not None:
            self._card.border = "accent"
            self._card.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It goes elsewhere."""
        self.set_open(self._is_open)

    def dropEvent(self, event: QDropEvent) -> None:
        """A drawing of the window comes as it is; anything else as its file."""
        self.set_open(self._is_open)
        sample, file = sample_of(event.source()), _svg_of(event)
        event.acceptProposedAction()
        if sample is not None:
            self.dropped.emit(sample)
        elif file is not None:
            self.file_dropped.emit(file)


def sample_of(source: QObject | None) -> Sample | None:
    """The drawing that a grid, a strip or a player of this window is dragged by."""
    while source is not None:
        for name in ("current_sample", "sample"):
            found = getattr(source, name, None)
            if isinstance(found, Sample):
                return found if found.is_drawn else None
        source = source.parent()
    return None


def _svg_of(event: QDropEvent) -> Path | None:
    files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return next((file for file in files if file.suffix.lower() == ".svg"), None)
