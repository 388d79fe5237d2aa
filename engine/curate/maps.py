"""Making a map: everything embedded is clustered and laid out in the plane."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from engine.curate.clusters import cluster
from engine.curate.embeddings import embedded_with, load_embeddings, load_looks
from engine.curate.features import features
from engine.curate.places import SCOPES, MapSettings, Place, load_map
from engine.curate.projection import project as project_to_plane
from engine.errors import UserError
from engine.project import decisions
from engine.project.ids import Level
from engine.project.project import Project


def make_map(
    project: Project,
    level: Level = "pages",
    settings: MapSettings | None = None,
    *,
    ids: Sequence[str] | None = None,
) -> dict[str, Place]:
    """Cluster and project what is embedded, and put it in the place of the level's map before.

    Args:
        project: Open for writing.
        level: Pages or drawings.
        settings: How; by default as usual, with the embedder most items are embedded with.
        ids: Only these items; by default those of the settings' scope.

    Returns:
        Item id -> place.

    Raises:
        UserError: if nothing is embedded yet, nothing is in the scope, or k is no number of clusters.
    """
    settings = settings or MapSettings(embedded_with(project, level))
    if settings.k < 0:
        raise UserError(f"{settings.k} is no number of clusters.", "Choose 1 or more, for example --k 16.")
    found, vectors = load_embeddings(project, level, settings.model)
    wanted = set(ids) if ids is not None else _in_scope(project, level, settings.scope, found)
    rows = [at for at, id_ in enumerate(found) if id_ in wanted]
    if not rows:
        raise UserError(f"There are no {level} to make a map of.", "Choose another scope, or more of them.")
    chosen = [found[at] for at in rows]
    table = features(vectors[rows], load_looks(project, level, chosen))
    labels = cluster(table, settings.clustering, settings.k or None, settings.seed)
    places = project_to_plane(table, method=settings.projection, seed=settings.seed)
    _write(project, level, settings, chosen, np.column_stack([labels, places]))
    return load_map(project, level)


def _in_scope(project: Project, level: Level, scope: str, ids: Sequence[str]) -> set[str]:
    belongs = SCOPES.get(scope)
    if belongs is None:
        raise UserError(f"There is no scope called {scope!r}.", f"Use one of: {', '.join(SCOPES)}.")
    states = decisions.states(project.index, level)
    return {id_ for id_ in ids if belongs(states.get(id_, decisions.UNDECIDED))}


def _write(
    project: Project, level: Level, settings: MapSettings, ids: Sequence[str], places: np.ndarray
) -> None:
    rows = [(level, id_, int(number), x, y) for id_, (number, x, y) in zip(ids, places.tolist(), strict=True)]
    with project.transaction() as index:
        index.execute("DELETE FROM maps WHERE level = ?", (level,))
        index.executemany("INSERT INTO maps VALUES (?, ?, ?, ?, ?)", rows)
        index.execute(
            "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
            (f"map.{level}", json.dumps(asdict(settings))),
        )
