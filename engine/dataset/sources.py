"""Where a dataset's drawings come from: the project, and other datasets."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dataset.recipe import Recipe
from engine.dataset.shelf import dataset_folder
from engine.dataset.store import load_dataset
from engine.dataset.types import SourceDrawing
from engine.project import decisions
from engine.project.layout import Layout
from engine.project.project import Project
from engine.scans.pages import pages
from engine.strokes.stroke3 import from_stroke3
from engine.trace.drawings import drawings


def project_sources(project: Project) -> Iterator[SourceDrawing]:
    """All drawings of accepted pages, with what a recipe may ask of them."""
    shelf = {page.id: page for page in pages(project, gone=True)}
    page_states = decisions.states(project.index, "pages")
    states = decisions.states(project.index, "drawings")
    for row in drawings(project):
        page_state = page_states.get(row.page, decisions.UNDECIDED)
        if page_state.decision != "accepted":
            continue
        page, state = shelf[row.page], states.get(row.id, decisions.UNDECIDED)
        yield SourceDrawing(
            row.id,
            row.page,
            row.drawing,
            book=page.book,
            taken=page.taken,
            decision=state.decision,
            kind=state.kind or page_state.kind,
        )


def included_sources(layout: Layout, recipe: Recipe) -> Iterator[SourceDrawing]:
    """The drawings of the datasets that a recipe includes, at 200 units.

    Raises:
        UserError: if one of them is missing or damaged.
    """
    for name in recipe.include:
        for _, split in load_dataset(dataset_folder(layout, name)).dataset.splits():
            for id_, page, rows in zip(split.ids, split.pages, split.rows, strict=True):
                yield SourceDrawing(id_, page, from_stroke3(rows).normalised())
