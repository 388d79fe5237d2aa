"""A contact sheet: many drawings side by side on one sheet of paper."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.export.colours import ink_ramp, rgb
from engine.export.frames import Look, fit_cell
from engine.project.atomic import replacing
from engine.strokes.raster import draw_strokes
from engine.strokes.types import Drawing

_LARGEST_PX = 12_000
_CAPTION_SHARE = 0.11
_BORDER_SHARE = 0.25


def write_sheet(
    path: Path,
    drawings: Sequence[Drawing],
    *,
    captions: Sequence[str] = (),
    columns: int | None = None,
    cell_px: int = 280,
    look: Look | None = None,
) -> None:
    """Write a PNG with every drawing in a cell of its own, in one step.

    Args:
        path: The file to make or replace.
        drawings: What to show; an empty one leaves its cell blank.
        captions: A line under each drawing; none by default.
        columns: Drawings a row; a sheet a little wider than high by default.
        cell_px: Side of a cell; made smaller where the sheet would exceed 12,000 pixels.
        look: Colours, pen and margin; its size is not used.

    Raises:
        UserError: if the file cannot be written.
        ValueError: if there are captions, but not one for each drawing.
    """
    if captions and len(captions) != len(drawings):
        raise ValueError(f"{len(captions)} captions for {len(drawings)} drawings")
    image = draw_sheet(drawings, captions, columns, cell_px, look or Look())
    with replacing(path) as file:
        image.save(file, format="PNG")


def draw_sheet(
    drawings: Sequence[Drawing], captions: Sequence[str], columns: int | None, cell_px: int, look: Look
) -> Image.Image:
    """The sheet as a picture; see `write_sheet`."""
    columns = columns or _columns(len(drawings))
    rows = max(1, math.ceil(len(drawings) / columns))
    cell_px = max(8, min(cell_px, _LARGEST_PX // (max(columns, rows) + 1)))
    line_px = round(cell_px * _CAPTION_SHARE) if captions else 0
    border = round(cell_px * _BORDER_SHARE)
    size = (columns * cell_px + 2 * border, rows * (cell_px + line_px) + 2 * border)
    sheet = Image.new("RGB", size, look.paper)
    for i, drawing in enumerate(drawings):
        x, y = border + i % columns * cell_px, border + i // columns * (cell_px + line_px)
        sheet.paste(_picture(drawing, cell_px, look, look.inks[i % len(look.inks)]), (x, y))
        if captions:
            _write_caption(sheet, captions[i], x + cell_px / 2, y + cell_px, line_px, cell_px, look)
    return sheet


def _columns(count: int) -> int:
    """Columns of a sheet a little wider than high that leaves the fewest cells empty."""
    square = max(1, math.ceil(math.sqrt(count)))
    widest = max(square, math.floor(math.sqrt(count * 1.8)))
    return min(range(square, widest + 1), key=lambda columns: -count % columns)


def _picture(drawing: Drawing, cell_px: int, look: Look, ink: str) -> Image.Image:
    strokes = [s for s in drawing.strokes if len(s)]
    cell = fit_cell(strokes, (cell_px, cell_px), look, 0, 0)
    lines = [cell.to_pixels(s) for s in strokes]
    grey = draw_strokes(lines, (cell_px, cell_px), look.pen_px((cell_px, cell_px)))
    return Image.fromarray(ink_ramp(look.paper, ink, 256)[255 - grey])


def _write_caption(
    sheet: Image.Image, text: str, middle: float, top: float, line_px: int, width: int, look: Look
) -> None:
    """Centred, quieter than the drawing, cut off with dots where it is too long."""
    font = ImageFont.load_default(size=max(line_px * 0.62, 6))
    while len(text) > 1 and font.getlength(text) > width * 0.94:
        text = text.rstrip("…")[:-1] + "…"
    colour = tuple(np.round(0.45 * rgb(look.paper) + 0.55 * rgb(look.inks[0])).astype(int).tolist())
    ImageDraw.Draw(sheet).text((middle, top), text, fill=colour, font=font, anchor="ma")
