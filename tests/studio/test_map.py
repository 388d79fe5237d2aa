"""The map under a real mouse: lasso, box, modifiers, undo; and what its colours mean."""

import json
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.project import decisions
from studio.models.classes import classify
from studio.models.items import Item
from studio.widgets.map.cluster_legend import ClusterLegend
from studio.widgets.map.lasso_scatter import LassoScatter, mode_of

NONE = Qt.KeyboardModifier.NoModifier
SHIFT, ALT, CONTROL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.fixture
def pane(window, settle):
    window.workspace.show_pane_named("Map")
    settle(window.workspace.is_settled)
    return window.workspace.pane


@pytest.fixture
def scatter(pane) -> LassoScatter:
    return pane.findChild(LassoScatter)


def pixels_of(scatter: LassoScatter, ids) -> np.ndarray:
    rows = [row for row, item in enumerate(scatter._items) if item.id in ids]
    return scatter.to_pixels(scatter._xy[rows])


def cluster(window, number: int) -> set[str]:
    return {item.id for item in window.session.library.shelf("pages").items if item.cluster == number}


def drag(scatter, corners, modifier=NONE) -> None:
    """Press at the first corner, move through the others in small steps, let go at the last."""
    port = scatter.viewport()
    path = [corners[0]]
    for start, end in pairwise(corners):
        path += [start + (end - start) * step / 6 for step in range(1, 7)]
    points = [QPoint(round(x), round(y)) for x, y in path]
    QTest.mousePress(port, Qt.MouseButton.LeftButton, modifier, points[0])
    for point in points[1:]:
        move(port, point, modifier)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, modifier, points[-1])


