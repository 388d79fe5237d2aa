"""What stands on which page of the two sample books: decided once, the same for every seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32

import numpy as np


class Kind(StrEnum):
    """What a page is; the value is the word in the truth files."""

    DRAWING = "drawing"
    WATERCOLOUR = "watercolor"
    NOTES = "note"
    COVER = "cover"
    BAD_SCAN = "badscan"

    @property
    def hand_label(self) -> str:
        """The word in `labels.csv`, as in the artist's own list."""
        return f"{self.value}s"


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One page to make.

    Attributes:
        book: 1 or 2.
        page: Page number; None for the cover.
        kind: What it is.
        subjects: What is drawn on it, one name a drawing.
        variant: Rest of the file name, "" or "-color", "-light", "v2".
    """

    book: int
    page: int | None
    kind: Kind
    subjects: tuple[str, ...] = ()
    variant: str = ""

    @property
    def stem(self) -> str:
        """File name without its suffix, such as `sb02p031-color`."""
        number = "cover" if self.page is None else f"{self.page:03d}"
        return f"sb{self.book:02d}p{number}{self.variant}"

    @property
    def folder(self) -> str:
        """The folder inside the book: art, notes or cover."""
        return {Kind.NOTES: "notes", Kind.COVER: "cover"}.get(self.kind, "art")

    @property
    def file(self) -> str:
        """The scan's path inside the sample folder, with slashes."""
        return f"sb{self.book:02d}/{self.folder}/{self.stem}.jpg"

    def geometry_rng(self, seed: int) -> np.random.Generator:
        """Decides what is drawn: the same for all scans of one page."""
        return np.random.default_rng([seed, self.book, 0 if self.page is None else self.page])

    def appearance_rng(self, seed: int) -> np.random.Generator:
        """Decides how this scan looks."""
        return np.random.default_rng([seed, crc32(self.stem.encode()), 1])


_LAST_PAGE = {1: 76, 2: 76}
_WATERCOLOURS = {1: (22, 41, 58), 2: (13, 37, 64)}
_NOTES = {1: (9, 33, 49, 70), 2: (8, 27, 50, 71)}
_BAD_SCANS = {1: (17, 54), 2: (20, 46, 68)}
_MISSING = {1: (30,), 2: (56,)}
_SECOND_SCANS = {1: (26,), 2: (40,)}
"""Pages scanned twice: `v2`."""
_OVER_WASH = {1: (), 2: (31, 33)}
"""Pages with a line over a wash, scanned as `-color` and as `-light`."""

_RHYTHM = (
    "face", "face", "figure", "face", "cat", "face", "vase", "figure", "face", "hand",
    "face", "figure", "face", "vase", "cat", "figure", "face", "hand",
)  # fmt: skip
_PAIR_EVERY = 7
_TRIPLE_EVERY = 43


def plan_books() -> tuple[PageSpec, ...]:
    """All pages in the order of the books, each book's cover first."""
    drawn = 0
    specs: list[PageSpec] = []
    for book, last in _LAST_PAGE.items():
        specs.append(PageSpec(book, None, Kind.COVER, ("face",)))
        for page in range(1, last + 1):
            if page in _MISSING[book]:
                continue
            drawn += 1
            specs += _page(book, page, _subjects(drawn))
    return tuple(specs)


def _subjects(drawn: int) -> tuple[str, ...]:
    """What stands on the n-th page: mostly one drawing, now and then two or three."""
    count = 3 if drawn % _TRIPLE_EVERY == 0 else 2 if drawn % _PAIR_EVERY == 0 else 1
    return tuple(_RHYTHM[(drawn + 5 * i) % len(_RHYTHM)] for i in range(count))


def _page(book: int, page: int, subjects: tuple[str, ...]) -> Iterator[PageSpec]:
    """The scan or scans of one page."""
    if page in _WATERCOLOURS[book]:
        yield PageSpec(book, page, Kind.WATERCOLOUR, subjects[:1] if page % 2 else ())
    elif page in _NOTES[book]:
        yield PageSpec(book, page, Kind.NOTES)
    elif page in _BAD_SCANS[book]:
        yield PageSpec(book, page, Kind.BAD_SCAN, subjects[:1])
    elif page in _OVER_WASH[book]:
        yield PageSpec(book, page, Kind.WATERCOLOUR, subjects[:1], "-color")
        yield PageSpec(book, page, Kind.DRAWING, subjects[:1], "-light")
    else:
        yield PageSpec(book, page, Kind.DRAWING, subjects)
        if page in _SECOND_SCANS[book]:
            yield PageSpec(book, page, Kind.DRAWING, subjects, "v2")


def small_mix(specs: Sequence[PageSpec], pages: int) -> tuple[PageSpec, ...]:
    """A few pages that stand for all: one of each kind while there is room, drawings of every subject.

    Args:
        specs: All pages.
        pages: How many to keep, at least one.

    Returns:
        `pages` specs (or all, if there are fewer) in the order of the books.
    """
    drawings = [s for s in specs if s.kind is Kind.DRAWING]
    by_subject = {
        subject: [s for s in drawings if s.subjects == (subject,)] for subject in sorted(set(_RHYTHM))
    }
    pairs = [s for s in drawings if len(s.subjects) == 2]
    others = [next(s for s in specs if s.kind is kind) for kind in Kind if kind is not Kind.DRAWING]
    first = [by_subject["face"][0], *others, *(group[0] for group in by_subject.values()), pairs[0]]
    rest = [group[turn] for turn in range(1, 60) for group in by_subject.values() if turn < len(group)]
    wanted = list(dict.fromkeys([*first, *rest, *specs]))[:pages]
    return tuple(s for s in specs if s in set(wanted))
