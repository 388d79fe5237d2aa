"""The column of filters: saved ones, a histogram a figure to brush, look-alikes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QFrame,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio import icons, theme
from studio.models.bins import Range, Scale
from studio.widgets import parts
from studio.widgets.histogram import Histogram

PANEL_PX = 240
_LEAST_PX = 200
_NARROW_PX = 236
_ROW_PX = 30


@dataclass(frozen=True, slots=True, eq=False)
class PanelFigure:
    """One figure to filter by.

    Attributes:
        key: What ranges are kept under.
        title: What stands above its histogram.
        values: `(n,)`; NaN where an item has no such figure.
        shown: `(n,)`, which items the other filters show; None for all.
        scale: Of the axis, `linear` or `log`.
        digits: Decimals shown.
    """

    key: str
    title: str
    values: NDArray[np.float64]
    shown: NDArray[np.bool_] | None = None
    scale: str = "linear"
    digits: int = 0


class _Name(QAbstractButton):
    """The name of a saved filter, cut where there is no room."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setText(name)
        self.setToolTip(f"Use “{name}”")
        self.setFixedHeight(_ROW_PX)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """Takes whatever room is left."""
        return QSize(60, _ROW_PX)

    def enterEvent(self, event: QEnterEvent) -> None:
        """A tint under the cursor."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """No tint."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Icon and name."""
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(tokens.accent), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
        share = 0.12 if self.isDown() else 0.06 if self.underMouse() else 0.0
        painter.setBrush(QColor(theme.mix(tokens.panel, tokens.text, share)))
        painter.drawRoundedRect(sheet, theme.RADIUS_PX, theme.RADIUS_PX)
        icons.paint(painter, "filter", QRectF(8, sheet.center().y() - 8, 16, 16), "muted")
        painter.setPen(QColor(tokens.text))
        room = sheet.adjusted(32, 0, -4, 0)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)


