"""Who goes where: by sheet of paper, with a seed, and what shows the same on one side."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from engine.dataset.recipe import Recipe
from engine.dataset.types import SplitName
from engine.scans.names import parse_name

_LARGEST_SHARE = 0.9
"""Linked sheets that come to more than this share of all are no copies, but drawings that are all alike."""

_LARGEST_HELD_OUT = 20
"""A group of more sheets is learnt from: 4,900 of 8,000 sheep hang together, and would make a poor test."""


def sheet_of(page_id: str) -> str:
    """What several scans of one page have in common: `sb46p041-color` and `sb46p041-light` are `sb46p041`.

    Args:
        page_id: Of a project's page, or the name of an imported one; what no scan is called is its own sheet.
    """
    name = parse_name(PurePosixPath(page_id))
    if not name.known:
        return page_id
    return f"{name.book}p{'cover' if name.page is None else f'{name.page:03d}'}"


def split_sheets(
    sheets: Iterable[str],
    recipe: Recipe,
    links: Iterable[tuple[str, str]] = (),
    fixed: dict[str, SplitName] | None = None,
) -> dict[str, SplitName]:
    """Say which split each sheet belongs to.

    A sheet's place hangs on its own name and the seed alone, so sheets added later move no other, but those
    that they link. The one exception: of three sheets or more, one at least is there to validate with.

    Args:
        sheets: Their names, in any order and number.
        recipe: The shares and the seed.
        links: Pairs of them that hold the same drawing and go together, a great many of them always into
            train. Where links tie nine tenths of all sheets together they mean nothing, and none is followed.
        fixed: Sheets whose place is given; those linked to them follow, the given ones never move.

    Returns:
        A place for each sheet.
    """
    fixed = fixed or {}
    names = sorted(set(sheets))
    groups = _groups(names, links)
    if len(names) > 2 and max(map(len, groups)) > _LARGEST_SHARE * len(names):
        groups = [[name] for name in names]
    # The first name stands for its group: it has nothing to do with where the group comes to lie.
    draws = {group[0]: _draw(group[0], recipe.seed) for group in groups}
    given = {group[0]: next((fixed[name] for name in group if name in fixed), None) for group in groups}
    large = {group[0] for group in groups if len(group) > _LARGEST_HELD_OUT}
    places = {
        head: given[head] or ("train" if head in large else _place(u, recipe)) for head, u in draws.items()
    }
    free = {head: u for head, u in draws.items() if given[head] is None and head not in large}
    _fill_up(places, free, len(names), recipe)
    return {name: fixed.get(name, places[group[0]]) for group in groups for name in group}


def _groups(names: Sequence[str], links: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Names that hang together, each group and all groups in order."""
    head = {name: name for name in names}

    def find(name: str) -> str:
        while head[name] != name:
            head[name] = name = head[head[name]]
        return name

    for a, b in links:
        low, high = sorted((find(a), find(b)))
        head[high] = low
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(find(name), []).append(name)
    return list(groups.values())


def _place(draw: float, recipe: Recipe) -> SplitName:
    if draw < recipe.valid_fraction:
        return "valid"
    return "test" if draw < recipe.valid_fraction + recipe.test_fraction else "train"


def _fill_up(places: dict[str, SplitName], draws: dict[str, float], n_sheets: int, recipe: Recipe) -> None:
    """Move one group where nothing would be left to validate with, or to learn from."""
    by_draw = sorted(draws, key=lambda head: draws[head])
    taken = set(places.values())
    if by_draw and len(places) > 1 and n_sheets >= 3 and recipe.valid_fraction > 0 and "valid" not in taken:
        places[by_draw[0]] = "valid"
    if by_draw and "train" not in places.values():
        places[by_draw[-1]] = "train"


def _draw(name: str, seed: int) -> float:
    """A number in [0, 1) that hangs on the name and the seed only."""
    digest = hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
