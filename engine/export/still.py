"""The finished picture: as PNG, as SVG, and as the pen moves that learning code reads."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from engine.dataset.npz import object_array
from engine.export.frames import Animation, Stage
from engine.export.lines import TimedLine, timed_lines
from engine.strokes.stroke3 import to_stroke3
from engine.strokes.svg import path_data, svg_document


def png(animation: Animation) -> bytes:
    """The last picture of the animation."""
    buffer = io.BytesIO()
    Image.fromarray(Stage(animation).frame(animation.duration_s)).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def still_svg(animation: Animation) -> str:
    """The lines alone, without paper, for drawing programs: a group each drawing, in pixels."""
    stage = Stage(animation)
    groups = [
        "\n".join([f'<g id="drawing-{number}">', *map(_path, lines), "</g>"])
        for number, lines in enumerate(timed_lines(stage), start=1)
    ]
    width, height = animation.look.size_px
    return svg_document(groups, (0.0, 0.0, float(width), float(height)), stroke_width=stage.pen_px)


def _path(line: TimedLine) -> str:
    width = f"{line.width_px:.2f}".rstrip("0").rstrip(".")
    return f'<path stroke="{line.colour}" stroke-width="{width}" d="{path_data(line.points)}"/>'


def stroke3_npz(animation: Animation) -> bytes:
    """One split, `train`, and two empty ones: the keys SketchRNN code looks for."""
    rows = object_array(tuple(to_stroke3(one) for one in animation.raw or animation.drawings))
    buffer = io.BytesIO()
    np.savez_compressed(buffer, train=rows, valid=object_array(()), test=object_array(()))
    return buffer.getvalue()
