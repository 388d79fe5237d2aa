"""Asking a job that is at work: in words on its input, or by a file in its folder.

The file is for whoever is not its parent: another command, or the window that comes back to a run it left in
the background. A request is a wish (`pause`), not a turn (`toggle`): of two at once the newer counts.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from engine.errors import UserError
from engine.jobs.folder import is_running
from engine.jobs.reporter import JobReporter
from engine.project.atomic import write_text

Word = Literal["pause", "go on", "stop"]
"""What a job can be asked."""
DETACH = "detach"
"""What only its parent can say: I leave, go on without me."""
_EVERY_S = 0.2


def ask(folder: Path, word: Word) -> None:
    """Ask whoever works on a job, within a fraction of a second. Raises UserError if nobody does."""
    if not is_running(folder):
        raise UserError(f"{folder.name} is not running.", "There is nothing to ask of it.")
    write_text(_request(folder), word)


def obey(reporter: JobReporter, word: str) -> None:
    """Do as asked; an unknown word says nothing."""
    does = {"stop": reporter.stop, "pause": reporter.pause, "go on": reporter.go_on}.get(word)
    if does is not None:
        with suppress(UserError):  # the disk is too full to write it down, but the word counts
            does()


@contextmanager
def requests_obeyed(folder: Path, reporter: JobReporter) -> Iterator[None]:
    """Look for requests in the folder while the block runs.

    Call it under the job's lock: what lies there from before was meant for a process that is gone.
    """
    _request(folder).unlink(missing_ok=True)
    ended = threading.Event()
    thread = threading.Thread(target=_watch, args=(folder, reporter, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def listen(folder: Path, reporter: JobReporter) -> None:
    """Obey the parent's words until it leaves: stop when its end of the input closes without `detach`."""
    # Straight from the descriptor: a daemon thread inside sys.stdin's buffer aborts the program at exit.
    rest = b""
    while chunk := os.read(0, 1024):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            word = line.decode("utf-8", "replace").strip()
            if word == DETACH:
                reporter.detach()
                _stand_alone(folder)
                return
            obey(reporter, word)
    reporter.stop()


def _watch(folder: Path, reporter: JobReporter, ended: threading.Event) -> None:
    request, taken = _request(folder), folder / ".control.taken"
    while not ended.wait(_EVERY_S):
        try:
            # Taken away whole before it is read: what is asked meanwhile is a new file.
            request.replace(taken)
            word = taken.read_text("utf-8")
        except (OSError, ValueError):
            continue
        obey(reporter, word.strip())


def _stand_alone(folder: Path) -> None:
    """Outlive parent and terminal: a session of one's own, and words into the log."""
    if hasattr(os, "setsid"):
        with suppress(OSError):  # the leader of its group already
            os.setsid()
    with (folder / "log.txt").open("ab") as log, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)


def _request(folder: Path) -> Path:
    return folder / "control"
