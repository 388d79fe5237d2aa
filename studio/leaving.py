"""Before a project is left while something trains: stop it, let it go on, or stay."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from engine.jobs.queue import read_queue
from studio.jobs import Job
from studio.session import Session
from studio.widgets.question_dialog import QuestionDialog

_WORDS = (
    "It can go on without the window: open the project again and you find it as it stands. "
    "Stopped, it saves first and can be resumed."
)
_WAITING = " What waits for its turn keeps its place until then."


class Leaving(QObject):
    """Asks what shall become of jobs that may go on, then does what the artist was about to do."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._session: Session | None = None
        self._then: Callable[[], object] | None = None
        self._dialog: QuestionDialog | None = None
        self._stopping = False

    def is_answered(self, session: Session | None) -> bool:
        """Whether the project can be left without a question."""
        return self._stopping or session is None or not session.jobs.leavable

    def ask(self, session: Session | None, then: Callable[[], object]) -> None:
        """Ask if there is something to ask, and do `then` unless the artist stays."""
        if session is None or self.is_answered(session):
            then()
            return
        self._session, self._then = session, then
        if self._dialog is not None:
            return
        words = _WORDS + (_WAITING if read_queue(session.project.layout).waiting else "")
        self._dialog = _question(session.jobs.leavable, words, self._window)
        self._dialog.answered.connect(self._on_dialog_answered)
        self._dialog.finished.connect(self._on_dialog_finished)
        self._dialog.open()

    def _on_dialog_answered(self, answer: str) -> None:
        session, then = self._session, self._then
        if answer == "stay" or session is None or then is None:
            return
        if answer == "leave":
            session.jobs.leave()
        self._stopping = True
        try:
            then()
        finally:
            self._stopping = False

    def _on_dialog_finished(self, _result: int) -> None:
        self._dialog = None


def _question(jobs: list[Job], words: str, window: QWidget) -> QuestionDialog:
    names = " and ".join(job.folder.name for job in jobs)
    is_one = len(jobs) == 1
    dialog = QuestionDialog(f"{names} {'is' if is_one else 'are'} still training", words, window)
    dialog.offer("stay", "Stay")
    dialog.offer("stop", "Stop and save")
    dialog.offer("leave", "Go on in the background", role="primary")
    return dialog
