"""The line as ink, as surprise or with hairs: the choice, and what belongs to each."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QSpinBox, QStackedLayout, QWidget

from engine.export.overlays import surprise_colours
from studio import theme
from studio.gallery.insight import HairWish
from studio.gallery.insight_film import Tint
from studio.widgets import parts
from studio.widgets.elided_label import ElidedLabel

Shown = Literal["ink", "surprise", "hairs"]
_SHOWN: tuple[Shown, ...] = get_args(Shown)
_TIPS = {
    "ink": "The line as it is",
    "surprise": "Where the machine was surprised by the line  (S)",
    "hairs": "How the machine would have gone on, along the line  (H)",
}
_NAMES = {"ink": "Ink", "surprise": "Surprise", "hairs": "Hairs"}
_ROW_PX = 30
_BAR_PX = 8
_LEGEND_PX = 480


class SurpriseLegend(QWidget):
    """The colours from expected to surprising, with nats at both ends and a mark at the mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tint: Tint | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_ROW_PX)
        self.setMaximumWidth(_LEGEND_PX)

    def sizeHint(self) -> QSize:
        """Room for its words."""
        return QSize(240, _ROW_PX)

    def show_tint(self, tint: Tint) -> None:
        """The scale of a drawing."""
        self._tint = tint
        low, high = tint.ends
        self.setAccessibleName(f"{self.words}; colours from {low:.1f} to {high:.1f} nats")
        self.setToolTip(
            "Nats: how little the machine expected the next move. Point at the line to read it there."
        )
        self.update()

    @property
    def words(self) -> str:
        """The mean."""
        return f"mean {self._tint.mean:.2f} nats a point" if self._tint is not None else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """A strip of paper with the colours on it, the words below."""
        if self._tint is None:
            return
        (low, high), span = self._tint.ends, self._tint.ends[1] - self._tint.ends[0]
        bar = QRectF(0.5, 2.5, self.width() - 1, _BAR_PX)
        colours = QLinearGradient(bar.topLeft(), bar.topRight())
        shares = np.linspace(0.0, 1.0, 17)
        for share, colour in zip(shares, surprise_colours(low + span * shares, self._tint.ends), strict=True):
            colours.setColorAt(float(share), QColor(colour))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours)
        painter.drawRoundedRect(bar, 3, 3)
        mean = min(max((self._tint.mean - low) / span, 0.0), 1.0)
        painter.setBrush(QColor(theme.tokens().text))
        painter.drawRect(QRectF(bar.left() + mean * (bar.width() - 2), 0.5, 2, _BAR_PX + 4))
        self._paint_words(painter, low, high)

    def _paint_words(self, painter: QPainter, low: float, high: float) -> None:
        painter.setFont(theme.font(theme.CAPTION_PX))
        painter.setPen(QColor(theme.tokens().muted))
        room = QRectF(0, _BAR_PX + 6, self.width(), self.height() - _BAR_PX - 6)
        ends = ((f"expected {low:.1f}", Qt.AlignmentFlag.AlignLeft),
                (f"{high:.1f} surprising", Qt.AlignmentFlag.AlignRight))  # fmt: skip
        taken = 0
        for words, side in ends:
            painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), words)
            taken = max(taken, painter.fontMetrics().horizontalAdvance(words))
        left = self.width() - 2 * (taken + theme.SPACE_8)
        middle = next((w for w in (self.words, self.words.removesuffix(" a point"))
                       if painter.fontMetrics().horizontalAdvance(w) <= left), "")  # fmt: skip
        painter.setPen(QColor(theme.tokens().text))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), middle)


class InsightChoice(QWidget):
    """Two rows: the choice, and below it the legend or the controls of what is chosen.

    Signals:
        changed: The artist chose another one, or other hairs.
        save_wanted: Make a file of what is seen.
    """

    changed = Signal()
    save_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self.legend = SurpriseLegend()
        self.every = _count("A hair from every so many points", 1, 20, HairWish().every)
        self.points = _count("Points of a hair", 2, 60, HairWish().points)
        self._state = ElidedLabel("caption")
        self._save = parts.tool("save", "Save what is seen as an SVG", focus=False)
        self._more = QWidget()
        self._lay_out()
        self._group.idClicked.connect(self._on_group_clicked)
        self.every.valueChanged.connect(self._on_wish_changed)
        self.points.valueChanged.connect(self._on_wish_changed)
        self._save.clicked.connect(self.save_wanted)
        self._show_rows()

    def _lay_out(self) -> None:
        head = parts.row(spacing=theme.SPACE_4)
        for number, shown in enumerate(_SHOWN):
            choice = QPushButton(_NAMES[shown])
            choice.setProperty("role", "small")
            choice.setCheckable(True)
            choice.setChecked(number == 0)
            choice.setToolTip(_TIPS[shown])
            choice.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._group.addButton(choice, number)
            head.addWidget(choice)
        head.addSpacing(theme.SPACE_8)
        head.addWidget(self._state, 1)
        head.addWidget(self._save)
        hairs = QWidget()
        controls = parts.row(parts.label("One from every", "caption"), self.every,
                             parts.label("points,", "caption"), self.points,
                             parts.label("points long", "caption"), spacing=theme.SPACE_8)  # fmt: skip
        controls.addStretch(1)
        hairs.setLayout(controls)
        self._rows = QStackedLayout(self._more)
        self._rows.addWidget(QWidget())
        self._rows.addWidget(self.legend)
        self._rows.addWidget(hairs)
        self._more.setFixedHeight(_ROW_PX)
        layout = parts.column(spacing=theme.SPACE_4)
        layout.addLayout(head)
        layout.addWidget(self._more)
        self.setLayout(layout)

    @property
    def shown(self) -> Shown:
        """What is chosen."""
        return _SHOWN[self._group.checkedId()]

    @property
    def wish(self) -> HairWish:
        """What hairs."""
        return HairWish(self.every.value(), self.points.value())

    @property
    def state(self) -> str:
        """What is said beside the choice."""
        return self._state.text()

    def copy(self, other: InsightChoice) -> None:
        """Begin with what is chosen there, silently."""
        for mine, theirs in ((self.every, other.every), (self.points, other.points)):
            mine.blockSignals(True)
            mine.setValue(theirs.value())
            mine.blockSignals(False)
        self._group.button(_SHOWN.index(other.shown)).setChecked(True)
        self._show_rows()

    def choose(self, shown: Shown) -> None:
        """As if it were clicked; what is chosen already gives way to the ink."""
        self._group.button(_SHOWN.index("ink" if shown == self.shown else shown)).click()

    def set_state(self, words: str, *, ready: bool = False) -> None:
        """Say how it stands; `ready`: what is chosen can be seen, and saved."""
        self._state.setText(words)
        self._save.setEnabled(ready)
        self.legend.setVisible(ready and self.shown == "surprise")

    def _show_rows(self) -> None:
        self._rows.setCurrentIndex(_SHOWN.index(self.shown))
        self._more.setVisible(self.shown != "ink")
        self._save.setVisible(self.shown != "ink")

    def _on_group_clicked(self, _number: int) -> None:
        self._show_rows()
        self.changed.emit()

    def _on_wish_changed(self, _value: int) -> None:
        self.changed.emit()


def _count(name: str, least: int, most: int, value: int) -> QSpinBox:
    result = QSpinBox()
    result.setAccessibleName(name)
    result.setToolTip(name)
    result.setRange(least, most)
    result.setValue(value)
    result.setFixedWidth(64)
    return result
