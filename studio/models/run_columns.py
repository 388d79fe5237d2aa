"""The columns of the table of runs: what each shows, and what it sorts by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.jobs.folder import State
from studio.models.runs import Run, duration_text

DASH = "\N{EN DASH}"
"""What an older run does not tell."""
STATES: dict[State, str] = {
    "queued": "not begun",
    "running": "training",
    "paused": "paused",
    "stopped": "stopped",
    "done": "finished",
    "failed": "failed",
}
Value = str | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        key: What the artist's choice of columns is kept by.
        title: Its head.
        tip: What it means.
        value: What it sorts by; None stands last.
        text: From the value to what is shown; for words the value itself.
        is_usual: Whether it is shown unless the artist says otherwise.
        is_choice: Whether it is chosen before a run: where compared runs differ in it, that is shown.
    """

    key: str
    title: str
    tip: str
    value: Callable[[Run], Value]
    text: Callable[[float], str] | None = None
    is_usual: bool = True
    is_choice: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it stands at the right."""
        return self.text is not None

    def show(self, run: Run) -> str:
        """What the table says."""
        value = self.value(run)
        if value is None or value == "":
            return DASH if self.is_number else ""
        return self.text(float(value)) if self.text is not None else str(value)


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _nats(value: float) -> str:
    return f"{value:.3f}"


def _figure(name: str) -> Callable[[Run], Value]:
    return lambda run: _number(run.figures.get(name))


def _fact(name: str) -> Callable[[Run], Value]:
    return lambda run: _number(run.facts.get(name))


def _quality(name: str) -> Callable[[Run], Value]:
    return lambda run: _number(run.evaluation.get(name))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _name(run: Run) -> str:
    return f"{run.id}  {run.title}".rstrip()


def _start(run: Run) -> str:
    start = str(run.settings.get("start_from") or "")
    return {"": "fresh", "base": "base model"}.get(start, start)


def _device(run: Run) -> str:
    return str(run.facts.get("device_name") or run.facts.get("device") or "")


COLUMNS: tuple[Column, ...] = (
    Column("run", "Run", "A tick shows its curves; double-click to give it a name", _name),
    Column("state", "State", "How it stands", lambda run: STATES[run.state]),
    Column(
        "held_out", "Held out", "Nats a point on drawings it never saw, the best so far; lower is better",
        lambda run: run.best_valid, _nats,
    ),
    Column(
        "gain", "Gain", "Nats a point better than knowing only how often each move occurs; higher is better",
        _figure("information_gain"), _nats,
    ),
    Column("model", "Model", "Family and size", lambda run: run.model, is_choice=True),
    Column(
        "dataset", "Dataset", "What it learns from", lambda run: run.dataset, is_usual=False, is_choice=True
    ),
    Column("start", "Start", "Where its weights came from", _start, is_usual=False, is_choice=True),
    Column("drawings", "Drawings", "How many it learns from", _fact("drawings"), _whole, False, True),
    Column("parameters", "Parameters", "Numbers in the model", _fact("parameters"), _whole, False, True),
    Column("steps", "Steps", "Steps so far", lambda run: float(run.step) or None, _whole),
    Column("time", "Time", "Training time so far", lambda run: run.elapsed_s or None, duration_text),
    Column("xy", "Moves", "Nats a point for where the pen goes, held out", _figure("valid_xy"), _nats, False),
    Column("pen", "Lifts", "Nats a point for when the pen lifts, held out", _figure("valid_pen"), _nats,
           False),
    Column("pace", "Steps/s", "How fast it goes", _figure("steps_per_s"), lambda v: f"{v:.1f}", False),
    Column("memory", "Memory", "MB in use", _figure("memory_mb"), lambda v: f"{v:,.0f} MB", False),
    Column("device", "Device", "Where it is computed", _device, is_usual=False),
    Column("kid", "KID", "Distance of its drawings' look from real ones; lower is better",
           _quality("kid"), lambda v: f"{v:.4f}", False),
    Column("density", "Density", "How deep its drawings lie among real ones; 1 is as real ones do",
           _quality("density"), lambda v: f"{v:.2f}", False),
    Column("coverage", "Coverage", "Share of real drawings that have one of its own near; higher is better",
           _quality("coverage"), lambda v: f"{v:.2f}", False),
    Column("ended", "Ends", "Share of its drawings that it brought to an end; higher is better",
           _quality("ended"), lambda v: f"{100 * v:.0f} %", False),
    Column("memorised", "By heart", "Share of its drawings that are nearly one it learnt from; low is good",
           _quality("memorised"), lambda v: f"{100 * v:.0f} %", False),
)  # fmt: skip
"""All columns, in the order of the table."""


def column_number(key: str) -> int:
    """Where a column stands."""
    return next(number for number, column in enumerate(COLUMNS) if column.key == key)


def ordinal(place: int) -> str:
    """`1st`, `2nd`, `3rd`, `4th`."""
    teens = 11 <= place % 100 <= 13
    return f"{place}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(place % 10, 'th')}"
