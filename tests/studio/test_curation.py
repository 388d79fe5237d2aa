"""What stands around grid and map: filters, look-alikes, comparing, notes, names, history, the view kept."""

import json

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.project import decisions
from studio.models.filters import ItemFilter
from studio.widgets.curation.thumbnail_grid import ThumbnailGrid
from studio.widgets.map.cluster_legend import ClusterLegend
from studio.widgets.map.lasso_scatter import LassoScatter
from studio.widgets.map.share_dialog import ShareDialog
from tests.studio.vectors import put_vectors

pytest_plugins = ("tests.studio.fake_jobs",)
KEY = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def session(window):
    return window.session


@pytest.fixture
def grid(window) -> ThumbnailGrid:
    window.workspace.show_pane_named("Sketchbooks")
    return window.workspace.pane.findChild(ThumbnailGrid)


def shown(session) -> list[str]:
    return [item.id for item in session.curation.shown]


def states(session) -> dict[str, decisions.State]:
    return decisions.states(session.project.index, "pages")


def decided(session) -> dict[str, str]:
    return {item_id: s.decision for item_id, s in states(session).items() if s.decision != "undecided"}


def log(session) -> list[dict]:
    return [json.loads(line) for line in session.project.layout.decisions.read_text("utf-8").splitlines()]


def choose(session, *ids: str) -> None:
    session.selection.set(ids, ids[0])


# -- one view of the collection ----------------------------------------------------------------------------


def test_grid_and_map_show_the_same_and_the_map_hides_the_rest(window, session, grid):
    window.workspace.desk.bar.decision.setCurrentText("undecided")
    session.decide("pages", ["sb01p001", "sb01p002"], "rejected")
    assert [item.id for item in grid.model().items] == shown(session) and len(shown(session)) == 22
    window.workspace.show_pane_named("Map")
    scatter = window.workspace.pane.findChild(LassoScatter)
    hidden = {item.id for item, is_shown in zip(scatter._items, scatter._shown, strict=True) if not is_shown}
    assert hidden == {"sb01p001", "sb01p002"}


def test_filters_do_not_reach_from_one_level_to_the_other_but_for_book_and_words(session):
    session.curation.set_filter(ItemFilter(book="sb01", decision="accepted", text="page"))
    session.curation.set_level("drawings")
    assert session.curation.filter == ItemFilter(book="sb01", text="page")


def test_without_drawings_pages_are_looked_at(open_window, project_folder, settle):
    (project_folder / "view.json").write_text('{"curation": {"level": "drawings"}}')
    window = open_window()
    assert window.open_project(project_folder)
    settle(lambda: bool(window.session.curation.items))
    assert window.session.curation.level == "pages" and len(shown(window.session)) == 24


def test_n_goes_to_the_next_undecided_and_round_the_end(window, session, grid):
    session.decide("pages", [f"sb01p{number:03d}" for number in range(2, 13)], "accepted")
    choose(session, "sb01p001")
    grid.setFocus()
    QTest.keyClick(grid, KEY.Key_N)
    assert session.selection.current == "sb02p001"
    choose(session, "sb02p012")
    QTest.keyClick(grid, KEY.Key_N)
    assert session.selection.current == "sb01p001"
    session.decide("pages", shown(session), "rejected")
    QTest.keyClick(grid, KEY.Key_N)
    assert "Nothing is left" in window.strip._title.text()


def test_letters_of_the_curation_are_dead_in_rooms_without_items(window, session):
    window.workspace.show_pane_named("Training")
    assert not window.actions_by_name["compare"].isEnabled()
    window.workspace.show_pane_named("Map")
    assert window.actions_by_name["compare"].isEnabled()


# -- filters by figures ------------------------------------------------------------------------------------


@pytest.fixture
def measured(session, settle):
    from engine.curate.measures import measure_items

    measure_items(session.project)
    session.data_changed.emit("pages")
    settle(lambda: all(item.ink_share == item.ink_share for item in session.curation.items))
    return session


