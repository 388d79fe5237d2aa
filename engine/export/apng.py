"""Animated PNG, through Pillow. Programs that know no animation show its first picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from PIL import Image
from PIL.PngImagePlugin import Blend, Disposal

from engine.export.deltas import Palette, spans, write_pictures
from engine.export.frames import Animation
from engine.project.progress import Reporter


def write_apng(path: Path, animation: Animation, reporter: Reporter | None = None) -> bool:
    """Write an endless APNG with the exact duration, in one step.

    Args:
        path: The file to make or replace.
        animation: What to show.
        reporter: Hears of progress, may stop.

    Returns:
        False when it was stopped; nothing is written then.

    Raises:
        UserError: if the file cannot be written.
    """
    return write_pictures(path, animation, list(spans(animation, 1000)), save_apng, reporter)


def save_apng(
    file: BinaryIO, frames: Iterator[Image.Image], durations_ms: list[int], palette: Palette
) -> None:
    """Write pictures of `DeltaPictures`, each laid over those before."""
    next(frames).save(
        file,
        format="PNG",
        save_all=True,
        append_images=list(frames),  # Pillow reads them twice
        duration=durations_ms,
        loop=0,
        disposal=Disposal.OP_NONE,
        blend=Blend.OP_OVER,
        transparency=palette.unchanged,
    )
