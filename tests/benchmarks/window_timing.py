"""What the figures of the window are measured with."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


_SCHEDSTAT = Path("/proc/thread-self/schedstat")


@dataclass(frozen=True, slots=True)
class Time:
    """How long something took, in milliseconds.

    Attributes:
        ms: By the clock on the wall.
        own_ms: Without the time in which the window's thread was ready but others had the processor, as Linux
            keeps it; the same as `ms` elsewhere. What our own threads cost stays in.
    """

    ms: float
    own_ms: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        name: What was measured.
        times: The repeats.
        aim_ms: What they should stay under; None for a figure that is only printed.
    """

    name: str
    times: Sequence[Time]
    aim_ms: float | None = None

    def verdict(self) -> str:
        """Whether the worst repeat is under the aim, and if not, whether the machine was to blame."""
        if self.aim_ms is None or max(one.ms for one in self.times) < self.aim_ms:
            return "" if self.aim_ms is None else "ok"
        own = max(one.own_ms for one in self.times)
        return "ok on a machine of its own" if own < self.aim_ms else "SHORT"


class Stopwatch:
    """Runs from the moment it is made."""

    def __init__(self) -> None:
        self._begun, self._waited = time.perf_counter(), _waited_ms()

    def read(self) -> Time:
        """The time since then."""
        ms = 1000 * (time.perf_counter() - self._begun)
        return Time(ms, max(0.0, ms - (_waited_ms() - self._waited)))


def _waited_ms() -> float:
    """How long this thread was ready to run and did not, since it began."""
    return int(_SCHEDSTAT.read_text().split()[1]) / 1e6 if _SCHEDSTAT.exists() else 0.0


def print_figures(title: str, figures: Iterator[Figure]) -> None:
    """Print a table as it is measured."""
    print(f"\n{title}\n  {'':58}{'median':>9}{'worst':>9}{'(own)':>9}{'aim':>7}")
    for one in figures:
        median, worst = float(np.median([t.ms for t in one.times])), max(t.ms for t in one.times)
        own = max(t.own_ms for t in one.times)
        aim = "" if one.aim_ms is None else f"{one.aim_ms:g}"
        print(f"  {one.name:58}{median:9.1f}{worst:9.1f}{own:9.1f}{aim:>7}  {one.verdict()}", flush=True)


def clock(work: Callable[[], object]) -> Time:
    """How long a call takes."""
    watch = Stopwatch()
    work()
    return watch.read()


class _PaintCount(QObject):
    """Counts a widget's paint events."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Look on."""
        self.count += event.type() == QEvent.Type.Paint
        return False


def asked_and_painted(widget: QWidget, work: Callable[[], object]) -> tuple[Time, Time]:
    """The time until a call is back, and until what it changed is painted by itself."""
    QApplication.processEvents()
    paints = _PaintCount(widget)
    watch = Stopwatch()
    work()
    asked = watch.read()
    QApplication.processEvents()
    painted = watch.read()
    widget.removeEventFilter(paints)
    if not paints.count:
        raise AssertionError("nothing was painted: the figure would be a lie")
    return asked, painted


def send_mouse(
    port: QWidget, kind: QEvent.Type, x: float, y: float, modifier: Qt.KeyboardModifier = NONE
) -> None:
    """A mouse event as the desktop sends it; MouseMove drags with the left button, HoverMove holds none."""
    place = QPointF(x, y)
    is_up = kind in (QEvent.Type.MouseButtonRelease, QEvent.Type.HoverMove)
    button = Qt.MouseButton.NoButton if kind in (QEvent.Type.MouseMove, QEvent.Type.HoverMove) else LEFT
    held = Qt.MouseButton.NoButton if is_up else LEFT
    actual = QEvent.Type.MouseMove if kind == QEvent.Type.HoverMove else kind
    event = QMouseEvent(actual, place, port.mapToGlobal(place), button, held, modifier)
    QApplication.sendEvent(port, event)


def dispose(widget: QWidget) -> None:
    """Close a widget and let it go."""
    widget.close()
    widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


class Pulse(QObject):
    """Beats each time the event loop has nothing else to do: its longest pause is the longest stall."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._watch = Stopwatch()
        self._gaps: list[Time] = []

    def start(self) -> None:
        """Beat from now on."""
        self._gaps, self._watch = [], Stopwatch()
        self._timer.start(0)

    def stop(self) -> Time:
        """Stop beating; the longest pause."""
        self._on_timer_timeout()
        self._timer.stop()
        return Time(max(gap.ms for gap in self._gaps), max(gap.own_ms for gap in self._gaps))

    def _on_timer_timeout(self) -> None:
        self._gaps.append(self._watch.read())
        self._watch = Stopwatch()


def run_loop(seconds: float, until: Callable[[], bool] | None = None) -> bool:
    """Let the event loop run for a while, or until something is so."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        QApplication.processEvents()
        if until is not None and until():
            return True
    return until is None
