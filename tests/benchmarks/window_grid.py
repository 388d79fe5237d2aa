"""The figures of the grid."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from studio.models.items import Item, ItemsModel
from studio.models.thumbnails import Thumbnails
from studio.selection import Selection
from studio.tasks import Tasks
from studio.widgets.curation.thumbnail_grid import ThumbnailGrid
from tests.benchmarks.window_timing import (
    Figure,
    Pulse,
    Stopwatch,
    Time,
    asked_and_painted,
    dispose,
    run_loop,
    send_mouse,
)

SIZE_PX = (1100, 780)
N_FILES = 300
REPEATS = 7


class TimedGrid(ThumbnailGrid):
    """A grid that notes how long each of its paint events takes."""

    paints: list[Time]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint against the clock."""
        watch = Stopwatch()
        super().paintEvent(event)
        self.paints.append(watch.read())


class Shelf:
    """Made pages with JPEG files of their own, and what shows them."""

    def __init__(self, n: int, folder: Path) -> None:
        self.files = _draw_files(folder)
        words = ("undecided", "accepted", "rejected")
        self.items = [
            Item(f"sb{at // 200:03d}p{at % 200:03d}", "pages", f"sb{at // 200:03d}", at % 200,
                 decision=words[at % 3], cluster=at % 16, picture=str(at))
            for at in range(n)
        ]  # fmt: skip
        self.tasks = Tasks()

    def load(self, item: Item) -> QImage:
        """As `studio.models.pictures` reads the cache."""
        return QImage(str(self.files[int(item.picture) % len(self.files)]))

    def grid(self) -> tuple[TimedGrid, Thumbnails, Selection]:
        """A grid that is not shown yet, with an empty cache."""
        thumbnails = Thumbnails(self.tasks, self.load)
        grid = TimedGrid(ItemsModel(), thumbnails)
        grid.paints = []
        grid._model.setParent(grid)
        thumbnails.setParent(grid)
        selection = Selection(grid)
        grid.follow(selection)
        grid.resize(*SIZE_PX)
        return grid, thumbnails, selection


def _draw_files(folder: Path) -> list[Path]:
    random = np.random.default_rng(5)
    files = []
    for number in range(N_FILES):
        page = Image.new("RGB", (190, 256), "#f4f1ea")
        points = [tuple(point) for point in random.uniform((8, 8), (182, 248), (60, 2))]
        ImageDraw.Draw(page).line(points, fill="#222222", width=1)
        files.append(folder / f"{number}.jpg")
        page.save(files[-1], quality=88, subsampling=0)
    return files


def grid_figures(n: int, folder: Path) -> Iterator[Figure]:
    """Everything about the grid."""
    shelf = Shelf(n, folder)
    yield from _opening(shelf)
    grid, thumbnails, selection = shelf.grid()
    grid.show()
    grid.show_items(shelf.items)
    run_loop(1.0)
    yield from _scrolling(grid, thumbnails)
    yield from _selecting(shelf, grid, selection)
    yield from _changing(shelf, grid, selection)
    yield from _filtering(shelf, grid, selection)
    run_loop(2.0, until=lambda: not thumbnails.busy)
    dispose(grid)
    shelf.tasks.shutdown()


def _opening(shelf: Shelf) -> Iterator[Figure]:
    """From an empty grid to a screen full of pictures."""
    times, first = [], []
    for _ in range(5):
        grid, thumbnails, _ = shelf.grid()
        watch = Stopwatch()
        grid.show_items(shelf.items)
        grid.show()
        QApplication.processEvents()
        grid.repaint()
        first.append(watch.read())
        run_loop(5.0, until=lambda made=thumbnails: not made.busy and not made._announce.isActive())
        grid.viewport().repaint()
        times.append(watch.read())
        dispose(grid)
    yield Figure("first screen: sheets", first, 150)
    yield Figure("first screen: all pictures painted", times, 300)


