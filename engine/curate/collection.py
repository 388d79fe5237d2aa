"""Everything embedded of one level, made comparable once: suggestions, look-alikes, likeness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.curate import near
from engine.curate.embeddings import embedded_with, load_embeddings, load_looks
from engine.curate.features import features
from engine.curate.learnt import Alike, AlikeGroup, Learnt
from engine.curate.suggestions import suggest, suggest_kinds
from engine.errors import UserError
from engine.project.decisions import UNDECIDED, State
from engine.project.ids import Level
from engine.project.project import Project
from engine.scans.pages import Page, pages

_PLAIN = "\0"
"""Stands among the kinds for what was accepted and given none; no artist can type it."""
_LEAST_SURE = 0.5
"""A kind less likely than this is not worth saying."""


@dataclass(frozen=True, slots=True)
class Collection:
    """The embedded items of a level.

    Attributes:
        level: Pages or drawings.
        model: The embedder.
        ids: One a row.
        features: `(n, d)`, as `features.features` makes them; no rows where nothing is embedded.
        rows: Id -> row.
    """

    level: Level
    model: str
    ids: tuple[str, ...]
    features: NDArray[np.float32]
    rows: Mapping[str, int] = field(default_factory=dict)


def load_collection(project: Project, level: Level = "pages", model: str | None = None) -> Collection:
    """Read and prepare the embeddings of a level; without any rows where there are none."""
    model = model or embedded_with(project, level)
    try:
        ids, vectors = load_embeddings(project, level, model)
    except UserError:
        return Collection(level, model, (), np.zeros((0, 1), np.float32))
    rows = {id_: at for at, id_ in enumerate(ids)}
    looks = load_looks(project, level, ids)
    return Collection(level, model, tuple(ids), features(vectors, looks), rows)


def learn(collection: Collection, states: Mapping[str, State]) -> Learnt:
    """Learn from decisions and kinds.

    Args:
        collection: What there is.
        states: What is decided; ids nobody decided about may be absent.
    """
    known = [states.get(id_, UNDECIDED) for id_ in collection.ids]
    decided = {
        decision: [at for at, state in enumerate(known) if state.decision == decision]
        for decision in ("accepted", "rejected", "undecided")
    }
    found = suggest(collection.features, decided["accepted"], decided["rejected"])
    likelihoods = {}
    if found.probability is not None:
        likelihoods = {collection.ids[at]: float(found.probability[at]) for at in decided["undecided"]}
    return Learnt(
        likelihoods,
        _likely_kinds(collection, known),
        found.missing,
        len(decided["accepted"]),
        len(decided["rejected"]),
    )


def _likely_kinds(collection: Collection, states: Sequence[State]) -> dict[str, tuple[str, float]]:
    """The likeliest kind of items without one; what was accepted without a kind is an example of none."""
    kinds = [state.kind or (_PLAIN if state.decision == "accepted" else "") for state in states]
    found = suggest_kinds(collection.features, kinds)
    likely = zip(collection.ids, states, found.kinds, found.probability.tolist(), strict=True)
    return {
        id_: (kind, p)
        for id_, state, kind, p in likely
        if not state.kind and kind not in ("", _PLAIN) and p >= _LEAST_SURE
    }


def likest(collection: Collection, item_id: str) -> list[tuple[str, float]]:
    """Every embedded item with its likeness to one, -1 to 1, itself first; empty when it is not embedded."""
    row = collection.rows.get(item_id)
    if row is None:
        return []
    rows, likeness = near.likest(collection.features, row, len(collection.ids) - 1)
    others = zip(rows.tolist(), likeness.tolist(), strict=True)
    return [(item_id, 1.0), *((collection.ids[at], value) for at, value in others)]


def look_alikes(project: Project, level: Level = "pages", model: str | None = None) -> Alike:
    """What is there twice: by its file, by its name, by its look (not before it is embedded)."""
    shelf: dict[str, Page] = {page.id: page for page in pages(project)}
    of_drawings = level == "drawings"
    try:
        found, vectors = load_embeddings(project, level, model)
        rows = {id_: at for at, id_ in enumerate(found)}
        ids = found if of_drawings else [id_ for id_ in shelf if id_ in rows]
        vectors = vectors[[rows[id_] for id_ in ids]]
    except UserError:
        ids = [] if of_drawings else list(shelf)
        vectors = np.zeros((len(ids), 1), np.float32)
    if of_drawings:
        groups = near.near_groups(
            [""] * len(ids), [None] * len(ids), vectors, load_looks(project, level, ids)
        )
    else:
        groups = near.near_groups(
            [shelf[id_].sha256 for id_ in ids],
            [_same_page(shelf[id_]) for id_ in ids],
            vectors,
            load_looks(project, level, ids),
            [shelf[id_].width_px * shelf[id_].height_px for id_ in ids],
        )
    return Alike.of(AlikeGroup(tuple(ids[row] for row in group.rows), group.reason) for group in groups)


def _same_page(page: Page) -> tuple[str, int] | None:
    return None if page.page is None else (page.book, page.page)
