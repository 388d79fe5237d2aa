"""From one day to another, either of them open."""

from __future__ import annotations

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDateEdit, QWidget

from studio import theme
from studio.widgets import parts

_FORMAT = "yyyy-MM-dd"
_ANY = "any day"


class DateRange(QWidget):
    """Two days to type or step through; below the first day there is, either is any day.

    Signals:
        changed: The artist chose another day, or whether what has none is taken.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.after, self.before = QDateEdit(), QDateEdit()
        self.undated = QCheckBox("Pages without a date too")
        layout = parts.column(parts.label("Dates", "heading"), spacing=theme.SPACE_4)
        for name, field in (("From", self.after), ("Before", self.before)):
            field.setDisplayFormat(_FORMAT)
            field.setSpecialValueText(_ANY)
            field.setFixedWidth(124)
            field.setAlignment(Qt.AlignmentFlag.AlignLeft)
            field.lineEdit().setTextMargins(theme.SPACE_8, 0, 0, 0)
            field.setKeyboardTracking(False)
            field.setAccessibleName(f"{name} this day")
            field.dateChanged.connect(self._on_field_changed)
            layout.addLayout(parts.row(parts.label(name), 0, field))
        layout.addWidget(self.undated)
        self.setLayout(layout)
        self.undated.toggled.connect(self._on_undated_toggled)

    @property
    def days(self) -> tuple[str, str]:
        """From this day on, and before this one, as ISO dates; empty for any."""
        return _iso(self.after), _iso(self.before)

    def show_days(self, first: str, last: str, chosen: tuple[str, str], *, undated: bool) -> None:
        """Show what is chosen, silently.

        Args:
            first: The first day there is anything of, an ISO date.
            last: The last one.
            chosen: From this day on, and before this one; empty for any.
            undated: Whether what has no date is taken, too.
        """
        days = [_date(day) for day in (first, last, *chosen) if day]
        for field, day in zip((self.after, self.before), chosen, strict=True):
            field.blockSignals(True)
            # The day before the first stands for any: Qt says something special at the minimum only.
            field.setDateRange(min(days).addDays(-1), max(days).addDays(1))
            field.setDate(_date(day) if day else field.minimumDate())
            field.blockSignals(False)
        self.undated.blockSignals(True)
        self.undated.setChecked(undated)
        self.undated.blockSignals(False)
        self._enable()

    def _enable(self) -> None:
        self.undated.setEnabled(any(self.days))

    def _on_field_changed(self, _day: QDate) -> None:
        self._enable()
        self.changed.emit()

    def _on_undated_toggled(self, _on: bool) -> None:
        self.changed.emit()


def _date(iso: str) -> QDate:
    return QDate.fromString(iso[:10], Qt.DateFormat.ISODate)


def _iso(field: QDateEdit) -> str:
    return "" if field.date() == field.minimumDate() else field.date().toString(_FORMAT)
