"""The folder of a shared map: written beside its place, moved there whole, and nobody else's is touched."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import UserError
from engine.project.atomic import write_error

PAGE = "index.html"
MANIFEST = "map.json"
FORMAT = "single-line-studio-map"
_OURS = frozenset({PAGE, MANIFEST, "sprites", "pictures"})
_DESKTOP = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", ".directory"})
"""What desktops leave in folders they have shown; nobody misses it."""


@contextmanager
def replacing_folder(folder: Path) -> Iterator[Path]:
    """Fill a new folder and put it in the place of `folder` when the block ends well.

    When the block raises, nothing changes.

    Args:
        folder: New, empty, or a shared map written before, which is replaced whole.

    Yields:
        An empty folder beside it.

    Raises:
        UserError: if the place is taken by something that is not ours, or the disk is full or refuses us.
    """
    place = Path(folder).expanduser().resolve()
    check_place(place)
    temporary: Path | None = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{place.name[:40]}.", suffix=".part", dir=place.parent))
        made = temporary / "new"  # inside: the outer folder is for our eyes only, this one as the umask says
        made.mkdir()
        yield made
        check_place(place)  # again: minutes have passed
        _swap(made, place, temporary / "old")
    except OSError as error:
        raise write_error(place, error) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def check_place(place: Path) -> None:
    """See that a shared map may be written here.

    Raises:
        UserError: if it is a file, a folder that is not a shared map, or one with other files in it.
    """
    hint = "Choose a new folder for the map."
    if not place.exists():
        return
    if not place.is_dir():
        raise UserError(f"{place} is a file, and a map is a folder.", hint)
    try:
        names = {path.name for path in place.iterdir()} - _DESKTOP
    except OSError as error:
        raise UserError(f"Cannot read {place}: {error.strerror}.", hint) from error
    if not names:
        return
    if not is_map_folder(place):
        raise UserError(f"{place} holds something else already; nothing was written.", hint)
    strange = sorted(names - _OURS)
    if strange:
        raise UserError(
            f"{place} is a map, but {strange[0]} in it is not part of one; nothing was written.",
            "Move it away, since the folder is replaced whole, or choose a new folder.",
        )


def is_map_folder(folder: Path) -> bool:
    """Whether a folder is a shared map that this program wrote."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("format") == FORMAT


def _swap(made: Path, place: Path, old: Path) -> None:
    """Two renames; when the second fails, the first is taken back."""
    had_one = place.exists()
    if had_one:
        place.rename(old)
    try:
        made.rename(place)
    except OSError:
        if had_one:
            old.rename(place)
        raise
