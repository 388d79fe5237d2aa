"""The settings of tracing beside the page: move a slider, see the page traced again."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from engine.errors import UserError
from studio import theme
from studio.tracing.trace_parameters import GROUPS
from studio.widgets import parts
from studio.widgets.parameter_row import ParameterRow

if TYPE_CHECKING:
    from engine.trace.settings import TraceSettings

PANEL_PX = 276


class TraceSettingsPanel(QFrame):
    """Shows the settings in use and asks what is to become of them.

    Signals:
        changed: The new `TraceSettings`, after each move of a slider.
        page_wanted: Use them for this page.
        all_wanted: Use them for all pages.
        saved_wanted: Back to what is written down.
        closed: The artist put the panel away.
    """

    changed = Signal(object)
    page_wanted = Signal()
    all_wanted = Signal()
    saved_wanted = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setFixedWidth(PANEL_PX)
        self._settings: TraceSettings | None = None
        self._saved: TraceSettings | None = None
        self.rows = {p.path: ParameterRow(p) for _, group in GROUPS for p in group}
        self._close = parts.tool("reject", "Put the settings away  (T)", size_px=14)
        self._origin = parts.label("", "caption", wrap=True)
        self._state = parts.label("", "caption", wrap=True)
        self.for_page = parts.button("Use for this page", role="primary")
        self.for_all = parts.button("Use for all pages")
        self.for_all.setToolTip(
            "Pages with settings of their own keep them; the others wait to be traced again"
        )
        self.back = parts.button("Back to the saved ones", role="quiet")
        self._lay_out()
        for row in self.rows.values():
            row.moved.connect(self._on_row_moved)
        self._close.clicked.connect(self.closed)
        self.for_page.clicked.connect(self.page_wanted)
        self.for_all.clicked.connect(self.all_wanted)
        self.back.clicked.connect(self.saved_wanted)
        self._show_buttons()

    def _lay_out(self) -> None:
        head = parts.row(parts.label("Settings", "heading"), 0, self._close)
        head.setContentsMargins(theme.SPACE_16, theme.SPACE_8, theme.SPACE_8, theme.SPACE_8)
        inner = parts.column(spacing=theme.SPACE_12)
        inner.setContentsMargins(theme.SPACE_16, 0, theme.SPACE_12, theme.SPACE_12)
        inner.addWidget(self._origin)
        for name, group in GROUPS:
            inner.addWidget(parts.label(name, "heading"))
            for parameter in group:
                inner.addWidget(self.rows[parameter.path])
        inner.addStretch(1)
        content = parts.panel()
        content.setLayout(inner)
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        foot = parts.column(self._state, self.for_page, self.for_all, self.back, margins=theme.SPACE_12)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(scroll, 1)
        layout.addWidget(parts.rule())
        layout.addLayout(foot)

    @property
    def settings(self) -> TraceSettings | None:
        """What the sliders say; None before the first page."""
        return self._settings

    @property
    def is_changed(self) -> bool:
        """Whether that differs from what is written down."""
        return self._settings != self._saved

    def show_settings(self, settings: TraceSettings, saved: TraceSettings, origin: str) -> None:
        """Show these settings.

        Args:
            settings: In use now.
            saved: What is written down for the page.
            origin: Where the saved ones come from, in words.
        """
        self._settings, self._saved = settings, saved
        self._origin.setText(origin)
        defaults = type(settings)()
        for row in self.rows.values():
            row.show_value(row.parameter.read(settings), row.parameter.read(defaults))
        self._show_buttons()

    def say(self, sentence: str) -> None:
        """What the last change came to."""
        self._state.setText(sentence)

    def _show_buttons(self) -> None:
        for button in (self.for_page, self.for_all, self.back):
            button.setEnabled(self.is_changed)

    def _on_row_moved(self, path: str, value: float) -> None:
        from engine.trace.choices import with_value

        if self._settings is None:
            return
        try:
            self._settings = with_value(self._settings, path, _as(value, attrgetter(path)(self._settings)))
        except UserError as error:
            self.say(str(error))
            return
        self._show_buttons()
        self.changed.emit(self._settings)


def _as(value: float, like: object) -> float | int:
    return round(value) if isinstance(like, int) else value
