"""Names of clusters: given to what is in them, found again in every clustering that comes after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.errors import UserError
from engine.project import decisions
from engine.project.ids import Level
from engine.project.log import Gesture
from engine.project.project import Project

_LEAST_OVERLAP = 0.4
"""Of a named group and a cluster, as F1: half a group on its own still has .67, an eighth of a lump .22."""


def match_names(groups: Mapping[str, Sequence[str]], clusters: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """Give clusters the names of the groups they share most with, each name at most once.

    Args:
        groups: Name -> the ids that made the group up when it was named.
        clusters: Cluster -> its ids now; cluster -1, of what is in no cluster, has no name.

    Returns:
        Cluster -> name, for clusters that share enough with a group (F1 of the two sets at least .4); where
        several could take a name, the assignment with the greatest overlap in all.
    """
    from scipy.optimize import linear_sum_assignment  # here: half a second that few commands need

    numbers = [number for number in clusters if number >= 0]
    if not groups or not numbers:
        return {}
    cluster_of = {id_: at for at, number in enumerate(numbers) for id_ in clusters[number]}
    sizes = np.array([len(clusters[number]) for number in numbers], dtype=float)
    overlap = np.zeros((len(groups), len(numbers)))
    for row, members in enumerate(groups.values()):
        present = [cluster_of[id_] for id_ in members if id_ in cluster_of]
        shared = np.bincount(present, minlength=len(numbers)) if present else np.zeros(len(numbers))
        overlap[row] = 2 * shared / (len(members) + sizes)
    rows, columns = linear_sum_assignment(overlap, maximize=True)
    names = list(groups)
    return {
        numbers[column]: names[row]
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        if overlap[row, column] >= _LEAST_OVERLAP
    }


def cluster_names(project: Project, level: Level = "pages") -> dict[int, str]:
    """The names of the clusters of the level's map; clusters without one are absent."""
    clusters: dict[int, list[str]] = {}
    for row in project.index.execute("SELECT id, cluster FROM maps WHERE level = ?", (level,)):
        clusters.setdefault(row["cluster"], []).append(row["id"])
    return match_names(decisions.names(project.index, level), clusters)


def naming(level: Level, members: Sequence[str], name: str, before: str = "", **how: object) -> Gesture:
    """The gesture that names a group.

    Args:
        level: Pages or drawings.
        members: What is in the group.
        name: Its new name; empty to have none.
        before: The name it had, which it loses.
        how: What the log keeps about it.
    """
    names: dict[str, tuple[str, ...]] = {before: ()} if before and before != name else {}
    if name:
        names[name] = tuple(members)
    return Gesture(level, names=names, how=how)


def named_cluster(project: Project, text: str, level: Level) -> int:
    """The cluster a person means: by its name, or by its number.

    Raises:
        UserError: if no cluster of the map is called that.
    """
    found = cluster_names(project, level)
    for number, name in found.items():
        if name.casefold() == text.strip().casefold():
            return number
    if text.strip().lstrip("-").isdecimal():
        return int(text)
    known = ", ".join(sorted(found.values())) or "none yet"
    raise UserError(f"No cluster of {level} is called {text!r}.", f"Names given so far: {known}.")
