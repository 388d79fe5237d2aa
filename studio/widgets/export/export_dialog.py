"""A file of drawings: which kind, how it looks, how large it will be; and the writing of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QFrame,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QWidget,
)

from engine.errors import UserError
from engine.export.formats import FORMATS
from engine.export.frames import Animation
from engine.strokes.types import Drawing
from studio import theme
from studio.gallery import exporting
from studio.gallery.exporting import ExportChoice, StopFlag, WriteDrawings
from studio.models.samples import Sample
from studio.tasks import Task, Tasks
from studio.widgets import parts
from studio.widgets.elided_label import ElidedLabel
from studio.widgets.export.export_form import ExportForm
from studio.widgets.export.export_preview import ExportPreview
from studio.widgets.export.format_list import FormatList, FormatRow
from studio.widgets.question_dialog import QuestionDialog

_SIZE_PX = (1160, 720)
_LEAST_PX = (1010, 600)
_FORM_PX, _PROGRESS_PX = 348, 280
_STEPS = 1000


class ExportDialog(QDialog):
    """Formats at the left, what will be written in the middle, choices at the right.

    Signals:
        written: The `Path` of a file that is there now.
    """

    written = Signal(object)
    _told = Signal(int, int)

    def __init__(
        self,
        drawings: Sequence[Sample | Drawing],
        suggested_name: str,
        folder: Path,
        parent: QWidget | None = None,
        *,
        current: int = 0,
    ) -> None:
        """Make it; `open` shows it.

        Args:
            drawings: One, or all of a grid.
            suggested_name: Of the file, without suffix.
            folder: Where it goes unless the artist says otherwise; made when it is missing.
            parent: The window.
            current: The one of them that is meant by "this drawing".
        """
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        given = [one if isinstance(one, Sample) else Sample("", one, "hand") for one in drawings]
        chosen = given[current] if 0 <= current < len(given) else None
        self._samples = [sample for sample in given if sample.picture.strokes]
        self._current = [s for s in self._samples if s is chosen] or self._samples[:1]
        self._stem, self._folder = suggested_name, folder
        self._path = Path()
        self._may_replace = False
        self._animation: Animation | None = None
        self._tasks = Tasks(self, threads=1)
        self._writing: tuple[Task, StopFlag] | None = None
        self._is_leaving = False
        self._make_parts()
        self._lay_out()
        self._connect()
        choice = exporting.recall()
        if recordings := exporting.recordings_of(self._current):
            choice = exporting.as_recorded(choice, recordings[0])
        self._show_choice(choice if choice.key in FORMATS else replace(choice, key="gif"))

    def _make_parts(self) -> None:
        rows = [
            FormatRow(
                key,
                one.title,
                exporting.MEANINGS.get(key, ""),
            )
            for key, one in FORMATS.items()
        ]
        self.formats = FormatList(rows)
        self.preview = ExportPreview()
        self.form = ExportForm(exporting.inks_of(self._current)[0])
        self.one = QPushButton("This drawing")
        self.all = QPushButton(f"All {len(self._samples)}")
        self._which = QButtonGroup(self)
        for number, button in enumerate((self.one, self.all)):
            button.setCheckable(True)
            self._which.addButton(button, number)
        self.one.setChecked(True)
        self.place = ElidedLabel("muted")
        self.elsewhere = parts.button("Elsewhere…", "folder", tip="Another name or folder")
        self.message = parts.label("", "muted", wrap=True)
        self.progress = QProgressBar()
        self.progress.setRange(0, _STEPS)
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(_PROGRESS_PX)
        self.show_file = parts.button("Show in folder", "folder")
        self.leave = parts.button("Close")
        self.write = parts.button("Write", "export", "primary")
        self.write.setDefault(True)

    def _lay_out(self) -> None:
        left = parts.column(self.formats, spacing=0)
        middle = parts.column(spacing=theme.SPACE_8)
        which = parts.row(self.one, self.all, 0, spacing=theme.SPACE_4)
        middle.addLayout(which)
        middle.addWidget(self.preview, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(self.form)
        scroll.setFixedWidth(_FORM_PX)
        self.form.setContentsMargins(0, 0, theme.SPACE_12, 0)
        room = parts.row(spacing=theme.SPACE_16)
        room.addLayout(left)
        room.addLayout(middle, 1)
        room.addWidget(scroll)
        foot = parts.row(spacing=theme.SPACE_8)
        foot.addWidget(self.place, 1)
        foot.addWidget(self.elsewhere)
        foot.addSpacing(theme.SPACE_16)
        for button in (self.show_file, self.leave, self.write):
            foot.addWidget(button)
        layout = parts.column(spacing=theme.SPACE_12, margins=theme.SPACE_16)
        layout.addLayout(room, 1)
        layout.addWidget(parts.rule())
        said = parts.row(spacing=theme.SPACE_16)
        said.addWidget(self.message, 1)
        said.addWidget(self.progress)
        layout.addLayout(said)
        layout.addLayout(foot)
        self.setLayout(layout)
        self.setMinimumSize(*_LEAST_PX)
        self.resize(*_SIZE_PX)
        self.all.setVisible(len(self._samples) > 1)
        self.one.setVisible(len(self._samples) > 1)
        self._show_writing(False)
        self.show_file.hide()
        self.formats.setFocus()

    def _connect(self) -> None:
        self.formats.chosen.connect(self._on_formats_chosen)
        self.form.changed.connect(self._on_form_changed)
        self._which.idClicked.connect(self._on_which_clicked)
        self.preview.failed.connect(self._on_preview_failed)
        self.elsewhere.clicked.connect(self._on_elsewhere_clicked)
        self.show_file.clicked.connect(self._on_show_file_clicked)
        self.leave.clicked.connect(self.reject)
        self.write.clicked.connect(self._on_write_clicked)
        self._told.connect(self._on_told)

    @property
    def choice(self) -> ExportChoice:
        """What is chosen."""
        return self.form.choice

    @property
    def path(self) -> Path:
        """Where the file will be."""
        return self._path

    @property
    def is_settled(self) -> bool:
        """Whether preview and estimate belong to what is chosen, and nothing is being written."""
        return self.preview.is_settled and not self._tasks.busy

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the player; Esc leaves, Enter writes."""
        if not self.preview.playbar.press(event):
            super().keyPressEvent(event)

    def reject(self) -> None:
        """Leave; what is being written is stopped first, and leaves no half file."""
        if self._writing is not None:
            self._is_leaving = True
            self._writing[1].stop()
            self._say("Stopping…")
            return
        self._let_go()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The same for the window's own cross."""
        if self._writing is not None:
            event.ignore()
            self.reject()
            return
        self._let_go()
        super().closeEvent(event)

    def _let_go(self) -> None:
        self.preview.let_go()
        self._tasks.shutdown()

    # -- what is chosen --------------------------------------------------------------------------------

    def _show_choice(self, choice: ExportChoice) -> None:
        together = choice.together and len(self._samples) > 1
        choice = replace(choice, together=together)
        self.formats.set_key(choice.key)
        (self.all if together else self.one).setChecked(True)
        self.form.show_choice(choice)
        self._take_place(exporting.free_path(self._folder, self._name(), self._suffix()))
        self._on_form_changed()

    def _name(self) -> str:
        return f"{self._stem}-all" if self.choice.together else self._stem

    def _suffix(self) -> str:
        return str(FORMATS[self.choice.key].suffix)

    def _take_place(self, path: Path, *, may_replace: bool = False) -> None:
        self._path, self._may_replace = path, may_replace
        self.place.setText(f"{path.name}   in   {path.parent}")

    def _on_formats_chosen(self, key: str) -> None:
        self._show_choice(replace(self.choice, key=key))

    def _on_which_clicked(self, number: int) -> None:
        self._show_choice(replace(self.choice, together=number == 1))

    def _on_form_changed(self) -> None:
        shown = self._samples if self.choice.together else self._current
        try:
            self._animation = self.choice.animation(shown) if shown else None
        except UserError as error:
            self._animation = None
            self._say(str(error), "error")
        else:
            self._say("" if shown else "There is nothing to export yet: no line is drawn.")
        self.write.setEnabled(self._animation is not None)
        self.preview.show_animation(self._animation, self.choice.key)

    def _on_preview_failed(self, sentence: str) -> None:
        self._say(sentence, "error")

    # -- writing ---------------------------------------------------------------------------------------

    def _on_elsewhere_clicked(self) -> None:
        """The desktop's own dialogue asks before it lets one choose a file that is there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        suffix = self._suffix()
        kinds = f"{FORMATS[self.choice.key].title} (*{suffix})"
        name, _ = QFileDialog.getSaveFileName(self, "Where to", str(self._path), kinds)
        if name:
            path = Path(name)
            asked = path.suffix.lower() == suffix
            # With the suffix it is another file than the one that was asked about.
            self._take_place(path if asked else path.with_name(path.name + suffix), may_replace=asked)
            self._stem, self._folder = self._path.stem, self._path.parent

    def _on_write_clicked(self) -> None:
        if self._writing is not None:
            self._writing[1].stop()
            self._say("Stopping…")
        elif self._path.exists() and not self._may_replace:
            question = QuestionDialog(
                f"Replace {self._path.name}?", f"It is in {self._path.parent} already.", self
            )
            question.offer("keep", "Keep it")
            question.offer("replace", "Replace it", role="primary")
            question.answered.connect(self._on_question_answered)
            question.open()
        else:
            self._begin_writing()

    def _on_question_answered(self, answer: str) -> None:
        if answer == "replace":
            self._begin_writing()

    def _begin_writing(self) -> None:
        if self._animation is None:
            return
        exporting.remember(self.choice)
        self.preview.forget_estimate()
        flag = StopFlag(self._told.emit)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._say(f"Cannot make the folder {self._path.parent}: {error.strerror}.", "error")
            return
        work = WriteDrawings(self._path, self._animation, self.choice.key, flag)
        self._show_writing(True)
        self._say(f"Writing {self._path.name}…")
        self._writing = (self._tasks.run(work, self._on_file_written, self._on_file_failed, priority=2), flag)

    def _on_told(self, done: int, total: int) -> None:
        if self._writing is not None:
            self.progress.setValue(round(_STEPS * done / max(total, 1)))

    def _on_file_written(self, path: Path | None) -> None:
        self._end_writing()
        if path is None:
            self._say("Stopped. Nothing was written.")
        else:
            size = exporting.size_text(path.stat().st_size)
            self._say(f"Written: {path.name}, {size}.")
            self.show_file.setVisible(True)
            self._may_replace = False
            self.written.emit(path)
        if self._is_leaving:
            self.reject()

    def _on_file_failed(self, error: Exception) -> None:
        self._end_writing()
        self._say(str(error), "error")
        if self._is_leaving:
            self.reject()
        elif not isinstance(error, UserError):
            raise error

    def _end_writing(self) -> None:
        self._writing = None
        self._show_writing(False)

    def _show_writing(self, is_writing: bool) -> None:
        self.progress.setVisible(is_writing)
        self.progress.setValue(0)
        self.write.setText("Stop" if is_writing else "Write")
        for widget in (self.formats, self.form, self.one, self.all, self.elsewhere):
            widget.setEnabled(not is_writing)

    def _on_show_file_clicked(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path.parent)))

    def _say(self, sentence: str, role: str = "muted") -> None:
        self.message.setText(sentence)
        self.message.setProperty("role", role)
        self.message.style().unpolish(self.message)
        self.message.style().polish(self.message)
