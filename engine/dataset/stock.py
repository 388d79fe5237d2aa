"""Candidate drawings, and what was made of them that the next recipe can use again."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.dataset.assembly import Assembly, Piece, assemble_each
from engine.dataset.likeness import Abandoned, alike, prints
from engine.dataset.recipe import Recipe
from engine.dataset.rules import Measures, Rule, not_asked_for, shape_rules
from engine.dataset.splits import sheet_of, split_sheets
from engine.dataset.types import SourceDrawing, SplitName
from engine.project.progress import Reporter, Silent
from engine.strokes.simplify import simplify_rdp, simplify_to_budget
from engine.strokes.stroke3 import Stroke3, to_stroke3
from engine.strokes.types import Drawing

_REMEMBERED = 8
"""Settings of each step whose results are kept: a slider goes back and forth."""
_ASK_EVERY = 64
_PIECE = "."
"""Between the id of a page and the number of the drawing that was separated from it."""
_FAILED = Rule("failed", "could not be put together")

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Form:
    """A drawing as it is before simplification.

    Attributes:
        source: Where it comes from; its `drawing` and `id` are those of this form.
        area: Of its box on the page it was separated from, square units; None where it was not.
    """

    source: SourceDrawing
    area: float | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A drawing that goes into the dataset."""

    source: SourceDrawing
    rows: Stroke3
    split: SplitName


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A drawing that does not.

    Attributes:
        id: Of the drawing.
        page_id: Its page.
        rule: The rule that it broke.
        reason: How.
    """

    id: str
    page_id: str
    rule: Rule
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What a recipe takes from the stock.

    Attributes:
        kept: In the order of the sources.
        dropped: What was asked for and broke a rule.
        not_asked_for: What was not asked for.
        pages: Number of pages that were asked for.
        candidates: Number of drawings on them, after assembling.
    """

    kept: tuple[Kept, ...]
    dropped: tuple[LeftOut, ...]
    not_asked_for: tuple[LeftOut, ...]
    pages: int
    candidates: int


