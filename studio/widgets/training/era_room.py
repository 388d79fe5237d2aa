"""The comparison of eras as one widget: put it somewhere, give it the session, and it does the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.models.comparisons import EraPictures
from studio.models.era_choices import Book, EraRequest, RecipeChoice, books_for
from studio.session import Session
from studio.tasks import Task
from studio.training.eras import Comparisons, ReadPictures, ReadRecipes
from studio.widgets import parts
from studio.widgets.training.era_dialog import EraDialog
from studio.widgets.training.era_view import EraView
from studio.widgets.training.model_choice import StartChoice


class EraRoom(QWidget):
    """View, dialog and jobs of one project.

    Signals:
        moved: Somebody came in by the door, or went back; see `is_entered`.
        wanted: The name of the pane the artist should be taken to.

    Attributes:
        door: The button that leads here; it belongs to whoever shows this room.
        is_entered: Whether this room is to be shown.
        starts: What both models of a comparison may begin with, besides fresh weights.
        dialog: The one that is open; None for none.
    """

    moved = Signal()
    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self.comparisons: Comparisons | None = None
        self._loading: Task | None = None
        self._asking: Task | None = None
        self.is_entered = False
        self.starts: Sequence[StartChoice] = ()
        self.dialog: EraDialog | None = None
        self.door = parts.button(
            "Compare eras…", "sketchbooks", tip="Old sketchbooks against new ones: has the hand changed?"
        )
        self.view = EraView()
        self.setLayout(parts.column(self.view, spacing=0))
        self.door.clicked.connect(self._on_door_clicked)
        self.view.back_wanted.connect(self._on_view_back_wanted)
        self.view.run_wanted.connect(self._on_view_run_wanted)
        self.view.new_wanted.connect(self.ask)
        self.view.chosen.connect(self._on_view_chosen)
        self.view.stop_wanted.connect(self._on_view_stop_wanted)
        self.view.resume_wanted.connect(self._on_view_resume_wanted)

    def open_project(self, session: Session) -> None:
        """Show this project's comparisons, once `refresh` is called."""
        self._session = session
        self.comparisons = Comparisons(session, self)
        self.comparisons.changed.connect(self._on_comparisons_changed)
        self.comparisons.started.connect(self._on_comparisons_started)

    def close_project(self) -> None:
        """Let go of it; the session ends its jobs and tasks."""
        for task in (self._loading, self._asking):
            if task is not None:
                task.cancel()
        self._loading = self._asking = None
        if self.dialog is not None:
            self.dialog.reject()
        if self.comparisons is not None:
            self.comparisons.shutdown()
            self.comparisons.deleteLater()
        self.comparisons = self._session = None
        self.is_entered = False
        self.view.show_comparisons([])

    def refresh(self) -> None:
        """Read the comparisons now."""
        if self.comparisons is not None:
            self.comparisons.read()

    def training(self, live_runs: frozenset[str]) -> frozenset[str]:
        """What trains: of these runs all but those in the hands of a comparison, and that in their place."""
        alive = [one for one in self.comparisons.all if one.is_live] if self.comparisons else []
        return live_runs - {one.training for one in alive} | {one.id for one in alive}

    def is_settled(self) -> bool:
        """Whether all that is shown is loaded."""
        is_read = self.comparisons is None or self.comparisons.is_read or not self.is_entered
        return is_read and self._loading is None and self._asking is None

    def ask(self) -> None:
        """Ask what to compare."""
        if self._session is not None and self._asking is None and self.dialog is None:
            work = ReadRecipes(self._session.project.layout)
            self._asking = self._session.tasks.run(work, self._on_recipes_read, self._on_recipes_failed)

    def _books_of(self, recipe: Mapping[str, Any]) -> list[Book]:
        if self._session is None:
            return []
        library = self._session.library
        return books_for(recipe, library.shelf("pages").items, library.shelf("drawings").items)

    def _on_door_clicked(self) -> None:
        self.is_entered = True
        self.refresh()
        self.moved.emit()

    def _on_view_back_wanted(self) -> None:
        self.is_entered = False
        self.moved.emit()

    def _on_view_run_wanted(self, run_id: str) -> None:
        if self._session is not None:
            self._session.run_in_view = run_id
            self.wanted.emit("Gallery")

    def _on_recipes_read(self, recipes: list[RecipeChoice]) -> None:
        self._asking = None
        self.dialog = EraDialog(recipes, self.starts, self._books_of, self.window())
        self.dialog.wanted.connect(self._on_dialog_wanted)
        self.dialog.finished.connect(self._on_dialog_finished)
        self.dialog.open()

    def _on_recipes_failed(self, error: Exception) -> None:
        self._asking = None
        if self._session is not None:
            self._session.said.emit(str(error))

    def _on_dialog_wanted(self, request: EraRequest) -> None:
        if self.comparisons is not None:
            self.comparisons.start(request)

    def _on_dialog_finished(self, _result: int) -> None:
        self.dialog = None

    def _on_comparisons_changed(self) -> None:
        if self.comparisons is not None:
            self.view.show_comparisons(self.comparisons.all)

    def _on_comparisons_started(self, comparison_id: str) -> None:
        self.view.look_at_next(comparison_id)

    def _on_view_chosen(self, _comparison_id: str) -> None:
        comparison = self.view.comparison
        if self._loading is not None:
            self._loading.cancel()
            self._loading = None
        if comparison is not None and comparison.readings and self._session is not None:
            work = ReadPictures(self._session.project.layout, comparison)
            done = partial(self._on_pictures_read, comparison.id)
            self._loading = self._session.tasks.run(work, done)

    def _on_pictures_read(self, comparison_id: str, pictures: list[EraPictures]) -> None:
        self._loading = None
        if self.view.comparison is not None and self.view.comparison.id == comparison_id:
            self.view.show_pictures(pictures)

    def _on_view_stop_wanted(self, comparison_id: str) -> None:
        if self.comparisons is not None:
            self.comparisons.stop(comparison_id)

    def _on_view_resume_wanted(self, comparison_id: str) -> None:
        if self.comparisons is not None:
            self.comparisons.resume(comparison_id)
