"""The two ways things go wrong: the user can mend it, or we must."""

from __future__ import annotations


class StudioError(Exception):
    """Root of every error this program raises on purpose."""


class UserError(StudioError):
    """Something the user can mend: a wrong file, a missing folder, a full disk.

    Attributes:
        message: One sentence that says what is wrong and names the file or the thing.
        hint: One sentence that says what to do next; may be empty.
        cause: A word for programs, where they can do something about it; else empty.
    """

    cause = ""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[type[UserError], tuple[str, str]]:
        """Keep both parts when a worker process sends the error home."""
        return type(self), (self.message, self.hint)


class OutOfMemory(UserError):
    """Something did not fit into memory."""

    cause = "memory"


class BugError(StudioError):
    """Something only we can mend: an invariant of our own code is broken."""
