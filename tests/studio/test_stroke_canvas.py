"""The paper: where the pen is, what is painted, how it is zoomed and moved."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.export.frames import Animation
from engine.export.timeline import Pace, make_timeline
from studio.gallery.playing import Playing
from studio.widgets.pen_lines import Line, PenPosition, between, pen_at
from studio.widgets.stroke_canvas import StrokeCanvas, View

ZIGZAG = np.array([[10, 10], [90, 30], [20, 60], [80, 90]], dtype=np.float32)
LOOP = np.array([[50, 20], [70, 40], [50, 60], [30, 40], [50, 20]], dtype=np.float32)


@pytest.fixture
def canvas(qtbot):
    shown = StrokeCanvas()
    qtbot.addWidget(shown)
    shown.resize(320, 320)
    shown.set_page(QRectF(0, 0, 100, 100))
    shown.set_lines([Line(ZIGZAG), Line(LOOP, "#D60000")])
    shown.show()
    return shown


def picture(canvas) -> QImage:
    return canvas.grab().toImage()


@given(st.floats(0.001, 1), st.integers(2, 12), st.integers(0, 1000))
def test_the_pen_on_screen_is_where_the_timeline_says(share, n_points, seed):
    random = np.random.default_rng(seed)
    strokes = [random.uniform(0, 200, (n_points, 2)).astype(np.float32) for _ in range(3)]
    timeline = make_timeline(strokes, Pace(hold_s=1.0))
    time_s = share * timeline.duration_s
    moment, pen = timeline.at(time_s), pen_at(timeline, time_s)
    assert pen.line == moment.strokes
    if moment.points:
        drawn = between(strokes[pen.line], 0.0, pen.point)
        assert np.allclose(drawn[-1], moment.pen, atol=0.05)
        assert len(drawn) == moment.points + (pen.point != int(pen.point))


def test_player_and_files_take_equally_long():
    assert Animation(()).pace == Playing().pace


def test_moving_the_pen_on_paints_the_same_as_painting_at_once(canvas):
    whole = picture(canvas)
    for point in np.arange(0, 3.01, 0.25):
        canvas.set_pen(PenPosition(0, float(point)))
        canvas.grab()
    canvas.set_pen(PenPosition(1, 2.0))
    half = picture(canvas)
    canvas.set_pen(PenPosition(2))
    assert half != whole
    assert _differing(picture(canvas), whole) < 0.002


def test_moving_the_pen_back_takes_ink_away(canvas):
    canvas.set_pen(PenPosition(0, 1.0))
    first = picture(canvas)
    canvas.set_pen(PenPosition(1, 3.0))
    canvas.grab()
    canvas.set_pen(PenPosition(0, 1.0))
    assert picture(canvas) == first


def test_the_wheel_zooms_at_the_pointer(canvas, qtbot):
    at = QPointF(60, 200)
    before = canvas.transform().inverted()[0].map(at)
    with qtbot.waitSignal(canvas.view_changed):
        _turn_wheel(canvas, at, 240)
    after = canvas.transform()
    assert after.m11() == pytest.approx(3.0 * 1.2**2)
    assert (after.map(before) - at).manhattanLength() < 1e-6


def test_dragging_moves_the_sheet_and_a_double_click_shows_it_whole(canvas):
    before = canvas.transform().map(QPointF(50, 50))
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.mouseMove(canvas, QPoint(140, 90))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(140, 90))
    moved = canvas.transform().map(QPointF(50, 50)) - before
    assert (moved.x(), moved.y()) == pytest.approx((40, -10))
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert canvas.view is None


def test_another_sheet_is_shown_whole_and_the_same_sheet_keeps_the_view(canvas):
    canvas.set_view(View(5.0, 10.0, 10.0))
    canvas.set_page(QRectF(0, 0, 100, 100))
    assert canvas.view is not None
    canvas.set_page(QRectF(0, 0, 200, 100))
    assert canvas.view is None


def test_odd_lines_are_painted_without_complaint(canvas):
    dot, nothing = np.zeros((1, 2), np.float32), np.zeros((0, 2), np.float32)
    canvas.set_lines([Line(dot), Line(nothing), Line(np.repeat(dot, 5, axis=0))])
    canvas.grab()
    canvas.set_pen(PenPosition(2, 0.5), visible=True)
    canvas.grab()


def _turn_wheel(canvas, at: QPointF, delta: int) -> None:
    event = QWheelEvent(
        at, canvas.mapToGlobal(at), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def _differing(a: QImage, b: QImage) -> float:
    """Share of pixels that differ visibly: joints painted twice are a shade darker at their edges."""
    first, second = (
        np.frombuffer(image.convertToFormat(QImage.Format.Format_Grayscale8).constBits(), np.uint8)
        for image in (a, b)
    )
    return float((np.abs(first.astype(int) - second.astype(int)) > 64).mean())
