"""What a recipe would make, while it is being written: the window's end of `engine.jobs recipes PROJECT`.

The child reads the drawings once and answers until its input ends; numbers and pictures of thousands of
drawings never keep the window waiting.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from engine.strokes.types import Drawing, Stroke, as_stroke
from studio.answering import AnsweringProcess
from studio.models.recipe_preview import RecipePreview

_SILENT_END = "Counting ended without a word. It begins again with the next change."
_ORDER = ("drawings", "augmented", "preview")
"""Pictures take a moment, numbers of thousands of drawings a part of a second."""
_PATIENCE_MS = 1000
"""So long an answer may take while something newer waits: under a moving slider numbers must come at all."""
_DETAIL_UNITS = 1.0
"""Pictures here are smaller than a drawing's 200 units: points nearer to each other cannot be told apart."""


class RecipesProcess(AnsweringProcess):
    """The child.

    Signals:
        heard: The answer to the request in hand, whole.
    """

    heard = Signal(object)

    def __init__(
        self, project: Path, parent: QObject | None = None, command: list[str] | None = None
    ) -> None:
        """Make it; nothing runs before the first question.

        Args:
            project: The project's folder.
            parent: Owner.
            command: Program and arguments of the child; the engine's by default.
        """
        super().__init__(_SILENT_END, parent)
        self._command = command or [sys.executable, "-m", "engine.jobs", "recipes", str(project)]

    def ask(self, fields: Mapping[str, Any]) -> None:
        """Ask; starts the child if there is none (any more)."""
        if not self.is_alive:
            self.launch(self._command)
        self.request(**fields)

    def hear(self, event: dict[str, Any]) -> None:
        """Hand the answer on."""
        if event.get("event") in ("preview", "drawings"):
            self.finish()
            self.heard.emit(event)


class Recipes(QObject):
    """Numbers, pictures and copies for one project; of each kind the newest question is answered.

    What is in hand is answered first, unless it takes long: the child then drops it for what is newer.

    Signals:
        previewed: A `RecipePreview`.
        pictured: Id -> `Drawing`, as the recipe prepares it.
        augmented: (id, drawings): `Drawing`s that strayed from one.
        failed: The sentence that says why there is no answer.
        busy_changed: Whether a `RecipePreview` is still to come.
    """

    previewed = Signal(object)
    pictured = Signal(object)
    augmented = Signal(str, object)
    failed = Signal(str)
    busy_changed = Signal(bool)

    def __init__(self, project: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: dict[str, dict[str, Any]] = {}
        self._in_hand: dict[str, Any] = {}
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._on_patience_timeout)
        self._process = RecipesProcess(project, self)
        self._process.heard.connect(self._on_process_heard)
        self._process.failed.connect(self._on_process_failed)

    @property
    def is_busy(self) -> bool:
        """Whether any answer is still to come."""
        return bool(self._in_hand or self._wanted)

    @property
    def is_counting(self) -> bool:
        """Whether numbers are still to come."""
        return "preview" in self._wanted or self._in_hand.get("what") == "preview"

    def preview(self, recipe: Mapping[str, Any], name: str) -> None:
        """Ask for the numbers of a recipe, and how they differ from the newest version of that name."""
        self._want("preview", recipe=recipe, name=name)
        self.busy_changed.emit(True)

    def picture(self, ids: Sequence[str], recipe: Mapping[str, Any]) -> None:
        """Ask what drawings look like when the recipe has prepared them."""
        self._want("drawings", ids=list(ids), recipe=recipe)

    def augment(self, id_: str, recipe: Mapping[str, Any], n: int, seed: int) -> None:
        """Ask for copies of a drawing as training would see them."""
        self._want("augmented", id=id_, augment=recipe["augment"], recipe=recipe, n=n, seed=seed)

    def close(self) -> None:
        """End the child."""
        self._patience.stop()
        self._wanted.clear()
        self._in_hand = {}
        self._process.close()

    def _want(self, what: str, **fields: Any) -> None:
        self._wanted[what] = {"what": what, **fields}
        if not self._in_hand:
            self._ask_next()
        elif not self._patience.isActive():
            self._ask_instead()

    def _ask_next(self) -> None:
        what = next((what for what in _ORDER if what in self._wanted), "")
        if what:
            self._ask(what)

    def _ask_instead(self) -> None:
        """The child drops what takes long for newer numbers, or for newer of the same."""
        what = next((what for what in ("preview", self._in_hand.get("what")) if what in self._wanted), "")
        if what:
            self._ask(what)

    def _ask(self, what: str) -> None:
        self._in_hand = self._wanted.pop(what)
        self._patience.start()
        self._process.ask(self._in_hand)

    def _on_patience_timeout(self) -> None:
        self._ask_instead()

    def _on_process_heard(self, event: dict[str, Any]) -> None:
        asked, self._in_hand = self._in_hand, {}
        self._ask_next()
        if asked.get("what") == "preview":
            self.busy_changed.emit(self.is_counting)
            self.previewed.emit(RecipePreview.from_event(event))
            return
        drawings = [as_picture(strokes) for strokes in event["drawings"]]
        if asked.get("what") == "drawings":
            self.pictured.emit(dict(zip(asked["ids"], drawings, strict=False)))
        else:
            self.augmented.emit(asked["id"], drawings)

    def _on_process_failed(self, sentence: str) -> None:
        self._in_hand = {}
        self._ask_next()
        self.busy_changed.emit(self.is_counting)
        self.failed.emit(sentence)


def as_picture(strokes: Sequence[Sequence[Sequence[float]]]) -> Drawing:
    """A normalised drawing from nested lists, with no more points than a small picture shows."""
    filled = [as_stroke(np.asarray(stroke, dtype=np.float32)) for stroke in strokes if stroke]
    drawing = Drawing(tuple(filled)).normalised()
    return Drawing(tuple(map(_thinned, drawing.strokes)))


def _thinned(stroke: Stroke) -> Stroke:
    """The first point of every unit along the stroke, and its last."""
    steps = np.hypot(*np.diff(stroke, axis=0).T)
    units = np.floor(np.concatenate([[0.0], np.cumsum(steps)]) / _DETAIL_UNITS)
    keep = np.diff(units, prepend=-1.0) > 0
    keep[-1:] = True
    return stroke[keep]