def move(port, point: QPoint, modifier) -> None:
    """QTest.mouseMove knows no buttons and no modifiers."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    place = QPointF(point)
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, port.mapToGlobal(place), Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton, modifier,
    )  # fmt: skip
    QApplication.sendEvent(port, event)


def lasso_around(scatter, ids, modifier=NONE, margin=14.0) -> None:
    pixels = pixels_of(scatter, ids)
    centre = pixels.mean(axis=0)
    radius = np.hypot(*(pixels - centre).T).max() + margin
    angles = np.linspace(0, 2 * np.pi, 25)
    drag(scatter, centre + radius * np.column_stack([np.cos(angles), np.sin(angles)]), modifier)


def decided(window) -> dict[str, str]:
    states = decisions.states(window.session.project.index, "pages")
    return {item_id: state.decision for item_id, state in states.items() if state.decision != "undecided"}


def test_a_lasso_takes_in_what_it_goes_around(window, scatter):
    lasso_around(scatter, cluster(window, 1))
    assert window.session.selection.ids == cluster(window, 1)


def test_shift_adds_alt_subtracts_both_intersect(window, scatter):
    lasso_around(scatter, cluster(window, 0))
    lasso_around(scatter, cluster(window, 2), SHIFT)
    assert window.session.selection.ids == cluster(window, 0) | cluster(window, 2)
    few = set(sorted(cluster(window, 0))[:1])
    lasso_around(scatter, few, ALT, margin=5)
    assert few.isdisjoint(window.session.selection.ids)
    lasso_around(scatter, cluster(window, 2), SHIFT | ALT)
    assert window.session.selection.ids == cluster(window, 2)


def test_control_subtracts_where_the_desktop_keeps_alt():
    assert mode_of(CONTROL) == mode_of(ALT) == "subtract"
    assert mode_of(NONE) == "replace"


def test_a_box_takes_in_what_lies_between_its_corners(window, pane, scatter):
    pane._head.tools.button(1).click()
    pixels = pixels_of(scatter, cluster(window, 1))
    drag(scatter, np.array([pixels.min(axis=0) - 8, pixels.max(axis=0) + 8]))
    assert window.session.selection.ids == cluster(window, 1)


def test_a_lasso_around_nothing_clears_and_a_click_takes_one(window, scatter):
    lasso_around(scatter, cluster(window, 1))
    port = scatter.viewport()
    one = sorted(cluster(window, 0))[0]
    x, y = pixels_of(scatter, {one})[0]
    QTest.mouseClick(port, Qt.MouseButton.LeftButton, NONE, QPoint(round(x), round(y)))
    assert window.session.selection.ids == {one}
    QTest.mouseClick(port, Qt.MouseButton.LeftButton, NONE, QPoint(4, 4))
    assert window.session.selection.ids == frozenset()


def test_hidden_points_are_neither_taken_nor_hit(window, scatter):
    ids = sorted(cluster(window, 1))
    shown = np.array([item.id != ids[0] for item in scatter._items])
    scatter.set_shown(shown)
    lasso_around(scatter, set(ids))
    assert window.session.selection.ids == set(ids[1:])


def test_the_lasso_hits_the_same_points_after_zooming(window, scatter):
    scatter.zoom_to(frozenset(cluster(window, 1)))
    QApplication.processEvents()
    lasso_around(scatter, cluster(window, 1))
    assert window.session.selection.ids == cluster(window, 1)


def test_pixels_agree_with_pyqtgraph(scatter):
    QApplication.processEvents()
    expected = [
        scatter.mapFromScene(scatter.getPlotItem().vb.mapViewToScene(QPointF(x, y)))
        for x, y in scatter._xy[:5]
    ]
    ours = scatter.to_pixels(scatter._xy[:5])
    assert ours == pytest.approx(np.array([(p.x(), p.y()) for p in expected]), abs=1.01)


def test_a_decision_by_lasso_is_one_step_and_the_log_keeps_the_polygon(window, scatter):
    lasso_around(scatter, cluster(window, 1))
    QTest.keyClick(scatter, Qt.Key.Key_P)
    assert set(decided(window)) == cluster(window, 1)
    QTest.keyClick(scatter, Qt.Key.Key_Z, CONTROL)
    assert decided(window) == {}
    lasso_around(scatter, cluster(window, 1))
    window.workspace.pane._bar._reject.click()
    assert set(decided(window).values()) == {"rejected"}
    lines = window.session.project.layout.decisions.read_text("utf-8").splitlines()
    by_key, by_button = json.loads(lines[-3])["how"], json.loads(lines[-1])["how"]
    assert (by_key["by"], by_button["by"]) == ("key", "map")
    for how in (by_key, by_button):
        assert how["selected"]["by"] == "lasso"
        assert len(how["selected"]["polygon"]) > 10


def test_a_row_of_the_legend_selects_accepts_and_rejects_its_cluster(window, pane):
    legend = pane.findChild(ClusterLegend)
    rows = legend.rows
    assert [row._name.text() for row in rows] == ["Cluster 1", "Cluster 2", "Cluster 3"]
    QTest.mouseClick(rows[2], Qt.MouseButton.LeftButton, NONE, QPoint(60, 60))
    assert window.session.selection.ids == cluster(window, 2)
    rows[0].accept.click()
    rows[1].reject.click()
    assert {decided(window)[item_id] for item_id in cluster(window, 0)} == {"accepted"}
    assert {decided(window)[item_id] for item_id in cluster(window, 1)} == {"rejected"}
    assert "8 ✓" in legend.rows[0]._counts.text()
    window.session.undo.undo()
    assert cluster(window, 1).isdisjoint(decided(window))


def test_space_and_double_click_open_the_loupe(window, scatter, settle):
    one = sorted(cluster(window, 0))[0]
    x, y = pixels_of(scatter, {one})[0]
    place = QPoint(round(x), round(y))
    QTest.mouseDClick(scatter.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    loupe = window.workspace.loupe
    assert loupe.item.id == one
    QTest.keyClick(loupe, Qt.Key.Key_Right)
    assert loupe.item.id == sorted(cluster(window, 0))[1]
    settle(lambda: loupe.is_loaded)
    QTest.keyClick(loupe, Qt.Key.Key_Escape)
    assert not loupe.isVisible()


def test_pictures_stand_apart_and_hide_no_other_point(scatter):
    QApplication.processEvents()
    pictures = scatter._overlay._pictures
    assert pictures
    pixels = scatter.to_pixels(scatter._xy)
    for rect, item in pictures:
        assert not any(rect.intersects(other) for other, another in pictures if another is not item)
        inside = {one.id for one, (x, y) in zip(scatter._items, pixels, strict=True) if rect.contains(x, y)}
        assert inside == {item.id}


def test_the_card_shows_the_point_under_the_cursor(window, scatter):
    one = sorted(cluster(window, 0))[3]
    x, y = pixels_of(scatter, {one})[0]
    assert scatter.item_at(QPointF(x, y)).id == one
    assert scatter.item_at(QPointF(2, 2)) is None


def test_recolouring_changes_the_picture_and_selecting_draws_rings(window, pane, scatter):
    before = scatter.grab().toImage()
    pane._head.colouring.setCurrentText("Book")
    QApplication.processEvents()
    books = scatter.grab().toImage()
    assert books != before
    window.session.selection.set(cluster(window, 0))
    QApplication.processEvents()
    assert scatter.grab().toImage() != books


def test_without_a_map_the_pane_offers_to_make_one(window, pane, settle):
    with window.session.project.transaction() as index:
        index.execute("DELETE FROM maps")
    window.session.data_changed.emit("maps")
    settle(lambda: not pane._items)
    assert pane._stack.currentWidget() is pane._empty
    assert pane._empty._button.isVisible()


def test_without_pages_the_only_button_leads_to_the_sketchbooks(window, pane, settle):
    with window.session.project.transaction() as index:
        index.execute("UPDATE pages SET gone = 1")
    window.session.data_changed.emit("pages")
    settle(lambda: not pane._shelf())
    assert not pane._controls.isVisible()
    assert pane._empty._button.text() == "Go to Sketchbooks"
    QTest.mouseClick(pane._empty._button, Qt.MouseButton.LeftButton)
    assert window.workspace.pane.TITLE == "Sketchbooks"


def item(item_id: str, **fields) -> Item:
    return Item(item_id, "pages", fields.pop("book", "sb01"), 1, x=0.0, y=0.0, **fields)


def test_classes_by_cluster_stand_in_order_and_take_the_name_of_their_majority():
    items = [item("a", cluster=1, kind="notes"), item("b", cluster=1, kind="notes"), item("c", cluster=0)]
    first, second = classify(items, "Cluster")
    assert (first.name, first.note, second.name, second.note) == ("Cluster 1", "", "Cluster 2", "notes")
    assert [one.id for one in second.items] == ["a", "b"]


def test_other_classes_stand_by_size_and_keep_their_colours():
    few = [item("a", book="sb01"), item("b", book="sb02"), item("c", book="sb02")]
    many = [*few, item("d", book="sb01"), item("e", book="sb01")]
    colours = [{one.name: one.colour for one in classify(items, "Book")} for items in (few, many)]
    assert colours[0] == colours[1]
    assert [one.name for one in classify(many, "Book")] == ["sb01", "sb02"]


def test_the_typical_items_are_those_in_the_middle():
    items = [Item(str(n), "pages", "b", n, cluster=0, x=float(x), y=0.0) for n, x in enumerate((0, 1, 2, 9))]
    assert [one.id for one in classify(items, "Cluster")[0].typical(2)] == ["1", "2"]


def test_a_hidden_map_catches_up_when_it_comes_to_the_front(window, pane, scatter):
    window.workspace.show_pane_named("Sketchbooks")
    chosen = cluster(window, 1)
    window.session.selection.set(chosen)
    window.session.decide_selection("accepted")
    window.workspace.show_pane_named("Map")
    assert scatter._selected == chosen
    accepted = {item.id for item in scatter._items if item.decision == "accepted"}
    assert accepted == chosen


def test_the_next_room_is_offered_once_pages_are_accepted(window, pane):
    assert not pane._bar._next.isVisible()
    window.session.decide("pages", cluster(window, 0), "accepted")
    assert pane._bar._next.text() == "Next: trace 8 accepted pages"
    pane._bar._next.click()
    assert window.workspace.pane.TITLE == "Tracing"


def test_making_the_map_runs_in_the_background_with_what_was_chosen(window, pane, monkeypatch):
    asked = {}

    def start_job(kind, title, topics, **spec):
        asked.update(spec, kind=kind, topics=set(topics))

    monkeypatch.setattr(window.session, "start_job", start_job)
    controls = pane._controls
    controls._k.setValue(5)
    controls._projection.setCurrentText("PCA")
    controls._scope.setCurrentText("What is selected")
    window.session.selection.set({"sb01p002", "sb01p001"})
    controls._make.click()
    assert asked == {
        "kind": "map", "topics": {"maps"}, "level": "pages", "ids": ["sb01p001", "sb01p002"],
        "settings": {
            "model": "efficientnet-lite0", "k": 5, "projection": "pca", "clustering": "kmeans",
            "scope": "chosen",
        },
    }  # fmt: skip


def test_points_glide_to_a_new_map_and_arrive(window, pane, scatter, settle):
    with window.session.project.transaction() as index:
        index.execute("UPDATE maps SET x = -x")
    before = scatter._xy.copy()
    window.session.data_changed.emit("maps")
    settle(lambda: not np.array_equal(scatter._xy, before) and not scatter.is_gliding)
    assert scatter._cloud_xy() == pytest.approx(before * (-1, 1))


@pytest.fixture
def drawings(window, settle) -> list[str]:
    """Two drawings on each of two pages, on a map of their own."""
    from engine.strokes.types import Drawing, as_stroke
    from engine.trace.drawings import replace

    square = as_stroke([(0, 0), (50, 0), (50, 50), (0, 50)])
    ids = [f"{page}/{number}" for page in ("sb01p001", "sb01p002") for number in (1, 2)]
    with window.session.project.transaction() as index:
        for page in ("sb01p001", "sb01p002"):
            replace(index, page, [Drawing((square,)), Drawing((square + 80,))])
        rows = [("drawings", item_id, 0, float(at), 0.5 * at) for at, item_id in enumerate(ids)]
        index.executemany("INSERT INTO maps VALUES (?, ?, ?, ?, ?)", rows)
    window.session.data_changed.emit("drawings")
    settle(lambda: len(window.session.library.shelf("drawings").items) == 4)
    return ids


def test_drawings_have_a_map_and_decisions_of_their_own(window, pane, drawings):
    window.session.selection.set(cluster(window, 1))
    window.workspace.desk.bar._level_buttons[1].click()
    scatter = pane.findChild(LassoScatter)
    assert [item.id for item in scatter._items] == drawings
    assert window.session.selection.ids == frozenset()
    QApplication.processEvents()
    lasso_around(scatter, set(drawings[:2]))
    QTest.keyClick(scatter, Qt.Key.Key_X)
    states = decisions.states(window.session.project.index, "drawings")
    assert {item_id: state.decision for item_id, state in states.items()} == dict.fromkeys(
        drawings[:2], "rejected"
    )
    assert decided(window) == {}


def test_a_drawing_is_shown_in_ink_on_paper(window, drawings):
    item = window.session.library.find(drawings[0])
    image = window.session.pictures.load_small(item)
    darkest = min(image.pixelColor(x, y).lightness() for x in range(0, 256, 2) for y in range(0, 256, 2))
    assert (item.n_strokes, item.number) == (1, 1)
    assert darkest < 60 and image.pixelColor(1, 1).lightness() > 230
