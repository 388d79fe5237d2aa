"""How long a run will take: a child process tries ten steps and says."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from studio.answering import AnsweringProcess
from studio.widgets.job_strip import duration

_SILENT_END = "The time cannot be estimated."
_BREATH_MS = 700
"""Settings are changed one after the other: the steps are tried when the artist is done."""
_IDLE_MS = 60_000
"""A child that holds the learning library in memory goes when nobody has asked for so long."""

_WITHOUT_COST = frozenset(
    {"minutes", "steps", "seed", "learning_rate", "final_learning_rate", "warmup_steps", "patience"}
)
"""Settings that do not change what a step costs."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What ten steps cost.

    Attributes:
        step_s: Seconds a step.
        memory_mb: Memory in use; None where the device does not tell.
        parameters: Numbers in the model.
        device: Where it would be computed.
        steps_per_epoch: Steps in which every drawing is seen once.
    """

    step_s: float
    memory_mb: float | None
    parameters: int
    device: str
    steps_per_epoch: int

    def text(self, *, minutes: float, steps: int, drawings: int) -> str:
        """What it comes to: time for steps, or steps in a time; passes over the drawings; memory."""
        count = steps or max(round(60 * minutes / self.step_s), 1)
        passes = count / max(self.steps_per_epoch, 1)
        pace = f"{_step_text(self.step_s)}, {duration(count * self.step_s)} for {_about(count)} steps"
        seen = f"{passes:,.0f} passes" if passes >= 2 else f"{passes:.1f} of a pass"
        memory = f", about {_about(round(self.memory_mb))} MB" if self.memory_mb else ""
        size = f"{_size_text(self.parameters)}{memory} on {self.device}"
        return f"{pace}\n{seen} over {drawings:,} drawings\n{size}"


def _step_text(seconds: float) -> str:
    return f"{seconds:.2g} s a step" if seconds >= 0.1 else f"{1 / seconds:.0f} steps a second"


def _about(count: int) -> str:
    """Two figures say enough of a guess."""
    digits = max(len(str(count)) - 2, 0)
    return f"{round(count, -digits):,}"


def _size_text(count: int) -> str:
    return f"{count / 1e6:.1f} M parameters" if count >= 1e6 else f"{count:,} parameters"


class Estimates(AnsweringProcess):
    """One child: `python -m engine.jobs estimates PROJECT`. What was answered once is remembered.

    Signals:
        estimated: An `Estimate` for what was wanted last.
    """

    estimated = Signal(object)

    def __init__(self, project: Path, parent: QObject | None = None) -> None:
        super().__init__(_SILENT_END, parent)
        self._project = project
        self._wanted: tuple[str, dict[str, Any]] | None = None
        self._asked = ""
        self._known: dict[str, Estimate] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_BREATH_MS)
        self._soon.timeout.connect(self._on_soon_timeout)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(_IDLE_MS)
        self._idle.timeout.connect(self.rest)

    @property
    def is_pending(self) -> bool:
        """Whether an estimate is on its way."""
        return self._soon.isActive() or self.is_busy

    def known(self, dataset: str, settings: dict[str, Any]) -> Estimate | None:
        """What was answered before; None where nobody asked."""
        return self._known.get(_key(dataset, settings))

    def want(self, dataset: str, settings: dict[str, Any]) -> Estimate | None:
        """Ask for an estimate, in a moment. One that is known already is returned, and nothing asked."""
        if known := self.known(dataset, settings):
            self.forget()
            return known
        if not (self.is_busy and _key(dataset, settings) == self._asked):
            self.forget()
            self._wanted = dataset, settings
            self._soon.start()
        return None

    def forget(self) -> None:
        """Let go of what was wanted."""
        super().forget()
        self._soon.stop()
        self._wanted = None

    def rest(self) -> None:
        """End the child: a run needs the memory, or nobody looks. The next wish starts another."""
        self.forget()
        self._idle.stop()
        self.close()

    def ask(self, dataset: str, settings: dict[str, Any], command: list[str] | None = None) -> None:
        """Ask now; starts the child if there is none (any more)."""
        if not self.is_alive:
            self.launch(command or [sys.executable, "-m", "engine.jobs", "estimates", str(self._project)])
        self._asked = _key(dataset, settings)
        self.request(dataset=dataset, settings=settings)
        self._idle.start()

    def hear(self, event: dict[str, Any]) -> None:
        """Remember the answer and hand it on."""
        if event.get("event") != "estimate":
            return
        self.finish()
        memory = event.get("memory_mb")
        estimate = Estimate(
            max(float(event["step_s"]), 1e-6),
            float(memory) if memory else None,
            int(event["parameters"]),
            str(event.get("device_name") or event.get("device", "")),
            int(event["steps_per_epoch"]),
        )
        self._known[self._asked] = estimate
        self.estimated.emit(estimate)

    def _on_soon_timeout(self) -> None:
        if self._wanted is not None:
            self.ask(*self._wanted)


def _key(dataset: str, settings: dict[str, Any]) -> str:
    costly = {key: value for key, value in settings.items() if key not in _WITHOUT_COST}
    return json.dumps([dataset, costly], sort_keys=True)
