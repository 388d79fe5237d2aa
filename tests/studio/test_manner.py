"""How the machine draws: the same to the window and to the engine, remembered, chosen on a small sheet."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from engine.sampling.options import Options
from studio.gallery import manner as manners
from studio.gallery.manner import Manner
from studio.widgets.gallery.manner_panel import MannerPanel

ALL = Manner(
    variability=0.8,
    choice=0.6,
    spread=0.7,
    pen=1.1,
    top_p=0.9,
    seed=7,
    era=1,
    one_stroke=True,
    points=(40, 120),
    side=(50.0, 150.0),
    start=(60.0, 140.0),
    retry=False,
)
TEMPERATURES = st.none() | st.floats(0.01, 10)
MANNERS = st.builds(
    Manner,
    variability=st.floats(0.01, 10),
    choice=TEMPERATURES,
    spread=TEMPERATURES,
    pen=TEMPERATURES,
    top_p=st.floats(0.01, 1),
    seed=st.integers(0, 9999),
    era=st.integers(-1, 3),
    one_stroke=st.booleans(),
    points=st.tuples(st.integers(0, 40), st.integers(40, 90)) | st.tuples(st.integers(1, 40), st.just(0)),
    side=st.tuples(st.floats(0, 40), st.floats(40, 200)),
    start=st.none() | st.tuples(st.floats(0, 200), st.floats(0, 200)),
    retry=st.booleans(),
)


@given(MANNERS)
def test_the_engine_understands_every_manner(manner):
    options = Options.from_json(json.loads(json.dumps(manner.options())))
    assert options.temperatures.pen == pytest.approx(manner.usual_pen if manner.pen is None else manner.pen)
    assert all(getattr(options, name) == getattr(manner, name) for name in manner.to_json())


@given(MANNERS)
def test_it_comes_back_from_json(manner):
    assert Manner.from_json(json.loads(json.dumps(manner.to_json()))) == manner


def test_only_what_was_chosen_is_asked_for():
    assert Manner().options() == {"retry": True}
    assert Manner(retry=False, seed=3).options() == {"seed": 3}
    assert {**ALL.options(), "retry": False} == ALL.to_json()


def test_a_remembered_manner_that_makes_no_sense_is_as_usual():
    for values in ({"top_p": 2}, {"points": [9, 3]}, {"points": 4}, {"choice": "high"}, {"start": [1]}):
        assert Manner.from_json(values) == Manner()
    assert Manner.from_json({"top_p": 0.5, "of_a_later_version": 1}) == Manner(top_p=0.5)


def test_it_is_remembered_but_for_what_belongs_to_the_moment():
    manners.remember(ALL)
    assert manners.recall() == replace(ALL, variability=0.5, seed=0, era=-1)


def test_an_era_that_a_model_does_not_know_is_left_open():
    assert ALL.among(2).era == 1
    assert ALL.among(1).era == ALL.among(0).era == -1


def test_words():
    assert Manner(variability=0.9, seed=4).in_words() == []
    assert Manner(variability=0.9, seed=4).is_usual
    assert not Manner(retry=False).is_usual
    assert ALL.in_words() == [
        "choice 0.6",
        "spread 0.7",
        "pen lifts 1.1",
        "top-p 0.9",
        "one line",
        "40 to 120 points",
        "50 to 150 units large",
        "from 60, 140",
        "era 2",
        "poor drawings too",
    ]
    assert Manner(points=(40, 0), side=(0, 90)).in_words() == ["at least 40 points", "at most 90 units large"]


# -- the sheet -----------------------------------------------------------------------------------------


@pytest.fixture
def panel(qtbot):
    shown = MannerPanel()
    qtbot.addWidget(shown)
    shown.show_manner(Manner(0.7, seed=5))
    shown.show()
    return shown


def changed_by(panel, act) -> Manner:
    heard = []
    panel.changed.connect(heard.append)
    act()
    panel.changed.disconnect(heard.append)
    assert heard
    return heard[-1]


def test_it_shows_any_manner_silently_and_gives_it_back(panel):
    heard = []
    panel.changed.connect(heard.append)
    panel.show_eras([["sb01"], ["sb02"]])
    panel.show_manner(ALL)
    assert not heard
    assert replace(panel.form.put_into(Manner(0.8, seed=7)), start=panel.pad.place) == ALL


def test_arrows_begin_where_the_variability_is(panel):
    assert panel.form.choice.text() == "as variability, 0.70"
    assert panel.form.pen.text() == "as variability, 0.93"
    assert changed_by(panel, panel.form.choice.stepUp) == Manner(0.7, seed=5, choice=0.75)
    assert panel.form.spread.text() == "as variability, 0.70"
    panel.show_manner(Manner(0.2))
    assert panel.form.choice.text() == "as variability, 0.20"


def test_at_least_never_exceeds_at_most(panel):
    most, least = panel.form.points._most, panel.form.points._least
    assert changed_by(panel, lambda: most.setValue(50)).points == (0, 50)
    assert changed_by(panel, lambda: least.setValue(80)).points == (80, 80)
    assert changed_by(panel, lambda: most.setValue(60)).points == (60, 60)


def test_a_click_says_where_the_pen_begins_and_a_button_that_it_does_not_matter(panel):
    def click():
        QTest.mouseClick(panel.pad, Qt.MouseButton.LeftButton, pos=QPoint(60, 140))

    assert changed_by(panel, click).start == (60.0, 140.0)
    assert changed_by(panel, lambda: QTest.keyClick(panel.pad, Qt.Key.Key_Left)).start == (55.0, 140.0)
    assert (
        changed_by(panel, lambda: QTest.mouseClick(panel._anywhere, Qt.MouseButton.LeftButton)).start is None
    )
    assert not panel._anywhere.isEnabled()


def test_as_usual_keeps_variability_and_seed(panel):
    assert not panel._usual.isEnabled()
    panel.show_manner(replace(ALL, era=-1))
    usual = changed_by(panel, lambda: QTest.mouseClick(panel._usual, Qt.MouseButton.LeftButton))
    assert usual == Manner(0.8, seed=7)
    assert panel.form.retry.isChecked()
    assert panel.pad.place is None


def test_eras_are_offered_only_by_models_that_know_some(panel):
    assert not panel.form.era.isVisible()
    panel.show_eras([["sb01", "sb02"], ["sb03"]])
    assert panel.form.era.isVisible()
    panel.form.era.setCurrentIndex(2)
    assert changed_by(panel, lambda: panel.form.era.activated.emit(2)).era == 1
    panel.show_eras([])
    assert panel.manner.era == -1


@pytest.mark.parametrize(("x", "y"), [(700, 560), (20, 10), (760, 100)])
def test_it_opens_on_the_screen(qtbot, panel, monkeypatch, x, y):
    button = QWidget()
    qtbot.addWidget(button)
    button.setGeometry(x, y, 24, 24)
    button.show()
    panel.hide()
    places = []  # where it is put: the test's screen shifts every window by a frame
    monkeypatch.setattr(MannerPanel, "move", lambda _panel, left, top: places.append((left, top)))
    panel.open_at(button)
    room, ((left, top),) = button.screen().availableGeometry(), places
    assert room.contains(QRect(left, top, panel.width(), panel.height()))
    foot = button.mapToGlobal(QPoint(0, button.height())).y()
    assert top >= foot or top + panel.height() <= foot - button.height()
