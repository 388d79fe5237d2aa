"""Every kind of file that drawings can be written to: the one list of the command line and the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.errors import UserError
from engine.export.apng import write_apng
from engine.export.estimate import Stop, apng_bytes, film_bytes, gif_bytes
from engine.export.film import MP4, WEBM, write_mp4, write_webm
from engine.export.frames import Animation
from engine.export.gif import write_gif
from engine.export.moving_svg import moving_svg
from engine.export.plotter_files import gcode, hpgl, plotter_svg
from engine.export.still import png, still_svg, stroke3_npz
from engine.project.atomic import write_bytes
from engine.project.progress import Reporter, Silent

Write = Callable[[Path, Animation, Reporter], bool]
Weigh = Callable[[Animation, Stop], int]


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A kind of file.

    Attributes:
        key: What the command line and the code call it.
        title: What the window calls it.
        suffix: Of its files.
        moves: Whether the drawing draws itself in it.
        many: Whether it can show several drawings.
        write: Makes or replaces a file in one step; False when the reporter stopped it.
        weigh: About how many bytes that will be.
    """

    key: str
    title: str
    suffix: str
    moves: bool
    many: bool
    write: Write
    weigh: Weigh


def _whole(make: Callable[[Animation], bytes]) -> tuple[Write, Weigh]:
    """How to write and weigh a file that is made in one go."""

    def write(path: Path, animation: Animation, reporter: Reporter) -> bool:
        reporter.progress(0, 1, path.name)
        data = make(animation)
        if reporter.stopped():
            return False
        write_bytes(path, data)
        reporter.progress(1, 1, path.name)
        return True

    return write, lambda animation, _: len(make(animation))


def _plotter_svg(animation: Animation) -> bytes:
    return plotter_svg(animation.drawings, animation.plot, animation.look.inks).encode()


def _hpgl(animation: Animation) -> bytes:
    return hpgl(animation.drawings, animation.plot, len(animation.look.inks)).encode("ascii")


def _gcode(animation: Animation) -> bytes:
    return gcode(animation.drawings, animation.plot, len(animation.look.inks)).encode("ascii")


def _moving_svg(animation: Animation) -> bytes:
    return moving_svg(animation).encode()


def _still_svg(animation: Animation) -> bytes:
    return still_svg(animation).encode()


_LIST = (
    FileFormat("gif", "GIF", ".gif", True, True, write_gif, gif_bytes),
    FileFormat("apng", "Animated PNG", ".apng", True, True, write_apng, apng_bytes),
    FileFormat("mp4", "Film (MP4)", ".mp4", True, True, write_mp4, lambda a, s: film_bytes(a, MP4, s)),
    FileFormat("webm", "Film (WebM)", ".webm", True, True, write_webm, lambda a, s: film_bytes(a, WEBM, s)),
    FileFormat("moving-svg", "SVG that draws itself", ".svg", True, True, *_whole(_moving_svg)),
    FileFormat("svg", "Lines (SVG)", ".svg", False, True, *_whole(_still_svg)),
    FileFormat("png", "Picture (PNG)", ".png", False, True, *_whole(png)),
    FileFormat("npz", "Pen moves (stroke-3 .npz)", ".npz", False, True, *_whole(stroke3_npz)),
    FileFormat("plotter-svg", "Plotter: SVG in mm", ".svg", False, True, *_whole(_plotter_svg)),
    FileFormat("hpgl", "Plotter: HPGL", ".hpgl", False, True, *_whole(_hpgl)),
    FileFormat("gcode", "Plotter: G-code", ".gcode", False, True, *_whole(_gcode)),
)
FORMATS = {one.key: one for one in _LIST}
_BY_SUFFIX = {
    **{FORMATS[key].suffix: FORMATS[key] for key in FORMATS if key not in ("moving-svg", "plotter-svg")},
    **dict.fromkeys((".plt", ".hpg", ".hgl"), FORMATS["hpgl"]),
    **dict.fromkeys((".nc", ".ngc", ".gc"), FORMATS["gcode"]),
}


def format_of(path: Path, key: str = "") -> FileFormat:
    """The format a file is written in.

    Args:
        path: The file to make.
        key: Of the format; by the file's name when empty.

    Raises:
        UserError: for a key or a name that stands for none.
    """
    found = FORMATS.get(key) if key else _BY_SUFFIX.get(path.suffix.lower())
    if found is None and key:
        raise UserError(f"There is no format {key!r}.", f"Choose one of {', '.join(FORMATS)}.")
    if found is None:
        raise UserError(
            f"{path.name} does not say what kind of file it is to be.",
            f"Let it end in one of {', '.join(sorted(_BY_SUFFIX))}.",
        )
    return found


def write_file(path: Path, animation: Animation, key: str = "", reporter: Reporter | None = None) -> bool:
    """Write drawings to a file, in one step.

    Args:
        path: The file to make or replace.
        animation: What to show, and how.
        key: Of the format; by the file's name when empty.
        reporter: Hears of progress, may stop.

    Returns:
        False when it was stopped; nothing is written then.

    Raises:
        UserError: if there is no such format, or the file cannot be written.
    """
    return format_of(path, key).write(path, animation, reporter or Silent())


def estimate_bytes(animation: Animation, key: str, stopped: Stop = lambda: False) -> int:
    """About how large the file will be, within about a fifth, in well under a second.

    Raises:
        UserError: if there is no such format.
        engine.export.frames.Stopped: when asked to.
    """
    return format_of(Path(), key).weigh(animation, stopped)
