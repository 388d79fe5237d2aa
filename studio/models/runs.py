"""Training runs as their folders tell of them, whoever started them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError
from engine.jobs.folder import LIVE, State, is_running, read_spec, read_status
from engine.jobs.runs import read_notes

_WATCHED = ("events.jsonl", "status.json", "spec.json", "notes.json", "evaluation.json")
_CHECKPOINTS = ("best.safetensors", "last.safetensors")


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A curve as it stands; another object when it has grown.

    Attributes:
        steps: `(n,)` steps, rising.
        seconds: `(n,)` training time at each.
        nats: `(n,)` loss, nats a point.
    """

    steps: NDArray[np.int64]
    seconds: NDArray[np.float64]
    nats: NDArray[np.float64]

    @staticmethod
    def of(rows: list[tuple[int, float, float]]) -> Series:
        """From `(step, seconds, nats)`."""
        columns = np.array(rows, dtype=np.float64).reshape(-1, 3)
        return Series(columns[:, 0].astype(np.int64), columns[:, 1], columns[:, 2])

    def __len__(self) -> int:
        return len(self.steps)


NO_CURVE = Series.of([])


@dataclass(frozen=True, slots=True)
class Run:
    """One training run at the time it was read. What an older run does not tell is None or empty.

    Attributes:
        id: The folder's name.
        folder: The run's folder.
        created: Unix time at which it was asked for.
        state: As in `engine.jobs.folder`.
        dataset: `NAME/vNNN`.
        settings: What the spec says.
        title: The artist's name for it.
        note: The artist's words about it.
        message: The last word of the job.
        error: What went wrong, when it failed.
        hint: What to do about it.
        cause: `memory` where that ran out; else empty.
        facts: Its newest `run_started` event: model, parameters, device and so on.
        figures: What its `metrics` events said last, figure by figure.
        train: Loss on the training drawings.
        valid: Loss on held-out drawings.
        samples: `(step, file)` of the drawings made on the way.
        has_checkpoint: Whether it can draw.
        best_step: The step of the checkpoint it draws with; 0 before there is one.
        evaluation: What was measured of it afterwards, see `engine.jobs.evaluation`; empty where nothing was.
    """

    id: str
    folder: Path
    created: float = 0.0
    state: State = "queued"
    dataset: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    note: str = ""
    message: str = ""
    error: str = ""
    hint: str = ""
    cause: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    train: Series = NO_CURVE
    valid: Series = NO_CURVE
    samples: tuple[tuple[int, Path], ...] = ()
    has_checkpoint: bool = False
    best_step: int = 0
    evaluation: dict[str, Any] = field(default_factory=dict)

    @property
    def is_live(self) -> bool:
        """Whether a process works on it."""
        return self.state in LIVE

    @property
    def step(self) -> int:
        """Steps so far."""
        return int(self.figures.get("step", 0))

    @property
    def elapsed_s(self) -> float:
        """Training time so far."""
        return float(self.figures.get("elapsed_s", 0.0))

    @property
    def best_valid(self) -> float | None:
        """The lowest held-out loss, nats a point; None before the first."""
        return float(self.valid.nats.min()) if len(self.valid) else None

    @property
    def model(self) -> str:
        """What was asked for, `family/preset`; the family alone for a run that started from another."""
        asked = str(self.settings.get("model", ""))
        return str(self.facts.get("model") or asked) if self.settings.get("start_from") else asked

    @property
    def points_per_step(self) -> float | None:
        """Points seen at each step, on average; None while the run has not said enough."""
        points_per_s, steps_per_s = self.figures.get("points_per_s"), self.figures.get("steps_per_s")
        return float(points_per_s) / float(steps_per_s) if points_per_s and steps_per_s else None

    @property
    def is_out_of_memory(self) -> bool:
        """Whether it failed because it did not fit into memory."""
        return self.state == "failed" and self.cause == "memory"

    @property
    def micro_batch(self) -> int:
        """How many drawings went through the network together; 0 before that is known."""
        return int(self.facts.get("micro_batch") or 0)


