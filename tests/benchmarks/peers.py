"""Other tracers on the same pages: run by the benchmark in a process of its own, with OpenCV and Pillow.

`python peers.py autotrace|skan PICTURE OUT.json` writes strokes, CPU seconds and peak memory. Neither tracer
is needed by the product; `uv pip install pyautotrace skan scikit-image opencv-python-headless pillow` into an
environment of its own, named to the benchmark by `--peers`, makes both.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Polyline = NDArray[np.float64]


def main() -> None:
    """Trace one picture with one tracer."""
    name, picture, out = sys.argv[1:4]
    trace = {"autotrace": autotrace_centre_lines, "skan": skan_branches}[name]
    cv2.setNumThreads(1)
    grey = np.asarray(Image.open(picture).convert("L"))
    trace(np.eye(64, dtype=bool))  # imports and compilers are not to be timed
    begun = time.process_time()
    strokes = trace(ink_mask(grey))
    seconds = time.process_time() - begun
    result = {"strokes": [np.round(s, 2).tolist() for s in strokes if len(s) > 1], "cpu": seconds}
    Path(out).write_text(json.dumps(result | {"peak_mb": peak_mb()}))


def ink_mask(grey: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The usual adaptive threshold, and pieces under 30 px dropped."""
    mask = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY_INV, 51, 15)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= 30
    keep[0] = False
    return np.asarray(keep[labels])


def autotrace_centre_lines(mask: NDArray[np.bool_]) -> list[Polyline]:
    """`autotrace -centerline`, its splines made polylines."""
    from autotrace import Bitmap

    picture = np.repeat(np.where(mask, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    vector = Bitmap(picture).trace(centerline=True, background_color=(255, 255, 255))
    height = mask.shape[0]
    return [_flattened(path.splines, height) for path in vector.paths if path.splines]


def _flattened(splines: list[object], height: int) -> Polyline:
    """Cubic splines to points, from autotrace's axes (y up, the first row at 1) to pictures'."""
    t = np.linspace(0, 1, 9)[1:, None]
    parts: list[Polyline] = []
    for spline in splines:
        a, b, c, d = (np.array([p.x, p.y]) for p in spline.points)  # type: ignore[attr-defined]
        if not parts:
            parts.append(a[None])
        parts.append(_bezier(a, b, c, d, t))
    line = np.concatenate(parts)
    return np.stack([line[:, 0], height - 1 - line[:, 1]], axis=1)


def _bezier(a: Polyline, b: Polyline, c: Polyline, d: Polyline, t: Polyline) -> Polyline:
    return np.asarray((1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d)


def skan_branches(mask: NDArray[np.bool_]) -> list[Polyline]:
    """The branches of skan's graph of the skeleton."""
    from skan import Skeleton
    from skimage.morphology import skeletonize

    skeleton = Skeleton(skeletonize(mask))
    return [skeleton.path_coordinates(k)[:, ::-1].astype(np.float64) for k in range(skeleton.n_paths)]


def peak_mb() -> float:
    """Peak resident memory of this process; `getrusage` would count the parent's from before the start."""
    try:
        status = Path("/proc/self/status").read_text()
        return float(next(row for row in status.splitlines() if row.startswith("VmHWM")).split()[1]) / 1024
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
