"""The figures of the map."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from studio import theme
from studio.models.items import Item
from studio.models.thumbnails import Thumbnails
from studio.tasks import Tasks
from studio.widgets.map.lasso_scatter import LassoScatter
from tests.benchmarks.window_timing import (
    Figure,
    Stopwatch,
    Time,
    asked_and_painted,
    clock,
    dispose,
    run_loop,
    send_mouse,
)

N_CLASSES = 24
REPEATS = 9
SIZE_PX = (1100, 780)
MOVE, HOVER = QEvent.Type.MouseMove, QEvent.Type.HoverMove
PRESS, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease


class MadeMap:
    """Points in clumps, as pages lie, and a scatter that shows them."""

    def __init__(self, n: int) -> None:
        random = np.random.default_rng(4)
        self.class_of: NDArray[np.intp] = random.integers(0, N_CLASSES, n)
        corners = random.uniform(-10, 10, (N_CLASSES, 2))
        self.xy = corners[self.class_of] + random.normal(0, 0.9, (n, 2))
        words = ("undecided", "accepted", "rejected")
        self.items = [
            Item(f"sb{at // 200:03d}p{at % 200:03d}", "pages", f"sb{at // 200:03d}", at % 200,
                 decision=words[at % 3], cluster=int(k))
            for at, k in enumerate(self.class_of)
        ]  # fmt: skip
        self.colours = [theme.category_colour(k) for k in range(N_CLASSES)]
        self.tasks = Tasks()
        self.thumbnails = Thumbnails(self.tasks, _sheet)

    def scatter(self) -> LassoScatter:
        """A scatter on the screen, still without points."""
        scatter = LassoScatter(self.thumbnails)
        scatter.resize(*SIZE_PX)
        scatter.show()
        QApplication.processEvents()
        return scatter

    def fill(self, scatter: LassoScatter) -> None:
        """What the pane does when it opens."""
        scatter.set_points(self.items, self.xy)
        scatter.set_classes(self.class_of, self.colours)


def _sheet(item: Item) -> QImage:
    image = QImage(190, 256, QImage.Format.Format_RGB32)
    image.fill(QColor.fromHsv(hash(item.id) % 360, 60, 230))
    return image


def map_figures(n: int) -> Iterator[Figure]:
    """Everything about the map."""
    made = MadeMap(n)
    yield from _opening(made)
    scatter = made.scatter()
    made.fill(scatter)
    run_loop(0.3)
    yield from _hovering(scatter)
    yield from _dressing(made, scatter)
    yield from _deciding(made, scatter)
    yield from _gathering(scatter)
    yield from _moving(scatter)
    yield from _closing_in(made, scatter)
    yield from _gliding(made, scatter)
    dispose(scatter)
    made.tasks.shutdown()


def _opening(made: MadeMap) -> Iterator[Figure]:
    times = []
    for _ in range(3):
        scatter = made.scatter()
        times.append(asked_and_painted(scatter.viewport(), lambda shown=scatter: made.fill(shown))[1])
        dispose(scatter)
    yield Figure("first paint", times, 500)


def _hovering(scatter: LassoScatter) -> Iterator[Figure]:
    port = scatter.viewport()
    random = np.random.default_rng(1)
    pixels = scatter.to_pixels(scatter._xy[random.integers(0, len(scatter._xy), 40)])
    times = []
    for x, y in pixels:
        times.append(asked_and_painted(port, lambda x=x, y=y: send_mouse(port, HOVER, x, y))[1])
    yield Figure("hover: the very first card", times[:1], 30)
    yield Figure("hover: card painted", times[1:], 30)
    send_mouse(port, HOVER, 1, 1)


def _dressing(made: MadeMap, scatter: LassoScatter) -> Iterator[Figure]:
    port, random = scatter.viewport(), np.random.default_rng(2)
    n = len(made.items)
    recoloured = [
        asked_and_painted(
            port, lambda to=(made.class_of + turn) % N_CLASSES: scatter.set_classes(to, made.colours)
        )
        for turn in range(1, REPEATS + 1)
    ]
    yield from _two("recolour", recoloured)
    for count in (1, 1000, n // 2):
        chosen = []
        for _ in range(REPEATS):
            ids = frozenset(made.items[at].id for at in random.choice(n, count, replace=False).tolist())
            chosen.append(asked_and_painted(port, lambda ids=ids: scatter.set_selected(ids)))
        yield from _two(f"selection of {count:,}", chosen, 100 if count > 1000 else 50)
    scatter.set_selected(frozenset())
    hidden = [
        asked_and_painted(port, lambda turn=turn: scatter.set_shown(made.class_of % 3 != turn % 3))
        for turn in range(REPEATS)
    ]
    yield from _two("a filter hides a third", hidden)
    scatter.set_shown(np.ones(n, np.bool_))


def _two(name: str, pairs: list[tuple[Time, Time]], aim_ms: float = 50) -> Iterator[Figure]:
    yield Figure(f"{name}: asked", [asked for asked, _ in pairs], aim_ms)
    yield Figure(f"{name}: painted", [painted for _, painted in pairs], aim_ms)


def _deciding(made: MadeMap, scatter: LassoScatter) -> Iterator[Figure]:
    port, random = scatter.viewport(), np.random.default_rng(3)
    for count in (1, 1000):
        times = []
        for turn in range(REPEATS):
            items = list(made.items)
            word = ("accepted", "rejected", "undecided")[turn % 3]
            for at in random.choice(len(items), count, replace=False).tolist():
                items[at] = dataclasses.replace(items[at], decision=word)

            def decide(items: list[Item] = items) -> None:
                scatter.set_points(items, made.xy)
                scatter.set_classes(made.class_of, made.colours)

            times.append(asked_and_painted(port, decide))
            made.items = items
        yield from _two(f"decision of {count:,}", times)


def _gathering(scatter: LassoScatter) -> Iterator[Figure]:
    port = scatter.viewport()
    angles = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    wobble = 1 + 0.12 * np.sin(9 * angles)
    middle = np.array([port.width(), port.height()]) / 2
    caught: list[Time] = []
    watch = Stopwatch()
    scatter.gathered.connect(lambda *_: caught.append(watch.read()))
    moves = []
    for turn in range(5):
        radius = (0.9 - 0.15 * turn) * min(middle)
        path = middle + (radius * wobble)[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
        send_mouse(port, PRESS, *path[0])
        moves += [asked_and_painted(port, lambda at=at: send_mouse(port, MOVE, *at))[1] for at in path[1:]]
        watch = Stopwatch()
        send_mouse(port, RELEASE, *path[-1])
    yield Figure("lasso, 200 vertices: release to gathered", caught, 100)
    yield Figure("lasso: a move of the mouse, painted", moves, 50)


def _moving(scatter: LassoScatter) -> Iterator[Figure]:
    port = scatter.viewport()
    scatter.set_tool("hand")
    x, y = port.width() / 2, port.height() / 2
    send_mouse(port, PRESS, x, y)
    pans = []
    for step in range(1, 31):
        pans.append(asked_and_painted(port, lambda s=step: send_mouse(port, MOVE, x + 5 * s, y + 2 * s))[1])
    send_mouse(port, RELEASE, x + 150, y + 60)
    yield Figure("pan: a frame", pans, 50)
    zooms = [asked_and_painted(port, lambda up=up: _wheel(scatter, up))[1] for up in (1,) * 8 + (-1,) * 8]
    yield Figure("zoom: a frame", zooms, 50)
    scatter.set_tool("lasso")
    scatter.fit()


def _wheel(scatter: LassoScatter, up: int) -> None:
    port = scatter.viewport()
    place = QPointF(port.rect().center())
    event = QWheelEvent(
        place, port.mapToGlobal(place), QPoint(), QPoint(0, 120 * up), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(port, event)


def _closing_in(made: MadeMap, scatter: LassoScatter) -> Iterator[Figure]:
    """Zoom to forty neighbours: dots become pictures."""
    port = scatter.viewport()
    times, later = [], []
    for start in range(REPEATS):
        near = np.argsort(np.hypot(*(made.xy - made.xy[1000 * start]).T))[:40]
        ids = frozenset(made.items[at].id for at in near.tolist())
        times.append(asked_and_painted(port, lambda ids=ids: scatter.zoom_to(ids))[1])
        run_loop(2.0, until=lambda: not made.thumbnails.busy)
        # A picture that comes and goes would be missed: every zoom must show some.
        assert scatter._overlay._pictures
        later.append(asked_and_painted(port, scatter._overlay.update)[1])
    yield Figure("zoom to forty: dots become pictures", times, 50)
    yield Figure("pictures in view: a frame", later, 50)
    scatter.fit()


def _gliding(made: MadeMap, scatter: LassoScatter) -> Iterator[Figure]:
    port = scatter.viewport()
    asked = clock(lambda: scatter.set_points(made.items, made.xy[:, ::-1].copy()))
    frames = []
    watch = Stopwatch()
    while scatter.is_gliding:
        frames.append(clock(lambda: (QApplication.processEvents(), port.repaint())))
    yield Figure("another map: asked", [asked], 50)
    yield Figure(f"glide: a frame ({len(frames)} in {watch.read().ms:.0f} ms)", frames, 50)
