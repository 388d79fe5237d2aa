"""The language of the search field: `sneer page:10-20 -is:rejected`, parsed once, asked of every item.

Free words stand in id, title, label, kind or note, all of them, in any case and with or without accents.
A field and a colon ask one thing: `book:sb44`, `page:41`, `page:10-20` (or `p41`), `kind:notes`,
`label:sneer`, `note:"two words"`, `is:accepted`, `has:note`, `cluster:3`. A comma means "or" (`page:3,5`), a
dash in front "not" (`-kind:notes`), quotes keep words together. What is only half typed restricts nothing
yet. Nothing here reads files or imports more than the language: the window asks it on every key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from operator import attrgetter
from typing import Protocol

from engine.project.ids import DECISIONS

_KEPT_HEAPS = 1 << 17  # more than any shelf has pages and drawings; some 300 bytes each
_UNBOUNDED = 10**9
_TERM = re.compile(
    r"(?P<minus>-*)(?:(?P<field>[^\W\d_]+):(?!//))?"  # http:// is no field
    r'(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))?'
)
_SHORT_PAGE = re.compile(r"p([0-9]{1,9}(?:-[0-9]{0,9})?)", re.IGNORECASE)
_RANGE = re.compile(r"([0-9]{0,9})-([0-9]{0,9})")
_NUMBER = re.compile(r"[0-9]{1,9}")
_STRAIGHT = str.maketrans(dict.fromkeys("“”„«»", '"'))


class Searched(Protocol):
    """What can be searched: an item of the engine's or of the window's lists."""

    @property
    def id(self) -> str:
        """Page id or drawing id."""

    @property
    def book(self) -> str:
        """The sketchbook."""

    @property
    def page(self) -> int | None:
        """Page number, if any."""

    @property
    def variant(self) -> str:
        """What tells two scans of one page apart."""

    @property
    def label(self) -> str:
        """What the file name says about it."""

    @property
    def kind(self) -> str:
        """What the artist called it."""

    @property
    def note(self) -> str:
        """What the artist wrote about it."""

    @property
    def decision(self) -> str:
        """Undecided, accepted or rejected."""

    @property
    def cluster(self) -> int | None:
        """Its cluster; None, or a negative number, for none."""


_Holds = Callable[[Searched], bool]


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed search; made by `parse`. Two of the same text are equal.

    Attributes:
        text: As it was typed.
        words: What must stand in the heap of an item's texts, folded.
        unwanted: What must not.
        tests: Questions about single fields, each with the answer it must get.
        problems: The words that were not understood and restrict nothing.
        hint: One sentence about the first of them; empty when there is none.
    """

    text: str
    words: tuple[str, ...] = field(default=(), compare=False)
    unwanted: tuple[str, ...] = field(default=(), compare=False)
    tests: tuple[tuple[_Holds, bool], ...] = field(default=(), compare=False)
    problems: tuple[str, ...] = field(default=(), compare=False)
    hint: str = field(default="", compare=False)

    @property
    def restricts(self) -> bool:
        """Whether there is anything it would not admit."""
        return bool(self.words or self.unwanted or self.tests)

    def admits(self, item: Searched) -> bool:
        """Whether an item is what was asked for."""
        for holds, answer in self.tests:
            if holds(item) is not answer:
                return False
        if not (self.words or self.unwanted):
            return True
        heap = _heap(item.id, item.book, item.page, item.variant, item.label, item.kind, item.note)
        for word in self.words:
            if word not in heap:
                return False
        return not any(word in heap for word in self.unwanted)


class _NotUnderstood(ValueError):
    """Says what the field takes."""


@lru_cache(maxsize=64)
def parse(text: str) -> Query:
    """Read a search as it is typed; never fails.

    Args:
        text: What stands in the search field.

    Returns:
        The query; the same object for the same text, so that it may be called for every item.
    """
    words: list[str] = []
    unwanted: list[str] = []
    tests: list[tuple[_Holds, bool]] = []
    problems: list[str] = []
    hints: list[str] = []
    for typed, negative, name, values in _terms(text):
        try:
            holds = _test(name, values)
        except _NotUnderstood as error:
            problems.append(typed)
            hints.append(f"{typed} is not understood: {error}.")
            continue
        if holds is not None:
            tests.append((holds, not negative))
        elif not name:
            (unwanted if negative else words).extend(values)
    return Query(
        text, tuple(words), tuple(unwanted), tuple(tests), tuple(problems), hints[0] if hints else ""
    )


def _terms(text: str) -> Iterator[tuple[str, bool, str, tuple[str, ...]]]:
    """Each term as typed, whether it excludes, its field (empty for a free word) and folded values."""
    for match in _TERM.finditer(text.translate(_STRAIGHT)):
        name, phrase, word = match["field"] or "", match["phrase"], match["word"] or ""
        short = None if phrase is not None or name else _SHORT_PAGE.fullmatch(word)
        if short:
            name, word = "page", short[1]
        values = [phrase] if phrase is not None else word.split(",") if name else [word]
        folded = tuple(filter(None, map(_fold, values)))
        if name or folded:
            yield match[0], bool(match["minus"]), name.casefold(), folded


def _test(name: str, values: Sequence[str]) -> _Holds | None:
    """What a term asks; None for a free word and for a field without a value yet."""
    if not name:
        return None
    if name not in _FIELDS:
        fields = ", ".join(f"{known}:" for known in _FIELDS)
        raise _NotUnderstood(f"the fields are {fields}")
    return _FIELDS[name](values) if values else None


