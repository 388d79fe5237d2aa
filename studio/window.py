"""The one window: start page or workspace, the job strip below, and every key."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QStandardPaths
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QUndoGroup
from PySide6.QtWidgets import QApplication, QFileDialog, QMainWindow, QStackedWidget, QWidget

from engine.errors import UserError
from engine.jobs.folder import create_job
from engine.project.project import Project
from studio import actions, theme
from studio.garbage import Belongings
from studio.jobs import Job, Jobs
from studio.leaving import Leaving
from studio.panes.base import Pane
from studio.panes.canvas import CanvasPane
from studio.panes.datasets import DatasetsPane
from studio.panes.gallery import GalleryPane
from studio.panes.map import MapPane
from studio.panes.sketchbooks import SketchbooksPane
from studio.panes.start import StartPage, dropped_folders
from studio.panes.tracing import TracingPane
from studio.panes.training import TrainingPane
from studio.session import Session
from studio.settings import Settings
from studio.widgets.job_strip import JobStrip
from studio.workspace import Workspace

PANES: tuple[type[Pane], ...] = (
    SketchbooksPane, MapPane, TracingPane, DatasetsPane, TrainingPane, GalleryPane,
    CanvasPane,
)  # fmt: skip
"""The rooms in the order of the story; a room that is not built yet is not there."""


class Window(QMainWindow):
    """The studio."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Single-Line Studio")
        self.setMinimumSize(1100, 700)
        self.setAcceptDrops(True)
        self.session: Session | None = None
        self._settings = settings
        self._own_jobs = Jobs(self)
        self._own_jobs.finished.connect(self._on_sample_finished)
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._keys: actions.KeysDialog | None = None
        self.start = StartPage()
        self.workspace = Workspace([pane() for pane in PANES])
        self._stack = QStackedWidget()
        self._stack.addWidget(self.start)
        self._stack.addWidget(self.workspace)
        self.setCentralWidget(self._stack)
        self.strip = JobStrip()
        self.statusBar().addWidget(self.strip, 1)
        self.statusBar().setSizeGripEnabled(False)
        self._undo = QUndoGroup(self)
        self._leaving = Leaving(self)
        self._belongings = Belongings(self)
        self._connect_actions()
        self._connect_start()
        self._restore()
        self._show_start()

    def _connect_actions(self) -> None:
        self.actions_by_name = actions.make_actions(self)
        slots = {
            "accept": self._on_accept_triggered,
            "reject": self._on_reject_triggered,
            "clear": self._on_clear_triggered,
            "next": self.workspace.desk.go_to_next_undecided,
            "advance": self.workspace.desk.bar.advance.toggle,
            "compare": self.workspace.desk.comparing.toggle,
            "alike": self._on_alike_triggered,
            "filters": self.workspace.desk.toggle_filters,
            "history": self.workspace.desk.show_history,
            "search": self._on_search_triggered,
            "import": self.choose_scans,
            "new": self.choose_new_project,
            "open": self.choose_project,
            "keys": self.show_keys,
        }
        for name, slot in slots.items():
            self.actions_by_name[name].triggered.connect(slot)
        titles = [pane.TITLE for pane in self.workspace.panes]
        self.pane_actions = actions.make_pane_actions(self, titles)
        for action in self.pane_actions:
            action.triggered.connect(self._on_pane_triggered)
        undo, redo = actions.make_undo_actions(self, self._undo)
        self.workspace.rail.set_undo_actions(undo, redo)

    def _connect_start(self) -> None:
        rail = self.workspace.rail
        rail.home_wanted.connect(self.leave_project)
        rail.keys_wanted.connect(self.show_keys)
        rail.theme_wanted.connect(self._on_theme_wanted)
        self.start.open_wanted.connect(self._on_start_open_wanted)
        self.start.new_wanted.connect(self.choose_new_project)
        self.start.sample_wanted.connect(self.make_sample)
        self.start.scans_wanted.connect(self._on_start_scans_wanted)
        self.workspace.pane_shown.connect(self._enable)
        for pane in self.workspace.panes:
            if isinstance(pane, SketchbooksPane):
                pane.import_wanted.connect(self.choose_scans)

    def _restore(self) -> None:
        geometry = self._settings.bytes("geometry")
        if geometry == QByteArray() or not self.restoreGeometry(geometry):
            self.resize(1440, 900)
        self.workspace.rail.show_theme(theme.tokens())

    # -- projects --------------------------------------------------------------------------------------

    def open_project(self, folder: Path) -> bool:
        """Open a project in place of the one that is open; says why where that is not possible.

        Whoever may leave something in training asks first: `leave_project`.
        """
        try:
            project = Project.open(folder)
        except UserError as error:
            self.complain(error)
            return False
        self._enter(project)
        return True

    def new_project(self, folder: Path, scans: Sequence[Path] = ()) -> bool:
        """Make a project and open it; `scans` are folders to import at once."""
        try:
            project = Project.create(folder)
        except UserError as error:
            self.complain(error)
            return False
        self._enter(project)
        if scans:
            self.import_scans(scans)
        return True

    def leave_project(self) -> None:
        """Back to the start page; what trains may go on, the artist is asked."""
        self._leaving.ask(self.session, self.close_project)

    def close_project(self) -> None:
        """Back to the start page. What is under way is stopped."""
        if self.session is None:
            return
        self._belongings.leave()
        self.workspace.close_session()
        self.strip.follow(self._own_jobs)
        self._undo.removeStack(self.session.undo)
        self.session.close()
        self.session.deleteLater()
        self.session = None
        self._show_start()

    def _enter(self, project: Project) -> None:
        self.close_project()
        self.session = Session(project, self)
        self.session.said.connect(self.strip.say)
        self._undo.addStack(self.session.undo)
        self._undo.setActiveStack(self.session.undo)
        self.strip.follow(self.session.jobs)
        self.workspace.open_session(self.session)
        self._stack.setCurrentWidget(self.workspace)
        self.session.load_soon()
        self._settings.remember(project.layout.root)
        self.setWindowTitle(f"{project.info.name} \N{EM DASH} Single-Line Studio")
        self._enable()
        self._belongings.settle()

    def _show_start(self) -> None:
        self.start.show_recent(self._settings.recent)
        self.start.show_error("")
        self._stack.setCurrentWidget(self.start)
        self.setWindowTitle("Single-Line Studio")
        self._enable()

    def _enable(self) -> None:
        in_project = self.session is not None
        among_items = in_project and self.workspace.pane.SHOWS_ITEMS
        actions.enable(self.actions_by_name, in_project=in_project, among_items=among_items)
        for action in self.pane_actions:
            action.setEnabled(in_project)

    def complain(self, error: UserError) -> None:
        """Say what went wrong where the artist is looking."""
        if self.session is None:
            self.start.show_error(str(error))
        else:
            self.strip.say(str(error))

    # -- asking ----------------------------------------------------------------------------------------

    def choose_project(self) -> None:
        """Ask which project to open."""
        folder = QFileDialog.getExistingDirectory(self, "Open a project", str(_home()))
        if folder:
            self._leaving.ask(self.session, partial(self.open_project, Path(folder)))

    def choose_new_project(self) -> None:
        """Ask where the new project shall be."""
        name, _ = QFileDialog.getSaveFileName(self, "New project", str(_home() / "My sketchbooks"))
        if name:
            self._leaving.ask(self.session, partial(self.new_project, Path(name)))

    def choose_scans(self) -> None:
        """Ask which folder of scans to add."""
        folder = QFileDialog.getExistingDirectory(self, "Add a folder of scans", str(Path.home()))
        if folder:
            self._take_folders([Path(folder)])

    def show_keys(self) -> None:
        """The list of keys."""
        if self._keys is None:
            self._keys = actions.KeysDialog([pane.TITLE for pane in self.workspace.panes], self)
        self._keys.show()
        self._keys.raise_()

    # -- scans and the sample --------------------------------------------------------------------------

    def import_scans(self, folders: Sequence[Path]) -> Job | None:
        """Import folders of scans into the open project."""
        if self.session is None:
            return None
        names = [str(folder) for folder in folders]
        return self.session.start_job("import", "Adding scans", {"pages"}, folders=names)

    def _take_folders(self, folders: Sequence[Path]) -> None:
        """A project opens; scans go into the open project, or into a new one named after their folder."""
        if len(folders) == 1 and (folders[0] / "project.json").exists():
            self._leaving.ask(self.session, partial(self.open_project, folders[0]))
        elif self.session is not None:
            self.import_scans(folders)
        elif folders:
            self.new_project(_free_folder(_home(), folders[0].name), folders)

    def make_sample(self) -> None:
        """Make the sample project in a child process and open it."""
        self._scratch = tempfile.TemporaryDirectory(prefix="singleline-")
        spec = {"kind": "demo", "out": str(_home() / "Sample")}
        try:
            folder = create_job(Path(self._scratch.name), spec)
        except UserError as error:
            self.complain(error)
            return
        self.start.set_busy(True)
        self.strip.follow(self._own_jobs)
        self._own_jobs.launch("Making the sample", folder).event_received.connect(self._on_sample_event)

    def _on_sample_event(self, event: dict[str, object]) -> None:
        if event.get("event") == "done" and self.session is None:
            self.open_project(Path(str(event["project"])))

    def _on_sample_finished(self, job: Job) -> None:
        self.start.set_busy(False)
        if job.outcome == "failed":
            self.start.show_error(job.message)
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    # -- slots -----------------------------------------------------------------------------------------

    def _on_accept_triggered(self) -> None:
        if self.session is not None:
            self.session.decide_selection("accepted", by="key")

    def _on_reject_triggered(self) -> None:
        if self.session is not None:
            self.session.decide_selection("rejected", by="key")

    def _on_clear_triggered(self) -> None:
        if self.session is not None:
            self.session.decide_selection("undecided", by="key")

    def _on_search_triggered(self) -> None:
        if not self.workspace.pane.SHOWS_ITEMS:
            self.workspace.show_pane_named(SketchbooksPane.TITLE)
        self.workspace.desk.bar.focus_search()

    def _on_alike_triggered(self) -> None:
        if self.session is not None:
            self.workspace.desk.show_like(self.session.selection.current)

    def _on_pane_triggered(self) -> None:
        action = self.sender()
        if action in self.pane_actions:
            self.workspace.show_pane(self.pane_actions.index(action))

    def _on_theme_wanted(self) -> None:
        chosen = theme.LIGHT if theme.tokens().is_dark else theme.DARK
        self.use_theme(chosen)
        self._settings.theme = chosen.name

    def use_theme(self, tokens: theme.Tokens) -> None:
        """Dress the window in these colours."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            theme.apply(application, tokens)
        self.workspace.rail.show_theme(tokens)

    def _on_start_open_wanted(self, folder: Path | None) -> None:
        if folder is None:
            self.choose_project()
        else:
            self.open_project(folder)

    def _on_start_scans_wanted(self, folders: list[Path]) -> None:
        if folders:
            self._take_folders(folders)
        else:
            self.choose_scans()

    # -- the window itself -----------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Folders may be dropped anywhere."""
        if dropped_folders(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Import them, or open the project."""
        self._take_folders(dropped_folders(event))
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop everything but what may go on, remember the sizes."""
        if not self._leaving.is_answered(self.session):
            event.ignore()
            self._leaving.ask(self.session, self.close)
            return
        self._settings.set_bytes("geometry", self.saveGeometry())
        self.close_project()
        self._own_jobs.shutdown()
        self.workspace.shutdown()
        self._settings.sync()
        super().closeEvent(event)


def _home() -> Path:
    """Where projects are made unless the artist says otherwise."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home()) / "Single-Line Studio"


def _free_folder(parent: Path, name: str) -> Path:
    """A folder of that name that is not there yet."""
    folder, number = parent / name, 2
    while folder.exists():
        folder, number = parent / f"{name} {number}", number + 1
    return folder
