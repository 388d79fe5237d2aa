"""What can be done with one run, whoever trains it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.errors import UserError
from engine.jobs.runs import Notes, change_settings, read_notes
from engine.training.settings import TrainSettings
from studio.jobs import Job
from studio.models.runs import Run
from studio.session import Session
from studio.training.run_commands import DiscardCommand, NotesCommand
from studio.training.training_queue import TrainingQueue
from studio.widgets.question_dialog import QuestionDialog
from studio.widgets.training.run_header import Standing


class RunActions(QObject):
    """Carries out the words of the run's header.

    Signals:
        written: Something in a run's folder is other than before.
    """

    written = Signal()

    def __init__(self, session: Session, queue: TrainingQueue, owner: QWidget) -> None:
        super().__init__(owner)
        self._session = session
        self._layout = session.project.layout
        self._queue = queue
        self._owner = owner
        self._asked: dict[str, str] = {}
        self._measuring: dict[str, Job] = {}
        self._to_discard = ""

    def standing(self, run: Run) -> Standing:
        """How a run stands with this window."""
        waiting, job = self._queue.waiting, self._queue.job_of(run.id)
        asked = "stop" if job is not None and job.outcome == "stopping" else self._asked.get(run.id, "")
        is_done = {"pause": run.state == "paused", "go on": run.state == "running"}.get(asked, False)
        if is_done or not (run.is_live or job is not None):
            self._asked.pop(run.id, None)
            asked = ""
        place = waiting.index(run.id) + 1 if run.id in waiting else 0
        return Standing(job is not None, asked, place, len(waiting), run.id in self._measuring)

    def do(self, word: str, run: Run) -> None:
        """Do what the header says; see `RunHeader.wanted`."""
        queue = self._queue
        match word:
            case "pause" | "go on":
                self._asked[run.id] = word
                queue.pause(run.id, wait=word == "pause")
            case "stop":
                self._asked[run.id] = word
                queue.stop(run.id)
            case "resume":
                queue.add(run.id)
            case "longer":
                self._resume_with(run, **longer(run.settings))
            case "smaller":
                self._resume_with(run, micro_batch=half_part(run))
            case "earlier" | "later":
                queue.move(run.id, -1 if word == "earlier" else 1)
            case "take out":
                queue.take_out(run.id)
            case "measure":
                self._measure(run.id)
            case "discard":
                self._ask_to_discard(run)

    def name(self, run_id: str, title: str) -> None:
        """Give a run a title."""
        self._write(run_id, replace(read_notes(self._layout.runs / run_id), title=title))

    def note(self, run_id: str, text: str) -> None:
        """Say something about a run."""
        self._write(run_id, replace(read_notes(self._layout.runs / run_id), text=text))

    def _write(self, run_id: str, notes: Notes) -> None:
        told, failed = self.written.emit, self._session.said.emit
        self._session.undo.push(NotesCommand(self._layout, run_id, notes, told, failed))

    def _resume_with(self, run: Run, **changes: Any) -> None:
        try:
            change_settings(run.folder, **changes)
        except UserError as error:
            self._session.said.emit(str(error))
            return
        self._queue.add(run.id)

    def _measure(self, run_id: str) -> None:
        if run_id in self._measuring:
            return
        job = self._session.start_job("evaluate", f"Measuring {run_id}", {"runs"}, run=run_id)
        if job is not None:
            self._measuring[run_id] = job
            job.finished.connect(self._on_measuring_finished)

    def _on_measuring_finished(self, job: Job) -> None:
        self._measuring = {run_id: one for run_id, one in self._measuring.items() if one is not job}
        self.written.emit()

    def _ask_to_discard(self, run: Run) -> None:
        self._to_discard = run.id
        dialog = QuestionDialog(
            f"Move {run.title or run.id} to the trash?",
            "Its curves, its drawings and all it has learnt go to the folder “trash” of the project. "
            "Ctrl+Z brings it back; nothing is deleted.",
            self._owner.window(),
        )
        dialog.offer("keep", "Keep it")
        dialog.offer("discard", "Move to the trash", role="reject")
        dialog.answered.connect(self._on_discard_answered)
        dialog.open()

    def _on_discard_answered(self, answer: str) -> None:
        if answer != "discard":
            return
        self._queue.take_out(self._to_discard)
        told, failed = self.written.emit, self._session.said.emit
        self._session.undo.push(DiscardCommand(self._layout, self._to_discard, told, failed))


def longer(settings: dict[str, Any]) -> dict[str, Any]:
    """The same settings with twice the length, and no patience that would end it at once."""
    usual = TrainSettings()
    steps = int(settings.get("steps", usual.steps))
    length = {"steps": 2 * steps} if steps else {"minutes": 2 * settings.get("minutes", usual.minutes)}
    return {**length, "patience": 0}


def half_part(run: Run) -> int:
    """Half as many drawings at the same time as before: what did not fit into memory may fit so."""
    before = run.micro_batch or TrainSettings.from_json(run.settings).settled().batch_size
    return max(before // 2, 1)
