"""The parts of the recipe: lists to tick, days, the drawer of pieces, strips of drawings."""

import numpy as np
import pytest
from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from engine.dataset.assembly import FRAGMENTS
from engine.dataset.recipe import Recipe
from engine.strokes.types import Drawing
from studio.models.recipe_preview import RecipePreview
from studio.widgets.datasets.assembly_drawer import AssemblyDrawer
from studio.widgets.datasets.check_list import CheckList
from studio.widgets.datasets.date_range import DateRange
from studio.widgets.datasets.drawing_strip import DrawingStrip
from studio.widgets.datasets.recipe_funnel import RecipeFunnel

LINE = Drawing((np.array([[0, 0], [100, 200]], np.float32),))


@pytest.fixture
def show(qtbot):
    def it(widget, width=300, height=300):
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        return widget

    return it


def click(widget, pos=None):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=pos or QPoint(8, 8))


# -- lists to tick -------------------------------------------------------------------------------------


def books(show, chosen=None, folds=True):
    boxes = show(CheckList("Books", folds=folds))
    boxes.show_choices({"a": "a", "b": "b", "c": "c"}, {"a": 1200, "b": 2}, chosen)
    return boxes


def test_all_is_all_and_one_less_is_some(show):
    boxes = books(show)
    assert boxes.is_all and boxes.chosen == ("a", "b", "c") and boxes._summary.text() == "all 3"
    assert boxes._counts["a"].text() == "1,200" and boxes._counts["c"].text() == "0"
    assert not boxes._ticks["a"].isVisible()
    click(boxes.fold)
    click(boxes._ticks["b"])
    assert boxes.chosen == ("a", "c") and not boxes.is_all and boxes._summary.text() == "2 of 3"
    assert boxes.all.checkState() == Qt.CheckState.PartiallyChecked


def test_the_heading_ticks_all_then_none(show, qtbot):
    boxes = books(show, ("a",))
    with qtbot.waitSignals([boxes.changed] * 2):
        click(boxes.all)
        assert boxes.is_all
        click(boxes.all)
    assert boxes.is_none and boxes.chosen == ()


def test_what_is_gone_stays_chosen_and_showing_says_nothing(show, qtbot):
    boxes = show(CheckList("Books"))
    assert not boxes.is_none  # nothing to tick is no mistake
    with qtbot.assertNotEmitted(boxes.changed):
        boxes.show_choices({"a": "a"}, {}, ("a", "lost"))
    assert boxes.chosen == ("a", "lost")


# -- days ----------------------------------------------------------------------------------------------


def test_any_day_is_no_day(show):
    days = show(DateRange())
    days.show_days("2014-05-01", "2021-11-18", ("", ""), undated=False)
    assert days.days == ("", "") and days.after.text() == "any day"
    assert not days.undated.isEnabled()


def test_a_day_is_stepped_or_typed(show, qtbot):
    days = show(DateRange())
    days.show_days("2014-05-01", "2021-11-18", ("", ""), undated=False)
    with qtbot.waitSignal(days.changed):
        QTest.keyClick(days.after, Qt.Key.Key_Up)
    assert days.days[0] >= "2014-05-01" and days.undated.isEnabled()
    days.before.setDate(QDate(2016, 1, 1))
    assert days.days[1] == "2016-01-01"
    with qtbot.waitSignal(days.changed):
        click(days.undated)
    days.show_days("2014-05-01", "2021-11-18", ("2015-03-01", ""), undated=True)
    assert days.days == ("2015-03-01", "") and days.undated.isChecked()


# -- the drawer ----------------------------------------------------------------------------------------


