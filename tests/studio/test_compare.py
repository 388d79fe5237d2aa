"""Side by side under a real mouse and real keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QAction, QColor, QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from studio import theme
from studio.models.items import Item
from studio.models.thumbnails import Thumbnails
from studio.tasks import Tasks
from studio.widgets.curation.closeup import Closeup, Lens
from studio.widgets.curation.compare import Compare

KEY, LEFT, PLAIN = Qt.Key, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
ITEMS = [Item(f"page{number}", "pages", "sb01", number, file=Path(f"{number}.jpg")) for number in range(1, 7)]
COLOURS = ("red", "green", "blue", "yellow", "cyan", "magenta")


class Pictures:
    """Each page all in one colour, the even ones landscape."""

    def load_large(self, item: Item) -> QImage:
        size = (1000, 760) if item.page % 2 == 0 else (760, 1000)
        image = QImage(*size, QImage.Format.Format_RGB32)
        image.fill(QColor(COLOURS[item.page - 1]))
        return image

    def load_small(self, item: Item) -> QImage:
        return self.load_large(item).scaled(76, 100)


class FakeSession:
    """What a comparison asks of a session."""

    def __init__(self) -> None:
        self.tasks = Tasks()
        self.pictures = Pictures()
        self.thumbnails = Thumbnails(self.tasks, self.pictures.load_small)


@pytest.fixture
def session(qapp) -> Iterator[FakeSession]:
    theme.apply(qapp, theme.LIGHT)
    made = FakeSession()
    yield made
    made.tasks.shutdown()


@pytest.fixture
def table(qtbot) -> QWidget:
    shown = QWidget()
    qtbot.addWidget(shown)
    shown.resize(800, 600)
    shown.show()
    return shown


@pytest.fixture
def compare(session, table, qtbot) -> Compare:
    made = Compare(session, table)
    made.look_at(ITEMS[:2])
    qtbot.waitUntil(lambda: made.is_loaded)
    return made


@pytest.fixture
def told(compare) -> list[tuple]:
    heard = []
    compare.chosen.connect(lambda item_id: heard.append(("chosen", item_id)))
    compare.stepped.connect(lambda step: heard.append(("stepped", step)))
    compare.kept.connect(lambda choice: heard.append(("kept", choice)))
    compare.closed.connect(lambda: heard.append(("closed",)))
    return heard


def middle(compare, number: int, x: int = 0, y: int = 0) -> QPoint:
    return compare.room(number).center().toPoint() + QPoint(x, y)


def decided(item: Item, decision: str) -> Item:
    return Item(item.id, item.level, item.book, item.page, file=item.file, decision=decision)


def test_two_pages_cover_the_table_side_by_side(compare, table):
    assert compare.geometry() == table.rect()
    assert compare.cell(0).right() < compare.cell(1).left()
    picture = compare.grab().toImage()
    assert picture.pixelColor(middle(compare, 0)) == QColor("red")
    assert picture.pixelColor(middle(compare, 1)) == QColor("green")


def test_it_goes_on_covering_a_table_that_changes_its_size(compare, table):
    table.resize(1000, 500)
    assert compare.geometry() == table.rect()


@pytest.mark.parametrize("count", [2, 3, 4])
def test_each_of_a_group_has_a_place_of_its_own(compare, qtbot, count):
    compare.look_at(ITEMS[:count])
    qtbot.waitUntil(lambda: compare.is_loaded)
    cells = [compare.cell(number) for number in range(count)]
    table = QRectF(compare.rect())
    assert all(table.contains(cell) for cell in cells)
    assert not any(a.intersects(b) for at, a in enumerate(cells) for b in cells[:at])
    picture = compare.grab().toImage()
    found = [picture.pixelColor(middle(compare, number)) for number in range(count)]
    assert found == [QColor(colour) for colour in COLOURS[:count]]


def test_more_than_four_are_left_out(compare, qtbot):
    compare.look_at(ITEMS)
    assert compare.ids == ["page1", "page2", "page3", "page4"]
    qtbot.waitUntil(lambda: compare.is_loaded)


def test_what_is_shown_first_is_chosen(session, table):
    made, told = Compare(session, table), []
    made.chosen.connect(told.append)
    made.look_at(ITEMS[:3], "page2")
    assert told == ["page2"]
    assert made.active.id == "page2"
    assert QApplication.focusWidget() is made or not table.isActiveWindow()


def test_tab_arrows_and_clicks_choose_the_side(compare, told):
    QTest.keyClick(compare, KEY.Key_Tab)
    QTest.keyClick(compare, KEY.Key_Tab)
    QTest.keyClick(compare, KEY.Key_Right)
    QTest.keyClick(compare, KEY.Key_Left)
    QTest.keyClick(compare, KEY.Key_Backtab)
    QTest.mouseClick(compare, LEFT, PLAIN, middle(compare, 0))
    QTest.mouseClick(compare, LEFT, PLAIN, middle(compare, 0))
    ids = [said[1] for said in told]
    assert ids == ["page2", "page1", "page2", "page1", "page2", "page1"]


def test_the_active_side_has_the_accent_as_its_frame(compare):
    def frame(number: int) -> QColor:
        cell = compare.cell(number)
        return compare.grab().toImage().pixelColor(round(cell.left()) + 1, round(cell.center().y()))

    accent = QColor(theme.tokens().accent)
    assert frame(0) == accent and frame(1) != accent
    QTest.keyClick(compare, KEY.Key_Tab)
    assert frame(1) == accent and frame(0) != accent


def test_the_windows_keys_reach_the_window(session, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    pressed = []
    for key in "PXU":
        action = QAction(key, window)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _=False, key=key: pressed.append(key))
        window.addAction(action)
    table = QWidget()
    window.setCentralWidget(table)
    window.resize(800, 600)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    made = Compare(session, table)
    made.look_at(ITEMS[:2])
    assert QApplication.focusWidget() is made
    for key in (KEY.Key_P, KEY.Key_X, KEY.Key_U):
        QTest.keyClick(made, key)
    assert pressed == ["P", "X", "U"]
    qtbot.waitUntil(lambda: made.is_loaded)


def test_up_and_down_ask_for_a_neighbour_of_the_active_side(compare, told, qtbot):
    QTest.keyClick(compare, KEY.Key_Tab)
    QTest.keyClick(compare, KEY.Key_Down)
    QTest.keyClick(compare, KEY.Key_Up)
    assert told[1:] == [("stepped", 1), ("stepped", -1)]
    compare.replace_active(ITEMS[2])
    assert compare.ids == ["page1", "page3"]
    assert compare.active.id == "page3"
    assert told[-1] == ("chosen", "page3")
    qtbot.waitUntil(lambda: compare.is_loaded)


def test_a_page_cannot_lie_on_both_sides(compare):
    compare.replace_active(ITEMS[1])
    assert compare.ids == ["page1", "page2"]


@pytest.mark.parametrize("by_key", [True, False])
def test_the_active_one_is_kept_and_the_others_rejected(compare, told, qtbot, by_key):
    compare.look_at(ITEMS[:3], "page2")
    told.clear()
    if by_key:
        QTest.keyClick(compare, KEY.Key_K)
    else:
        assert compare.keep.text() == "Keep this, reject the others"
        QTest.mouseClick(compare.keep, LEFT)
    assert told == [("kept", ("page2", ["page1", "page3"]))]
    qtbot.waitUntil(lambda: compare.is_loaded)


@pytest.mark.parametrize("key", [KEY.Key_Space, KEY.Key_Escape, KEY.Key_C])
def test_space_escape_and_c_put_it_away(compare, told, key):
    QTest.keyClick(compare, key)
    assert not compare.isVisible()
    assert told == [("closed",)]
    assert compare.items == [] and compare.active is None


def test_after_a_decision_side_zoom_and_place_stay(compare, told):
    QTest.keyClick(compare, KEY.Key_Tab)
    QTest.keyClick(compare, KEY.Key_Plus)
    lens = compare.lens
    compare.look_at([ITEMS[0], decided(ITEMS[1], "rejected")])
    assert compare.lens == lens
    assert compare.active.decision == "rejected"
    assert compare.is_loaded


def test_other_pages_are_shown_whole(compare, qtbot):
    QTest.keyClick(compare, KEY.Key_Plus)
    compare.look_at(ITEMS[2:4])
    assert compare.lens == Lens()
    qtbot.waitUntil(lambda: compare.is_loaded)


def test_all_sides_show_the_same_place(compare):
    """A quarter of the way from the middle: on the red portrait and the green landscape alike."""
    place = middle(compare, 0, 60, 40)
    QTest.mouseDClick(compare, LEFT, PLAIN, place)
    assert compare.lens.zoom == pytest.approx(3.0)
    QTest.mousePress(compare, LEFT, PLAIN, place)
    QTest.mouseMove(compare, place + QPoint(-30, 25))
    QTest.mouseRelease(compare, LEFT, PLAIN, place + QPoint(-30, 25))
    shares = []
    for number, side in enumerate(compare._sides):
        room = compare.room(number)
        frame = compare.lens.frame(room, side.sheet(room))
        away = room.center() - frame.center()
        shares.append((away.x() / frame.width(), away.y() / frame.height()))
    assert shares[0] == pytest.approx(shares[1])
    assert abs(shares[0][0]) > 0.05
    QTest.keyClick(compare, KEY.Key_0)
    assert compare.lens == Lens()


def test_an_enlarged_sheet_does_not_cover_its_neighbour(compare):
    for _ in range(4):
        QTest.keyClick(compare, KEY.Key_Plus)
    picture = compare.grab().toImage()
    x = round((compare.cell(0).right() + compare.cell(1).left()) / 2)
    between = {picture.pixelColor(x, y).name() for y in range(20, 400, 20)}
    assert between == {QColor(theme.tokens().window).name()}


def test_the_stand_in_is_shown_until_the_picture_is_there(session, qtbot):
    held = Closeup(session, session.tasks)
    heard = []
    held.loaded.connect(lambda: heard.append(held.is_loaded))
    assert held.look_at(ITEMS[0])
    assert not held.is_loaded
    assert not held.look_at(decided(ITEMS[0], "accepted"))
    qtbot.waitUntil(lambda: heard == [True])
    assert held.sheet(QRectF(0, 0, 100, 100)) == QSizeF(76, 100)
    held.look_at(ITEMS[1])
    held.drop()
    assert held.item is None and held.is_loaded
    qtbot.wait(50)
    assert heard == [True]


coordinate = st.floats(-0.49, 0.49)


@given(st.floats(1, 8), coordinate, coordinate, st.floats(1, 4), coordinate, coordinate)
def test_the_place_under_the_cursor_stays_under_it(zoom, x, y, factor, at_x, at_y):
    room, sheet = QRectF(10, 20, 300, 500), QSizeF(300, 400)
    lens = Lens(zoom, x, y)
    before = lens.frame(room, sheet)
    point = before.center() + QPointF(at_x * before.width(), at_y * before.height())
    closer = lens.zoomed(factor, point, room, sheet)
    after = closer.frame(room, sheet)
    assert closer.zoom >= min(zoom * factor, 8.0) - 1e-9
    if abs(closer.x) < 0.5 and abs(closer.y) < 0.5 and closer.zoom > 1:
        assert (point.x() - after.center().x()) / after.width() == pytest.approx(at_x, abs=1e-6)
        assert (point.y() - after.center().y()) / after.height() == pytest.approx(at_y, abs=1e-6)
