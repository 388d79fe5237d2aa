"""Old sketchbooks against new ones: the finding, the cross table, and both hands side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedLayout,
    QWidget,
)

from studio import theme
from studio.models.comparisons import Comparison, EraPictures, finding
from studio.models.era_choices import training_text
from studio.widgets import parts
from studio.widgets.training.cross_table import CrossTable
from studio.widgets.training.era_column import EraColumn
from studio.widgets.training.era_life import EraLife
from studio.widgets.training.era_list import EraList

_LIST_PX = 232
_QUESTION = (
    "Has your hand changed? Two models learn in the same way, one from old sketchbooks, one from new ones. "
    "Then each reads pages of both that it never saw."
)
_UNIT = (
    "Nats a point: how much a model is surprised by where the line goes next; less is better. Measured on "
    "pages held out for this alone. The interval is about which pages these happened to be, not about the "
    "luck of one training: another seed tells that."
)


class EraView(QWidget):
    """All comparisons at the left, the one in view at the right.

    Signals:
        new_wanted: Compare anew.
        back_wanted: Go back to the runs.
        chosen: Id of the comparison now in view.
        stop_wanted: Id of one to stop.
        resume_wanted: Id of one to go on with.
        run_wanted: Id of a run to see in the Gallery.
    """

    new_wanted = Signal()
    back_wanted = Signal()
    chosen = Signal(str)
    stop_wanted = Signal(str)
    resume_wanted = Signal(str)
    run_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: Sequence[Comparison] = ()
        self._shown: Comparison | None = None
        self._next = ""
        self.back = parts.button("Back to the runs", "previous", "quiet")
        self.new = parts.button("Compare eras…", "add", "primary")
        self.list = EraList()
        self.empty = parts.EmptyState("sketchbooks", _QUESTION, "Compare eras…")
        self.title = parts.label("", "title", wrap=True)
        self.words = parts.label("", "", wrap=True)
        self.facts = parts.label("", "caption", wrap=True)
        self.life = EraLife()
        self.table = CrossTable()
        self._unit = parts.label(_UNIT, "caption", wrap=True)
        self._pictures = parts.row(spacing=theme.SPACE_24)
        self.columns: list[EraColumn] = []
        self._lay_out()
        self._connect_parts()

    def _lay_out(self) -> None:
        left = parts.panel()
        left.setFixedWidth(_LIST_PX)
        column = parts.column(spacing=theme.SPACE_12, margins=theme.SPACE_16)
        column.addLayout(parts.row(self.back, 0))
        column.addWidget(parts.label("Old and new", "title"))
        column.addWidget(self.new)
        column.addWidget(self.list, 1)
        left.setLayout(column)
        content = parts.column(
            self.title, self.words, self.facts, self.life, self.table, self._unit,
            spacing=theme.SPACE_12, margins=theme.SPACE_24,
        )  # fmt: skip
        content.addSpacing(theme.SPACE_8)
        content.addLayout(self._pictures)
        content.addStretch(1)
        inside = QWidget()
        inside.setLayout(content)
        self.area = QScrollArea()
        self.area.setWidget(inside)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside.setAutoFillBackground(False)
        self.area.viewport().setAutoFillBackground(False)
        self._right = QStackedLayout()
        self._right.addWidget(self.empty)
        self._right.addWidget(self.area)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(left)
        layout.addWidget(parts.rule(vertical=True))
        layout.addLayout(self._right, 1)

    def _connect_parts(self) -> None:
        self.back.clicked.connect(self.back_wanted)
        self.new.clicked.connect(self.new_wanted)
        self.empty.triggered.connect(self.new_wanted)
        self.life.stop.clicked.connect(self._on_life_stop_clicked)
        self.life.resume.clicked.connect(self._on_life_resume_clicked)
        self.list.chosen.connect(self.choose)

    # -- what it shows ---------------------------------------------------------------------------------

    @property
    def comparison(self) -> Comparison | None:
        """The one in view."""
        return self._shown

    def show_comparisons(self, found: Sequence[Comparison]) -> None:
        """Show these, newest first; the one in view stays, else it is the newest."""
        ids = [one.id for one in found]
        if self._next in ids:
            wanted, self._next = self._next, ""
        else:
            wanted = self._shown.id if self._shown is not None else ""
        self._all = found
        self.list.show_comparisons(found)
        self.choose(wanted if wanted in ids else ids[0] if ids else "")
        self._right.setCurrentWidget(self.area if found else self.empty)
        self.new.setVisible(bool(found))

    def look_at_next(self, comparison_id: str) -> None:
        """Look at one as soon as it is among those shown."""
        self._next = comparison_id

    def choose(self, comparison_id: str) -> None:
        """Look at one; one that is not there leaves none in view."""
        at = next((row for row, one in enumerate(self._all) if one.id == comparison_id), -1)
        self.list.choose(at)
        self._show(self._all[at] if at >= 0 else None)

    def show_pictures(self, pictures: Sequence[EraPictures]) -> None:
        """Show the drawings of the one in view, one for each era."""
        for column, one in zip(self.columns, pictures, strict=False):
            column.show_pictures(one)

    def _show(self, comparison: Comparison | None) -> None:
        before, self._shown = self._shown, comparison
        if comparison is None or comparison == before:
            return
        has_table = bool(comparison.readings)
        title, words = finding(comparison) if has_table else (comparison.title, "")
        self.title.setText(title)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.facts.setText(_facts(comparison))
        self.life.show_comparison(comparison)
        self.table.setVisible(has_table)
        self._unit.setVisible(has_table)
        if has_table:
            self.table.show_comparison(comparison)
        is_other = before is None or before.id != comparison.id or before.readings != comparison.readings
        if is_other:
            self._show_columns(comparison if has_table else None)
            self.area.verticalScrollBar().setValue(0)
            self.chosen.emit(comparison.id)

    def _show_columns(self, comparison: Comparison | None) -> None:
        eras = comparison.eras if comparison is not None else ()
        while len(self.columns) > len(eras):
            column = self.columns.pop()
            self._pictures.removeWidget(column)
            column.hide()
            column.deleteLater()
        while len(self.columns) < len(eras):
            column = EraColumn()
            column.gallery_wanted.connect(self.run_wanted)
            self._pictures.addWidget(column, 1)
            self.columns.append(column)
        for column, era in zip(self.columns, eras, strict=True):
            column.show_era(era)

    # -- what the artist does --------------------------------------------------------------------------

    def _on_life_stop_clicked(self) -> None:
        if self._shown is not None:
            self.stop_wanted.emit(self._shown.id)

    def _on_life_resume_clicked(self) -> None:
        if self._shown is not None:
            self.resume_wanted.emit(self._shown.id)


def _facts(comparison: Comparison) -> str:
    made = datetime.fromtimestamp(comparison.created, UTC).astimezone()
    facts = (
        comparison.id,
        comparison.title,
        f"recipe of {comparison.dataset}",
        training_text(comparison.settings),
        f"{made.day} {made:%B %Y, %H:%M}",
    )
    return "   ·   ".join(part for part in facts if part)
