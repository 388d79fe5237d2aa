"""Names of things that stay the same from one session to the next."""

from __future__ import annotations

from typing import Literal, NewType, get_args

PageId = NewType("PageId", str)
"""A page: book, page and variant, such as `sb46p041-color`."""

DrawingId = NewType("DrawingId", str)
"""A drawing cut from a page: the page's id, a slash, a number that is never used twice."""

Level = Literal["pages", "drawings"]
LEVELS: tuple[Level, ...] = get_args(Level)

Decision = Literal["undecided", "accepted", "rejected"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)
