"""Animated GIF, through Pillow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.export.colours import ink_ramp
from engine.export.frames import Animation, Look, Stage, Stopped, watched
from engine.project.atomic import replacing
from engine.project.progress import Reporter, Silent

_SHADES = 16
"""From paper to ink: as many as four by four sub-pixels tell apart."""
MAX_FPS = 50
"""Browsers slow a GIF down whose pictures stay for less than 2/100 s."""


def write_gif(path: Path, animation: Animation, reporter: Reporter | None = None) -> bool:
    """Write an endless GIF with one palette and the exact duration, in one step.

    Args:
        path: The file to make or replace.
        animation: What to show; at most 50 pictures a second.
        reporter: Hears of progress, may stop.

    Returns:
        False when it was stopped; nothing is written then.

    Raises:
        UserError: if the file cannot be written.
        ValueError: for more pictures a second than a GIF can hold.
    """
    if not 0 < animation.fps <= MAX_FPS:
        raise ValueError(f"a GIF holds 1 to {MAX_FPS} pictures a second, got {animation.fps}")
    times = animation.drawing_times_s()
    palette = _make_palette(animation.look)
    frames = _frames(animation, palette, watched(times, reporter or Silent(), path.name))
    try:
        with replacing(path) as file:
            next(frames).save(
                file,
                format="GIF",
                save_all=True,
                append_images=frames,
                duration=durations_ms(animation),
                loop=0,
                disposal=1,
                palette=palette.colours,
                transparency=palette.unchanged,
                optimize=False,
            )
    except Stopped:
        return False
    return True


def durations_ms(animation: Animation) -> list[int]:
    """How long each picture stays, in whole hundredths of a second that sum to the duration exactly."""
    starts = np.arange(len(animation.drawing_times_s())) / animation.fps
    marks = np.round(np.append(starts, animation.duration_s) * 100).astype(int)
    return [int(step) * 10 for step in np.diff(marks)]


def _frames(animation: Animation, palette: _Palette, times: Iterator[float]) -> Iterator[Image.Image]:
    """Pictures in palette numbers; after the first only what changed is there, the rest is transparent."""
    stage = Stage(animation)
    before = np.full(stage.ink_map.shape, palette.unchanged, dtype=np.uint8)
    for t_s in times:
        numbers = palette.numbers[stage.ink_map, stage.coverage(t_s)]
        image = Image.fromarray(np.where(numbers == before, np.uint8(palette.unchanged), numbers), mode="P")
        image.putpalette(palette.colours)
        yield image
        before = numbers


@dataclass(frozen=True, slots=True)
class _Palette:
    """The colours of one GIF.

    Attributes:
        colours: RGB, RGB, ...: paper, then each ink's shades, last a colour that stands for "unchanged".
        numbers: `(inks, 256)` palette number of a pixel by its ink and its coverage.
        unchanged: Number of the last colour.
    """

    colours: bytes
    numbers: NDArray[np.uint8]
    unchanged: int


def _make_palette(look: Look) -> _Palette:
    shades = min(_SHADES, 254 // len(look.inks))
    ramps = [ink_ramp(look.paper, ink, shades + 1) for ink in look.inks]
    colours = np.concatenate([ramps[0][:1], *(ramp[1:] for ramp in ramps)])
    taken = {tuple(colour) for colour in colours.tolist()}
    spare = next((grey, grey, 0) for grey in range(256) if (grey, grey, 0) not in taken)
    shade = np.round(np.arange(256) * shades / 255).astype(int)
    numbers = np.arange(len(look.inks))[:, None] * shades + shade
    numbers[:, shade == 0] = 0
    table = np.concatenate([colours, np.array([spare], dtype=np.uint8)]).tobytes()
    return _Palette(table, numbers.astype(np.uint8), len(colours))
