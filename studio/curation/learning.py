"""What the machine learns from the artist, after each gesture and in a process of its own; it never decides.

A process, not a thread: learning brings in scikit-learn, and while its libraries load and its loops run a
thread would keep the window waiting for the interpreter.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.curate.learnt import Alike, AlikeGroup, Learnt
from engine.project.ids import LEVELS, Level
from engine.project.project import Project
from studio.answering import AnsweringProcess

_SILENT_END = "Learning ended without a word. It begins again with the next decision."
_BREATH_MS, _FIRST_MS = 30, 600
"""A gesture is shown before the machine thinks about it; a project is shown before it begins to at all."""
_MOST_FAILURES = 3
Ranked = Callable[[Sequence[str]], None]


class Learner(AnsweringProcess):
    """One child process for one project: `python -m engine.jobs learn PROJECT`.

    Signals:
        learnt: (level, `Learnt`, `Alike` or None where that did not change).
        ranked: Ids, the likest first.
    """

    learnt = Signal(str, object, object)
    ranked = Signal(object)

    def __init__(self, project: Path, parent: QObject | None = None) -> None:
        super().__init__(_SILENT_END, parent)
        self._project = project

    def ask(self, **fields: Any) -> None:
        """Ask; starts the child if there is none (any more)."""
        if not self.is_alive:
            self.launch([sys.executable, "-m", "engine.jobs", "learn", str(self._project)])
        self.request(**fields)

    def hear(self, event: dict[str, Any]) -> None:
        """Hand the answer on."""
        if event.get("event") == "learnt":
            self.finish()
            groups = event.get("alike")
            alike = None if groups is None else Alike.of(AlikeGroup(tuple(ids), why) for ids, why in groups)
            self.learnt.emit(event["level"], _learnt(event), alike)
        elif event.get("event") == "likest":
            self.finish()
            self.ranked.emit(event["ids"])


def _learnt(event: dict[str, Any]) -> Learnt:
    accepted, rejected = event["missing"]
    kinds = {id_: (str(kind), float(p)) for id_, (kind, p) in event["kinds"].items()}
    return Learnt(event["likelihoods"], kinds, (accepted, rejected), event["n_accepted"], event["n_rejected"])


@dataclass(slots=True)
class _Level:
    """What is known of one level, and what is wanted.

    Attributes:
        learnt: What was learnt last.
        alike: The look-alikes.
        wanted: Whether something was decided since.
        forget: Whether embeddings or items are others since.
    """

    learnt: Learnt = field(default_factory=Learnt)
    alike: Alike = field(default_factory=Alike)
    wanted: bool = False
    forget: bool = False


class Learning(QObject):
    """Suggestions and look-alikes of both levels; one question at a time.

    Signals:
        learned: A level whose suggestions are others now.
        likeness_found: A level whose look-alikes are others now.
        failed: A sentence that says why nothing was learnt.
    """

    learned = Signal(str)
    likeness_found = Signal(str)
    failed = Signal(str)

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._levels: dict[Level, _Level] = {level: _Level() for level in LEVELS}
        self._in_hand: Level | None = None
        self._likest: tuple[Level, str, Ranked] | None = None
        self._ranking: Ranked | None = None
        self._failures = 0
        self._learner = Learner(project.layout.root, self)
        self._learner.learnt.connect(self._on_learner_learnt)
        self._learner.ranked.connect(self._on_learner_ranked)
        self._learner.failed.connect(self._on_learner_failed)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._ask_next)

    def state(self, level: Level) -> Learnt:
        """What was learnt last about a level."""
        return self._levels[level].learnt

    def alike(self, level: Level) -> Alike:
        """The look-alikes of a level."""
        return self._levels[level].alike

    def is_learning(self, level: Level) -> bool:
        """Whether it is about to know better."""
        return self._levels[level].wanted or self._in_hand == level

    @property
    def is_busy(self) -> bool:
        """Whether an answer is still to come."""
        return any(self.is_learning(level) for level in LEVELS) or self._ranking is not None

    def want(self, level: Level) -> None:
        """Learn again, soon: something was decided. Nothing happens before anything is embedded."""
        if self._failures < _MOST_FAILURES and self._has_pictures(level):
            self._levels[level].wanted = True
            self._soon.start(_BREATH_MS if self._learner.is_alive else _FIRST_MS)

    def forget(self, level: Level) -> None:
        """Read embeddings and look-alikes again: items or their pictures are others now."""
        self._levels[level].forget = True
        self.want(level)

    def rank_like(self, level: Level, item_id: str, done: Ranked) -> None:
        """Find what is most like an item; `done` gets ids, the item first, none where it is not embedded."""
        if not self._has_pictures(level):
            done(())
            return
        self._likest = (level, item_id, done)
        self._ask_next()

    def shutdown(self) -> None:
        """Think no more."""
        self._soon.stop()
        self._learner.close()

    def _has_pictures(self, level: Level) -> bool:
        found = self._project.index.execute("SELECT 1 FROM embeddings WHERE level = ? LIMIT 1", (level,))
        return found.fetchone() is not None

    def _ask_next(self) -> None:
        """The likeness somebody waits for first, then what was decided."""
        if self._learner.is_busy:
            return
        if self._likest is not None:
            level, item_id, self._ranking = self._likest
            self._likest = None
            self._ask(level, like=item_id)
            return
        wanted = next((level for level in LEVELS if self._levels[level].wanted), None)
        if wanted is not None:
            self._levels[wanted].wanted = False
            self._in_hand = wanted
            self._ask(wanted)

    def _ask(self, level: Level, **fields: Any) -> None:
        found = self._levels[level]
        if "like" not in fields:
            fields |= {"forget": True} if found.forget else {}
            found.forget = False
        self._learner.ask(level=level, **fields)

    def _on_learner_learnt(self, level: Level, learnt: Learnt, alike: Alike | None) -> None:
        found = self._levels[level]
        self._in_hand, self._failures, found.learnt = None, 0, learnt
        if alike is not None and alike.groups != found.alike.groups:
            found.alike = alike
            self.likeness_found.emit(level)
        self.learned.emit(level)
        self._ask_next()

    def _on_learner_ranked(self, ids: Sequence[str]) -> None:
        done, self._ranking = self._ranking, None
        if done is not None:
            done(ids)
        self._ask_next()

    def _on_learner_failed(self, sentence: str) -> None:
        self._in_hand = self._ranking = None
        self._failures += 1
        self.failed.emit(sentence)
