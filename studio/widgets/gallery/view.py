"""A way to look at what machines draw: what the Gallery asks of it, and the little it gives in return."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.models.runs import Run
from studio.models.samples import Sample
from studio.session import Session


class GalleryView(QWidget):
    """One of the sheets that share the Gallery.

    Life: made once with the pane; `open_session` when a project opens, then `show_runs` each time the runs
    are others, `show_sample` each time another drawing is chosen in the grid; `activate` and `leave` as it
    comes into sight and goes. Only what is in sight has samplers: each holds a model in memory.

    Signals:
        said: A sentence for the status bar.
        export_wanted: A list of `Sample`s to make a file of.
        keep_wanted: A `Sample` to keep.
        continue_wanted: A `Sample` to go on with on the canvas.
    """

    TITLE: ClassVar[str] = ""
    """Its name in the switch."""
    ICON: ClassVar[str] = ""
    """Its icon in `resources/icons`."""

    said = Signal(str)
    export_wanted = Signal(object)
    keep_wanted = Signal(object)
    continue_wanted = Signal(object)

    def open_session(self, session: Session) -> None:
        """Show this project. Cheap: nothing is drawn before it comes into sight."""

    def close_session(self) -> None:
        """Let go of it: samplers end, tasks are cancelled."""

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Offer these, all of which can draw; the base model is the last."""

    def show_sample(self, sample: Sample | None) -> None:
        """Take the drawing chosen in the grid; None when none is."""

    def activate(self) -> None:
        """It comes into sight: now it may start a sampler."""

    def leave(self) -> None:
        """It goes out of sight: its samplers end, what is drawn stays."""

    def is_settled(self) -> bool:
        """Whether everything on screen is loaded; screenshots and tests wait for it."""
        return True
