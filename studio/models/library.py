"""All pages and drawings of the open project, read once and kept up to date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan
from operator import is_
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.curate.places import Place, load_map
from engine.project import decisions
from engine.project.ids import LEVELS, Level
from engine.project.project import Project
from engine.scans.pages import pages
from studio.models.items import Item

if TYPE_CHECKING:
    from engine.trace.drawings import DrawingRow


USUAL_KINDS = ("drawing", "watercolour", "notes", "cover", "bad scan")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The items of one level.

    Attributes:
        items: In shelf order: books, covers first, page numbers.
        rows: Id -> place in `items`.
        decided: How many items have each decision.
        names: The names of the map's clusters.
    """

    items: tuple[Item, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)
    decided: Counter[str] = field(default_factory=Counter)
    names: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, items: Iterable[Item], names: Mapping[int, str] | None = None) -> Shelf:
        """Put items on a shelf."""
        row = tuple(items)
        rows = {item.id: at for at, item in enumerate(row)}
        return cls(row, rows, Counter(item.decision for item in row), names or {})

    def get(self, item_id: str) -> Item | None:
        """The item of that id, None when there is none."""
        at = self.rows.get(item_id)
        return None if at is None else self.items[at]

    def after(self, before: Shelf) -> Shelf:
        """This shelf, with the objects of the one before where items are the same: whoever shows them then
        sees in a moment which of ten thousand are not. The one before itself when nothing changed."""
        items = tuple(_same(item, before.get(item.id)) for item in self.items)
        is_same = len(items) == len(before.items) and all(map(is_, items, before.items))
        return before if is_same and self.names == before.names else replace(self, items=items)

    def with_items(self, changed: Iterable[Item]) -> Shelf:
        """The shelf with some of its items in a new state."""
        items, decided = list(self.items), self.decided.copy()
        for item in changed:
            at = self.rows[item.id]
            decided[items[at].decision] -= 1
            decided[item.decision] += 1
            items[at] = item
        return replace(self, items=tuple(items), decided=decided)


class Library(QObject):
    """The window's copy of the index.

    Signals:
        changed: A `Level` whose items changed in any way.
    """

    changed = Signal(str)

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        """Read nothing yet: see `read` and `put`."""
        super().__init__(parent)
        self._project = project
        self._shelves: dict[Level, Shelf] = {level: Shelf() for level in LEVELS}

    def shelf(self, level: Level) -> Shelf:
        """The items of a level."""
        return self._shelves[level]

    def find(self, item_id: str) -> Item | None:
        """A page or a drawing by its id."""
        return self._shelves["pages"].get(item_id) or self._shelves["drawings"].get(item_id)

    def find_all(self, ids: Iterable[str]) -> list[Item]:
        """The items of these ids, in shelf order; unknown ids are left out."""
        wanted = set(ids)
        return [item for level in LEVELS for item in self._chosen(level, wanted)]

    def _chosen(self, level: Level, wanted: set[str]) -> list[Item]:
        shelf = self._shelves[level]
        return [shelf.items[at] for at in sorted(shelf.rows[i] for i in wanted if i in shelf.rows)]

    def read(self) -> dict[Level, Shelf]:
        """Read everything from the index; may be called in any thread."""
        cut = _read_cut(self._project)
        read = Shelf.of(_read_pages(self._project, cut), _read_names(self._project, "pages"))
        pages = read.after(self._shelves["pages"])
        read = Shelf.of(_read_drawings(self._project, pages, cut), _read_names(self._project, "drawings"))
        return {"pages": pages, "drawings": read.after(self._shelves["drawings"])}

    def put(self, shelves: dict[Level, Shelf]) -> None:
        """Take over what `read` returned."""
        fresh = [level for level, shelf in shelves.items() if self._differs(level, shelf)]
        self._shelves |= shelves
        for level in fresh:
            self.changed.emit(level)

    def _differs(self, level: Level, shelf: Shelf) -> bool:
        before = self._shelves[level]
        return shelf is not before and (shelf.items != before.items or shelf.names != before.names)

    def kinds(self, level: Level) -> list[str]:
        """The usual kinds of page, and those the artist gave."""
        given = {item.kind for item in self._shelves[level].items}
        return [*USUAL_KINDS, *sorted(given - {"", *USUAL_KINDS})]

    def cluster_names(self, level: Level) -> Mapping[int, str]:
        """The names of the clusters of a level's map."""
        return self._shelves[level].names

    def refresh_names(self, level: Level) -> None:
        """Read again what the clusters of a level are called."""
        self._shelves[level] = replace(self._shelves[level], names=_read_names(self._project, level))
        self.changed.emit(level)

    def refresh_decisions(self, level: Level, ids: Sequence[str]) -> None:
        """Read again what is decided about these items."""
        self._refresh(level, ids)
        if level == "pages" and self._shelves["drawings"].items:
            touched = set(ids)
            cut = [item.id for item in self._shelves["drawings"].items if page_of(item) in touched]
            if cut:
                # A drawing without a kind of its own is called what its page is called.
                self._refresh("drawings", cut)

    def _refresh(self, level: Level, ids: Sequence[str]) -> None:
        shelf = self._shelves[level]
        states = decisions.states(self._project.index, level, ids)
        changed = []
        for item in filter(None, map(shelf.get, ids)):
            state = states.get(item.id, decisions.UNDECIDED)
            kind = state.kind or self._kind_of_page(item)
            if (item.decision, item.kind, item.note) != (state.decision, kind, state.note):
                changed.append(item.decided(state.decision, kind, state.note))
        if changed:
            self._shelves[level] = shelf.with_items(changed)
            self.changed.emit(level)

    def _kind_of_page(self, item: Item) -> str:
        """What a drawing without a kind of its own is called: what its page is."""
        page = self._shelves["pages"].get(page_of(item)) if item.level == "drawings" else None
        return page.kind if page is not None else ""


