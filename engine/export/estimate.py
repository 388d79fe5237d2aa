"""How large a file will be, from some of its pictures: well under a second, within about a fifth."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.export.apng import save_apng
from engine.export.deltas import DeltaPictures, Palette
from engine.export.film import MP4, encode, film_times_s
from engine.export.frames import Animation, Stage, Stopped
from engine.export.gif import save_gif

Stop = Callable[[], bool]
Save = Callable[[io.BytesIO, Iterator[Image.Image], list[int], Palette], None]
_CHUNKS, _CHUNK = 6, 4
"""GIF and APNG: so many stretches of so many pictures; the first picture of all stands alone."""
_FILM_CHUNKS, _FILM_CHUNK, _SETTLING = 4, 14, 6
"""Films: an encoder that looks ahead needs longer stretches, and some pictures to forget a cut."""
_KEY_EVERY = {"mp4": 250, "webm": 128}
_WRAPPING_BYTES = {"mp4": (1500, 13), "webm": (900, 8)}
"""Of the file around the pictures: for the file, and for each picture."""


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

    Some stretches are encoded in one go, and only their packets are weighed.

    Raises:
        Stopped: when asked to.
    """
    times = film_times_s(animation)
    drawn = len(animation.drawing_times_s())
    chosen = [*_chunks(0, drawn, _FILM_CHUNKS, _FILM_CHUNK)]
    if len(times) > drawn:
        chosen += [*_chunks(drawn, len(times), 1, _FILM_CHUNK)]
    indices = [index for first, last, _ in chosen for index in range(first, last)]
    sizes = _packet_sizes(animation, kind, [times[index] for index in indices], stopped)
    total, at = 0.0, 0
    for first, last, upto in chosen:
        chunk = sizes[at : at + last - first]
        settling = min(_SETTLING, len(chunk) - 1) if first else 1
        total += float(np.mean(chunk[settling:] if len(chunk) > 1 else chunk)) * upto
        at += last - first
    keys = 1 + (len(times) - 1) // _KEY_EVERY[kind]
    whole, each = _WRAPPING_BYTES[kind]
    return round(total + float(sizes[0]) * keys + whole + each * len(times))


def _packet_sizes(
    animation: Animation, kind: str, times_s: Sequence[float], stopped: Stop
) -> NDArray[np.float64]:
    """`(times,)` bytes of each picture's packet, in the order of the pictures."""
    stage = Stage(animation)

    def frames() -> Iterator[NDArray[np.uint8]]:
        for t_s in times_s:
            _check(stopped)
            yield stage.frame(t_s)

    with tempfile.TemporaryDirectory(prefix="singleline-") as folder:
        listing = Path(folder) / "packets.txt"
        encode(listing, frames(), replace(animation), kind, ["-f", "framecrc"])
        rows = [line.split(",") for line in listing.read_text().splitlines() if not line.startswith("#")]
    packets = sorted((int(row[2]), int(row[4])) for row in rows)
    sizes = np.array([size for _, size in packets], dtype=np.float64)
    return np.resize(sizes, len(times_s)) if len(sizes) < len(times_s) else sizes[: len(times_s)]


def _check(stopped: Stop) -> None:
    if stopped():
        raise Stopped


__all__ = ["MP4", "apng_bytes", "film_bytes", "gif_bytes"]
