"""What a comparison says in words, what it can be made of, and what speaks against it."""

from dataclasses import replace
from pathlib import Path

import pytest

from studio.models.comparisons import finding, read_comparison
from studio.models.era_choices import Book, books_for, doubts_about, halves, problem_of
from studio.models.items import Item
from tests.studio.era_reports import ALIKE, BETTER_READER, CHANGED, FEW, SHELF, SPEC, comparison


@pytest.mark.parametrize(
    ("found", "title", "words"),
    [
        (
            CHANGED,
            "Your hand changed",
            "0.18 nats a point less than they surprise the other",
        ),
        (ALIKE, "No difference", "about as much"),
        (BETTER_READER, "No difference", "better everywhere, having learnt from 83 drawings against 33"),
        (FEW, "No difference", "Measured on only 1 page of the new books"),
        ({**CHANGED, "home": [-0.2, -0.3, -0.1]}, "the other's pages better", "A hand does not do that"),
    ],
)
def test_the_finding_is_a_plain_sentence(found, title, words):
    said = finding(comparison(found))
    assert title in said[0]
    assert words in said[1]


@pytest.mark.parametrize("damage", [{"home": [1]}, {"sets": ["old"]}, {"learnt": None}, {"nats": [[1]]}])
def test_a_damaged_report_is_no_table(damage):
    with pytest.raises(ValueError, match="cannot be read"):
        read_comparison(Path("eras001"), SPEC, {**CHANGED, **damage})


def item(level, id_, book, **changes):
    return Item(id_, level, book, 1, **changes)


def test_a_recipe_says_what_counts_of_each_book():
    pages = [
        item("pages", "a", "sb02", decision="accepted", taken="2019-05-02T10:00:00"),
        item("pages", "b", "sb01", decision="accepted", taken="2021-05-02"),
        item("pages", "c", "sb01", decision="rejected"),
        item("pages", "d", "sb03", decision="accepted"),
    ]
    drawings = [
        item("drawings", "a/1", "sb02", taken="2019-05-02T10:00:00", kind="drawing"),
        item("drawings", "a/2", "sb02", taken="2019-05-02T10:00:00", decision="rejected"),
        item("drawings", "b/1", "sb01", taken="2021-05-02", kind="notes"),
        item("drawings", "c/1", "sb01"),
        item("drawings", "d/1", "sb03"),
    ]

    def counted(recipe, **without):
        shown = [page for page in pages if page.book not in without.get("books", ())]
        return [(book.name, book.pages, book.drawings) for book in books_for(recipe, shown, drawings)]

    assert counted({}) == [("sb02", 1, 1), ("sb01", 1, 1), ("sb03", 1, 1)]  # one has no date: shelf order
    assert counted({"kinds": ["notes"]}) == [("sb02", 0, 0), ("sb01", 1, 1), ("sb03", 0, 0)]
    assert counted({"after": "2020-01-01"}) == [("sb02", 0, 0), ("sb01", 1, 1), ("sb03", 0, 0)]
    assert counted({"after": "2020-01-01", "undated": True})[2] == ("sb03", 1, 1)
    assert counted({"before": "2019-05-02"}, books=["sb03"])[0] == ("sb02", 0, 0)
    assert [name for name, *_ in counted({}, books=["sb03"])] == ["sb02", "sb01"]


def test_the_shelf_is_parted_in_halves_of_drawings():
    assert halves(SHELF) == {"sb10": "old", "sb11": "old", "sb12": "new", "sb13": "new"}
    heavy = [replace(SHELF[0], drawings=500), *SHELF[1:]]
    assert list(halves(heavy).values()) == ["old", "new", "new", "new"]
    assert halves([Book("a"), Book("b")]) == {"a": "old", "b": "new"}


def test_what_cannot_be_compared_and_what_is_doubtful():
    few = [Book("sb10", 7, 9)]
    assert problem_of(SHELF, []) == "Choose at least one new sketchbook."
    assert "The old books have 7 pages" in problem_of(few, SHELF)
    assert problem_of(SHELF[:2], SHELF[2:]) == ""
    assert "About 4 pages of the new books" in doubts_about(SHELF[:3], SHELF[3:], 0.2)
    assert "uneven" in doubts_about(SHELF[:3], SHELF[3:], 0.2)
    assert doubts_about(SHELF * 5, SHELF * 5, 0.2) == ""
