"""How a drawing draws itself: how long, at whose pace, with which pen. For the player and for files."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from engine.export.frames import PenKind
from engine.export.timeline import Easing, Pace
from studio import theme
from studio.widgets import parts
from studio.widgets.choices import Choices, Number

_PACES = (
    ("length", "the pen at one speed"),
    ("points", "each point as long"),
    ("recorded", "as it was drawn, if known"),
)
_PENS = (("even", "even"), ("pen", "like a pen"))
_LIFTS = (
    (("travel", False), "takes its way, unseen"),
    (("travel", True), "takes its way, drawn lightly"),
    (("skip", False), "is elsewhere at once"),
)
_TIPS = {
    "Pace": "One speed for the whole line; or the same time for each point, so that the pen is slow where "
    "points lie close, as a hand is in its curves; or as the hand moved on the canvas",
    "Lifted pen": "What the pen does between two strokes",
    "Line": "Even; or as a pen leaves it: wider where the hand is slow, with thin ends",
}
_DRAW_S, _HOLD_S = (0.5, 120.0), (0.0, 60.0)


class PaceForm(QWidget):
    """Rows with a name and a field.

    Signals:
        changed: The artist changed something.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, names_px: int = 0) -> None:
        """Make it; `names_px` is the least width of the names, to stand in line with other rows."""
        super().__init__(parent)
        self.draw_s = Number("Drawing takes", _DRAW_S, unit=" s")
        self.hold_s = Number("The finished drawing stays", _HOLD_S, unit=" s")
        self.by = Choices("Pace", _PACES)
        self.lifts = Choices("Lifted pen", _LIFTS)
        self.pen = Choices("Line", _PENS)
        self.soft = QCheckBox("Begin and end slowly")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.SPACE_12)
        self._grid.setVerticalSpacing(theme.SPACE_8)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, names_px)
        rows: dict[str, Choices | Number] = {
            "Draws for": self.draw_s,
            "Then stays": self.hold_s,
            "Pace": self.by,
            "Lifted pen": self.lifts,
            "Line": self.pen,
        }
        self._names: dict[str, QLabel] = {}
        for row, (name, field) in enumerate(rows.items()):
            label = parts.label(name, "muted")
            label.setToolTip(_TIPS.get(name, ""))
            field.setToolTip(_TIPS.get(name, ""))
            self._names[name] = label
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignLeft)
            self._grid.addWidget(field, row, 1)
            field.chosen.connect(self.changed)
        self._grid.addWidget(self.soft, len(rows), 1)
        self.soft.toggled.connect(self._on_soft_toggled)

    @property
    def pace(self) -> Pace:
        """How time runs."""
        lifts, _ = self.lifts.value
        easing: Easing = "soft" if self.soft.isChecked() else "even"
        return Pace(self.by.value, lifts, self.draw_s.value(), self.hold_s.value(), easing)

    @property
    def pen_kind(self) -> PenKind:
        """Which line."""
        kind: PenKind = self.pen.value
        return kind

    @property
    def shows_travel(self) -> bool:
        """Whether the way of the lifted pen is drawn."""
        return bool(self.lifts.value[1])

    def show_choices(self, pace: Pace, pen: PenKind, shows_travel: bool) -> None:
        """Show choices, silently."""
        self.draw_s.set_value(pace.draw_s)
        self.hold_s.set_value(pace.hold_s)
        self.by.set_value(pace.by)
        self.lifts.set_value((pace.lifts, shows_travel and pace.lifts == "travel"))
        self.pen.set_value(pen)
        self.soft.blockSignals(True)
        self.soft.setChecked(pace.easing == "soft")
        self.soft.blockSignals(False)

    def set_still(self, is_still: bool) -> None:
        """Leave only the line to choose, for what does not move."""
        for name, field in (("Draws for", self.draw_s), ("Then stays", self.hold_s), ("Pace", self.by)):
            self._names[name].setVisible(not is_still)
            field.setVisible(not is_still)
        self.soft.setVisible(not is_still)
        self._names["Lifted pen"].setVisible(not is_still)
        self.lifts.setVisible(not is_still)

    def _on_soft_toggled(self, _checked: bool) -> None:
        self.changed.emit()
