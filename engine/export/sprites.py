"""Sheets of small pictures: many in one file, so that a page of thousands asks for a few files."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

SHEET_PX = 1024
"""Side of a sheet, 4 MB of memory. It is decoded whole for one picture on it, and browsers that draw with
images of more than some 64 MB in one frame do so in many steps (measured: 30 ms in place of 4)."""


@dataclass(frozen=True, slots=True)
class SpriteLevel:
    """The sheets of one size.

    Attributes:
        px: Side of a cell; a picture stands in its cell's top left corner.
        columns: Cells a row, and rows a sheet.
        files: The sheets in the order of the cells, relative to the page.
    """

    px: int
    columns: int
    files: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As the page's script reads it."""
        return asdict(self)


@dataclass(slots=True)
class SheetWriter:
    """Fills sheets one after the other; only the one being filled is held in memory.

    Attributes:
        folder: Where the page is.
        px: Side of a cell.
        lines: True for ink without paper (kept exactly), false for pictures of pages.
        total: How many pictures there will be: the last sheet is only as high as it must be.
    """

    folder: Path
    px: int
    lines: bool
    total: int
    _files: list[str] = field(default_factory=list)
    _sheet: Image.Image | None = None
    _count: int = 0

    @property
    def columns(self) -> int:
        """Cells a row."""
        return SHEET_PX // self.px

    def add(self, picture: Image.Image) -> None:
        """Put the next picture into the next cell. Raises OSError where a full sheet cannot be written."""
        each = self.columns**2
        if self._sheet is None:
            rows = min(-(-(self.total - self._count) // self.columns), self.columns)
            size = (self.columns * self.px, max(rows, 1) * self.px)
            self._sheet = Image.new("RGBA" if self.lines else "RGB", size)
        place = self._count % each
        self._sheet.paste(picture, (place % self.columns * self.px, place // self.columns * self.px))
        self._count += 1
        if self._count % each == 0:
            self._write()

    def finish(self) -> SpriteLevel:
        """Write the last sheet and say what there is. Raises OSError where it cannot be written."""
        if self._sheet is not None:
            self._write()
        return SpriteLevel(self.px, self.columns, tuple(self._files))

    def _write(self) -> None:
        assert self._sheet is not None
        name = f"sprites/{self.px}-{len(self._files) + 1}.webp"
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        # Ink is one colour with a coverage: WebP keeps that channel exactly, the colour costs nothing.
        options = {"quality": 60, "method": 4} if self.lines else {"quality": 82, "method": 4}
        self._sheet.save(path, "WEBP", **options)
        self._files.append(name)
        self._sheet = None
