"""`demo`: the whole path on a sample sketchbook, in a few minutes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.output import Bar, Json, Output
from engine.cli.window import has_display, open_window
from engine.errors import UserError


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("demo")(demo)


def demo(
    out: Annotated[Path, typer.Option(help="Where to put it all.")] = Path("singleline-demo"),
    headless: Annotated[bool, typer.Option("--headless", help="Do not open the window at the end.")] = False,
    screenshots: Annotated[Path | None, typer.Option(help="A folder for a picture of every pane.")] = None,
    as_json: Json = False,
) -> None:
    """Make a sample sketchbook, take it all the way to drawings by the machine, and open it."""
    from engine.jobs.demo import make_demo

    output, begun = Output(as_json), time.monotonic()
    with _Stages(output) as stages:
        made = make_demo(out, stages)
    seconds = time.monotonic() - begun
    if screenshots is not None:
        _take_screenshots(made.project, screenshots)
    facts = {
        "project": str(made.project),
        "sketchbooks": str(made.scans),
        "sheet": str(made.sheet),
        "gif": str(made.gif),
        "screenshots": str(screenshots) if screenshots else None,
        "seconds": round(seconds, 1),
        **made.facts,
    }
    output.result(
        facts,
        f"Done in {seconds:.0f} s.",
        f"  scans          {made.scans}",
        f"  project        {made.project}",
        f"  contact sheet  {made.sheet}",
        f"  animation      {made.gif}",
        *([f"  screenshots    {screenshots}"] if screenshots else []),
        "Strokes {strokes} -> joined {joined} -> spliced {spliced}.".format(**made.facts),
        f"Next: singleline studio {made.project}",
    )
    if has_display() and not headless and not as_json:
        raise typer.Exit(open_window(made.project))


class _Stages:
    """A reporter that gives every stage a bar of its own."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._open = ExitStack()
        self._bar: Bar | None = None
        self._was_stopped = False

    def __enter__(self) -> _Stages:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def progress(self, done: int, total: int, message: str = "") -> None:
        if self._bar:
            self._bar.progress(done, total, message)

    def event(self, name: str, **fields: Any) -> None:
        if name == "stage_started":
            self._open.close()
            self._bar = self._open.enter_context(self._output.bar(str(fields["stage"])))
        elif self._bar:
            self._bar.event(name, **fields)

    def stopped(self) -> bool:
        self._was_stopped = self._was_stopped or (self._bar is not None and self._bar.stopped())
        return self._was_stopped

    def paused(self) -> bool:
        return False


def _take_screenshots(project: Path, folder: Path) -> None:
    """Let the window draw itself into memory, in a process of its own."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "studio.screenshots", str(project), str(folder)]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise UserError(f"The screenshots could not be taken: {reason}.", "Everything else is done.")
