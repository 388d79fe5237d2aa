"""How cards are laid out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.strokes.types import Drawing, as_stroke
from studio.models.samples import Sample, SamplesModel
from studio.widgets.sample_grid import SampleGrid, even_columns


@pytest.mark.parametrize(
    ("count", "size", "columns"),
    [
        (9, (1100, 560), 3),
        (64, (1000, 760), 8),
        (1, (300, 900), 1),
        (12, (1000, 700), 4),
        (7, (1400, 200), 7),
    ],
)
def test_rows_are_full_where_that_costs_little(count, size, columns):
    assert even_columns(count, *size) == columns


@given(st.integers(1, 200), st.integers(1, 3000), st.integers(1, 2000))
def test_cards_are_never_much_smaller_than_they_could_be(count, width, height):
    chosen = even_columns(count, width, height)
    largest = max(min(width // n, height // -(-count // n)) for n in range(1, count + 1))
    assert 1 <= chosen <= count
    assert min(width // chosen, height // -(-count // chosen)) >= 0.8 * largest


def test_nine_cards_lie_three_by_three_in_the_middle(qtbot):
    model = SamplesModel()
    grid = SampleGrid(model)
    qtbot.addWidget(grid)
    grid.resize(1100, 560)
    model.show([Sample(str(k), Drawing((as_stroke([[0, 0], [9, 200]]),))) for k in range(9)])
    grid.show()
    qtbot.waitExposed(grid)
    rects = [grid.visualRect(model.index(row)) for row in range(9)]
    assert [rect.y() for rect in rects] == sorted(rect.y() for rect in rects)
    assert len({rect.x() for rect in rects}) == len({rect.y() for rect in rects}) == 3
    left, right = grid.viewport().x(), grid.width() - grid.viewport().x() - grid.viewport().width()
    assert abs(left - right) < 8 and left > 100
