"""A project whose runs have learnt nothing."""

from __future__ import annotations

from pathlib import Path

from engine.jobs.runs import create_run
from engine.project.layout import Layout
from engine.project.log import Gesture
from engine.strokes.stroke3 import from_stroke3
from engine.trace.drawings import replace
from engine.training.checkpoint import BEST, LAST, save_checkpoint
from tests.engine.curate.shelves import IDS, shelf
from tests.engine.sampling.machines import make_checkpoint
from tests.engine.sampling.quality.hand import drawings

HAND = [from_stroke3(rows).normalised() for rows in drawings(4, 1)]
FIRST, SECOND = f"{IDS[0]}/1", f"{IDS[1]}/1"


def make_project(folder: Path, *families: str) -> Path:
    """A drawing on each of four accepted pages; a run of each family, whose newest state is not its best."""
    with shelf(folder) as opened:
        with opened.transaction() as index:
            for page, one in zip(IDS, HAND, strict=True):
                replace(index, page, [one])
        opened.decide(Gesture("pages", {"accepted": IDS}))
    for name in families:
        run = create_run(Layout(folder), "", {})
        for seed, file in enumerate((BEST, LAST)):
            save_checkpoint(run / "checkpoints" / file, make_checkpoint(name, seed))
    return folder
