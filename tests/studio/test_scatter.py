"""The scatter by itself: its lasso, its keys, what glides, what becomes a picture, and where one looks."""

import dataclasses
import json
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.curate.lasso import points_in_polygon
from studio import theme
from studio.models.items import Item
from studio.models.thumbnails import Thumbnails
from studio.tasks import Tasks
from studio.widgets.map import map_pictures
from studio.widgets.map.lasso_scatter import LassoScatter
from studio.widgets.map.point_cloud import _topmost

NONE, SHIFT, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
N = 60


def make(count: int, **fields) -> list[Item]:
    return [Item(f"p{number:04d}", "pages", "sb01", number, **fields) for number in range(count)]


def places(count: int, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (count, 2))


@pytest.fixture
def build(qapp):
    """Make scatters; the threads that load their pictures end with the test."""
    theme.apply(qapp, theme.LIGHT)
    tasks, made = Tasks(), []

    def sheet(_item: Item) -> QImage:
        image = QImage(76, 100, QImage.Format.Format_RGB32)
        image.fill(QColor("#888888"))
        return image

    def make_one(width: int = 800, height: int = 600) -> LassoScatter:
        thumbnails = Thumbnails(tasks, sheet)
        scatter = LassoScatter(thumbnails)
        thumbnails.setParent(scatter)
        scatter.resize(width, height)
        scatter.show()
        QApplication.processEvents()
        made.append(scatter)
        return scatter

    yield make_one
    tasks.shutdown()
    for scatter in made:
        scatter.close()
        scatter.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def fill(scatter: LassoScatter, items, xy) -> None:
    scatter.set_points(items, xy)
    scatter.set_classes(np.zeros(len(items), np.intp), ["#336699"])
    QApplication.processEvents()


@pytest.fixture
def scatter(build) -> LassoScatter:
    scatter = build()
    fill(scatter, make(N), places(N))
    return scatter


def arrive(scatter: LassoScatter, qtbot) -> None:
    qtbot.waitUntil(lambda: not scatter.is_gliding, timeout=5_000)


def move(scatter, x: float, y: float, modifier=NONE, *, held: bool = False) -> None:
    port, place = scatter.viewport(), QPointF(x, y)
    buttons = Qt.MouseButton.LeftButton if held else Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, port.mapToGlobal(place), Qt.MouseButton.NoButton, buttons, modifier
    )
    QApplication.sendEvent(port, event)


def press(scatter, at, modifier=NONE) -> None:
    QTest.mousePress(scatter.viewport(), Qt.MouseButton.LeftButton, modifier, QPoint(*at))


def release(scatter, at, modifier=NONE) -> None:
    QTest.mouseRelease(scatter.viewport(), Qt.MouseButton.LeftButton, modifier, QPoint(*at))


def badge(scatter) -> str:
    return scatter._overlay._badge


# -- the lasso -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", ["lasso", "box"])
def test_the_number_at_the_cursor_is_what_will_be_taken(scatter, tool):
    shown = np.ones(N, bool)
    shown[::5] = False
    scatter.set_shown(shown)
    scatter.set_tool(tool)
    heard = []
    scatter.gathered.connect(lambda ids, mode, polygon: heard.append((ids, mode, polygon)))
    # An hourglass: the lasso crosses itself.
    corners = [(120, 90), (640, 90), (120, 500), (640, 500)]
    press(scatter, corners[0], SHIFT)
    for start, end in pairwise(corners):
        for share in np.linspace(0.1, 1, 10):
            x, y = np.array(start) + (np.array(end) - start) * share
            move(scatter, round(x), round(y), SHIFT, held=True)
    sign, number = badge(scatter).split()
    release(scatter, corners[-1], SHIFT)
    ((ids, mode, polygon),) = heard
    assert (sign, mode) == ("+", "add")
    assert 3 < len(ids) < N and int(number) == len(ids)
    assert all(scatter._shown[scatter._rows[item_id]] for item_id in ids)
    drawn = points_in_polygon(scatter._xy, polygon) & shown
    assert ids == {scatter._items[row].id for row in np.flatnonzero(drawn)}
    assert badge(scatter) == ""


