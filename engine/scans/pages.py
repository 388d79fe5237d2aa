"""Pages as the rest of the house reads them from the index."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.project.ids import PageId
from engine.project.project import Project


@dataclass(frozen=True, slots=True)
class Page:
    """One scan in the catalogue.

    Attributes:
        id: Stable id.
        book: The sketchbook.
        page: Page number, None on covers and names outside the grammar.
        variant: What tells two scans of one page apart.
        label: What the file name says about it.
        path: The scan; only ever read.
        sha256: Hash of its content when it was last imported.
        bytes: Its size.
        width_px: Width, upright.
        height_px: Height, upright.
        dpi: Resolution, if known.
        taken: ISO date, if known.
        gone: Whether the scan was missing at the last import.
    """

    id: PageId
    book: str
    page: int | None
    variant: str
    label: str
    path: Path
    sha256: str
    bytes: int
    width_px: int
    height_px: int
    dpi: float | None
    taken: str | None
    gone: bool


def pages(project: Project, *, gone: bool = False) -> list[Page]:
    """All pages, by book and page number; those whose scan is gone only when asked for."""
    roots = source_folders(project)
    rows = project.index.execute("SELECT * FROM pages WHERE gone <= ?", (int(gone),))
    return sorted((_page(row, roots) for row in rows), key=_shelf_order)


def page(project: Project, page_id: str) -> Page | None:
    """One page, or None."""
    row = project.index.execute("SELECT * FROM pages WHERE id = ?", (page_id,)).fetchone()
    return None if row is None else _page(row, source_folders(project))


def source_folders(project: Project) -> dict[int, Path]:
    """Where each imported folder lies now: as given, or beside the project when both were moved."""
    found: dict[int, Path] = {}
    for row in project.index.execute("SELECT id, path, relative FROM sources"):
        beside = (project.layout.root / row["relative"]).resolve()
        given = Path(row["path"])
        found[row["id"]] = beside if not given.is_dir() and beside.is_dir() else given
    return found


def _page(row: sqlite3.Row, roots: dict[int, Path]) -> Page:
    return Page(
        PageId(row["id"]),
        row["book"],
        row["page"],
        row["variant"],
        row["label"],
        roots[row["source"]] / row["file"],
        row["sha256"],
        row["bytes"],
        row["width_px"],
        row["height_px"],
        row["dpi"],
        row["taken"],
        bool(row["gone"]),
    )


def _shelf_order(page: Page) -> tuple[object, ...]:
    """Books in natural order, covers first, then page numbers, then variants."""
    # Only names outside the grammar lack a number and variant that order them already.
    rest = _natural(page.id) if page.page is None else ()
    return (_natural(page.book), -1 if page.page is None else page.page, page.variant, rest, page.id)


@lru_cache(maxsize=4096)
def _natural(text: str) -> tuple[tuple[int, str], ...]:
    parts = re.split(r"(\d+)", text)
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts)
