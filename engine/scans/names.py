"""The grammar of scan file names: book, page, variant, label.

`sb<book>p<page or "cover">`, then optionally a variant or a label: `v2`, `-color`, `-v1-light`, `.redo` tell
two scans of one page apart; `--sneer`, `-factoryContracts` say what is on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

COVER = "cover"

_NAME = re.compile(
    r"(?P<book>sb\d+)p(?P<page>\d{1,4}|cover)"
    r"(?P<version>v\d+)?"
    r"(?P<rest>(?:--?|\.)[\w.-]+)?",
    re.IGNORECASE | re.ASCII,
)
_VARIANT_WORD = re.compile(r"v\d+|colou?r|light|dark|redo|ec|crop|gr[ae]y|bw|scan\d*", re.IGNORECASE)
_UNSAFE = re.compile(r"[^a-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class ScanName:
    """What a file name says.

    Attributes:
        book: `sb44`; the folder's name where the grammar does not fit.
        page: Page number; None on covers and on names outside the grammar.
        variant: What tells two scans of one page apart: `color`, `v1-light`, `cover`.
        label: What the artist wrote about it; the whole stem where the grammar does not fit.
        known: Whether the name follows the grammar.
    """

    book: str
    page: int | None
    variant: str
    label: str
    known: bool = True

    @property
    def page_id(self) -> str:
        """Stable id from book, page and variant; labels may be reworded without losing decisions."""
        if not self.known:
            return _slug(f"{self.book}.{self.label}")
        page = COVER if self.page is None else f"{self.page:03d}"
        variant = "" if self.variant == COVER else self.variant.removeprefix(COVER)
        joint = "" if not variant or re.match(r"[-v]", variant) else "-"
        return f"{self.book}p{page}{joint}{variant}"


def parse_name(file: PurePath) -> ScanName:
    """Read a scan's name; a name outside the grammar is accepted and marked as unknown.

    Args:
        file: Path relative to the imported folder (its parents name the book where the stem does not).
    """
    match = _NAME.fullmatch(file.stem)
    if match is None:
        folders = [part for part in file.parts[:-1] if part not in (".", "..", "/")]
        return ScanName("/".join(folders), None, "", file.stem, known=False)
    variant, label = _split_rest(match["rest"] or "")
    variant = "-".join(part for part in (match["version"] or "", variant) if part).lower()
    if match["page"].lower() == COVER:
        return ScanName(match["book"].lower(), None, f"{COVER}{'-' if variant else ''}{variant}", label)
    return ScanName(match["book"].lower(), int(match["page"]), variant, label)


def _split_rest(rest: str) -> tuple[str, str]:
    """Tell a variant from a label: a variant is made of words that name a way of scanning."""
    if rest.startswith("--"):
        return "", rest[2:]
    words = re.split(r"[-.]", rest.lstrip("-."))
    if all(_VARIANT_WORD.fullmatch(word) for word in words):
        return "-".join(words), ""
    return "", rest.lstrip("-.")


def _slug(text: str) -> str:
    return _UNSAFE.sub("-", text.lower()).strip("-.") or "page"
