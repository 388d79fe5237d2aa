"""Drawings that look like nothing else, and projects that hold them."""

from pathlib import Path

import numpy as np
from PIL import Image

from engine.project.log import Gesture
from engine.project.project import Project
from engine.scans.catalogue import import_folder
from engine.strokes.augment import Augmentation, augment
from engine.strokes.geometry import resample
from engine.strokes.stroke3 import from_stroke3, to_stroke3
from engine.strokes.types import Drawing, as_stroke
from engine.trace.drawings import replace


def scribble(seed, n_strokes=1, n_points=240):
    """Strokes with many turns, their own for every seed."""
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 200, (24 * n_strokes, 2))
    strokes = [resample(part, 2.0) for part in np.split(corners, n_strokes)]
    keep = max(2, n_points // n_strokes)
    return Drawing(tuple(as_stroke(s[np.linspace(0, len(s) - 1, keep).round().astype(int)]) for s in strokes))


def copy_of(drawing, seed=0, **options):
    """An augmented copy, as the original baked them into its data."""
    options = Augmentation(**{"drop_points": 0.1, "scale": 0.2, **options})
    return from_stroke3(augment(to_stroke3(drawing), options, np.random.default_rng(seed)))


def shelf(folder: Path, drawings):
    """A project with these drawings: page id -> the drawings cut from it, all pages accepted."""
    scans = folder / "scans"
    scans.mkdir(parents=True)
    for number, page in enumerate(drawings):
        Image.new("L", (24, 32 + number), 250).save(scans / f"{page}.png")
    with Project.create(folder / "p") as project:
        import_folder(project, scans)
        with project.transaction() as index:
            for page, found in drawings.items():
                apart = [Drawing(tuple(s + 300 * k for s in one.strokes)) for k, one in enumerate(found)]
                replace(index, page, apart)
        project.decide(Gesture("pages", {"accepted": tuple(drawings)}))
    return folder / "p"
