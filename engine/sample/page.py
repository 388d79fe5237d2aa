"""One page of the sample book: drawings laid out, inked, bound, numbered and scanned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.sample import paper
from engine.sample.artist import SUBJECTS, draw
from engine.sample.badscan import spoil
from engine.sample.book import Kind, PageSpec
from engine.sample.cover import paint_cover
from engine.sample.ink import Image, blurred, coverage, lay_ink, shade
from engine.sample.lettering import write_number
from engine.sample.notes import write_notes
from engine.sample.pen import Points, resample
from engine.sample.watercolour import paint_wash

STEP_PX = 2.0
"""Spacing of the points of a truth stroke."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A finished page.

    Attributes:
        image: `(height, width, 3)` uint8 RGB.
        truth: What is on it, JSON-ready.
    """

    image: NDArray[np.uint8]
    truth: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Placed:
    """A drawing in page pixels.

    Attributes:
        subject: What it is.
        strokes: In drawing order, `(n, 2)` about 2 px apart.
    """

    subject: str
    strokes: tuple[Points, ...]


def render_page(spec: PageSpec, seed: int) -> Scan:
    """Make one page; the same spec and seed give the same pixels."""
    geometry, look = spec.geometry_rng(seed), spec.appearance_rng(seed)
    angle = float(np.clip(look.normal(0.0, 0.45), -1.2, 1.2))
    width = float(np.clip(geometry.lognormal(np.log(3.7), 0.27), 2.5, 7.0))
    placed = [_turned(p, angle) for p in _place_all(spec, geometry)]
    if spec.kind is Kind.COVER:
        image, placed = paint_cover(spec.book, [s for p in placed for s in p.strokes], look), []
    else:
        image = _sheet(spec, look, angle, geometry)
        _fill(image, spec, look, geometry, [s for p in placed for s in p.strokes], width)
    pixels = paper.finish(image, look)
    if spec.kind is Kind.BAD_SCAN:
        pixels, placed = spoil(pixels, spec.page or 0, look), []
    return Scan(pixels, _truth(spec, seed, placed, angle, width))


def _place_all(spec: PageSpec, rng: np.random.Generator) -> list[Placed]:
    """Draw the page's subjects and find each a place, unrotated."""
    boxes = _layout(len(spec.subjects), spec.page or 1, rng)
    return [_place(subject, box, rng) for subject, box in zip(spec.subjects, boxes, strict=True)]


def _layout(count: int, page: int, rng: np.random.Generator) -> list[tuple[float, float, float, float]]:
    """Boxes `(x0, y0, x1, y1)` for the drawings, clear of the binding, the edge and the page number."""
    left, right = (120.0, 1170.0) if page % 2 else (70.0, 1120.0)
    top, bottom, gap = 70.0, 1530.0, 50.0
    if count <= 1:
        return [(left, top, right, bottom)] * count
    if count == 3:
        rows = np.linspace(top, bottom, 3)[1] + rng.uniform(-60, 60)
        middle = (left + right) / 2
        boxes = [
            (left, top, middle, rows),
            (middle + gap, top, right, rows),
            (left + 150, rows + gap, right - 150, bottom),
        ]
        return (
            boxes
            if rng.random() < 0.5
            else [(a, top + bottom - d, c, top + bottom - b) for a, b, c, d in boxes]
        )
    if rng.random() < 0.5:
        middle = (top + bottom) / 2 + rng.uniform(-80, 80)
        return [(left, top, right, middle - gap / 2), (left, middle + gap / 2, right, bottom)]
    middle = (left + right) / 2 + rng.uniform(-60, 60)
    return [(left, top, middle - gap / 2, bottom), (middle + gap / 2, top, right, bottom)]


def _place(subject: str, box: tuple[float, float, float, float], rng: np.random.Generator) -> Placed:
    """Draw a subject and scale it into a box."""
    drawing = draw(subject, rng)
    size = np.concatenate(drawing.strokes).max(axis=0).astype(np.float64)
    room = np.array([box[2] - box[0], box[3] - box[1]])
    scale = float((room / size).min()) * rng.uniform(0.68, 0.98)
    corner = np.array(box[:2]) + (room - size * scale) * rng.uniform(0.25, 0.75, 2)
    return Placed(
        subject, tuple(resample(s.astype(np.float64) * scale + corner, STEP_PX) for s in drawing.strokes)
    )


