"""From a page's pixels to its strokes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from engine.strokes.geometry import in_drawing_order, resample, uninked_length
from engine.strokes.join import join
from engine.strokes.separate import separate
from engine.strokes.simplify import simplify_rdp
from engine.strokes.splice import splice
from engine.strokes.types import Stroke, as_stroke
from engine.trace.annotations import find_annotations
from engine.trace.assembly import assemble
from engine.trace.binding import find_binding
from engine.trace.centring import centre_edges, sample_darkness
from engine.trace.crossings import mend_crossings
from engine.trace.ends import extend_ends
from engine.trace.graph import build_graph, prune_spurs
from engine.trace.ink import Ink, find_ink
from engine.trace.paper import Paper, read_paper
from engine.trace.settings import TraceSettings
from engine.trace.skeleton import link_pixels, skeletonise
from engine.trace.types import Trace

_SMALLEST_PX = 8
"""A picture smaller than this on a side holds no line."""


@dataclass(frozen=True, slots=True)
class TraceStages:
    """The pictures between scan and strokes, at working size.

    Attributes:
        paper: The evened page.
        ink: The ink mask and its measures.
        skeleton: `(h, w)` bool centre lines.
        annotations: `(h, w)` bool, True around page number, date, captions.
        binding: Side of the spiral binding, "" for none.
        line_ink: False where washes or fills cover what could be lines.
    """

    paper: Paper
    ink: Ink
    skeleton: NDArray[np.bool_]
    annotations: NDArray[np.bool_]
    binding: str
    line_ink: bool


def trace_stages(image: NDArray[np.uint8], settings: TraceSettings | None = None) -> TraceStages:
    """Prepare a page up to its centre lines.

    Args:
        image: `(h, w)` or `(h, w, 3)` RGB uint8.
        settings: Parameters; the defaults where None.

    Returns:
        The pictures on the way.
    """
    settings = settings or TraceSettings()
    paper = read_paper(image, settings.paper)
    binding = find_binding(paper.grey, settings.binding)
    ink = find_ink(paper.flat, paper.outside | binding.mask, settings.ink)
    graph = settings.graph
    line_ink = ink.solid_share <= graph.solid_share and paper.tint <= graph.tint_share
    notes = find_annotations(ink.mask, settings.annotations)
    return TraceStages(paper, ink, skeletonise(ink.mask), notes, binding.side, line_ink)


def trace_image(
    image: NDArray[np.uint8],
    settings: TraceSettings | None = None,
    *,
    annotations: Literal["drop", "keep"] = "drop",
) -> Trace:
    """Trace one page.

    Args:
        image: `(h, w)` or `(h, w, 3)` RGB uint8; any size, an empty or odd one gives an empty trace.
        settings: Parameters; the defaults where None.
        annotations: "drop" sets page number, date and captions apart, "keep" leaves them in the drawing.

    Returns:
        All strokes in full image pixels.
    """
    settings = settings or TraceSettings()
    height, width = image.shape[:2]
    if min(height, width) < _SMALLEST_PX:
        return Trace(width, height)
    return trace_from_stages(
        trace_stages(image, settings), (width, height), settings, annotations=annotations
    )


def trace_from_stages(
    stages: TraceStages,
    size: tuple[int, int],
    settings: TraceSettings | None = None,
    *,
    annotations: Literal["drop", "keep"] = "drop",
) -> Trace:
    """Trace a page whose pictures are already there (the window changes one parameter at a time).

    Args:
        stages: Of `trace_stages`.
        size: `(width, height)` of the full image, px.
        settings: Parameters; the defaults where None.
        annotations: As for `trace_image`.

    Returns:
        All strokes in full image pixels.
    """
    settings = settings or TraceSettings()
    pen, scale = stages.ink.pen_width, stages.paper.scale
    if pen <= 0:
        return Trace(*size, binding=stages.binding, line_ink=stages.line_ink)
    found = _strokes(stages, settings)
    apart = [annotations == "drop" and _lies_in(s, stages.annotations) for s in found]
    notes = [s for s, a in zip(found, apart, strict=True) if a]
    strokes = in_drawing_order([s for s, a in zip(found, apart, strict=True) if not a])
    joined = _joined(strokes, stages, settings)
    spliced = in_drawing_order(splice(joined, settings.splice, pen_width=pen))
    full = [
        _to_full(s, stages.paper.scale_xy, settings.simplify.epsilon_px)
        for s in (strokes, joined, spliced, notes)
    ]
    return Trace(
        *size,
        strokes=full[0],
        joined=full[1],
        spliced=full[2],
        annotations=full[3],
        drawings=separate(full[2], settings.separate, pen_width=pen / scale),
        pen_width_px=pen / scale,
        binding=stages.binding,
        line_ink=stages.line_ink,
        invented_px=uninked_length(strokes, spliced, pen) / scale,
        coverage=_coverage(stages, spliced, annotations),
    )


def _strokes(stages: TraceStages, settings: TraceSettings) -> list[Stroke]:
    """Centre lines walked into strokes, working pixels."""
    pen = stages.ink.pen_width
    graph = build_graph(link_pixels(stages.skeleton, stages.ink.mask))
    prune_spurs(graph, settings.graph.spur_pens * pen)
    centre_edges(graph, stages.ink.darkness, stages.ink.level, pen, settings.centring)
    extend_ends(graph, stages.ink.darkness, stages.ink.level, pen)
    inner = mend_crossings(graph, pen, settings.crossings, settings.pairing)
    return assemble(graph, inner, pen, settings.pairing)


def _joined(strokes: Sequence[Stroke], stages: TraceStages, settings: TraceSettings) -> tuple[Stroke, ...]:
    """Strokes joined across gaps, with the page's darkness as witness."""
    ink = stages.ink

    def probe(at: NDArray[np.float64]) -> NDArray[np.float64]:
        return sample_darkness(ink.darkness, at) * 255.0 / ink.level

    return in_drawing_order(join(strokes, settings.join, pen_width=ink.pen_width, ink=probe))


def _lies_in(stroke: Stroke, mask: NDArray[np.bool_]) -> bool:
    """Whether most of a stroke's points lie in a mask."""
    limit = np.array(mask.shape[::-1]) - 1
    at = np.clip(np.round(stroke).astype(int), 0, limit)
    return bool(mask[at[:, 1], at[:, 0]].mean() > 0.5)


def _to_full(strokes: Sequence[Stroke], scale_xy: tuple[float, float], epsilon: float) -> tuple[Stroke, ...]:
    """Working pixels to full image pixels; pixel centres are integers in both."""
    return tuple(simplify_rdp(as_stroke((s + 0.5) / np.array(scale_xy) - 0.5), epsilon) for s in strokes)


def _coverage(stages: TraceStages, strokes: Sequence[Stroke], annotations: str) -> float:
    """Share of the ink within a pen width of the strokes."""
    wanted = stages.skeleton & ~stages.annotations if annotations == "drop" else stages.skeleton
    ys, xs = np.nonzero(wanted)
    if not len(xs):
        return 1.0
    if not strokes:
        return 0.0
    tree = cKDTree(np.concatenate([resample(s, 2.0) for s in strokes]))
    reach = max(stages.ink.pen_width, 2.0)
    distance, _ = tree.query(np.stack([xs, ys], axis=1), distance_upper_bound=reach)
    return float(np.isfinite(distance).mean())
