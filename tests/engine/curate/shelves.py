"""Shelves made up for the tests of history, exchange and merging: pages without pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import hypothesis.strategies as st
import pytest

from engine.curate.replay import Standing
from engine.project import decisions
from engine.project.ids import LEVELS
from engine.project.log import Gesture
from engine.project.project import Project

IDS = ("sb01p001", "sb01p002", "sb01p003", "sb02p001")
CUT = {"do": "cut", "at": [1.0, 2.0], "along": [1.0, 0.0]}
SWAP = {"do": "swap", "at": [5.0, 6.0], "turn": 1, "arms": None}


@pytest.fixture(autouse=True, scope="module")
def quick_disk():
    """Hundreds of little projects: none of them has to outlive a power cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda handle: None)
        yield


def sha_of(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def shelf(root: Path, ids: Iterable[str] = IDS, content: dict[str, str] | None = None) -> Project:
    """A project whose pages are in the catalogue; two with the same content are the same scan."""
    project = Project.create(root)
    with project.transaction() as index:
        index.execute("INSERT INTO sources (id, path, relative) VALUES (1, ?, 'scans')", (f"{root}/scans",))
        for id_ in ids:
            sha = sha_of((content or {}).get(id_, id_))
            index.execute(
                "INSERT INTO pages VALUES (?, 1, ?, ?, ?, '', '', ?, 1, 1, 9, 9, 1, NULL, NULL, 0)",
                (id_, f"{id_}.jpg", id_[:4], int(id_[5:8]), sha),
            )
    return project


def put_drawing(project: Project, id_: str, box: tuple[float, float, float, float]) -> None:
    page, _, number = id_.rpartition("/")
    with project.transaction() as index:
        index.execute(
            "INSERT INTO drawings VALUES (?, ?, ?, ?, ?, ?, ?, 1, 2, 1.0, x'', 0)",
            (id_, page, int(number), *box),
        )


def standing(project: Project) -> Standing:
    """What the index says, in the shape in which a log is replayed."""
    found = Standing()
    for level in LEVELS:
        for id_, state in decisions.states(project.index, level).items():
            found.apply(
                Gesture(level, {state.decision: (id_,)}, {state.kind: (id_,)}, notes={id_: state.note})
            )
        found.apply(Gesture(level, names=decisions.names(project.index, level)))
    for row in project.index.execute("SELECT page FROM mends").fetchall():
        found.apply(Gesture("pages", mends={row["page"]: decisions.mends(project.index, row["page"])}))
    return found


def _some(ids: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(ids), unique=True, max_size=3).map(tuple)


def gestures(
    ids: tuple[str, ...] = IDS, names: tuple[str, ...] = ("faces", "cats"), levels=LEVELS
) -> st.SearchStrategy[Gesture]:
    """Gestures of every sort about these ids and names."""
    words = st.sampled_from(["", "notes", "cover"])
    texts = st.sampled_from(["", "the good one", "=1+1", "two\nlines"])
    how = st.sampled_from([{}, {"by": "key"}, {"by": "lasso", "polygon": [[0, 1]]}])
    ops = st.sampled_from([(), (CUT,), (CUT, SWAP)])

    def made(level, decided, kinds, notes, named, mends, how):
        if level == "pages":
            return Gesture(level, decided, kinds, how, notes=notes, names=named, mends=mends)
        decided, kinds, named = (
            {key: tuple(f"{id_}/1" for id_ in ids) for key, ids in groups.items()}
            for groups in (decided, kinds, named)
        )
        return Gesture(level, decided, kinds, how, notes={f"{k}/1": v for k, v in notes.items()}, names=named)

    return st.builds(
        made,
        st.sampled_from(levels),
        st.dictionaries(st.sampled_from(["accepted", "rejected", "undecided"]), _some(ids), max_size=2),
        st.dictionaries(words, _some(ids), max_size=2),
        st.dictionaries(st.sampled_from(ids), texts, max_size=2),
        st.dictionaries(st.sampled_from(names), _some(ids), max_size=2),
        st.dictionaries(st.sampled_from(ids), ops, max_size=1),
        how,
    )
