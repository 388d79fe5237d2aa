"""Compare eras: which recipe, which books are old and which new, how both models learn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QScrollArea, QSpinBox, QWidget

from engine.training.settings import TrainSettings
from studio import theme
from studio.models.era_choices import (
    Book,
    EraRequest,
    RecipeChoice,
    doubts_about,
    halves,
    problem_of,
    training_text,
)
from studio.widgets import parts
from studio.widgets.training.era_shelf import EraShelf
from studio.widgets.training.model_choice import ModelChoice, StartChoice

_SIZE_PX = (980, 690)
_LEARN_PX = 312
_FIELD_PX = 96
_READING_MINUTES = 1
_MOST_MINUTES = 10_080
_HOLD_OUT = 20
_FOOT_PX = 72

BooksOf = Callable[[Mapping[str, Any]], Sequence[Book]]
"""What a recipe may take of each sketchbook."""


class EraDialog(QDialog):
    """The shelf at the left, the training at the right, what will happen below.

    Signals:
        wanted: An `EraRequest`.
    """

    wanted = Signal(object)

    def __init__(
        self,
        recipes: Sequence[RecipeChoice],
        starts: Sequence[StartChoice],
        books_of: BooksOf,
        parent: QWidget | None = None,
    ) -> None:
        """Make it; `open` asks.

        Args:
            recipes: Those that may be shared, newest first.
            starts: What both models may begin with, besides fresh weights.
            books_of: Asked for every recipe that is chosen.
            parent: The window.
        """
        super().__init__(parent)
        self.setWindowTitle("Compare eras")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE_PX)
        self._books_of = books_of
        self.recipes = QComboBox()
        self.recipes.setAccessibleName("Recipe")
        for one in recipes:
            self.recipes.addItem(one.id, one)
        self.shelf = EraShelf()
        self.choice = ModelChoice()
        self.choice.show_starts(starts)
        usual = round(TrainSettings().minutes)
        self.minutes = _field("Minutes for each model", 1, _MOST_MINUTES, usual, " min")
        self.hold_out = _field("Pages held out", 5, 50, _HOLD_OUT, " %")
        self.seed = _field("Seed", 0, 1_000_000, 0, "")
        self.problem = parts.label("", "error", wrap=True)
        self.plan = parts.label("", "", wrap=True)
        self.doubt = parts.label("", "muted", wrap=True)
        self.cancel = parts.button("Cancel")
        self.go = parts.button("Compare", "play", "primary")
        self._lay_out()
        self._connect_parts()
        self._show_recipe()

    def _lay_out(self) -> None:
        words = parts.label(
            "One model learns from the old books, one from the new, both in the same way. Then each reads "
            "pages that neither saw.",
            "muted",
            wrap=True,
        )
        left = parts.column(parts.label("Drawings by the recipe of", "heading"), self.recipes)
        left.addSpacing(theme.SPACE_8)
        left.addWidget(parts.label("Sketchbooks", "heading"))
        left.addWidget(self.shelf, 1)
        fields = (
            ("Minutes each", self.minutes, ""),
            ("Held out", self.hold_out, "More make a smaller difference visible, and leave less to learn."),
            ("Seed", self.seed, "Another seed tells the luck of a training from the hand."),
        )
        right = parts.column(self.choice)
        for name, field, meaning in fields:
            right.addSpacing(theme.SPACE_4)
            right.addLayout(parts.row(parts.label(name), 0, field))
            if meaning:
                right.addWidget(parts.label(meaning, "caption", wrap=True))
        right.addStretch(1)
        right.setContentsMargins(0, 0, theme.SPACE_12, 0)
        inside = QWidget()
        inside.setLayout(right)
        learning = QScrollArea()
        learning.setWidget(inside)
        learning.setWidgetResizable(True)
        learning.setFixedWidth(_LEARN_PX)
        learning.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside.setAutoFillBackground(False)
        learning.viewport().setAutoFillBackground(False)
        middle = parts.row(spacing=theme.SPACE_24)
        middle.addLayout(left, 1)
        middle.addWidget(parts.rule(vertical=True))
        middle.addWidget(learning)
        # One height, whatever is said: the button must not jump under the pointer.
        said = QWidget()
        said.setFixedHeight(_FOOT_PX)
        said.setLayout(parts.column(self.problem, self.plan, self.doubt, 0, spacing=theme.SPACE_4))
        layout = parts.column(
            parts.label("Has the hand changed?", "title"), words, spacing=theme.SPACE_12,
            margins=theme.SPACE_24,
        )  # fmt: skip
        layout.addLayout(middle, 1)
        layout.addWidget(parts.rule())
        layout.addWidget(said)
        layout.addLayout(parts.row(0, self.cancel, self.go))
        self.setLayout(layout)
        self.cancel.setAutoDefault(False)

    def _connect_parts(self) -> None:
        self.recipes.currentIndexChanged.connect(self._on_recipes_changed)
        self.shelf.changed.connect(self._show_plan)
        self.choice.changed.connect(self._show_plan)
        for field in (self.minutes, self.hold_out, self.seed):
            field.valueChanged.connect(self._on_field_changed)
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._on_go_clicked)

    @property
    def request(self) -> EraRequest:
        """What is chosen now."""
        settings = TrainSettings(
            model=self.choice.model,
            start_from=self.choice.start_from,
            minutes=self.minutes.value(),
            seed=self.seed.value(),
        )
        books = {side: tuple(book.name for book in self.shelf.books(side)) for side in ("old", "new")}
        chosen: RecipeChoice = self.recipes.currentData()
        return EraRequest(chosen.id, books, settings.to_json(), self.hold_out.value() / 100)

    def _show_recipe(self) -> None:
        """List the shelf as this recipe sees it; books keep their side."""
        chosen = self.recipes.currentData()
        books = self._books_of(chosen.recipe) if chosen is not None else []
        kept = {row.book.name: row.side for row in self.shelf.rows}
        self.shelf.show_books(books, kept or halves(books))
        self._show_plan()

    def _show_plan(self) -> None:
        """Say what will happen, or why it cannot."""
        share = self.hold_out.value() / 100
        old, new = self.shelf.books("old"), self.shelf.books("new")
        self.shelf.show_totals(share)
        problem = _NO_RECIPE if self.recipes.currentData() is None else problem_of(old, new)
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.go.setEnabled(not problem)
        self.plan.setVisible(not problem)
        self.plan.setText("" if problem else self._plan())
        doubt = "" if problem else doubts_about(old, new, share)
        self.doubt.setText(doubt)
        self.doubt.setVisible(bool(doubt))

    def _plan(self) -> str:
        minutes = 2 * self.minutes.value() + _READING_MINUTES
        length = f"{minutes} minutes" if minutes < 90 else f"{minutes / 60:.1f} hours"
        return (
            f"Trains two models, {training_text(self.request.settings)}, one after the other; then each "
            f"reads the pages held out and draws 16 drawings. About {length} in all, while you go on working."
        )

    def _on_recipes_changed(self, _index: int) -> None:
        self._show_recipe()

    def _on_field_changed(self, _value: int) -> None:
        self._show_plan()

    def _on_go_clicked(self) -> None:
        request = self.request
        self.accept()
        self.wanted.emit(request)


_NO_RECIPE = (
    "There is no dataset of your sketchbooks yet: make one first, its recipe says what both eras take."
)


def _field(name: str, low: int, high: int, value: int, suffix: str) -> QSpinBox:
    field = QSpinBox()
    field.setRange(low, high)
    field.setValue(value)
    field.setSuffix(suffix)
    field.setFixedWidth(_FIELD_PX)
    field.setGroupSeparatorShown(True)
    field.setAccessibleName(name)
    return field
