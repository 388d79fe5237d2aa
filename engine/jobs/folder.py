"""A job is a folder: what to do, what happened, how it stands."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from engine.errors import UserError
from engine.project.atomic import write_error, write_json

State = Literal["queued", "running", "paused", "stopped", "done", "failed"]
LIVE: frozenset[State] = frozenset({"running", "paused"})
"""The states in which a process works on the job."""
_HINT = "Choose the folder of a job or a run: it holds spec.json."


@dataclass(frozen=True, slots=True)
class Status:
    """How a job stands.

    Attributes:
        state: `stopped` also when its process died without a word: it can be run again.
        done: Steps behind it.
        total: Steps in all; 0 while unknown.
        message: What it is at.
        error: When it failed: what is wrong.
        hint: When it failed: what to do next.
        cause: When it failed: a word for programs, `memory`, or nothing.
        updated: Unix time of the last change.
    """

    state: State = "queued"
    done: int = 0
    total: int = 0
    message: str = ""
    error: str = ""
    hint: str = ""
    cause: str = ""
    updated: float = 0.0


def create_job(parent: Path, spec: dict[str, Any]) -> Path:
    """Make a job folder under `parent`, named by its kind and the time.

    Args:
        parent: Such as `project.layout.jobs`.
        spec: JSON-ready; `kind` names the work.

    Returns:
        The new folder.
    """
    folder = parent / f"{spec['kind']}-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
    return fill_job(folder, spec)


def fill_job(folder: Path, spec: dict[str, Any]) -> Path:
    """Make `folder` a job. Raises UserError if it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error
    write_json(folder / "spec.json", {**spec, "created": time.time()})
    write_status(folder, Status())
    return folder


def read_spec(folder: Path) -> dict[str, Any]:
    """What a job is to do. Raises UserError if the folder is no job."""
    try:
        spec = json.loads((folder / "spec.json").read_text("utf-8"))
    except OSError as error:
        raise UserError(f"{folder} is not a job folder.", _HINT) from error
    except ValueError as error:
        raise UserError(f"{folder / 'spec.json'} is damaged.", "Start the work anew.") from error
    if not isinstance(spec, dict) or "kind" not in spec:
        raise UserError(f"{folder / 'spec.json'} does not say what to do.", _HINT)
    return spec


def project_of(folder: Path, spec: dict[str, Any]) -> Path:
    """The project a job belongs to: the one it lies in, wherever that has been moved; else its spec's."""
    inside = (parent for parent in folder.absolute().parents if (parent / "project.json").exists())
    return next(inside, Path(spec["project"]))


def write_status(folder: Path, status: Status) -> None:
    """Replace `status.json`."""
    write_json(folder / "status.json", asdict(replace(status, updated=time.time())))


def read_status(folder: Path) -> Status:
    """How a job stands; one that says it lives but whose process is gone has stopped."""
    try:
        found = json.loads((folder / "status.json").read_text("utf-8"))
        names = {field.name for field in fields(Status)}
        status = Status(**{name: value for name, value in found.items() if name in names})
    except (OSError, ValueError, TypeError, AttributeError):
        return Status()
    if status.state in LIVE and not is_running(folder):
        return replace(status, state="stopped", message="It was interrupted; run it again to go on.")
    return status


def running_lock(folder: Path) -> FileLock:
    """The lock a job's process holds while it lives; the system takes it back when the process dies."""
    return FileLock(folder / "running.lock", thread_local=False)


def is_running(folder: Path) -> bool:
    """Whether a process is working on the job."""
    lock = running_lock(folder)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False


def read_events(folder: Path) -> Iterator[dict[str, Any]]:
    """Every event of a job so far; a line torn by a crash is passed over."""
    try:
        lines = (folder / "events.jsonl").read_bytes().splitlines()
    except OSError:
        return
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event


def append_event(folder: Path, event: dict[str, Any]) -> None:
    """Add one line to `events.jsonl`, in one write so that readers never see half of it."""
    line = json.dumps(event, ensure_ascii=False).encode() + b"\n"
    handle = os.open(folder / "events.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        os.write(handle, line)
    finally:
        os.close(handle)
