"""Datasets: write a recipe, see what it makes, freeze it, keep every version."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from engine.dataset.assembly import FRAGMENTS
from engine.dataset.recipe import Recipe, fragments_recipe
from engine.errors import UserError
from engine.strokes.types import Drawing
from studio import theme
from studio.datasets.dataset_loading import choices_of
from studio.datasets.dataset_shelf import DatasetShelf, name_problem
from studio.datasets.recipes import Recipes
from studio.jobs import Job
from studio.models.recipe_preview import RecipePreview
from studio.panes.base import Pane
from studio.session import Session
from studio.widgets import parts
from studio.widgets.datasets.dataset_bar import DatasetBar
from studio.widgets.datasets.dataset_versions import DatasetVersions
from studio.widgets.datasets.recipe_form import FORM_PX, RecipeForm
from studio.widgets.datasets.recipe_sheet import N_COPIES, RecipeSheet

_DEFAULT_NAME = "drawings"
_ASK_MS = 30
"""A slider under the hand asks at most so often; what was asked before and is not answered is dropped."""
_LAST_SEED, _LONGEST_NAME = 10_000, 60


class DatasetsPane(Pane):
    """The recipe at the left; what it makes, or the versions made so far, at the right."""

    TITLE = "Datasets"
    ICON = "datasets"
    WATCHES = frozenset({"datasets", "runs", "drawings", "decisions"})

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recipes: Recipes | None = None
        self._job: Job | None = None
        self._soon_shown = ""
        """The version to look at as soon as it is read."""
        self._asked: tuple[Mapping[str, Any], str] = ({}, "")
        self._copied = ""
        self._seed = 0
        self._is_stale = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_ASK_MS)
        self._soon.timeout.connect(self._ask)
        self._empty = parts.EmptyState(
            "datasets",
            "A dataset is made of drawings, and there are none yet. Trace accepted pages first.",
            "Go to tracing",
        )
        self._elsewhere = parts.button("Import strokes made elsewhere…", "import", "quiet")
        self.form = RecipeForm(Recipe().to_json(), Recipe(assemble=FRAGMENTS).to_json())
        self.bar = DatasetBar()
        self.sheet = RecipeSheet()
        self.versions = DatasetVersions()
        self.shelf = DatasetShelf(self.versions, self)
        self._lay_out()
        self._connect_parts()

    def _lay_out(self) -> None:
        left = parts.panel()
        left.setFixedWidth(FORM_PX)
        left.setLayout(parts.column(self.form, spacing=0))
        self._tabs = QStackedLayout()
        self._tabs.addWidget(self.sheet)
        self._tabs.addWidget(self.versions)
        right = parts.column(self.bar, parts.rule(), spacing=0)
        right.addLayout(self._tabs, 1)
        room = parts.row(left, parts.rule(vertical=True), spacing=0)
        room.addLayout(right, 1)
        self._room = QWidget()
        self._room.setLayout(room)
        nothing = parts.column(spacing=0)
        nothing.setContentsMargins(0, 0, 0, theme.SPACE_24)
        nothing.addWidget(self._empty, 1)
        nothing.addLayout(parts.row(0, self._elsewhere, 0))
        self._nothing = QWidget()
        self._nothing.setLayout(nothing)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self._room)

    def _connect_parts(self) -> None:
        self._empty.triggered.connect(self._on_empty_triggered)
        self._elsewhere.setMenu(self.bar.import_menu)
        self.form.changed.connect(self._on_form_changed)
        self.form.make_wanted.connect(self._on_form_make_wanted)
        self.form.reset_wanted.connect(self._on_form_reset_wanted)
        self.bar.tab_chosen.connect(self.show_tab)
        self.bar.import_wanted.connect(self.import_strokes)
        self.sheet.opened.connect(self._on_sheet_opened)
        self.sheet.copied.connect(self._on_sheet_copied)
        self.sheet.dice_thrown.connect(self._on_sheet_dice_thrown)
        self.shelf.read.connect(self._on_shelf_read)
        self.versions.train_wanted.connect(self._on_versions_train_wanted)
        self.versions.recipe_wanted.connect(self._on_versions_recipe_wanted)

    # -- life ------------------------------------------------------------------------------------------

    def open_project(self, session: Session) -> None:
        """Show this project's drawings and datasets; nothing is counted before somebody looks."""
        super().open_project(session)
        self._recipes = Recipes(session.project.layout.root, self)
        self._recipes.previewed.connect(self._on_recipes_previewed)
        self._recipes.pictured.connect(self._on_recipes_pictured)
        self._recipes.augmented.connect(self._on_recipes_augmented)
        self._recipes.failed.connect(self._on_recipes_failed)
        self._recipes.busy_changed.connect(self.bar.set_counting)
        session.library.changed.connect(self._on_library_changed)
        self.form.show_recipe(Recipe().to_json())
        self.form.show_name(_DEFAULT_NAME)
        self.shelf.open_session(session)

    def close_project(self) -> None:
        """Let go of it; the child that counts ends."""
        self._soon.stop()
        self.shelf.close_session()
        if self._recipes is not None:
            self._recipes.close()
            self._recipes.deleteLater()
            self._recipes = None
        if self.session is not None:
            self.session.library.changed.disconnect(self._on_library_changed)
        self._job = None
        self._asked, self._copied, self._seed, self._soon_shown = ({}, ""), "", 0, ""
        self.sheet.clear()
        super().close_project()

    def refresh(self) -> None:
        """Count again and read the versions again."""
        self._count_again()
        self.shelf.refresh()

    def count_text(self) -> str:
        """How many versions there are."""
        count = len(self.shelf.versions)
        return f"{count} version{'' if count == 1 else 's'}" if count else ""

    def activate(self) -> None:
        """The examples take the arrows, or the versions do."""
        (self.sheet.kept if self._tabs.currentWidget() is self.sheet else self.versions.table).setFocus()

    def view_state(self) -> dict[str, Any]:
        """The recipe as it is being written, and what is looked at."""
        version = self.versions.version
        return {
            "recipe": self.form.recipe,
            "name": self.form.dataset_name,
            "tab": self._tabs.currentIndex(),
            "version": version.id if version is not None else "",
            "copied": self._copied,
            "seed": self._seed,
        }

    def restore_view(self, view: dict[str, Any]) -> None:
        """Go on writing where it was left."""
        with suppress(UserError):  # kept by another version of the program: the defaults stand
            self.form.show_recipe(Recipe.from_json(view.get("recipe", {})).to_json())
        self.form.show_name(str(view.get("name") or _DEFAULT_NAME))
        self._soon_shown, self._copied = str(view.get("version", "")), str(view.get("copied", ""))
        seed, tab = view.get("seed"), view.get("tab")
        self._seed = seed if isinstance(seed, int) else 0
        self.show_tab(1 if tab == 1 else 0)

    def neighbour(self, item_id: str, step: int) -> str:
        """The example beside it."""
        return self.sheet.neighbour(item_id, step)

    def is_settled(self) -> bool:
        """Whether numbers, pictures and versions are there."""
        counted = self._recipes is None or not (self._recipes.is_busy or self._soon.isActive())
        return self.shelf.is_settled and counted

    def shutdown(self) -> None:
        """Nothing is left running."""
        self._soon.stop()

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks: count."""
        super().showEvent(event)
        if self._is_stale:
            self._count_again()
        else:
            self._ask_soon()

    # -- counting --------------------------------------------------------------------------------------

    def _count_again(self) -> None:
        """The drawings, or what is decided about them, are others now."""
        self._show_choices()
        self._is_stale, self._asked = False, ({}, "")
        self._show_room()
        self._ask_soon()

    def _show_choices(self) -> None:
        if self.session is not None:
            added, name = self.form.recipe["include"], self.form.dataset_name
            others = [one for one in self.shelf.versions if one.name != name]
            self.form.show_choices(choices_of(self.session.library, others, added))

    def _ask_soon(self) -> None:
        if self.session is not None and self.isVisible():
            self._soon.start()

    def _ask(self) -> None:
        """Ask for what is not asked yet: numbers where the drawings are others, else only copies."""
        recipe, name = self.form.recipe, self.form.dataset_name
        if self._recipes is None or self.form.problem() or not self.form.n_drawings:
            return
        before, asked_name = self._asked
        self._asked = (recipe, name)
        if asked_name != name or _without_augment(before) != _without_augment(recipe):
            self._recipes.preview(recipe, name)
        elif before.get("augment") != recipe["augment"]:
            self.sheet.show_straying()
            self._ask_copies()

    def _ask_copies(self) -> None:
        if self._recipes is not None and self._copied:
            self._recipes.augment(self._copied, self.form.recipe, N_COPIES, self._seed)

    def _on_recipes_previewed(self, preview: RecipePreview) -> None:
        self.sheet.show_preview(preview)
        if self._copied not in preview.examples:
            self._copied = preview.examples[0] if preview.examples else ""
        if self._recipes is not None and preview.ids():
            self._recipes.picture(preview.ids(), self.form.recipe)
        self._ask_copies()
        self._say()

    def _on_recipes_pictured(self, pictures: Mapping[str, Drawing]) -> None:
        self.sheet.show_pictures(pictures)

    def _on_recipes_augmented(self, id_: str, copies: Sequence[Drawing]) -> None:
        self.sheet.show_copies(id_, copies)

    def _on_recipes_failed(self, sentence: str) -> None:
        self.sheet.say_problem(sentence)
        self._say()

    # -- showing ---------------------------------------------------------------------------------------

    def show_tab(self, number: int) -> None:
        """0 shows what the recipe makes, 1 the versions."""
        self._tabs.setCurrentIndex(number)
        self.bar.show_tab(number)

    def _show_room(self) -> None:
        """The one next action, or the room."""
        is_empty = not (self.form.n_drawings or self.shelf.versions)
        self._stack.setCurrentWidget(self._nothing if is_empty else self._room)
        self._say()

    def _say(self) -> None:
        """What the recipe becomes, and what stands in the way."""
        name, preview = self.form.dataset_name, self.sheet.preview
        problem = self.form.problem() or (name_problem(name) if name else "")
        if not problem and preview is not None and not preview.train:
            problem = "Nothing is left to learn from: loosen the rules, or hold out less."
        if not self.form.n_drawings:
            problem = "There are no drawings of accepted pages yet."
        busy = self._job is not None
        becomes = "Making it…" if busy else self.shelf.next_text(name)
        self.form.say(becomes, problem, can_make=bool(name) and not problem and not busy)

    # -- versions --------------------------------------------------------------------------------------

    def _on_shelf_read(self) -> None:
        versions = self.shelf.versions
        if any(one.id == self._soon_shown for one in versions):
            self.versions.choose(self._soon_shown)
            self._soon_shown = ""
        self.form.show_names(list(dict.fromkeys(one.name for one in versions)))
        self.bar.show_count(len(versions))
        self._show_choices()
        self._show_room()
        self.count_changed.emit()

    # -- what the artist does --------------------------------------------------------------------------

    def make_version(self) -> None:
        """Freeze what the recipe makes, in a child process."""
        name, title = self.form.dataset_name, self.form.title.text().strip()
        self._start("dataset", f"Making {name}", name=name, title=title, recipe=self.form.recipe)

    def import_strokes(self, file: Path) -> None:
        """Make a dataset of strokes from elsewhere, named after their file."""
        name = re.sub(r"[^\w .-]+", "-", file.stem)[:_LONGEST_NAME]
        recipes = {"recipe": self.form.recipe, "pieces": fragments_recipe().to_json()}
        recipe = recipes.get(self.bar.way)
        self._start("import-strokes", f"Importing {file.name}", name=name, file=str(file), recipe=recipe)

    def _start(self, kind: str, words: str, /, **spec: Any) -> None:
        if self.session is None or self._job is not None:
            return
        self._job = self.session.start_job(kind, words, {"datasets"}, **spec)
        self.versions.clear_notes()
        if self._job is not None:
            self._job.event_received.connect(self._on_job_event)
            self._job.finished.connect(self._on_job_finished)
        self._say()

    def _on_job_event(self, event: dict[str, Any]) -> None:
        if event.get("event") == "done":
            self._soon_shown = str(event.get("dataset", ""))
        elif event.get("event") == "noted":
            self.versions.note(str(event.get("message", "")))

    def _on_job_finished(self, job: Job) -> None:
        self._job = None
        if self.session is None:
            return
        if job.outcome == "failed":
            self.sheet.say_problem(job.message)
            self.session.said.emit(job.message)
        elif job.outcome == "done":
            self.form.title.clear()
            self.session.dataset_in_view = self._soon_shown
            self.show_tab(1)
        self._say()

    def _on_form_changed(self) -> None:
        self._say()
        self._ask_soon()

    def _on_form_make_wanted(self) -> None:
        self.make_version()

    def _on_form_reset_wanted(self) -> None:
        self.form.show_recipe(Recipe().to_json())
        self._on_form_changed()

    def _on_sheet_opened(self, id_: str) -> None:
        """Look closely; at the page's drawing where it was separated from one."""
        if self.session is not None and self.session.library.find(id_) is None:
            id_ = id_.rpartition(".")[0] or id_
        self.loupe_wanted.emit(id_)

    def _on_sheet_copied(self, id_: str) -> None:
        self._copied = id_
        self._ask_copies()

    def _on_sheet_dice_thrown(self) -> None:
        self._seed = random.randrange(_LAST_SEED)
        self._ask_copies()

    def _on_versions_train_wanted(self, version_id: str) -> None:
        if self.session is not None:
            self.session.dataset_in_view = version_id
        self.wanted.emit("Training")

    def _on_versions_recipe_wanted(self, _version_id: str) -> None:
        version = self.versions.version
        if version is None:
            return
        with suppress(UserError):  # a recipe of a later program: what is in the form stays
            self.form.show_recipe(Recipe.from_json(version.recipe).to_json())
        self.form.show_name(version.name)
        self.show_tab(0)
        self._on_form_changed()

    def _on_empty_triggered(self) -> None:
        self.wanted.emit("Tracing")

    def _on_library_changed(self, _level: str) -> None:
        if self.isVisible():
            self._count_again()
        else:
            self._is_stale = True


def _without_augment(recipe: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in recipe.items() if key != "augment"}
