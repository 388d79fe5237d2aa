"""How the ink of a page looks in figures: how much there is, and how colourful it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.curate.embeddings import embed_items
from engine.curate.looks import LOOK_MODEL
from engine.project.ids import Level
from engine.project.progress import Reporter
from engine.project.project import Project

_INK, _COLOUR, _HEAD = 1, 3, 4
"""Places in a look (`engine.curate.looks.Looks`), and how many of its numbers are measures."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Figures of one picture.

    Attributes:
        ink_share: Share of the drawing's part of the page that is ink, 0 to 1.
        colourfulness: Hasler & Suesstrunk 2003; 0 grey, 0.2 lively, 0.4 very.
    """

    ink_share: float
    colourfulness: float


def measure_items(project: Project, level: Level = "pages", reporter: Reporter | None = None) -> int:
    """Take the look of every item whose picture is new or changed.

    Args:
        project: Open for writing.
        level: Pages or drawings.
        reporter: Hears of progress; may stop between batches.

    Returns:
        How many were measured now; a page that cannot be read has no measures.
    """
    table = "pages" if level == "pages" else "drawings"
    if project.index.execute(f"SELECT 1 FROM {table} WHERE gone = 0").fetchone() is None:
        return 0
    return len(embed_items(project, level, LOOK_MODEL, reporter).embedded)


def load_measures(project: Project, level: Level = "pages") -> dict[str, Measures]:
    """What was measured, by id; reads the first numbers of each look only."""
    rows = project.index.execute(
        f"SELECT id, substr(vector, 1, {4 * _HEAD}) AS head FROM embeddings WHERE level = ? AND model = ?",
        (level, LOOK_MODEL),
    )
    heads = ((row["id"], np.frombuffer(row["head"], dtype="<f4")) for row in rows)
    return {id_: Measures(float(head[_INK]), float(head[_COLOUR])) for id_, head in heads}
