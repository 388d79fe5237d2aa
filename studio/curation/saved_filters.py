"""Filters the artist gave a name: kept with the project, each change one step of undo."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from PySide6.QtGui import QUndoCommand

from engine.errors import UserError
from engine.project.atomic import write_json
from engine.project.layout import Layout
from studio.models.filters import ItemFilter

Filters = Mapping[str, ItemFilter]


def read_filters(layout: Layout) -> dict[str, ItemFilter]:
    """The saved filters by name, in the order of saving; none where the file cannot be read."""
    try:
        stored = json.loads(layout.filters.read_text("utf-8"))
        return {str(name): ItemFilter.from_json(value) for name, value in stored.items()}
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return {}


def write_filters(layout: Layout, filters: Filters) -> None:
    """Keep these. Raises UserError when the disk refuses."""
    write_json(layout.filters, {name: one.to_json() for name, one in filters.items()})


class FiltersCommand(QUndoCommand):
    """Saving a filter under a name, or throwing one away."""

    def __init__(
        self,
        layout: Layout,
        before: Filters,
        after: Filters,
        text: str,
        told: Callable[[Filters], None],
        failed: Callable[[str], None],
    ) -> None:
        """Prepare; `QUndoStack.push` carries it out.

        Args:
            layout: The project's.
            before: All filters as they are.
            after: All filters as they shall be.
            text: What the undo action calls it.
            told: Told the filters there are then.
            failed: Told the sentence when the disk refuses; the command then drops out of the stack.
        """
        super().__init__(text)
        self._layout = layout
        self._before = before
        self._after = after
        self._told = told
        self._failed = failed

    def redo(self) -> None:
        """Do it."""
        self._write(self._after)

    def undo(self) -> None:
        """Take it back."""
        self._write(self._before)

    def _write(self, filters: Filters) -> None:
        try:
            write_filters(self._layout, filters)
        except UserError as error:
            self.setObsolete(True)
            self._failed(str(error))
            return
        self._told(filters)
