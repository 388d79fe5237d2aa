"""`studio`: open the window. A process of its own, so that the engine never knows Qt."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import UserError
from engine.project.project import Project

_UNSEEN_PLATFORMS = frozenset({"offscreen", "minimal", "vnc"})
_DEBIAN_PACKAGES = "libegl1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("studio")(studio)


def studio(
    project: Annotated[Path | None, typer.Argument(metavar="[PROJECT]", help="A project to open.")] = None,
) -> None:
    """Open the window."""
    if not has_display() and not os.environ.get("QT_QPA_PLATFORM"):
        raise UserError(
            "There is no display to open a window on.", "Every step is a command: `singleline --help`."
        )
    if project is not None:
        Project.open(project, write=False).close()
    raise typer.Exit(open_window(project))


def open_window(project: Path | None) -> int:
    """Run the window until it is closed; returns its exit code.

    Raises:
        UserError: if Qt could not start, which it says by aborting.
    """
    arguments = [] if project is None else [str(project)]
    code = subprocess.run([sys.executable, "-m", "studio", *arguments], check=False).returncode
    if code < 0:
        raise UserError(
            "The window could not be opened here; Qt says above what it lacks.",
            f"On Debian: apt install {_DEBIAN_PACKAGES}",
        )
    return code


def has_display() -> bool:
    """Whether there is a screen a window would be seen on."""
    if os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in _UNSEEN_PLATFORMS:
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
