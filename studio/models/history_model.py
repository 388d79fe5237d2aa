"""The history as a list model: gestures, newest first, and the line where the project stands now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from studio.models.items import AnyIndex

ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One gesture.

    Attributes:
        number: Its entry in the log; later ones are greater.
        time: When, ISO 8601; without a zone it is local time.
        text: What was done: `Accepted 12 pages by lasso`.
        taken_back: Whether it was undone since.
        level: `pages`, `drawings`, or empty.
    """

    number: int
    time: str
    text: str
    taken_back: bool = False
    level: str = ""


class HistoryModel(QAbstractListModel):
    """Gestures from the newest to the oldest; the line `now` stands above the newest that is in force."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[HistoryRow] = []
        self._words: list[str] = []
        self._shown: list[HistoryRow | None] = []
        self._filter: tuple[str, ...] = ()
        self._now = 0

    @property
    def now(self) -> int:
        """Number of the newest gesture in force, 0 when there is none."""
        return self._now

    @property
    def has_rows(self) -> bool:
        """Whether any gesture is shown."""
        return any(row is not None for row in self._shown[:2])

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Gestures shown, and the line."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The sentence, the tip, or the `HistoryRow` under `ROW_ROLE`, which the line has none of."""
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        row = self._shown[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text if row is not None else "now"
        if row is None:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            moment = _moment(row.time)
            return f"{moment:%d %b %Y  %H:%M:%S}\n{_sentence(row)}" if moment is not None else _sentence(row)
        return _sentence(row) if role == Qt.ItemDataRole.AccessibleTextRole else None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """The line cannot be chosen."""
        chosen = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        is_row = index.isValid() and self._shown[index.row()] is not None
        return chosen | Qt.ItemFlag.ItemNeverHasChildren if is_row else Qt.ItemFlag.NoItemFlags

    def index_of(self, number: int) -> QModelIndex:
        """The index of an entry, invalid when it is not shown."""
        for at, row in enumerate(self._shown):
            if row is not None and row.number == number:
                return self.index(at)
        return QModelIndex()

    def show(self, rows: Sequence[HistoryRow]) -> None:
        """Show these gestures, in whatever order they come."""
        self._rows = sorted(rows, key=_number, reverse=True)
        self._words = [f"{row.text} {row.level} {row.time[:10]}".casefold() for row in self._rows]
        self._now = next((row.number for row in self._rows if not row.taken_back), 0)
        self._reset()

    def set_filter(self, text: str) -> None:
        """Show only gestures in which all these words appear: of the sentence, the level, the day."""
        words = tuple(text.casefold().split())
        if words != self._filter:
            self._filter = words
            self._reset()

    def _reset(self) -> None:
        self.beginResetModel()
        found: list[HistoryRow | None] = [
            row
            for row, text in zip(self._rows, self._words, strict=True)
            if all(word in text for word in self._filter)
        ]
        if self._rows:
            ahead = sum(row is not None and row.number > self._now for row in found)
            found.insert(ahead, None)
        self._shown = found
        self.endResetModel()


def time_text(time: str, today: date) -> str:
    """`14:03` for today, else the day; the year only where it is another one; empty for no time."""
    moment = _moment(time)
    if moment is None:
        return ""
    if moment.date() == today:
        return f"{moment:%H:%M}"
    return f"{moment.day} {moment:%b}" if moment.year == today.year else f"{moment.day} {moment:%b %Y}"


def _moment(time: str) -> datetime | None:
    """In the artist's own zone; records of old logs may lack their time."""
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return None
    return moment.astimezone() if moment.tzinfo is not None else moment


def _sentence(row: HistoryRow) -> str:
    return f"{row.text} (taken back)" if row.taken_back else row.text


def _number(row: HistoryRow) -> int:
    return row.number
