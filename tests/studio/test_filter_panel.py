"""The column of filters under real clicks and keys."""

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QToolButton

from studio.widgets.curation.filter_panel import FilterPanel, PanelFigure, _Name

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
STROKES = np.repeat(np.arange(1.0, 11.0), 3)
INK = np.linspace(0.01, 0.4, 30)


def figures(shown=None) -> list[PanelFigure]:
    return [
        PanelFigure("strokes", "Strokes", STROKES, shown),
        PanelFigure("ink", "Ink share", INK, shown, digits=2),
    ]


@pytest.fixture
def panel(qtbot) -> FilterPanel:
    shown = FilterPanel()
    qtbot.addWidget(shown)
    shown.show_figures(figures())
    shown.show_saved(["Night", "Few strokes"])
    shown.show_duplicates(12, on=False)
    shown.resize(240, 600)
    shown.show()
    return shown


def brush(histogram, start: float, end: float) -> None:
    """From one share of the width to another."""
    places = [QPoint(round(8 + share * (histogram.width() - 16)), 40) for share in (start, end)]
    QTest.mousePress(histogram, LEFT, PLAIN, places[0])
    QTest.mouseMove(histogram, places[1])
    QTest.mouseRelease(histogram, LEFT, PLAIN, places[1])


def rows(panel) -> dict[str, QToolButton]:
    """Name -> button that removes it."""
    names = [name for name in panel.findChildren(_Name) if name.isVisible()]
    return {name.text(): name.parentWidget().findChild(QToolButton) for name in names}


def test_brushing_tells_the_ranges_of_all_figures(panel):
    told = []
    panel.ranges_changed.connect(told.append)
    brush(panel.histograms["strokes"], 0.22, 0.48)
    assert told[-1] == {"strokes": (3, 5)}
    brush(panel.histograms["ink"], 0.5, 0.75)
    assert told[-1].keys() == {"strokes", "ink"}
    low, high = told[-1]["ink"]
    assert 0.19 < low < 0.23 and 0.28 < high < 0.32
    QTest.keyClick(panel.histograms["strokes"], Qt.Key.Key_Escape)
    assert told[-1].keys() == {"ink"}
    assert panel.ranges == told[-1]


def test_new_figures_of_the_same_kind_keep_the_histograms_and_their_ranges(panel):
    brush(panel.histograms["strokes"], 0.22, 0.48)
    before = dict(panel.histograms)
    panel.show_figures(figures(STROKES > 4))
    assert dict(panel.histograms) == before
    assert panel.ranges == {"strokes": (3, 5)}
    assert panel.histograms["strokes"].count_text() == "3 of 18"


def test_other_figures_take_the_place_of_those_before(panel):
    panel.set_ranges({"strokes": (3, 5), "ink": (0.1, 0.2)})
    panel.show_figures(figures()[1:])
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert list(panel.histograms) == ["ink"]
    assert panel.ranges == {"ink": (0.1, 0.2)}
    assert panel.histograms["ink"].range == (0.1, 0.2)


def test_code_brushes_silently(panel, qtbot):
    with (
        qtbot.assertNotEmitted(panel.ranges_changed, wait=40),
        qtbot.assertNotEmitted(panel.duplicates_toggled),
    ):
        panel.set_ranges({"ink": (0.1, 0.2)})
        panel.show_duplicates(3, on=True)
    assert panel.histograms["ink"].range == (0.1, 0.2)
    assert panel.duplicates.text() == "Only look-alikes (3 groups)"


def test_saved_filters_are_chosen_and_removed_by_a_click(panel, qtbot):
    name = next(one for one in panel.findChildren(_Name) if one.text() == "Few strokes")
    with qtbot.waitSignal(panel.saved_chosen) as chosen:
        QTest.mouseClick(name, LEFT)
    assert chosen.args == ["Few strokes"]
    removed = []
    panel.saved_removed.connect(removed.append)
    panel.saved_removed.connect(lambda gone: panel.show_saved(["Few strokes"]))
    QTest.mouseClick(rows(panel)["Night"], LEFT)
    assert removed == ["Night"]
    QCoreApplication.processEvents()
    assert list(rows(panel)) == ["Few strokes"]


def test_typing_a_name_decides_nothing_and_enter_saves_it(qtbot, panel):
    window = QMainWindow()
    qtbot.addWidget(window)
    pressed = []
    for key in ("P", "X", "U", "C", "F", "1", "/"):
        action = QAction(key, window)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _=False, key=key: pressed.append(key))
        window.addAction(action)
    window.setCentralWidget(panel)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    wanted = []
    panel.save_wanted.connect(wanted.append)
    assert not panel.save.isEnabled()
    QTest.mouseClick(panel.name, LEFT)
    QTest.keyClicks(panel.name, "puXFc 1/2")
    assert pressed == []
    assert panel.save.isEnabled()
    QTest.keyClick(panel.name, Qt.Key.Key_Return)
    assert wanted == ["puXFc 1/2"]
    assert panel.name.text() == "" and not panel.save.isEnabled()
    QTest.keyClick(panel.histograms["ink"], Qt.Key.Key_P)
    assert pressed == ["P"]
    window.takeCentralWidget().setParent(None)


def test_the_save_button_saves_too_and_spaces_are_no_name(panel):
    wanted = []
    panel.save_wanted.connect(wanted.append)
    QTest.keyClicks(panel.name, "   ")
    assert not panel.save.isEnabled()
    QTest.keyClick(panel.name, Qt.Key.Key_Return)
    QTest.keyClicks(panel.name, "Sheep ")
    QTest.mouseClick(panel.save, LEFT)
    assert wanted == ["Sheep"]


def test_the_tick_asks_for_look_alikes(panel):
    told = []
    panel.duplicates_toggled.connect(told.append)
    QTest.mouseClick(panel.duplicates, LEFT, PLAIN, QPoint(8, panel.duplicates.height() // 2))
    assert told == [True]
    panel.show_duplicates(0, on=False)
    assert not panel.duplicates.isEnabled()
    assert panel.duplicates.text() == "Only look-alikes (none)"


def test_clear_takes_all_filters_off_and_says_so_once(panel):
    assert not panel.clear.isEnabled()
    panel.show_duplicates(12, on=True)
    brush(panel.histograms["strokes"], 0.22, 0.48)
    told, cleared = [], []
    panel.ranges_changed.connect(told.append)
    panel.duplicates_toggled.connect(told.append)
    panel.cleared.connect(lambda: cleared.append(True))
    QTest.mouseClick(panel.clear, LEFT)
    assert cleared == [True] and told == []
    assert panel.ranges == {} and panel.histograms["strokes"].range is None
    assert not panel.duplicates.isChecked() and not panel.clear.isEnabled()


def test_the_cross_closes(panel, qtbot):
    with qtbot.waitSignal(panel.closed):
        QTest.mouseClick(panel.close_button, LEFT)


@pytest.mark.parametrize("width", [200, 240, 320])
def test_nothing_is_wider_than_the_panel(panel, width):
    panel.resize(width, 300)
    sheet = panel._scroll.widget()
    assert panel.width() == width
    assert sheet.width() <= panel._scroll.viewport().width()
    assert panel._scroll.verticalScrollBar().maximum() > 0
