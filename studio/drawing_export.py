"""Files made of drawings, written in worker threads by the engine's exporters."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.project.progress import Silent
from engine.strokes.types import Drawing
from studio import theme

ONE_PX, GRID_CELL_PX, GRID_MAX_PX = 512, 200, 1200


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    Attributes:
        key: What the code calls it.
        label: What the menu says.
        suffix: Of the file name.
        many: Whether it shows all drawings of the grid rather than one.
    """

    key: str
    label: str
    suffix: str
    many: bool = False


FORMATS = (
    Format("gif", "Drawing itself, GIF…", ".gif"),
    Format("mp4", "Drawing itself, film (MP4)…", ".mp4"),
    Format("moving", "Drawing itself, SVG…", ".svg"),
    Format("svg", "Line, SVG…", ".svg"),
    Format("png", "Picture, PNG…", ".png"),
    Format("gif", "All drawing themselves, GIF…", ".gif", many=True),
    Format("mp4", "All drawing themselves, film (MP4)…", ".mp4", many=True),
    Format("png", "All on one sheet, PNG…", ".png", many=True),
)


class StopFlag(Silent):
    """Lets the window stop an export that has become pointless."""

    def __init__(self) -> None:
        self._flag = threading.Event()

    def stop(self) -> None:
        """From any thread."""
        self._flag.set()

    def stopped(self) -> bool:
        """Asked by the exporter between pictures."""
        return self._flag.is_set()


@dataclass(frozen=True, slots=True)
class WriteDrawings:
    """One export.

    Attributes:
        path: The file to make or replace.
        format: What kind.
        drawings: One, or all of the grid.
        ink: `#rrggbb` of the line.
        stop: Ends it early; nothing is written then.
    """

    path: Path
    format: Format
    drawings: Sequence[Drawing]
    ink: str
    stop: StopFlag = field(default_factory=StopFlag)

    def __call__(self) -> Path | None:
        """Write it.

        Returns:
            The file; None when it was stopped.

        Raises:
            UserError: when the disk refuses.
        """
        from engine.export.film import write_mp4
        from engine.export.frames import Animation, Look
        from engine.export.gif import write_gif
        from engine.export.moving_svg import write_moving_svg
        from engine.export.sheet import write_sheet
        from engine.strokes.svg import write_svg

        look = Look(size_px=self._size_px(), paper=theme.LIGHT.paper, inks=(self.ink,))
        animation = Animation(self.drawings, look)
        whole = True
        if self.format.key == "gif":
            whole = write_gif(self.path, animation, self.stop)
        elif self.format.key == "mp4":
            whole = write_mp4(self.path, animation, self.stop)
        elif self.format.key == "moving":
            write_moving_svg(self.path, animation)
        elif self.format.key == "svg":
            write_svg(self.path, self.drawings[0].strokes, colour=self.ink)
        else:
            write_sheet(self.path, self.drawings, cell_px=280 if self.format.many else 1024, look=look)
        return self.path if whole else None

    def _size_px(self) -> tuple[int, int]:
        """A square for one; nearly square cells for many."""
        if not self.format.many:
            return ONE_PX, ONE_PX
        columns = math.ceil(math.sqrt(len(self.drawings)))
        rows = math.ceil(len(self.drawings) / columns)
        cell = min(GRID_CELL_PX, GRID_MAX_PX // columns)
        return columns * cell, rows * cell


def size_text(n_bytes: int) -> str:
    """`128 KB`, `1.4 MB`."""
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes >= 1e6 else f"{max(n_bytes // 1000, 1)} KB"
