"""MP4 (H.264), through imageio and its ffmpeg."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.export.colours import rgb
from engine.export.frames import Animation, Stage, Stopped, watched
from engine.project.atomic import write_with
from engine.project.progress import Reporter, Silent


def write_mp4(path: Path, animation: Animation, reporter: Reporter | None = None) -> bool:
    """Write a film that every player knows (H.264, yuv420p), in one step.

    Args:
        path: The file to make or replace.
        animation: What to show; odd sizes gain one pixel of paper, which the format asks for.
        reporter: Hears of progress, may stop.

    Returns:
        False when it was stopped; nothing is written then.

    Raises:
        UserError: if the file cannot be written.
    """
    try:
        write_with(path, lambda target: _encode(target, animation, reporter or Silent(), path.name))
    except Stopped:
        return False
    return True


def _encode(target: Path, animation: Animation, reporter: Reporter, message: str) -> None:
    import imageio.v2 as imageio

    stage = Stage(animation)
    film: Any = imageio.get_writer(
        target,
        format="FFMPEG",
        fps=animation.fps,
        codec="libx264",
        pixelformat="yuv420p",
        macro_block_size=2,
        quality=None,
        output_params=["-crf", "18", "-preset", "medium", "-tune", "animation", "-movflags", "+faststart"],
    )
    with film:
        for t_s in watched(_times_s(animation), reporter, message):
            film.append_data(_even(stage.frame(t_s), animation.look.paper))


def _times_s(animation: Animation) -> list[float]:
    """The drawing's pictures, and the last one again for as long as the hold lasts."""
    times = animation.drawing_times_s()
    hold = round(animation.duration_s * animation.fps) - len(times)
    return times + [animation.pace.draw_s] * max(hold, 0)


def _even(frame: NDArray[np.uint8], paper: str) -> NDArray[np.uint8]:
    height, width = frame.shape[:2]
    if height % 2 == 0 and width % 2 == 0:
        return frame
    padded = np.empty((height + height % 2, width + width % 2, 3), dtype=np.uint8)
    padded[:] = rgb(paper)
    padded[:height, :width] = frame
    return padded
