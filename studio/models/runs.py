"""Training runs as their folders tell of them, whoever started them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPixmap

from engine.errors import UserError
from engine.jobs.folder import State, read_spec, read_status
from studio import theme
from studio.models.items import AnyIndex

RUN_ROLE = int(Qt.ItemDataRole.UserRole) + 1
COLUMNS = ("Run", "State", "Steps", "Held out", "Time")
_NUMBERS = range(2, 5)
_STATES: dict[State, str] = {
    "queued": "waiting",
    "running": "training",
    "stopped": "stopped",
    "done": "finished",
    "failed": "failed",
}


@dataclass(frozen=True, slots=True)
class Run:
    """One training run at the time it was read.

    Attributes:
        id: The folder's name.
        folder: The run's folder.
        state: As in `engine.jobs.folder`.
        dataset: `NAME/vNNN`.
        settings: What the spec says.
        message: The last word of the job.
        error: What went wrong, when it failed.
        hint: What to do about it.
        step: Steps so far.
        elapsed_s: Training time so far.
        steps_per_s: The pace.
        train: `(step, nats a point)` on the training drawings.
        valid: `(step, nats a point)` on held-out drawings.
        samples: `(step, file)` of the drawings made on the way.
        has_checkpoint: Whether it can draw.
    """

    id: str
    folder: Path
    state: State = "queued"
    dataset: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    message: str = ""
    error: str = ""
    hint: str = ""
    step: int = 0
    elapsed_s: float = 0.0
    steps_per_s: float = 0.0
    train: tuple[tuple[int, float], ...] = ()
    valid: tuple[tuple[int, float], ...] = ()
    samples: tuple[tuple[int, Path], ...] = ()
    has_checkpoint: bool = False

    @property
    def best_valid(self) -> float | None:
        """The lowest held-out loss, nats a point; None before the first."""
        return min((loss for _, loss in self.valid), default=None)


class RunsReader:
    """Reads run folders again and again, each event once. For one thread at a time."""

    def __init__(self, runs_folder: Path) -> None:
        self._folder = runs_folder
        self._logs: dict[str, _Log] = {}

    def read(self) -> list[Run]:
        """All runs, newest first."""
        if not self._folder.is_dir():
            return []
        folders = [path for path in self._folder.iterdir() if (path / "spec.json").is_file()]
        runs = [self._logs.setdefault(path.name, _Log(path)).read() for path in folders]
        return [run for _, run in sorted(runs, key=_newest_first)]


def _newest_first(entry: tuple[float, Run]) -> tuple[float, str]:
    created, run = entry
    return (-created, run.id)


class _Log:
    """What is known of one run so far."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._spec: dict[str, Any] = {}
        self._offset = 0
        self._tail = b""
        self._train: list[tuple[int, float]] = []
        self._valid: list[tuple[int, float]] = []
        self._samples: list[tuple[int, Path]] = []
        self._step = 0
        self._elapsed_s = 0.0
        self._steps_per_s = 0.0

    def read(self) -> tuple[float, Run]:
        """When the run was made, and the run as it stands now."""
        for line in self._new_lines():
            self._hear(line)
        try:
            spec = self._spec = self._spec or read_spec(self._folder)
        except UserError as error:
            return 0.0, Run(self._folder.name, self._folder, "failed", error=error.message, hint=error.hint)
        status = read_status(self._folder)
        settings = spec.get("settings", {})
        checkpoints = self._folder / "checkpoints"
        return float(spec.get("created", 0.0)), Run(
            self._folder.name,
            self._folder,
            status.state,
            str(spec.get("dataset", "")),
            settings if isinstance(settings, dict) else {},
            status.message,
            status.error,
            status.hint,
            self._step,
            self._elapsed_s,
            self._steps_per_s,
            tuple(self._train),
            tuple(self._valid),
            tuple(self._samples),
            any((checkpoints / f"{name}.safetensors").is_file() for name in ("best", "last")),
        )

    def _new_lines(self) -> list[bytes]:
        path = self._folder / "events.jsonl"
        if not path.is_file() or path.stat().st_size <= self._offset:
            return []
        with path.open("rb") as file:
            file.seek(self._offset)
            data = file.read()
        self._offset += len(data)
        *lines, self._tail = (self._tail + data).split(b"\n")
        return lines

    def _hear(self, line: bytes) -> None:
        """Take in one event; a line torn by a crash says nothing."""
        try:
            event = json.loads(line)
        except ValueError:
            return
        if not isinstance(event, dict):
            return
        if event.get("event") == "metrics":
            self._take_metrics(event)
        elif event.get("event") == "samples_drawn" and "file" in event:
            self._samples.append((int(event.get("step", self._step)), self._folder / str(event["file"])))

    def _take_metrics(self, event: dict[str, Any]) -> None:
        step = int(event.get("step", 0))
        if step < self._step:  # resumed from an earlier checkpoint: what came after it is void
            self._train = [point for point in self._train if point[0] < step]
            self._valid = [point for point in self._valid if point[0] < step]
        self._step = step
        self._elapsed_s = float(event.get("elapsed_s") or self._elapsed_s)
        self._steps_per_s = float(event.get("steps_per_s") or 0.0)
        if event.get("train_nll") is not None:
            self._train.append((step, float(event["train_nll"])))
        if event.get("valid_nll") is not None:
            self._valid.append((step, float(event["valid_nll"])))


