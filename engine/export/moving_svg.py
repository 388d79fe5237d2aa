"""An SVG that draws itself, with no script: each line's dash is pulled in by a CSS animation."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.export.frames import Animation, Stage
from engine.export.lines import TimedLine, timed_lines
from engine.project.atomic import write_text
from engine.strokes.simplify import simplify_rdp
from engine.strokes.svg import path_data, svg_document
from engine.strokes.types import as_stroke

_TOLERANCE = 0.004
"""How far the pen may be from its place, as a share of the line it draws."""


def moving_svg(animation: Animation) -> str:
    """A looping, self-drawing SVG.

    The lines are plain paths: a program that knows no animation shows and reads the finished drawing, and so
    does a browser whose user asked for less motion.

    Args:
        animation: What to show; its pictures a second are not used.
    """
    look, stage = animation.look, Stage(animation)
    rules = [_shared_rules(animation.duration_s)]
    paths: list[str] = []
    for line in (line for lines in timed_lines(stage, exact_times=True) for line in lines):
        name = f"d{len(paths)}"
        rules.append(_keyframes(name, line, animation.duration_s))
        pen = "" if line.width_px == stage.pen_px else f' stroke-width="{line.width_px:.2f}"'
        paths.append(
            f'<path class="line" pathLength="1" stroke="{line.colour}"{pen} '
            f'style="animation-name:{name}" d="{path_data(line.points)}"/>'
        )
    width, height = look.size_px
    box = (0.0, 0.0, float(width), float(height))
    style = "\n".join(rules)
    return svg_document(paths, box, stroke_width=stage.pen_px, background=look.paper, style=style)


def write_moving_svg(path: Path, animation: Animation) -> None:
    """Write `moving_svg` to a file, in one step. Raises UserError if it cannot be written."""
    write_text(path, moving_svg(animation))


def _shared_rules(duration_s: float) -> str:
    return (
        f".line{{stroke-dasharray:1 1;animation-duration:{duration_s:.3f}s;"
        "animation-timing-function:linear;animation-iteration-count:infinite}\n"
        "@media (prefers-reduced-motion:reduce){.line{animation:none!important}}"
    )


def _keyframes(name: str, line: TimedLine, duration_s: float) -> str:
    """Hidden until it begins, as a dash of no length shows its cap; then as far as the pen has come."""
    begun, *way = _way(line, duration_s)
    start = 100 * begun[0]
    stops = [f"0%,{start:.3f}%{{stroke-dashoffset:1;stroke-opacity:0}}"]
    last = start + 0.001
    stops.append(f"{last:.3f}%{{stroke-dashoffset:1;stroke-opacity:1}}")
    for time, left in way[:-1]:
        if 100 * time > last + 0.001:
            last = 100 * time
            stops.append(f"{last:.3f}%{{stroke-dashoffset:{left:.4f};stroke-opacity:1}}")
    end = min(max(100 * way[-1][0], last + 0.001), 100.0)
    stops.append(f"{end:.3f}%,100%{{stroke-dashoffset:0;stroke-opacity:1}}")
    return f"@keyframes {name}{{{''.join(stops)}}}"


def _way(line: TimedLine, duration_s: float) -> list[tuple[float, float]]:
    """When (share of the loop) how much of a line is left; only where the pen changes its pace."""
    steps = np.hypot(*np.diff(line.points.astype(np.float64), axis=0).T)
    left = 1.0 - np.concatenate([[0.0], np.cumsum(steps)]) / max(float(steps.sum()), 1e-9)
    span = max(float(line.times_s[-1] - line.times_s[0]), 1e-9)
    shares = (line.times_s - line.times_s[0]) / span
    kept = simplify_rdp(as_stroke(np.column_stack([shares, left])), _TOLERANCE)
    begin, scale = float(line.times_s[0]) / duration_s, span / duration_s
    way = [(begin + float(share) * scale, float(rest)) for share, rest in kept]
    return way if len(way) > 1 else way * 2
