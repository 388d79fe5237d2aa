"""A small shelf of scans, a project of it, and a watch that nothing is left running."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from engine.project.project import Project
from engine.scans.catalogue import import_folder
from studio import theme
from studio.garbage import collect_due
from studio.session import Session
from studio.settings import Settings
from studio.training import run_loading
from studio.window import Window

N_PAGES = 24
N_CLUSTERS = 3
PATIENCE_MS = 30_000
"""A child process that imports scikit-learn takes ten seconds where others are busy, too."""


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two books of twelve small pages, each with a line of its own."""
    folder = tmp_path_factory.mktemp("scans")
    draw_scans(folder, N_PAGES)
    return folder


def draw_scans(folder: Path, count: int) -> None:
    """Make `count` scans, twelve a book."""
    random = np.random.default_rng(7)
    for number in range(count):
        page = Image.new("RGB", (150, 200), "white")
        points = [tuple(point) for point in random.uniform((10, 10), (140, 190), (8, 2))]
        ImageDraw.Draw(page).line(points, fill="black", width=2)
        page.save(folder / f"sb{1 + number // 12:02d}p{1 + number % 12:03d}.jpg")


@pytest.fixture(scope="session")
def template(shelf: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed project of the shelf, with a map: clusters lie at the corners of a triangle."""
    root = tmp_path_factory.mktemp("template") / "shelf"
    with Project.create(root, "Test shelf") as project:
        import_folder(project, shelf)
        make_map(project)
    return root


def make_map(project: Project) -> None:
    """Put page n into cluster n modulo 3, in a little spiral around the cluster's corner."""
    ids = [row["id"] for row in project.index.execute("SELECT id FROM pages ORDER BY id")]
    corners = np.array([(-1.0, -1.0), (1.0, -1.0), (0.0, 1.0)])
    with project.transaction() as index:
        for number, page_id in enumerate(ids):
            angle, radius = number * 0.9, 0.08 + 0.01 * number
            x, y = corners[number % N_CLUSTERS] + radius * np.array([np.cos(angle), np.sin(angle)])
            index.execute(
                "INSERT INTO maps VALUES (?, ?, ?, ?, ?)",
                ("pages", page_id, number % N_CLUSTERS, float(x), float(y)),
            )


@pytest.fixture
def project_folder(template: Path, tmp_path: Path) -> Path:
    """A project of one's own."""
    folder = tmp_path / "shelf"
    shutil.copytree(template, folder)
    return folder


@pytest.fixture(autouse=True)
def base_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the base model would lie; a test that wants one writes the file."""
    file = tmp_path / "base.safetensors"
    monkeypatch.setattr(run_loading, "base_model_path", lambda: file)
    return file


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the artist's settings."""
    file = tmp_path / "settings.ini"
    monkeypatch.setenv("SINGLELINE_SETTINGS", str(file))
    return file


@pytest.fixture
def session(qapp: QApplication, project_folder: Path, settle: Settle) -> Iterator[Session]:
    """An open project without a window."""
    opened = Session(Project.open(project_folder))
    opened.load()
    settle(lambda: bool(opened.library.shelf("pages").items))
    yield opened
    opened.close()


@pytest.fixture
def open_window(qapp: QApplication) -> Iterator[Callable[[], Window]]:
    """Make windows that are closed and destroyed before the next test."""
    theme.apply(qapp, theme.LIGHT)
    made: list[Window] = []

    def make() -> Window:
        shown = Window(Settings())
        shown.resize(1280, 860)
        shown.show()
        made.append(shown)
        return shown

    yield make
    while made:
        shown = made.pop()
        shown.close()
        shown.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def start(open_window: Callable[[], Window]) -> Window:
    """The window without a project."""
    return open_window()


@pytest.fixture
def window(open_window: Callable[[], Window], project_folder: Path, settle: Settle) -> Window:
    """The window on a project of one's own, shown offscreen, everything loaded."""
    shown = open_window()
    assert shown.open_project(project_folder)
    settle(shown.workspace.is_settled)
    return shown


Settle = Callable[[Callable[[], bool]], None]


@pytest.fixture
def settle(qtbot) -> Settle:
    """Wait until something is so, and the events behind it have been handled."""

    def wait(condition: Callable[[], bool]) -> None:
        qtbot.waitUntil(condition, timeout=PATIENCE_MS)
        QApplication.processEvents()
        qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    return wait


@pytest.fixture(scope="module", autouse=True)
def garbage_of_the_module() -> Iterator[None]:
    """What is left of a module's widgets is destroyed here, not in some thread of the next module's tests."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def garbage_of_the_test() -> Iterator[None]:
    """Garbage is looked for as in the window: in the GUI thread."""
    yield
    collect_due()


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """No child process outlives its test."""
    before = child_processes()
    yield
    QCoreApplication.processEvents()
    assert child_processes() <= before


def child_processes() -> set[int]:
    """Ids of this process's children; none where the system does not tell."""
    ids = set()
    for task in Path("/proc/self/task").glob("*"):
        # A thread may end between listing and reading; its children then stand under another thread.
        with suppress(FileNotFoundError, ProcessLookupError):
            ids.update(int(pid) for pid in (task / "children").read_text().split())
    return ids
