"""From a page's pixels to its strokes, one pure step after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.strokes.geometry import uninked_length
from engine.strokes.join import JoinSettings, join
from engine.strokes.order import in_drawing_order
from engine.strokes.separate import SeparateSettings, separate
from engine.strokes.splice import SpliceSettings, splice
from engine.strokes.types import Stroke
from engine.trace.annotations import find_annotations
from engine.trace.assembly import Assembled, assemble
from engine.trace.binding import Binding, find_binding
from engine.trace.centring import CentringSettings, centre_edges, sample_darkness
from engine.trace.corners import sharpen_corners
from engine.trace.crossings import CrossingSettings, mend_crossings
from engine.trace.doubling import steadiness
from engine.trace.ends import extend_ends
from engine.trace.finish import coverage, line_widths, to_full
from engine.trace.graph import LineGraph, build_graph, prune_spurs
from engine.trace.ink import Ink, InkSettings, find_ink
from engine.trace.memo import Memo
from engine.trace.pairing import Arms, PairingSettings
from engine.trace.paper import Paper, read_paper
from engine.trace.settings import TraceSettings
from engine.trace.skeleton import link_pixels, skeletonise
from engine.trace.types import Trace

_SMALLEST_PX = 8
"""A picture smaller than this on a side holds no line."""

Strokes = tuple[Stroke, ...]


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

    Raises:
        ValueError: if the image is of another shape or type.
    """
    return Tracer(image).trace(settings, annotations=annotations)


class Tracer:
    """Traces one page again and again; recomputes only what a changed setting touches.

    For the window, where the artist moves a slider. Not for two threads at a time.
    """

    def __init__(self, image: NDArray[np.uint8]) -> None:
        """Take a page.

        Args:
            image: `(h, w)` or `(h, w, 3)` RGB uint8.

        Raises:
            ValueError: if it is anything else.
        """
        if image.dtype != np.uint8 or image.ndim not in (2, 3) or image.shape[2:] not in ((), (3,)):
            raise ValueError(f"a page is (h, w) or (h, w, 3) uint8; got shape {image.shape}, {image.dtype}")
        self._image = image
        self._memo = Memo()

    def stages(self, settings: TraceSettings | None = None) -> TraceStages:
        """The pictures up to the centre lines."""
        settings, memo = settings or TraceSettings(), self._memo
        paper = memo(read_paper, self._image, settings=settings.paper)
        binding = memo(find_binding, paper.grey, settings=settings.binding)
        ink = memo(_ink, paper, binding, settings=settings.ink)
        skeleton = memo(skeletonise, ink.mask)
        notes = memo(find_annotations, ink.mask, settings=settings.annotations)
        graph = settings.graph
        line_ink = ink.solid_share <= graph.solid_share and paper.tint <= graph.tint_share
        return TraceStages(paper, ink, skeleton, notes, binding.side, line_ink)

    def trace(
        self, settings: TraceSettings | None = None, *, annotations: Literal["drop", "keep"] = "drop"
    ) -> Trace:
        """Trace the page; see `trace_image`."""
        settings = settings or TraceSettings()
        height, width = self._image.shape[:2]
        if min(height, width) < _SMALLEST_PX:
            return Trace(width, height)
        stages = self.stages(settings)
        if stages.ink.pen_width <= 0:
            return Trace(width, height, binding=stages.binding, line_ink=stages.line_ink)
        return self._strokes(stages, settings, annotations == "drop")

    def _strokes(self, stages: TraceStages, settings: TraceSettings, apart: bool) -> Trace:
        """The three stages of strokes, and what is said about them."""
        memo, ink = self._memo, stages.ink
        lines = memo(_pruned, stages.skeleton, ink, settings=settings.graph.spur_pens)
        centred = memo(_centred, lines, ink, settings=settings.centring)
        found = memo(_assembled, centred, ink, settings=(settings.crossings, settings.pairing))
        strokes, notes = memo(_set_apart, found, stages.annotations, settings=apart)
        doubts = found.uncertain[~_inside(found.uncertain, stages.annotations)] if apart else found.uncertain
        joined = memo(_joined, strokes, ink, settings=settings.join)
        spliced = memo(_spliced, joined, ink, settings=settings.splice)
        scale = stages.paper.scale
        full = memo(
            _full_size,
            strokes,
            joined,
            spliced,
            notes,
            settings=(stages.paper.scale_xy, settings.simplify.epsilon_px),
        )
        pen_px = ink.pen_width / scale
        return Trace(
            self._image.shape[1],
            self._image.shape[0],
            strokes=full[0],
            joined=full[1],
            spliced=full[2],
            annotations=full[3],
            drawings=memo(_separated, full[2], settings=(settings.separate, pen_px)),
            pen_width_px=pen_px,
            binding=stages.binding,
            line_ink=stages.line_ink,
            invented_px=memo(uninked_length, strokes, spliced, settings=ink.pen_width) / scale,
            coverage=memo(coverage, ink, stages.annotations, spliced, settings=apart),
            widths=memo(line_widths, centred, full[2], settings=(stages.paper.scale_xy, pen_px)),
            uncertain=to_full((doubts,), stages.paper.scale_xy, 0.0)[0],
        )


