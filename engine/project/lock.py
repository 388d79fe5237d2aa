"""One writer at a time: a lock the operating system takes back when its holder dies."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from engine.errors import UserError
from engine.project import atomic


class WriterLock:
    """The right to write one project's index.

    A session (a window or a command) holds it under a token. Its child processes are part of the session:
    they show the token instead of taking the lock, so a window and its jobs write side by side while a second
    window is kept out.
    """

    def __init__(self, path: Path, token: str) -> None:
        """Remember whose right it would be; nothing is taken yet.

        Args:
            path: The lock file.
            token: This session's token; a child process passes its parent's.
        """
        self._lock = FileLock(path, thread_local=False)
        self._owner = path.with_suffix(".json")
        self._token = token

    def acquire(self) -> None:
        """Take the right to write, or join the session that has it.

        Raises:
            UserError: if another session has it, or the folder cannot be written.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            owner = self._read_owner()
            if owner.get("token") != self._token:
                raise _busy(self._owner.parent, owner) from None
        except OSError as error:
            raise atomic.write_error(self._owner.parent, error) from error
        else:
            owner = {"token": self._token, "pid": os.getpid(), "host": socket.gethostname()}
            atomic.write_json(self._owner, owner)

    def release(self) -> None:
        """Give the right back; harmless when it was only joined."""
        if self._lock.is_locked:
            self._owner.unlink(missing_ok=True)
            self._lock.release()

    def _read_owner(self) -> dict[str, Any]:
        try:
            owner = json.loads(self._owner.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return owner if isinstance(owner, dict) else {}


def _busy(folder: Path, owner: dict[str, Any]) -> UserError:
    who = (
        f"process {owner['pid']} on {owner.get('host', 'this machine')}" if "pid" in owner else "another one"
    )
    return UserError(
        f"The project {folder} is open for writing elsewhere ({who}).",
        "Close that window or wait for that command, then try again.",
    )