def test_the_sign_stands_at_the_cursor_before_the_drag(scatter):
    scatter.activateWindow()
    scatter.setFocus()
    move(scatter, 300, 300)
    assert badge(scatter) == ""
    down, up = QEvent.Type.KeyPress, QEvent.Type.KeyRelease
    signs = {"": [], "+": [SHIFT], "\N{MINUS SIGN}": [ALT], "∩": [SHIFT, ALT]}
    for kind, key, before, sign in (
        (down, Qt.Key.Key_Shift, "", "+"),
        (down, Qt.Key.Key_Alt, "+", "∩"),
        (up, Qt.Key.Key_Shift, "∩", "\N{MINUS SIGN}"),
        (up, Qt.Key.Key_Alt, "\N{MINUS SIGN}", ""),
    ):
        # QTest would let go of the other modifiers too.
        held = Qt.KeyboardModifier(sum(modifier.value for modifier in signs[before]))
        QApplication.sendEvent(scatter, QKeyEvent(kind, key, held))
        assert badge(scatter) == sign
    move(scatter, 320, 300, SHIFT)
    assert badge(scatter) == "+"
    QApplication.sendEvent(scatter, QEvent(QEvent.Type.Leave))
    assert badge(scatter) == ""


def test_the_sign_changes_with_a_key_in_the_middle_of_a_lasso(scatter):
    press(scatter, (200, 200))
    for at in ((400, 220), (420, 420), (210, 400)):
        move(scatter, *at, held=True)
    plain = badge(scatter)
    QTest.keyPress(scatter, Qt.Key.Key_Alt, NONE)
    assert badge(scatter) == f"\N{MINUS SIGN} {plain}"
    release(scatter, (200, 200), ALT)


def test_escape_lets_go_of_the_lasso_first_and_of_the_selection_then(scatter):
    heard = []
    scatter.gathered.connect(lambda *_: heard.append("gathered"))
    scatter.dropped.connect(lambda: heard.append("dropped"))
    press(scatter, (200, 200))
    move(scatter, 500, 500, held=True)
    QTest.keyClick(scatter, Qt.Key.Key_Escape)
    release(scatter, (500, 500))
    assert heard == []
    QTest.keyClick(scatter, Qt.Key.Key_Escape)
    assert heard == ["dropped"]


