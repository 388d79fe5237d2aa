"""The grid by itself: keys, badges, many rows that leave, and where it stands."""

import dataclasses

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from studio import theme
from studio.models.items import Item, ItemsModel
from studio.models.thumbnails import Thumbnails
from studio.selection import Selection
from studio.tasks import Tasks
from studio.widgets.curation.thumbnail_grid import ThumbnailGrid

KEY = Qt.Key
N = 400
SHIFT = Qt.KeyboardModifier.ShiftModifier


def make(count: int = N) -> list[Item]:
    return [Item(f"p{number:04d}", "pages", "sb01", number) for number in range(count)]


class Room(QWidget):
    """What is around the grid: it hears the keys that the grid leaves alone."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text():
            self.heard.append(event.text())


@pytest.fixture
def room(qapp):
    theme.apply(qapp, theme.LIGHT)
    tasks = Tasks()

    def sheet(_item: Item) -> QImage:
        image = QImage(76, 100, QImage.Format.Format_RGB32)
        image.fill(QColor("#777777"))
        return image

    room = Room()
    model = ItemsModel(room)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    thumbnails = Thumbnails(tasks, sheet, room)
    room.grid = ThumbnailGrid(model, thumbnails)
    room.thumbnails = thumbnails
    room.selection = Selection(room)
    room.grid.follow(room.selection)
    layout = QVBoxLayout(room)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(room.grid)
    room.resize(820, 660)
    yield room
    tasks.shutdown()
    room.close()
    room.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    del tester


@pytest.fixture
def grid(room, qtbot) -> ThumbnailGrid:
    """Shown and filled; five columns, three lines in view."""
    room.show()
    room.grid.show_items(make())
    room.grid.setFocus()
    QApplication.processEvents()
    qtbot.waitUntil(lambda: not room.thumbnails.busy, timeout=5_000)
    assert room.grid._columns() == 5
    return room.grid


def current(grid) -> int:
    return grid.currentIndex().row()


def go(grid, row: int) -> None:
    grid.setCurrentIndex(grid.model().index(row))


def test_letters_go_to_the_window_and_move_nothing(room, grid):
    go(grid, 30)
    for letter in "pxucfnm":
        QTest.keyClick(grid, letter)
    QTest.keyClick(grid, "P", SHIFT)
    assert room.heard == [*"pxucfnm", "P"]
    assert current(grid) == 30


def test_a_search_by_typing_does_not_happen(grid):
    go(grid, 30)
    grid.keyboardSearch("sb01  page 7")
    assert current(grid) == 30


def test_arrows_run_on_from_line_to_line(grid):
    go(grid, 4)
    QTest.keyClick(grid, KEY.Key_Right)
    assert current(grid) == 5
    QTest.keyClick(grid, KEY.Key_Left)
    assert current(grid) == 4
    QTest.keyClick(grid, KEY.Key_Down)
    assert current(grid) == 9
    QTest.keyClick(grid, KEY.Key_Up)
    QTest.keyClick(grid, KEY.Key_Up)
    assert current(grid) == 4


def test_pages_home_and_end(grid):
    go(grid, 2)
    QTest.keyClick(grid, KEY.Key_PageDown)
    assert current(grid) == 17
    assert grid.viewport().rect().contains(grid.visualRect(grid.currentIndex()))
    QTest.keyClick(grid, KEY.Key_PageUp)
    assert current(grid) == 2
    QTest.keyClick(grid, KEY.Key_End)
    assert current(grid) == N - 1
    assert grid.viewport().rect().contains(grid.visualRect(grid.currentIndex()))
    QTest.keyClick(grid, KEY.Key_Down)
    assert current(grid) == N - 1
    QTest.keyClick(grid, KEY.Key_Home)
    assert (current(grid), grid.verticalScrollBar().value()) == (0, 0)


def test_down_into_a_last_line_that_is_too_short_goes_to_its_end(grid):
    grid.show_items(make(12))
    go(grid, 9)
    QTest.keyClick(grid, KEY.Key_Down)
    assert current(grid) == 11
    go(grid, 10)
    QTest.keyClick(grid, KEY.Key_Down)
    assert current(grid) == 10


def test_shift_and_arrows_extend_the_selection(room, grid):
    go(grid, 7)
    QTest.keyClick(grid, KEY.Key_Right, SHIFT)
    QTest.keyClick(grid, KEY.Key_Down, SHIFT)
    assert room.selection.ids == {f"p{number:04d}" for number in range(7, 14)}


def test_ctrl_a_selects_everything_whatever_was_selected(room, grid):
    room.selection.set(item.id for item in make()[::2])
    QTest.keyClick(grid, KEY.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert room.selection.ids == {item.id for item in make()}
    assert len(grid.selectedIndexes()) == N


def test_badges_are_asked_for_by_id_and_painted_at_the_top_right(grid):
    plain = grid.grab().toImage()
    asked = []

    def share(item_id: str) -> str:
        asked.append(item_id)
        return "93 %" if item_id == "p0001" else ""

    grid.set_badges(share)
    badged = grid.grab().toImage()
    assert {"p0000", "p0001"} <= set(asked)
    first, second = (grid.visualRect(grid.model().index(row)) for row in (0, 1))
    ratio = grid.devicePixelRatio()
    assert ratio == 1.0
    assert badged.copy(first) == plain.copy(first)
    assert badged.copy(second) != plain.copy(second)
    left, bottom = (
        second.adjusted(0, 0, -second.width() // 2, 0),
        second.adjusted(0, second.height() // 2, 0, 0),
    )
    assert badged.copy(left) == plain.copy(left) and badged.copy(bottom) == plain.copy(bottom)
    grid.set_badges(None)
    assert grid.grab().toImage() == plain


def test_what_is_on_top_can_be_asked_and_brought_back(grid):
    assert grid.top_id() == "p0000"
    grid.scroll_to_top_id("p0123")
    assert grid.top_id() == "p0120"
    grid.scroll_to_top_id("nobody")
    assert grid.top_id() == "p0120"


def test_the_top_comes_back_once_the_grid_is_seen_and_filled(room):
    room.grid.scroll_to_top_id("p0200")
    assert room.grid.top_id() == ""
    room.show()
    QApplication.processEvents()
    room.grid.show_items(make())
    assert room.grid.top_id() == "p0200"
    room.hide()
    room.grid.scroll_to_top_id("p0300")
    room.show()
    assert room.grid.top_id() == "p0300"


def test_larger_sheets_keep_the_topmost_on_top(grid):
    grid.scroll_to_top_id("p0200")
    grid.set_cell(QSize(190, 250))
    QApplication.processEvents()
    columns = grid._columns()
    assert columns == 4
    first = int(grid.top_id()[1:])
    assert first <= 200 < first + columns


@pytest.mark.parametrize("leaving", [2, 3], ids=["every second", "every third"])
def test_many_rows_that_leave_leave_the_rest_in_its_place(room, grid, leaving):
    heard = []
    grid.model().modelReset.connect(lambda: heard.append("reset"))
    grid.model().rowsRemoved.connect(lambda *_: heard.append("removed"))
    grid.scroll_to_top_id("p0100")
    bar = grid.verticalScrollBar()
    bar.setValue(bar.value() + 30)
    index = grid.model().index_of("p0101")
    before = grid.visualRect(index).top()
    gone = {f"p{number:04d}" for number in range(0, N, leaving)}
    room.selection.set(gone, sorted(gone)[40])
    bar.setValue(grid.visualRect(index).top() + bar.value() - before)
    grid.show_items([item for item in make() if item.id not in gone], after_gesture=True)
    assert heard == ["reset"]
    assert room.selection.current not in gone
    assert room.selection.ids == {room.selection.current}
    assert int(room.selection.current[1:]) == int(sorted(gone)[40][1:]) + 1
    assert grid.currentIndex() == grid.model().index_of(room.selection.current)
    kept = [number for number in range(N) if number % leaving]
    assert [grid.model().row_of(f"p{number:04d}") for number in kept] == list(range(len(kept)))


def test_a_filter_holds_the_scroll_where_the_topmost_stays(room, grid):
    grid.scroll_to_top_id("p0100")
    bar = grid.verticalScrollBar()
    bar.setValue(bar.value() + 30)
    grid.show_items([item for item in make() if int(item.id[1:]) % 2 == 0])
    assert grid.visualRect(grid.model().index_of("p0100")).top() == -30
    grid.show_items(make())
    assert grid.visualRect(grid.model().index_of("p0100")).top() == -30


def test_few_rows_that_leave_are_taken_out_one_run_at_a_time(grid):
    heard = []
    grid.model().rowsRemoved.connect(lambda _parent, first, last: heard.append((first, last)))
    grid.show_items([item for item in make() if item.id not in ("p0003", "p0004", "p0009")])
    assert heard == [(9, 9), (3, 4)]


class Paints(QObject):
    """Notes what a widget paints."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.rects = []
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.rects.append(event.rect())
        return False


