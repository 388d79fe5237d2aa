"""Project: one folder that can be closed, copied, reopened, and that loses nothing in a crash."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from engine.errors import UserError
from engine.project import atomic, decisions, log
from engine.project.layout import Layout
from engine.project.lock import WriterLock
from engine.project.log import Gesture
from engine.project.schema import VERSION, migrate, newer_project

_FORMAT = "single-line-studio"


@dataclass(frozen=True, slots=True)
class ProjectInfo:
    """What `project.json` says."""

    id: str
    name: str
    created: str


class Project:
    """An open project.

    Connections to the index belong to the thread that asks for them; everything else may be used from any
    thread. Use it as a context manager, or call `close`.

    Attributes:
        layout: Where things lie.
        info: The project's id, name and date.
        session: Token of the writing session; child processes open the project with it.
        writable: Whether this process may write.
    """

    def __init__(self, layout: Layout, info: ProjectInfo, session: str, *, writable: bool) -> None:
        """Use `Project.create` or `Project.open`."""
        self.layout = layout
        self.info = info
        self.session = session
        self.writable = writable
        self._lock = WriterLock(layout.lock, session) if writable else None
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._writing = threading.RLock()

    @classmethod
    def create(cls, root: Path, name: str = "") -> Project:
        """Make a project in a new or empty folder and open it for writing.

        Args:
            root: The folder; made when missing.
            name: What to call it; the folder's name by default.

        Raises:
            UserError: if the folder holds something already, or cannot be written.
        """
        root = Path(root).expanduser().resolve()
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            where = "is a project already" if Layout(root).marker.exists() else "is not empty"
            raise UserError(f"{root} {where}.", "Choose a new folder, or open the project that is there.")
        created = datetime.now(UTC).isoformat(timespec="seconds")
        info = ProjectInfo(uuid.uuid4().hex, name or root.name, created)
        atomic.write_json(Layout(root).marker, {"format": _FORMAT, "version": VERSION, **asdict(info)})
        return cls.open(root)

    @classmethod
    def open(cls, root: Path, *, write: bool = True, session: str | None = None) -> Project:
        """Open a project.

        Args:
            root: The project folder.
            write: Take the right to write; without it, reading goes on while another session writes.
            session: Token of a parent process's session to join.

        Raises:
            UserError: if it is no project, is from a newer version, is damaged, is open for writing
                elsewhere, or lies on a disk that cannot be written.
        """
        layout = Layout(Path(root).expanduser().resolve())
        project = cls(layout, _read_marker(layout), session or uuid.uuid4().hex, writable=write)
        if project._lock is not None:
            project._lock.acquire()
        try:
            project._start()
        except BaseException:
            project.close()
            raise
        return project

    def _start(self) -> None:
        if self.writable:
            with _index_errors(self.layout.index):
                migrate(self.index, str(self.layout.root))
            self._catch_up()
        elif not self.layout.index.exists():
            raise UserError(
                f"The index of {self.layout.root} is missing.",
                "Open the project in the window or run `singleline import` on it: both make it again.",
            )
        else:
            self._need_todays_index()

    def _need_todays_index(self) -> None:
        """A reader of an older index brings it up to date, as any writer would: it could not read it else."""
        version: int = self.index.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise newer_project(str(self.layout.root))
        if version < VERSION:
            Project.open(self.layout.root).close()

    def _catch_up(self) -> None:
        """Apply what a crash left in the log but not in the index, or all of it to a new index.

        All of it also where the log is another one than the index knows: taken back from a copy, or sent by
        somebody else. What only the index knows stays: it may be the last place that does.
        """
        path = self.layout.decisions
        size = path.stat().st_size if path.exists() else 0
        known, end = _known_log(self.index)
        grown = known <= size and end in ("", log.end_mark(path, known))
        if grown and size == known:
            return
        with self.transaction() as index:
            for gesture in log.read(path, known if grown else 0):
                decisions.apply(index, gesture)
            _remember_log(index, path, size)

    @property
    def index(self) -> sqlite3.Connection:
        """This thread's connection to the index; autocommit, rows by name."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with _index_errors(self.layout.index):
                connection = _connect(self.layout.index, writable=self.writable)
            self._local.connection = connection
            self._connections.append(connection)
        return connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything written in the block is kept, or nothing is.

        Raises:
            UserError: if the project is open for reading only, or the disk refuses the write.
        """
        if not self.writable:
            raise UserError(f"{self.layout.root} is open for reading only.", "Open it for writing.")
        with self._writing, _index_errors(self.layout.index):
            index = self.index
            index.execute("BEGIN IMMEDIATE")
            try:
                yield index
            except BaseException:
                index.execute("ROLLBACK")
                raise
            index.execute("COMMIT")

    def decide(self, gesture: Gesture) -> Gesture:
        """Write a gesture to the log, then to the index.

        Args:
            gesture: What the artist did.

        Returns:
            The gesture that takes it back.

        Raises:
            UserError: if it could not be written to the log; then nothing is decided.
        """
        with self.transaction() as index:
            back = decisions.inverse(index, gesture)
            size = log.append(self.layout.decisions, decisions.placed(index, gesture).stamped())
            decisions.apply(index, gesture)
            _remember_log(index, self.layout.decisions, size)
        return back

    def close(self) -> None:
        """Close every connection and give the lock back; may be called twice."""
        while self._connections:
            self._connections.pop().close()
        self._local = threading.local()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Project:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def project_name(root: Path) -> str:
    """What a project is called, without opening it; its folder's name where that cannot be read."""
    try:
        return _read_marker(Layout(root)).name
    except UserError:
        return root.name


