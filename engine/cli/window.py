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


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("studio")(studio)


def studio(
    project: Annotated[Path | None, typer.Argument(metavar="[PROJECT]", help="A project to open.")] = None,
) -> None:
    """Open the window."""
    if not has_display():
        raise UserError(
            "There is no display to open a window on.", "Every step is a command: `singleline --help`."
        )
    if project is not None:
        Project.open(project, write=False).close()
    raise typer.Exit(open_window(project))


def open_window(project: Path | None) -> int:
    """Run the window until it is closed; returns its exit code."""
    arguments = [] if project is None else [str(project)]
    return subprocess.run([sys.executable, "-m", "studio", *arguments], check=False).returncode


def has_display() -> bool:
    """Whether a window can be shown here."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
