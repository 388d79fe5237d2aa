"""A map to share: a static page beside its pictures, for any browser, that asks for nothing from anywhere.

One HTML file holds style, script and data; sheets of sprites show the map, larger pictures come one by one.
Nothing of what is left out (rejected items, private kinds) is anywhere in the folder, and no path either.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

import resources
from engine.curate.items import Item
from engine.errors import UserError
from engine.export.colours import INK, rgb
from engine.export.frames import Look, Stopped, fit_cell
from engine.export.map_data import PRIVATE_KINDS, map_places, page_data, sheet_order, shown_items
from engine.export.map_folder import FORMAT, MANIFEST, PAGE, check_place, replacing_folder
from engine.export.sprites import SheetWriter, SpriteLevel
from engine.project.ids import Level
from engine.project.progress import Reporter, Silent
from engine.project.project import Project
from engine.scans.thumbnails import load_preview
from engine.strokes.raster import draw_strokes
from engine.strokes.simplify import simplify_rdp
from engine.strokes.svg import path_data, picture_box, svg_document
from engine.strokes.types import Drawing, as_stroke
from engine.trace.drawings import drawings

SPRITES_PX = (48, 128)
"""Sides of the two sprites of an item: for the whole map, and for cards."""
_OVERVIEW = 256
"""So many items are pictures, about, while the whole map is seen: their sprites share sheets."""
_PARTS = Path(resources.__file__).parent / "map_page"
_PEN_PX = {48: 1.0, 128: 1.5}
_PEN_UNITS = 0.85
_UNSEEN_UNITS = 0.06
"""A third of a pixel where a drawing fills a large screen."""
_JPEG = {"quality": 84, "optimize": True}
_WAY_OUT = "Make the map with `singleline cluster PROJECT`, and see what is rejected or of a private kind."


@dataclass(frozen=True, slots=True)
class MapPage:
    """What was written.

    Attributes:
        folder: The folder; `index.html` in it is the page.
        shown: Ids of the items on it.
        failed: Ids whose picture could not be read, and why; they are not on it.
        bytes: Size of the folder.
    """

    folder: Path
    shown: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    bytes: int


def write_map_page(
    project: Project,
    folder: Path,
    level: Level = "pages",
    *,
    rejected: bool = False,
    private: Sequence[str] = PRIVATE_KINDS,
    cluster_names: Mapping[int, str] | None = None,
    title: str = "",
    reporter: Reporter | None = None,
) -> MapPage:
    """Write the level's map as a page to share, in one step: the folder is the old one or the new one.

    Args:
        project: May be open for reading only.
        folder: New, empty, or a map written before, which is replaced.
        level: Pages or drawings.
        rejected: Show rejected items too.
        private: Kinds to leave out.
        cluster_names: What clusters are called; "Cluster 3" for the third without a name.
        title: Stands above the page; the project's name by default.
        reporter: Hears how far it is, and may stop it.

    Returns:
        What was written.

    Raises:
        UserError: if there is nothing to show, the folder is somebody else's, or the disk refuses.
        Stopped: if the reporter asked for it; nothing is then changed.
    """
    reporter = reporter or Silent()
    check_place(folder.expanduser().resolve())
    shown = shown_items(project, level, rejected=rejected, private=private)
    if not shown:
        raise UserError(f"There are no {level} on the map that may be shown.", _WAY_OUT)
    with replacing_folder(folder) as made:
        kept, failed, sizes, sprites = _write_pictures(project, made, shown, level, reporter)
        if not kept:
            raise UserError(f"None of the {len(shown)} pictures can be read: {failed[0][1]}", _WAY_OUT)
        data = {**page_data(kept, sizes, level, cluster_names), **sprites}
        now = datetime.now(UTC)
        (made / PAGE).write_text(render_page(title or project.info.name, data, now), "utf-8")
        _write_manifest(made, level, len(kept), now)
        size = sum(path.stat().st_size for path in made.rglob("*") if path.is_file())
    return MapPage(folder, tuple(item.id for item in kept), tuple(failed), size)


def _write_pictures(
    project: Project, made: Path, shown: list[Item], level: Level, reporter: Reporter
) -> tuple[list[Item], list[tuple[str, str]], list[tuple[int, int]], dict[str, Any]]:
    """Every larger picture, then the sheets; what cannot be read is told and left out."""
    (made / "pictures").mkdir()
    maker = _DrawingPictures(project) if level == "drawings" else _PagePictures(project)
    kept: list[Item] = []
    failed: list[tuple[str, str]] = []
    sizes: list[tuple[int, int]] = []
    steps = 2 * len(shown)
    for done, item in enumerate(shown):
        _go_on(reporter, done, steps, "pictures")
        try:
            size = maker.write(item, made / "pictures", len(kept) + 1)
        except UserError as error:
            failed.append((item.id, error.message))
            reporter.event("item_failed", item=item.id, reason=error.message)
            continue
        kept.append(item)
        sizes.append(size)
    order = sheet_order(map_places(kept), _OVERVIEW)
    sheets = [SheetWriter(made, px, level == "drawings", len(kept)) for px in SPRITES_PX]
    for done, at in enumerate(order):
        _go_on(reporter, steps - len(order) + done, steps, "sprites")
        for sheet in sheets:
            sheet.add(maker.sprite(kept[at], made / "pictures", int(at) + 1, sheet.px))
    levels: list[SpriteLevel] = [sheet.finish() for sheet in sheets]
    reporter.progress(steps, steps, "sprites")
    cells = np.empty(len(order), dtype=np.intp)
    cells[order] = np.arange(len(order))
    return kept, failed, sizes, {"sprites": [one.to_json() for one in levels], "cells": cells.tolist()}


def _go_on(reporter: Reporter, done: int, total: int, message: str) -> None:
    if reporter.stopped():
        raise Stopped
    reporter.progress(done, total, message)


class _PagePictures:
    """Pages as photographs, made of the cached previews; pixels only, so no metadata goes along."""

    def __init__(self, project: Project) -> None:
        self._layout = project.layout

    def write(self, item: Item, folder: Path, number: int) -> tuple[int, int]:
        """Write the larger picture; its width and height, px."""
        picture = Image.fromarray(load_preview(self._layout, item.sha256, item.path))
        picture.save(folder / f"{number:04d}.jpg", "JPEG", **_JPEG)
        return picture.size

    def sprite(self, item: Item, folder: Path, number: int, px: int) -> Image.Image:
        """The picture within a square."""
        picture: Image.Image = Image.open(folder / f"{number:04d}.jpg")
        picture.draft("RGB", (3 * px, 3 * px))
        if px == min(SPRITES_PX):
            # A pencil line would fade to nothing on a stamp: it is drawn with a broader pen there.
            picture.thumbnail((3 * px, 3 * px), Image.Resampling.LANCZOS)
            picture = Image.blend(picture, picture.filter(ImageFilter.MinFilter(3)), 0.7)
        picture.thumbnail((px, px), Image.Resampling.LANCZOS)
        return picture


class _DrawingPictures:
    """Drawings as ink: SVG where they are large, coverage without paper on sprites."""

    def __init__(self, project: Project) -> None:
        self._drawings: dict[str, Drawing] = {row.id: row.drawing for row in drawings(project)}

    def write(self, item: Item, folder: Path, number: int) -> tuple[int, int]:
        """Write the larger picture; drawings stand on square paper."""
        text = _square_svg(self._drawings[item.id])
        (folder / f"{number:04d}.svg").write_text(text, "utf-8")
        return (1, 1)

    def sprite(self, item: Item, folder: Path, number: int, px: int) -> Image.Image:
        """The drawing in a square, paper transparent."""
        strokes = [stroke for stroke in self._drawings[item.id].strokes if len(stroke)]
        cell = fit_cell(strokes, (px, px), Look(line_px=_PEN_PX[px]), 0, 0)
        coverage = 255 - draw_strokes([cell.to_pixels(s) for s in strokes], (px, px), _PEN_PX[px])
        pixels = np.empty((px, px, 4), dtype=np.uint8)
        pixels[:, :, :3], pixels[:, :, 3] = rgb(INK).astype(np.uint8), coverage
        return Image.fromarray(pixels)


def _square_svg(drawing: Drawing) -> str:
    """The drawing in the middle of a square, without the points that no screen shows."""
    strokes = [as_stroke(np.round(simplify_rdp(s, _UNSEEN_UNITS), 2)) for s in drawing.strokes if len(s)]
    x, y, width, height = picture_box(strokes, None, room=0.0)
    side = max(width, height, 1e-3) / (1 - 2 * Look().margin)
    box = (x + (width - side) / 2, y + (height - side) / 2, side, side)
    lines = [f'<path stroke="{INK}" d="{path_data(stroke)}"/>' for stroke in strokes]
    return svg_document(lines, box, stroke_width=_PEN_UNITS)


def render_page(title: str, data: Mapping[str, Any], now: datetime) -> str:
    """The page as one HTML text.

    The policy inside allows the script and the style of the page by their hashes, pictures beside it, and
    nothing else: even a label that got past the escaping could neither run nor ask for anything.

    Args:
        title: Any text.
        data: What the script reads; any text in it.
        now: Stands at the foot of the page.
    """
    script = '"use strict";\n(() => {\n' + "".join(_read_scripts()) + "})();\n"
    style = (_PARTS / "page.css").read_text("utf-8")
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "img-src 'self' file: data:; base-uri 'none'; form-action 'none'"
    )
    parts = {
        "title": html.escape(title),
        "date": f"{now.day} {now:%B %Y}",
        "policy": policy,
        "style": style,
        "script": script,
        "data": json_for_html(data),
    }
    template = (_PARTS / "page.html").read_text("utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], template)


def _read_scripts() -> list[str]:
    return [path.read_text("utf-8") for path in sorted(_PARTS.glob("*.js"))]


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def json_for_html(value: Any) -> str:
    """JSON that may stand inside a script element: no text in it can end the element or begin a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _write_manifest(made: Path, level: Level, count: int, now: datetime) -> None:
    manifest = {"format": FORMAT, "version": 1, "made": now.isoformat(timespec="seconds"), level: count}
    (made / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
