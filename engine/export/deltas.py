"""Pictures of an animation in the colours of one palette, each holding only what changed: GIF and APNG."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.export.colours import ink_ramp
from engine.export.frames import Animation, Look, Stage, Stopped, watched
from engine.project.atomic import replacing
from engine.project.progress import Reporter, Silent

_SHADES = 16
"""From paper to ink: as many as four by four sub-pixels tell apart."""
_MOST_COLOURS = 255


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one file.

    Attributes:
        colours: RGB, RGB, ...: paper, then each ink's shades, last a colour that stands for "unchanged".
        numbers: `(inks, 256)` palette number of a pixel by its ink and its coverage.
        unchanged: Number of the last colour.
    """

    colours: bytes
    numbers: NDArray[np.uint8]
    unchanged: int


def make_palette(look: Look) -> Palette:
    """Paper and the shades of each ink; the more inks, the fewer shades."""
    shades = min(_SHADES, (_MOST_COLOURS - 1) // len(look.inks))
    ramps = [ink_ramp(look.paper, ink, shades + 1) for ink in look.inks]
    colours = np.concatenate([ramps[0][:1], *(ramp[1:] for ramp in ramps)])
    taken = {tuple(colour) for colour in colours.tolist()}
    spare = next((grey, grey, 0) for grey in range(256) if (grey, grey, 0) not in taken)
    shade = np.round(np.arange(256) * shades / 255).astype(int)
    numbers = np.arange(len(look.inks))[:, None] * shades + shade
    numbers[:, shade == 0] = 0
    table = np.concatenate([colours, np.array([spare], dtype=np.uint8)]).tobytes()
    return Palette(table, numbers.astype(np.uint8), len(colours))


class DeltaPictures:
    """Makes the pictures one after the other; the first is whole."""

    def __init__(self, animation: Animation) -> None:
        """Lay the drawings out."""
        self._stage = Stage(animation)
        self.palette = make_palette(animation.look)
        self._before = np.full(self._stage.ink_map.shape, self.palette.unchanged, dtype=np.uint8)

    def picture(self, t_s: float) -> Image.Image:
        """What has changed since the last call; the rest is the colour `palette.unchanged`."""
        unchanged = np.uint8(self.palette.unchanged)
        numbers = self.palette.numbers[self._stage.ink_map, self._stage.coverage(t_s)]
        image = self._image(np.where(numbers == self._before, unchanged, numbers))
        self._before = numbers
        return image

    def blank(self) -> Image.Image:
        """A picture in which nothing has changed."""
        return self._image(np.full_like(self._before, self.palette.unchanged))

    def pictures(self, times_s: Iterator[float]) -> Iterator[Image.Image]:
        """A picture for each time."""
        return (self.picture(t_s) for t_s in times_s)

    def _image(self, numbers: NDArray[np.uint8]) -> Image.Image:
        image = Image.fromarray(numbers, mode="P")
        image.putpalette(self.palette.colours)
        return image


Save = Callable[[BinaryIO, Iterator[Image.Image], list[int], Palette], None]


def write_pictures(
    path: Path, animation: Animation, durations_ms: list[int], save: Save, reporter: Reporter | None
) -> bool:
    """Write the pictures of an animation to a file, in one step.

    Args:
        path: The file to make or replace.
        animation: What to show.
        durations_ms: How long each picture stays.
        save: Writes them in the format of the file.
        reporter: Hears of progress, may stop.

    Returns:
        False when it was stopped; nothing is written then.

    Raises:
        UserError: if the file cannot be written.
    """
    pictures = DeltaPictures(animation)
    frames = pictures.pictures(watched(animation.drawing_times_s(), reporter or Silent(), path.name))
    try:
        with replacing(path) as file:
            save(file, frames, durations_ms, pictures.palette)
    except Stopped:
        return False
    return True


def spans(animation: Animation, per_s: int) -> Sequence[int]:
    """How long each picture stays, in whole parts of a second that sum to the duration exactly."""
    starts = np.arange(len(animation.drawing_times_s())) / animation.fps
    marks = np.round(np.append(starts, animation.duration_s) * per_s).astype(int)
    return [int(step) for step in np.diff(marks)]
