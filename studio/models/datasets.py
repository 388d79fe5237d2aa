"""All versions of all datasets, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt, Signal

from studio.models.items import AnyIndex

VERSION_ROLE = int(Qt.ItemDataRole.UserRole) + 1
COLUMNS = ("Dataset", "Title", "Drawings", "Points", "Made", "Difference", "Runs")
_NUMBERS, _NAMES = (2, 3), (0, 1)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a dataset.

    Attributes:
        id: `NAME/vNNN`.
        folder: Where it lies.
        title: What the artist wrote about it.
        source: The file its strokes came from; empty for the project's own drawings.
        made: ISO date and time.
        recipe: As JSON values.
        train: Drawings to learn from.
        valid: Drawings to steer by.
        test: Drawings for the last test.
        points: Points of all of them.
        left_out: Drawings that its rules kept out.
        before: The version before it; empty for the first.
        added: Drawings that one did not have.
        removed: Drawings that only that one had.
        changed: Drawings that have other points here.
        recipe_changes: What its recipe says otherwise, a phrase each.
        audit: What was found about the split, a sentence.
        is_clean: Whether nothing stands on both sides.
        runs: Ids of the runs that learnt from it.
        problem: Why it cannot be read; empty where it can.
    """

    id: str
    folder: Path
    title: str = ""
    source: str = ""
    made: str = ""
    recipe: dict[str, Any] = field(default_factory=dict)
    train: int = 0
    valid: int = 0
    test: int = 0
    points: int = 0
    left_out: int = 0
    before: str = ""
    added: int = 0
    removed: int = 0
    changed: int = 0
    recipe_changes: tuple[str, ...] = ()
    audit: str = ""
    is_clean: bool = True
    runs: tuple[str, ...] = ()
    problem: str = ""

    @property
    def name(self) -> str:
        """The dataset's name."""
        return self.id.rpartition("/")[0]

    @property
    def drawings(self) -> int:
        """Drawings of all splits."""
        return self.train + self.valid + self.test

    @property
    def made_text(self) -> str:
        """When, by the clock on the wall."""
        try:
            return datetime.fromisoformat(self.made).astimezone().strftime("%Y-%m-%d %H:%M")
        except ValueError:
            return self.made

    @property
    def difference(self) -> str:
        """`+12 −3 ~4`, against the version before."""
        if not self.before:
            return f"from {self.source}" if self.source else "the first"
        signs = (("+", self.added), ("−", self.removed), ("~", self.changed))
        counts = "  ".join(f"{sign}{count:,}" for sign, count in signs if count)
        recipe = ", ".join(self.recipe_changes)
        return "   ".join(part for part in (counts, recipe) if part) or "the same"


class DatasetsModel(QAbstractTableModel):
    """A row a version, newest first. Dataset and title can be edited: both give it another title.

    Signals:
        titled: (id, title): the artist calls a version so; it is shown when it is written.
    """

    titled = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._versions: list[Version] = []

    @property
    def versions(self) -> Sequence[Version]:
        """All versions, in the order shown."""
        return self._versions

    def show(self, versions: Sequence[Version]) -> None:
        """Show these versions; with the same rows as before, only what changed is said."""
        if [one.id for one in versions] != [one.id for one in self._versions]:
            self.beginResetModel()
            self._versions = list(versions)
            self.endResetModel()
            return
        before, self._versions = self._versions, list(versions)
        for row, (old, new) in enumerate(zip(before, self._versions, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    def row_of(self, version_id: str) -> int:
        """The row of a version, -1 for none."""
        return next((row for row, one in enumerate(self._versions) if one.id == version_id), -1)

    def version_at(self, index: AnyIndex) -> Version | None:
        """The version at an index, None for an invalid one."""
        return self._versions[index.row()] if index.isValid() and index.row() < len(self._versions) else None

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Number of versions."""
        return 0 if parent is not None and parent.isValid() else len(self._versions)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        """Number of columns."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The names of the columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts and figures; the `Version` itself under `VERSION_ROLE`."""
        version = self.version_at(index)
        if version is None:
            return None
        if role == VERSION_ROLE:
            return version
        if role == Qt.ItemDataRole.EditRole:
            return version.title
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(version, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            words = (version.id, version.title, version.made_text, version.problem or version.difference)
            hint = "Double-click to give it another title" if index.column() in _NAMES else ""
            return "\n".join(filter(None, (*words, hint)))
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Names can be edited."""
        flags = super().flags(index)
        can_edit = index.isValid() and index.column() in _NAMES
        return flags | Qt.ItemFlag.ItemIsEditable if can_edit else flags

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tell another title."""
        version = self.version_at(index)
        if version is None or role != Qt.ItemDataRole.EditRole or index.column() not in _NAMES:
            return False
        if (title := str(value).strip()) != version.title:
            self.titled.emit(version.id, title)
        return True


def _text(version: Version, column: int) -> str:
    made_of = (f"{version.drawings:,}", f"{version.points:,}") if not version.problem else ("", "")
    difference = version.problem or version.difference
    runs = f"{len(version.runs)}" if version.runs else ""
    day = version.made_text.partition(" ")[0]
    return (version.id, version.title, *made_of, day, difference, runs)[column]


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
