"""What the machine learns from the artist, in the background after each gesture; it never decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine.curate.learnt import Alike, Learnt
from engine.errors import UserError
from engine.project import decisions
from engine.project.ids import LEVELS, Level
from engine.project.project import Project
from studio.tasks import Tasks

if TYPE_CHECKING:
    from engine.curate.collection import Collection

_BREATH_MS = 30
"""A gesture is shown before the machine begins to think about it."""


@dataclass(slots=True)
class _Level:
    """What is known of one level, and what is under way.

    Attributes:
        collection: Its embeddings; None until they are read, or read again.
        learnt: What was learnt last.
        alike: The look-alikes.
        is_learning: Whether a thread is at it.
        again: Whether something was decided meanwhile.
        finds_alike: Whether look-alikes are still to be found.
    """

    collection: Collection | None = None
    learnt: Learnt = field(default_factory=Learnt)
    alike: Alike = field(default_factory=Alike)
    is_learning: bool = False
    again: bool = False
    finds_alike: bool = True


@dataclass(frozen=True, slots=True)
class _Lesson:
    """Learns, in a worker thread; scikit-learn is imported there, not in the window's first second."""

    project: Project
    level: Level
    collection: Collection | None
    finds_alike: bool

    def __call__(self) -> tuple[Collection, Learnt, Alike | None]:
        from engine.curate.collection import learn, load_collection, look_alikes

        collection = self.collection or load_collection(self.project, self.level)
        learnt = learn(collection, decisions.states(self.project.index, self.level))
        alike = look_alikes(self.project, self.level) if self.finds_alike else None
        return collection, learnt, alike


@dataclass(frozen=True, slots=True)
class _Likest:
    """Ranks a level by likeness to one item, in a worker thread."""

    project: Project
    collection: Collection | None
    level: Level
    item_id: str

    def __call__(self) -> list[str]:
        from engine.curate.collection import likest, load_collection

        return [
            id_
            for id_, _ in likest(self.collection or load_collection(self.project, self.level), self.item_id)
        ]


class Learning(QObject):
    """Suggestions and look-alikes of both levels.

    Signals:
        learned: A level whose suggestions are others now, or whose learning began.
        likeness_found: A level whose look-alikes are others now.
    """

    learned = Signal(str)
    likeness_found = Signal(str)

    def __init__(self, project: Project, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._tasks = tasks
        self._levels: dict[Level, _Level] = {level: _Level() for level in LEVELS}
        self._wanted: set[Level] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_BREATH_MS)
        self._soon.timeout.connect(self._on_soon_timeout)

    def state(self, level: Level) -> Learnt:
        """What was learnt last about a level."""
        return self._levels[level].learnt

    def is_learning(self, level: Level) -> bool:
        """Whether it is about to know better."""
        return self._levels[level].is_learning or level in self._wanted

    def alike(self, level: Level) -> Alike:
        """The look-alikes of a level."""
        return self._levels[level].alike

    def want(self, level: Level) -> None:
        """Learn again, soon: something was decided."""
        self._wanted.add(level)
        self._soon.start()

    def forget(self, level: Level) -> None:
        """Read embeddings and look-alikes again: items or their pictures are others now."""
        found = self._levels[level]
        found.collection, found.finds_alike = None, True
        self.want(level)

    def rank_like(self, level: Level, item_id: str, done: Callable[[Sequence[str]], None]) -> None:
        """Find what is most like an item; `done` gets the ids, the item itself first."""
        work = _Likest(self._project, self._levels[level].collection, level, item_id)
        self._tasks.run(work, done, priority=1)

    def shutdown(self) -> None:
        """Think no more."""
        self._soon.stop()
        self._wanted.clear()

    def _on_soon_timeout(self) -> None:
        for level in self._wanted:
            self._learn(level)
        self._wanted.clear()

    def _learn(self, level: Level) -> None:
        found = self._levels[level]
        if found.is_learning:
            found.again = True
            return
        is_first = found.collection is None
        found.is_learning, found.again = True, False
        lesson = _Lesson(self._project, level, found.collection, found.finds_alike)
        found.finds_alike = False
        take = self._on_pages_learnt if level == "pages" else self._on_drawings_learnt
        fail = self._on_pages_failed if level == "pages" else self._on_drawings_failed
        self._tasks.run(lesson, take, fail, priority=-1, later=is_first)

    def _on_pages_learnt(self, result: tuple[Collection, Learnt, Alike | None]) -> None:
        self._take("pages", *result)

    def _on_drawings_learnt(self, result: tuple[Collection, Learnt, Alike | None]) -> None:
        self._take("drawings", *result)

    def _take(self, level: Level, collection: Collection, learnt: Learnt, alike: Alike | None) -> None:
        found = self._levels[level]
        found.is_learning = False
        if not found.finds_alike:
            # Otherwise it was told to forget them meanwhile.
            found.collection = collection
        found.learnt = learnt
        if alike is not None and alike.groups != found.alike.groups:
            found.alike = alike
            self.likeness_found.emit(level)
        self.learned.emit(level)
        if found.again:
            self._learn(level)

    def _on_pages_failed(self, error: Exception) -> None:
        self._fail("pages", error)

    def _on_drawings_failed(self, error: Exception) -> None:
        self._fail("drawings", error)

    def _fail(self, level: Level, error: Exception) -> None:
        self._levels[level].is_learning = False
        if not isinstance(error, UserError):
            raise error
        self._tasks.failed.emit(str(error))
