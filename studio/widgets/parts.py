"""The small parts every pane is put together from: labels, buttons, rules, the empty state."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio import icons, theme

L = TypeVar("L", bound=QBoxLayout)


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """A label; `role` is title, heading, caption, muted, error, caution or nothing."""
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setProperty("role", role)
    result.setWordWrap(wrap)
    if role in ("caption", "title"):
        result.setFont(theme.font(theme.CAPTION_PX if role == "caption" else theme.TITLE_PX))
    return result


def button(text: str, icon: str = "", role: str = "", tip: str = "") -> QPushButton:
    """A push button; `role` is primary, accept, reject, quiet or nothing."""
    result = QPushButton(text)
    result.setProperty("role", role)
    result.setToolTip(tip)
    result.setCursor(Qt.CursorShape.PointingHandCursor)
    if icon:
        colours = {"primary": "on_accent", "accept": "accepted", "reject": "rejected"}
        result.setIcon(icons.icon(icon, colours.get(role, "text")))
        result.setIconSize(QSize(16, 16))
    return result


def tool(
    icon: str, tip: str, *, checkable: bool = False, size_px: int = 20, focus: bool = True
) -> QToolButton:
    """A button that is only an icon; the tip says what it does and its key.

    Args:
        icon: Its name in `resources/icons`.
        tip: What it does.
        checkable: Whether it stays down.
        size_px: Side of the icon.
        focus: Whether it takes the keys when it is clicked; not where they belong to what lies beside it.
    """
    result = QToolButton()
    result.setIcon(icons.icon(icon))
    result.setIconSize(QSize(size_px, size_px))
    result.setToolTip(tip)
    result.setAccessibleName(tip)
    result.setCheckable(checkable)
    if not focus:
        result.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return result


def rule(*, vertical: bool = False) -> QFrame:
    """A hairline."""
    result = QFrame()
    result.setProperty("role", "rule")
    if vertical:
        result.setFixedWidth(1)
    else:
        result.setFixedHeight(1)
    return result


def panel(role: str = "panel") -> QFrame:
    """A raised sheet: `panel` (no border) or `card`."""
    result = QFrame()
    result.setProperty("role", role)
    return result


def row(*widgets: QWidget | int, spacing: int = theme.SPACE_8, margins: int = 0) -> QHBoxLayout:
    """Widgets side by side; a number is a gap in px, 0 a stretch."""
    return _filled(QHBoxLayout(), widgets, spacing, margins)


def column(*widgets: QWidget | int, spacing: int = theme.SPACE_8, margins: int = 0) -> QVBoxLayout:
    """Widgets one above the other; a number is a gap in px, 0 a stretch."""
    return _filled(QVBoxLayout(), widgets, spacing, margins)


def _filled(layout: L, widgets: tuple[QWidget | int, ...], spacing: int, margins: int) -> L:
    layout.setSpacing(spacing)
    layout.setContentsMargins(margins, margins, margins, margins)
    for item in widgets:
        if isinstance(item, QWidget):
            layout.addWidget(item)
        elif item == 0:
            layout.addStretch(1)
        else:
            layout.addSpacing(item)
    return layout


class EmptyState(QWidget):
    """What a pane shows when there is nothing yet: one line, and the one action to take.

    Signals:
        triggered: The action's button was pressed.
    """

    triggered = Signal()

    def __init__(self, icon: str, line: str, action: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._picture = QLabel()
        self._line = label(line, "muted", wrap=True)
        self._line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._line.setFixedWidth(420)
        self._button = button(action, role="primary")
        self._button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._button.setVisible(bool(action))
        self._button.clicked.connect(self._on_button_clicked)
        layout = column(spacing=theme.SPACE_16)
        layout.addStretch(1)
        for widget in (self._picture, self._line, self._button):
            # Rows with stretches, not alignments: those forget that wrapped text needs height for its width.
            layout.addLayout(row(0, widget, 0))
        layout.addStretch(1)
        self.setLayout(layout)

    def set_text(self, line: str, action: str) -> None:
        """Say something else; an empty `action` hides the button."""
        self._line.setText(line)
        self._button.setText(action)
        self._button.setVisible(bool(action))

    def showEvent(self, event: object) -> None:
        """Draw the icon in the theme now in use."""
        self._picture.setPixmap(icons.pixmap(self._icon, "undecided", 56, self.devicePixelRatioF()))

    def _on_button_clicked(self) -> None:
        self.triggered.emit()
