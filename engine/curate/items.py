"""Items: pages and drawings as curation sees them, one row each with all that is known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.curate.places import Place, load_map
from engine.project import decisions
from engine.project.decisions import State
from engine.project.ids import Decision, Level
from engine.project.project import Project
from engine.scans.pages import Page, pages
from engine.trace.drawings import drawings


@dataclass(frozen=True, slots=True)
class Item:
    """One page or one drawing.

    Attributes:
        id: Page id or drawing id.
        page_id: The page; for a page its own id.
        book: The sketchbook.
        page: Page number, if any.
        variant: What tells two scans of one page apart.
        label: What the file name says about it.
        path: The scan.
        sha256: Hash of the scan.
        kind: What the artist called it; a drawing without a kind has its page's.
        decision: Undecided, accepted or rejected.
        cluster: Its cluster on the level's map, None when it is not on it.
        x: Its place on the map.
        y: Its place on the map.
        note: What the artist wrote about it.
        taken: ISO date of the scan, if known.
    """

    id: str
    page_id: str
    book: str
    page: int | None
    variant: str
    label: str
    path: Path
    sha256: str
    kind: str
    decision: Decision
    cluster: int | None
    x: float | None
    y: float | None
    note: str = ""
    taken: str = ""


def items(project: Project, level: Level = "pages") -> list[Item]:
    """Every page or drawing in shelf order."""
    shelf = pages(project)
    pairs: list[tuple[str, Page]] = [(page.id, page) for page in shelf]
    if level == "drawings":
        cut: dict[str, list[str]] = {}
        for row in drawings(project):
            cut.setdefault(row.page, []).append(row.id)
        pairs = [(drawing_id, page) for page in shelf for drawing_id in cut.get(page.id, ())]
    states = decisions.states(project.index, level)
    page_states = states if level == "pages" else decisions.states(project.index, "pages")
    places = load_map(project, level)
    return [
        _item(
            id_,
            page,
            states.get(id_, decisions.UNDECIDED),
            page_states.get(page.id, decisions.UNDECIDED).kind,
            places.get(id_),
        )
        for id_, page in pairs
    ]


def _item(id_: str, page: Page, state: State, page_kind: str, place: Place | None) -> Item:
    return Item(
        id_,
        page.id,
        page.book,
        page.page,
        page.variant,
        page.label,
        page.path,
        page.sha256,
        state.kind or page_kind,
        state.decision,
        place.cluster if place else None,
        place.x if place else None,
        place.y if place else None,
        state.note,
        page.taken or "",
    )
