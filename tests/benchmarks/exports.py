"""How long files of drawings take, and how large they are; Pillow with the same pictures beside it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from engine.dataset.npz import read_npz
from engine.export.formats import write_file
from engine.export.frames import Animation, Look, Stage
from engine.sample.artist import SUBJECTS, draw
from engine.strokes.smooth import smooth_drawing
from engine.strokes.stroke3 import from_stroke3
from engine.strokes.types import Drawing

REAL = Path(__file__).parents[3] / "shared" / "data" / "strokes" / "look_spliced_sample.npz"
MANY = 36


def drawings(count: int) -> tuple[list[Drawing], str]:
    """The longest real drawings where they are, else sample ones; and which they are."""
    if REAL.is_file():
        rows = [one for part in read_npz(REAL).splits.values() for one in part]
        rows = sorted(rows, key=len, reverse=True)[:count]
        found = [smooth_drawing(from_stroke3(one).normalised()) for one in rows]
        return (found * count)[:count], "real"
    subjects = list(SUBJECTS)
    return [draw(subjects[k % len(subjects)], np.random.default_rng(k)) for k in range(count)], "sample"


def plain_gif(path: Path, animation: Animation) -> None:
    """As one would write it without more ado: whole pictures, each with a palette of its own."""
    stage = Stage(animation)
    pictures = [Image.fromarray(stage.frame(t)) for t in animation.drawing_times_s()]
    times = [round(1000 / animation.fps)] * (len(pictures) - 1) + [1500]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=times, loop=0)


def measure_exports() -> dict[str, float | str]:
    """Seconds (of wall and of the processor) and KB of a GIF of one drawing, and of 36 at once.

    Returns:
        `one_s`, `one_cpu_s`, `one_kb`, `many_s`, `many_cpu_s`, `many_kb`, the same of Pillow alone as
        `peer_...`, seconds of one drawing in the other formats (`apng_s`, `mp4_s`, `webm_s`), and `drawings`.
    """
    found, kind = drawings(MANY)
    one, many = Animation(found[:1], Look((512, 512))), Animation(found, Look((1080, 1080)))
    figures: dict[str, float | str] = {"drawings": kind, "points": sum(d.n_points for d in found)}
    with TemporaryDirectory() as folder:
        for name, animation in (("one", one), ("many", many)):
            path = Path(folder) / f"{name}.gif"
            figures |= _timed(name, path, lambda path, a=animation: write_file(path, a))
            figures |= _timed(f"peer_{name}", path, lambda path, a=animation: plain_gif(path, a))
        for suffix in ("apng", "mp4", "webm"):
            path = Path(folder) / f"one.{suffix}"
            figures |= _timed(suffix, path, lambda path, key=suffix: write_file(path, one, key))
    return figures


def _timed(name: str, path: Path, write: Callable[[Path], object]) -> dict[str, float | str]:
    wall, cpu = time.perf_counter(), time.process_time()
    write(path)
    return {
        f"{name}_s": round(time.perf_counter() - wall, 2),
        f"{name}_cpu_s": round(time.process_time() - cpu, 2),
        f"{name}_kb": round(path.stat().st_size / 1000, 1),
    }


if __name__ == "__main__":
    for key, value in measure_exports().items():
        print(f"{key:16} {value}")