def _ink(paper: Paper, binding: Binding, settings: InkSettings) -> Ink:
    return find_ink(paper.flat, paper.outside | binding.mask, settings)


def _pruned(skeleton: NDArray[np.bool_], ink: Ink, spur_pens: float) -> LineGraph:
    graph = build_graph(link_pixels(skeleton, ink.mask))
    prune_spurs(graph, spur_pens * ink.pen_width)
    return graph


def _centred(lines: LineGraph, ink: Ink, settings: CentringSettings) -> LineGraph:
    graph = lines.copy()
    centre_edges(graph, ink.darkness, ink.level, ink.pen_width, settings)
    extend_ends(graph, ink.darkness, ink.level, ink.pen_width)
    sharpen_corners(graph, ink.darkness, ink.level, ink.pen_width)
    return graph


def _assembled(centred: LineGraph, ink: Ink, settings: tuple[CrossingSettings, PairingSettings]) -> Assembled:
    graph, (crossings, pairing) = centred.copy(), settings
    arms = Arms(ink.pen_width, pairing, steadiness(graph, ink.pen_width))
    return assemble(graph, mend_crossings(graph, arms, crossings), arms)


def _set_apart(found: Assembled, notes: NDArray[np.bool_], apart: bool) -> tuple[Strokes, Strokes]:
    """Strokes of the drawing, and those that are annotations."""
    if not apart:
        return in_drawing_order(found.strokes), ()
    inside = [_lies_in(stroke, notes) for stroke in found.strokes]
    drawn = [s for s, note in zip(found.strokes, inside, strict=True) if not note]
    return in_drawing_order(drawn), tuple(s for s, note in zip(found.strokes, inside, strict=True) if note)


def _lies_in(stroke: Stroke, mask: NDArray[np.bool_]) -> bool:
    """Whether most of a stroke's points lie in a mask."""
    return bool(_inside(stroke, mask).mean() > 0.5)


def _inside(points: Stroke, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which points lie in a mask."""
    at = np.clip(np.round(points).astype(int), 0, np.array(mask.shape[::-1]) - 1)
    return np.asarray(mask[at[:, 1], at[:, 0]])


def _joined(strokes: Strokes, ink: Ink, settings: JoinSettings) -> Strokes:
    """Strokes joined across gaps, with the page's darkness as witness."""

    def probe(at: NDArray[np.float64]) -> NDArray[np.float64]:
        return sample_darkness(ink.darkness, at) * 255.0 / ink.level

    return in_drawing_order(join(strokes, settings, pen_width=ink.pen_width, ink=probe))


def _spliced(joined: Strokes, ink: Ink, settings: SpliceSettings) -> Strokes:
    return in_drawing_order(splice(joined, settings, pen_width=ink.pen_width))


def _full_size(
    strokes: Strokes,
    joined: Strokes,
    spliced: Strokes,
    notes: Strokes,
    settings: tuple[tuple[float, float], float],
) -> tuple[Strokes, Strokes, Strokes, Strokes]:
    """Everything found, in full image pixels."""
    scale_xy, epsilon = settings
    first, second, third, fourth = (to_full(s, scale_xy, epsilon) for s in (strokes, joined, spliced, notes))
    return first, second, third, fourth


def _separated(spliced: Strokes, settings: tuple[SeparateSettings, float]) -> tuple[tuple[int, ...], ...]:
    return separate(spliced, settings[0], pen_width=settings[1])
