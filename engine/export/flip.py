"""A flip book: whole drawings one after the other, so that one turns into the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from pathlib import Path

import numpy as np
from PIL import Image

from engine.errors import UserError
from engine.export.colours import ink_ramp
from engine.export.frames import Animation, Look, Stopped, fit_cell, watched
from engine.export.gif import MAX_FPS
from engine.project.atomic import replacing, write_with
from engine.project.progress import Reporter, Silent
from engine.strokes.raster import draw_strokes
from engine.strokes.types import Drawing

_SHADES = 8


def write_flip(
    path: Path,
    drawings: Sequence[Drawing],
    look: Look,
    *,
    fps: int = 20,
    hold_s: float = 0.8,
    reporter: Reporter | None = None,
) -> bool:
    """Write a film that goes from the first drawing to the last and back, in one step.

    Args:
        path: The file to make or replace: an endless `.gif`, an endless animated `.png`, or one round as
            `.mp4` or `.webm`.
        drawings: Two at least, in one unit: all lie on one sheet.
        look: Size, colours, pen and margin; the drawings take its inks in turn.
        fps: Drawings a second, at most 50.
        hold_s: How long the first and the last stay.
        reporter: Hears of progress, may stop.

    Returns:
        False when it was stopped; nothing is written then.

    Raises:
        UserError: if there is no such format, or the file cannot be written.
        ValueError: for fewer drawings, or more pictures a second than a GIF can hold.
    """
    if len(drawings) < 2 or not 0 < fps <= MAX_FPS:
        raise ValueError(f"a flip book has two drawings and 1 to {MAX_FPS} a second")
    kind = path.suffix.lower()
    if kind not in (".gif", ".png", ".mp4", ".webm"):
        raise UserError(f"{path.name} is no film.", "Let it end in .gif, .png, .mp4 or .webm.")
    order = [*range(len(drawings)), *range(len(drawings) - 2, 0, -1)]
    frames = _frames(drawings, look, watched(order, reporter or Silent(), path.name))
    held = [index in (0, len(drawings) - 1) for index in order]
    try:
        if kind in (".gif", ".png"):
            unit_ms = 10 if kind == ".gif" else 1
            durations = [unit_ms * round(1000 / unit_ms * (hold_s if hold else 1 / fps)) for hold in held]
            _save(path, frames, durations, kind)
        else:
            times = [max(round(hold_s * fps), 1) if hold else 1 for hold in held]
            _encode(path, frames, times, Animation(drawings, look, fps=fps), kind)
    except Stopped:
        return False
    return True


def _save(path: Path, frames: Iterator[Image.Image], durations_ms: list[int], kind: str) -> None:
    first = next(frames)
    with replacing(path) as file:
        if kind == ".gif":
            first.save(
                file, format="GIF", save_all=True, append_images=frames, duration=durations_ms, loop=0,
                optimize=False,
            )  # fmt: skip
        else:  # Pillow reads them twice, and gives an APNG one palette only
            rest = [frame.convert("RGB") for frame in frames]
            first.convert("RGB").save(
                file, format="PNG", save_all=True, append_images=rest, duration=durations_ms, loop=0
            )


def _encode(
    path: Path, frames: Iterator[Image.Image], times: Sequence[int], animation: Animation, kind: str
) -> None:
    from engine.export.film import encode  # here: ffmpeg, which few callers need

    pictures = (np.asarray(frame.convert("RGB")) for frame in frames)
    film = chain.from_iterable(repeat(one, n) for one, n in zip(pictures, times, strict=True))
    write_with(path, lambda target: encode(target, film, animation, kind.removeprefix(".")))


def _frames(drawings: Sequence[Drawing], look: Look, order: Iterator[float]) -> Iterator[Image.Image]:
    everything = [stroke for drawing in drawings for stroke in drawing.strokes if len(stroke)]
    cell = fit_cell(everything, look.size_px, look, 0, 0)
    palettes = [ink_ramp(look.paper, ink, _SHADES + 1).tobytes() for ink in look.inks]
    for index in order:
        lines = [cell.to_pixels(stroke) for stroke in drawings[int(index)].strokes if len(stroke)]
        grey = draw_strokes(lines, look.size_px, look.pen_px(look.size_px))
        ink = np.round((255 - grey.astype(np.float32)) * _SHADES / 255).astype(np.uint8)
        image = Image.fromarray(ink, mode="P")
        image.putpalette(palettes[int(index) % len(palettes)])
        yield image
