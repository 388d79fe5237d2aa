"""Rows of how the machine draws: how freely it chooses, how long and how large its drawings are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QSizePolicy, QWidget

from studio import theme
from studio.gallery.manner import MOST_VARIABILITY, SHEET_UNITS, Manner
from studio.widgets import parts
from studio.widgets.choices import Number

_TIPS = {
    "Choice": "Temperature of the choice of Gaussian: low takes the likeliest way at each point, high takes "
    "unlikely ones too",
    "Spread": "Temperature of the spread of a Gaussian: low draws calm lines, high lets the hand tremble",
    "Pen lifts": "Temperature of lifting the pen and of ending: low hardly ever lifts or ends, high does "
    "so often",
    "Likeliest share": "Top-p: only the likeliest ways, that together have this share, may be taken; at 1 "
    "all may",
    "Length": "How many points a drawing has, at least and at most",
    "Size": "Longer side in units, before the drawing is fitted to its sheet; a sheet is 200 units. "
    "Others are begun again, a few times",
    "Era": "In the manner of which group of sketchbooks",
}
_STEP = 0.05
_MOST_POINTS = 2000


class Following(Number):
    """A number that follows another until it is set: at 0 it does; the arrows begin at what it follows."""

    def __init__(self, name: str) -> None:
        super().__init__(name, (0.0, MOST_VARIABILITY), decimals=2, step=_STEP)
        self._followed = 0.5

    def follow(self, followed: float) -> None:
        """Say what it is meanwhile."""
        self._followed = followed
        self.setSpecialValueText(f"as variability, {followed:.2f}")

    @property
    def chosen_value(self) -> float | None:
        """None while it follows."""
        return round(self.value(), 2) or None

    def stepBy(self, steps: int) -> None:
        """From where it was by itself, not from nothing."""
        if self.value() == 0.0:
            self.set_value(round(self._followed / _STEP) * _STEP)
        super().stepBy(steps)


class Span(QWidget):
    """At least and at most; either may be left open.

    Signals:
        chosen: The artist set another one.
    """

    chosen = Signal()

    def __init__(self, name: str, most: float, unit: str, step: float) -> None:
        super().__init__()
        self._least = Number(f"{name} at least", (0, most), decimals=0, step=step, zero="any")
        self._most = Number(f"{name} at most", (0, most), decimals=0, step=step, zero="any")
        words = parts.label(unit, "muted")
        words.setMinimumWidth(words.fontMetrics().horizontalAdvance("points "))
        self.setLayout(parts.row(self._least, parts.label("to", "muted"), self._most, words))
        self._least.chosen.connect(self._on_least_chosen)
        self._most.chosen.connect(self._on_most_chosen)

    @property
    def value(self) -> tuple[float, float]:
        """0 leaves it open."""
        return self._least.value(), self._most.value()

    def set_value(self, least: float, most: float) -> None:
        """Show both, silently."""
        self._least.set_value(least)
        self._most.set_value(most)

    def _on_least_chosen(self) -> None:
        least, most = self.value
        if 0 < most < least:
            self._most.set_value(least)
        self.chosen.emit()

    def _on_most_chosen(self) -> None:
        least, most = self.value
        if 0 < most < least:
            self._least.set_value(most)
        self.chosen.emit()


class MannerForm(QWidget):
    """Rows with a name and a field.

    Signals:
        changed: The artist changed something.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice, self.spread, self.pen = Following("Choice"), Following("Spread"), Following("Pen lifts")
        self.top_p = Number("Likeliest share, top-p", (0.05, 1.0), decimals=2, step=_STEP)
        self.points = Span("Length", _MOST_POINTS, "points", 10)
        self.side = Span("Size", 2 * SHEET_UNITS, "units", 10)
        self.era = QComboBox()
        self.era.setAccessibleName("Era")
        self.era.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.era.setMinimumContentsLength(12)
        self.era.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._era_name = parts.label("Era", "muted")
        self.one_stroke = QCheckBox("One line, without lifting the pen")
        self.retry = QCheckBox("Refuse poor drawings, and draw them again")
        self.retry.setToolTip(
            "Specks, a few points, and scribbles on the spot; others than asked for are drawn"
        )
        self._lay_out()
        self.show_eras(())
        for field in (self.choice, self.spread, self.pen, self.top_p, self.points, self.side):
            field.chosen.connect(self.changed)
        self.era.activated.connect(self._on_changed)
        self.one_stroke.toggled.connect(self._on_changed)
        self.retry.toggled.connect(self._on_changed)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.SPACE_12)
        grid.setVerticalSpacing(theme.SPACE_8)
        grid.setColumnStretch(1, 1)
        fields: dict[str, QWidget] = {
            "Choice": self.choice,
            "Spread": self.spread,
            "Pen lifts": self.pen,
            "Likeliest share": self.top_p,
            "Length": self.points,
            "Size": self.side,
            "Era": self.era,
        }
        for row, (name, field) in enumerate(fields.items()):
            label = self._era_name if field is self.era else parts.label(name, "muted")
            label.setToolTip(_TIPS[name])
            field.setToolTip(_TIPS[name])
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(field, row, 1)
        boxes = parts.column(theme.SPACE_4, self.one_stroke, self.retry)
        grid.addLayout(boxes, len(fields), 0, 1, 2)

    def show_eras(self, eras: Sequence[Sequence[str]]) -> None:
        """Offer eras, silently; the chosen one stays while it is among them."""
        before = self.era.currentData()
        self.era.clear()
        self.era.addItem("left open", -1)
        for number, books in enumerate(eras):
            self.era.addItem(era_text(number, books), number)
        self.era.setCurrentIndex(max(self.era.findData(before), 0))
        self.era.setVisible(bool(eras))
        self._era_name.setVisible(bool(eras))

    def show_manner(self, manner: Manner) -> None:
        """Show choices, silently."""
        for field, value in (
            (self.choice, manner.choice),
            (self.spread, manner.spread),
            (self.pen, manner.pen),
        ):
            field.follow(manner.usual_pen if field is self.pen else manner.variability)
            field.set_value(value or 0.0)
        self.top_p.set_value(manner.top_p)
        self.points.set_value(*manner.points)
        self.side.set_value(*manner.side)
        self.era.setCurrentIndex(max(self.era.findData(manner.era), 0))
        for box, is_on in ((self.one_stroke, manner.one_stroke), (self.retry, manner.retry)):
            box.blockSignals(True)
            box.setChecked(is_on)
            box.blockSignals(False)

    def put_into(self, manner: Manner) -> Manner:
        """A manner with what the rows say."""
        least, most = self.points.value
        return replace(
            manner,
            choice=self.choice.chosen_value,
            spread=self.spread.chosen_value,
            pen=self.pen.chosen_value,
            top_p=round(self.top_p.value(), 2),
            points=(round(least), round(most)),
            side=self.side.value,
            era=int(self.era.currentData()),
            one_stroke=self.one_stroke.isChecked(),
            retry=self.retry.isChecked(),
        )

    def _on_changed(self, *_values: object) -> None:
        self.changed.emit()


def era_text(number: int, books: Sequence[str]) -> str:
    """What lists call an era: its place in time and its sketchbooks."""
    few = ", ".join(books[:3])
    return f"{number + 1}: {few}{' …' if len(books) > 3 else ''}"
