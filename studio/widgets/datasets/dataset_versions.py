"""All versions of all datasets, and one of them looked at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from studio import theme
from studio.models.datasets import COLUMNS, DatasetsModel, Version
from studio.models.samples import Sample, SamplesModel
from studio.widgets import parts
from studio.widgets.elided_label import ElidedLabel
from studio.widgets.sample_grid import SampleGrid

_ROW_PX, _ROOMY_PX, _LEAST_PX = 30, 800, 64
_TITLE, _DIFFERENCE = COLUMNS.index("Title"), COLUMNS.index("Difference")
_MOST_NOTES = 4
_MOST_ROWS = 8
"""The table grows up to here, then it scrolls: the drawings below keep their room."""


class DatasetVersions(QWidget):
    """A table above, the version chosen in it below with some of its drawings.

    Signals:
        chosen: Id of the version looked at; empty for none.
        train_wanted: Id of a version to train on.
        recipe_wanted: Id of a version whose recipe is to be used again.
        export_wanted: Id of a version to copy out.
        titled: (id, title): the artist calls a version so.
    """

    chosen = Signal(str)
    train_wanted = Signal(str)
    recipe_wanted = Signal(str)
    export_wanted = Signal(str)
    titled = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = DatasetsModel(self)
        self._samples = SamplesModel(self)
        self.table = QTableView()
        self._notes: list[str] = []
        self._note = parts.label("", "muted", wrap=True)
        self._title = ElidedLabel("title")
        self._problem = parts.label("", "error", wrap=True)
        self._facts = parts.label("", "muted", wrap=True)
        self._audit = parts.label("", "", wrap=True)
        self._difference = parts.label("", "", wrap=True)
        self._runs = parts.label("", "", wrap=True)
        self.train = parts.button("Train on it", "training", "primary")
        self.again = parts.button("Use its recipe", "undo", tip="Put its recipe into the form again")
        self.export = parts.button("Export…", "export", tip="Copy its drawings to a .npz that others read")
        self._grid = SampleGrid(self._samples)
        self._dress()
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(self._on_table_current_changed)
        self._model.modelReset.connect(self._show_chosen)
        self._model.titled.connect(self.titled)
        self.train.clicked.connect(self._on_train_clicked)
        self.again.clicked.connect(self._on_again_clicked)
        self.export.clicked.connect(self._on_export_clicked)
        self.clear_notes()
        self._show_chosen()

    def _dress(self) -> None:
        table = self.table
        table.setModel(self._model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setAccessibleName("Versions")
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW_PX)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setMinimumSectionSize(_LEAST_PX)
        header.setSectionResizeMode(_DIFFERENCE, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        self._grid.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._grid.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._grid.setProperty("role", "panel")

    def _lay_out(self) -> None:
        head = parts.row(self._title, self.export, self.again, self.train)
        head.setStretch(0, 1)
        words = (self._problem, self._facts, self._audit, self._difference, self._runs)
        card = parts.column(spacing=theme.SPACE_8, margins=theme.SPACE_16)
        card.addLayout(head)
        for label in words:
            card.addWidget(label)
        card.addWidget(self._grid, 1)
        self._card = parts.panel("card")
        self._card.setLayout(card)
        layout = parts.column(spacing=theme.SPACE_16)
        layout.setContentsMargins(theme.SPACE_24, theme.SPACE_16, theme.SPACE_24, theme.SPACE_16)
        layout.addWidget(self._note)
        layout.addWidget(self.table)
        layout.addWidget(self._card, 1)
        self.setLayout(layout)

    # -- what it shows ---------------------------------------------------------------------------------

    @property
    def version(self) -> Version | None:
        """The version looked at."""
        return self._model.version_at(self.table.currentIndex())

    @property
    def versions(self) -> Sequence[Version]:
        """All of them, newest first."""
        return self._model.versions

    def show_versions(self, versions: Sequence[Version]) -> None:
        """Show these; the one looked at stays, else it is the newest."""
        was = self.version.id if self.version is not None else ""
        self._model.show(versions)
        self._show_columns()
        rows = min(max(len(versions), 1), _MOST_ROWS)
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + rows * _ROW_PX + 2)
        self.choose(was if self._model.row_of(was) >= 0 else versions[0].id if versions else "")
        self._show_chosen()

    def note(self, sentence: str) -> None:
        """Say something about what was imported, above the table."""
        self._notes = [*self._notes, sentence][:_MOST_NOTES]
        self._note.setText("\n".join(self._notes))
        self._note.setVisible(bool(self._notes))

    def clear_notes(self) -> None:
        """Say nothing any more."""
        self._notes = []
        self._note.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Titles give way where there is little room: the one looked at has its own below."""
        super().resizeEvent(event)
        self._show_columns()

    def _show_columns(self) -> None:
        self.table.setColumnHidden(_TITLE, self.width() < _ROOMY_PX)

    def choose(self, version_id: str) -> None:
        """Look at a version; one that is not there changes nothing."""
        row = self._model.row_of(version_id)
        if row >= 0 and row != self.table.currentIndex().row():
            self.table.setCurrentIndex(self._model.index(row, 0))

    def show_drawings(self, drawings: Sequence[Sample]) -> None:
        """Show some drawings of the version looked at."""
        self._samples.show(drawings)

    def _show_chosen(self) -> None:
        version = self.version
        self._card.setVisible(version is not None)
        if version is None:
            return
        self._title.setText(" — ".join(part for part in (version.id, version.title) if part))
        self._problem.setText(version.problem)
        self._problem.setVisible(bool(version.problem))
        self._facts.setText(_facts(version))
        self._facts.setVisible(not version.problem)
        self._audit.setText(version.audit)
        self._audit.setVisible(bool(version.audit))
        self._difference.setText(f"Beside {version.before}: {version.difference}")
        self._difference.setVisible(bool(version.before))
        self._runs.setText(f"Learnt from by {', '.join(version.runs)}")
        self._runs.setVisible(bool(version.runs))
        for button in (self.train, self.export):
            button.setEnabled(not version.problem)
        self.again.setEnabled(bool(version.recipe))

    # -- what the artist does --------------------------------------------------------------------------

    def _on_table_current_changed(self, _index: QModelIndex, _before: QModelIndex) -> None:
        self._show_chosen()
        self.chosen.emit(self.version.id if self.version is not None else "")

    def _on_train_clicked(self) -> None:
        if self.version is not None:
            self.train_wanted.emit(self.version.id)

    def _on_again_clicked(self) -> None:
        if self.version is not None:
            self.recipe_wanted.emit(self.version.id)

    def _on_export_clicked(self) -> None:
        if self.version is not None:
            self.export_wanted.emit(self.version.id)


def _facts(version: Version) -> str:
    shares = (
        f"{version.train:,} to learn from, {version.valid:,} held out, {version.test:,} for the last test"
    )
    whole = f"{version.drawings:,} drawings, {version.points:,} points: {shares}"
    left_out = f"; {version.left_out:,} left out" if version.left_out else ""
    return f"{whole}{left_out}. Made {version.made_text}."
