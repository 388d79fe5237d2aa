"""What a recipe would make, fast enough to follow a slider."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.dataset.difference import contents, difference, digest
from engine.dataset.recipe import Recipe
from engine.dataset.shelf import version_folders
from engine.dataset.sources import included_sources, project_sources
from engine.dataset.stock import LeftOut, Stock, Taken
from engine.dataset.store import load_dataset
from engine.errors import UserError
from engine.project.progress import Reporter
from engine.project.project import Project
from engine.strokes.augment import Augmentation, augment
from engine.strokes.stroke3 import from_stroke3
from engine.strokes.types import Drawing

_EXAMPLES = 12
_RULE_EXAMPLES = 8


class Previewer:
    """Keeps a project's drawings, and what recipes made of them, in memory.

    Every method raises `Abandoned` when its reporter is stopped; what was done by then is kept.
    """

    def __init__(self, project: Project) -> None:
        """Nothing is read before the first question.

        Args:
            project: Open for reading; what others write to it is noticed.
        """
        self._project = project
        self._stock = Stock((), workers=1)  # so that work can be given up after any page
        self._stocked_for: tuple[Any, ...] = ()
        self._contents: dict[Path, dict[str, bytes]] = {}

    def preview(self, recipe: Recipe, name: str, reporter: Reporter) -> dict[str, Any]:
        """Count what a recipe would keep and drop.

        Args:
            recipe: What to keep.
            name: The dataset whose newest version to compare with; one that does not exist yet compares with
                nothing.
            reporter: May stop it.

        Returns:
            JSON-ready: `pages` and `candidates` (drawings) that were asked for; `kept`, `points`, `train`,
            `valid`, `test`; `rules`, each with `rule`, `title`, `stage` (`choice`: not asked for, `shape`:
            dropped), `count` and ids of `examples`; `strokes` and `lengths` (points), one number a kept
            drawing; ids of
            `examples`; and `base`, the difference from the version before.
        """
        self._restock(recipe)
        taken = self._stock.take(recipe, reporter)
        splits = [one.split for one in taken.kept]
        lengths = [len(one.rows) for one in taken.kept]
        return {
            "pages": taken.pages,
            "candidates": taken.candidates,
            "kept": len(taken.kept),
            "points": sum(lengths),
            **{split: splits.count(split) for split in ("train", "valid", "test")},
            "rules": [*_by_rule(taken.not_asked_for, "choice"), *_by_rule(taken.dropped, "shape")],
            "strokes": [int(one.rows[:, 2].sum()) for one in taken.kept],
            "lengths": lengths,
            "examples": _spread([one.source.id for one in taken.kept], _EXAMPLES),
            "base": self._base(name, taken),
        }

    def drawings(self, ids: Sequence[str], recipe: Recipe, reporter: Reporter) -> list[Drawing]:
        """Drawings as the recipe prepares them, kept or not; an empty one for every id that is unknown."""
        self._restock(recipe)
        rows = self._stock.rows_of(ids, recipe, reporter)
        return [from_stroke3(rows[id_]) if id_ in rows else Drawing(()) for id_ in ids]

    def augmented(
        self,
        drawing_id: str,
        options: Augmentation,
        recipe: Recipe,
        copies: tuple[int, int],
        reporter: Reporter,
    ) -> list[Drawing]:
        """Training copies of a drawing.

        Args:
            drawing_id: Which.
            options: How far they stray.
            recipe: How the drawing is prepared.
            copies: Their number, and the seed of chance.
            reporter: May stop it.

        Raises:
            UserError: if there is no such drawing.
        """
        self._restock(recipe)
        rows = self._stock.rows_of([drawing_id], recipe, reporter).get(drawing_id)
        if rows is None:
            raise UserError(f"There is no drawing {drawing_id}.", "Choose one that is in the dataset.")
        count, seed = copies
        rng = np.random.default_rng(seed)
        return [from_stroke3(augment(rows, options, rng)) for _ in range(count)]

    def _restock(self, recipe: Recipe) -> None:
        """Read the drawings again when something changed in the project, or others are included."""
        # SQLite counts this up whenever another connection has written.
        version: int = self._project.index.execute("PRAGMA data_version").fetchone()[0]
        if self._stocked_for == (version, recipe.include):
            return
        included = included_sources(self._project.layout, recipe)
        self._stock.restock([*project_sources(self._project), *included])
        self._stocked_for = (version, recipe.include)

    def _base(self, name: str, taken: Taken) -> dict[str, Any] | None:
        """The difference from the newest version of a dataset; None where there is none that can be read."""
        folders = version_folders(self._project.layout, name) if name else []
        if not folders:
            return None
        newest = folders[-1]
        if newest not in self._contents:
            try:
                self._contents = {newest: contents(load_dataset(newest).dataset)}
            except UserError:
                return None
        now = {one.source.id: digest(one.rows) for one in taken.kept}
        counts = difference(self._contents[newest], now).counts()
        return {"id": f"{name}/{newest.name}", **counts}


def _by_rule(left_out: Sequence[LeftOut], stage: str) -> list[dict[str, Any]]:
    """For each rule what it leaves out, most first."""
    ids: dict[tuple[str, str], list[str]] = {}
    for one in left_out:
        ids.setdefault((one.rule.name, one.rule.title), []).append(one.id)
    return [
        {
            "rule": name,
            "title": title,
            "stage": stage,
            "count": len(found),
            "examples": _spread(found, _RULE_EXAMPLES),
        }
        for (name, title), found in sorted(ids.items(), key=lambda item: -len(item[1]))
    ]


def _spread(ids: Sequence[str], count: int) -> list[str]:
    """At most so many of them, evenly over all."""
    places = np.linspace(0, len(ids) - 1, min(count, len(ids))).round().astype(int)
    return [ids[place] for place in places]
