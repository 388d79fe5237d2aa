"""Animated GIF, through Pillow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from engine.errors import UserError
from engine.export.deltas import Palette, spans, write_pictures
from engine.export.frames import Animation
from engine.project.progress import Reporter

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
        UserError: if the file cannot be written, or for more pictures a second than a GIF can hold.
    """
    return write_pictures(path, animation, durations_ms(animation), save_gif, reporter)


def durations_ms(animation: Animation) -> list[int]:
    """How long each picture stays, in whole hundredths of a second that sum to the duration exactly.

    Raises:
        UserError: for more pictures a second than a GIF can hold.
    """
    if animation.fps > MAX_FPS:
        raise UserError(
            f"A GIF holds 1 to {MAX_FPS} pictures a second, not {animation.fps}.", "Choose fewer, or a film."
        )
    return [10 * span for span in spans(animation, 100)]


def save_gif(
    file: BinaryIO, frames: Iterator[Image.Image], durations_ms: list[int], palette: Palette
) -> None:
    """Write pictures of `DeltaPictures`; Pillow merges those that say the same and adds up their times."""
    next(frames).save(
        file,
        format="GIF",
        save_all=True,
        append_images=frames,
        duration=durations_ms,
        loop=0,
        disposal=1,
        palette=palette.colours,
        transparency=palette.unchanged,
        optimize=False,
    )
