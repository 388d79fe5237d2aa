"""The bar of suggestions: counts that follow the slider, buttons that are dead with nothing to do."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio import theme
from studio.widgets.curation.suggestion_bar import SuggestionBar, SuggestionState

LEFT = Qt.MouseButton.LeftButton
NONE = np.zeros(0)
PROBABILITIES = np.array([0.01, 0.04, 0.05, 0.06, 0.5, 0.7, 0.94, 0.95, 0.97, 0.99])


@pytest.fixture
def bar(qtbot, qapp) -> Iterator[SuggestionBar]:
    """In a parent of its own, as wide as the bar's part of a window."""
    theme.apply(qapp, theme.LIGHT)
    table = QWidget()
    qtbot.addWidget(table)
    row = QHBoxLayout(table)
    row.setContentsMargins(0, 0, 0, 0)
    shown = SuggestionBar()
    row.addWidget(shown)
    table.resize(1000, 60)
    table.show()
    shown.show_state(SuggestionState((0, 0), 24, 12, PROBABILITIES))
    table.layout().activate()
    yield shown


def narrow(bar, width: int) -> None:
    bar.parentWidget().resize(width, 60)
    QCoreApplication.processEvents()


def test_with_too_few_examples_it_says_how_many_are_needed(bar):
    bar.show_state(SuggestionState((2, 4), 3, 1, NONE))
    assert bar.words.text() == "Accept 5 and reject 5, and the studio suggests the rest (3 and 1 so far)"
    assert not bar.accept.isVisible() and not bar.slider.isVisible() and not bar.order.isVisible()
    bar.show_state(SuggestionState((0, 4), 30, 1, NONE))
    assert bar.words.text() == "Reject 5, and the studio suggests the rest (1 so far)"


def test_it_counts_what_is_over_and_under_the_threshold_ends_included(bar):
    assert bar.threshold == 0.95
    assert bar.words.text() == "Learnt from 24 accepted, 12 rejected"
    assert bar.accept.text() == "Accept 3 over .95"
    assert bar.reject.text() == "Reject 3 under .05"


def test_the_slider_changes_the_counts_at_once(bar):
    told = []
    bar.threshold_changed.connect(told.append)
    bar.slider.setFocus()
    for _ in range(3):
        QTest.keyClick(bar.slider, Qt.Key.Key_Right)
    assert told == [0.96, 0.97, 0.98]
    assert bar.figure.text() == ".98"
    assert bar.accept.text() == "Accept 1 over .98"
    assert bar.reject.text() == "Reject 1 under .02"
    QTest.keyClick(bar.slider, Qt.Key.Key_Home)
    assert bar.accept.text() == "Accept 6 over .50"


def test_nothing_moves_under_the_hand_that_moves_the_slider(bar):
    bar.show_state(SuggestionState((0, 0), 24, 12, np.linspace(0, 1, 2100) ** 8))
    bar.layout().activate()
    before = bar.slider.geometry(), bar.accept.geometry(), bar.reject.geometry()
    text = bar.accept.text()
    end = QPoint(2, bar.slider.height() // 2)
    start = QPoint(round(bar.slider.width() * 0.9), bar.slider.height() // 2)
    QTest.mousePress(bar.slider, LEFT, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(bar.slider, end)
    QTest.mouseRelease(bar.slider, LEFT, Qt.KeyboardModifier.NoModifier, end)
    assert bar.threshold < 0.6
    assert bar.n_over > 99 and bar.accept.text() != text
    bar.layout().activate()
    assert (bar.slider.geometry(), bar.accept.geometry(), bar.reject.geometry()) == before


def test_the_buttons_say_what_is_wanted(bar):
    wanted = []
    bar.accept_wanted.connect(lambda over: wanted.append(("accept", over)))
    bar.reject_wanted.connect(lambda under: wanted.append(("reject", under)))
    QTest.mouseClick(bar.accept, LEFT)
    QTest.mouseClick(bar.reject, LEFT)
    assert wanted == [("accept", 0.95), ("reject", 0.05)]


def test_buttons_with_nothing_to_do_are_dead(bar):
    bar.show_state(SuggestionState((0, 0), 24, 12, np.array([0.3, 0.6, 0.96])))
    assert bar.accept.isEnabled() and not bar.reject.isEnabled()
    wanted = []
    bar.reject_wanted.connect(wanted.append)
    QTest.mouseClick(bar.reject, LEFT)
    assert wanted == []


def test_the_toggle_asks_for_the_least_certain_first(bar):
    told = []
    bar.order_toggled.connect(told.append)
    QTest.mouseClick(bar.order, LEFT)
    assert told == [True]
    bar.set_order(False)
    assert told == [True] and not bar.order.isChecked()


def test_code_moves_the_slider_silently(bar):
    told = []
    bar.threshold_changed.connect(told.append)
    bar.set_threshold(0.7)
    assert told == []
    assert bar.threshold == 0.7
    assert bar.accept.text() == "Accept 5 over .70"


def test_nothing_left_is_said(bar):
    bar.show_state(SuggestionState((0, 0), 24, 12, NONE))
    assert bar.words.text() == "Nothing is left to suggest: everything is decided."
    assert not bar.accept.isVisible()


def test_learning_is_said_only_when_it_takes_a_while(bar, qtbot):
    learnt = SuggestionState((0, 0), 25, 12, PROBABILITIES)
    bar.show_state(SuggestionState((0, 0), 25, 12, PROBABILITIES, learning=True))
    assert bar.words.text() == "Learnt from 25 accepted, 12 rejected"
    qtbot.waitUntil(lambda: bar.words.text() == "Learning from 25 accepted, 12 rejected…")
    bar.show_state(learnt)
    assert bar.words.text() == "Learnt from 25 accepted, 12 rejected"
    bar.show_state(SuggestionState((0, 0), 25, 12, PROBABILITIES, learning=True))
    bar.show_state(learnt)
    qtbot.wait(500)
    assert bar.words.text() == "Learnt from 25 accepted, 12 rejected"


@pytest.mark.parametrize("width", [1000, 860, 700, 600, 480, 400, 320, 240, 200])
@pytest.mark.parametrize("n_items", [10, 1900])
def test_everything_shown_has_room(bar, width, n_items):
    bar.show_state(SuggestionState((0, 0), 240, 1120, np.linspace(0, 1, n_items)))
    narrow(bar, width)
    controls = [bar.slider, bar.figure, bar.accept, bar.reject, bar.order]
    shown = [one for one in controls if one.isVisible()]
    assert bar.accept in shown and bar.reject in shown
    assert bar.width() == width
    for one, following in pairwise(shown):
        assert one.geometry().right() < following.geometry().left()
    assert shown[-1].geometry().right() < width
    assert all(one.width() >= one.sizeHint().width() for one in shown)


def test_the_full_words_come_back_with_the_room(bar):
    narrow(bar, 300)
    assert bar.accept.text() == "3"
    narrow(bar, 1000)
    assert bar.accept.text() == "Accept 3 over .95"
