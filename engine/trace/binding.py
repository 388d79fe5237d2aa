"""Find the spiral binding: a band at one side where dark rings repeat at an even pitch."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray


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
        hole_darkness: Darkness that counts as the outline of a punched hole.
    """

    band_share: float = 0.16
    pitch_share: tuple[float, float] = (0.02, 0.09)
    periodicity: float = 0.6
    concentration: float = 0.57
    ruined_rings: int = 12
    ring_darkness: float = 0.45
    ring_share: float = 0.04
    hole_darkness: float = 0.12


@dataclass(frozen=True, slots=True)
class Binding:
    """Where the binding is.

    Attributes:
        side: "left", "right" or "" for none.
        mask: `(h, w)` bool, True on the binding and its holes.
    """

    side: str
    mask: NDArray[np.bool_]


def find_binding(grey: NDArray[np.uint8], settings: BindingSettings) -> Binding:
    """Find the binding on the side where it is clearer.

    Args:
        grey: `(h, w)` uint8 page.
        settings: See there.

    Returns:
        The binding; an empty mask where there is none.
    """
    height, width = grey.shape
    nothing = Binding("", np.zeros(grey.shape, dtype=bool))
    band = int(settings.band_share * width)
    if band < 8 or height < 200:
        return nothing
    found = []
    for side in ("left", "right"):
        part = grey[:, :band] if side == "left" else grey[:, ::-1][:, :band]
        half = cv2.resize(part, (band // 2, height // 2), interpolation=cv2.INTER_AREA)
        darkness = 1.0 - np.asarray(half, dtype=np.float64) / 255.0
        found.append((*_pitch(darkness > settings.ring_darkness, settings), side, darkness))
    strength, pitch, side, darkness = max(found, key=lambda f: f[0])
    pieces, presence = 8, 0.55
    if strength < settings.periodicity:  # rings may be missing
        found = [(*_concentration(f[3] > settings.ring_darkness, settings), *f[2:]) for f in found]
        strength, pitch, side, darkness = max(found, key=lambda f: f[0])
        pieces, presence = 2, 0.25
        if strength < settings.concentration:
            return nothing
    inner = _inner_edge(darkness, pitch, settings, pieces, presence)
    if inner is None:
        return nothing
    edge = np.interp(np.arange(height), np.linspace(0, height - 1, len(inner)), inner * 2)
    mask = np.arange(width)[None, :] < edge[:, None]
    return Binding(side, mask if side == "left" else np.ascontiguousarray(mask[:, ::-1]))


def _pitch(dark: NDArray[np.bool_], settings: BindingSettings) -> tuple[float, int]:
    """Strength and pitch (rows) of the strongest even repetition down the band."""
    profile = dark.sum(axis=1).astype(np.float64)
    if profile.sum() == 0:
        return 0.0, 0
    height = len(profile)
    smooth = cv2.GaussianBlur(profile[:, None], (1, 5), 0).ravel()
    slow = cv2.blur(profile[:, None], (1, int(settings.pitch_share[1] * height) | 1)).ravel()
    wave = np.minimum(smooth, np.percentile(smooth, 95)) - slow
    spectrum = np.abs(np.fft.rfft(wave, 2 * height)) ** 2
    auto = np.fft.irfft(spectrum)[:height]
    if auto[0] <= 0:
        return 0.0, 0
    auto = auto / auto[0] * height / np.maximum(height - np.arange(height), 1)
    low, high = (int(s * height) for s in settings.pitch_share)
    peak = low + int(np.argmax(auto[low:high]))
    # A true pitch repeats: two, three and four rings on, the band looks the same again. One of these may
    # fail, as some spirals leave out every fourth hole.
    repeats = [auto[k * peak - k : k * peak + k + 1].max() for k in (1, 2, 3, 4) if k * peak + k < height]
    return float(sorted(repeats)[1]) if len(repeats) > 1 else 0.0, peak


def _concentration(dark: NDArray[np.bool_], settings: BindingSettings) -> tuple[float, int]:
    """Share of the band's darkness at one phase of the best pitch, and that pitch (rows)."""
    profile = dark.sum(axis=1).astype(np.float64)
    rings = np.count_nonzero(np.diff((profile > 0).astype(int), prepend=0) == 1)
    if rings < settings.ruined_rings or dark.mean() < 0.25 * settings.ring_share:
        return 0.0, 0
    profile = np.minimum(profile, np.percentile(profile[profile > 0], 75))
    fine = 8 * len(profile)
    share = np.abs(np.fft.rfft(profile, fine)) / profile.sum()
    low, high = (int(fine / (s * len(profile))) for s in reversed(settings.pitch_share))
    best = low + int(np.argmax(share[low:high]))
    return float(share[best]), round(fine / best)


def _inner_edge(
    darkness: NDArray[np.float64], pitch: int, settings: BindingSettings, pieces: int, presence: float
) -> NDArray[np.float64] | None:
    """Column where the binding ends, at a few heights down the page; None where rings are not found."""
    found = np.array(
        [
            _ring_edge(part > settings.ring_darkness, pitch, presence)
            for part in np.array_split(darkness, pieces)
        ]
    )
    seen = np.flatnonzero(~np.isnan(found))
    if len(seen) <= pieces // 2:
        return None
    if (darkness[:, : int(np.median(found[seen])) + 1] > settings.ring_darkness).mean() < settings.ring_share:
        return None
    fitted = np.polyval(np.polyfit(seen, found[seen], 1), np.arange(pieces))
    beyond = max(0.0, float(np.nanpercentile(found - fitted, 90)))
    holes = _hole_edge(darkness, pitch, float(np.median(fitted)), settings)
    return np.asarray(fitted + max(beyond, holes) + 0.12 * pitch)


def _folded(part: NDArray[np.bool_], pitch: int) -> NDArray[np.float64]:
    """Rows of a band averaged at equal phases of the pitch, `(pitch, columns)`."""
    turns = max(1, len(part) // pitch)
    rows = part[: turns * pitch]
    return np.asarray(rows.reshape(turns, -1, part.shape[1]).mean(axis=0))


def _ring_edge(part: NDArray[np.bool_], pitch: int, presence: float) -> float:
    """Innermost column where rings repeat in a piece of the band; NaN for none."""
    if len(part) < pitch:
        return float("nan")
    columns = np.flatnonzero(_folded(part, pitch).max(axis=0) >= presence)
    return float(columns.max()) if len(columns) else float("nan")


def _hole_edge(darkness: NDArray[np.float64], pitch: int, ring: float, settings: BindingSettings) -> float:
    """How far the outlines of the holes reach beyond the rings, columns.

    Outlines are pale and thin, so they are looked for at a lower darkness, thickened, and only where they
    repeat with the rings: a line drawn beside the binding is at every phase of the pitch or at few rings.
    """
    faint = (darkness > settings.hole_darkness).astype(np.uint8)
    thick = cv2.dilate(faint, np.ones((5, 3), np.uint8)) > 0
    offsets = []
    for part in np.array_split(thick, 4):
        folded = _folded(part, pitch)
        repeats = np.flatnonzero((folded.max(axis=0) >= 0.5) & (folded.min(axis=0) <= 0.35))
        near = repeats[(repeats > ring) & (repeats < ring + 0.6 * pitch)]
        offsets.append(float(near.max()) - ring if len(near) else 0.0)
    return max(0.0, float(np.median(offsets)))
