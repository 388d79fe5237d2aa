"""Small pictures, loaded off the GUI thread in the order in which they are looked at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from studio.models.items import Item
from studio.tasks import Tasks

_KEEP = 3000
"""Pictures kept: some 200 MB at 160 x 210 px."""
_WAITING = 400
"""Longest queue: what was scrolled past long ago is dropped, and asked for again when it comes back."""
_BATCH, _UNDER_WAY = 8, 24
_PAUSE_MS, _LONGEST_PAUSE_MS = 20, 120
"""Loading begins when nothing more was asked for a moment: of what rushes by while the artist scrolls, little
is wanted a frame later, and threads that decode take the interpreter from the one that paints (frames of 35
ms, not 7, where the processor is busy). A long scroll gets a batch now and then."""


class Thumbnails(QObject):
    """A cache with a queue, last asked first.

    Signals:
        loaded: Some pictures arrived; views repaint. At most one signal a frame.
        arrived: The same, with the `frozenset[str]` of ids whose pictures they are.
    """

    loaded = Signal()
    arrived = Signal(object)

    def __init__(self, tasks: Tasks, load: Callable[[Item], QImage], parent: QObject | None = None) -> None:
        """Start empty.

        Args:
            tasks: Where loading runs.
            load: Makes the picture of an item, in a worker thread; a null image when there is none.
            parent: Qt owner.
        """
        super().__init__(parent)
        self._tasks = tasks
        self._load = load
        self._pixmaps: OrderedDict[str, QPixmap] = OrderedDict()
        self._waiting: OrderedDict[str, Item] = OrderedDict()
        self._under_way: set[str] = set()
        self._announce = QTimer(self)
        self._announce.setSingleShot(True)
        self._announce.setInterval(16)
        self._announce.timeout.connect(self._on_announce_timeout)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._on_pause_timeout)
        self._paused = QElapsedTimer()
        self._arrived: set[str] = set()

    def pixmap(self, item: Item) -> QPixmap | None:
        """The picture, or None while it is on its way; asking for it puts it first in the queue."""
        key = _key(item)
        found = self._pixmaps.get(key)
        if found is not None:
            self._pixmaps.move_to_end(key)
            return found
        if key not in self._under_way:
            self._waiting[key] = item
            self._waiting.move_to_end(key)
            while len(self._waiting) > _WAITING:
                self._waiting.popitem(last=False)
            self._wait_a_moment()
        return None

    def _wait_a_moment(self) -> None:
        if not self._pause.isActive():
            self._paused.start()
        if self._paused.elapsed() < _LONGEST_PAUSE_MS:
            self._pause.start()

    def _on_pause_timeout(self) -> None:
        rushing = self._paused.elapsed() >= _LONGEST_PAUSE_MS
        self._start_next(_BATCH if rushing else _UNDER_WAY)

    @property
    def busy(self) -> bool:
        """Whether pictures are still to come."""
        return bool(self._waiting or self._under_way)

    def _start_next(self, most: int = _UNDER_WAY) -> None:
        while self._waiting and len(self._under_way) < most:
            batch = [self._waiting.popitem() for _ in range(min(_BATCH, len(self._waiting)))]
            self._under_way.update(key for key, _ in batch)
            self._tasks.run(_Loading(batch, self._load), self._on_batch_loaded)

    def _on_batch_loaded(self, pictures: list[tuple[str, Item, QImage]]) -> None:
        for key, item, image in pictures:
            self._under_way.discard(key)
            self._pixmaps[key] = QPixmap.fromImage(image)
            self._arrived.add(item.id)
        while len(self._pixmaps) > _KEEP:
            self._pixmaps.popitem(last=False)
        if not self._pause.isActive():
            self._start_next()
        if not self._announce.isActive():
            self._announce.start()

    def _on_announce_timeout(self) -> None:
        arrived, self._arrived = frozenset(self._arrived), set()
        self.arrived.emit(arrived)
        self.loaded.emit()


class _Loading:
    """A batch on its way through a worker thread."""

    def __init__(self, batch: list[tuple[str, Item]], load: Callable[[Item], QImage]) -> None:
        self._batch = batch
        self._load = load

    def __call__(self) -> list[tuple[str, Item, QImage]]:
        return [(key, item, self._load(item)) for key, item in self._batch]


def _key(item: Item) -> str:
    return f"{item.level}:{item.id}:{item.picture}"
