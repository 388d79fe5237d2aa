"""Find the spiral binding: dark rings that come in over one side of the sheet at an even pitch."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BindingSettings:
    """What counts as a spiral binding.

    Attributes:
        band_share: Widest band looked at on either side, as a share of the page's width.
        pitch_share: Shortest and longest distance of two rings, as shares of the page's height.
        periodicity: Least autocorrelation of the band's darkness at the pitch.
        concentration: The same for a spiral with rings missing: least share of its darkness at one phase.
        ruined_rings: Fewest marks such a spiral leaves.
        ring_darkness: Darkness that counts as a ring.
        ring_share: Least share of the band that rings cover: dots of dotted paper repeat, but cover less.
        rings_present: Least share of the pitches down the page at which a ring comes in from the side.
        hole_darkness: Darkness that counts as the outline of a punched hole, and as a line across the band.
        line_px: A line that runs this far into the band, working px, is kept up to the rings.
    """

    band_share: float = 0.16
    pitch_share: tuple[float, float] = (0.02, 0.09)
    periodicity: float = 0.6
    concentration: float = 0.57
    ruined_rings: int = 12
    ring_darkness: float = 0.45
    ring_share: float = 0.04
    rings_present: float = 0.3
    hole_darkness: float = 0.12
    line_px: int = 8


@dataclass(frozen=True, slots=True)
class Binding:
    """Where the binding is.

    Attributes:
        side: "left", "right" or "" for none.
        mask: `(h, w)` bool, True on the binding and its holes.
    """

    side: str
    mask: Mask


def find_binding(grey: NDArray[np.uint8], settings: BindingSettings) -> Binding:
    """Find the binding on the side where it is clearer.

    Args:
        grey: `(h, w)` uint8 page.
        settings: See there.

    Returns:
        The binding; an empty mask where there is none.
    """
    height, width = grey.shape
    mask = np.zeros(grey.shape, dtype=bool)
    band = int(settings.band_share * width)
    if band < 8 or height < 200:
        return Binding("", mask)
    bands = {"left": _darkness(grey[:, :band]), "right": _darkness(grey[:, ::-1][:, :band])}
    side, pitch = _clearer_side(bands, settings)
    if not side or pitch < 4:  # rings nearer than that nobody could tell apart
        return Binding("", mask)
    darkness = bands[side]
    edge = _ring_ends(darkness > settings.ring_darkness, pitch, settings)
    if edge is None:
        return Binding("", mask)
    faint = darkness > settings.hole_darkness
    edge = edge + _holes(faint, pitch, edge)
    inside = np.arange(band)[None, :] < edge[:, None]
    inside &= ~_lines_across(faint, inside, pitch, settings.line_px)
    inside |= _crumbs(faint, edge, pitch)
    (mask if side == "left" else mask[:, ::-1])[:, :band] = inside
    return Binding(side, mask)


def _darkness(band: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Darkness beside the band's own paper, 0 to 1."""
    paper = max(1.0, float(np.percentile(band[::8, ::4], 90)))
    return np.asarray(np.clip(1.0 - band.astype(np.float32) / paper, 0.0, 1.0))


