"""The list of items changes with as few signals as the difference needs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtTest import QAbstractItemModelTester

from studio.models.filters import NO_KIND, ItemFilter, focus_after
from studio.models.items import ITEM_ROLE, Item, ItemsModel


def make(*ids: str, **fields: object) -> list[Item]:
    return [Item(item_id, "pages", "sb01", 1, **fields) for item_id in ids]


@pytest.fixture
def model(qapp):
    model = ItemsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield model
    del tester


def record(model: ItemsModel) -> list[str]:
    heard: list[str] = []
    model.modelReset.connect(lambda: heard.append("reset"))
    model.rowsRemoved.connect(lambda _parent, first, last: heard.append(f"removed {first}-{last}"))
    model.dataChanged.connect(lambda top, end, _roles: heard.append(f"changed {top.row()}-{end.row()}"))
    return heard


def test_rows_that_leave_are_removed_in_runs(model):
    model.show(make(*"abcdefg"))
    heard = record(model)
    model.show(make(*"adg"))
    assert heard == ["removed 4-5", "removed 1-2"]
    assert [model.row_of(item_id) for item_id in "abdg"] == [0, -1, 1, 2]


def test_a_new_decision_changes_the_row_and_nothing_else(model):
    model.show(make(*"abc"))
    heard = record(model)
    model.show([*make("a"), *make("b", decision="accepted"), *make("c")])
    assert heard == ["changed 1-1"]
    assert model.index(1).data(ITEM_ROLE).decision == "accepted"


def test_the_same_items_again_say_nothing(model):
    model.show(make(*"abc"))
    heard = record(model)
    model.show(make(*"abc"))
    assert heard == []


def test_items_in_another_order_or_new_ones_reset(model):
    model.show(make(*"abc"))
    heard = record(model)
    model.show(make(*"cba"))
    model.show(make(*"cbax"))
    assert heard == ["reset", "reset"]


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.lists(st.sampled_from("abcdefgh"), unique=True))
def test_what_is_shown_is_what_was_asked_for(before, after):
    model = ItemsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(make(*before))
    model.show(make(*after))
    assert [model.index(row).data(ITEM_ROLE).id for row in range(model.rowCount())] == after
    assert [model.row_of(item_id) for item_id in after] == list(range(len(after)))
    del tester


@pytest.mark.parametrize(
    ("visible", "expected"),
    [("abc", "b"), ("ac", "c"), ("a", "a"), ("", ""), ("cd", "c")],
    ids=["stays", "next", "previous", "nothing", "next, not previous"],
)
def test_focus_goes_to_the_next_else_the_previous_else_nothing(visible, expected):
    assert focus_after("abcd", "b", set(visible)) == expected


def test_a_focus_that_was_never_there_goes_nowhere():
    assert focus_after("abc", "x", {"a"}) == ""


def test_filters_combine():
    pages = [
        Item("sb01p001", "pages", "sb01", 1, kind="notes", decision="accepted"),
        Item("sb01p002", "pages", "sb01", 2, label="sneer"),
        Item("sb02p001", "pages", "sb02", 1, kind="notes"),
    ]

    def admitted(**fields: str) -> list[str]:
        return [page.id for page in ItemFilter(**fields).chosen(pages)]

    assert admitted() == ["sb01p001", "sb01p002", "sb02p001"]
    assert admitted(book="sb01", kind="notes") == ["sb01p001"]
    assert admitted(kind=NO_KIND) == ["sb01p002"]
    assert admitted(decision="undecided") == ["sb01p002", "sb02p001"]
    assert admitted(text="SNEER page") == ["sb01p002"]
    assert admitted(text="sneer notes") == []
