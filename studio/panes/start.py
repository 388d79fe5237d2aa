"""The start page: what was worked on last, and three ways to begin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from engine.project.project import project_name
from studio import icons, theme
from studio.widgets import parts

_WIDTH_PX = 760


class DropArea(QFrame):
    """A sheet of paper to drop a folder on.

    Signals:
        dropped: The folders (`list[Path]`) that were dropped.
        clicked: It was pressed instead.
    """

    dropped = Signal(object)
    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setMinimumHeight(260)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Drop a folder of scans here")
        self._hot = False

    def sizeHint(self) -> QSize:
        """Wide and calm."""
        return QSize(_WIDTH_PX, 260)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A sheet with a line across it."""
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(QColor(tokens.accent if self._hot else tokens.line), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(tokens.paper))
        painter.drawRoundedRect(sheet, theme.RADIUS_PX, theme.RADIUS_PX)
        mark = QRectF(0, 0, 72, 72)
        mark.moveCenter(sheet.center())
        icons.paint(painter, "mark", mark.translated(0, -30), "ink")
        painter.setPen(QColor(tokens.ink))
        painter.setFont(theme.font(theme.TITLE_PX))
        flags = int(Qt.AlignmentFlag.AlignHCenter)
        middle = sheet.center().y()
        painter.drawText(QRectF(0, middle + 16, self.width(), 28), flags, "Drop a folder of scans here")
        painter.setFont(theme.font())
        painter.setPen(QColor(theme.LIGHT.muted))
        words = "A project is made for them. The scans stay where they are."
        painter.drawText(QRectF(0, middle + 46, self.width(), 22), flags, words)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Folders are welcome."""
        if dropped_folders(event):
            self._set_hot(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went away again."""
        self._set_hot(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take them."""
        self._set_hot(False)
        self.dropped.emit(dropped_folders(event))
        event.acceptProposedAction()

    def mouseReleaseEvent(self, _event: object) -> None:
        """A click asks for the folder instead."""
        self.clicked.emit()

    def _set_hot(self, hot: bool) -> None:
        self._hot = hot
        self.update()


class StartPage(QWidget):
    """What the window shows without a project.

    Signals:
        open_wanted: A `Path` to open, or None to ask for one.
        new_wanted: Make a new project.
        sample_wanted: Make the sample project and open it.
        scans_wanted: Folders (`list[Path]`) to begin a project with; empty to ask for one.
    """

    open_wanted = Signal(object)
    new_wanted = Signal()
    sample_wanted = Signal()
    scans_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._error = parts.label("", "error", wrap=True)
        self._error.hide()
        self._area = DropArea()
        self._area.dropped.connect(self.scans_wanted)
        self._area.clicked.connect(self._on_area_clicked)
        self._recent = parts.column(spacing=theme.SPACE_4)
        self._recent_title = parts.label("Recent projects", "heading")
        middle = QWidget()
        middle.setMaximumWidth(_WIDTH_PX)
        layout = parts.column(spacing=theme.SPACE_16)
        layout.addStretch(2)
        layout.addLayout(self._head())
        layout.addWidget(self._area)
        layout.addLayout(self._buttons())
        layout.addWidget(self._error)
        layout.addSpacing(theme.SPACE_8)
        layout.addWidget(self._recent_title)
        layout.addLayout(self._recent)
        layout.addStretch(3)
        middle.setLayout(layout)
        whole = parts.row(margins=theme.SPACE_24)
        whole.addStretch(1)
        whole.addWidget(middle, 100)
        whole.addStretch(1)
        self.setLayout(whole)

    def _head(self) -> QHBoxLayout:
        title = parts.label("Single-Line Studio", "title")
        line = parts.label("From shelves of sketchbooks to a line that draws itself.", "muted")
        head = parts.row(title, theme.SPACE_8, line, 0)
        head.setAlignment(line, Qt.AlignmentFlag.AlignBottom)
        return head

    def _buttons(self) -> QHBoxLayout:
        new = parts.button("New project…", "add", tip="An empty project in a new folder (Ctrl+N)")
        open_ = parts.button("Open…", "folder", tip="The folder of a project (Ctrl+O)")
        self._sample = parts.button("Try the sample", "play", "primary")
        self._sample.setToolTip(
            "Two sketchbooks drawn by a procedural artist, through the whole path in some minutes"
        )
        new.clicked.connect(self.new_wanted)
        open_.clicked.connect(self._on_open_clicked)
        self._sample.clicked.connect(self.sample_wanted)
        return parts.row(self._sample, open_, new, 0)

    def show_recent(self, projects: Sequence[Path]) -> None:
        """List the projects that can be opened with a click."""
        while (row := self._recent.takeAt(0)) is not None:
            if (widget := row.widget()) is not None:
                widget.deleteLater()
        for path in projects:
            row_button = _RecentRow(path)
            row_button.chosen.connect(self.open_wanted)
            self._recent.addWidget(row_button)
        self._recent_title.setVisible(bool(projects))

    def show_error(self, message: str) -> None:
        """Say what went wrong, or nothing."""
        self._error.setText(message)
        self._error.setVisible(bool(message))

    def set_busy(self, busy: bool) -> None:
        """The sample is being made."""
        self._sample.setEnabled(not busy)
        self._sample.setText("Making the sample…" if busy else "Try the sample")

    def _on_area_clicked(self) -> None:
        self.scans_wanted.emit([])

    def _on_open_clicked(self) -> None:
        self.open_wanted.emit(None)


class _RecentRow(QPushButton):
    """One project: name and where it lies."""

    chosen = Signal(object)

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self.setProperty("role", "row")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        name = project_name(path)
        self.setAccessibleName(f"Open {name}")
        self.setToolTip(str(path))
        picture = QLabel()
        picture.setPixmap(icons.pixmap("sketchbooks", "muted", 24, 2.0))
        words = parts.column(parts.label(name, "heading"), spacing=0)
        words.addWidget(parts.label(_short(path), "caption"))
        layout = parts.row(picture, spacing=theme.SPACE_12)
        layout.addLayout(words, 1)
        layout.setContentsMargins(theme.SPACE_8, theme.SPACE_4, theme.SPACE_8, theme.SPACE_4)
        self.setLayout(layout)
        for child in self.findChildren(QLabel):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        self.chosen.emit(self._path)


def dropped_folders(event: QDropEvent) -> list[Path]:
    """The folders of a drop; a file stands for the folder it lies in."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return list(dict.fromkeys(path if path.is_dir() else path.parent for path in paths))


def _short(path: Path) -> str:
    try:
        return "~/" + path.relative_to(Path.home()).as_posix()
    except ValueError:
        return str(path)