class RunsReader:
    """Reads run folders again and again, each event once. For one thread at a time."""

    def __init__(self, runs_folder: Path) -> None:
        self._folder = runs_folder
        self._logs: dict[str, _Log] = {}

    def read(self) -> list[Run]:
        """All runs, newest first; one that did not change is the same object as before."""
        if not self._folder.is_dir():
            return []
        folders = [path for path in self._folder.iterdir() if (path / "spec.json").is_file()]
        runs = [self._logs.setdefault(path.name, _Log(path)).read() for path in folders]
        return sorted(runs, key=_newest_first)


def _newest_first(run: Run) -> tuple[float, str]:
    return (-run.created, run.id)


class _Log:
    """What is known of one run so far."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._run: Run | None = None
        self._stamp: list[tuple[int, int, int] | None] = []
        self._offset = 0
        self._tail = b""
        self._facts: dict[str, Any] = {}
        self._figures: dict[str, Any] = {}
        self._train: list[tuple[int, float, float]] = []
        self._valid: list[tuple[int, float, float]] = []
        self._curves = (NO_CURVE, NO_CURVE)
        self._samples: tuple[tuple[int, Path], ...] = ()
        self._best_step = 0

    def read(self) -> Run:
        """The run as it stands now."""
        stamp = [_stamp(self._folder / name) for name in _WATCHED]
        run = self._run
        if run is None or stamp != self._stamp or (run.is_live and not is_running(self._folder)):
            self._stamp = stamp
            run = self._run = self._read()
        return run

    def _read(self) -> Run:
        if lines := self._new_lines():
            for line in lines:
                self._hear(line)
            self._curves = (Series.of(self._train), Series.of(self._valid))
        try:
            spec = read_spec(self._folder)
        except UserError as error:
            return Run(self._folder.name, self._folder, state="failed", error=error.message, hint=error.hint)
        status, notes = read_status(self._folder), read_notes(self._folder)
        settings, checkpoints = spec.get("settings"), self._folder / "checkpoints"
        return Run(
            self._folder.name,
            self._folder,
            float(spec.get("created", 0.0)),
            status.state,
            str(spec.get("dataset", "")),
            settings if isinstance(settings, dict) else {},
            notes.title,
            notes.text,
            status.message,
            status.error,
            status.hint,
            status.cause,
            self._facts,
            dict(self._figures),
            *self._curves,
            self._samples,
            any((checkpoints / name).is_file() for name in _CHECKPOINTS),
            self._best_step,
            _evaluation(self._folder),
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
        match event.get("event"):
            case "run_started":
                self._facts = event
            case "metrics":
                self._take_metrics(event)
            case "checkpoint_saved" if str(event.get("file", "")).endswith(_CHECKPOINTS[0]):
                self._best_step = int(event.get("step", 0))
            case "samples_drawn" if "file" in event:
                drawn = (int(event.get("step", 0)), self._folder / str(event["file"]))
                self._samples = (*self._samples, drawn)

    def _take_metrics(self, event: dict[str, Any]) -> None:
        step = int(event.get("step", 0))
        if step < self._figures.get("step", 0):  # resumed from an earlier checkpoint: what came after is void
            self._train = [row for row in self._train if row[0] < step]
            self._valid = [row for row in self._valid if row[0] < step]
            self._samples = tuple(one for one in self._samples if one[0] <= step)
        self._figures.update({name: value for name, value in event.items() if value is not None})
        seconds = float(self._figures.get("elapsed_s", 0.0))
        if event.get("train_nll") is not None:
            self._train.append((step, seconds, float(event["train_nll"])))
        if event.get("valid_nll") is not None:
            self._valid.append((step, seconds, float(event["valid_nll"])))


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Other than before when the file is: it grew, or was replaced."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _evaluation(folder: Path) -> dict[str, Any]:
    if not (folder / "evaluation.json").is_file():
        return {}
    from engine.jobs.evaluation import read_evaluation

    return read_evaluation(folder) or {}


def duration_text(seconds: float) -> str:
    """`48 s`, `12:05`, `3:07:40`."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