def _text_test(name: str, values: Sequence[str]) -> _Holds:
    return partial(_has_text, attrgetter(name), tuple(values))


def _has_text(get: Callable[[Searched], str], values: tuple[str, ...], item: Searched) -> bool:
    text = _fold_kept(get(item))
    for value in values:  # noqa: SIM110 - a generator costs as much as all the rest
        if value in text:
            return True
    return False


def _book_test(values: Sequence[str]) -> _Holds:
    """`sb4` is not `sb44`, `sb` is every book that begins so, and `44` is `sb44` too."""
    forms = [
        (r"(?<![0-9])0*" if value[0].isdigit() else "^")
        + re.escape(value)
        + ("(?![0-9])" if value[-1].isdigit() else "")
        for value in values
    ]
    return partial(_is_book, re.compile("|".join(forms)))


def _is_book(form: re.Pattern[str], item: Searched) -> bool:
    return form.search(_fold_kept(item.book)) is not None


def _page_test(values: Sequence[str]) -> _Holds | None:
    spans = [_span(value) for value in values if value != "-"]
    return partial(_is_page, spans) if spans else None


def _span(value: str) -> tuple[int, int]:
    """First and last page of `41`, `10-20`, `20-10`, `10-` or `-20`."""
    if _NUMBER.fullmatch(value):
        return int(value), int(value)
    match = _RANGE.fullmatch(value)
    if match is None:
        raise _NotUnderstood("pages are numbers, as in page:41, page:10-20 or page:3,5")
    first, last = int(match[1] or 0), int(match[2] or _UNBOUNDED)
    return min(first, last), max(first, last)


def _is_page(spans: Sequence[tuple[int, int]], item: Searched) -> bool:
    page = item.page
    if page is None:
        return False
    for first, last in spans:  # noqa: SIM110 - a generator costs as much as all the rest
        if first <= page <= last:
            return True
    return False


def _decision_test(values: Sequence[str]) -> _Holds:
    return partial(_is_decided, frozenset(_begun(values, DECISIONS, "is:")))


def _is_decided(decisions: frozenset[str], item: Searched) -> bool:
    return item.decision in decisions


def _presence_test(values: Sequence[str]) -> _Holds:
    return partial(_has_any, [_PRESENT[name] for name in _begun(values, tuple(_PRESENT), "has:")])


def _has_any(present: Sequence[_Holds], item: Searched) -> bool:
    return any(holds(item) for holds in present)


def _has_words(get: Callable[[Searched], str], item: Searched) -> bool:
    return bool(get(item).strip())


def _has_page(item: Searched) -> bool:
    return item.page is not None


def _has_cluster(item: Searched) -> bool:
    return _cluster_of(item) is not None


def _begun(values: Sequence[str], known: Sequence[str], name: str) -> list[str]:
    """The known words that were begun: `acc` is `accepted`; no two of ours begin alike."""
    found = [word for value in values for word in known if word.startswith(value)]
    if len(found) < len(values):
        raise _NotUnderstood(f"{name} takes {', '.join(known[:-1])} or {known[-1]}")
    return found


def _cluster_test(values: Sequence[str]) -> _Holds:
    clusters = {None if value == "none" else int(value) for value in values if _is_cluster_name(value)}
    return partial(_is_in, frozenset(clusters))


def _is_cluster_name(value: str) -> bool:
    if value == "none" or _NUMBER.fullmatch(value):
        return True
    raise _NotUnderstood("clusters are numbers, as in cluster:3, or cluster:none")


def _is_in(clusters: frozenset[int | None], item: Searched) -> bool:
    return _cluster_of(item) in clusters


def _cluster_of(item: Searched) -> int | None:
    return item.cluster if item.cluster is not None and item.cluster >= 0 else None


_FIELDS: dict[str, Callable[[Sequence[str]], _Holds | None]] = {
    "book": _book_test,
    "page": _page_test,
    "kind": partial(_text_test, "kind"),
    "label": partial(_text_test, "label"),
    "note": partial(_text_test, "note"),
    "is": _decision_test,
    "has": _presence_test,
    "cluster": _cluster_test,
}
_PRESENT: dict[str, _Holds] = {
    "note": partial(_has_words, attrgetter("note")),
    "label": partial(_has_words, attrgetter("label")),
    "kind": partial(_has_words, attrgetter("kind")),
    "variant": partial(_has_words, attrgetter("variant")),
    "page": _has_page,
    "cluster": _has_cluster,
}


@lru_cache(maxsize=_KEPT_HEAPS)
def _heap(id_: str, book: str, page: int | None, variant: str, label: str, kind: str, note: str) -> str:
    """All texts of an item, folded; lines between them, so that no phrase reaches from one into the next.

    Kept by everything it is made of: a changed note makes a new one, and there is nothing to forget.
    """
    short = "" if page is None else f"{book}p{page}"  # for who types sb44p41 and not sb44p041
    parts = (id_, _title(book, page, variant), short, label, kind, note)
    return "\n".join(_fold(part) for part in parts)


def title(item: Searched) -> str:
    """What an item is called for people: `sb44 page 41 color`."""
    return _title(item.book, item.page, item.variant)


def _title(book: str, page: int | None, variant: str) -> str:
    return " ".join(part for part in (book, "" if page is None else f"page {page}", variant) if part)


def _fold(text: str) -> str:
    """Without case, accents and runs of blanks."""
    if not text.isascii():
        marked = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(one for one in marked if not unicodedata.combining(one))
    return " ".join(text.casefold().split())


_fold_kept = lru_cache(maxsize=1 << 14)(_fold)
