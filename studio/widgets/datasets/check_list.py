"""A list to tick: what goes in, with how much there is of each."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from studio import theme
from studio.widgets import parts


class CheckList(QWidget):
    """A heading that ticks all or none, and a row for each; long lists are folded away under it.

    Signals:
        changed: The artist ticked something.
    """

    changed = Signal()

    def __init__(self, title: str, *, folds: bool = True, parent: QWidget | None = None) -> None:
        """Make it empty.

        Args:
            title: What is listed.
            folds: Whether the rows can be folded away, and are at first.
            parent: Qt owner.
        """
        super().__init__(parent)
        self._folds = folds
        self._ticks: dict[str, QCheckBox] = {}
        self._counts: dict[str, QLabel] = {}
        self._chosen: tuple[str, ...] = ()
        self.all = QCheckBox(title)
        self.all.setFont(theme.font(bold=True))
        self.all.setToolTip("All, or none")
        self._summary = parts.label("", "caption")
        self.fold = parts.tool("down", f"Show the {title.lower()}", checkable=True, size_px=14)
        self.fold.setVisible(folds)
        self._rows = QWidget()
        self._column = parts.column(spacing=theme.SPACE_4)
        self._column.setContentsMargins(theme.SPACE_24, 0, 0, 0)
        self._rows.setLayout(self._column)
        self._rows.setVisible(not folds)
        layout = parts.column(spacing=theme.SPACE_4)
        layout.addLayout(parts.row(self.all, 0, self._summary, self.fold, spacing=theme.SPACE_4))
        layout.addWidget(self._rows)
        self.setLayout(layout)
        self.all.clicked.connect(self._on_all_clicked)
        self.fold.toggled.connect(self._on_fold_toggled)

    @property
    def chosen(self) -> tuple[str, ...]:
        """Keys of what is ticked, in the order shown; what was chosen and is gone since comes last."""
        ticked = tuple(key for key, tick in self._ticks.items() if tick.isChecked())
        return ticked + tuple(key for key in self._chosen if key not in self._ticks)

    @property
    def is_all(self) -> bool:
        """Whether everything is ticked."""
        return all(tick.isChecked() for tick in self._ticks.values())

    @property
    def is_none(self) -> bool:
        """Whether there is something to tick, and nothing is."""
        return bool(self._ticks) and not self.chosen

    def show_choices(
        self, names: Mapping[str, str], counts: Mapping[str, int], chosen: tuple[str, ...] | None
    ) -> None:
        """List what can be ticked, silently.

        Args:
            names: Key -> what the artist reads, in order.
            counts: Key -> how many there are.
            chosen: Keys to tick; None for all.
        """
        if list(names) != list(self._ticks):
            self._make_rows(names)
        self._chosen = () if chosen is None else chosen
        for key, tick in self._ticks.items():
            tick.blockSignals(True)
            tick.setChecked(chosen is None or key in chosen)
            tick.blockSignals(False)
            self._counts[key].setText(f"{counts.get(key, 0):,}")
        self._sum_up()

    def _make_rows(self, names: Mapping[str, str]) -> None:
        while self._column.count():
            item = self._column.takeAt(0)
            row = item.widget() if item is not None else None
            if row is not None:
                row.hide()
                row.deleteLater()
        self._ticks, self._counts = {}, {}
        for key, name in names.items():
            tick, count = QCheckBox(name), parts.label("", "muted")
            tick.toggled.connect(self._on_tick_toggled)
            self._ticks[key], self._counts[key] = tick, count
            row = QWidget()
            row.setLayout(parts.row(tick, 0, count))
            self._column.addWidget(row)

    def _sum_up(self) -> None:
        ticked, of = sum(tick.isChecked() for tick in self._ticks.values()), len(self._ticks)
        states = Qt.CheckState
        state = states.Checked if ticked == of else states.PartiallyChecked if ticked else states.Unchecked
        self.all.blockSignals(True)
        self.all.setCheckState(state)
        self.all.blockSignals(False)
        self._summary.setText(f"all {of}" if ticked == of else f"{ticked} of {of}")
        self._summary.setVisible(self._folds)

    def _on_all_clicked(self, _checked: bool) -> None:
        on, self._chosen = not self.is_all, ()
        for tick in self._ticks.values():
            tick.blockSignals(True)
            tick.setChecked(on)
            tick.blockSignals(False)
        self._sum_up()
        self.changed.emit()

    def _on_tick_toggled(self, _checked: bool) -> None:
        self._sum_up()
        self.changed.emit()

    def _on_fold_toggled(self, open_: bool) -> None:
        self._rows.setVisible(open_)