def test_a_range_brushed_in_a_histogram_filters_the_grid(window, measured, grid, settle):
    grid.setFocus()
    QTest.keyClick(grid, KEY.Key_F)
    panel = window.workspace.desk.filtering.panel
    settle(lambda: "ink" in panel.histograms)
    histogram = panel.histograms["ink"]
    settle(lambda: histogram.width() > 100)
    y = histogram.height() // 2
    QTest.mousePress(histogram, Qt.MouseButton.LeftButton, pos=QPoint(histogram.width() // 2, y))
    QTest.mouseMove(histogram, QPoint(histogram.width() - 30, y))
    QTest.mouseMove(histogram, QPoint(histogram.width() - 2, y))
    QTest.mouseRelease(histogram, Qt.MouseButton.LeftButton, pos=QPoint(histogram.width() - 2, y))
    settle(lambda: 0 < len(shown(measured)) < 24)
    (brushed,) = measured.curation.filter.ranges
    assert brushed.key == "ink"
    for item in measured.curation.items:
        assert (brushed.low <= 100 * item.ink_share <= brushed.high) == (item.id in shown(measured))


def test_filters_kept_under_a_name_come_back_and_undo_brings_back_a_thrown_one(window, measured):
    panel = window.workspace.desk.filtering.panel
    wanted = ItemFilter(book="sb02", decision="undecided").with_ranges({"ink": (0.0, 50.0)})
    measured.curation.set_filter(wanted)
    panel.save_wanted.emit("second book")
    measured.curation.set_filter(ItemFilter())
    panel.saved_chosen.emit("second book")
    assert measured.curation.filter == wanted
    panel.saved_removed.emit("second book")
    assert json.loads(measured.project.layout.filters.read_text()) == {}
    measured.undo.undo()
    assert list(json.loads(measured.project.layout.filters.read_text())) == ["second book"]


# -- look-alikes and comparing -----------------------------------------------------------------------------


@pytest.fixture
def twins(session, settle) -> tuple[str, str]:
    """Page 2 of the first book is there twice: its second scan has the same content."""
    put_vectors(session.project)
    with session.project.transaction() as index:
        index.execute(
            "UPDATE pages SET sha256 = (SELECT sha256 FROM pages WHERE id = 'sb01p002') WHERE id = 'sb02p005'"
        )
    session.data_changed.emit("pages")
    settle(lambda: bool(session.learning.alike("pages").groups))
    return ("sb01p002", "sb02p005")


def test_look_alikes_are_found_shown_alone_and_settled_by_one_gesture(window, session, twins, grid, settle):
    session.curation.set_filter(ItemFilter(alike=True))
    assert shown(session) == list(twins)
    session.curation.set_filter(ItemFilter())
    choose(session, twins[1])
    box = window.workspace.inspector._alike
    settle(box.isVisible)
    assert box._reason.text() == "the same file"
    QTest.mouseClick(box._keep, Qt.MouseButton.LeftButton)
    assert decided(session) == {twins[1]: "accepted", twins[0]: "rejected"}
    assert session.undo.count() == 1 and len(log(session)) == 1
    session.undo.undo()
    assert decided(session) == {}


def test_c_puts_two_side_by_side_and_keys_decide_about_the_active_side(window, session, grid, settle):
    choose(session, "sb01p003", "sb01p004")
    grid.setFocus()
    QTest.keyClick(grid, KEY.Key_C)
    view = window.workspace.desk.comparing.view
    assert view is not None and view.ids == ["sb01p003", "sb01p004"]
    settle(lambda: view.is_loaded)
    QTest.keyClick(view, KEY.Key_X)
    assert decided(session) == {"sb01p003": "rejected"}
    QTest.keyClick(view, KEY.Key_Tab)
    QTest.keyClick(view, KEY.Key_P)
    assert decided(session) == {"sb01p003": "rejected", "sb01p004": "accepted"}
    assert [item.decision for item in view.items] == ["rejected", "accepted"]
    QTest.keyClick(view, KEY.Key_Down)
    assert view.ids == ["sb01p003", "sb01p005"]
    QTest.keyClick(view, KEY.Key_Space)
    assert window.workspace.desk.comparing.view is None
    assert QApplication.focusWidget() is grid


def test_keep_this_in_the_comparison_is_one_step(window, session, grid, settle):
    choose(session, "sb01p003", "sb01p004", "sb01p005")
    window.workspace.desk.comparing.toggle()
    view = window.workspace.desk.comparing.view
    settle(lambda: view.is_loaded)
    QTest.keyClick(view, KEY.Key_K)
    assert decided(session) == {"sb01p003": "accepted", "sb01p004": "rejected", "sb01p005": "rejected"}
    session.undo.undo()
    assert decided(session) == {}


def test_one_alone_is_compared_with_its_look_alike_else_with_the_next(window, session, twins):
    choose(session, twins[0])
    window.workspace.desk.comparing.toggle()
    assert window.workspace.desk.comparing.view.ids == list(twins)
    window.workspace.show_pane_named("Map")
    assert window.workspace.desk.comparing.view is None
    choose(session, "sb01p007")
    window.workspace.desk.comparing.toggle()
    assert window.workspace.desk.comparing.view.ids == ["sb01p007", "sb01p008"]


# -- the artist's own words --------------------------------------------------------------------------------


def test_a_note_is_kept_when_the_artist_turns_to_another_page(window, session, grid):
    choose(session, "sb01p001")
    note = window.workspace.inspector._note
    note.setFocus()
    QTest.keyClicks(note, "the one with the Ship")
    choose(session, "sb01p002")
    assert session.library.find("sb01p001").note == "the one with the Ship"
    assert note.toPlainText() == "" and decided(session) == {}
    session.curation.set_filter(ItemFilter(text="ship"))
    assert shown(session) == ["sb01p001"]
    session.undo.undo()
    assert session.library.find("sb01p001").note == ""


def test_a_cluster_is_named_in_its_row_and_undo_takes_the_name_away(window, session, settle):
    window.workspace.show_pane_named("Map")
    legend = window.workspace.pane.findChild(ClusterLegend)
    row = legend.rows[1]
    QTest.mouseDClick(row, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    QTest.keyClicks(row._word, "profiles")
    QTest.keyClick(row._word, KEY.Key_Return)
    assert session.library.cluster_names("pages") == {1: "profiles"}
    assert legend.rows[1]._name.text() == "profiles" and decided(session) == {}
    choose(session, next(item.id for item in session.curation.items if item.cluster == 1))
    assert log(session)[-1]["how"]["by"] == "class" and len(log(session)[-1]["names"]["profiles"]) == 8
    session.undo.undo()
    assert session.library.cluster_names("pages") == {} and legend.rows[1]._name.text() == "Cluster 2"


def test_a_row_can_be_called_a_kind_of_the_artists_own(window, session):
    window.workspace.show_pane_named("Map")
    session.name_kind("pages", ["sb01p001"], "dreams")
    pane = window.workspace.pane
    legend = pane.findChild(ClusterLegend)
    legend.rows[2].more.click()
    action = next(one for one in legend._menu.actions() if one.data() == "dreams")
    action.trigger()
    legend._menu.close()
    kinds = {item.kind for item in session.curation.items if item.cluster == 2}
    assert kinds == {"dreams"}
    assert session.undo.count() == 2


# -- by what is drawn --------------------------------------------------------------------------------------


def test_the_search_by_what_is_drawn_is_hidden_where_the_model_knows_no_words(window, session, settle):
    settle(lambda: not session.tasks.busy)
    assert not window.workspace.desk.bar._by_look.isVisible()


def test_a_description_ranks_the_grid_and_the_chip_goes_back(window, session, grid, fake_text_search, settle):
    bar = window.workspace.desk.bar
    settle(lambda: not session.tasks.busy)
    bar.show_by_look(True)
    QTest.mouseClick(bar._by_look, Qt.MouseButton.LeftButton)
    QTest.keyClicks(bar.search, "sb02p003,sb01p001")
    assert len(shown(session)) == 24
    QTest.keyClick(bar.search, KEY.Key_Return)
    settle(lambda: session.curation.ranking is not None)
    assert shown(session) == ["sb02p003", "sb01p001"] == [item.id for item in grid.model().items]
    QTest.mouseClick(bar._chip, Qt.MouseButton.LeftButton)
    assert len(shown(session)) == 24


def test_a_search_that_cannot_be_made_says_why(window, session, fake_text_search, settle):
    window.workspace.desk.bar.likeness_searched.emit("refuse")
    settle(lambda: "cannot be searched" in window.strip._title.text())
    assert session.curation.ranking is None


# -- history -----------------------------------------------------------------------------------------------


def test_going_back_in_the_history_is_one_step_that_can_be_taken_back(window, session, grid, settle):
    session.decide("pages", ["sb01p001", "sb01p002"], "accepted")
    session.note("pages", "sb01p003", "later")
    session.decide("pages", ["sb01p002"], "rejected")
    QTest.keyClick(grid, KEY.Key_H, CONTROL)
    history = window.workspace.desk.history
    settle(lambda: not session.tasks.busy)
    assert history.isVisible()
    history.back_wanted.emit(1)
    settle(lambda: not session.tasks.busy)
    assert decided(session) == {"sb01p001": "accepted", "sb01p002": "accepted"}
    assert session.library.find("sb01p003").note == ""
    assert len(log(session)) == 4 and log(session)[-1]["how"] == {"by": "history", "back_to": 1}
    session.undo.undo()
    assert decided(session) == {"sb01p001": "accepted", "sb01p002": "rejected"}
    assert session.library.find("sb01p003").note == "later"


# -- the next evening --------------------------------------------------------------------------------------


def test_the_next_evening_begins_where_this_one_ended(open_window, project_folder, settle):
    first = open_window()
    assert first.open_project(project_folder)
    settle(first.workspace.is_settled)
    session = first.session
    session.curation.set_filter(ItemFilter(book="sb01"))
    session.curation.auto_advance = True
    session.selection.set(["sb01p004", "sb01p007"], "sb01p007")
    first.workspace.desk.suggestions.set_threshold(0.8)
    first.workspace.show_pane_named("Map")
    pane = first.workspace.pane
    settle(first.workspace.is_settled)
    pane._head.colouring.setCurrentText("Book")
    pane._head.tools.button(1).click()
    pane._scatter.zoom_to(frozenset({"sb01p004", "sb01p007"}))
    place = pane._scatter.view_state()
    assert first.close()

    again = open_window()
    assert again.open_project(project_folder)
    settle(again.workspace.is_settled)
    session, pane = again.session, again.workspace.pane
    assert pane.TITLE == "Map"
    assert session.selection.ids == {"sb01p004", "sb01p007"} and session.selection.current == "sb01p007"
    assert session.curation.filter == ItemFilter(book="sb01") and session.curation.auto_advance
    assert again.workspace.desk.suggestions.threshold == pytest.approx(0.8)
    assert pane._head.colouring.currentText() == "Book" and pane._head.tools.checkedId() == 1
    assert pane._scatter.view_state() == pytest.approx(place)


@pytest.mark.parametrize(
    "text", ["", "[1, 2]", '{"pane": 7, "curation": 3, "panes": {"Map": []}, "sizes": "x"}']
)
def test_a_view_that_cannot_be_read_costs_nothing(open_window, project_folder, settle, text):
    (project_folder / "view.json").write_text(text)
    window = open_window()
    assert window.open_project(project_folder)
    settle(window.workspace.is_settled)
    assert window.workspace.pane.TITLE == "Sketchbooks"
    assert len(shown(window.session)) == 24


def test_hidden_points_are_not_in_the_card_either(window, session):
    window.workspace.show_pane_named("Map")
    session.curation.set_filter(ItemFilter(book="sb02"))
    scatter = window.workspace.pane.findChild(LassoScatter)
    rows = [at for at, item in enumerate(scatter._items) if item.book == "sb01"]
    x, y = scatter.to_pixels(scatter._xy[rows])[0]
    under = scatter.item_at(QPointF(x, y))
    assert under is None or under.book == "sb02"


# -- sharing -----------------------------------------------------------------------------------------------


def test_the_map_is_shared_by_a_job_and_what_is_private_stays_at_home(window, session, qtbot, tmp_path):
    session.name_kind("pages", ["sb01p001"], "notes")
    session.decide("pages", ["sb01p002"], "rejected")
    window.workspace.show_pane_named("Map")
    window.workspace.pane._head._share.click()
    dialog = window.findChild(ShareDialog)
    assert [box.isChecked() for box in dialog._kinds.values()] == [False]
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000) as heard:
        dialog.wanted.emit(dialog.choice(tmp_path / "page"))
    dialog.close()
    assert heard.args[0].outcome == "done", heard.args[0].message
    text = (tmp_path / "page" / "index.html").read_text("utf-8")
    assert "sb01p003" in text and "sb01p001" not in text and "sb01p002" not in text
