"""The figures of issue 3: how each comes from the scores of many pages, what to reach and to aim for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from engine.strokes.geometry import resample
from engine.strokes.types import Stroke

Row = Mapping[str, float]
Fold = Callable[[Sequence[Row]], float]
_NEAR_PX = 6.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        name: What it is.
        fold: From the scores of the pages to the figure.
        peer: Best peer, as the issue says; None where it says nothing.
        reach: To be reached; None for a figure that is only printed.
        aim: To be aimed for.
        stage: "strokes" or "spliced": whose scores.
        more_is_better: Direction.
    """

    name: str
    fold: Fold
    peer: float | None = None
    reach: float | None = None
    aim: float | None = None
    stage: str = "strokes"
    more_is_better: bool = False

    def verdict(self, value: float) -> str:
        """Whether a value is enough: "aim", "ok" for reached, "SHORT", or nothing."""
        if self.reach is None or self.aim is None or np.isnan(value):
            return ""
        sign = 1 if self.more_is_better else -1
        return (
            "aim" if sign * (value - self.aim) >= 0 else "ok" if sign * (value - self.reach) >= 0 else "SHORT"
        )


def mean(key: str) -> Fold:
    """Mean over the pages."""
    return lambda rows: float(np.nanmean([r[key] for r in rows]))


def median(key: str) -> Fold:
    """Median over the pages."""
    return lambda rows: float(np.nanmedian([r[key] for r in rows]))


def most(key: str) -> Fold:
    """Largest over the pages."""
    return lambda rows: float(np.nanmax([r[key] for r in rows]))


def on_20_pages(key: str) -> Fold:
    """Sum, as if there were twenty pages."""
    return lambda rows: 20.0 * float(np.mean([r[key] for r in rows]))


def share(key: str, weight: str) -> Fold:
    """Mean over all crossings of all pages, where pages have different numbers of them."""

    def figure(rows: Sequence[Row]) -> float:
        weights = np.array([r[weight] for r in rows])
        values = np.nan_to_num(np.array([r[key] for r in rows]))
        return float((weights * values).sum() / max(weights.sum(), 1))

    return figure


def ratio(key: str, truth: str) -> Fold:
    """Sum over sum."""
    return lambda rows: float(sum(r[key] for r in rows) / max(sum(r[truth] for r in rows), 1e-9))


def where(key: str, chosen: str) -> Fold:
    """Mean over the pages that have the mark; nothing where none has."""

    def figure(rows: Sequence[Row]) -> float:
        values = [r[key] for r in rows if r[chosen]]
        return float(np.mean(values)) if values else float("nan")

    return figure


def _up(name: str, fold: Fold, *bounds: float | None, stage: str = "strokes") -> Figure:
    return Figure(name, fold, *bounds, stage=stage, more_is_better=True)


FIGURES: tuple[Figure, ...] = (
    _up("crossings straight, all", share("straight", "crossings"), 0.39, 0.82, 0.90),
    _up("crossings straight, isolated", share("straight_iso", "crossings_iso"), 0.42, 0.92, 0.96),
    Figure("chamfer px, mean over pages", mean("chamfer_mean"), 8.5, 0.50, 0.40),
    Figure("chamfer px, worst page", most("chamfer_mean"), None, 1.2, 0.9),
    _up("recall at 3 px, median page", median("recall"), 0.957, 0.975, 0.985),
    _up("precision at 3 px, median page", median("prec"), 0.949, 0.990, 0.995),
    Figure("false strokes on 20 pages", on_20_pages("false_strokes"), 99, 0, 0),
    Figure("strokes / truth", ratio("strokes", "strokes_true"), 8.5, 2.0, 1.3),
    Figure("spliced: strokes on 20 pages", on_20_pages("strokes"), 50, 60, 30, stage="spliced"),
    _up("spliced: precision, median page", median("prec"), 0.904, 0.97, 0.98, stage="spliced"),
    _up("spliced: crossings straight", share("straight", "crossings"), 0.25, 0.80, 0.88, stage="spliced"),
    _up("unbroken true run px, mean", mean("run_px"), 154, 250, 500),
    Figure("pen-up travel / truth", ratio("travel", "travel_true"), 1.36, 1.0, 0.9),
    Figure("CPU seconds a page, 1600x2200", median("cpu"), 0.34, 0.40, 0.20),
    _up("drawings right, all pages", mean("drawings_right"), None, 0.95, 0.99, stage="spliced"),
    _up("drawings right, pages with 2 or 3", where("drawings_right", "several"), stage="spliced"),
    Figure("chamfer px, median page", median("chamfer_mean")),
    _up("recall, mean", mean("recall")),
    _up("precision, mean", mean("prec")),
    _up("recall, mean, spliced", mean("recall"), stage="spliced"),
    _up("precision, mean, spliced", mean("prec"), stage="spliced"),
    _up("unbroken true run px, median", median("run_px")),
    _up("unbroken true run px, mean, spliced", mean("run_px"), stage="spliced"),
    Figure("joined: strokes on 20 pages", on_20_pages("joined"), stage="spliced"),
    Figure("invented px a page, mean", mean("invented"), stage="spliced"),
    Figure("ink drawn over again, spliced", mean("dup"), stage="spliced"),
    Figure("annotations on 20 pages", on_20_pages("annotations"), stage="spliced"),
    Figure("uncertain junctions a page, mean", mean("uncertain"), stage="spliced"),
)


def drawings_right(
    truth: Mapping[str, Any],
    strokes: Sequence[Stroke],
    drawings: Sequence[Sequence[int]],
    *,
    least_share: float = 0.97,
) -> bool:
    """Whether the drawings of a page are found in number, and each holds what was drawn for it.

    Args:
        truth: Of the generator.
        strokes: Found on the page.
        drawings: Indices of the strokes of each drawing.
        least_share: Least share of a true drawing's traced length that lies in the drawing found for it, and
            of a found drawing's length (as far as it is on the truth) that belongs to one true drawing.

    Returns:
        True where all is so. Ink that was not traced at all is no fault here; recall counts it.
    """
    if len(drawings) != len(truth["drawings"]):
        return False
    if not drawings:
        return True
    lengths = _lengths_by_drawing(truth, strokes, drawings)
    inside = lengths[:-1]  # the last row is what lies in no drawing
    own = inside.argmax(axis=1)
    if len(set(own)) < len(own):
        return False
    chosen = inside[np.arange(len(own)), own]
    pure = chosen >= least_share * inside.sum(axis=1)
    whole = chosen >= least_share * lengths.sum(axis=0)[own]
    return bool(pure.all() and whole.all() and (chosen > 0).all())


def _lengths_by_drawing(
    truth: Mapping[str, Any], strokes: Sequence[Stroke], drawings: Sequence[Sequence[int]]
) -> NDArray[np.float64]:
    """Traced length on the truth: a row for each found drawing, then one for none; columns: true drawings."""
    true = [np.concatenate([resample(np.array(s), 2.0) for s in d["strokes"]]) for d in truth["drawings"]]
    owner = np.repeat(np.arange(len(true)), [len(p) for p in true])
    tree = cKDTree(np.concatenate(true))
    found = {k: row for row, members in enumerate(drawings) for k in members}
    lengths = np.zeros((len(drawings) + 1, len(true)))
    for k, stroke in enumerate(strokes):
        distance, nearest = tree.query(resample(stroke, 2.0), distance_upper_bound=_NEAR_PX)
        near = np.isfinite(distance)
        lengths[found.get(k, len(drawings))] += np.bincount(owner[nearest[near]], minlength=len(true))
    return lengths
