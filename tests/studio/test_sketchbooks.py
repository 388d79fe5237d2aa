"""Sketchbooks under real keys and clicks."""

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTreeWidget

from engine.project import decisions
from studio.widgets.curation.book_list import BookList
from studio.widgets.curation.left_out import LeftOutDialog
from studio.widgets.curation.thumbnail_grid import ThumbnailGrid

KEY = Qt.Key


@pytest.fixture
def pane(window):
    window.workspace.show_pane_named("Sketchbooks")
    return window.workspace.pane


@pytest.fixture
def grid(pane) -> ThumbnailGrid:
    return pane.findChild(ThumbnailGrid)


def click(grid: ThumbnailGrid, row: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    index = grid.model().index(row)
    grid.scrollTo(index)
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifier, grid.visualRect(index).center())


def press(window, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key, modifier)


def shown(grid: ThumbnailGrid) -> list[str]:
    return [item.id for item in grid.model().items]


def decided(window) -> dict[str, str]:
    states = decisions.states(window.session.project.index, "pages")
    return {item_id: state.decision for item_id, state in states.items() if state.decision != "undecided"}


def filter_by(window, decision: str) -> None:
    window.workspace.desk.bar.decision.setCurrentText(decision)


def test_every_page_is_on_the_table_in_shelf_order(grid):
    assert shown(grid)[:2] == ["sb01p001", "sb01p002"]
    assert len(shown(grid)) == 24


