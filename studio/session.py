"""Everything that is open at once: project, library, selection, undo stack, tasks, jobs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from engine.curate.history import describe
from engine.errors import UserError
from engine.jobs.folder import create_job
from engine.project.ids import LEVELS, Decision, Level
from engine.project.log import Gesture
from engine.project.project import Project
from studio.curation.curation import Curation
from studio.curation.learning import Learning
from studio.gallery.spare import the_spare
from studio.jobs import Job, Jobs
from studio.models.library import Library, Shelf
from studio.models.pictures import Pictures
from studio.models.thumbnails import Thumbnails
from studio.selection import Selection
from studio.tasks import Tasks
from studio.tracing.mending import DrawingsRefresher
from studio.undo import GestureCommand, decision_gesture, kind_gesture

if TYPE_CHECKING:
    from engine.trace.mends.records import Mend
    from studio.models.samples import Sample

TOPICS = frozenset({"pages", "decisions", "maps", "traces", "drawings", "datasets", "runs", "samples"})
"""What `data_changed` may speak of."""
_IMPORT_WATCH_MS = 3000
_ITEM_TOPICS = frozenset({"pages", "maps", "traces", "drawings"})
_LEARNT_FROM: dict[str, tuple[Level, ...]] = {
    "pages": ("pages",),
    "maps": LEVELS,
    "traces": ("drawings",),
    "drawings": ("drawings",),
}
"""Topic -> the levels whose embeddings or look-alikes may be others after it."""


def _log_size(project: Project) -> int:
    log = project.layout.decisions
    return log.stat().st_size if log.exists() else 0


@dataclass(frozen=True, slots=True)
class _WayBack:
    """Finds what leads back to an entry of the history, in a worker thread."""

    project: Project
    number: int

    def __call__(self) -> tuple[int, list[Gesture]]:
        """The size of the log it was found from, and the gestures."""
        from engine.curate.history import gestures_back_to

        size = _log_size(self.project)
        return size, gestures_back_to(self.project, self.number)


class Session(QObject):
    """One open project and what every pane shares while it is open.

    Signals:
        data_changed: A topic of `TOPICS`; whoever shows it reads again.
        mended: Id of a page whose mends are others now: by a gesture, or by undoing one.
        said: A sentence for the status bar.
        continuing: A `Sample` that the artist wants to draw on: the canvas takes it.

    Attributes:
        project: The engine's open project.
        library: All pages and drawings with their decisions.
        pictures: How they look.
        thumbnails: Their small pictures.
        selection: What is chosen, everywhere.
        learning: What the machine suggests.
        curation: What of the library is looked at, in every pane of items.
        undo: One command a gesture.
        tasks: Short work in threads.
        drawings_refresher: Lets the index's drawings follow the mends.
        jobs: Long work in child processes.
        run_in_view: Id of the training run chosen last, for every pane that shows one; may be empty.
        dataset_in_view: Id of the dataset version to train on, chosen in the Datasets pane; may be empty.
    """

    data_changed = Signal(str)
    mended = Signal(str)
    said = Signal(str)
    continuing = Signal(object)

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = project
        self.selection = Selection(self)
        self.undo = QUndoStack(self)
        self.tasks = Tasks(self)
        self.jobs = Jobs(self)
        self.run_in_view = ""
        self.dataset_in_view = ""
        self.library = Library(project, self)
        self.learning = Learning(project, self)
        self.curation = Curation(self.library, self.learning, self)
        self.pictures = Pictures(project)
        self.thumbnails = Thumbnails(self.tasks, self.pictures.load_small, self)
        self.drawings_refresher = DrawingsRefresher(project, self.tasks, self)
        self._reading = False
        self._read_again = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.load)
        self._import_watch = QTimer(self)
        self._import_watch.setInterval(_IMPORT_WATCH_MS)
        self._import_watch.timeout.connect(self._on_import_watch_timeout)
        self.jobs.started.connect(self._on_jobs_started)
        self.jobs.finished.connect(self._on_jobs_finished)
        self.tasks.failed.connect(self.said)
        self.learning.failed.connect(self.said)
        self.data_changed.connect(self._on_data_changed)
        self.library.changed.connect(self._on_library_changed)
        self.mended.connect(self.drawings_refresher.want)
        self.drawings_refresher.refreshed.connect(self._on_drawings_refreshed)
        self.drawings_refresher.failed.connect(self.said)

    @property
    def is_busy(self) -> bool:
        """Whether anything that is shown is still on its way."""
        return self.tasks.busy or self.thumbnails.busy or self.learning.is_busy

    def continue_drawing(self, sample: Sample) -> None:
        """Take a drawing to the canvas, to be drawn on."""
        self.continuing.emit(sample)

    def load_soon(self) -> None:
        """`load`, after the window has painted: reading makes it wait for the interpreter."""
        self._soon.start(0)

    def load(self) -> None:
        """Read the library in the background; `library.changed` tells when it is there."""
        if self._reading:
            self._read_again = True
            return
        self._reading, self._read_again = True, False
        self.tasks.run(self.library.read, self._on_library_read, self._on_library_failed, priority=2)

    def decide(self, level: Level, ids: Iterable[str], decision: Decision, **how: Any) -> None:
        """Give items a decision, as one undoable gesture; `how` goes into the log (`by="lasso"`)."""
        self._push(decision_gesture(level, ids, decision, how))

    def name_kind(self, level: Level, ids: Iterable[str], kind: str, **how: Any) -> None:
        """Give items a kind, as one undoable gesture."""
        self._push(kind_gesture(level, ids, kind, how))

    def note(self, level: Level, item_id: str, text: str, **how: Any) -> None:
        """Write something about an item, as one undoable gesture; the empty text takes the note away."""
        self._push(Gesture(level, notes={item_id: text}, how=how))

    def name_cluster(self, level: Level, cluster: int, name: str, **how: Any) -> None:
        """Name a cluster of the level's map, as one undoable gesture."""
        from engine.curate.names import naming

        members = [item.id for item in self.library.shelf(level).items if item.cluster == cluster]
        before = self.library.cluster_names(level).get(cluster, "")
        if name != before:
            self._push(naming(level, members, name, before, **how))

    def keep_one(self, level: Level, kept: str, others: Iterable[str], **how: Any) -> None:
        """Accept one of several look-alikes and reject the others, as one undoable gesture."""
        self._push(Gesture(level, {"accepted": (kept,), "rejected": tuple(sorted(others))}, how=how))

    def decide_selection(self, decision: Decision, **how: Any) -> None:
        """Decide about everything selected; the log keeps how it came to be selected."""
        if self.selection.gathered:
            how["selected"] = self.selection.gathered
        alone = self.selection.current if len(self.selection.ids) == 1 else ""
        for level, ids in self._selected():
            self.decide(level, ids, decision, **how)
        if alone and self.curation.auto_advance and how.get("by") == "key":
            self._advance(alone)

    def _advance(self, decided: str) -> None:
        """Go on to the next item, unless the one decided left the view and took the focus along."""
        if self.selection.current == decided:
            following = self.curation.next_undecided(decided)
            if following:
                self.selection.set((following,), following)

    def name_selection(self, kind: str, **how: Any) -> None:
        """Give everything selected a kind."""
        for level, ids in self._selected():
            self.name_kind(level, ids, kind, **how)

    def mend(self, page_id: str, mends: Sequence[Mend], text: str, **how: Any) -> None:
        """Give a page its complete new list of mends, as one undoable gesture that undo calls `text`."""
        from engine.trace.store import mend_gesture

        self._push(mend_gesture(page_id, mends, how), text)

    def go_back(self, number: int) -> None:
        """Make everything as it was after an entry of the history, as one undoable step.

        A long log takes a second to read, so a thread does; what is decided meanwhile makes it read again.
        """
        self.tasks.run(_WayBack(self.project, number), partial(self._on_way_back_found, number))

    def _on_way_back_found(self, number: int, way: tuple[int, list[Gesture]]) -> None:
        size, gestures = way
        if size != _log_size(self.project):
            self.go_back(number)
        elif gestures:
            self.take_over(gestures, f"go back to entry {number} of the history")
        else:
            self.said.emit("Everything is as it was then.")

    def take_over(self, gestures: Sequence[Gesture], text: str) -> None:
        """Carry out gestures made elsewhere, as one undoable step that undo calls `text`."""
        self.undo.beginMacro(text)
        for gesture in gestures:
            self._push(gesture)
        self.undo.endMacro()

    def _selected(self) -> list[tuple[Level, list[str]]]:
        """The selection by level: pages if there are any, else drawings."""
        for level in LEVELS:
            rows = self.library.shelf(level).rows
            if ids := [item_id for item_id in self.selection.ids if item_id in rows]:
                return [(level, ids)]
        return []

    def start_job(self, kind: str, title: str, topics: Iterable[str], /, **spec: Any) -> Job | None:
        """Start long work on the project in a child process.

        Args:
            kind: A kind of `engine.jobs.work`.
            title: A few words for the job strip.
            topics: What changes with it.
            spec: What that kind of work wants to know, JSON-ready.

        Returns:
            The job; None when its folder could not be made (the reason is then `said`).
        """
        spec |= {"kind": kind, "project": str(self.project.layout.root), "session": self.project.session}
        try:
            folder = create_job(self.project.layout.jobs, spec)
        except UserError as error:
            self.said.emit(str(error))
            return None
        return self.jobs.launch(title, folder, topics)

    def close(self) -> None:
        """Stop jobs and threads, then close the project. Nothing is left running."""
        self._soon.stop()
        self._import_watch.stop()
        self.learning.shutdown()
        self.jobs.shutdown()
        self.tasks.shutdown()
        the_spare().end()
        self._write_drawings()
        self.undo.clear()
        self.project.close()

    def _push(self, gesture: Gesture, text: str = "") -> None:
        words = text or describe(gesture)
        self.undo.push(GestureCommand(self.project, gesture, words, self._on_gesture_written, self.said.emit))

    def _on_gesture_written(self, gesture: Gesture) -> None:
        self._read_again = self._read_again or self._reading
        if gesture.names:
            self.library.refresh_names(gesture.level)
        if gesture.ids:
            self.library.refresh_decisions(gesture.level, gesture.ids)
            self.data_changed.emit("decisions")
        for page_id in gesture.mends:
            self.mended.emit(page_id)

    def _write_drawings(self) -> None:
        try:
            self.drawings_refresher.flush()
        except UserError as error:
            # The mends are safe in the log; the index follows at the next mend or the next tracing.
            self.said.emit(str(error))

    def _on_drawings_refreshed(self) -> None:
        self.data_changed.emit("drawings")

    def _on_library_read(self, shelves: dict[Level, Shelf]) -> None:
        self._reading = False
        if self._read_again:
            # Something was decided or made meanwhile: what was read is older than what is shown.
            self.load()
        else:
            self.library.put(shelves)

    def _on_library_failed(self, error: Exception) -> None:
        self._reading = False
        if not isinstance(error, UserError):
            raise error
        self.said.emit(str(error))

    def _on_jobs_started(self, job: Job) -> None:
        if "pages" in job.topics:
            self._import_watch.start()

    def _on_import_watch_timeout(self) -> None:
        """Pages appear while the import goes on."""
        if any("pages" in job.topics for job in self.jobs.running):
            self.load()
        else:
            self._import_watch.stop()

    def _on_jobs_finished(self, job: Job) -> None:
        for topic in job.topics:
            self.data_changed.emit(topic)

    def _on_library_changed(self, level: Level) -> None:
        self.learning.want(level)

    def _on_data_changed(self, topic: str) -> None:
        if topic in _ITEM_TOPICS:
            self.load()
        for level in _LEARNT_FROM.get(topic, ()):
            self.learning.forget(level)
