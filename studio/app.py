"""The window's program: `singleline studio [PROJECT]` and `singleline-studio` end here.

Importing this module brings in Qt and numpy, never torch: models live in child processes.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from studio import icons, theme
from studio.garbage import GarbageCollection
from studio.settings import Settings
from studio.window import Window

_SIGNALS_MS = 300
_SWITCH_S = 0.001
"""How long a thread that reads may keep the window waiting for the interpreter, each time: 5 ms by default,
and a list that paints twenty rows asks for it a hundred times."""


def make_application(arguments: Sequence[str] = ()) -> QApplication:
    """The process's QApplication, dressed; made on the first call."""
    sys.setswitchinterval(_SWITCH_S)
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(["singleline", *arguments])
    application.setApplicationName("single-line-studio")
    application.setApplicationDisplayName("Single-Line Studio")
    application.setDesktopFileName("single-line-studio")
    application.setWindowIcon(icons.icon("mark"))
    if application.findChild(GarbageCollection) is None:
        GarbageCollection(application)
    return application


def run(project: Path | None = None) -> int:
    """Show the window until it is closed.

    Args:
        project: The project to open; the start page without one.

    Returns:
        The exit code.
    """
    application = make_application()
    settings = Settings()
    theme.apply(application, theme.named(settings.theme))
    window = Window(settings)
    window.show()
    if project is not None:
        window.open_project(project)
    heartbeat = _let_python_hear_signals(window)
    code = application.exec()
    heartbeat.stop()
    return code


def _let_python_hear_signals(window: Window) -> QTimer:
    """Ctrl+C closes the window properly: Python sees signals only between its own instructions."""

    def close(_number: int, _frame: object) -> None:
        window.close()

    signal.signal(signal.SIGINT, close)
    signal.signal(signal.SIGTERM, close)
    timer = QTimer()
    timer.timeout.connect(_nothing)
    timer.start(_SIGNALS_MS)
    return timer


def _nothing() -> None:
    """Give Python a moment."""


def main() -> None:
    """Entry point of the `singleline-studio` command."""
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    sys.exit(run(Path(arguments[0]) if arguments else None))