def page_of(item: Item) -> str:
    """The id of the page a drawing was cut from; a page's own id."""
    return item.id.rpartition("/")[0] if item.level == "drawings" else item.id


def _same(item: Item, before: Item | None) -> Item:
    return before if before is not None and before == item else item


def _read_pages(project: Project, cut: Mapping[str, Sequence[DrawingRow]]) -> list[Item]:
    from engine.curate.measures import Measures, load_measures

    states, places = decisions.states(project.index, "pages"), load_map(project, "pages")
    measures, unknown = load_measures(project), Measures(nan, nan)
    result: list[Item] = []
    for page in pages(project):
        state, place = states.get(page.id, decisions.UNDECIDED), places.get(page.id)
        measured, drawn = measures.get(page.id, unknown), cut.get(page.id, ())
        item = Item(
            page.id,
            "pages",
            page.book,
            page.page,
            variant=page.variant,
            label=page.label,
            kind=state.kind,
            decision=state.decision,
            picture=page.sha256,
            file=page.path,
            size_px=(page.width_px, page.height_px),
            n_bytes=page.bytes,
            n_strokes=sum(row.strokes for row in drawn),
            n_points=sum(row.points for row in drawn),
            note=state.note,
            taken=page.taken or "",
            ink_share=measured.ink_share,
            colourfulness=measured.colourfulness,
        )
        result.append(item if place is None else _placed(item, place))
    return result


def _read_drawings(project: Project, shelf: Shelf, cut: Mapping[str, Sequence[DrawingRow]]) -> list[Item]:

    states, places = decisions.states(project.index, "drawings"), load_map(project, "drawings")
    result: list[Item] = []
    for page in shelf.items:
        for row in cut.get(page.id, ()):
            state, place = states.get(row.id, decisions.UNDECIDED), places.get(row.id)
            item = replace(
                page,
                id=str(row.id),
                level="drawings",
                kind=state.kind or page.kind,
                decision=state.decision,
                note=state.note,
                cluster=-1,
                x=nan,
                y=nan,
                picture=f"{row.points}:{row.length_units:.4f}",
                number=int(row.id.rpartition("/")[2]),
                n_strokes=row.strokes,
                n_points=row.points,
            )
            result.append(item if place is None else _placed(item, place))
    return result


def _read_names(project: Project, level: Level) -> dict[int, str]:
    # Matching names needs it: half a second, spent in the thread that reads, not under the hand that names.
    import scipy.optimize  # noqa: F401

    from engine.curate.names import cluster_names

    return cluster_names(project, level)


def _read_cut(project: Project) -> dict[str, list[DrawingRow]]:
    """All drawings, by the page they were cut from."""
    from engine.trace.drawings import drawings

    cut: dict[str, list[DrawingRow]] = {}
    for row in drawings(project):
        cut.setdefault(row.page, []).append(row)
    return cut


def _placed(item: Item, place: Place) -> Item:
    return replace(item, cluster=place.cluster, x=place.x, y=place.y)