def test_a_picture_that_arrives_paints_its_own_cell(room, grid, qtbot):
    qtbot.waitUntil(lambda: not room.thumbnails.busy, timeout=30_000)
    QTest.qWait(60)  # what arrived before is painted
    paints = Paints(grid.viewport())
    room.thumbnails.arrived.emit(frozenset(("p0390", "elsewhere")))
    QApplication.processEvents()
    assert paints.rects == []
    room.thumbnails.arrived.emit(frozenset(("p0007",)))
    QApplication.processEvents()
    assert paints.rects == [grid.visualRect(grid.model().index(7))]


def test_a_decision_is_painted(room, grid):
    items = make()
    before = grid.grab().toImage()
    items[1] = dataclasses.replace(items[1], decision="rejected")
    paints = Paints(grid.viewport())
    grid.show_items(items, after_gesture=True)
    QApplication.processEvents()
    assert paints.rects
    assert grid.grab().toImage() != before


def test_a_strip_is_one_line(room, qtbot):
    strip = ThumbnailGrid(ItemsModel(room), room.thumbnails, strip=True, parent=room)
    strip.resize(600, 96)
    room.layout().addWidget(strip)
    room.show()
    strip.show_items(make(50))
    QApplication.processEvents()
    tops = {strip.visualRect(strip.model().index(row)).top() for row in range(50)}
    assert len(tops) == 1
    strip.setFocus()
    go(strip, 0)
    QTest.keyClick(strip, KEY.Key_End)
    assert current(strip) == 49
    assert strip.horizontalScrollBar().value() > 0
