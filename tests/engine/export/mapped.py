"""Projects with a map, made without scans, tracing or embedding: rows in the index, pictures in the cache."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from engine.project.log import Gesture
from engine.project.project import Project
from engine.scans.thumbnails import cache_pictures
from engine.strokes.types import Drawing
from engine.trace.drawings import replace
from tests.engine.export.drawings import curly

GROUPS = 4


@dataclass(frozen=True)
class Sheet:
    """A page to be made up."""

    id: str
    book: str
    page: int | None
    variant: str = ""
    label: str = ""


def shelf(count: int, books: int = 2) -> list[Sheet]:
    each = -(-count // books)
    return [
        Sheet(f"sb{n // each + 1:02d}p{n % each + 1:03d}", f"sb{n // each + 1:02d}", n % each + 1)
        for n in range(count)
    ]


def mapped_project(
    root: Path,
    sheets: Sequence[Sheet],
    draw: Callable[[int], Drawing] = curly,
    *,
    pictures: bool = True,
) -> Project:
    """A project open for writing: every page and its one drawing on maps of four groups."""
    project = Project.create(root, "A shelf")
    with project.transaction() as index:
        index.execute("INSERT INTO sources (id, path, relative) VALUES (1, ?, 'scans')", (f"{root}-scans",))
        for number, sheet in enumerate(sheets):
            sha256 = hashlib.sha256(sheet.id.encode()).hexdigest()
            values = {
                "id": sheet.id, "source": 1, "file": f"secret-folder/{sheet.id}.jpg", "book": sheet.book,
                "page": sheet.page, "variant": sheet.variant, "label": sheet.label, "sha256": sha256,
                "bytes": 1, "mtime_ns": 1, "width_px": 490, "height_px": 640, "orientation": 1,
            }  # fmt: skip
            _insert(index, "pages", values)
            replace(index, sheet.id, [draw(number)])
            if pictures:
                cache_pictures(project.layout, sha256, picture(number))
    with project.transaction() as index:
        for level, suffix in (("pages", ""), ("drawings", "/1")):
            for n, (x, y) in enumerate(places(len(sheets))):
                row = {"level": level, "id": sheets[n].id + suffix, "cluster": n % GROUPS, "x": x, "y": y}
                _insert(index, "maps", row)
    return project


def places(count: int) -> list[tuple[float, float]]:
    """Four clouds, item `n` in cloud `n % 4`."""
    rng = np.random.default_rng(5)
    angles = np.arange(count) % GROUPS * (2 * np.pi / GROUPS) + 0.5
    middles = np.column_stack([np.cos(angles), np.sin(angles)]) * 0.55
    return [(float(x), float(y)) for x, y in middles + rng.normal(0, 0.19, (count, 2))]


def picture(number: int) -> Image.Image:
    """A page with a wavering line of its own, 490 x 640 px."""
    rng = np.random.default_rng(number)
    page = Image.new("RGB", (490, 640), (246, 242, 232))
    points = [tuple(p) for p in rng.uniform((80, 80), (410, 560), (14, 2)).tolist()]
    ImageDraw.Draw(page).line(points, fill=(30, 30, 40), width=4, joint="curve")
    return page


def say(
    project: Project, level: str, *, kinds: dict[str, list[str]] | None = None, rejected: Sequence[str] = ()
):
    """Give kinds, and reject."""
    decisions = {"rejected": tuple(rejected)} if rejected else {}
    project.decide(Gesture(level, decisions, {kind: tuple(ids) for kind, ids in (kinds or {}).items()}, {}))


def _insert(index, table: str, values: dict) -> None:
    marks = ", ".join("?" * len(values))
    index.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
