"""Filters: words, ranges of figures, what is kept under a name."""

from math import isnan

import pytest

from studio.models.figures import FIGURES, figures_of
from studio.models.filters import NO_KIND, ItemFilter, Range
from studio.models.items import Item


def page(number: int, **fields) -> Item:
    return Item(f"sb01p{number:03d}", "pages", "sb01", number, **fields)


PAGES = [
    page(1, kind="notes", note="the shopping list"),
    page(2, colourfulness=30.0, ink_share=0.4, decision="accepted"),
    page(3, colourfulness=1.0, ink_share=0.05, n_strokes=3, n_points=200),
    page(4, colourfulness=2.0, ink_share=0.1, n_strokes=12, n_points=900),
]


def admitted(wanted: ItemFilter, likelihoods=None, alike=()) -> list[int]:
    return [item.page for item in wanted.chosen(PAGES, likelihoods, alike)]


def test_an_empty_filter_lets_everything_through():
    assert admitted(ItemFilter()) == [1, 2, 3, 4]
    assert ItemFilter().is_empty and not ItemFilter(alike=True).is_empty


def test_words_are_searched_in_notes_too_and_fields_can_be_named():
    assert admitted(ItemFilter(text="shopping")) == [1]
    assert admitted(ItemFilter(text="is:accepted")) == [2]
    assert admitted(ItemFilter(text="page:2-3")) == [2, 3]
    assert admitted(ItemFilter(text="page:")) == [1, 2, 3, 4]


def test_a_range_leaves_out_what_has_no_such_figure():
    wanted = ItemFilter().with_ranges({"colour": (0.0, 5.0)})
    assert admitted(wanted) == [3, 4]
    assert admitted(ItemFilter().with_ranges({"colour": (0.0, 5.0), "strokes": (10, 20)})) == [4]
    assert admitted(ItemFilter().with_ranges({"ink": (4.0, 11.0)})) == [3, 4]


def test_a_range_of_suggestions_and_only_look_alikes():
    likely = {"sb01p003": 0.97, "sb01p004": 0.4}
    assert admitted(ItemFilter().with_ranges({"suggestion": (0.95, 1.0)}), likely) == [3]
    assert admitted(ItemFilter(alike=True), alike={"sb01p001", "sb01p002"}) == [1, 2]


def test_kinds_and_no_kind():
    assert admitted(ItemFilter(kind=NO_KIND)) == [2, 3, 4]
    assert admitted(ItemFilter(kind="notes")) == [1]


def test_a_filter_comes_back_from_json_as_it_was():
    wanted = ItemFilter("sb01", "notes", "accepted", "cat", (Range("strokes", 2, 9),), True)
    assert ItemFilter.from_json(wanted.to_json()) == wanted


@pytest.mark.parametrize(
    "stored", [{}, {"ranges": [{"key": "no such", "low": 1, "high": 2}]}, {"ranges": ["?"]}, {"book": None}]
)
def test_what_is_not_understood_of_a_stored_filter_is_left_out(stored):
    assert ItemFilter.from_json(stored).is_empty


def test_every_figure_has_a_value_or_none():
    for figure in FIGURES:
        values = figure.values(PAGES, {})
        assert values.shape == (4,) and values.dtype == float
    assert [figure.key for figure in figures_of("drawings")] == ["suggestion", "strokes", "points"]
    strokes = next(figure for figure in FIGURES if figure.key == "strokes")
    assert isnan(strokes.of(PAGES[0], {})) and strokes.of(PAGES[2], {}) == 3