def _scrolling(grid: TimedGrid, thumbnails: Thumbnails) -> Iterator[Figure]:
    port, bar, pulse = grid.viewport(), grid.verticalScrollBar(), Pulse()
    place = QPointF(port.rect().center())

    def wheel() -> None:
        event = QWheelEvent(
            place, port.mapToGlobal(place), QPoint(), QPoint(0, -240), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(port, event)

    def drag(share: float) -> None:
        bar.setSliderPosition(round(share * bar.maximum()))

    grid.paints.clear()
    pulse.start()
    for _ in range(150):
        wheel()
        run_loop(0.012)
    yield from _frames("wheel", pulse.stop(), grid)
    assert bar.value() > 0, "the wheel does not scroll"
    pulse.start()
    bar.setSliderDown(True)
    for step in range(150):
        drag(step / 149)
        run_loop(0.012)
    bar.setSliderDown(False)
    yield from _frames("dragging the bar", pulse.stop(), grid)
    run_loop(3.0, until=lambda: not thumbnails.busy)
    bar.setValue(0)
    run_loop(0.3)


def _frames(name: str, gap: Time, grid: TimedGrid) -> Iterator[Figure]:
    yield Figure(f"{name}: longest stall of the window", [gap], 50)
    yield Figure(f"{name}: paint events ({len(grid.paints)})", list(grid.paints), 50)
    grid.paints.clear()


def _selecting(shelf: Shelf, grid: TimedGrid, selection: Selection) -> Iterator[Figure]:
    port = grid.viewport()
    times = []
    for _ in range(REPEATS):
        selection.clear()
        QApplication.processEvents()
        times.append(asked_and_painted(port, grid.selectAll)[1])
        assert len(selection.ids) == len(shelf.items)
    yield Figure("select all: painted", times, 100)
    for name, ids in (
        ("every second", [item.id for item in shelf.items[::2]]),
        ("3,000 here and there", [shelf.items[at].id for at in _some(len(shelf.items), 3000)]),
    ):
        times = []
        for _ in range(REPEATS):
            selection.clear()
            QApplication.processEvents()
            times.append(asked_and_painted(port, lambda ids=ids: selection.set(ids))[1])
        yield Figure(f"selected elsewhere, {name}: painted", times, 100)
    clicks = []
    for step in range(REPEATS):
        where = grid.visualRect(grid.model().index(step)).center()
        clicks.append(asked_and_painted(port, lambda at=where: _click(port, at))[1])
    yield Figure("a click: painted", clicks, 50)
    selection.clear()


def _some(n: int, count: int) -> list[int]:
    return sorted(np.random.default_rng(6).choice(n, min(count, n), replace=False).tolist())


def _click(port: object, at: QPoint) -> None:
    send_mouse(port, QEvent.Type.MouseButtonPress, at.x(), at.y())
    send_mouse(port, QEvent.Type.MouseButtonRelease, at.x(), at.y())


def _changing(shelf: Shelf, grid: TimedGrid, selection: Selection) -> Iterator[Figure]:
    """Decisions that change sheets without taking them away."""
    port = grid.viewport()
    for count in (1, 1000):
        times, items = [], list(shelf.items)
        for _ in range(REPEATS):
            items = list(items)
            for at in _some(len(items), count):
                other = "rejected" if items[at].decision == "accepted" else "accepted"
                items[at] = dataclasses.replace(items[at], decision=other)
            times.append(
                asked_and_painted(port, lambda made=items: grid.show_items(made, after_gesture=True))[1]
            )
        yield Figure(f"decision of {count:,}: painted", times, 50)
    grid.show_items(shelf.items)
    QApplication.processEvents()


def _filtering(shelf: Shelf, grid: TimedGrid, selection: Selection) -> Iterator[Figure]:
    port, n = grid.viewport(), len(shelf.items)
    scattered = set(_some(n, 500))
    block = set(range(n // 2, n // 2 + 500))
    cases = (
        ("500 rows in one block leave after a gesture", block, True),
        ("500 rows here and there leave after a gesture", scattered, True),
        ("a filter leaves every second row", set(range(0, n, 2)), False),
    )
    for name, leaving, after in cases:
        left = [item for at, item in enumerate(shelf.items) if at not in leaving]
        times, back = [], []
        for _ in range(REPEATS):
            selection.set(shelf.items[at].id for at in leaving) if after else selection.clear()
            QApplication.processEvents()
            times.append(
                asked_and_painted(port, lambda to=left, how=after: grid.show_items(to, after_gesture=how))[1]
            )
            back.append(asked_and_painted(port, lambda: grid.show_items(shelf.items))[1])
        yield Figure(f"{name}: painted", times, 100)
    yield Figure("the filter goes, all are back: painted", back, 100)
