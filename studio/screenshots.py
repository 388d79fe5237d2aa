"""Pictures of every pane, without a screen: for the README, for `demo --screenshots`, for our eyes.

Run as a program of its own (`python -m studio.screenshots PROJECT FOLDER [light|dark]`): Qt allows one
application a process, and the platform must be chosen before it is made.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import UserError
from engine.strokes.types import Drawing

if TYPE_CHECKING:
    from studio.panes.canvas import CanvasPane
    from studio.window import Window

SIZE_PX = (1440, 900)
_PATIENCE_S = 20.0
_BEGUN_SHARE = 0.6
_QUIET_ROUNDS = 12
"""So many empty rounds of the event loop in a row mean that nothing more is on its way."""


def grab_panes(project: Path, folder: Path, theme_name: str = "light") -> list[Path]:
    """Open the window on a project, visit every pane, and save a picture of each.

    Args:
        project: The project folder.
        folder: Where `NN-pane.png` are written; made when missing.
        theme_name: `light` or `dark`.

    Returns:
        The files, in the order of the rail; `00-start.png` first.

    Raises:
        UserError: if the project cannot be opened.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from studio import theme
    from studio.app import make_application
    from studio.settings import Settings
    from studio.window import Window

    folder.mkdir(parents=True, exist_ok=True)
    application = make_application()
    theme.apply(application, theme.named(theme_name))
    settings = Settings(folder / ".settings.ini")
    settings.remember(project)
    window = Window(settings)
    window.resize(*SIZE_PX)
    window.show()
    try:
        return _visit(window, project, folder)
    finally:
        window.close()
        (folder / ".settings.ini").unlink(missing_ok=True)


def _visit(window: Window, project: Path, folder: Path) -> list[Path]:
    from studio.panes.canvas import CanvasPane

    files = [_save(window, folder / "00-start.png")]
    if not window.open_project(project):
        raise UserError(
            f"The window cannot open {project}.", "See the message above it; close other windows."
        )
    settle(window)
    _select_something(window)
    for number, pane in enumerate(window.workspace.panes, start=1):
        window.workspace.show_pane(number - 1)
        settle(window)
        has_begun = isinstance(pane, CanvasPane) and _begin_a_line(window, pane)
        files.append(_save(window, folder / f"{number:02d}-{pane.TITLE.lower()}.png"))
        if has_begun and window.session is not None:
            window.session.undo.undo()
            settle(window)
    return files


def _select_something(window: Window) -> None:
    """A few pages of one cluster, so that inspector and filmstrip have something to show."""
    session = window.session
    items = session.library.shelf("pages").items if session is not None else ()
    if session is not None and items:
        cluster = items[len(items) // 2].cluster
        chosen = [item.id for item in items if item.cluster == cluster][:8]
        session.selection.set(chosen, chosen[0])


def _begin_a_line(window: Window, pane: CanvasPane) -> bool:
    """On a blank canvas, a part of one of the artist's drawings: something for the machine to go on with.

    Returns:
        Whether there is a step to undo.
    """
    from studio.models.samples import Sample
    from studio.training.run_loading import ReadSketchbook, usable_drawings

    session = window.session
    ids = usable_drawings(session.library) if session is not None else []
    if session is None or not ids or not pane.line.is_blank:
        return False
    for whole in ReadSketchbook(session.project, (ids[len(ids) // 2],))():
        line = max(whole.drawing.strokes, key=len)
        session.continue_drawing(
            Sample(whole.name, Drawing((line[: round(_BEGUN_SHARE * len(line))],)), "hand")
        )
    settle(window)
    return not pane.line.is_blank


def settle(window: Window, patience_s: float = _PATIENCE_S) -> bool:
    """Let the window load and draw until nothing more is on its way.

    Returns:
        Whether it came to rest in time.
    """
    from PySide6.QtCore import QCoreApplication, QEvent

    quiet, end = 0, time.monotonic() + patience_s
    while quiet < _QUIET_ROUNDS and time.monotonic() < end:
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        quiet = quiet + 1 if window.workspace.is_settled() else 0
        time.sleep(0.02)
    return quiet >= _QUIET_ROUNDS


def _save(window: Window, file: Path) -> Path:
    settle(window)
    if not window.grab().save(str(file)):
        raise UserError(f"Cannot write {file}.", "Choose a folder that can be written.")
    return file


def main(arguments: Sequence[str]) -> int:
    """`PROJECT FOLDER [light|dark]`."""
    if len(arguments) not in (2, 3):
        print("usage: python -m studio.screenshots PROJECT FOLDER [light|dark]", file=sys.stderr)
        return 2
    try:
        for file in grab_panes(Path(arguments[0]), Path(arguments[1]), *arguments[2:]):
            print(file)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
