"""Embeddings for the pages of the small shelf: cluster n of the map lies in direction n."""

from __future__ import annotations

import numpy as np

from engine.curate.embedders import DEFAULT_EMBEDDER
from engine.project.project import Project


def put_vectors(project: Project, spread: float = 0.15) -> None:
    """Embed every page: page n like the others of its cluster, n modulo 3."""
    ids = [row["id"] for row in project.index.execute("SELECT id FROM pages ORDER BY id")]
    random = np.random.default_rng(3)
    directions = np.eye(3, 4)
    with project.transaction() as index:
        for number, page_id in enumerate(ids):
            vector = directions[number % 3] + spread * random.normal(size=4)
            row = ("pages", DEFAULT_EMBEDDER, page_id, "made up", vector.astype("<f4").tobytes())
            index.execute("INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?, ?, ?)", row)
