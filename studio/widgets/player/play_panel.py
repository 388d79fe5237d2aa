"""The settings of a player, on a small sheet that opens at its button."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QWidget

from studio import theme
from studio.gallery.playing import Playing
from studio.widgets import parts
from studio.widgets.player.pace_form import PaceForm

_WIDTH_PX = 320


class PlayPanel(QFrame):
    """Closes when one clicks beside it, or with Esc.

    Signals:
        changed: The `Playing` the artist wants.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self._playing = Playing()
        self.form = PaceForm()
        self.tip = QCheckBox("Show where the pen is")
        layout = parts.column(
            parts.label("How it is played", "heading"),
            self.form,
            self.tip,
            spacing=theme.SPACE_12,
            margins=theme.SPACE_16,
        )
        self.setLayout(layout)
        self.setFixedWidth(_WIDTH_PX)
        self.form.changed.connect(self._on_changed)
        self.tip.toggled.connect(self._on_changed)

    def show_playing(self, playing: Playing) -> None:
        """Show choices, silently."""
        self._playing = playing
        self.form.show_choices(playing.pace, playing.pen, playing.shows_travel)
        self.tip.blockSignals(True)
        self.tip.setChecked(playing.shows_tip)
        self.tip.blockSignals(False)

    def open_above(self, button: QWidget) -> None:
        """Open with its lower right corner at a button; below it where there is no room above."""
        self.adjustSize()
        top = button.mapToGlobal(QPoint(button.width(), 0))
        room = button.screen().availableGeometry()
        y = top.y() - self.height() - theme.SPACE_4
        if y < room.top():
            y = top.y() + button.height() + theme.SPACE_4
        self.move(max(top.x() - self.width(), room.left()), y)
        self.show()

    def _on_changed(self, *_values: object) -> None:
        form = self.form
        self._playing = replace(
            self._playing,
            pace=form.pace,
            pen=form.pen_kind,
            shows_travel=form.shows_travel,
            shows_tip=self.tip.isChecked(),
        )
        self.changed.emit(self._playing)