class _Memo(Generic[_T]):
    """A result for each drawing, under each of the newest few settings."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, dict[str, _T]] = {}

    def under(self, settings: Hashable) -> dict[str, _T]:
        """The results under these settings, by drawing id; to be filled by whoever asks."""
        found = self._kept.pop(settings, {})
        self._kept[settings] = found
        while len(self._kept) > _REMEMBERED:
            del self._kept[next(iter(self._kept))]
        return found


class Stock:
    """Candidate drawings and everything made of them so far.

    Every step is remembered for each drawing, so work that was given up half way goes on there.
    """

    def __init__(self, sources: Iterable[SourceDrawing], workers: int | None = None) -> None:
        """Take in the candidates.

        Args:
            sources: Their order is kept; of several with one id a recipe takes the first it asks for.
            workers: Processes to assemble with; one a core when None, none for 1.
        """
        self._workers = workers
        self._sources = list(sources)
        self._seen: dict[str, Drawing] = {}
        self._forget()

    def restock(self, sources: Iterable[SourceDrawing]) -> None:
        """Put other candidates in the place of these; what was made of drawings that are the same stays."""
        self._sources = list(sources)

    def _meet(self, sources: Iterable[SourceDrawing]) -> None:
        """Forget what was made of drawings that are others now under the same id."""
        now = {source.id: source.drawing for source in sources}
        if any(not _same(self._seen.get(id_), drawing) for id_, drawing in now.items()):
            self._forget()
        # Those that are gone too: a page may come back traced again.
        self._seen |= now

    def _forget(self) -> None:
        self._seen = {}
        self._pieces: _Memo[tuple[Piece, ...] | str] = _Memo()
        self._prints: _Memo[NDArray[np.float32]] = _Memo()
        self._simple: _Memo[tuple[Drawing, Measures]] = _Memo()
        self._rows: _Memo[Stroke3] = _Memo()
        self._alike: dict[Assembly, tuple[frozenset[str], list[tuple[str, str]]]] = {}

    def take(self, recipe: Recipe, reporter: Reporter | None = None) -> Taken:
        """Take what a recipe asks for, prepared and split.

        Args:
            recipe: What to keep, how to simplify, how to split.
            reporter: Hears how far assembling is; may stop everything.

        Raises:
            Abandoned: when it was stopped.
        """
        reporter = reporter or Silent()
        asked, others = self._asked_for(recipe)
        forms, dropped = self._forms(asked, recipe.assemble, reporter)
        rules, kept = shape_rules(recipe), []
        for form, (drawing, measures) in zip(forms, self._simplified(forms, recipe, reporter), strict=True):
            broken = next((one for one in rules if one.breaks(measures)), None)
            if broken is None:
                kept.append((form, drawing))
            else:
                dropped.append(_left_out(form.source, broken.rule, broken.says(measures)))
        rows = self._within_budget(kept, recipe, reporter)
        places = self._places([form.source for form, _ in kept], forms, recipe, reporter)
        return Taken(
            tuple(
                Kept(form.source, moves, place)
                for (form, _), moves, place in zip(kept, rows, places, strict=True)
            ),
            tuple(dropped),
            tuple(others),
            len({source.page_id for source in asked}),
            len(forms),
        )

    def rows_of(
        self, ids: Iterable[str], recipe: Recipe, reporter: Reporter | None = None
    ) -> dict[str, Stroke3]:
        """Drawings as a recipe prepares them, whether it keeps them or not; unknown ids are left out.

        Raises:
            Abandoned: when it was stopped.
        """
        reporter, wanted = reporter or Silent(), set(ids)
        origins = wanted | {id_.rpartition(_PIECE)[0] for id_ in wanted}
        chosen = [source for source, _ in self._chosen(recipe) if source.id in origins]
        forms, _ = self._forms(chosen, recipe.assemble, reporter)
        forms = [form for form in forms if form.source.id in wanted]
        simple = self._simplified(forms, recipe, reporter)
        finite = [(form, one) for form, (one, measures) in zip(forms, simple, strict=True) if measures.finite]
        rows = self._within_budget(finite, recipe, reporter)
        return {form.source.id: moves for (form, _), moves in zip(finite, rows, strict=True)}

    def _asked_for(self, recipe: Recipe) -> tuple[list[SourceDrawing], list[LeftOut]]:
        chosen = self._chosen(recipe)
        others = [_left_out(source, rule, rule.title) for source, rule in chosen if rule is not None]
        return [source for source, rule in chosen if rule is None], others

    def _chosen(self, recipe: Recipe) -> list[tuple[SourceDrawing, Rule | None]]:
        """Of each id the first source that is asked for, else the first with the rule that it breaks."""
        chosen: dict[str, tuple[SourceDrawing, Rule | None]] = {}
        for source in self._sources:
            known = chosen.get(source.id)
            if known is not None and known[1] is None:
                continue
            rule = not_asked_for(source, recipe)
            if known is None or rule is None:
                chosen[source.id] = (source, rule)
        self._meet(source for source, _ in chosen.values())
        return list(chosen.values())

    def _forms(
        self, sources: Sequence[SourceDrawing], assembly: Assembly, reporter: Reporter
    ) -> tuple[list[Form], list[LeftOut]]:
        """The drawings that sources are made into, and the sources that come to nothing."""
        if assembly.is_off:
            return [Form(source) for source in sources], []
        done = self._pieces.under(assembly)
        todo = [source for source in sources if source.id not in done]
        results = assemble_each([source.drawing for source in todo], assembly, self._workers)
        with closing(results):
            for number, (source, result) in enumerate(zip(todo, results, strict=True), start=1):
                done[source.id] = result
                reporter.progress(number, len(todo), source.id)
                _leave_if_stopped(reporter)
        forms, failed = [], []
        for source in sources:
            pieces = done[source.id]
            if isinstance(pieces, str):
                failed.append(_left_out(source, _FAILED, pieces))
            else:
                forms += _forms_of(source, pieces)
        return forms, failed

    def _simplified(
        self, forms: Sequence[Form], recipe: Recipe, reporter: Reporter
    ) -> list[tuple[Drawing, Measures]]:
        """Every form after RDP with the recipe's tolerance, and its measures."""
        done = self._simple.under((recipe.assemble, recipe.rdp_epsilon_units))
        for number, form in enumerate(forms):
            if form.source.id not in done:
                done[form.source.id] = _simplified(form, recipe.rdp_epsilon_units)
                if number % _ASK_EVERY == 0:
                    _leave_if_stopped(reporter)
        return [done[form.source.id] for form in forms]

    def _within_budget(
        self, kept: Sequence[tuple[Form, Drawing]], recipe: Recipe, reporter: Reporter
    ) -> list[Stroke3]:
        """The moves of simplified drawings, at most the recipe's number of points each."""
        done = self._rows.under((recipe.assemble, recipe.rdp_epsilon_units, recipe.point_budget))
        for number, (form, drawing) in enumerate(kept):
            if form.source.id not in done:
                done[form.source.id] = to_stroke3(_within_budget(drawing, recipe.point_budget))
                if number % _ASK_EVERY == 0:
                    _leave_if_stopped(reporter)
        return [done[form.source.id] for form, _ in kept]

    def _places(
        self, kept: Sequence[SourceDrawing], forms: Sequence[Form], recipe: Recipe, reporter: Reporter
    ) -> list[SplitName]:
        """The split of every drawing kept."""
        given = [source.split if recipe.keep_splits else None for source in kept]
        sheets = {source.id: sheet_of(source.page_id) for source in kept}
        links = [
            (sheets[a], sheets[b])
            for a, b in self._twins(forms, recipe.assemble, reporter)
            if a in sheets and b in sheets
        ]
        fixed = {sheets[source.id]: split for source, split in zip(kept, given, strict=True) if split}
        places = split_sheets(sheets.values(), recipe, links, fixed)
        return [split or places[sheets[source.id]] for source, split in zip(kept, given, strict=True)]

    def _twins(self, forms: Sequence[Form], assembly: Assembly, reporter: Reporter) -> list[tuple[str, str]]:
        """Pairs of ids that show the same drawing, among these forms and perhaps others."""
        known, pairs = self._alike.get(assembly, (frozenset(), []))
        wanted = {form.source.id for form in forms}
        if wanted <= known:
            return pairs
        done = self._prints.under(assembly)
        new = [form for form in forms if form.source.id not in done]
        for start in range(0, len(new), _ASK_EVERY):
            part = new[start : start + _ASK_EVERY]
            made = prints([form.source.drawing for form in part])
            done.update((form.source.id, one) for form, one in zip(part, made, strict=True))
            _leave_if_stopped(reporter)
        ids = list(done)
        found = alike(np.stack([done[id_] for id_ in ids]), reporter=reporter).pairs.tolist()
        pairs = [(ids[a], ids[b]) for a, b in found]
        self._alike = {assembly: (frozenset(ids), pairs)}
        return pairs