class FilterPanel(QFrame):
    """Shows what can be filtered by and says what the artist wants; keeps nothing itself.

    Signals:
        ranges_changed: Key -> (low, high), both included, of every figure with a range; while dragging too.
        saved_chosen: Name of the saved filter to use.
        save_wanted: Name to save the present filters under.
        saved_removed: Name of the saved filter to remove.
        duplicates_toggled: Whether to show look-alikes only.
        cleared: All filters off. The panel has dropped its own ranges and its tick, silently.
        closed: Put the panel away.
    """

    ranges_changed = Signal(object)
    saved_chosen = Signal(str)
    save_wanted = Signal(str)
    saved_removed = Signal(str)
    duplicates_toggled = Signal(bool)
    cleared = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setMinimumWidth(_LEAST_PX)
        self._figures: dict[str, PanelFigure] = {}
        self._histograms: dict[str, Histogram] = {}
        self._ranges: dict[str, Range] = {}
        self._saved: tuple[str, ...] = ()
        self._n_groups = 0
        self.close_button = parts.tool("reject", "Close the filters (F)", size_px=16)
        self.name = QLineEdit()
        self.name.setPlaceholderText("Save these filters as…")
        self.name.setAccessibleName("Name for these filters")
        self.name.setMinimumWidth(60)
        self.save = parts.button("Save", tip="Keep these filters under this name")
        self.duplicates = QCheckBox("Only look-alikes")
        self.duplicates.setToolTip("Pages that are nearly the same picture: two scans of one page")
        self.duplicates.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.clear = parts.button("Clear all filters", "undo")
        self._lay_out()
        self.close_button.clicked.connect(self.closed)
        self.name.textChanged.connect(self._on_name_text_changed)
        self.name.returnPressed.connect(self._on_save_clicked)
        self.save.clicked.connect(self._on_save_clicked)
        self.duplicates.toggled.connect(self._on_duplicates_toggled)
        self.clear.clicked.connect(self._on_clear_clicked)
        self.show_duplicates(0, on=False)
        self._enable()

    def _lay_out(self) -> None:
        head = parts.row(parts.label("Filters", "heading"), 0, self.close_button)
        head.setContentsMargins(theme.SPACE_16, theme.SPACE_8, theme.SPACE_8, theme.SPACE_8)
        self._rows = parts.column(spacing=0)
        save = parts.row(self.name, self.save)
        save.setStretch(0, 1)
        save.setContentsMargins(theme.SPACE_8, theme.SPACE_4, theme.SPACE_8, 0)
        self._bars = parts.column(spacing=theme.SPACE_12)
        looks = parts.row(self.duplicates)
        looks.setContentsMargins(theme.SPACE_8, 0, theme.SPACE_8, 0)
        everything = parts.column(spacing=theme.SPACE_16)
        everything.setContentsMargins(theme.SPACE_8, 0, theme.SPACE_8, theme.SPACE_16)
        kept = parts.column(spacing=theme.SPACE_4)
        kept.addLayout(self._rows)
        kept.addLayout(save)
        for layout in (kept, self._bars, looks):
            everything.addLayout(layout)
        everything.addStretch(1)
        sheet = parts.panel()
        sheet.setLayout(everything)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(sheet)
        foot = parts.row(self.clear)
        foot.setContentsMargins(theme.SPACE_16, theme.SPACE_8, theme.SPACE_16, theme.SPACE_12)
        layout = parts.column(spacing=0)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(parts.rule())
        layout.addLayout(foot)
        self.setLayout(layout)

    def sizeHint(self) -> QSize:
        """A narrow column, as high as there is room."""
        return QSize(PANEL_PX, 560)

    # -- what it shows ---------------------------------------------------------------------------------

    @property
    def ranges(self) -> dict[str, Range]:
        """Key -> (low, high) of every figure with a range."""
        return dict(self._ranges)

    @property
    def histograms(self) -> Mapping[str, Histogram]:
        """Key -> its histogram, in the order shown."""
        return self._histograms

    def show_figures(self, figures: Sequence[PanelFigure]) -> None:
        """Show these figures; a histogram that is there already is used again, also under the mouse."""
        looks = [(figure.key, figure.title, figure.scale, figure.digits) for figure in figures]
        if looks != [(f.key, f.title, f.scale, f.digits) for f in self._figures.values()]:
            self._make_histograms(figures)
        self._figures = {figure.key: figure for figure in figures}
        for figure in figures:
            self._histograms[figure.key].set_values(figure.values, figure.shown)

    def set_ranges(self, ranges: Mapping[str, Range]) -> None:
        """Brush these ranges, silently; figures that are not shown have none."""
        self._ranges = {key: ranges[key] for key in self._histograms if key in ranges}
        for key, histogram in self._histograms.items():
            histogram.set_range(self._ranges.get(key))
        self._enable()

    def show_saved(self, names: Sequence[str]) -> None:
        """Show the names of the saved filters."""
        if tuple(names) == self._saved:
            return
        self._saved = tuple(names)
        _empty(self._rows)
        for name in names:
            chosen = _Name(name)
            remove = parts.tool("reject", f"Remove “{name}”", size_px=14)
            chosen.clicked.connect(partial(self._on_chosen_clicked, name))
            remove.clicked.connect(partial(self._on_remove_clicked, name))
            row = QWidget()
            line = parts.row(chosen, remove, spacing=theme.SPACE_4)
            line.setStretch(0, 1)
            row.setLayout(line)
            self._rows.addWidget(row)

    def show_duplicates(self, n_groups: int, on: bool) -> None:
        """Say how many groups of look-alikes there are, and whether only those are shown; silently."""
        self._n_groups = n_groups
        self._word_duplicates()
        self.duplicates.setEnabled(bool(n_groups) or on)
        self.duplicates.blockSignals(True)
        self.duplicates.setChecked(on)
        self.duplicates.blockSignals(False)
        self._enable()

    def _word_duplicates(self) -> None:
        """Fewer words where there is less room."""
        noun = "" if self.width() < _NARROW_PX else " group" if self._n_groups == 1 else " groups"
        count = f"{self._n_groups:,}{noun}" if self._n_groups else "none"
        self.duplicates.setText(f"Only look-alikes ({count})")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fewer words where there is less room."""
        super().resizeEvent(event)
        self._word_duplicates()

    def _make_histograms(self, figures: Sequence[PanelFigure]) -> None:
        _empty(self._bars)
        self._histograms = {}
        for figure in figures:
            scale: Scale = "log" if figure.scale == "log" else "linear"
            made = Histogram(figure.title, scale=scale, format=f"{{:,.{figure.digits}f}}")
            made.set_range(self._ranges.get(figure.key))
            made.range_changed.connect(partial(self._on_histogram_range_changed, figure.key))
            self._histograms[figure.key] = made
            self._bars.addWidget(made)
        self._ranges = {key: found for key, found in self._ranges.items() if key in self._histograms}
        self._enable()

    def _enable(self) -> None:
        """Buttons that would do nothing are dead."""
        filtered = bool(self._ranges) or self.duplicates.isChecked()
        self.clear.setEnabled(filtered)
        self.save.setEnabled(bool(self.name.text().strip()))

    # -- what the artist does --------------------------------------------------------------------------

    def _on_histogram_range_changed(self, key: str, range_: Range | None) -> None:
        if range_ is None:
            self._ranges.pop(key, None)
        else:
            self._ranges[key] = range_
        self._enable()
        self.ranges_changed.emit(self.ranges)

    def _on_chosen_clicked(self, name: str, _checked: bool = False) -> None:
        self.saved_chosen.emit(name)

    def _on_remove_clicked(self, name: str, _checked: bool = False) -> None:
        self.saved_removed.emit(name)

    def _on_name_text_changed(self, _text: str) -> None:
        self._enable()

    def _on_save_clicked(self) -> None:
        name = self.name.text().strip()
        if name:
            self.name.clear()
            self.save_wanted.emit(name)

    def _on_duplicates_toggled(self, on: bool) -> None:
        self._enable()
        self.duplicates_toggled.emit(on)

    def _on_clear_clicked(self) -> None:
        self.set_ranges({})
        self.duplicates.blockSignals(True)
        self.duplicates.setChecked(False)
        self.duplicates.blockSignals(False)
        self._enable()
        self.cleared.emit()


def _empty(layout: QVBoxLayout) -> None:
    """Take all widgets out of a layout; they go when the event that called us is through."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