def test_the_drawer_is_closed_until_something_is_assembled(show, qtbot):
    drawer = show(AssemblyDrawer(Recipe(assemble=FRAGMENTS).to_json()), height=500)
    drawer.show_recipe(Recipe().to_json())
    join = drawer.switches["assemble.join"]
    assert not join.isVisible()
    click(drawer.fold)
    assert join.isVisible() and not drawer.rows["assemble.join.gap_pens"].isVisible()
    with qtbot.waitSignal(drawer.switched) as switched:
        click(join)
    assert switched.args[0] == "assemble.join" and switched.args[1]["gap_pens"] == FRAGMENTS.join.gap_pens
    other = show(AssemblyDrawer(Recipe(assemble=FRAGMENTS).to_json()), height=500)
    other.show_recipe(Recipe(assemble=FRAGMENTS).to_json())
    assert other.rows["min_area"].isVisible() and other.rows["assemble.pen_units"].isVisible()
    with qtbot.waitSignal(other.switched) as switched:
        click(other.switches["assemble.separate"])
    assert switched.args == ["assemble.separate", None]


# -- strips --------------------------------------------------------------------------------------------


def strip_of(show, count, **how):
    strip = show(DrawingStrip("Kept", **how), 500)
    strip.show_drawings([(f"id{n}", f"drawing {n}", LINE) for n in range(count)])
    return strip


def test_a_strips_model_is_sound(show, qapp):
    strip = strip_of(show, 5)
    tester = QAbstractItemModelTester(strip._model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    strip.show_drawings([("x", "x", LINE)])
    strip.show_drawings([])
    tester.deleteLater()


@pytest.mark.parametrize(("count", "rows"), [(3, 1), (5, 1), (6, 2), (12, 3)])
def test_cards_stand_in_as_few_rows_as_there_is_room_for(show, count, rows):
    strip = strip_of(show, count)
    cell = strip.gridSize().width()
    assert strip.height() == rows * cell
    last = strip.visualRect(strip.model().index(count - 1, 0))
    assert last.bottom() <= strip.height() and last.right() <= strip.width()


def test_one_row_shows_whole_cards_only(show):
    strip = strip_of(show, 30, one_row=True)
    cell = strip.gridSize().width()
    assert strip.height() == cell and strip.width() // cell == 5


def test_the_one_chosen_stays_chosen_silently(show, qtbot):
    strip = strip_of(show, 5)
    with qtbot.waitSignal(strip.chosen) as chosen:
        click(strip.viewport(), strip.visualRect(strip.model().index(2, 0)).center())
    assert chosen.args == ["id2"]
    with qtbot.assertNotEmitted(strip.chosen):
        strip.show_drawings([(f"id{n}", "", LINE) for n in (4, 2, 1)])
        assert strip.current_id == "id2"
        strip.choose("gone")
    assert strip.current_id == ""


def test_double_click_and_enter_look_closely_and_letters_go_on(show, qtbot):
    strip = strip_of(show, 3)
    middle = strip.visualRect(strip.model().index(1, 0)).center()
    with qtbot.waitSignal(strip.opened) as opened:
        click(strip.viewport(), middle)
        QTest.mouseDClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert opened.args == ["id1"]
    with qtbot.waitSignal(strip.opened):
        QTest.keyClick(strip, Qt.Key.Key_Return)
    QTest.keyClicks(strip, "d")
    assert strip.current_id == "id1"


# -- the funnel ----------------------------------------------------------------------------------------


def test_the_funnel_tells_its_numbers_to_those_who_do_not_see_them(show):
    funnel = show(RecipeFunnel(), 600)
    assert "– pages" in funnel.accessibleDescription()
    funnel.show_preview(
        RecipePreview(pages=1, candidates=2000, kept=1990, points=5, train=1900, valid=60, test=30)
    )
    words = funnel.accessibleDescription()
    assert "1 page," in words and "2,000 drawings" in words and "10 left out" in words


@pytest.mark.parametrize("preview", [None, RecipePreview(), RecipePreview(candidates=3)])
def test_the_funnel_paints_nothing_much_without_failing(show, preview):
    funnel = show(RecipeFunnel(), 600)
    funnel.show_preview(preview)
    assert not funnel.grab().isNull()
