"""What is on the canvas, what can be done with it, and the keys of the hand that does not draw."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QPushButton, QWidget

from studio import theme
from studio.canvas.line import Line
from studio.widgets import parts

_SIDE_PX = 248
KEYS = (
    ("Tab", "another future"),
    ("Enter", "take it, up to the pointer"),
    ("Esc", "hide the futures"),
    ("F", "let it finish"),
    ("H", "ask again"),
    ("N", "a fresh sheet"),
    ("Space", "held: move the sheet"),
    ("Ctrl+Z", "undo a stroke"),
)


class CanvasSide(QWidget):
    """A column at the right.

    Signals:
        finish_wanted: Let the machine draw the line to its end, or stop it.
        play_wanted: Play the session, or go back to drawing.
        keep_wanted: Save the drawing to the gallery.
        export_wanted: Make a file of it.
        clear_wanted: A fresh sheet.
        pressure_changed: Whether pressure makes the line wide.
        hairs_changed: Whether hairs are shown along the line.
    """

    finish_wanted = Signal()
    play_wanted = Signal()
    keep_wanted = Signal()
    export_wanted = Signal()
    clear_wanted = Signal()
    pressure_changed = Signal(bool)
    hairs_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._facts = parts.label("", "caption", wrap=True)
        self.state = parts.label("", "caption", wrap=True)
        self.finish = _button("Let it finish", "play", "The machine draws the line to its end  (F)")
        self.play = _button("Play the session", "history", "See it drawn again, hand and machine")
        self.keep = _button("Save to the gallery", "keep", "Keep this drawing for good", "primary")
        self.export = _button("Export…", "export", "An animation, a picture, a plotter's file")
        self.clear = _button("Fresh sheet", "add", "Begin anew; undo brings this line back  (N)")
        self.pressure = QCheckBox("Pressure makes the line wide")
        self.pressure.setChecked(True)
        self.pressure.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hairs = QCheckBox("Hairs along the line")
        self.hairs.setToolTip("How the line might have gone on elsewhere, while the pen rests")
        self.hairs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lay_out()
        self.finish.clicked.connect(self.finish_wanted)
        self.play.clicked.connect(self.play_wanted)
        self.keep.clicked.connect(self.keep_wanted)
        self.export.clicked.connect(self.export_wanted)
        self.clear.clicked.connect(self.clear_wanted)
        self.pressure.toggled.connect(self.pressure_changed)
        self.hairs.toggled.connect(self.hairs_changed)

    def _lay_out(self) -> None:
        self._choices = parts.column(parts.label("The futures", "heading"))
        column = parts.column(
            parts.label("The line", "heading"), self._facts, theme.SPACE_4, self.finish, self.play,
            self.clear, self.pressure, self.hairs, theme.SPACE_8, parts.rule(), theme.SPACE_8,
            spacing=theme.SPACE_8, margins=theme.SPACE_16,
        )  # fmt: skip
        column.addLayout(self._choices)
        column.addWidget(self.state)
        column.addStretch(1)
        keys = QGridLayout()
        keys.setHorizontalSpacing(theme.SPACE_12)
        keys.setVerticalSpacing(theme.SPACE_4)
        keys.setColumnStretch(1, 1)
        for row, (key, meaning) in enumerate(KEYS):
            name = parts.label(key, "caption")
            name.setFont(theme.font(theme.CAPTION_PX, bold=True))
            keys.addWidget(name, row, 0)
            keys.addWidget(parts.label(meaning, "caption"), row, 1)
        column.addLayout(keys)
        for widget in (parts.rule(), self.export, self.keep):
            column.addSpacing(theme.SPACE_4)
            column.addWidget(widget)
        panel = parts.panel()
        panel.setLayout(column)
        self.setLayout(parts.row(parts.rule(vertical=True), panel, spacing=0))
        self.setFixedWidth(_SIDE_PX)

    def add_choices(self, widget: QWidget) -> None:
        """Give choices about the futures a place here."""
        self._choices.addWidget(widget)

    def show_line(self, line: Line) -> None:
        """Say what is drawn, and by whom."""
        for button in (self.finish, self.play, self.keep, self.export, self.clear):
            button.setEnabled(not line.is_blank)
        self._facts.setText(_facts(line))

    def show_finishing(self, is_finishing: bool) -> None:
        """While the machine draws, its button stops it."""
        self.finish.setText("Stop it" if is_finishing else "Let it finish")

    def show_playing(self, is_playing: bool) -> None:
        """While the session plays, its button goes back to drawing."""
        self.play.setText("Back to drawing" if is_playing else "Play the session")


def _button(text: str, icon: str, tip: str, role: str = "") -> QPushButton:
    """A button that leaves the keys to the sheet."""
    result = parts.button(text, icon, role, tip)
    result.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return result


def _facts(line: Line) -> str:
    if line.is_blank:
        return "Nothing yet."
    drawing, share = line.drawing, line.share_by("machine")
    n = len(drawing.strokes)
    whose = f"\nYours {1 - share:.0%}, the machine's {share:.0%}" if share > 0 else ""
    begun = f"\nBegun from {line.origin['name']}" if line.origin.get("name") else ""
    return f"{n} stroke{'' if n == 1 else 's'}   ·   {drawing.length:,.0f} units{whose}{begun}"
