"""How large a file will be, from some of its pictures: well under a second, within about a fifth."""

from __future__ import annotations

import io
import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.export.apng import save_apng
from engine.export.deltas import DeltaPictures, Palette
from engine.export.film import MP4, WEBM, encode, film_times_s
from engine.export.frames import Animation, Stage, Stopped
from engine.export.gif import save_gif
from engine.export.grid import grid_shape
from engine.strokes.types import stroke_length

Stop = Callable[[], bool]
Save = Callable[[io.BytesIO, Iterator[Image.Image], list[int], Palette], None]
_CHUNKS, _CHUNK = 12, 3
"""GIF and APNG: so many stretches of so many pictures; the first picture of all stands alone."""
_PIXELS = {MP4: 12_000_000, WEBM: 8_000_000}
"""Of all pictures of a film together: so many are encoded in half a second (two cores)."""
_WORTH_IT = 1.4
"""A film that is so little larger is made as it is: very small ones say little about it."""
_FEW = 4


def gif_bytes(animation: Animation, stopped: Stop) -> int:
    """About how large `write_gif` would make it. Raises Stopped."""
    return _delta_bytes(animation, save_gif, stopped)


def apng_bytes(animation: Animation, stopped: Stop) -> int:
    """About how large `write_apng` would make it. Raises Stopped."""
    return _delta_bytes(animation, save_apng, stopped)


def _delta_bytes(animation: Animation, save: Save, stopped: Stop) -> int:
    times = animation.drawing_times_s()
    pictures = DeltaPictures(animation)
    total = _saved_bytes(save, [pictures.picture(times[0])], pictures.palette)
    blank = pictures.blank()
    alone = _saved_bytes(save, [blank], pictures.palette)
    for first, last, upto in _chunks(1, len(times), _CHUNKS, _CHUNK):
        _check(stopped)
        pictures.picture(times[first - 1])
        changes = [pictures.picture(times[index]) for index in range(first, last)]
        taken = _saved_bytes(save, [blank, *changes], pictures.palette) - alone
        total += round(taken * upto / (last - first))
    return total


def _chunks(start: int, stop: int, chunks: int, length: int) -> Iterator[tuple[int, int, int]]:
    """`(first, last, stands for)`: short runs of numbers in the middles of equal parts of a range."""
    marks = np.unique(np.linspace(start, stop, max(min(chunks, stop - start), 1) + 1).astype(int))
    for low, high in zip(marks[:-1].tolist(), marks[1:].tolist(), strict=True):
        first = low + max(0, (high - low - length) // 2)
        yield first, min(first + length, high), high - low


def _saved_bytes(save: Save, pictures: Sequence[Image.Image], palette: Palette) -> int:
    buffer = io.BytesIO()
    # Unequal times: equal pictures would be merged all the same, but no time may add up beyond the format.
    save(buffer, iter(pictures), [40] * len(pictures), palette)
    return buffer.tell()


def film_bytes(animation: Animation, kind: str, stopped: Stop) -> int:
    """About how large `write_mp4` or `write_webm` would make it.

    The whole film is made in two small sizes. What the ink costs grows with the size of the picture, what
    the pictures cost as such does not: two sizes tell the two apart.

    Raises:
        Stopped: when asked to.
    """
    some, times_as_much = _some_drawings(animation)
    pixels = math.prod(some.look.size_px) * len(film_times_s(some))
    if pixels <= _WORTH_IT * _PIXELS[kind]:
        size = _film_size(some, kind, stopped)
        if times_as_much == 1.0:
            return size
        empty = _film_size(replace(_smaller(some, 0.0), drawings=()), kind, stopped)
        return round(empty + (size - empty) * times_as_much)
    large = min(math.sqrt(_PIXELS[kind] / pixels), 0.7)
    sizes = [_film_size(_smaller(some, share), kind, stopped) for share in (large, large / 2)]
    step_px = _step_px(some)
    whole, larger, smaller = (_ink_cost(step_px * share) for share in (1.0, large, large / 2))
    ink = (sizes[0] - sizes[1]) / (larger - smaller)
    return round(sizes[0] + ink * (whole * times_as_much - larger))


def _ink_cost(step_px: float) -> float:
    """What a pen costs that moves so far from picture to picture, in arbitrary units.

    Fitted to films of 1 to 36 drawings of 400 to 1080 px: a short step is a change of one block however
    short it is; with long ones the cost grows a little faster than the step.
    """
    return float(step_px**0.4 * (1 + step_px / 25) ** 0.98)


def _step_px(animation: Animation) -> float:
    """How far a pen moves from picture to picture, on average."""
    lines = [sum(map(stroke_length, clock.strokes)) for clock in Stage(animation).timelines_px()]
    return max(float(np.mean(lines)) / len(animation.drawing_times_s()), 1e-3) if lines else 1.0


def _film_size(animation: Animation, kind: str, stopped: Stop) -> int:
    stage = Stage(animation)

    def frames() -> Iterator[NDArray[np.uint8]]:
        for t_s in film_times_s(animation):
            _check(stopped)
            yield stage.frame(t_s)

    with tempfile.TemporaryDirectory(prefix="singleline-") as folder:
        film = Path(folder) / f"film.{kind}"
        encode(film, frames(), animation, kind)
        return film.stat().st_size


def _some_drawings(animation: Animation) -> tuple[Animation, float]:
    """Of a large grid a few, as large, from the shortest to the longest; and how much more ink all have."""
    lengths = [drawing.length for drawing in animation.drawings]
    if len(lengths) <= _FEW + 1:
        return animation, 1.0
    ranks = np.linspace(0, len(lengths) - 1, _FEW).round().astype(int)
    chosen = np.argsort(lengths)[ranks].tolist()
    stage = Stage(animation)
    columns, rows = grid_shape(_FEW, 1.0)
    width, height = stage.cell_px
    look = replace(animation.look, size_px=(columns * width, rows * height), line_px=stage.pen_px)
    some = replace(animation, drawings=[animation.drawings[index] for index in chosen], look=look)
    return some, sum(lengths) / max(sum(lengths[index] for index in chosen), 1e-9)


def _smaller(animation: Animation, share: float) -> Animation:
    width, height = (max(16, round(side * share)) for side in animation.look.size_px)
    line_px = max(Stage(animation).pen_px * share, 0.25)
    return replace(animation, look=replace(animation.look, size_px=(width, height), line_px=line_px))


def _check(stopped: Stop) -> None:
    if stopped():
        raise Stopped
