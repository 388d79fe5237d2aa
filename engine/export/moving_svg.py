"""An SVG that draws itself, with no script: each line's dash is pulled in by a CSS animation."""

from __future__ import annotations

from pathlib import Path

from engine.export.frames import Animation, Stage
from engine.export.timeline import Timeline
from engine.project.atomic import write_text
from engine.strokes.svg import path_data, svg_document


def write_moving_svg(path: Path, animation: Animation) -> None:
    """Write a looping, self-drawing SVG, in one step.

    The lines are plain paths: a program that knows no animation shows and reads the finished drawing, and so
    does a browser whose user asked for less motion.

    Args:
        path: The file to make or replace.
        animation: What to show; its pictures a second are not used.

    Raises:
        UserError: if the file cannot be written.
    """
    look, stage = animation.look, Stage(animation)
    rules = [_shared_rules(animation.duration_s)]
    lines: list[str] = []
    for index, timeline in enumerate(stage.timelines_px()):
        ink = look.inks[index % len(look.inks)]
        for stroke, (start, end) in zip(timeline.strokes, _spans(timeline), strict=True):
            name = f"d{len(lines)}"
            rules.append(_keyframes(name, start / animation.duration_s, end / animation.duration_s))
            style = f"animation-name:{name}"
            lines.append(
                f'<path class="line" pathLength="1" stroke="{ink}" style="{style}" d="{path_data(stroke)}"/>'
            )
    width, height = look.size_px
    box = (0.0, 0.0, float(width), float(height))
    style = "\n".join(rules)
    write_text(path, svg_document(lines, box, stroke_width=stage.pen_px, background=look.paper, style=style))


def _shared_rules(duration_s: float) -> str:
    return (
        f".line{{stroke-dasharray:1 1;animation-duration:{duration_s:.3f}s;"
        "animation-timing-function:linear;animation-iteration-count:infinite}\n"
        "@media (prefers-reduced-motion:reduce){.line{animation:none!important}}"
    )


def _keyframes(name: str, start: float, end: float) -> str:
    """Hidden until `start`, as a dash of no length shows its cap; drawn by `end` (shares of the loop)."""
    a, b = 100 * start, 100 * max(end, start)
    return (
        f"@keyframes {name}{{0%,{a:.3f}%{{stroke-dashoffset:1;stroke-opacity:0}}"
        f"{a + 0.001:.3f}%{{stroke-dashoffset:1;stroke-opacity:1}}"
        f"{max(b, a + 0.002):.3f}%,100%{{stroke-dashoffset:0;stroke-opacity:1}}}}"
    )


def _spans(timeline: Timeline) -> list[tuple[float, float]]:
    return [(float(times[0]), float(times[-1])) for times in timeline.times_s]
