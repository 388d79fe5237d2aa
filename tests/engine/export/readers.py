"""Readers of exported files that share nothing with their writers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import imageio.v2 as imageio
import numpy as np
from PIL import Image, ImageSequence


@dataclass
class Moving:
    """What a reader saw of an animation: `(width, height)`, seconds, pictures."""

    size: tuple[int, int]
    seconds: float
    frames: list[np.ndarray] = field(repr=False)


def read_moving(path) -> Moving:
    """GIF and APNG through Pillow, films through imageio's ffmpeg."""
    if path.suffix in (".gif", ".apng"):
        with Image.open(path) as image:
            shown = [
                (np.asarray(f.convert("RGB")), f.info["duration"]) for f in ImageSequence.Iterator(image)
            ]
            return Moving(image.size, sum(ms for _, ms in shown) / 1000, [frame for frame, _ in shown])
    with imageio.get_reader(path, format="FFMPEG") as film:
        meta, frames = film.get_meta_data(), list(film.iter_data())
    return Moving(tuple(meta["size"]), len(frames) / meta["fps"], frames)


@dataclass
class Plotted:
    """What a plotter drew: for each pen its polylines, mm, y up from the lower left corner."""

    pens: dict[int, list[list[tuple[float, float]]]] = field(default_factory=dict)

    @property
    def lines(self):
        return [line for lines in self.pens.values() for line in lines]

    @property
    def points(self):
        return np.array([point for line in self.lines for point in line])


class _Plotter:
    """A pen over paper; refuses to draw without a pen, or to travel with it down."""

    def __init__(self):
        self.plotted, self.pen, self.down, self.place = Plotted(), 0, False, (0.0, 0.0)

    def take(self, pen):
        assert not self.down, "the pen is changed while it draws"
        self.pen = pen

    def put(self, down):
        if down and not self.down:
            assert self.pen, "there is no pen"
            self.plotted.pens.setdefault(self.pen, []).append([self.place])
        self.down = down

    def go(self, place):
        self.place = place
        if self.down:
            self.plotted.pens[self.pen][-1].append(place)


def read_hpgl(text) -> Plotted:
    """IN, SP, VS, PU and PD with absolute coordinates of 1/40 mm."""
    plotter = _Plotter()
    for command in filter(None, re.split(r"[;\n]+", text)):
        name, numbers = command[:2], [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", command[2:])]
        if name in ("IN", "VS"):
            continue
        if name == "SP":
            plotter.take(int(numbers[0]))
            continue
        assert name in ("PU", "PD"), command
        assert all(0 <= n == int(n) <= 32767 for n in numbers), "out of the plotter's numbers"
        plotter.put(name == "PD")
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            plotter.go((x / 40, y / 40))
    assert not plotter.down and plotter.pen == 0, "the pen is left on the paper"
    return plotter.plotted


def read_gcode(text, up="G0 Z5", down="G1 Z0 F600") -> Plotted:
    """G0, G1 and M0; the pen moves by the commands given."""
    plotter, feed, words = _Plotter(), 0.0, []
    plotter.take(1)
    for line in text.splitlines():
        comment = re.search(r"\(([^()]*)\)", line)
        code = re.sub(r"\([^()]*\)", "", line).strip()
        words.append(code)
        if code in (up, down):
            plotter.put(code == down)
        elif code.startswith("M0"):
            plotter.take(int(re.search(r"\d+", comment[1])[0]))
        elif found := re.fullmatch(r"G([01]) X(-?[\d.]+) Y(-?[\d.]+)(?: F([\d.]+))?", code):
            feed = float(found[4] or feed)
            assert (found[1] == "1") == plotter.down, f"{line}: draws fast, or travels slowly"
            assert found[1] == "0" or feed > 0, "no feed"
            plotter.go((float(found[2]), float(found[3])))
        else:
            assert code in ("", "G21", "G90", "G94", "M2"), line
    assert {"G21", "G90", "G94"} <= set(words[:5]) and words[-1] == "M2" and not plotter.down
    return plotter.plotted