def _same(before: Drawing | None, now: Drawing) -> bool:
    """Whether a drawing has not changed; one that was not there before has not."""
    if before is None or before is now:
        return True
    return len(before.strokes) == len(now.strokes) and all(map(np.array_equal, before.strokes, now.strokes))


def _forms_of(source: SourceDrawing, pieces: Sequence[Piece]) -> list[Form]:
    if pieces[0].area is None:
        return [Form(replace(source, drawing=pieces[0].drawing))]
    return [
        Form(replace(source, id=f"{source.id}{_PIECE}{number}", drawing=piece.drawing), piece.area)
        for number, piece in enumerate(pieces, start=1)
    ]


def _simplified(form: Form, epsilon_units: float) -> tuple[Drawing, Measures]:
    strokes = tuple(s for s in form.source.drawing.strokes if len(s))
    finite = all(np.isfinite(s).all() for s in strokes)
    if finite and epsilon_units > 0:
        strokes = tuple(simplify_rdp(s, epsilon_units) for s in strokes)
    drawing = Drawing(strokes)
    return drawing, Measures(len(strokes), drawing.n_points, form.area, finite)


def _within_budget(drawing: Drawing, n_points: int) -> Drawing:
    """The drawing with at most so many points; 0 means any number."""
    if 0 < n_points < drawing.n_points:
        return Drawing(simplify_to_budget(drawing.strokes, n_points))
    return drawing


def _left_out(source: SourceDrawing, rule: Rule, reason: str) -> LeftOut:
    return LeftOut(source.id, source.page_id, rule, reason)


def _leave_if_stopped(reporter: Reporter) -> None:
    if reporter.stopped():
        raise Abandoned
