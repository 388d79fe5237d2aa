"""Files that are either the old one or the new one, never half of either."""

from __future__ import annotations

import errno
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from engine.errors import UserError

# Reading the umask means setting it for a moment: once, before any thread could make a file in between.
_UMASK = os.umask(0o022)
os.umask(_UMASK)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a file beside `path` and put it in its place when the block ends well.

    The data is flushed to the disk before the rename, so a crash or a power cut leaves the old file or
    the new one. When the block raises, nothing changes.

    Args:
        path: The file to make or replace; missing folders are made.

    Yields:
        A binary file to write to.

    Raises:
        UserError: if the disk is full, read-only, or refuses us.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_UMASK)
        temporary.replace(path)
    except OSError as error:
        raise write_error(path, error) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes) -> None:
    """Replace `path` by `data` in one step. Raises UserError as `replacing` does."""
    with replacing(path) as file:
        file.write(data)


def write_text(path: Path, text: str) -> None:
    """Replace `path` by `text` (UTF-8) in one step. Raises UserError as `replacing` does."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, value: Any) -> None:
    """Replace `path` by `value` as indented JSON in one step. Raises UserError as `replacing` does."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def write_with(path: Path, save: Callable[[Path], None]) -> None:
    """Replace `path` by what `save` writes to the path it is given.

    For libraries that insist on a file name with the right suffix (video and SVG writers).

    Raises:
        UserError: if the disk is full, read-only, or refuses us.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as folder:
            temporary = Path(folder) / f"new{path.suffix}"
            save(temporary)
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            temporary.replace(path)
    except OSError as error:
        raise write_error(path, error) from error


def write_error(path: Path, error: OSError) -> UserError:
    """Turn a refused write into a sentence an artist can act on."""
    advice = {
        errno.ENOSPC: ("the disk is full", "Free some space and run it again: it goes on where it stopped."),
        errno.EDQUOT: ("the disk quota is used up", "Free some space and run it again."),
        errno.EROFS: ("the disk is read-only", "Copy the project to a disk that can be written."),
        errno.EACCES: ("this folder may not be written", "Change its permissions or choose another folder."),
        errno.EPERM: ("this folder may not be written", "Change its permissions or choose another folder."),
    }
    reason, hint = advice.get(
        error.errno or 0, (error.strerror or str(error), "Check the disk and choose another place if needed.")
    )
    return UserError(f"Cannot write {path}: {reason}.", hint)