def copy_project(source: Path, target: Path) -> None:
    """Copy a project, also while a window has it open: the index is copied as one moment of it.

    Args:
        source: The project folder.
        target: A folder that does not exist yet.

    Raises:
        UserError: if the source is no project, or the target exists or cannot be written.
    """
    with Project.open(source, write=False) as project:
        if target.exists():
            raise UserError(f"{target} exists already.", "Choose a new folder for the copy.")
        skip = shutil.ignore_patterns("index.sqlite*", "writer.*", "*.part")
        try:
            shutil.copytree(project.layout.root, target, ignore=skip)
            copy = sqlite3.connect(Layout(target).index)
            with copy:
                project.index.backup(copy)
            copy.close()
        except OSError as error:
            shutil.rmtree(target, ignore_errors=True)
            raise atomic.write_error(target, error) from error


def move_project(source: Path, target: Path) -> None:
    """Move a closed project; on another disk it is copied whole before the first file is taken away.

    Args:
        source: The project folder.
        target: A folder that does not exist yet.

    Raises:
        UserError: if the source is no project or is open, or the target exists or cannot be written.
    """
    if target.exists():
        raise UserError(f"{target} exists already.", "Choose a new folder to move the project to.")
    with Project.open(source):
        pass  # nobody else writes it
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, target)
    except OSError as error:
        raise atomic.write_error(target, error) from error


def _read_marker(layout: Layout) -> ProjectInfo:
    hint = "Choose the folder that holds project.json, or make a project with `singleline new`."
    if not layout.root.is_dir():
        raise UserError(f"{layout.root} is not a folder.", hint)
    try:
        marker = json.loads(layout.marker.read_text("utf-8"))
        if marker["format"] != _FORMAT:
            raise UserError(f"{layout.root} is not a Single-Line Studio project.", hint)
        if int(marker["version"]) > VERSION:
            raise newer_project(str(layout.root))
        return ProjectInfo(str(marker["id"]), str(marker["name"]), str(marker["created"]))
    except FileNotFoundError as error:
        raise UserError(f"{layout.root} is not a Single-Line Studio project.", hint) from error
    except OSError as error:
        raise UserError(f"Cannot read {layout.marker}: {error.strerror}.", "Check the disk.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{layout.marker} is damaged.",
            "Take the file back from a copy of the project; nothing else is lost.",
        ) from error


def _connect(path: Path, *, writable: bool) -> sqlite3.Connection:
    mode = "rwc" if writable else "ro"
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode={mode}", uri=True, timeout=30, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    if writable:
        connection.execute("PRAGMA journal_mode = WAL")
        # The log is what must not be lost; the index can lag behind it and catches up on opening.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
    return connection


@contextmanager
def _index_errors(path: Path) -> Iterator[None]:
    """Say what to do about an index that cannot be used."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        text = str(error)
        if "readonly" in text or "unable to open" in text:
            hint = "Copy the project to a disk and folder that can be written."
        elif "full" in text:
            hint = "Free some space and try again; nothing was half written."
        elif "malformed" in text or "not a database" in text:
            hint = "Move index.sqlite away and open the project again: it is made anew, decisions stay."
        else:
            raise
        raise UserError(f"Cannot use {path}: {text}.", hint) from error


def _remember_log(index: sqlite3.Connection, path: Path, size: int) -> None:
    """Write down up to where the index follows the log, and what the log looks like there."""
    values = [("log_bytes", str(size)), ("log_end", log.end_mark(path, size))]
    index.executemany("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", values)


def _known_log(index: sqlite3.Connection) -> tuple[int, str]:
    """What `_remember_log` wrote; an index from before has no mark of the log's end, and is trusted."""
    found = dict(
        index.execute("SELECT key, value FROM meta WHERE key IN ('log_bytes', 'log_end')").fetchall()
    )
    return int(found.get("log_bytes", 0)), found.get("log_end", "")
