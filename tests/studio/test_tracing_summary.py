"""The overview of all pages: its figures, its order, the way from a row to the page."""

import pytest
from PySide6.QtCore import QPersistentModelIndex, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from engine.trace.store import TraceRow
from studio.models.items import Item
from studio.models.traced_pages import TracedPage
from studio.models.tracing_summary import COLUMNS, WORTH, TracingSummaryModel
from studio.widgets.tracing.tracing_summary import TracingSummary, totals

NAMES = [column.name for column in COLUMNS]


def page(name, number, **figures):
    item = Item(name, "pages", "sb01", number)
    if not figures:
        return TracedPage(item)
    values = {"error": "", "line_ink": True, "strokes": 22, "joined": 4, "spliced": 1, "drawings": 1}
    values |= {"coverage": 1.0, "invented_px": 0.0, "pen_width_px": 5.0}
    return TracedPage(item, TraceRow(name, "key", **(values | figures)))


PAGES = [
    page("good", 1, spliced=1),
    page("open", 2, coverage=0.9, invented_px=1200.0),
    page("doubt", 3, uncertain=3, mends=2),
    page("failed", 4, error="the scan has changed", strokes=0),
    page("wash", 5, line_ink=False, strokes=0),
    page("waiting", 6),
]


def order(view, column=0):
    model = view.model
    return [model.index(row, column).data() for row in range(model.rowCount())]


def ids(view):
    return [int(title.rsplit(" ", 1)[1]) for title in order(view)]


def test_the_model_keeps_the_rules_and_updates_in_place(qapp, qtbot):
    model = TracingSummaryModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show(PAGES)
    held = QPersistentModelIndex(model.index(model.row_of("good"), 3))
    assert held.row() == 4
    changed = [page("good", 1, spliced=7, coverage=0.1), *PAGES[1:]]
    with qtbot.assertNotEmitted(model.modelReset):
        model.show(changed)
    assert (held.row(), held.column()) == (2, 3)
    assert model.index(2, NAMES.index("Strokes")).data() == "7"
    with qtbot.assertNotEmitted(model.layoutChanged), qtbot.assertNotEmitted(model.dataChanged):
        model.show(changed)
    model.show(PAGES[:2])
    assert model.rowCount() == 2
    assert model.row_of("waiting") == -1
    assert tester.model() is model


def test_what_changes_behind_a_page_is_shown_when_one_looks(summary):
    summary.hide()
    summary.show_pages(PAGES[:2])
    summary.choose("good")
    assert summary.model.rowCount() == len(PAGES)
    summary.show()
    assert ids(summary) == [2, 1]
    assert summary.table.currentIndex().row() == 1


@pytest.fixture
def summary(qtbot):
    shown = TracingSummary()
    qtbot.addWidget(shown)
    shown.resize(960, 600)
    shown.show_pages(PAGES)
    shown.show()
    return shown


def test_the_worst_page_stands_first(summary):
    assert ids(summary) == [4, 5, 2, 3, 1, 6]
    reasons = order(summary, WORTH)
    assert reasons[0] == "the scan has changed"
    assert "10 % of the ink left out" in reasons[2]


def test_a_click_on_a_heading_sorts_by_it_and_pages_without_the_figure_come_last(summary):
    header = summary.table.horizontalHeader()
    column = NAMES.index("Uncertain")
    for sort_order, first in ((Qt.SortOrder.DescendingOrder, 3), (Qt.SortOrder.AscendingOrder, None)):
        summary.table.sortByColumn(column, sort_order)
        assert set(ids(summary)[3:]) == {4, 5, 6}
        assert first is None or ids(summary)[0] == first
    place = QPoint(header.sectionViewportPosition(0) + 8, 8)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert sorted(ids(summary)) == [1, 2, 3, 4, 5, 6]
    assert summary.table.horizontalHeader().sortIndicatorSection() == 0


def test_a_click_or_return_opens_the_page(summary, qtbot):
    table = summary.table
    with qtbot.waitSignal(summary.chosen) as chosen:
        place = table.visualRect(summary.model.index(2, 0)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == ["open"]
    QTest.keyClick(table, Qt.Key.Key_Down)
    with qtbot.waitSignal(summary.chosen) as chosen:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert chosen.args == ["doubt"]


def test_the_totals_count_what_there_is():
    words = totals(PAGES)
    assert words.startswith("6 pages, 3 traced, 1 failed, 1 no line ink, 1 waiting")
    assert "3 uncertain crossings" in words
    assert "2 mends" in words
    assert totals([]) == "0 pages"
