"""Run a job: its work, its outcome, and every way it can end."""

from __future__ import annotations

import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

from filelock import Timeout

from engine.errors import OutOfMemory, UserError
from engine.jobs.control import listen, requests_obeyed
from engine.jobs.folder import State, Status, read_spec, running_lock
from engine.jobs.reporter import JobReporter
from engine.jobs.work import WORK
from engine.project.progress import Reporter

_MEMORY_HINT = "Close other programs or choose a smaller model or batch, then run it again: it goes on."


def run_job(folder: Path, *, child: bool = False, listener: Reporter | None = None) -> Status:
    """Do a job's work in this process.

    Args:
        folder: The job folder.
        child: This process belongs to the job: print events, and obey the words on the input.
        listener: Someone in this process who hears everything too.

    Returns:
        How it ended. A failure is an outcome that is written down, not an exception.

    Raises:
        UserError: if the folder is no job, or another process is working on it.
    """
    spec = read_spec(folder)
    work = WORK.get(str(spec["kind"]))
    if work is None:
        raise UserError(f"{folder} asks for {spec['kind']!r}.", f"Known work: {', '.join(WORK)}.")
    with _only_one(folder):
        reporter = JobReporter(folder, echo=child, listener=listener)
        reporter.set_status(Status("running"))
        with requests_obeyed(folder, reporter), _stop_on_signals(reporter):
            if child:
                threading.Thread(target=listen, args=(folder, reporter), daemon=True).start()
            reporter.life_event("started", kind=spec["kind"])
            try:
                outcome = work(spec, folder, reporter)
                ended: State = "done" if outcome.complete else "stopped"
                reporter.life_event(ended, **outcome.facts)
                reporter.set_status(replace(reporter.status, state=ended, message=outcome.message))
            except UserError as error:
                _fail(reporter, error)
            except MemoryError:
                _fail(reporter, OutOfMemory("There is not enough memory for this.", _MEMORY_HINT))
            except Exception as error:  # noqa: BLE001 the outermost edge of a process: nothing is swallowed
                log = folder / "log.txt"
                with log.open("a", encoding="utf-8") as file:
                    file.write(traceback.format_exc())
                fault = f"A fault in the program: {type(error).__name__}: {error}."
                _fail(reporter, UserError(fault, f"See {log}."))
    return reporter.status


def _fail(reporter: JobReporter, error: UserError) -> None:
    message, hint, cause = error.message, error.hint, error.cause
    reporter.life_event("failed", message=message, hint=hint, cause=cause)
    ended = replace(reporter.status, state="failed", message="", error=message, hint=hint, cause=cause)
    reporter.set_status(ended)
    print(error, file=sys.stderr)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    lock = running_lock(folder)
    try:
        # Not at once: whoever asks `is_running` holds the lock for a moment.
        lock.acquire(timeout=1.0)
    except Timeout as error:
        raise UserError(f"{folder.name} is running already.", "Stop it first, or wait for it.") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _stop_on_signals(reporter: JobReporter) -> Iterator[None]:
    """Ctrl+C and terminate ask politely; a second Ctrl+C ends it at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(number: int, frame: FrameType | None) -> None:
        if reporter.stopped() and number == signal.SIGINT:
            raise KeyboardInterrupt
        reporter.stop()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
