"""What stands beside Start: how long the run in the form would take."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from studio.training.estimates import Estimate, Estimates
from studio.widgets.training.training_form import TrainingForm

_MEASURING = "Trying ten steps to see how long it takes…"
_BUSY = "How long it takes can be measured when nothing trains."


class FormEstimate(QObject):
    """Asks when the form changes, and tells the form.

    While something trains it keeps still: ten steps beside a training take longer, and so does the training.
    """

    def __init__(self, form: TrainingForm, project: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._form = form
        self._is_training = False
        self._looked_at = False
        self.estimates = Estimates(project, self)
        self.estimates.estimated.connect(self._show)
        self.estimates.failed.connect(self._on_estimates_failed)
        form.changed.connect(self.want)

    def shutdown(self) -> None:
        """The project closes."""
        self._form.changed.disconnect(self.want)
        self.estimates.rest()

    def set_training(self, is_training: bool) -> None:
        """Say whether something trains on this machine."""
        if is_training != self._is_training:
            self._is_training = is_training
            self.want()

    def set_looked_at(self, looked_at: bool) -> None:
        """Say whether anybody sees the form; nothing is measured for nobody."""
        self._looked_at = looked_at
        if looked_at:
            self.want()
        else:
            self.estimates.forget()

    def want(self) -> None:
        """Ask again: something was changed."""
        if not self._looked_at or not self._form.dataset:
            return
        settings = self._form.settings
        if self._is_training:
            known = self.estimates.known(self._form.dataset, settings)
            self.estimates.rest()
        else:
            known = self.estimates.want(self._form.dataset, settings)
        if known is not None:
            self._show(known)
        else:
            self._form.show_estimate(_BUSY if self._is_training else _MEASURING)

    def _show(self, estimate: Estimate) -> None:
        settings = self._form.settings
        text = estimate.text(
            minutes=float(settings.get("minutes", 0)),
            steps=int(settings.get("steps", 0)),
            drawings=self._form.n_drawings,
        )
        self._form.show_estimate(text)

    def _on_estimates_failed(self, sentence: str) -> None:
        self._form.show_estimate(sentence)
