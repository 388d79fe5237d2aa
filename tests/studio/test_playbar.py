"""The clock of the players, and the slider of the stages."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from studio.widgets.player.playbar import Playbar
from studio.widgets.tracing.stage_slider import Stage, StageSlider


@pytest.fixture
def bar(qtbot):
    shown = Playbar()
    qtbot.addWidget(shown)
    shown.show()
    shown.set_duration(0.4)
    return shown


@pytest.fixture
def slider(qtbot):
    shown = StageSlider([Stage("Ink"), Stage("Strokes", "22"), Stage("Joined", "4"), Stage("Spliced", "2")])
    qtbot.addWidget(shown)
    shown.resize(480, 64)
    shown.show()
    return shown


def test_it_starts_at_the_end_and_plays_from_the_start_to_the_end(bar, qtbot):
    times = []
    bar.moved.connect(times.append)
    assert bar.time_s == 0.4
    bar.toggle()
    qtbot.waitUntil(lambda: not bar.is_playing, timeout=3000)
    assert times[0] == 0.0
    assert times[-1] == 0.4
    assert times == sorted(times)
    assert len(times) > 4


def test_speed_shortens_the_wait(bar, qtbot):
    bar.set_duration(4.0)
    bar.set_speed(8.0)
    bar.play()
    qtbot.waitUntil(lambda: not bar.is_playing, timeout=2000)


def test_a_loop_goes_on(bar, qtbot):
    bar.set_looping(True)
    bar.set_speed(4.0)
    times = []
    bar.moved.connect(times.append)
    bar.play()
    qtbot.waitUntil(lambda: times.count(0.0) >= 1 and times != sorted(times), timeout=3000)
    assert bar.is_playing


def test_nothing_runs_when_nobody_looks(bar):
    bar.set_looping(True)
    bar.play()
    bar.hide()
    assert not bar.is_playing


def test_without_a_duration_there_is_no_bar(bar):
    bar.set_duration(0.0)
    assert not bar.isVisible()
    bar.play()
    assert not bar.is_playing


def test_steps_are_there_when_there_are_stops(bar):
    steps = (bar._stroke_back, bar._point_back, bar._point_on, bar._stroke_on)
    assert not any(button.isVisible() for button in steps)
    bar.set_stops(np.array([0.0, 0.1, 0.15, 0.3]), np.array([0.0, 0.15, 0.3]))
    assert all(button.isVisible() for button in steps)
    bar.seek(0.0)
    QTest.mouseClick(bar._point_on, Qt.MouseButton.LeftButton)
    assert bar.time_s == 0.1
    QTest.mouseClick(bar._stroke_on, Qt.MouseButton.LeftButton)
    assert bar.time_s == 0.15
    bar.step_points(2)
    assert bar.time_s == 0.3, "no farther than the last stop"
    QTest.mouseClick(bar._point_back, Qt.MouseButton.LeftButton)
    bar.step_points(-1)
    assert bar.time_s == 0.1
    QTest.mouseClick(bar._stroke_back, Qt.MouseButton.LeftButton)
    assert bar.time_s == 0.0


def test_a_step_from_between_two_stops_goes_to_the_nearest(bar):
    bar.set_stops(np.array([0.0, 0.1, 0.3]), np.array([0.0, 0.3]))
    bar.seek(0.2)
    bar.step_points(-1)
    assert bar.time_s == 0.1
    bar.seek(0.2)
    bar.step_points(1)
    assert bar.time_s == 0.3


@pytest.mark.parametrize("text", [",", ".", "[", "]", "<", ">", ";", ":"])
def test_every_step_key_is_taken_and_others_are_not(bar, text):
    bar.set_stops(np.array([0.0, 0.1, 0.3]), np.array([0.0, 0.3]))
    bar.seek(0.1)
    assert bar.press(QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, text))
    assert bar.time_s == (0.0 if text in ",[<;" else 0.3)
    assert not bar.press(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_K, Qt.KeyboardModifier.NoModifier, "k"))


def test_another_pace_keeps_the_share_and_goes_on(bar):
    bar.set_duration(4.0)
    bar.seek(1.0)
    bar.play()
    bar.set_pace(8.0)
    assert bar.is_playing
    assert bar.time_s == pytest.approx(2.0)


def test_only_the_artist_s_own_choices_are_told(bar, qtbot):
    with qtbot.assertNotEmitted(bar.adjusted):
        bar.set_speed(2.0)
        bar.set_looping(True)
    with qtbot.waitSignal(bar.adjusted):
        QTest.mouseClick(bar._loop, Qt.MouseButton.LeftButton)
    assert not bar.is_looping


def test_stages_are_chosen_by_click_drag_and_arrows(slider, qtbot):
    moves = []
    slider.moved.connect(moves.append)
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(300, 20))
    QTest.keyClick(slider, Qt.Key.Key_Right)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(430, 20))
    QTest.mouseMove(slider, QPoint(50, 20))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(50, 20))
    assert moves == [2, 3, 0]


def test_code_moves_the_slider_silently(slider, qtbot):
    with qtbot.assertNotEmitted(slider.moved):
        slider.set_value(3)
        slider.set_stages([Stage("Ink"), Stage("Strokes")])
    assert slider.value == 1
    slider.grab()