def test_the_map_stays_where_it_is_under_a_lasso(scatter):
    before = scatter.view_state()
    press(scatter, (200, 200))
    move(scatter, 500, 300, held=True)
    port, place = scatter.viewport(), QPointF(300, 300)
    wheel = QWheelEvent(
        place, port.mapToGlobal(place), QPoint(), QPoint(0, 120), Qt.MouseButton.LeftButton, NONE,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(port, wheel)
    QTest.keyClick(scatter, Qt.Key.Key_Plus)
    assert scatter.view_state() == before
    release(scatter, (500, 500))
    QApplication.sendEvent(port, wheel)
    assert scatter.view_state()["units_per_px"] < before["units_per_px"]


def test_other_points_end_a_lasso_under_way(scatter):
    heard = []
    scatter.gathered.connect(lambda *_: heard.append("gathered"))
    press(scatter, (200, 200))
    move(scatter, 500, 300, held=True)
    fill(scatter, make(N // 2), places(N // 2))
    move(scatter, 500, 500, held=True)
    release(scatter, (500, 500))
    assert heard == []


# -- hidden and hovered ----------------------------------------------------------------------------------


def test_a_hidden_point_is_not_painted_nor_hit_and_loses_its_card(scatter):
    x, y = scatter.to_pixels(scatter._xy[[7]])[0]
    move(scatter, x, y)
    assert scatter._overlay.hovered.id == "p0007"
    before = scatter.grab().toImage()
    scatter.set_shown(np.arange(N) != 7)
    assert scatter._overlay.hovered is None
    assert scatter.item_at(QPointF(x, y)) is None
    QApplication.processEvents()
    around = scatter.grab().toImage().copy(round(x) - 4, round(y) - 4, 8, 8)
    assert around != before.copy(round(x) - 4, round(y) - 4, 8, 8)
    ground = QColor(theme.tokens().window)
    assert {around.pixelColor(i, j).rgb() for i in range(8) for j in range(8)} == {ground.rgb()}


def test_what_is_hidden_stays_hidden_when_the_items_come_again(scatter):
    scatter.set_shown(np.arange(N) % 2 == 0)
    fill(scatter, make(N + 2), places(N + 2))
    assert scatter._shown[:N].tolist() == (np.arange(N) % 2 == 0).tolist()
    assert scatter._shown[N:].all()


def test_the_nearest_of_two_points_is_hit(scatter):
    fill(scatter, make(3), np.array([(0, 0), (0.02, 0), (1, 1)]))
    (x, y), (other_x, _) = scatter.to_pixels(scatter._xy[:2])
    assert other_x - x < 12
    assert scatter.item_at(QPointF(x + 1, y)).id == "p0000"
    assert scatter.item_at(QPointF(other_x - 1, y)).id == "p0001"
    assert scatter.item_at(QPointF(x, y + 30)) is None


# -- keys and where one looks ----------------------------------------------------------------------------


def test_keys_zoom_move_and_fit(scatter):
    fitted = scatter.view_state()
    QTest.keyClick(scatter, Qt.Key.Key_Plus)
    near = scatter.view_state()
    assert near["units_per_px"] == pytest.approx(fitted["units_per_px"] / 1.3)
    assert (near["x"], near["y"]) == pytest.approx((fitted["x"], fitted["y"]))
    QTest.keyClick(scatter, Qt.Key.Key_Right)
    QTest.keyClick(scatter, Qt.Key.Key_Up)
    moved = scatter.view_state()
    assert moved["x"] > near["x"] and moved["y"] > near["y"]
    QTest.keyClick(scatter, Qt.Key.Key_Left)
    QTest.keyClick(scatter, Qt.Key.Key_Down)
    assert scatter.view_state()["x"] == pytest.approx(near["x"])
    QTest.keyClick(scatter, Qt.Key.Key_Minus)
    assert scatter.view_state()["units_per_px"] == pytest.approx(fitted["units_per_px"])
    assert not scatter.view_state()["fit"]
    QTest.keyClick(scatter, Qt.Key.Key_0)
    assert scatter.view_state() == pytest.approx(fitted)


def test_a_view_comes_back_before_the_points_do_and_in_another_window(scatter, build):
    scatter.zoom_to(frozenset(("p0001", "p0002", "p0003")))
    QTest.keyClick(scatter, Qt.Key.Key_Left)
    state = json.loads(json.dumps(scatter.view_state()))
    other = build(640, 700)
    other.restore_view(state)
    other.set_points([], np.zeros((0, 2)))
    fill(other, make(N), places(N))
    assert other.view_state() == pytest.approx(state)
    other.resize(1000, 500)
    QApplication.processEvents()
    assert other.view_state() == pytest.approx(state)
    middle = np.array([[other.viewport().width() / 2, other.viewport().height() / 2]])
    assert other._camera.to_map(middle)[0] == pytest.approx((state["x"], state["y"]), abs=1e-3)


def test_a_view_of_everything_comes_back_as_a_view_of_everything(scatter, build):
    other = build(500, 400)
    other.restore_view(scatter.view_state())
    fill(other, make(N), places(N))
    pixels = other.to_pixels(places(N))
    assert pixels.min() > 0 and (pixels < (500, 400)).all()
    assert other.view_state()["fit"]


@pytest.mark.parametrize(
    "state", [{}, {"x": "a", "y": 0, "units_per_px": 1}, {"x": 0, "y": 0, "units_per_px": 0}]
)
def test_a_spoilt_view_is_passed_over(build, state):
    scatter = build()
    scatter.restore_view(state)
    fill(scatter, make(N), places(N))
    assert scatter.view_state()["fit"]


def test_the_whole_map_stays_in_view_when_the_window_changes_until_it_is_moved(scatter):
    scatter.resize(400, 300)
    QApplication.processEvents()
    pixels = scatter.to_pixels(scatter._xy)
    assert pixels.min() > 0 and (pixels < (400, 300)).all()
    QTest.keyClick(scatter, Qt.Key.Key_Plus)
    scatter.resize(800, 600)
    QApplication.processEvents()
    assert not scatter.view_state()["fit"]


def test_a_key_that_qt_has_no_name_for_goes_on_to_the_window(scatter):
    event = QKeyEvent(QEvent.Type.KeyPress, ord("Ж"), NONE, "Ж")
    QApplication.sendEvent(scatter, event)
    assert not event.isAccepted()


def test_another_map_is_shown_whole_where_a_zoomed_view_would_stay(scatter, qtbot):
    scatter.zoom_to(frozenset(("p0001", "p0002")))
    scatter.fit_next()
    fill(scatter, make(N), places(N, seed=8) * 5)
    arrive(scatter, qtbot)
    pixels = scatter.to_pixels(places(N, seed=8) * 5)
    assert pixels.min() > 0 and (pixels < (800, 600)).all()


def test_a_decision_moves_nothing(scatter):
    scatter.zoom_to(frozenset(("p0001", "p0002", "p0003")))
    before, items = scatter.view_state(), make(N)
    items[4] = dataclasses.replace(items[4], decision="rejected")
    fill(scatter, items, places(N))
    assert scatter.view_state() == before
    assert not scatter.is_gliding
    assert scatter._decision_of.tolist() == [2 if row == 4 else 0 for row in range(N)]


# -- gliding ---------------------------------------------------------------------------------------------


def test_those_that_stay_glide_new_ones_fade_in_and_the_others_are_gone(scatter, qtbot):
    before = dict(zip((item.id for item in scatter._items), scatter._xy.tolist(), strict=True))
    items = [*make(N)[10:], Item("new", "pages", "sb02", 1)]
    xy = places(len(items), seed=9)
    fill(scatter, items, xy)
    assert scatter.is_gliding
    start = scatter._from
    assert start[:-1].tolist() == [before[item.id] for item in items[:-1]]
    assert start[-1].tolist() == xy[-1].tolist()
    opacity = scatter._cloud._opacity
    assert opacity[-1] < 1 and (opacity[:-1] == 1).all()
    arrive(scatter, qtbot)
    assert scatter._cloud_xy() == pytest.approx(xy)
    assert scatter._cloud._opacity is None or scatter._cloud._opacity.min() == 1
    assert "p0003" not in scatter._rows


def test_a_decision_on_the_way_does_not_stop_the_glide(scatter, qtbot):
    xy = places(N, seed=11)
    fill(scatter, make(N), xy)
    items = make(N)
    items[0] = dataclasses.replace(items[0], decision="accepted")
    fill(scatter, items, xy)
    assert scatter.is_gliding
    arrive(scatter, qtbot)
    assert scatter._cloud_xy() == pytest.approx(xy)


def test_the_selection_stays_with_its_ids_on_another_map(scatter):
    scatter.set_selected(frozenset(("p0005", "p0011")))
    fill(scatter, make(N)[5:], places(N - 5))
    assert np.flatnonzero(scatter._is_selected).tolist() == [0, 6]


# -- pictures --------------------------------------------------------------------------------------------


def pictures(scatter) -> dict[str, tuple[float, float, float]]:
    return {
        item.id: (rect.center().x(), rect.center().y(), rect.width())
        for rect, item in scatter._overlay._pictures
    }


def test_no_picture_jumps_while_the_map_is_moved(build):
    scatter = build()
    fill(scatter, make(400), places(400))
    scatter._camera.zoom(2.2)
    QApplication.processEvents()
    seen = pictures(scatter)
    assert len(seen) > 10
    margin = 75.0
    for _ in range(12):
        scatter._camera.pan(0.03, 0.02)
        QApplication.processEvents()
        now = pictures(scatter)
        shift = scatter.to_pixels(scatter._xy)
        for item_id in seen:
            x, y = shift[scatter._rows[item_id]]
            if -margin < x < 800 + margin and -margin < y < 600 + margin:
                still_in = 0 < x < 800 and 0 < y < 600
                assert item_id in now or not still_in
        rects = [rect for rect, _ in scatter._overlay._pictures]
        assert not any(a.intersects(b) for at, a in enumerate(rects) for b in rects[:at])
        seen = now


def test_of_two_that_have_no_room_side_by_side_the_more_central_is_shown():
    chooser = map_pictures.MapPictures()
    xy = np.array([(0.0, 0.0), (50.0, 0.0), (300.0, 0.0)])
    chooser.set_points(xy, same=False)
    chooser.set_classes(np.zeros(3, np.intp))
    assert sorted(chooser.place(xy, np.arange(3), 64).tolist()) == [1, 2]


def test_a_picture_that_stands_there_does_not_give_way_to_a_more_central_one():
    chooser = map_pictures.MapPictures()
    xy = np.array([(0.0, 0.0), (50.0, 0.0), (300.0, 0.0)])
    chooser.set_points(xy, same=False)
    chooser.set_classes(np.zeros(3, np.intp))
    outer = np.array([0, 2])
    assert sorted(chooser.place(xy[outer], outer, 64).tolist()) == [0, 2]
    assert sorted(chooser.place(xy, np.arange(3), 64).tolist()) == [0, 2]
    chooser.set_points(xy, same=True)
    assert sorted(chooser.place(xy, np.arange(3), 64).tolist()) == [0, 2]
    chooser.set_points(xy, same=False)
    assert sorted(chooser.place(xy, np.arange(3), 64).tolist()) == [1, 2]


def test_twins_are_one_picture_and_a_neighbour_is_not_hidden():
    chooser = map_pictures.MapPictures()
    xy = np.array([(0.0, 0.0), (1.0, 0.0), (200.0, 0.0), (230.0, 0.0)])
    chooser.set_points(xy, same=False)
    assert len(chooser.place(xy, np.arange(4), 64)) == 1


def test_pictures_grow_with_the_zoom_up_to_a_limit(scatter):
    sizes = []
    for _ in range(8):
        sizes += [size for _, _, size in list(pictures(scatter).values())[:1]]
        scatter._camera.zoom(1.4)
        QApplication.processEvents()
    assert sizes == sorted(sizes)
    assert sizes[0] == map_pictures.LEAST_PX and sizes[-1] == map_pictures.MOST_PX


def test_a_selected_picture_wears_a_ring_and_a_rejected_one_is_dimmed(scatter, qtbot):
    scatter.zoom_to(frozenset(pictures(scatter)))
    qtbot.waitUntil(lambda: not scatter._overlay._thumbnails.busy, timeout=5_000)
    QApplication.processEvents()
    rect, item = scatter._overlay._pictures[0]
    plain = scatter.grab(rect.toRect()).toImage()
    scatter.set_selected(frozenset((item.id,)))
    ring = scatter.grab(rect.toRect()).toImage()
    assert ring != plain
    scatter.set_selected(frozenset())
    items = [
        dataclasses.replace(one, decision="rejected") if one.id == item.id else one for one in scatter._items
    ]
    fill(scatter, items, scatter._xy)
    dimmed = scatter.grab(rect.toRect()).toImage()
    middle = QPoint(plain.width() // 2, plain.height() // 2)
    assert dimmed.pixelColor(middle).lightness() > plain.pixelColor(middle).lightness()


def test_there_are_no_pictures_while_points_glide(scatter, qtbot):
    assert pictures(scatter)
    fill(scatter, make(N), places(N, seed=12))
    assert not pictures(scatter)
    arrive(scatter, qtbot)
    QApplication.processEvents()
    assert pictures(scatter)


# -- many points -----------------------------------------------------------------------------------------


def test_of_a_crowd_the_topmost_of_each_square_is_painted():
    random = np.random.default_rng(1)
    pixels = random.uniform(0, 100, (30_000, 2))
    rows = np.arange(30_000)
    top = _topmost(pixels, rows)
    squares = {
        tuple(square): row for row, square in zip(rows, (pixels / 2).astype(int).tolist(), strict=True)
    }
    assert sorted(top.tolist()) == sorted(squares.values())
    assert top.tolist() == sorted(top.tolist())
    few = np.arange(500)
    assert _topmost(pixels, few).tolist() == few.tolist()


def test_a_selected_point_lies_over_a_crowd(build):
    scatter = build(300, 300)
    fill(scatter, make(2_000), places(2_000) * 0.05)
    plain = scatter.grab().toImage()
    scatter.set_selected(frozenset(("p0000",)))
    QApplication.processEvents()
    chosen = scatter.grab().toImage()
    x, y = scatter.to_pixels(scatter._xy[[0]])[0]
    assert chosen != plain
    around = chosen.copy(round(x) - 9, round(y) - 9, 18, 18)
    accent = QColor(theme.tokens().accent)
    near = [
        around.pixelColor(i, j)
        for i in range(18)
        for j in range(18)
        if abs(around.pixelColor(i, j).hue() - accent.hue()) < 12
    ]
    assert len(near) > 30
