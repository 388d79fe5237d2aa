"""The history under real keys and clicks."""

from datetime import date, datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from studio.models.history_model import ROW_ROLE, HistoryModel, time_text
from studio.widgets.curation.history_list import HistoryList, HistoryRow, _Entry

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
ROWS = (
    HistoryRow(1, "2026-03-01T09:00:00.000+00:00", "Accepted 12 pages by lasso", level="pages"),
    HistoryRow(2, "2026-03-01T09:05:00.000+00:00", "Rejected page 41 of sb44", True, "pages"),
    HistoryRow(3, "2026-03-02T10:00:00.000+00:00", "Called 31 pages watercolour", level="pages"),
    HistoryRow(4, "2026-03-02T10:01:00.000+00:00", "Accepted 5 drawings over .95", True, "drawings"),
)


@pytest.fixture
def history(qtbot) -> HistoryList:
    shown = HistoryList()
    qtbot.addWidget(shown)
    QAbstractItemModelTester(shown.model, QAbstractItemModelTester.FailureReportingMode.Fatal, shown)
    shown.show_rows(ROWS)
    shown.show()
    return shown


@pytest.fixture
def wanted(history) -> list[int]:
    heard = []
    history.back_wanted.connect(heard.append)
    return heard


def shown(history) -> list[int | None]:
    """Numbers from the top; None for the line."""
    model = history.model
    rows = [model.index(at).data(ROW_ROLE) for at in range(model.rowCount())]
    return [row.number if row is not None else None for row in rows]


def place(history, number: int) -> QPoint:
    return history.entries.visualRect(history.model.index_of(number)).center()


def click(history, number: int) -> None:
    QTest.mouseClick(history.entries.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place(history, number))


def test_the_newest_comes_first_and_the_line_stands_above_the_newest_in_force(history):
    assert shown(history) == [4, None, 3, 2, 1]
    history.show_rows(ROWS[:3])
    assert shown(history) == [None, 3, 2, 1]


def test_a_chosen_entry_is_gone_back_to_by_the_button(history, wanted):
    assert not history.back.isEnabled()
    click(history, 1)
    QTest.mouseClick(history.back, LEFT)
    assert wanted == [1]


def test_a_double_click_and_enter_go_back_too(history, wanted):
    click(history, 2)
    QTest.mouseDClick(history.entries.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place(history, 2))
    assert wanted == [2]
    QTest.keyClick(history.entries, KEY.Key_Down)
    QTest.keyClick(history.entries, KEY.Key_Return)
    assert wanted == [2, 1]


def test_what_is_taken_back_can_be_done_again(history, wanted):
    click(history, 4)
    assert history.back.text() == "Go forward to here"
    QTest.mouseClick(history.back, LEFT)
    assert wanted == [4]


def test_where_the_project_stands_there_is_nowhere_to_go(history, wanted):
    click(history, 3)
    assert not history.back.isEnabled()
    QTest.keyClick(history.entries, KEY.Key_Return)
    QTest.mouseDClick(history.entries.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place(history, 3))
    assert wanted == []


def test_keys_pass_over_the_line(history):
    click(history, 4)
    QTest.keyClick(history.entries, KEY.Key_Down)
    assert history.chosen.number == 3
    QTest.keyClick(history.entries, KEY.Key_Up)
    assert history.chosen.number == 4


def test_the_field_finds_gestures_and_enter_leads_into_the_list(history, wanted):
    click(history, 1)
    QTest.keyClicks(history.field, "ACCEPTED pages")
    assert shown(history) == [None, 1]
    assert history.chosen.number == 1
    history.field.clear()
    QTest.keyClicks(history.field, "drawings")
    assert shown(history) == [4, None]
    assert history.chosen is None
    QTest.keyClick(history.field, KEY.Key_Return)
    assert history.chosen.number == 4
    assert wanted == [] and history.isVisible()


def test_nothing_found_and_nothing_done_are_said(history):
    QTest.keyClicks(history.field, "no such thing")
    assert history.nothing.isVisible() and history.nothing.text() == "No gesture like that."
    history.field.clear()
    assert history.entries.isVisible() and not history.nothing.isVisible()
    history.show_rows(())
    assert history.nothing.text() == "Nothing has been decided yet."
    assert not history.back.isEnabled()


def test_a_new_gesture_keeps_what_is_chosen_and_the_place(history):
    many = [HistoryRow(n, f"2026-03-01T09:00:{n % 60:02d}", f"Gesture {n}") for n in range(1, 201)]
    history.show_rows(many)
    history.entries.setCurrentIndex(history.model.index_of(50))
    bar = history.entries.verticalScrollBar()
    before = bar.value()
    assert before > 0
    history.show_rows([*many, HistoryRow(201, "2026-03-01T10:00:00", "One more")])
    assert history.chosen.number == 50
    assert bar.value() == before


def test_taken_back_is_struck_through(history):
    """The line through the words: one row of pixels that is dark nearly from end to end."""
    history.resize(520, 400)
    history.entries.clearSelection()

    def longest_run(number: int) -> int:
        rect = history.entries.visualRect(history.model.index_of(number)).adjusted(90, 4, -40, -4)
        picture = history.entries.viewport().grab(rect).toImage()
        ground = picture.pixelColor(picture.width() - 1, 0)
        runs = []
        for y in range(picture.height()):
            run = 0
            for x in range(picture.width()):
                run = run + 1 if picture.pixelColor(x, y) != ground else 0
                runs.append(run)
        return max(runs)

    assert longest_run(2) > 60 > longest_run(3)


def test_ten_thousand_entries_ask_only_for_the_rows_in_view(qtbot, monkeypatch):
    rows = [HistoryRow(n, "2026-03-01T09:00:00", f"Gesture {n}") for n in range(1, 10_001)]
    asked = []
    read, measure = HistoryModel.data, _Entry.sizeHint

    def data(self, index, role=0):
        asked.append(role)
        return read(self, index, role)

    def size_hint(self, option, index):
        asked.append("size")
        return measure(self, option, index)

    monkeypatch.setattr(HistoryModel, "data", data)
    monkeypatch.setattr(_Entry, "sizeHint", size_hint)
    fresh = HistoryList()
    qtbot.addWidget(fresh)
    fresh.show_rows(rows)
    fresh.show()
    fresh.grab()
    assert fresh.model.rowCount() == 10_001
    assert len(asked) < 1_000


def test_times_of_today_and_of_other_days():
    today = date(2026, 3, 12)
    assert time_text("2026-03-12T14:03:59", today) == "14:03"
    assert time_text("2026-03-01T14:03:59", today) == f"1 {date(2026, 3, 1):%b}"
    assert time_text("2024-12-31T14:03:59", today) == f"31 {date(2024, 12, 31):%b} 2024"
    moment = datetime.fromisoformat("2026-03-12T12:00:00+00:00").astimezone()
    assert time_text("2026-03-12T12:00:00+00:00", moment.date()) == f"{moment:%H:%M}"
    assert time_text("2026-03-12T12:00:00Z", moment.date()) == f"{moment:%H:%M}"


def test_a_record_without_a_time_does_no_harm(history):
    history.show_rows([HistoryRow(1, "", "Accepted page 1")])
    history.grab()
    assert time_text("", date(2026, 3, 12)) == ""
    assert history.model.index(1).data(Qt.ItemDataRole.ToolTipRole) == "Accepted page 1"
