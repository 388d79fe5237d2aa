"""What commands say: bars and lines for people on stderr and stdout, one JSON object for programs."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

STOPPED = 130
"""Exit code of a command that was stopped before the end, as shells have it for Ctrl+C."""
INCOMPLETE = 1
"""Exit code of a command that did only part of what it was asked."""

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


class Output:
    """Where a command's words go."""

    def __init__(self, as_json: bool) -> None:
        """Start.

        Args:
            as_json: Print the result as JSON and draw no bars.
        """
        self.as_json = as_json

    def result(self, facts: dict[str, Any], *lines: str) -> None:
        """Print what the command did: the facts for programs, or the lines for people."""
        if self.as_json:
            print(json.dumps(facts, ensure_ascii=False))
            return
        for line in lines:
            print(line)

    def list_failures(self, failures: list[tuple[str, str]], what: str) -> None:
        """Name what failed and why, on stderr; all of it, since each may need the artist's hand."""
        if failures and not self.as_json:
            print(f"{len(failures)} {what}:", file=sys.stderr)
            for name, reason in failures:
                print(f"  {name}: {reason}", file=sys.stderr)

    @contextmanager
    def bar(self, title: str) -> Iterator[Bar]:
        """A progress bar for one stage; Ctrl+C asks the stage to stop and save."""
        columns = (
            TextColumn("{task.description:<12}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
        )
        progress = Progress(*columns, console=Console(stderr=True), disable=self.as_json)
        bar = Bar(progress, progress.add_task(title, total=None, note=""))
        before = signal.signal(signal.SIGINT, bar.on_interrupt)
        try:
            yield bar
            bar.finish()
        finally:
            if progress.live.is_started:
                progress.stop()
            signal.signal(signal.SIGINT, before)


class Bar:
    """A reporter that draws a bar. Implements `engine.project.progress.Reporter`."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        """Draw on one task of a rich progress, from the first word on: bad input gets no bar."""
        self._progress = progress
        self._task = task
        self._stop = False

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Move the bar."""
        self._progress.start()
        self._progress.update(self._task, completed=done, total=total or None, note=message[:48])

    def event(self, name: str, **fields: Any) -> None:
        """Show the figures of a training beside the bar; other facts are told at the end."""
        if name == "metrics":
            nll = fields.get("valid_nll") or fields.get("train_nll")
            speed = fields.get("steps_per_s")
            note = f"{nll:.3f} nats a point" if nll is not None else ""
            note += f", {speed:.1f} steps a second" if speed else ""
            self._progress.update(self._task, note=note)

    def stopped(self) -> bool:
        """Whether Ctrl+C was pressed."""
        return self._stop

    def paused(self) -> bool:
        """Never: a shell has Ctrl+Z."""
        return False

    def finish(self) -> None:
        """Fill the bar of a stage that never said how long it is."""
        self._progress.start()
        if self._progress.tasks[0].total is None and not self._stop:
            self._progress.update(self._task, completed=1, total=1)

    def on_interrupt(self, number: int, frame: FrameType | None) -> None:
        """Stop politely at the first Ctrl+C, at once at the second."""
        if self._stop:
            raise KeyboardInterrupt
        self._stop = True
        self._progress.update(self._task, note="stopping; what is done is kept")
