"""Histograms are brushed with a real mouse; bins keep every value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from studio.models.bins import make_bins
from studio.widgets.histogram import Histogram

KEY, SHIFT, LEFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier, Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
WIDTH_PX = 216
BARS_Y = 40


@pytest.fixture
def histogram(qtbot) -> Histogram:
    """Whole numbers 1 to 10, ten of each, 20 px a bar; bars begin 8 px from the side."""
    shown = Histogram("Strokes")
    qtbot.addWidget(shown)
    shown.resize(WIDTH_PX, shown.sizeHint().height())
    shown.set_values(np.repeat(np.arange(1.0, 11.0), 10))
    shown.show()
    return shown


@pytest.fixture
def told(histogram) -> list:
    heard = []
    histogram.range_changed.connect(heard.append)
    return heard


def x_of(number: float) -> int:
    return round(8 + 20 * (number - 0.5))


def drag(histogram, start: float, end: float, steps: int = 4) -> None:
    QTest.mousePress(histogram, LEFT, PLAIN, QPoint(x_of(start), BARS_Y))
    for step in range(1, steps + 1):
        at = start + (end - start) * step / steps
        QTest.mouseMove(histogram, QPoint(x_of(at), BARS_Y))
    QTest.mouseRelease(histogram, LEFT, PLAIN, QPoint(x_of(end), BARS_Y))


def test_a_drag_brushes_the_bars_it_touches(histogram, told):
    drag(histogram, 3.2, 5.9)
    assert histogram.range == (3, 6)
    assert told[-1] == (3, 6)
    assert histogram.range_text() == "3 – 6"
    assert histogram.count_text() == "40 of 100"


def test_a_drag_to_the_left_is_the_same_range(histogram, told):
    drag(histogram, 6, 3)
    assert histogram.range == (3, 6)


def test_a_click_changes_nothing(histogram, told):
    QTest.mouseClick(histogram, LEFT, PLAIN, QPoint(x_of(4), BARS_Y))
    assert histogram.range is None
    histogram.set_range((2, 5))
    QTest.mouseClick(histogram, LEFT, PLAIN, QPoint(x_of(8), BARS_Y))
    assert histogram.range == (2, 5)
    assert told == []


def test_a_hand_that_trembles_changes_nothing(histogram, told):
    QTest.mousePress(histogram, LEFT, PLAIN, QPoint(x_of(4), BARS_Y))
    QTest.mouseMove(histogram, QPoint(x_of(4) + 2, BARS_Y))
    QTest.mouseRelease(histogram, LEFT, PLAIN, QPoint(x_of(4) + 2, BARS_Y))
    assert histogram.range is None and told == []


def test_an_edge_is_dragged_alone_and_may_pass_the_other(histogram, told):
    histogram.set_range((3, 6))
    drag(histogram, 6.5, 8.5)
    assert histogram.range == (3, 8)
    drag(histogram, 2.5, 0.5)
    assert histogram.range == (1, 8)
    drag(histogram, 8.5, 0.2)
    assert histogram.range == (1, 1)
    assert told[-1] == (1, 1)


def test_the_range_is_dragged_as_wide_as_it_is_and_stops_at_the_last_value(histogram, told):
    histogram.set_range((3, 6))
    drag(histogram, 4.5, 5.5)
    assert histogram.range == (4, 7)
    drag(histogram, 5.5, 10.4)
    assert histogram.range == (7, 10)
    assert all(high - low == 3 for low, high in told)


def test_a_range_of_everything_is_no_range(histogram, told):
    histogram.set_range((3, 6))
    drag(histogram, 0.6, 10.4)
    assert histogram.range is None
    assert told[-1] is None


def test_double_click_and_escape_show_all_again(histogram, told, qtbot):
    histogram.set_range((3, 6))
    QTest.mouseDClick(histogram, LEFT, PLAIN, QPoint(x_of(4), BARS_Y))
    assert histogram.range is None and told == [None]
    histogram.set_range((3, 6))
    QTest.keyClick(histogram, KEY.Key_Escape)
    assert histogram.range is None and told == [None, None]


def test_keys_move_the_lower_edge_and_with_shift_the_upper(histogram, told, qtbot):
    QTest.keyClick(histogram, KEY.Key_Right)
    QTest.keyClick(histogram, KEY.Key_Right)
    assert histogram.range == (3, 10)
    QTest.keyClick(histogram, KEY.Key_Left, SHIFT)
    assert histogram.range == (3, 9)
    QTest.keyClick(histogram, KEY.Key_Left)
    assert histogram.range == (2, 9)
    qtbot.waitUntil(lambda: told[-1:] == [(2, 9)])


def test_keys_do_not_lead_an_edge_past_the_other(histogram):
    histogram.set_range((5, 5))
    QTest.keyClick(histogram, KEY.Key_Right)
    QTest.keyClick(histogram, KEY.Key_Left, SHIFT)
    assert histogram.range == (5, 5)


def test_a_drag_tells_at_most_once_a_frame_and_its_last_word_at_once(histogram, told, qtbot):
    QTest.mousePress(histogram, LEFT, PLAIN, QPoint(x_of(2), BARS_Y))
    for number in range(3, 9):
        QTest.mouseMove(histogram, QPoint(x_of(number), BARS_Y))
    assert histogram.range == (2, 8)
    assert len(told) < 6
    QTest.mouseRelease(histogram, LEFT, PLAIN, QPoint(x_of(8), BARS_Y))
    assert told[-1] == (2, 8)
    n_told = len(told)
    qtbot.wait(50)
    assert len(told) == n_told


def test_while_dragging_it_tells_before_the_button_is_let_go(histogram, told, qtbot):
    QTest.mousePress(histogram, LEFT, PLAIN, QPoint(x_of(2), BARS_Y))
    QTest.mouseMove(histogram, QPoint(x_of(5), BARS_Y))
    qtbot.waitUntil(lambda: told == [(2, 5)])
    QTest.mouseRelease(histogram, LEFT, PLAIN, QPoint(x_of(5), BARS_Y))


def test_code_sets_the_range_silently(histogram, told, qtbot):
    histogram.set_range((4, 5))
    qtbot.wait(50)
    assert told == []
    assert histogram.range == (4, 5)


def test_code_does_not_take_the_range_from_under_the_hand(histogram, told):
    QTest.mousePress(histogram, LEFT, PLAIN, QPoint(x_of(2), BARS_Y))
    QTest.mouseMove(histogram, QPoint(x_of(5), BARS_Y))
    histogram.set_range((2, 3))
    assert histogram.range == (2, 5)
    QTest.mouseRelease(histogram, LEFT, PLAIN, QPoint(x_of(5), BARS_Y))
    assert told[-1] == (2, 5)
    histogram.set_range((2, 3))
    assert histogram.range == (2, 3)


def test_new_filters_during_a_drag_leave_the_hand_alone(histogram, told):
    values = np.repeat(np.arange(1.0, 11.0), 10)
    histogram.set_values(values)
    QTest.mousePress(histogram, LEFT, PLAIN, QPoint(x_of(2), BARS_Y))
    QTest.mouseMove(histogram, QPoint(x_of(4), BARS_Y))
    histogram.set_values(values, values % 2 == 0)
    QTest.mouseMove(histogram, QPoint(x_of(6), BARS_Y))
    QTest.mouseRelease(histogram, LEFT, PLAIN, QPoint(x_of(6), BARS_Y))
    assert histogram.range == (2, 6)
    assert histogram.count_text() == "30 of 50"


def test_items_without_the_figure_are_left_out_by_a_range(histogram):
    histogram.set_values(np.array([1.0, 2.0, np.nan, 3.0]))
    assert histogram.count_text() == "4"
    histogram.set_range((1, 2))
    assert histogram.count_text() == "2 of 4"
    assert "1 have no such figure" in histogram.toolTip()


@pytest.mark.parametrize("values", [[], [np.nan], [np.inf, np.nan]])
def test_without_figures_there_is_nothing_to_brush(histogram, told, values):
    histogram.set_values(np.array(values))
    drag(histogram, 2, 5)
    QTest.keyClick(histogram, KEY.Key_Right)
    assert histogram.range is None and told == []
    histogram.grab()


def test_bars_follow_what_the_other_filters_show(histogram):
    full = histogram.grab().toImage()
    values = np.repeat(np.arange(1.0, 11.0), 10)
    histogram.set_values(values, values < 0)
    empty = histogram.grab().toImage()
    place = QPoint(x_of(5) - 3, BARS_Y + 20)
    assert full.pixelColor(place) != empty.pixelColor(place)


def test_typed_letters_go_on_to_the_window(histogram, qtbot):
    from PySide6.QtWidgets import QWidget

    class Owner(QWidget):
        heard = ""

        def keyPressEvent(self, event):
            self.heard += event.text()

    owner = Owner()
    qtbot.addWidget(owner)
    histogram.setParent(owner)
    histogram.show()
    owner.show()
    QTest.keyClick(histogram, KEY.Key_P)
    QTest.keyClick(histogram, KEY.Key_Escape)
    assert owner.heard == "p\x1b"
    histogram.setParent(None)


numbers = st.one_of(
    st.lists(st.integers(-50, 100_000).map(float), min_size=1, max_size=60),
    st.lists(st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-6), min_size=1, max_size=60),
)


@given(numbers, st.sampled_from(["linear", "log"]))
def test_every_value_is_in_a_bin_whose_edges_hold_it(values, scale):
    array = np.array(values)
    bins = make_bins(array, scale)
    assert int(bins.counts.sum()) == len(array)
    assert (np.diff(bins.edges) > 0).all() and (np.diff(bins.places) > 0).all()
    assert bins.places[0] == 0 and bins.places[-1] == pytest.approx(1)
    assert (array >= bins.edges[bins.bin_of] - 1e-9 * np.abs(array)).all()
    assert (array <= bins.edges[bins.bin_of + 1] + 1e-9 * np.abs(array)).all()


@given(numbers, st.sampled_from(["linear", "log"]), st.floats(0, 1), st.floats(0, 1), st.floats(-1, 1))
def test_brushed_ranges_stay_among_the_values(values, scale, first, last, by):
    bins = make_bins(np.array(values), scale)
    brushed = bins.touched(first, last)
    assert bins.low <= brushed[0] <= brushed[1] <= bins.high
    for low, high in (
        bins.moved(brushed, by),
        bins.between(first, last),
        bins.stepped(brushed, 1, upper=True),
        bins.stepped(brushed, -1, upper=False),
    ):
        assert bins.low <= low <= high <= bins.high
        assert not bins.is_whole or (low == round(low) and high == round(high))


@given(st.integers(1, 30), st.integers(0, 30), st.integers(-60, 60), st.integers(11, 61))
def test_a_range_of_whole_numbers_moved_by_half_units_keeps_its_width(low, width, halves, most):
    """Half a unit is where rounding is in doubt."""
    bins = make_bins(np.arange(1.0, most))
    low, high = min(low, bins.high), min(low + width, bins.high)
    first, last = bins.moved((low, high), halves / 2 / (most - 1))
    assert last - first == high - low


def test_whole_numbers_have_a_bin_each_where_there_are_few():
    bins = make_bins(np.array([1.0, 1.0, 3.0, 7.0]))
    assert bins.edges.tolist() == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]
    assert bins.counts.tolist() == [2, 0, 1, 0, 0, 0, 1]


def test_on_a_log_axis_zero_has_a_bin_of_its_own():
    bins = make_bins(np.array([0.0, 0.001, 0.01, 0.1, 0.0]), "log")
    assert bins.counts[0] == 2
    assert bins.place(0.01) - bins.place(0.001) == pytest.approx(bins.place(0.1) - bins.place(0.01), rel=0.02)
