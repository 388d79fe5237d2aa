"""How the machine draws, beyond the one slider, on a small sheet that opens at its button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from studio import theme
from studio.gallery.manner import Manner
from studio.widgets import parts
from studio.widgets.elided_label import ElidedLabel
from studio.widgets.gallery.manner_form import MannerForm
from studio.widgets.gallery.start_pad import StartPad

_WIDTH_PX = 624


class MannerPanel(QFrame):
    """Closes when one clicks beside it, or with Esc.

    Signals:
        changed: The `Manner` the artist wants, with the variability and seed that were shown.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self._manner = Manner()
        self.form = MannerForm()
        self.pad = StartPad()
        self._anywhere = parts.button("Anywhere", tip="Let it begin where it likes  (Delete)")
        self._usual = parts.button("As usual", tip="Everything as it was before anybody touched it")
        self._words = ElidedLabel("caption")
        self._lay_out()
        self.form.changed.connect(self._on_changed)
        self.pad.chosen.connect(self._on_changed)
        self._anywhere.clicked.connect(self.pad.clear)
        self._usual.clicked.connect(self._on_usual_clicked)
        self.show_manner(self._manner)

    def _lay_out(self) -> None:
        left = parts.column(parts.label("How it draws", "heading"), self.form, 0, spacing=theme.SPACE_12)
        right = parts.column(
            parts.label("Where the pen begins", "heading"),
            self.pad,
            self._anywhere,
            0,
            spacing=theme.SPACE_12,
        )
        columns = parts.row(spacing=theme.SPACE_24)
        columns.addLayout(left, 1)
        columns.addLayout(right)
        foot = parts.row(spacing=theme.SPACE_12)
        foot.addWidget(self._words, 1)
        foot.addWidget(self._usual)
        layout = parts.column(spacing=theme.SPACE_12, margins=theme.SPACE_16)
        layout.addLayout(columns)
        layout.addWidget(parts.rule())
        layout.addLayout(foot)
        self.setLayout(layout)
        self.setFixedWidth(_WIDTH_PX)

    @property
    def manner(self) -> Manner:
        """What is chosen, with the variability and seed that were shown."""
        return self._manner

    def show_manner(self, manner: Manner) -> None:
        """Show choices, silently; what follows the variability says how much that is."""
        self._manner = manner
        self.form.show_manner(manner)
        self.pad.set_place(manner.start)
        self._say()

    def show_eras(self, eras: Sequence[Sequence[str]]) -> None:
        """Offer eras, silently, by the names of their sketchbooks; none leaves it open."""
        self._manner = self._manner.among(len(eras))
        self.form.show_eras(eras)
        self.form.show_manner(self._manner)
        self._say()

    def open_at(self, button: QWidget) -> None:
        """Open under a button; above it where there is no room below."""
        self.adjustSize()
        room = button.screen().availableGeometry()
        foot = button.mapToGlobal(QPoint(0, button.height() + theme.SPACE_4))
        y = foot.y()
        if y + self.height() > room.bottom():
            y = foot.y() - button.height() - 2 * theme.SPACE_4 - self.height()
        x = min(foot.x(), room.right() - self.width() + 1)
        self.move(max(x, room.left()), max(y, room.top()))
        self.show()

    def _say(self) -> None:
        words = self._manner.in_words()
        self._words.setText(
            " · ".join(words).capitalize() if words else "As usual: all follows the variability"
        )
        self._usual.setEnabled(not self._manner.is_usual)
        self._anywhere.setEnabled(self._manner.start is not None)

    def _on_changed(self) -> None:
        self._manner = replace(self.form.put_into(self._manner), start=self.pad.place)
        self._say()
        self.changed.emit(self._manner)

    def _on_usual_clicked(self) -> None:
        self.show_manner(self._manner.as_usual())
        self.changed.emit(self._manner)
