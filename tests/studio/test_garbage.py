"""Objects of the GUI thread die in the GUI thread, whichever thread makes the garbage."""

import gc
import threading
from threading import Thread

import pytest
from PySide6.QtCore import QCoreApplication, QObject

from studio.app import make_application
from studio.garbage import Belongings, GarbageCollection, collect_due


class Knot(QObject):
    """Refers to itself: only a search for garbage ends it."""

    def __init__(self, ends: list[str]) -> None:
        super().__init__()
        self.me, self._ends = self, ends

    def __del__(self) -> None:
        self._ends.append(threading.current_thread().name)


def work_in_a_thread(kept: list) -> None:
    """Make so much that Python would look for garbage many times."""
    thread = Thread(target=lambda: kept.extend([] for _ in range(50_000)), name="worker")
    thread.start()
    thread.join()


@pytest.fixture
def collection(qapp) -> GarbageCollection:
    """The one of the application."""
    make_application()
    return qapp.findChild(GarbageCollection)


def test_a_knot_waits_for_the_gui_thread(collection, qtbot):
    ends, made = [], []
    Knot(ends)
    work_in_a_thread(made)
    assert ends == []
    qtbot.waitUntil(lambda: bool(ends))
    assert ends == [threading.main_thread().name]


def test_an_application_has_one(qapp, collection):
    make_application()
    assert len(qapp.findChildren(GarbageCollection)) == 1
    assert not gc.isenabled()


def test_nothing_is_looked_for_while_little_was_made(collection):
    gc.collect()
    searches = []
    gc.callbacks.append(lambda phase, _: searches.append(phase))
    try:
        collect_due()
    finally:
        gc.callbacks.pop()
    assert searches == []


def test_belongings_are_left_out_until_the_project_is_closed(qapp, qtbot):
    parent = QObject()
    belongings = Belongings(parent)
    belongings.settle()
    try:
        qtbot.waitUntil(lambda: gc.get_freeze_count() > 0)
    finally:
        belongings.leave()
    assert gc.get_freeze_count() < 1000
    QCoreApplication.processEvents()
    assert gc.get_freeze_count() < 1000
