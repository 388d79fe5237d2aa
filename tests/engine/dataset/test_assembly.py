from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.dataset import assembly
from engine.dataset.assembly import FRAGMENTS, NO_ASSEMBLY, Assembly, assemble, assemble_each
from engine.dataset.build import SourceDrawing, build
from engine.dataset.importers import import_strokes
from engine.dataset.recipe import Recipe
from engine.strokes.geometry import uninked_length
from engine.strokes.types import Drawing, as_stroke, bounding_box, stroke_length
from tests.engine.dataset.shapes import scribble

DATA = Path(__file__).parents[4] / "shared" / "data" / "strokes" / "look_fragments.npz"
point = st.integers(0, 200).map(float)
pieces = st.lists(
    st.integers(1, 12).flatmap(lambda n: arrays(np.float32, (n, 2), elements=point)), min_size=1
)


def ring(x, y, radius=30, gap=0.1):
    angle = np.linspace(gap, 2 * np.pi - gap, 60)
    return as_stroke(np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1))


def cut(stroke, n):
    """A stroke in pieces, out of order and every other one turned round."""
    ends = np.linspace(0, len(stroke) - 1, n + 1).round().astype(int)
    parts = [stroke[a : b + 1] for a, b in pairwise(ends)]
    return [as_stroke(p[::-1] if k % 2 else p) for k, p in enumerate(parts)][::-1]


@settings(deadline=None, max_examples=40)
@given(pieces)
def test_without_steps_nothing_changes_and_no_stroke_changes_its_place(strokes):
    (piece,) = assemble(Drawing(tuple(strokes)), NO_ASSEMBLY)
    assert piece.area is None
    assert all(map(np.array_equal, piece.drawing.strokes, strokes))
    rows = build([SourceDrawing("a", "a", Drawing(tuple(strokes)))], Recipe(
        rdp_epsilon_units=0, point_budget=0, min_points=1, max_strokes=0, max_points=0
    )).train.rows[0]  # fmt: skip
    assert np.flatnonzero(rows[:, 2]).tolist() == (np.cumsum([len(s) for s in strokes]) - 1).tolist()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.integers(2, 6), st.floats(0.3, 3.0))
def test_simplifying_never_reorders_strokes(seed, n_strokes, epsilon):
    drawing = scribble(seed, n_strokes)
    recipe = Recipe(rdp_epsilon_units=epsilon, point_budget=60, min_points=1)
    rows = build([SourceDrawing("a", "a", drawing)], recipe).train.rows[0]
    points = np.cumsum(rows[:, :2], axis=0, dtype=np.float64)
    starts = points[np.concatenate([[0], np.flatnonzero(rows[:-1, 2]) + 1])]
    np.testing.assert_allclose(starts, [s[0] for s in drawing.strokes], atol=1e-2)


def test_pieces_of_two_figures_become_two_drawings_of_one_line_each():
    page = Drawing((*cut(ring(40, 60), 7), *cut(ring(150, 60), 5), as_stroke([[196, 197], [199, 199]])))
    found = [piece for piece in assemble(page, FRAGMENTS) if piece.area > 500]
    assert [len(piece.drawing.strokes) for piece in found] == [1, 1]
    for piece in found:
        assert bounding_box(piece.drawing.strokes)[:2] == (0, 0)
        assert max(bounding_box(piece.drawing.strokes)) == pytest.approx(200)
        assert piece.area == pytest.approx(60 * 60, rel=0.05)


def test_each_step_can_be_taken_alone():
    page = Drawing((*cut(ring(40, 60), 7), ring(150, 60)))
    assert len(assemble(page, Assembly(join=FRAGMENTS.join))[0].drawing.strokes) == 2
    assert len(assemble(page, Assembly(separate=FRAGMENTS.separate))) == 2
    (spliced,) = assemble(page, Assembly(splice=FRAGMENTS.splice))
    assert spliced.drawing.length >= page.length - 1


@settings(deadline=None, max_examples=30)
@given(pieces)
def test_all_ink_of_any_pieces_is_kept_or_debris(strokes):
    kept = assemble(Drawing(tuple(strokes)), Assembly(join=FRAGMENTS.join, splice=FRAGMENTS.splice))
    assert (
        uninked_length([s for p in kept for s in p.drawing.strokes], strokes, reach=2.0)
        <= 0.02 * sum(map(stroke_length, strokes)) + 2.0
    )


def test_drawings_that_come_to_nothing_say_why_and_the_others_go_on(monkeypatch):
    def fussy(drawing, steps, real=assembly.assemble):
        if len(drawing.strokes) == 2:
            raise ValueError("two are too many")
        return real(drawing, steps)

    monkeypatch.setattr(assembly, "assemble", fussy)
    broken = Drawing((as_stroke([[np.nan, 1], [2, 3]]),))
    results = list(assemble_each([scribble(0), scribble(1, 2), broken, Drawing(())], FRAGMENTS, 1))
    assert results[0][0].drawing.n_points > 50
    assert results[1] == "it could not be put together: ValueError: two are too many"
    assert results[2:] == ["coordinates that are not numbers", "no strokes"]


def test_workers_and_this_process_make_the_same(monkeypatch):
    monkeypatch.setattr(assembly, "_WORTH_WORKERS", 2)
    pages = [Drawing(tuple(cut(ring(40 + k, 60), 6))) for k in range(6)]
    alone = [pieces[0].drawing for pieces in assemble_each(pages, FRAGMENTS, 1)]
    shared = [pieces[0].drawing for pieces in assemble_each(pages, FRAGMENTS, 2)]
    for one, other in zip(alone, shared, strict=True):
        assert all(map(np.array_equal, one.strokes, other.strokes))


@pytest.mark.skipif(not DATA.is_file(), reason="the artist's data is not here")
def test_the_artist_s_pieces_become_few_long_lines():
    pages = import_strokes(DATA).drawings[:1600:100]
    found = [piece for page in pages for piece in assemble(page, FRAGMENTS) if piece.area >= 500]
    assert 1.1 <= len(found) / len(pages) <= 2.2
    assert np.mean([len(page.strokes) for page in pages]) > 35
    assert np.mean([len(piece.drawing.strokes) for piece in found]) < 3.5
    assert np.median([len(piece.drawing.strokes) for piece in found]) <= 2
