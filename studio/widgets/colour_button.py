"""A colour, shown as a patch and chosen from the palette of the desktop."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QColorDialog, QPushButton, QSizePolicy, QWidget

from studio import theme
from studio.widgets import parts

_PATCH_PX = 16


class ColourButton(QWidget):
    """A button with the colour's patch and name, and the way back to what is usual.

    Signals:
        chosen: The artist chose another one.
    """

    chosen = Signal()

    def __init__(self, name: str, usual: str, usual_words: str, parent: QWidget | None = None) -> None:
        """Make it.

        Args:
            name: Of what it is the colour.
            usual: The colour that is shown for the value "": what is usual.
            usual_words: What that is called.
            parent: Owner.
        """
        super().__init__(parent)
        self._name, self._usual, self._usual_words = name, usual, usual_words
        self._value = ""
        self.button = QPushButton()
        self.button.setAccessibleName(name)
        self.button.setProperty("role", "field")
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.button.setIconSize(QSize(_PATCH_PX, _PATCH_PX))
        self.back = parts.tool("undo", f"{name}: {usual_words}", size_px=14)
        layout = parts.row(spacing=theme.SPACE_4)
        layout.addWidget(self.button, 1)
        layout.addWidget(self.back)
        self.setLayout(layout)
        self.button.clicked.connect(self._on_button_clicked)
        self.back.clicked.connect(self._on_back_clicked)
        self._show()

    @property
    def value(self) -> str:
        """`#rrggbb`; empty for what is usual."""
        return self._value

    def set_value(self, value: str, usual: str = "") -> None:
        """Show a colour, silently; `usual` is from now on what is usual."""
        self._value = value
        self._usual = usual or self._usual
        self._show()

    def _show(self) -> None:
        colour = self._value or self._usual
        patch = QPixmap(QSize(_PATCH_PX, _PATCH_PX) * 2)
        patch.setDevicePixelRatio(2)
        patch.fill(Qt.GlobalColor.transparent)
        painter = QPainter(patch)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.LIGHT.muted))
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(1, 1, _PATCH_PX - 2, _PATCH_PX - 2, 3, 3)
        painter.end()
        self.button.setIcon(QIcon(patch))
        self.button.setText(f"  {self._value.upper() if self._value else self._usual_words}")
        self.back.setVisible(bool(self._value))

    def _on_button_clicked(self) -> None:
        colour = QColorDialog.getColor(QColor(self._value or self._usual), self, self._name)
        if colour.isValid():
            self.set_value(colour.name())
            self.chosen.emit()

    def _on_back_clicked(self) -> None:
        self.set_value("")
        self.chosen.emit()
