"""How a comparison stands while it has no table: what it is at, or why it ended, and what can be done."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QWidget

from studio import theme
from studio.models.comparisons import Comparison
from studio.widgets import parts


class EraLife(QWidget):
    """A card with a sentence, the progress, and one button.

    Attributes:
        stop: Shown while it is worked on.
        resume: Shown when it was stopped or failed.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = parts.label("", "", wrap=True)
        self._hint = parts.label("", "muted", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.stop = parts.button("Stop", "stop", tip="It saves first, and can go on later")
        self.resume = parts.button("Resume", "play", "primary", "Go on with what is trained so far")
        card = parts.panel("card")
        left = parts.column(self.words, self._hint, self._bar, spacing=theme.SPACE_4)
        inside = parts.row(spacing=theme.SPACE_16, margins=theme.SPACE_12)
        inside.addLayout(left, 1)
        inside.addWidget(self.stop)
        inside.addWidget(self.resume)
        card.setLayout(inside)
        self.setLayout(parts.column(card))

    def show_comparison(self, comparison: Comparison) -> None:
        """Show how it stands; a finished one says all in its table."""
        is_live = comparison.is_live
        self.setVisible(is_live or not comparison.readings)
        self.words.setText(comparison.error or f"{state_text(comparison)}.")
        self.words.setProperty("role", "error" if comparison.error else "")
        self.words.style().polish(self.words)
        self._hint.setText(comparison.hint or ("" if is_live else _KEPT))
        self._hint.setVisible(bool(self._hint.text()))
        self._bar.setVisible(is_live)
        self._bar.setRange(0, comparison.total)
        self._bar.setValue(comparison.done)
        self.stop.setVisible(is_live)
        self.stop.setEnabled(not comparison.is_stopping)
        self.stop.setText("Stopping…" if comparison.is_stopping else "Stop")
        self.resume.setVisible(not is_live)
        self.resume.setText({"queued": "Start", "failed": "Try again"}.get(comparison.state, "Resume"))


_KEPT = "What is trained so far is kept; it goes on from there."


def state_text(comparison: Comparison) -> str:
    """What it is at: `Training the old books' model, the first of 2`."""
    match comparison.state:
        case "queued":
            return "Not begun"
        case "failed":
            return "Failed"
        case "done":
            return "Finished"
    doing = _stage_text(comparison)
    if comparison.state == "running":
        return doing
    return f"{'Paused' if comparison.state == 'paused' else 'Stopped'}: {doing[0].lower()}{doing[1:]}"


def _stage_text(comparison: Comparison) -> str:
    what, _, name = comparison.stage.partition(" ")
    names = [era.name for era in comparison.eras]
    if what == "train" and name in names:
        return f"Training the {name} books' model, {names.index(name) + 1} of {len(names)}"
    return "Reading each other's pages, then drawing" if what == "compare" else "Gathering the drawings"