def _clearer_side(bands: dict[str, NDArray[np.float32]], settings: BindingSettings) -> tuple[str, float]:
    """The side where darkness repeats best, and the pitch in rows; "" where it does on neither."""
    dark = {}
    for side, part in bands.items():
        half = cv2.resize(part, (part.shape[1] // 2, part.shape[0] // 2), interpolation=cv2.INTER_AREA)
        dark[side] = half > settings.ring_darkness
    found = max((*_pitch(d, settings), side) for side, d in dark.items())
    if found[0] < settings.periodicity:  # rings may be missing
        found = max((*_concentration(d, settings), side) for side, d in dark.items())
        if found[0] < settings.concentration:
            return "", 0.0
    return found[2], 2.0 * found[1]


def _pitch(dark: Mask, settings: BindingSettings) -> tuple[float, float]:
    """Strength and pitch (rows) of the strongest even repetition down the band."""
    profile = dark.sum(axis=1).astype(np.float64)
    if profile.sum() == 0:
        return 0.0, 0.0
    height = len(profile)
    smooth = cv2.GaussianBlur(profile[:, None], (1, 5), 0).ravel()
    slow = cv2.blur(profile[:, None], (1, int(settings.pitch_share[1] * height) | 1)).ravel()
    wave = np.minimum(smooth, np.percentile(smooth, 95)) - slow
    spectrum = np.abs(np.fft.rfft(wave, 2 * height)) ** 2
    auto = np.fft.irfft(spectrum)[:height]
    if auto[0] <= 0:
        return 0.0, 0.0
    auto = auto / auto[0] * height / np.maximum(height - np.arange(height), 1)
    low, high = (int(s * height) for s in settings.pitch_share)
    peak = low + int(np.argmax(auto[low:high]))
    # A true pitch repeats: two, three and four rings on, the band looks the same again. One of these may
    # fail, as some spirals leave out every fourth hole.
    repeats = [auto[k * peak - k : k * peak + k + 1].max() for k in (1, 2, 3, 4) if k * peak + k < height]
    if len(repeats) < 2:
        return 0.0, 0.0
    return float(sorted(repeats)[1]), _refined(auto, peak)


def _refined(auto: Floats, peak: int) -> float:
    """The pitch to a fraction of a row, from the peaks of the autocorrelation up to eight pitches on."""
    pitch = float(peak)
    for k in range(2, 9):
        at = round(k * pitch)
        if at < 2 or at + 3 >= len(auto):
            break
        pitch = (at - 2 + int(np.argmax(auto[at - 2 : at + 3]))) / k
    return pitch


def _concentration(dark: Mask, settings: BindingSettings) -> tuple[float, float]:
    """Share of the band's darkness at one phase of the best pitch, and that pitch (rows)."""
    profile = dark.sum(axis=1).astype(np.float64)
    rings = np.count_nonzero(np.diff((profile > 0).astype(int), prepend=0) == 1)
    if rings < settings.ruined_rings or dark.mean() < 0.25 * settings.ring_share:
        return 0.0, 0.0
    profile = np.minimum(profile, np.percentile(profile[profile > 0], 75))
    fine = 8 * len(profile)
    share = np.abs(np.fft.rfft(profile, fine)) / profile.sum()
    low, high = (int(fine / (s * len(profile))) for s in reversed(settings.pitch_share))
    best = low + int(np.argmax(share[low:high]))
    return float(share[best]), fine / best


def _ring_ends(dark: Mask, pitch: float, settings: BindingSettings) -> Floats | None:
    """Column at which the rings end, for each row; None without rings.

    A ring comes in from the side. Per pitch the farthest such darkness is a ring's end, save where a drawn
    line touches the ring: those few are outliers. A strip of scanner bed comes in everywhere alike.
    """
    _, labels = cv2.connectedComponents(dark.astype(np.uint8))
    outer = np.unique(labels[:, : max(2, dark.shape[1] // 20)])
    columns = np.arange(1, dark.shape[1] + 1)
    reach = (np.isin(labels, outer[outer > 0]) * columns).max(axis=1)
    turns = _turns(len(dark), pitch)
    ends, low = reach[turns].max(axis=1), reach[turns].min(axis=1)
    rings = np.flatnonzero(low < 0.6 * ends)
    if len(rings) < max(3, settings.rings_present * len(turns)):
        return None
    middle, ends = turns[rings].mean(axis=1), ends[rings].astype(np.float64)
    slopes = (ends[:, None] - ends[None, :]) / np.where(
        np.eye(len(rings)) > 0, np.inf, middle[:, None] - middle
    )
    slope = float(np.median(slopes[~np.eye(len(rings), dtype=bool)]))
    offsets = ends - slope * middle
    inlier = np.abs(offsets - np.median(offsets)) < 0.3 * pitch
    bend = _bend(middle[inlier], offsets[inlier], len(dark))
    edge = bend + slope * np.arange(len(dark))
    if dark[columns[None, :] <= edge[:, None]].mean() < settings.ring_share:
        return None
    return np.asarray(edge)


def _bend(middle: Floats, offsets: Floats, height: int) -> Floats:
    """How far nearly all rings reach, row by row: scanned sheets bulge, and a spiral sags."""
    pieces = [k for k in np.array_split(np.arange(len(middle)), 4) if len(k)]
    high = [np.percentile(offsets[k], 90) for k in pieces]
    return np.asarray(np.interp(np.arange(height), [middle[k].mean() for k in pieces], high))


def _turns(height: int, pitch: float) -> NDArray[np.int64]:
    """Rows `(turns, phase)` of a band cut at the pitch."""
    starts = np.round(np.arange(int(height / pitch)) * pitch).astype(np.int64)
    rows = starts[:, None] + np.arange(int(pitch))
    return rows[rows[:, -1] < height]


def _holes(faint: Mask, pitch: float, edge: Floats) -> float:
    """How far the outlines of the holes reach beyond the rings, columns.

    Outlines are pale and thin, so they are thickened, and counted only as far as darkness at one phase of
    the pitch follows on the rings: a line drawn beside the binding is at every phase or at few rings.
    """
    thick = cv2.dilate(faint.astype(np.uint8), np.ones((7, 5), np.uint8)) > 0
    at = np.round(edge).astype(int)[:, None] + np.arange(int(0.6 * pitch))
    beyond = np.take_along_axis(thick, np.clip(at, 0, faint.shape[1] - 1), axis=1)
    offsets = []
    for rows in np.array_split(_turns(len(faint), pitch), 4):
        if not len(rows):
            continue
        folded = beyond[rows].mean(axis=0)
        repeats = (folded.max(axis=0) >= 0.5) & (folded.min(axis=0) <= 0.35)
        offsets.append(int(np.argmin(np.append(repeats, False))))
    return float(np.percentile(offsets, 75)) + 0.06 * pitch


def _lines_across(faint: Mask, inside: Mask, pitch: float, least_px: int) -> Mask:
    """Lines that run from the page into the band, between the rings, with a border of two pixels."""
    rings = (
        cv2.dilate(_repeating(faint & inside, pitch, rest=True).astype(np.uint8), np.ones((7, 7), np.uint8))
        > 0
    )
    free = (faint & ~rings).astype(np.uint8)
    count, found = cv2.connectedComponents(free)
    labels = np.asarray(found, dtype=np.int32)
    depth = inside.sum(axis=1)[:, None] - np.arange(inside.shape[1])[None, :]
    deepest, shallowest = np.zeros(count, int), np.zeros(count, int)
    np.maximum.at(deepest, labels[free > 0], depth[free > 0])
    np.minimum.at(shallowest, labels[free > 0], depth[free > 0])
    line = (deepest >= least_px) & (shallowest <= -least_px)
    thick = int(0.3 * pitch)  # shadows and washes are no lines
    line[labels[cv2.erode(free, np.ones((thick, thick), np.uint8)) > 0]] = False
    return cv2.dilate(line[labels].astype(np.uint8), np.ones((5, 5), np.uint8)) > 0


def _crumbs(faint: Mask, edge: Floats, pitch: float) -> Mask:
    """Torn outlines of holes just beyond the band: small pieces where neighbouring pitches have some too."""
    beyond = np.arange(faint.shape[1])[None, :] - edge[:, None]
    near = faint & (beyond >= 0) & (beyond < pitch)
    _, found, stats, _ = cv2.connectedComponentsWithStats(near.astype(np.uint8))
    labels = np.asarray(found, dtype=np.int32)
    small = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) < 0.6 * pitch
    small[0] = False
    small[labels[near & (beyond > 0.6 * pitch)]] = False
    thick = cv2.dilate(small[labels].astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    crumb = np.isin(labels, np.unique(labels[small[labels] & _repeating(thick, pitch, rest=False)]))
    return cv2.dilate((crumb & small[labels]).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0


def _repeating(faint: Mask, pitch: float, *, rest: bool) -> Mask:
    """Where the band is dark at the same phase of two more of the nearest six pitches: rings and holes.

    Below the last whole pitch nothing is known: with `rest` all that is dark there counts.
    """
    turns = _turns(len(faint), pitch)
    stack = faint[turns].astype(np.float32)
    flat = stack.reshape(len(turns), -1)
    near = cv2.boxFilter(flat, -1, (1, 7), normalize=False, borderType=cv2.BORDER_CONSTANT) - flat
    out = faint & rest
    out[: int(turns.max()) + 1] = False
    out[turns] = faint[turns] & (near.reshape(stack.shape) > 1.5)
    return out
