"""The rail at the left: the rooms of the house in the order of the story, each with its count."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QWidget

from studio import icons, theme
from studio.widgets import parts

RAIL_PX = 176


class RailButton(QAbstractButton):
    """One room: icon, name, and under it what waits there."""

    def __init__(self, title: str, icon: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setCheckable(True)
        self.setToolTip(f"{title} ({key})")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._icon = icon
        self._count = ""

    def set_count(self, text: str) -> None:
        """Change the line under the name."""
        self._count = text
        self.setAccessibleDescription(text)
        self.update()

    def sizeHint(self) -> QSize:
        """All rooms have doors of one size."""
        return QSize(RAIL_PX - 16, 52)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the door."""
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        colour = "accent" if self.isChecked() else "text"
        top = (self.height() - 24) / 2
        icons.paint(painter, self._icon, QRectF(12, top, 24, 24), colour)
        left = 48
        room = QRectF(left, 0, self.width() - left - 4, self.height())
        flags = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(theme.font(bold=self.isChecked()))
        painter.setPen(QColor(tokens.text))
        if not self._count:
            painter.drawText(room, flags, self.text())
            return
        painter.drawText(room.translated(0, -8), flags, self.text())
        painter.setFont(theme.font(theme.CAPTION_PX))
        painter.setPen(QColor(tokens.muted))
        painter.drawText(room.translated(0, 10), flags, self._count)

    def _paint_ground(self, painter: QPainter) -> None:
        tokens = theme.tokens()
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(QColor(theme.mix(tokens.panel, tokens.accent, 0.12)))
        elif self.underMouse() or self.hasFocus():
            painter.setBrush(QColor(theme.mix(tokens.panel, tokens.text, 0.05)))
        else:
            return
        painter.drawRoundedRect(QRectF(self.rect()), theme.RADIUS_PX, theme.RADIUS_PX)


class Rail(QFrame):
    """The doors.

    Signals:
        chosen: The number of the room, from 0.
        home_wanted: The project's name was pressed: back to the start page.
        keys_wanted: The list of keys.
        theme_wanted: The other theme.
    """

    chosen = Signal(int)
    home_wanted = Signal()
    keys_wanted = Signal()
    theme_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setFixedWidth(RAIL_PX)
        self._name = parts.label("", "heading")
        self._name.setWordWrap(True)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.idClicked.connect(self.chosen)
        self._doors = parts.column(spacing=theme.SPACE_4)
        home = parts.tool("home", "All projects")
        self._undo, self._redo = parts.tool("undo", "Undo"), parts.tool("redo", "Redo")
        keys = parts.tool("keys", "Keys (?)")
        self._theme = parts.tool("dark", "Light or dark")
        home.clicked.connect(self._on_home_clicked)
        keys.clicked.connect(self._on_keys_clicked)
        self._theme.clicked.connect(self._on_theme_clicked)
        head = parts.row(home, self._name, spacing=theme.SPACE_8)
        head.setStretch(1, 1)
        head.setContentsMargins(8, 4, 4, 12)
        foot = parts.row(self._undo, self._redo, 0, keys, self._theme, spacing=theme.SPACE_4)
        layout = parts.column(spacing=0, margins=theme.SPACE_8)
        layout.addLayout(head)
        layout.addLayout(self._doors)
        layout.addStretch(1)
        layout.addLayout(foot)
        self.setLayout(layout)

    def add(self, title: str, icon: str) -> RailButton:
        """Add a door."""
        number = len(self._group.buttons())
        button = RailButton(title, icon, str(number + 1), self)
        self._group.addButton(button, number)
        self._doors.addWidget(button)
        return button

    def choose(self, number: int) -> None:
        """Mark a door as the open one."""
        self._group.button(number).setChecked(True)

    def set_project_name(self, name: str) -> None:
        """Show whose house it is."""
        self._name.setText(name)
        self._name.setToolTip(name)

    def set_undo_actions(self, undo: QAction, redo: QAction) -> None:
        """Let the two buttons be these actions."""
        self._undo.setDefaultAction(undo)
        self._redo.setDefaultAction(redo)

    def show_theme(self, tokens: theme.Tokens) -> None:
        """Offer the theme that is not in use."""
        self._theme.setIcon(icons.icon("light" if tokens.is_dark else "dark"))

    def _on_home_clicked(self) -> None:
        self.home_wanted.emit()

    def _on_keys_clicked(self) -> None:
        self.keys_wanted.emit()

    def _on_theme_clicked(self) -> None:
        self.theme_wanted.emit()
