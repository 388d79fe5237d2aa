"""What a line may begin from: nothing, a drawing that is kept, or one of the artist's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QLineEdit, QPushButton, QWidget

from studio import theme
from studio.canvas.sources import ReadBeginnings, own_drawings
from studio.models.samples import Sample, SamplesModel
from studio.session import Session
from studio.tasks import Task
from studio.widgets import parts
from studio.widgets.sample_grid import SampleGrid

_SIZE_PX = (560, 420)
_NONE = (
    "Nothing kept yet. Save a drawing to the gallery first.",
    "No drawings of yours yet. Trace accepted pages first.",
)
_NO_SUCH = "No drawing of yours is called that."


class BeginPanel(QFrame):
    """Closes when one clicks beside it, or with Esc.

    Signals:
        blank_wanted: Begin with a fresh sheet.
        chosen: The `Sample` to draw on with.
    """

    blank_wanted = Signal()
    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self._reading: Task | None = None
        self._lists: tuple[list[Sample], list[Sample]] = ([], [])
        self._model = SamplesModel(self)
        self.grid = SampleGrid(self._model)
        self.grid.setDragEnabled(False)
        self._none = parts.label("", "muted")
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._session: Session | None = None
        self.search = QLineEdit()
        self.search.setPlaceholderText("Book or page, such as sb44 or p071")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Find one of your drawings")
        self.blank = parts.button("A fresh sheet", "add", tip="Begin anew; undo brings the line back")
        self._which = QButtonGroup(self)
        head = parts.row(spacing=theme.SPACE_4)
        for number, name in enumerate(("Kept", "Your drawings")):
            button = QPushButton(name)
            button.setCheckable(True)
            button.setChecked(number == 0)
            self._which.addButton(button, number)
            head.addWidget(button)
        head.addStretch(1)
        head.addWidget(self.blank)
        layout = parts.column(spacing=theme.SPACE_12, margins=theme.SPACE_16)
        layout.addLayout(head)
        layout.addWidget(self.search)
        layout.addWidget(self.grid, 1)
        layout.addWidget(self._none, 1)
        layout.addWidget(parts.label("Click a drawing to draw on with it.", "caption"))
        self.setLayout(layout)
        self.resize(*_SIZE_PX)
        self.grid.clicked.connect(self._on_grid_clicked)
        self.grid.activated.connect(self._on_grid_clicked)
        self.blank.clicked.connect(self._on_blank_clicked)
        self._which.idToggled.connect(self._on_which_toggled)
        self.search.textChanged.connect(self._on_search_text_changed)

    @property
    def is_busy(self) -> bool:
        """Whether drawings are being read."""
        return self._reading is not None

    def offer(self, session: Session, button: QWidget) -> None:
        """Read what there is and open under a button."""
        if self._reading is None:
            self._session = None
            self.search.clear()
            self._session = session
            work = ReadBeginnings(session.project.layout, own_drawings(session))
            self._reading = session.tasks.run(work, partial(self._on_read, button))

    def forget(self) -> None:
        """The project closes."""
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._session = None
        self.hide()

    def _on_read(self, button: QWidget, found: tuple[list[Sample], list[Sample]]) -> None:
        self._reading = None
        self.show_samples(*found)
        self.open_at(button)

    def show_samples(self, kept: Sequence[Sample], own: Sequence[Sample]) -> None:
        """Offer these."""
        self._lists = (list(kept), list(own))
        if not kept and own:
            self._which.button(1).setChecked(True)
        self._show()

    def open_at(self, button: QWidget) -> None:
        """Open under a button."""
        self.move(button.mapToGlobal(QPoint(0, button.height() + theme.SPACE_4)))
        self.show()

    def _show(self) -> None:
        which = self._which.checkedId()
        self.search.setVisible(which == 1)
        if which == 1:
            self.search.setFocus()
        self._model.show(self._lists[which])
        self.grid.setVisible(bool(self._lists[which]))
        self._none.setVisible(not self._lists[which])
        self._none.setText(_NO_SUCH if which == 1 and self.search.text() else _NONE[which])

    def _on_which_toggled(self, _number: int, is_checked: bool) -> None:
        if is_checked:
            self._show()

    def _on_search_text_changed(self, text: str) -> None:
        if self._session is None:
            return
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self._session.tasks.run(own_drawings(self._session, text), self._on_found)

    def _on_found(self, own: list[Sample]) -> None:
        self._reading = None
        self._lists = (self._lists[0], own)
        self._show()

    def _on_grid_clicked(self, index: QModelIndex) -> None:
        sample = self._model.sample_at(index)
        if sample is not None and self.isVisible():
            self.hide()
            self.chosen.emit(sample)

    def _on_blank_clicked(self) -> None:
        self.hide()
        self.blank_wanted.emit()
