"""Films, through imageio's ffmpeg: MP4 (H.264) and WebM (VP9)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError
from engine.export.colours import rgb
from engine.export.frames import Animation, Stage, Stopped, watched
from engine.project.atomic import write_with
from engine.project.progress import Reporter, Silent

MP4, WEBM = "mp4", "webm"
_CODECS = {MP4: "libx264", WEBM: "libvpx-vp9"}
_SETTINGS = {
    MP4: ["-crf", "18", "-preset", "medium", "-tune", "animation"],
    WEBM: ["-crf", "30", "-b:v", "0", "-deadline", "good", "-cpu-used", "5", "-row-mt", "1"],
}
_WRAPPING = {MP4: ["-f", "mp4", "-movflags", "+faststart"], WEBM: ["-f", "webm"]}
# Said in full: unmarked, a player takes small films for one kind of colour and large ones for another.
_COLOUR = [
    "-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709", "-color_primaries", "bt709",
    "-color_trc", "bt709", "-color_range", "tv",
]  # fmt: skip


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
    return _write(path, animation, reporter or Silent(), MP4)


def write_webm(path: Path, animation: Animation, reporter: Reporter | None = None) -> bool:
    """Write a film for web pages (VP9); see `write_mp4`."""
    return _write(path, animation, reporter or Silent(), WEBM)


def _write(path: Path, animation: Animation, reporter: Reporter, kind: str) -> bool:
    stage = Stage(animation)
    frames = (stage.frame(t_s) for t_s in watched(film_times_s(animation), reporter, path.name))
    try:
        write_with(path, lambda target: encode(target, frames, animation, kind))
    except Stopped:
        return False
    return True


def encode(target: Path, frames: Iterable[NDArray[np.uint8]], animation: Animation, kind: str) -> None:
    """Run ffmpeg over `(height, width, 3)` pictures.

    Raises:
        UserError: if ffmpeg gives up; the disk is full, mostly.
    """
    width, height = (side + side % 2 for side in animation.look.size_px)
    film = imageio_ffmpeg.write_frames(
        str(target),
        (width, height),
        fps=animation.fps,
        codec=_CODECS[kind],
        quality=None,
        macro_block_size=1,
        ffmpeg_log_level="error",
        output_params=[*_SETTINGS[kind], *_COLOUR, *_WRAPPING[kind]],
    )
    film.send(None)
    try:
        for frame in frames:
            film.send(_even(frame, animation.look.paper))
        film.close()
    except Stopped:
        with suppress(_Killed):
            film.throw(_Killed())
        raise
    except OSError as error:
        raise _gave_up(target, str(error).strip().splitlines()[-1]) from error
    if not target.exists() or not target.stat().st_size:
        raise _gave_up(target, "it wrote nothing")


class _Killed(BaseException):
    """Thrown into imageio-ffmpeg's generator, it ends ffmpeg at once, where closing it waits for the film."""


def _gave_up(target: Path, reason: str) -> UserError:
    return UserError(
        f"The film could not be made: ffmpeg says {reason[:200]!r}.",
        f"See whether there is room on the disk of {target.parent.parent}, or choose another kind of file.",
    )


def film_times_s(animation: Animation) -> list[float]:
    """The drawing's pictures, and the last one again for as long as the hold lasts."""
    times = animation.drawing_times_s()
    hold = round(animation.duration_s * animation.fps) - len(times)
    return times + [animation.pace.draw_s] * max(hold, 0)


def _even(frame: NDArray[np.uint8], paper: str) -> NDArray[np.uint8]:
    height, width = frame.shape[:2]
    if height % 2 == 0 and width % 2 == 0:
        return np.ascontiguousarray(frame)
    padded = np.empty((height + height % 2, width + width % 2, 3), dtype=np.uint8)
    padded[:] = rgb(paper)
    padded[:height, :width] = frame
    return padded
