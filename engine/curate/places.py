"""Maps as the index keeps them: each item's cluster and its place in the plane. Light to import."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields

from engine.project.decisions import State
from engine.project.ids import Level
from engine.project.project import Project

DEFAULT_CLUSTERS = 16
AUTO = 0
"""Asked for so many clusters, the silhouette decides."""

SCOPES: dict[str, Callable[[State], bool]] = {
    "all": lambda state: True,
    "undecided": lambda state: state.decision == "undecided",
    "accepted": lambda state: state.decision == "accepted",
    "not rejected": lambda state: state.decision != "rejected",
}
"""Which items a map may be made of: word -> whether an item in this state belongs."""
CHOSEN = "chosen"
"""The scope of a map of ids that were chosen one by one."""


@dataclass(frozen=True, slots=True)
class MapSettings:
    """How a map is made.

    Attributes:
        model: The embedder.
        k: Number of clusters asked for; `AUTO` for as many as the silhouette finds best.
        projection: A method of `engine.curate.projection`.
        seed: Makes clusters and places the same again.
        clustering: `kmeans`, or `hdbscan`, which finds the number of clusters itself.
        scope: A word of `SCOPES`, or `CHOSEN`.
    """

    model: str
    k: int = DEFAULT_CLUSTERS
    projection: str = "tsne"
    seed: int = 0
    clustering: str = "kmeans"
    scope: str = "all"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one item stands: its cluster, largest first from 0, -1 for none; x, y in about [-1, 1]."""

    cluster: int
    x: float
    y: float


def load_map(project: Project, level: Level = "pages") -> dict[str, Place]:
    """The level's map; empty before one is made. Items that are gone are left out."""
    table = "pages" if level == "pages" else "drawings"
    rows = project.index.execute(
        f"SELECT m.id, m.cluster, m.x, m.y FROM maps m JOIN {table} t ON t.id = m.id"
        " WHERE m.level = ? AND t.gone = 0 ORDER BY m.id",
        (level,),
    )
    return {row["id"]: Place(row["cluster"], row["x"], row["y"]) for row in rows}


def map_settings(project: Project, level: Level = "pages") -> MapSettings | None:
    """How the level's map was made; None before one is."""
    row = project.index.execute("SELECT value FROM meta WHERE key = ?", (f"map.{level}",)).fetchone()
    if row is None:
        return None
    known = {field.name for field in fields(MapSettings)}
    return MapSettings(**{key: value for key, value in json.loads(row["value"]).items() if key in known})
