"""A flip book: whole drawings one after the other, so that one turns into the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from engine.export.colours import ink_ramp
from engine.export.frames import Look, Stopped, fit_cell, watched
from engine.export.gif import MAX_FPS
from engine.project.atomic import replacing
from engine.project.progress import Reporter, Silent
from engine.strokes.raster import draw_strokes
from engine.strokes.types import Drawing

_SHADES = 8


def write_flip_gif(
    path: Path,
    drawings: Sequence[Drawing],
    look: Look,
    *,
    fps: int = 20,
    hold_s: float = 0.8,
    reporter: Reporter | None = None,
) -> bool:
    """Write an endless GIF that goes from the first drawing to the last and back, in one step.

    Args:
        path: The file to make or replace.
        drawings: Two at least, in one unit: all lie on one sheet.
        look: Size, colours, pen and margin; the first ink.
        fps: Drawings a second, at most 50.
        hold_s: How long the first and the last stay.
        reporter: Hears of progress, may stop.

    Returns:
        False when it was stopped; nothing is written then.

    Raises:
        UserError: if the file cannot be written.
        ValueError: for fewer drawings, or more pictures a second than a GIF can hold.
    """
    if len(drawings) < 2 or not 0 < fps <= MAX_FPS:
        raise ValueError(f"a flip book has two drawings and 1 to {MAX_FPS} a second")
    order = [*range(len(drawings)), *range(len(drawings) - 2, 0, -1)]
    step, hold = round(100 / fps) * 10, round(hold_s * 100) * 10
    durations = [hold if index in (0, len(drawings) - 1) else step for index in order]
    frames = _frames(drawings, look, watched(order, reporter or Silent(), path.name))
    try:
        with replacing(path) as file:
            next(frames).save(
                file,
                format="GIF",
                save_all=True,
                append_images=frames,
                duration=durations,
                loop=0,
                optimize=False,
            )
    except Stopped:
        return False
    return True


def _frames(drawings: Sequence[Drawing], look: Look, order: Iterator[float]) -> Iterator[Image.Image]:
    everything = [stroke for drawing in drawings for stroke in drawing.strokes if len(stroke)]
    cell = fit_cell(everything, look.size_px, look, 0, 0)
    palette = ink_ramp(look.paper, look.inks[0], _SHADES + 1).tobytes()
    for index in order:
        lines = [cell.to_pixels(stroke) for stroke in drawings[int(index)].strokes if len(stroke)]
        grey = draw_strokes(lines, look.size_px, look.pen_px(look.size_px))
        ink = np.round((255 - grey.astype(np.float32)) * _SHADES / 255).astype(np.uint8)
        image = Image.fromarray(ink, mode="P")
        image.putpalette(palette)
        yield image
