"""What the window asks of a pane, and the little it gives in return."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.session import Session


class Pane(QWidget):
    """One of the rooms in the rail.

    Life: made once with the window; `open_project` when a project opens; `refresh` when data it may show has
    changed (only while it stands in front, or on its way there); `close_project` before the project goes;
    `shutdown` once before the window goes. A pane never writes data itself: gestures become commands on
    `session.undo`, long work becomes jobs of `session.jobs`, short work tasks of `session.tasks`.

    Signals:
        count_changed: `count_text()` has a new answer.
        loupe_wanted: The id of an item to look at closely.
        wanted: The name of the pane the artist should be taken to (`"Map"`), for "what is next" buttons.
    """

    TITLE: ClassVar[str] = ""
    """Its name in the rail."""
    ICON: ClassVar[str] = ""
    """Its icon in `resources/icons`."""
    SHOWS_ITEMS: ClassVar[bool] = False
    """Whether it shows pages or drawings: then inspector and filmstrip stand beside it."""
    LISTS_BOOKS: ClassVar[bool] = False
    """Whether books are chosen in it."""
    WATCHES: ClassVar[frozenset[str]] = frozenset()
    """The topics of `Session.data_changed` after which it must `refresh`."""

    count_changed = Signal()
    wanted = Signal(str)
    loupe_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session: Session | None = None

    def open_project(self, session: Session) -> None:
        """Start showing this project. Cheap: read what the first screen needs, the rest lazily."""
        self.session = session

    def close_project(self) -> None:
        """Let go of the project and of everything read from it."""
        self.session = None

    def count_text(self) -> str:
        """The line under its name in the rail, `22 to look at`; empty for none."""
        return ""

    def refresh(self) -> None:
        """Read again what may have changed; keep scroll, zoom and selection."""

    def activate(self) -> None:
        """The pane came to the front: take the keyboard focus."""
        self.setFocus()

    def view_state(self) -> dict[str, Any]:
        """How it is looked at (zoom, scroll, tool), JSON-ready, for the next evening."""
        return {}

    def restore_view(self, view: dict[str, Any]) -> None:
        """Be looked at as `view_state` said; what is not understood is left as it is."""

    def neighbour(self, item_id: str, step: int) -> str:
        """The item the loupe goes to with an arrow key: `step` is +1 or -1; empty for none."""
        return ""

    def is_settled(self) -> bool:
        """Whether everything on screen is loaded; screenshots and tests wait for it."""
        return True

    def shutdown(self) -> None:
        """Stop timers, threads and players. Nothing may be left running."""
