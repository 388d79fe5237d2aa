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
        ring_darkness: Darkness that counts as a ring.
    """

    band_share: float = 0.16
    pitch_share: tuple[float, float] = (0.02, 0.09)
    periodicity: float = 0.45
    ring_darkness: float = 0.45


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
    scores = {}
    for side in ("left", "right"):
        part = grey[:, :band] if side == "left" else grey[:, ::-1][:, :band]
        dark = cv2.resize(part, (band // 2, height // 2), interpolation=cv2.INTER_AREA) < 255 * (
            1 - settings.ring_darkness
        )
        scores[side] = (*_pitch(dark, settings), dark)
    side = max(scores, key=lambda s: scores[s][0])
    strength, pitch, dark = scores[side]
    if strength < settings.periodicity:
        return nothing
    inner = _inner_edge(dark, pitch)
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
    smooth = cv2.GaussianBlur(profile[:, None], (1, 0 or 5), 0).ravel()
    slow = cv2.blur(profile[:, None], (1, int(settings.pitch_share[1] * height) | 1)).ravel()
    wave = np.minimum(smooth, np.percentile(smooth, 95)) - slow
    spectrum = np.abs(np.fft.rfft(wave, 2 * height)) ** 2
    auto = np.fft.irfft(spectrum)[:height]
    if auto[0] <= 0:
        return 0.0, 0
    auto = auto / auto[0] * height / np.maximum(height - np.arange(height), 1)
    low, high = (int(s * height) for s in settings.pitch_share)
    peak = low + int(np.argmax(auto[low:high]))
    # A true pitch repeats: two, three and four rings on the band looks the same again.
    repeats = [auto[k * peak - k : k * peak + k + 1].max() for k in (1, 2, 3, 4) if k * peak + k < height]
    return float(min(repeats)), peak


def _inner_edge(dark: NDArray[np.bool_], pitch: int) -> NDArray[np.float64] | None:
    """Column where the binding ends, at a few heights down the page; None where rings are not found."""
    pieces = 8
    edges = []
    for rows in np.array_split(np.arange(dark.shape[0]), pieces):
        part = dark[rows]
        turns = max(1, len(rows) // pitch)
        folded = part[: turns * pitch].reshape(turns, -1, part.shape[1]).mean(axis=0)
        ringed = np.flatnonzero(folded.max(axis=0) >= 0.55)
        edges.append(float(ringed.max()) if len(ringed) else np.nan)
    found = np.array(edges)
    if np.isnan(found).sum() > pieces // 2:
        return None
    line = np.polyfit(np.flatnonzero(~np.isnan(found)), found[~np.isnan(found)], 1)
    fitted = np.polyval(line, np.arange(pieces))
    worst = np.nanpercentile(found - fitted, 90)
    return np.asarray(fitted + max(0.0, worst) + 0.16 * pitch)
