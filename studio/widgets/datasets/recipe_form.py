"""The recipe: which drawings go into a dataset, and how they are prepared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from studio import theme
from studio.datasets import recipe_parameters
from studio.datasets.recipe_parameters import LINES, RULES, SHARES, STRAYS
from studio.widgets import parts
from studio.widgets.datasets.assembly_drawer import AssemblyDrawer
from studio.widgets.datasets.check_list import CheckList
from studio.widgets.datasets.date_range import DateRange
from studio.widgets.parameter_row import ParameterRow

FORM_PX = 312
_MOST_SEED = 999_999
_DECISIONS = {"accepted": "Accepted", "undecided": "Not looked at", "rejected": "Rejected"}


@dataclass(frozen=True, slots=True)
class RecipeChoices:
    """What there is to choose from, among the drawings of accepted pages.

    Attributes:
        decisions: Decision -> drawings.
        kinds: Kind -> drawings; the empty kind is none.
        books: Book -> drawings, in the order of the shelf.
        dates: The first and the last ISO date; None where no page has one.
        datasets: Id of a version of another dataset -> drawings.
    """

    decisions: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    books: Mapping[str, int] = field(default_factory=dict)
    dates: tuple[str, str] | None = None
    datasets: Mapping[str, int] = field(default_factory=dict)


class RecipeForm(QWidget):
    """Shows a recipe as JSON values and says when the artist changed it.

    Signals:
        changed: Recipe or name are others now.
        make_wanted: Make the next version of this.
        reset_wanted: Back to the defaults.
    """

    changed = Signal()
    make_wanted = Signal()
    reset_wanted = Signal()

    def __init__(
        self, defaults: Mapping[str, Any], assembled: Mapping[str, Any], parent: QWidget | None = None
    ) -> None:
        """Make it.

        Args:
            defaults: A recipe as JSON values.
            assembled: The same with every step of the assembly on.
            parent: Qt owner.
        """
        super().__init__(parent)
        self._defaults = dict(defaults)
        self._recipe = dict(defaults)
        self._choices = RecipeChoices()
        self.name = QComboBox()
        self.name.setEditable(True)
        self.name.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.name.setAccessibleName("Name of the dataset")
        self.title = QLineEdit()
        self.title.setPlaceholderText("A note on this version")
        self.title.setAccessibleName("A note on this version")
        self._becomes = parts.label("", "caption", wrap=True)
        self.reset = parts.tool("undo", "Reset the recipe to its defaults", size_px=16)
        self.decisions = CheckList("Decisions", folds=False)
        self.kinds = CheckList("Kinds")
        self.books = CheckList("Sketchbooks")
        self.dates = DateRange()
        self.include = CheckList("Other datasets, added")
        self.assembly = AssemblyDrawer(assembled)
        self.rows = {p.path: ParameterRow(p) for p in (*RULES, *LINES, *SHARES, *STRAYS)}
        self.mirror = QCheckBox("Mirrored, every other one")
        self.mirror.setToolTip(
            "Half of the copies are turned left to right: leave it off where the hand shows."
        )
        self.seed = QSpinBox()
        self.seed.setRange(0, _MOST_SEED)
        self.seed.setFixedWidth(104)
        self.seed.lineEdit().setTextMargins(theme.SPACE_8, 0, 0, 0)
        self.seed.setAccessibleName("Seed of the split")
        self.seed.setToolTip("The same seed holds the same pages out; pages added later move no other page.")
        self.make = parts.button("Make version", "add", "primary")
        self._problem = parts.label("", "error", wrap=True)
        self._lay_out()
        self._connect_parts()
        self.show_recipe(defaults)

    def _lay_out(self) -> None:
        head = parts.row(parts.label("Recipe", "title"), 0, self.reset)
        content = parts.column(spacing=theme.SPACE_8, margins=theme.SPACE_16)
        content.addLayout(head)
        content.addWidget(self.name)
        content.addWidget(self._becomes)
        content.addWidget(self.title)
        content.addSpacing(theme.SPACE_4)
        for widget in (self.decisions, self.kinds, self.books, self.dates, self.include):
            content.addWidget(widget)
        _add_group(content, "Too little, too much", [self.rows[p.path] for p in RULES])
        _add_group(content, "Lines", [self.rows[p.path] for p in LINES])
        content.addWidget(self.assembly)
        _add_group(content, "Held out, by page", [self.rows[p.path] for p in SHARES])
        content.addLayout(parts.row(parts.label("Seed"), 0, self.seed))
        _add_group(content, "How copies stray", [self.rows[p.path] for p in STRAYS])
        content.addWidget(self.mirror)
        content.addStretch(1)
        inside = QWidget()
        inside.setLayout(content)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        foot = parts.column(self._problem, self.make, spacing=theme.SPACE_8, margins=theme.SPACE_16)
        layout = parts.column(spacing=0)
        layout.addWidget(area, 1)
        layout.addWidget(parts.rule())
        layout.addLayout(foot)
        self.setLayout(layout)

    def _connect_parts(self) -> None:
        self.name.editTextChanged.connect(self._on_name_text_changed)
        self.reset.clicked.connect(self.reset_wanted)
        for widget in (self.decisions, self.kinds, self.books, self.dates, self.include):
            widget.changed.connect(self._on_choices_changed)
        self.assembly.switched.connect(self._on_assembly_switched)
        self.assembly.moved.connect(self._on_row_moved)
        for row in self.rows.values():
            row.moved.connect(self._on_row_moved)
        self.mirror.toggled.connect(self._on_mirror_toggled)
        self.seed.valueChanged.connect(self._on_seed_changed)
        self.make.clicked.connect(self.make_wanted)

    # -- what it shows ---------------------------------------------------------------------------------

    @property
    def recipe(self) -> dict[str, Any]:
        """The recipe as it stands, JSON-ready."""
        return dict(self._recipe)

    @property
    def n_drawings(self) -> int:
        """Drawings there are to choose from, those of datasets added among them."""
        added = sum(self._choices.datasets.get(one, 0) for one in self.include.chosen)
        return sum(self._choices.decisions.values()) + added

    @property
    def dataset_name(self) -> str:
        """The name the artist wrote."""
        return self.name.currentText().strip()

    def show_recipe(self, recipe: Mapping[str, Any]) -> None:
        """Show a recipe, silently."""
        self._recipe = {**self._defaults, **recipe}
        for path, row in self.rows.items():
            row.show_value(
                float(recipe_parameters.read(self._recipe, path)),
                float(recipe_parameters.read(self._defaults, path)),
            )
        for widget in (self.mirror, self.seed):
            widget.blockSignals(True)
        self.mirror.setChecked(self._recipe["augment"]["mirror"])
        self.seed.setValue(self._recipe["seed"])
        for widget in (self.mirror, self.seed):
            widget.blockSignals(False)
        self.assembly.show_recipe(self._recipe)
        self._show_choices()

    def show_choices(self, choices: RecipeChoices) -> None:
        """Show what there is to choose from, silently."""
        self._choices = choices
        self._show_choices()

    def show_name(self, name: str) -> None:
        """Show another name, silently."""
        self.name.blockSignals(True)
        self.name.setEditText(name)
        self.name.blockSignals(False)

    def show_names(self, names: Sequence[str]) -> None:
        """List the datasets there are, silently; what is written stays."""
        if names == [self.name.itemText(at) for at in range(self.name.count())]:
            return
        written = self.name.currentText()
        self.name.blockSignals(True)
        self.name.clear()
        self.name.addItems(list(names))
        self.name.setEditText(written)
        self.name.blockSignals(False)

    def say(self, becomes: str, problem: str, *, can_make: bool) -> None:
        """Say what version this becomes, and why it cannot be made, if it cannot."""
        self._becomes.setText(becomes)
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self.make.setEnabled(can_make)

    def problem(self) -> str:
        """What is missing, in a sentence; empty where nothing is."""
        for boxes, noun in ((self.decisions, "decision"), (self.kinds, "kind"), (self.books, "sketchbook")):
            if boxes.is_none:
                return f"Tick at least one {noun}."
        return ""

    def _show_choices(self) -> None:
        choices, recipe = self._choices, self._recipe
        self.decisions.show_choices(_DECISIONS, choices.decisions, tuple(recipe["decisions"]))
        for boxes, key, counts in (
            (self.kinds, "kinds", choices.kinds),
            (self.books, "books", choices.books),
        ):
            words = {one: one or f"no {key[:-1]}" for one in counts}
            boxes.show_choices(words, counts, tuple(recipe[key]) or None)
            boxes.setVisible(len(counts) > 1 or bool(recipe[key]))
        first, last = choices.dates or ("2000-01-01", "2000-01-01")
        days = (recipe["after"], recipe["before"])
        self.dates.show_days(first, last, days, undated=recipe["undated"])
        self.dates.setVisible(choices.dates is not None)
        self.include.show_choices(
            {one: one for one in choices.datasets}, choices.datasets, tuple(recipe["include"])
        )
        self.include.setVisible(bool(choices.datasets) or bool(recipe["include"]))

    # -- what the artist does --------------------------------------------------------------------------

    def _put(self, path: str, value: Any) -> None:
        self._recipe = recipe_parameters.with_value(self._recipe, path, value)
        self.changed.emit()

    def _on_name_text_changed(self, _text: str) -> None:
        self.changed.emit()

    def _on_choices_changed(self) -> None:
        after, before = self.dates.days
        self._recipe |= {
            "decisions": list(self.decisions.chosen),
            "kinds": [] if self.kinds.is_all else list(self.kinds.chosen),
            "books": [] if self.books.is_all else list(self.books.chosen),
            "after": after,
            "before": before,
            "undated": self.dates.undated.isChecked(),
            "include": list(self.include.chosen),
        }
        self.changed.emit()

    def _on_row_moved(self, path: str, value: float) -> None:
        self._put(path, value)

    def _on_assembly_switched(self, path: str, value: Mapping[str, Any] | None) -> None:
        self._put(path, value)
        self.assembly.show_recipe(self._recipe)

    def _on_mirror_toggled(self, on: bool) -> None:
        self._put("augment.mirror", on)

    def _on_seed_changed(self, seed: int) -> None:
        self._put("seed", seed)


def _add_group(column: QVBoxLayout, title: str, rows: Sequence[ParameterRow]) -> None:
    column.addSpacing(theme.SPACE_8)
    group = parts.column(parts.label(title, "heading"), *rows, spacing=theme.SPACE_4)
    column.addLayout(group)