def duration_text(seconds: float) -> str:
    """`48 s`, `12:05`, `3:07:40`."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


class RunsModel(QAbstractTableModel):
    """One row a run; the box in front says whether its curves are shown.

    Signals:
        shown_changed: Another set of runs is to be plotted.
    """

    shown_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: list[Run] = []
        self._hidden: set[str] = set()
        self._colours: dict[str, int] = {}

    @property
    def runs(self) -> Sequence[Run]:
        """All runs, newest first."""
        return self._runs

    @property
    def shown(self) -> list[Run]:
        """The runs whose curves are shown."""
        return [run for run in self._runs if run.id not in self._hidden]

    def colour(self, run: Run) -> str:
        """The colour of a run: its own for as long as the window stands."""
        # The first colour of the palette is the red of failures.
        tokens, number = theme.tokens(), self._colours.get(run.id, 0) + 1
        colour = theme.category_colour(number, on_paper=not tokens.is_dark)
        return theme.mix(colour, tokens.text, 0.35) if tokens.is_dark else colour

    def show(self, runs: Sequence[Run]) -> None:
        """Show these runs; with the same rows as before, only what changed is said."""
        for run in reversed(runs):
            self._colours.setdefault(run.id, len(self._colours))
        if [run.id for run in runs] != [run.id for run in self._runs]:
            self.beginResetModel()
            self._runs = list(runs)
            self.endResetModel()
            self.shown_changed.emit()
            return
        before, self._runs = self._runs, list(runs)
        for row, (old, new) in enumerate(zip(before, self._runs, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    def row_of(self, run_id: str) -> int:
        """The row of a run, -1 for none."""
        return next((row for row, run in enumerate(self._runs) if run.id == run_id), -1)

    def run_at(self, index: AnyIndex) -> Run | None:
        """The run at an index, None for an invalid one."""
        return self._runs[index.row()] if index.isValid() and index.row() < len(self._runs) else None

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Number of runs."""
        return 0 if parent is not None and parent.isValid() else len(self._runs)

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
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role == Qt.ItemDataRole.ToolTipRole and section == 3:
            return "Nats a point on drawings it never saw, the best so far; lower is better"
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """The first column can be ticked."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.isValid() and index.column() == 0 else flags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts, figures, the run itself under `RUN_ROLE`."""
        run = self.run_at(index)
        if run is None:
            return None
        if role == RUN_ROLE:
            return run
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(run, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            return Qt.CheckState.Unchecked if run.id in self._hidden else Qt.CheckState.Checked
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return _dot(self.colour(run))
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 1:
            return _state_colour(run.state)
        if role == Qt.ItemDataRole.ToolTipRole:
            return " ".join(part for part in (run.dataset, run.error or run.message, run.hint) if part)
        return None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tick or untick a run."""
        run = self.run_at(index)
        if run is None or role != Qt.ItemDataRole.CheckStateRole or index.column() != 0:
            return False
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self._hidden.discard(run.id)
        else:
            self._hidden.add(run.id)
        cell = self.index(index.row(), 0)
        self.dataChanged.emit(cell, cell, [role])
        self.shown_changed.emit()
        return True


@lru_cache(maxsize=64)
def _dot(colour: str) -> QPixmap:
    """The colour of a run's curves."""
    result = QPixmap(24, 24)
    result.setDevicePixelRatio(2.0)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(1, 1, 10, 10)
    painter.end()
    return result


def _text(run: Run, column: int) -> str:
    if column == 0:
        return run.id
    if column == 1:
        return _STATES[run.state]
    if column == 2:
        return f"{run.step:,}" if run.step else ""
    if column == 3:
        return f"{run.best_valid:.3f}" if run.best_valid is not None else ""
    return duration_text(run.elapsed_s) if run.elapsed_s else ""


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _state_colour(state: State) -> QColor | None:
    tokens = theme.tokens()
    colours = {"running": tokens.accent, "done": tokens.accepted, "failed": tokens.rejected}
    return QColor(colours[state]) if state in colours else None
