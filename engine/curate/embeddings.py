"""Embeddings in the project: made once a picture and model, kept in the index."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from engine.curate.embedders import DEFAULT_EMBEDDER, Embedder, load_embedder
from engine.curate.looks import LOOK_MODEL, Looks
from engine.errors import UserError
from engine.project.ids import Level
from engine.project.progress import Reporter, Silent
from engine.project.project import Project
from engine.scans.pages import pages
from engine.scans.thumbnails import load_preview
from engine.strokes.raster import draw_strokes
from engine.strokes.types import DRAWING_SIZE_UNITS, Drawing, Stroke
from engine.trace.drawings import drawings

_READERS = 2
_BATCH = 16  # pictures a step: what is done again after a crash, and how long a stop waits
_DRAWING_PX = 448
_DRAWING_PEN_PX = 3.0

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Item:
    """Something to embed: its id, the hash of what will be looked at, and how to get to see it."""

    id: str
    input: str
    load: Callable[[], Picture]


@dataclass(slots=True)
class EmbedReport:
    """What embedding came to: ids embedded now, number that were there already, failures with reasons."""

    model: str
    embedded: list[str] = field(default_factory=list)
    fresh: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    stopped: bool = False


def embed_items(
    project: Project, level: Level = "pages", model: str = DEFAULT_EMBEDDER, reporter: Reporter | None = None
) -> EmbedReport:
    """Embed every page or drawing whose embedding is missing or out of date.

    Args:
        project: Open for writing.
        level: Pages or drawings.
        model: Name of the embedder.
        reporter: Hears of progress; may stop between batches.

    Raises:
        UserError: if there is nothing to embed, or the model cannot be had.
    """
    reporter, report = reporter or Silent(), EmbedReport(model)
    items = _page_items(project) if level == "pages" else _drawing_items(project)
    if not items:
        raise UserError(f"There are no {level} to embed yet.", _NEXT_STEP[level])
    known = dict(
        project.index.execute(
            "SELECT id, input FROM embeddings WHERE level = ? AND model = ?", (level, model)
        )
    )
    todo = [item for item in items if known.get(item.id) != item.input]
    report.fresh = len(items) - len(todo)
    if not todo:
        return report
    embedder = load_embedder(model)
    for start in range(0, len(todo), _BATCH):
        if reporter.stopped():
            report.stopped = True
            break
        _embed_batch(project, level, embedder, todo[start : start + _BATCH], report, reporter)
        reporter.progress(min(start + _BATCH, len(todo)), len(todo), todo[start].id)
    return report


_NEXT_STEP: dict[Level, str] = {
    "pages": "Import a folder of scans first: `singleline import PROJECT DIR`.",
    "drawings": "Trace accepted pages first: `singleline trace PROJECT`.",
}


def load_embeddings(
    project: Project, level: Level = "pages", model: str | None = None
) -> tuple[list[str], NDArray[np.float32]]:
    """All embeddings of a level, of items that are still there.

    Args:
        project: The project.
        level: Pages or drawings.
        model: Name of the embedder; the one with the most embeddings when None.

    Returns:
        Ids and `(n, d)` float32 vectors, in the order of the ids.

    Raises:
        UserError: if there are none.
    """
    model = model or embedded_with(project, level)
    table = "pages" if level == "pages" else "drawings"
    rows = project.index.execute(
        f"SELECT e.id, e.vector FROM embeddings e JOIN {table} t ON t.id = e.id"
        " WHERE e.level = ? AND e.model = ? AND t.gone = 0 ORDER BY e.id",
        (level, model),
    ).fetchall()
    if not rows:
        raise UserError(
            f"The {level} have no embeddings yet.", f"Run `singleline embed PROJECT --level {level}` first."
        )
    vectors = np.stack([np.frombuffer(row["vector"], dtype="<f4") for row in rows])
    return [row["id"] for row in rows], vectors


def load_looks(project: Project, level: Level, ids: Sequence[str]) -> Looks | None:
    """The looks of these items, one row each; None unless every one of them has its look."""
    try:
        found, vectors = load_embeddings(project, level, LOOK_MODEL)
    except UserError:
        return None
    rows = {id_: at for at, id_ in enumerate(found)}
    if not all(id_ in rows for id_ in ids):
        return None
    return Looks.of(vectors[[rows[id_] for id_ in ids]])


def embedded_with(project: Project, level: Level) -> str:
    """The model most items of a level are embedded with; the default when none is."""
    row = project.index.execute(
        "SELECT model FROM embeddings WHERE level = ? AND model <> ?"
        " GROUP BY model ORDER BY count(*) DESC LIMIT 1",
        (level, LOOK_MODEL),
    ).fetchone()
    return row["model"] if row else DEFAULT_EMBEDDER


def _embed_batch(
    project: Project,
    level: Level,
    embedder: Embedder,
    batch: Sequence[_Item],
    report: EmbedReport,
    reporter: Reporter,
) -> None:
    seen: list[_Item] = []
    pictures: list[Picture] = []
    with ThreadPoolExecutor(_READERS) as pool:
        for item, loaded in zip(batch, pool.map(_load, batch), strict=True):
            if isinstance(loaded, UserError):
                report.failed.append((item.id, str(loaded)))
                reporter.event("item_failed", item=item.id, reason=str(loaded))
            else:
                pictures.append(loaded)
                seen.append(item)
    if not seen:
        return
    vectors = embedder.embed(pictures).astype("<f4")
    with project.transaction() as index:
        index.executemany(
            "INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?, ?, ?)",
            [
                (level, embedder.name, item.id, item.input, vector.tobytes())
                for item, vector in zip(seen, vectors, strict=True)
            ],
        )
    report.embedded.extend(item.id for item in seen)


def _load(item: _Item) -> Picture | UserError:
    """An item's picture; a problem is a value, so the batch goes on."""
    try:
        return item.load()
    except UserError as error:
        return error


def _page_items(project: Project) -> list[_Item]:
    return [
        _Item(page.id, page.sha256, partial(load_preview, project.layout, page.sha256, page.path))
        for page in pages(project)
    ]


def _drawing_items(project: Project) -> list[_Item]:
    return [
        _Item(row.id, _strokes_hash(row.drawing.strokes), partial(_picture, row.drawing))
        for row in drawings(project)
    ]


def _picture(drawing: Drawing) -> Picture:
    """A drawing as a page would show it: dark line, light paper, room around."""
    room = np.float32(_DRAWING_PX * 0.05)
    scale = np.float32((_DRAWING_PX - 2 * room) / DRAWING_SIZE_UNITS)
    strokes = [stroke * scale + room for stroke in drawing.strokes]
    grey = draw_strokes(strokes, (_DRAWING_PX, _DRAWING_PX), _DRAWING_PEN_PX)
    return np.repeat(grey[:, :, None], 3, axis=2)


def _strokes_hash(strokes: tuple[Stroke, ...]) -> str:
    digest = hashlib.sha256()
    for stroke in strokes:
        digest.update(len(stroke).to_bytes(4, "little"))
        digest.update(stroke.tobytes())
    return digest.hexdigest()[:32]
