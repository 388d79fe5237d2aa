"""Maps: each item's cluster and its place in the plane, kept in the index for the level."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from engine.curate.clusters import kmeans, standardise
from engine.curate.embeddings import embedded_with, load_embeddings
from engine.curate.projection import project as project_to_plane
from engine.errors import UserError
from engine.project.ids import Level
from engine.project.project import Project

DEFAULT_CLUSTERS = 8


@dataclass(frozen=True, slots=True)
class MapSettings:
    """How a map is made.

    Attributes:
        model: The embedder.
        k: Number of clusters asked for.
        projection: `tsne` or `pca`.
        seed: Makes clusters and places the same again.
    """

    model: str
    k: int = DEFAULT_CLUSTERS
    projection: str = "tsne"
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where one item stands: its cluster, largest first from 0, and x, y in about [-1, 1]."""

    cluster: int
    x: float
    y: float


def make_map(
    project: Project,
    level: Level = "pages",
    *,
    model: str | None = None,
    k: int = DEFAULT_CLUSTERS,
    projection: str = "tsne",
    seed: int = 0,
) -> dict[str, Place]:
    """Cluster and project everything embedded, and put it in the place of the level's map before.

    Args:
        project: Open for writing.
        level: Pages or drawings.
        model: The embedder; the one most items are embedded with when None.
        k: Number of clusters; fewer when there are fewer items.
        projection: `tsne` or `pca`.
        seed: Makes clusters and places the same again.

    Returns:
        Item id -> place.

    Raises:
        UserError: if nothing is embedded yet or k is no number of clusters.
    """
    if k < 1:
        raise UserError(f"{k} is no number of clusters.", "Choose 1 or more, for example --k 8.")
    settings = MapSettings(model or embedded_with(project, level), k, projection, seed)
    ids, vectors = load_embeddings(project, level, settings.model)
    features = standardise(vectors)
    clusters = kmeans(features, k=k, seed=seed)
    places = project_to_plane(features, method=projection, seed=seed)
    rows = [
        (level, id_, int(cluster), float(x), float(y))
        for id_, cluster, (x, y) in zip(ids, clusters, places, strict=True)
    ]
    with project.transaction() as index:
        index.execute("DELETE FROM maps WHERE level = ?", (level,))
        index.executemany("INSERT INTO maps VALUES (?, ?, ?, ?, ?)", rows)
        index.execute(
            "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
            (f"map.{level}", json.dumps(asdict(settings))),
        )
    return load_map(project, level)


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
    return MapSettings(**json.loads(row["value"])) if row else None
