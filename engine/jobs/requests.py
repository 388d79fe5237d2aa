"""What child processes that answer requests share: JSON lines in, JSON lines out, the newest wins."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any

from engine.errors import UserError
from engine.project.ids import LEVELS, Level
from engine.project.progress import Silent


class Inbox(Silent):
    """Requests from the parent; as a reporter it stops the one in hand when a newer one has come."""

    def __init__(self) -> None:
        self._requests: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(self._requests.put,), daemon=True).start()

    def newest(self) -> dict[str, Any] | None:
        """Wait for a request and take the newest; None when the parent is gone."""
        request = self._requests.get()
        while request is not None and not self._requests.empty():
            request = self._requests.get()
        return request

    def stopped(self) -> bool:
        """Whether something newer waits."""
        return not self._requests.empty()


class Channels:
    """Requests of several kinds, each a channel of its own: of each kind the newest wins."""

    def __init__(self) -> None:
        self._waiting: dict[str, dict[str, Any]] = {}
        self._is_open = True
        self._news = threading.Condition()
        threading.Thread(target=_listen, args=(self._put,), daemon=True).start()

    def take(self, *, wait: bool) -> list[dict[str, Any]] | None:
        """The newest request of each kind that has come; None when the parent is gone.

        Args:
            wait: Until there is one; else there may be none.
        """
        with self._news:
            while wait and self._is_open and not self._waiting:
                self._news.wait()
            if not self._is_open and not self._waiting:
                return None
            taken, self._waiting = list(self._waiting.values()), {}
            return taken

    def take_only(self, kind: str) -> dict[str, Any] | None:
        """Wait for a request of one kind, others wait on; None when the parent is gone."""
        with self._news:
            while self._is_open and kind not in self._waiting:
                self._news.wait()
            return self._waiting.pop(kind, None)

    def has_newer(self, kind: str) -> bool:
        """Whether one of a kind waits, or nobody listens any more."""
        with self._news:
            return kind in self._waiting or not self._is_open

    def _put(self, request: dict[str, Any] | None) -> None:
        with self._news:
            if request is None:
                self._is_open = False
            else:
                self._waiting[str(request.get("do", ""))] = request
            self._news.notify()


def _listen(put: Callable[[dict[str, Any] | None], None]) -> None:
    """Hand on every request, and None at the end."""
    # Straight from the descriptor: a daemon thread inside sys.stdin's buffer aborts the program at exit.
    rest = b""
    while chunk := os.read(0, 65536):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            try:
                request = json.loads(line)
            except ValueError:
                continue
            if isinstance(request, dict):
                put(request)
    put(None)


def answer_all(answer: Callable[[dict[str, Any], Inbox], dict[str, Any]]) -> None:
    """Say `ready`, then answer the newest request, again and again until the input ends.

    Args:
        answer: From a request to the answer, JSON-ready; what it refuses is said as `failed`. Long work asks
            the inbox whether a newer request waits.
    """
    inbox = Inbox()
    say({"event": "ready"})
    while (request := inbox.newest()) is not None:
        number = request.get("request")
        try:
            say({"request": number, **answer(request, inbox)})
        except (UserError, ValueError, TypeError) as error:
            say({"event": "failed", "request": number, "message": str(error)})


def known_level(request: dict[str, Any]) -> Level:
    """The level a request is about. Raises UserError if there is none of that name."""
    level = next((known for known in LEVELS if known == request.get("level", "pages")), None)
    if level is None:
        raise UserError(f"There is no level {request.get('level')!r}.", f"Ask for {' or '.join(LEVELS)}.")
    return level


def say(record: dict[str, Any]) -> None:
    """Tell the parent."""
    sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.flush()
