"""A page traced by hand, so that tests of the window know every point of it."""

from __future__ import annotations

import itertools

import numpy as np

from engine.project.log import Gesture
from engine.project.project import Project
from engine.scans.pages import pages
from engine.strokes.types import Stroke
from engine.trace.choices import load_choices
from engine.trace.codec import save_trace
from engine.trace.store import record_trace, trace_key_of, trace_path
from engine.trace.types import Trace

SIZE = (150, 200)


def line(*corners: tuple[float, float]) -> Stroke:
    """A polyline with a point every pixel or so."""
    pieces = [
        np.linspace(a, b, max(2, round(float(np.hypot(b[0] - a[0], b[1] - a[1])))))
        for a, b in itertools.pairwise(corners)
    ]
    return np.concatenate(pieces).astype(np.float32)


def circle(x: float, y: float, radius: float) -> Stroke:
    """A closed stroke that begins at its right."""
    turn = np.linspace(0, 2 * np.pi, 60)
    return np.stack([x + radius * np.cos(turn), y + radius * np.sin(turn)], axis=1).astype(np.float32)


def hand_made_trace() -> Trace:
    """Two lines that cross at (50, 50), a ring, and a second drawing: a line with a gap from 60 to 70.

    Strokes 0 and 1 cross, 2 is the ring around (110, 50), 3 and 4 lie at y = 120; a mark stands at the foot.
    """
    strokes = (
        line((20, 20), (80, 80)),
        line((80, 20), (20, 80)),
        circle(110, 50, 15),
        line((20, 120), (60, 120)),
        line((70, 120), (120, 120)),
    )
    return Trace(
        *SIZE,
        strokes=strokes,
        joined=strokes,
        spliced=strokes,
        annotations=(line((130, 190), (140, 190)),),
        drawings=((0, 1, 2), (3, 4)),
        pen_width_px=2.0,
        uncertain=np.array([[50, 50]], dtype=np.float32),
    )


def put_trace(project: Project, page_id: str, trace: Trace) -> None:
    """Accept a page and give it a trace that counts as up to date."""
    project.decide(Gesture("pages", {"accepted": (page_id,)}))
    page = next(page for page in pages(project) if page.id == page_id)
    save_trace(trace_path(project.layout, page_id), trace)
    record_trace(project, page_id, trace_key_of(load_choices(project), page), trace)