def test_keys_decide_about_the_selection_and_ctrl_z_takes_it_back(window, grid):
    click(grid, 0)
    click(grid, 2, Qt.KeyboardModifier.ControlModifier)
    press(window, KEY.Key_P)
    assert decided(window) == {"sb01p001": "accepted", "sb01p003": "accepted"}
    press(window, KEY.Key_X)
    assert decided(window) == {"sb01p001": "rejected", "sb01p003": "rejected"}
    press(window, KEY.Key_U)
    assert decided(window) == {}
    for expected in ("rejected", "accepted", ""):
        press(window, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert set(decided(window).values()) == ({expected} if expected else set())
    press(window, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert decided(window) == {"sb01p001": "accepted", "sb01p003": "accepted"}


def test_each_gesture_and_each_undo_is_one_record_of_the_log(window, grid):
    click(grid, 0)
    click(grid, 5, Qt.KeyboardModifier.ShiftModifier)
    press(window, KEY.Key_P)
    press(window, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    lines = window.session.project.layout.decisions.read_text("utf-8").splitlines()
    assert len(lines) == 2
    assert window.session.undo.count() == 1


def test_focus_goes_to_the_next_visible_page_when_the_decided_one_leaves(window, pane, grid):
    filter_by(window, "undecided")
    click(grid, 4)
    press(window, KEY.Key_X)
    assert "sb01p005" not in shown(grid)
    assert window.session.selection.current == "sb01p006"
    assert window.session.selection.ids == {"sb01p006"}
    press(window, KEY.Key_P)
    assert window.session.selection.current == "sb01p007"


def test_focus_goes_to_the_previous_page_at_the_end_and_nowhere_when_all_are_gone(window, pane, grid):
    filter_by(window, "undecided")
    click(grid, 23)
    press(window, KEY.Key_X)
    assert window.session.selection.current == "sb02p011"
    grid.selectAll()
    press(window, KEY.Key_P)
    assert shown(grid) == []
    assert window.session.selection.ids == frozenset()
    assert window.session.selection.current == ""


def test_the_selection_outlives_a_filter(window, pane, grid):
    click(grid, 0)
    click(grid, 13, Qt.KeyboardModifier.ControlModifier)
    books = pane.findChild(BookList)
    books.setCurrentRow(2)
    assert all(item_id.startswith("sb02") for item_id in shown(grid))
    assert window.session.selection.ids == {"sb01p001", "sb02p002"}
    books.setCurrentRow(0)
    chosen = {grid.model().item_at(index).id for index in grid.selectedIndexes()}
    assert chosen == {"sb01p001", "sb02p002"}


def test_the_grid_shows_what_was_selected_elsewhere(window, grid):
    window.session.selection.set({"sb01p002", "sb01p003", "sb02p001"}, "sb01p003")
    rows = sorted(index.row() for index in grid.selectionModel().selectedIndexes())
    assert rows == [1, 2, 12]
    assert grid.currentIndex().row() == 2


def test_search_narrows_and_typing_p_does_not_decide(window, grid, qtbot):
    click(grid, 0)
    press(window, KEY.Key_Slash)
    field = window.workspace.desk.bar.search
    assert QApplication.focusWidget() is field
    QTest.keyClicks(field, "page 11")
    qtbot.waitUntil(lambda: shown(grid) == ["sb01p011", "sb02p011"])
    assert decided(window) == {}


def test_no_match_offers_the_way_back(window, pane, grid):
    field = window.workspace.desk.bar.search
    field.setText("nothing like it")
    QTest.keyClick(field, KEY.Key_Return)
    assert shown(grid) == [] and pane._nothing.isVisible()
    QTest.mouseClick(pane._nothing._button, Qt.MouseButton.LeftButton)
    assert len(shown(grid)) == 24
    assert field.text() == ""


def test_a_word_that_is_not_understood_is_said_and_restricts_nothing(window, grid):
    field = window.workspace.desk.bar.search
    field.setText("is:foo")
    QTest.keyClick(field, KEY.Key_Return)
    assert len(shown(grid)) == 24
    assert "accepted" in field.toolTip() and field.property("problem")


def test_arrows_move_and_space_opens_the_loupe(window, grid, settle):
    click(grid, 0)
    press(window, KEY.Key_Right)
    assert window.session.selection.current == "sb01p002"
    press(window, KEY.Key_Space)
    loupe = window.workspace.loupe
    assert loupe.isVisible() and loupe.item.id == "sb01p002"
    settle(lambda: loupe.is_loaded)
    press(window, KEY.Key_Right)
    assert loupe.item.id == "sb01p003"
    press(window, KEY.Key_P)
    assert decided(window) == {"sb01p003": "accepted"}
    assert loupe.item.decision == "accepted"
    press(window, KEY.Key_Space)
    assert not loupe.isVisible()
    assert QApplication.focusWidget() is grid


def test_in_the_loupe_a_rejected_page_that_leaves_makes_room_for_the_next(window, pane, grid, settle):
    filter_by(window, "undecided")
    click(grid, 0)
    press(window, KEY.Key_Space)
    press(window, KEY.Key_X)
    assert window.workspace.loupe.item.id == "sb01p002"
    settle(lambda: window.workspace.loupe.is_loaded)


def test_the_loupe_zooms_where_the_cursor_is(window, grid, settle):
    click(grid, 0)
    press(window, KEY.Key_Space)
    loupe = window.workspace.loupe
    settle(lambda: loupe.is_loaded)
    place = QPoint(loupe.width() // 2 + 40, loupe.height() // 2)
    QTest.mouseDClick(loupe, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert loupe.zoom == pytest.approx(3.0)
    press(window, KEY.Key_0)
    assert loupe.zoom == 1.0


def test_the_inspector_says_what_is_selected(window, grid):
    inspector = window.workspace.inspector
    click(grid, 0)
    assert inspector._title.text() == "sb01  page 1"
    grid.selectAll()
    assert inspector._title.text() == "24 pages"
    QTest.mouseClick(inspector._accept, Qt.MouseButton.LeftButton)
    assert len(decided(window)) == 24


def test_a_kind_is_given_by_the_inspector_and_undone(window, grid):
    click(grid, 0)
    inspector = window.workspace.inspector
    inspector._kind.setCurrentText("watercolour")
    inspector._on_kind_activated(0)
    assert window.session.library.find("sb01p001").kind == "watercolour"
    window.session.undo.undo()
    assert window.session.library.find("sb01p001").kind == ""


def test_a_decision_keeps_the_scroll_position(window, grid):
    grid.verticalScrollBar().setValue(120)
    window.session.selection.set({"sb01p001"})
    grid.verticalScrollBar().setValue(120)
    window.session.decide_selection("accepted")
    assert grid.verticalScrollBar().value() == 120


def test_the_rail_counts_what_is_left(window, pane, grid):
    assert pane.count_text() == "24 to look at"
    grid.selectAll()
    press(window, KEY.Key_P)
    assert pane.count_text() == "all 24 decided"


def test_a_full_disk_is_said_and_the_gesture_drops_out(window, grid, monkeypatch):
    from engine.errors import UserError

    def refuse(_gesture):
        raise UserError("The disk is full.", "Free some space.")

    click(grid, 0)
    monkeypatch.setattr(window.session.project, "decide", refuse)
    press(window, KEY.Key_P)
    assert decided(window) == {}
    assert window.session.undo.count() == 0
    assert "disk is full" in window.strip._title.text()


def test_clicking_in_the_filmstrip_moves_the_focus_not_the_selection(window, grid):
    click(grid, 0)
    click(grid, 3, Qt.KeyboardModifier.ShiftModifier)
    strip = window.workspace._filmstrip._strip
    index = strip.model().index(2)
    strip.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    assert window.session.selection.current == "sb01p003"
    assert len(window.session.selection.ids) == 4


def test_files_left_out_are_listed_with_their_reason(window, pane, tmp_path, qtbot):
    scans = tmp_path / "more"
    scans.mkdir()
    (scans / "sb09p001.jpg").write_bytes(b"not a picture")
    with qtbot.waitSignal(window.session.jobs.finished, timeout=60_000):
        window.import_scans([scans])
    qtbot.waitUntil(pane._left_out.isVisible, timeout=5_000)
    assert pane._left_out.text() == "1 file left out"
    pane._left_out.click()
    dialog = pane.findChild(LeftOutDialog)
    row = dialog.findChild(QTreeWidget).topLevelItem(0)
    assert row.text(0) == "sb09p001.jpg" and "image" in row.text(1)
    dialog.close()


def test_an_empty_project_shows_the_one_thing_to_do(start, tmp_path, settle):
    assert start.new_project(tmp_path / "fresh")
    settle(start.workspace.is_settled)
    empty = start.workspace.pane._empty
    assert empty.isVisible() and empty._button.text() == "Add a folder of scans…"
    start.workspace.show_pane_named("Map")
    assert start.workspace.pane._empty._button.text() == "Go to Sketchbooks"
