"""Everything about a file of drawings that can be chosen; what a format has no use for is not shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from engine.export.gif import MAX_FPS
from engine.export.plot import SHEETS_MM
from studio import theme
from studio.gallery.exporting import PICTURE_KEYS, ExportChoice
from studio.widgets import parts
from studio.widgets.choices import Choices, Number
from studio.widgets.colour_button import ColourButton
from studio.widgets.player.pace_form import PaceForm

_OWN = (0, 0)
_SIZES = (
    ((512, 512), "small square"),
    ((1080, 1080), "square"),
    ((1080, 1350), "tall post"),
    ((1080, 1920), "phone screen"),
    ((1920, 1080), "film, full HD"),
    ((3840, 2160), "film, 4K"),
    ((2480, 3508), "A4 print, 300 dpi"),
    (_OWN, "own size"),
)
_SIDE_PX = (16, 8000)
_FASTEST = 60
_NAMES_PX = 116
_NOTHING = "There is nothing to choose: pen moves have no size and no colour."
_TURNS = (("auto", "as the drawing asks"), ("portrait", "upright"), ("landscape", "across"))
_SIZED = frozenset({"size", "sides", "line_px", "ink"})
_USED = {
    "svg": _SIZED,
    "png": _SIZED | {"paper"},
    "moving-svg": _SIZED | {"paper"},
    "plotter-svg": frozenset({"ink", "sheet", "turn", "margin_mm", "pen_mm", "feed"}),
    "hpgl": frozenset({"sheet", "turn", "margin_mm", "pen_mm", "feed"}),
    "gcode": frozenset({"sheet", "turn", "margin_mm", "pen_mm", "feed", "pen_up", "pen_down"}),
    "npz": frozenset(),
}
"""The rows of each format; those made of pictures use all that is not for plotters."""


@dataclass(frozen=True, slots=True)
class _Row:
    label: QWidget
    field: QWidget

    def set_visible(self, visible: bool) -> None:
        self.label.setVisible(visible)
        self.field.setVisible(visible)


class _Command(QLineEdit):
    """G-code of the artist's own machine.

    Signals:
        chosen: The artist wrote another one.
    """

    chosen = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(f"{name}: what your plotter is told, such as M3 S90; commands apart by |")
        self.editingFinished.connect(self.chosen)


class ExportForm(QWidget):
    """Names and fields, in the order of the hand: picture, time, line, colours, plotter.

    Signals:
        changed: The artist changed something.
    """

    changed = Signal()

    def __init__(self, ink: str, parent: QWidget | None = None) -> None:
        """Make it; `ink` is that of the drawings on the screen."""
        super().__init__(parent)
        self._choice = ExportChoice()
        self.sizes = Choices("Size", _SIZES)
        self.width_px = Number("Width", _SIDE_PX, unit=" px", decimals=0, step=10)
        self.height_px = Number("Height", _SIDE_PX, unit=" px", decimals=0, step=10)
        self.pace = PaceForm(names_px=_NAMES_PX)
        self.fps = Number("Pictures a second", (1, _FASTEST), decimals=0, step=1)
        self.line_px = Number("Line width", (0.0, 80.0), unit=" px", zero="fits the size")
        self.ink = ColourButton("Ink", ink, "as on the screen")
        self.paper = ColourButton("Paper", theme.LIGHT.paper, "warm white")
        self.sheet = Choices("Sheet", [(name, _sheet_words(name)) for name in SHEETS_MM])
        self.turn = Choices("The sheet lies", _TURNS)
        self.margin_mm = Number("Margin", (0.0, 200.0), unit=" mm", step=1)
        self.pen_mm = Number("Pen", (0.05, 5.0), unit=" mm", decimals=2, step=0.05)
        self.feed = Number("Speed of the pen", (60, 20000), unit=" mm/min", decimals=0, step=100)
        self.pen_up = _Command("Pen up")
        self.pen_down = _Command("Pen down")
        self._nothing = parts.label(_NOTHING, "muted", wrap=True)
        self._rows: dict[str, _Row] = {}
        self._grid = QGridLayout()
        self._lay_out()
        self.sizes.chosen.connect(self._on_size_chosen)
        fields = (self.width_px, self.height_px, self.fps, self.line_px, self.ink, self.paper,
                  self.sheet, self.turn, self.margin_mm, self.pen_mm, self.feed,
                  self.pen_up, self.pen_down)  # fmt: skip
        for one in fields:
            one.chosen.connect(self._on_field_chosen)
        self.pace.changed.connect(self._on_field_chosen)

    def _lay_out(self) -> None:
        self._grid.setHorizontalSpacing(theme.SPACE_12)
        self._grid.setVerticalSpacing(theme.SPACE_8)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, _NAMES_PX)
        sides = QWidget()
        times = parts.label("×", "muted")
        sides.setLayout(parts.row(self.width_px, times, self.height_px, spacing=theme.SPACE_4))
        self._add("size", "Size", self.sizes)
        self._add("sides", "", sides)
        self._grid.addWidget(self.pace, self._grid.rowCount(), 0, 1, 2)
        self._add("fps", "Pictures a second", self.fps)
        self._add("line_px", "Line width", self.line_px)
        self._add("ink", "Ink", self.ink)
        self._add("paper", "Paper", self.paper)
        self._add("sheet", "Sheet", self.sheet)
        self._add("turn", "It lies", self.turn)
        self._add("margin_mm", "Margin", self.margin_mm)
        self._add("pen_mm", "Pen", self.pen_mm)
        self._add("feed", "Speed", self.feed)
        self._add("pen_up", "Pen up", self.pen_up)
        self._add("pen_down", "Pen down", self.pen_down)
        layout = parts.column(spacing=theme.SPACE_8)
        layout.addLayout(self._grid)
        layout.addWidget(self._nothing)
        layout.addStretch(1)
        self.setLayout(layout)

    def _add(self, key: str, name: str, field: QWidget) -> None:
        row = self._grid.rowCount()
        label = parts.label(name, "muted")
        self._rows[key] = _Row(label, field)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(field, row, 1)

    @property
    def choice(self) -> ExportChoice:
        """What is chosen."""
        return self._choice

    def show_choice(self, choice: ExportChoice) -> None:
        """Show a choice, silently, and what its format has a use for."""
        most_fps = MAX_FPS if choice.key == "gif" else _FASTEST
        choice = self._choice = replace(choice, fps=min(choice.fps, most_fps))
        width, height = choice.picture_px
        known = choice.picture_px in [size for size, _ in _SIZES]
        self.sizes.set_value(choice.picture_px if known else _OWN)
        self.width_px.set_value(width)
        self.height_px.set_value(height)
        self.pace.show_choices(choice.pace, choice.pen, choice.shows_travel)
        self.fps.blockSignals(True)
        self.fps.setMaximum(most_fps)
        self.fps.blockSignals(False)
        for field, value in ((self.fps, float(choice.fps)), (self.line_px, choice.line_px),
                             (self.margin_mm, choice.margin_mm), (self.pen_mm, choice.pen_mm),
                             (self.feed, choice.feed_mm_min)):  # fmt: skip
            field.set_value(value)
        self.ink.set_value(choice.ink)
        self.paper.set_value("" if choice.paper == theme.LIGHT.paper else choice.paper)
        self.sheet.set_value(choice.sheet)
        self.turn.set_value(choice.turn)
        self.pen_up.setText(choice.pen_up)
        self.pen_down.setText(choice.pen_down)
        self._show_used(choice.key)

    def _show_used(self, key: str) -> None:
        used = _USED.get(key, _SIZED | {"paper", "fps"})
        for name, row in self._rows.items():
            row.set_visible(name in used)
        moves = key in PICTURE_KEYS or key == "moving-svg"
        self.pace.setVisible(moves or key in ("svg", "png"))
        self.pace.set_still(not moves)
        self._nothing.setVisible(not used)

    def _on_size_chosen(self) -> None:
        if self.sizes.value != _OWN:
            self.width_px.set_value(self.sizes.value[0])
            self.height_px.set_value(self.sizes.value[1])
            self._on_field_chosen()
        else:
            self.width_px.setFocus()

    def _on_field_chosen(self) -> None:
        size = (int(self.width_px.value()), int(self.height_px.value()))
        form, before = self.pace, self._choice
        self._choice = replace(
            before,
            size_px=before.size_px if before.together else size,
            size_all_px=size if before.together else before.size_all_px,
            fps=int(self.fps.value()),
            pace=form.pace,
            pen=form.pen_kind,
            shows_travel=form.shows_travel,
            line_px=self.line_px.value(),
            ink=self.ink.value,
            paper=self.paper.value or theme.LIGHT.paper,
            sheet=self.sheet.value,
            turn=self.turn.value,
            margin_mm=self.margin_mm.value(),
            pen_mm=self.pen_mm.value(),
            feed_mm_min=self.feed.value(),
            pen_up=self.pen_up.text(),
            pen_down=self.pen_down.text(),
        )
        known = size in [one for one, _ in _SIZES]
        self.sizes.set_value(size if known else _OWN)
        self.changed.emit()


def _sheet_words(name: str) -> str:
    width, height = SHEETS_MM[name]
    return f"{name[:1].upper()}{name[1:]}, {width:g} × {height:g} mm"