def _turned(placed: Placed, angle: float) -> Placed:
    """Turn a drawing with its page."""
    return Placed(placed.subject, tuple(paper.rotated(s, angle) for s in placed.strokes))


def _sheet(spec: PageSpec, look: np.random.Generator, angle: float, geometry: np.random.Generator) -> Image:
    """The bound sheet with its number, before anything is drawn on it."""
    page = spec.page or 1
    side = "left" if page % 2 else "right"
    image = paper.blank_sheet(look, side)
    if look.random() < 0.25:
        _show_through(image, look)
    paper.add_binding(image, look, side, angle)
    if look.random() < 0.3:
        paper.add_bed_strip(image, look, angle)
    height = geometry.uniform(24, 34)
    outer = 1150.0 - 0.72 * height * len(str(page)) if side == "left" else 62.0
    lines = write_number(str(page), (outer, 1590.0 + geometry.uniform(-8, 6)), height, geometry)
    if geometry.random() < 0.2:
        date = f"2024-{1 + page % 12:02d}-{1 + (7 * page) % 28:02d}"
        lines += write_number(date, (560.0, 1600.0), 17.0, geometry)
    lay_ink(image, *coverage([paper.rotated(p, angle) for p in lines], 2.2, paper.SHAPE), (44, 42, 46), 0.9)
    return image


def _show_through(image: Image, rng: np.random.Generator) -> None:
    """The drawing on the back of the sheet, mirrored, soft and faint."""
    subject = list(SUBJECTS)[int(rng.integers(len(SUBJECTS)))]
    back = _place(subject, (120.0, 80.0, 1120.0, 1530.0), rng)
    mirrored = [s * (-1, 1) + (paper.WIDTH_PX - 1, 0) for s in back.strokes]
    cover, window = coverage(mirrored, 3.5, paper.SHAPE)
    shade(image, blurred(cover, 2.2), window, rng.uniform(0.03, 0.08))


def _fill(
    image: Image,
    spec: PageSpec,
    look: np.random.Generator,
    geometry: np.random.Generator,
    strokes: Sequence[Points],
    width: float,
) -> None:
    """Put the page's content on the sheet, in place."""
    if spec.kind is Kind.NOTES:
        write_notes(image, geometry, spec.page or 1)
        return
    density = 1.0
    if spec.kind is Kind.WATERCOLOUR or spec.variant == "-light":
        faint = spec.variant == "-light"
        paint_wash(image, geometry, strokes, strength=0.22 if faint else 1.0)
        density = 0.9
    if strokes:
        dark = geometry.uniform(14, 48)
        colour = (dark, dark * 0.97, dark + geometry.uniform(0, 16))
        cover, window = coverage(strokes, width, paper.SHAPE, geometry)
        cover *= np.clip(1.0 - geometry.uniform(0.0, 0.06) * (1 + paper.mottle(2, 12)[window]), 0.7, 1.0)
        lay_ink(
            image,
            blurred(cover, 0.55),
            window,
            colour,
            density * geometry.uniform(0.9, 1.0),
        )


def _truth(spec: PageSpec, seed: int, placed: Sequence[Placed], angle: float, width: float) -> dict[str, Any]:
    """What is on the page, in the format of the truth files traces are scored against."""
    return {
        "version": 1,
        "file": spec.file.rsplit("/", 1)[-1],
        "width": paper.WIDTH_PX,
        "height": paper.HEIGHT_PX,
        "kind": "scan",
        "label": spec.kind.value,
        "seed": seed,
        "index": 0 if spec.page is None else spec.page,
        "rotation_deg": round(angle, 4),
        "ink_width": round(width, 3),
        "n_drawings": len(placed),
        "drawings": [
            {
                "source": p.subject,
                "bbox": np.round(
                    [*np.concatenate(p.strokes).min(0), *np.concatenate(p.strokes).max(0)], 2
                ).tolist(),
                "ink_width": round(width, 2),
                "strokes": [np.round(s, 2).tolist() for s in p.strokes],
            }
            for p in placed
        ],
    }
