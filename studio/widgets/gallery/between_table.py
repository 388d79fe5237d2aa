"""The table of two drawings: the slots, what lies between them, and the drawings to take from."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from studio import theme
from studio.models.samples import Sample, SamplesModel
from studio.widgets import parts
from studio.widgets.gallery.drawing_slot import DrawingSlot
from studio.widgets.gallery.flip_player import FlipPlayer
from studio.widgets.gallery.step_strip import PickStrip, StepStrip
from studio.widgets.sample_grid import SampleGrid

_SLOT_SHARE, _SLOT_LEAST_PX, _SLOT_MOST_PX = 0.2, 120, 240
_PICK_PX = 76
_STRIP_SHARE = 0.22
_STEP_MOST_PX, _ROOM_PX = 132, 6
_KINDS = (("Yours", "Some of your own drawings"), ("Kept", "The drawings you kept"))


class BetweenTable(QWidget):
    """Lays out; who fills it decides.

    Signals:
        swap_wanted: A and B change places.
        dice_wanted: Two other drawings of the artist's.
        kind_changed: Other drawings to take from.
    """

    swap_wanted = Signal()
    dice_wanted = Signal()
    kind_changed = Signal()

    def __init__(self, steps: SamplesModel, others: SamplesModel, parent: QWidget | None = None) -> None:
        """Make it, to show the steps and the variations that these hold."""
        super().__init__(parent)
        self.slots = {letter: DrawingSlot(letter) for letter in "AB"}
        self.flip = FlipPlayer()
        self.strip = StepStrip(steps)
        self.grid = SampleGrid(others)
        self.grid.setAccessibleName("Variations")
        self.pick = PickStrip(_PICK_PX)
        self.state = parts.label("", "caption")
        self._swap = parts.tool("swap", "A and B change places  (S)")
        self._dice = parts.tool("dice", "Two other drawings of yours  (D)")
        self._kinds = QButtonGroup(self)
        self._hint = parts.label("", "caption")
        self._between = QWidget()
        self._lay_out()
        self._swap.clicked.connect(self.swap_wanted)
        self._dice.clicked.connect(self.dice_wanted)
        self._kinds.idClicked.connect(self._on_kinds_clicked)
        steps.modelReset.connect(self._fit_strip)
        self.flip.moved.connect(self.strip.set_place)
        self.strip.hovered.connect(self.flip.peek)
        self.strip.unhovered.connect(self.flip.go_on)
        self.open_slot("A")

    def _lay_out(self) -> None:
        between = parts.row(spacing=theme.SPACE_12)
        between.addWidget(self.flip, 1)
        between.addWidget(self.slots["B"])
        upper = QVBoxLayout()
        upper.setSpacing(theme.SPACE_8)
        upper.addLayout(between, 1)
        upper.setContentsMargins(0, 0, 0, 0)
        self._between.setLayout(upper)
        middle = QWidget()
        self._sheets = QStackedLayout(middle)
        self._sheets.addWidget(self._between)
        self._sheets.addWidget(self.grid)
        stage = QHBoxLayout()
        stage.setSpacing(theme.SPACE_12)
        left = parts.column(spacing=theme.SPACE_4)
        left.addWidget(self.slots["A"])
        stage.addLayout(left)
        stage.addWidget(middle, 1)
        layout = parts.column(spacing=theme.SPACE_8, margins=theme.SPACE_12)
        layout.addLayout(stage, 1)
        layout.addLayout(parts.row(self.state, 0))
        layout.addWidget(self.strip)
        layout.addWidget(parts.rule())
        layout.addLayout(self._picker())
        layout.addWidget(self.pick)
        self.setLayout(layout)

    def _picker(self) -> QHBoxLayout:
        row = parts.row(spacing=theme.SPACE_4)
        for number, (title, tip) in enumerate(_KINDS):
            button = parts.button(title, role="small", tip=tip)
            button.setCheckable(True)
            button.setChecked(number == 0)
            self._kinds.addButton(button, number)
            row.addWidget(button)
        row.addSpacing(theme.SPACE_8)
        row.addWidget(self._hint)
        row.addStretch(1)
        row.addWidget(self._dice)
        row.addWidget(self._swap)
        return row

    @property
    def shows_kept(self) -> bool:
        """Whether kept drawings are offered, not the artist's own."""
        return self._kinds.checkedId() == 1

    @property
    def open_letter(self) -> str:
        """Where the next drawing goes."""
        return self._open

    def open_slot(self, letter: str) -> None:
        """The next drawing goes there."""
        self._open = letter
        for name, slot in self.slots.items():
            slot.set_open(name == letter)
        self._hint.setText(f"Click a drawing to lay it into {letter}, or drag it there.")

    def show_mode(self, mode: str) -> None:
        """Steps between A and B, or variations of A."""
        between = mode == "between"
        self._sheets.setCurrentIndex(0 if between else 1)
        self.strip.setVisible(between)
        self._swap.setVisible(between)
        if not between:
            self.flip.pause()
            self.open_slot("A")

    def show_offer(self, sample: Sample | None) -> None:
        """Both slots can take it."""
        for slot in self.slots.values():
            slot.show_offer(sample)

    def kind_button(self, kept: bool) -> QPushButton:
        """The button of kept drawings, or of the artist's own."""
        button = self._kinds.button(int(kept))
        assert isinstance(button, QPushButton)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Slots and strip take their share."""
        side = round(min(max(self.width() * _SLOT_SHARE, _SLOT_LEAST_PX), _SLOT_MOST_PX))
        for slot in self.slots.values():
            slot.set_side(side)
        self._fit_strip()
        super().resizeEvent(event)

    def _fit_strip(self) -> None:
        """One row of steps, two where they would be too small."""
        count = max(self.strip.model().rowCount(), 1)
        width = self.width() - 2 * theme.SPACE_12 - _ROOM_PX
        rows = 1 if width // count >= self.strip.SMALLEST_PX else 2
        cell = min(width // -(-count // rows), _STEP_MOST_PX, round(self.height() * _STRIP_SHARE) // rows)
        self.strip.setFixedHeight(rows * max(cell, self.strip.SMALLEST_PX) + _ROOM_PX)

    def _on_kinds_clicked(self, _number: int) -> None:
        self.kind_changed.emit()
