"""The window as a whole: it opens, changes rooms, closes, and stays light."""

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from engine.project.project import Project
from studio import theme
from studio.settings import Settings
from studio.window import Window


def test_importing_the_window_brings_in_nothing_heavy():
    program = (
        "import sys, studio.app;"
        "names = 'torch open_clip timm sklearn skimage cv2 matplotlib'.split();"
        "sys.exit(' '.join(name for name in names if name in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_start_page_lists_recent_projects_and_opens_one(start, project_folder, settle):
    start._settings.remember(project_folder)
    start.close_project()
    start._show_start()
    row = start.start._recent.itemAt(0).widget()
    row.click()
    settle(start.workspace.is_settled)
    assert start.session.project.info.name == "Test shelf"
    assert "Test shelf" in start.windowTitle()


def test_a_folder_that_is_no_project_is_refused_with_advice(start, tmp_path):
    assert not start.open_project(tmp_path)
    assert start.start._error.isVisible()
    assert "project.json" in start.start._error.text()


def test_a_project_open_elsewhere_is_refused(start, project_folder):
    with Project.open(project_folder):
        assert not start.open_project(project_folder)
    assert "open for writing elsewhere" in start.start._error.text()


def test_dropping_scans_makes_a_project_and_imports_them(start, shelf, tmp_path, monkeypatch, qtbot):
    monkeypatch.setattr("studio.window._home", lambda: tmp_path / "home")
    drop(start, shelf)
    assert start.session is not None
    qtbot.waitUntil(lambda: len(start.session.library.shelf("pages").items) == 24, timeout=60_000)
    assert start.session.project.layout.root.parent == tmp_path / "home"


def test_dropping_a_project_opens_it(start, project_folder, settle):
    drop(start, project_folder)
    settle(start.workspace.is_settled)
    assert start.session.project.layout.root == project_folder


def drop(window: Window, folder: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(folder))])
    actions, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(QPointF(5, 5), actions, mime, buttons, Qt.KeyboardModifier.NoModifier))


def test_number_keys_change_rooms_and_only_built_rooms_are_there(window):
    for number, pane in enumerate(window.workspace.panes, start=1):
        QTest.keyClick(window, Qt.Key(Qt.Key.Key_0 + number))
        assert window.workspace.pane is pane
        assert pane.TITLE and pane.ICON
    assert {pane.TITLE for pane in window.workspace.panes} >= {"Sketchbooks", "Gallery", "Canvas"}


def test_the_question_mark_lists_every_key(window):
    QTest.keyClick(window, Qt.Key.Key_Question)
    assert window._keys.isVisible()
    words = [child.text() for child in window._keys.children() if hasattr(child, "text")]
    assert {"P", "X", "U", "Space", "Ctrl+Z"} <= set(words)
    window._keys.close()


def test_closing_a_project_frees_it_and_another_can_be_opened(window, project_folder, settle):
    window.close_project()
    with Project.open(project_folder):
        pass
    assert window.open_project(project_folder)
    settle(window.workspace.is_settled)
    assert len(window.session.library.shelf("pages").items) == 24


def test_every_button_says_what_it_does_and_does_something(window):
    from PySide6.QtCore import SIGNAL
    from PySide6.QtWidgets import QAbstractButton

    for pane_number in range(len(window.workspace.panes)):
        window.workspace.show_pane(pane_number)
        for button in window.findChildren(QAbstractButton):
            if not button.isVisible() or button.objectName().startswith("qt_"):
                continue
            assert button.text() or button.toolTip(), button
            group = button.group()
            heard = ("clicked()", "clicked(bool)", "toggled(bool)")
            wired = sum(button.receivers(SIGNAL(signal)) for signal in heard)
            default = getattr(button, "defaultAction", lambda: None)()
            menu = getattr(button, "menu", lambda: None)()
            assert wired or default or menu or group is not None, (
                f"a dead button: {button.text() or button.toolTip()}"
            )


def test_the_theme_changes_and_is_remembered(window, qapp):
    window.workspace.rail.theme_wanted.emit()
    assert theme.tokens() is theme.DARK
    assert Settings().theme == "dark"
    window.workspace.rail.theme_wanted.emit()
    assert theme.tokens() is theme.LIGHT


def test_closing_the_window_remembers_its_place(start, open_window):
    start.resize(1200, 800)
    place = start.saveGeometry()
    start.close()
    assert Settings().bytes("geometry") == place
    assert open_window().width() >= 1100


def test_recent_projects_are_newest_first_and_gone_ones_are_left_out(tmp_path, project_folder):
    settings = Settings(tmp_path / "s.ini")
    other = tmp_path / "other"
    Project.create(other).close()
    settings.remember(project_folder)
    settings.remember(other)
    settings.remember(project_folder)
    assert settings.recent == [project_folder, other]
    (other / "project.json").unlink()
    assert Settings(tmp_path / "s.ini").recent == [project_folder]


def test_screenshots_of_every_room_are_saved_by_a_child_process(project_folder, tmp_path, window):
    titles = [pane.TITLE.lower() for pane in window.workspace.panes]
    window.close_project()
    command = [sys.executable, "-m", "studio.screenshots", str(project_folder), str(tmp_path / "out"), "dark"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    expected = [
        "00-start.png",
        *(f"{number:02d}-{title}.png" for number, title in enumerate(titles, start=1)),
    ]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == expected
    assert "Traceback" not in done.stderr
