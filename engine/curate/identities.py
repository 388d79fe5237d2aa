"""Identities: which item here is the one another project, another person or a table speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath

import numpy as np

from engine.project.ids import Level
from engine.project.project import Project
from engine.scans.pages import Page, pages
from engine.trace.drawings import match_boxes

Box = tuple[float, float, float, float]


class Identities:
    """The items of a project, to be found by id, by what their scan holds, or by its name."""

    def __init__(self, project: Project) -> None:
        """Read what is in the catalogue, scans that are gone included: their decisions are kept."""
        self._pages: dict[str, Page] = {page.id: page for page in pages(project, gone=True)}
        self._by_hash = _grouped((page.sha256, page.id) for page in self._pages.values())
        self._by_name = _grouped((page.path.name, page.id) for page in self._pages.values())
        self._boxes: dict[str, dict[str, Box]] = {}
        for row in project.index.execute("SELECT id, page, x0, y0, x1, y1 FROM drawings"):
            box = (row["x0"], row["y0"], row["x1"], row["y1"])
            self._boxes.setdefault(row["page"], {})[row["id"]] = box

    def page_of(self, item_id: str) -> Page | None:
        """The page an item is, or was cut from."""
        return self._pages.get(item_id) or self._pages.get(item_id.rpartition("/")[0])

    def box_of(self, drawing_id: str) -> Box | None:
        """A drawing's place on its page, px."""
        return self._boxes.get(drawing_id.rpartition("/")[0], {}).get(drawing_id)

    def find(
        self, level: Level, id_: str, *, sha256: str = "", file: str = "", box: Box | None = None
    ) -> tuple[str, str]:
        """Find the item here that is meant.

        A page is found by its id, unless the scan that is meant is another page here (the books were
        renamed); else by its scan's content; else by its file's name. A drawing is the one on that page in
        the same place, or the one with the same number where no place is told.

        Args:
            level: What it is.
            id_: Its id there; may be empty.
            sha256: Content hash of its scan, where known.
            file: Name of its scan, where known; folders in front of it are heeded where there are several.
            box: Of a drawing, where known, px on the page.

        Returns:
            Its id here and an empty text, or an empty id and the reason why there is none.
        """
        if level == "pages":
            return self._page(id_, sha256, file)
        page_id, slash, number = id_.rpartition("/")
        if not slash:
            return "", "it is not the id of a drawing"
        found, reason = self._page(page_id, sha256, file)
        return self._drawing(found, number, box) if found else ("", reason)

    def _page(self, id_: str, sha256: str, file: str) -> tuple[str, str]:
        same = self._by_hash.get(sha256, []) if sha256 else []
        if id_ in self._pages and (not same or id_ in same):
            return id_, ""
        named = self._named(file) if file else []
        for candidates in ([one for one in same if one in named], same, named):
            if len(candidates) == 1:
                return candidates[0], ""
        several = same or named
        if several:
            return "", f"it fits {len(several)} pages: {', '.join(sorted(several)[:4])}"
        return "", "no page has this id, this content or this file name"

    def _named(self, file: str) -> list[str]:
        wanted = PurePath(file.replace("\\", "/")).parts
        found = self._by_name.get(wanted[-1], []) if wanted else []
        exact = [one for one in found if self._pages[one].path.parts[-len(wanted) :] == wanted]
        return exact if len(exact) == 1 else found

    def _drawing(self, page_id: str, number: str, box: Box | None) -> tuple[str, str]:
        known, same = self._boxes.get(page_id, {}), f"{page_id}/{number}"
        if box is None:
            return (same, "") if same in known else ("", "the page has no drawing of this number")
        if not known and number.isdecimal():
            return same, ""  # not traced yet: with its box it is found again when it is
        for candidates in ([same] if same in known else [], list(known)):
            at = _overlapping(box, [known[one] for one in candidates])
            if at is not None:
                return candidates[at], ""
        return "", "the page has no drawing in this place"


def _overlapping(box: Box, boxes: Sequence[Box]) -> int | None:
    return match_boxes(np.array([box]), np.array(boxes).reshape(-1, 4))[0]


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
