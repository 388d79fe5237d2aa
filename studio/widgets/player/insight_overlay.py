"""Between a player and a machine: asks about the drawing shown, and lays the answer on the paper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from engine.export.overlays import write_hairs_svg, write_surprise_svg
from engine.strokes.types import Drawing
from studio import theme
from studio.gallery.film import Film
from studio.gallery.insight import Insight, Surprise
from studio.gallery.insight_film import make_hairs, make_tint
from studio.gallery.kept import file_stem
from studio.models.samples import Sample
from studio.tasks import Tasks
from studio.widgets.player.film_canvas import FilmCanvas
from studio.widgets.player.insight_choice import InsightChoice

_ASKING = {"surprise": "Reading the line…", "hairs": "Growing hairs…"}


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """An answer that lies on the paper."""

    kind: str
    sample: Sample
    answer: Any

    def write(self, path: Path) -> str:
        """Make a file of it. Returns its name."""
        drawing = self.sample.drawing
        if self.kind == "surprise":
            write_surprise_svg(path, drawing, self.answer.nats)
        else:
            write_hairs_svg(path, drawing, [hair.strokes[0] for hair in self.answer if hair.strokes])
        return path.name


class InsightOverlay(QObject):
    """One for each player.

    Attributes:
        choice: The controls; hidden while nobody can answer.
    """

    def __init__(self, canvas: FilmCanvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choice = InsightChoice()
        self._canvas = canvas
        self._insight: Insight | None = None
        self._sample: Sample | None = None
        self._film: Film | None = None
        self._seen: _Seen | None = None
        self._saving = Tasks(self, threads=1)
        self.choice.changed.connect(self._on_choice_changed)
        self.choice.save_wanted.connect(self._on_choice_save_wanted)
        self._show_choice()

    @property
    def insight(self) -> Insight | None:
        """Who answers."""
        return self._insight

    def set_insight(self, insight: Insight | None) -> None:
        """Somebody else answers from now on, or nobody."""
        if self._insight is not None and self._insight is not insight:
            self._insight.surprised.disconnect(self._on_insight_surprised)
            self._insight.haired.disconnect(self._on_insight_haired)
            self._insight.failed.disconnect(self._on_insight_failed)
        if insight is not None and insight is not self._insight:
            insight.surprised.connect(self._on_insight_surprised)
            insight.haired.connect(self._on_insight_haired)
            insight.failed.connect(self._on_insight_failed)
        self._insight = insight
        self._show_choice()
        self.ask()

    def show_film(self, film: Film | None, sample: Sample | None, time_s: float) -> None:
        """Lay a film on the paper.

        Args:
            film: What is shown.
            sample: Its drawing; None where it shows several, of which nothing is asked.
            time_s: How far it is drawn.
        """
        self._film, self._sample = film, sample
        self._canvas.show_film(film, time_s)
        self._show_choice()
        self.ask()

    def rename(self, sample: Sample) -> None:
        """The same drawing, called otherwise."""
        self._sample = sample

    def press(self, key: str) -> bool:
        """S and H. Returns whether it was one of them."""
        if key not in ("s", "h") or self.choice.isHidden():
            return False
        self.choice.choose("surprise" if key == "s" else "hairs")
        return True

    def shutdown(self) -> None:
        """Nothing runs on."""
        self._saving.shutdown()

    def ask(self) -> None:
        """Ask for what is chosen; the ink stays until it is there."""
        shown, sample = self.choice.shown, self._sample
        if self._insight is None or sample is None or self._film is None or shown == "ink":
            self._lay(None)
        elif sample.is_growing:
            self._lay(None, "When it is drawn")
        else:
            if self._seen is None or self._seen.sample is not sample or self._seen.kind != shown:
                self._lay(None)
            self.choice.set_state(_ASKING[shown])
            if shown == "surprise":
                self._insight.ask_surprise(sample.drawing)
            else:
                self._insight.ask_hairs(sample.drawing, self.choice.wish)

    def _show_choice(self) -> None:
        """There is a choice where somebody can answer for one drawing."""
        self.choice.setVisible(self._insight is not None and self._sample is not None)

    def _lay(self, seen: _Seen | None, state: str = "") -> None:
        self._seen, film, canvas = seen, self._film, self._canvas
        if film is None or not film.parts or seen is None:
            canvas.set_tint(None)
            canvas.set_hairs(())
            self._dress(film)
            self.choice.set_state(state)
        elif seen.kind == "surprise":
            tint = make_tint(film.parts[0], seen.sample, seen.answer)
            canvas.set_hairs(())
            self._dress(film)
            canvas.set_tint(tint)
            self.choice.legend.show_tint(tint)
            self.choice.set_state("", ready=True)
        else:
            canvas.set_tint(None)
            self._dress(film, theme.LIGHT.ink)
            hairs = make_hairs(film.parts[0], seen.sample.picture, seen.answer)
            canvas.set_hairs(hairs)
            self.choice.set_state(f"{len(hairs)} hairs" if hairs else "The line is too short for hairs",
                                  ready=bool(hairs))  # fmt: skip

    def _dress(self, film: Film | None, ink: str = "") -> None:
        """Hairs have the machine's ink, so the line they grow from has the artist's, whoever drew it."""
        if film is not None and film.parts:
            part = film.parts[0]
            dressed = (
                replace(film, parts=(replace(part, inks=(ink,) * len(part.inks)), *film.parts[1:]))
                if ink
                else film
            )
            self._canvas.exchange(dressed)

    def _on_choice_changed(self) -> None:
        self.ask()

    def _on_insight_surprised(self, drawing: Drawing, surprise: Surprise) -> None:
        self._take("surprise", drawing, surprise)

    def _on_insight_haired(self, drawing: Drawing, hairs: tuple[Drawing, ...]) -> None:
        self._take("hairs", drawing, hairs)

    def _take(self, kind: str, drawing: Drawing, answer: Any) -> None:
        sample = self._sample
        if sample is not None and sample.drawing is drawing and self.choice.shown == kind:
            self._lay(_Seen(kind, sample, answer))

    def _on_insight_failed(self, kind: str, sentence: str) -> None:
        if self.choice.shown == kind:
            self._lay(None, sentence)

    def _on_choice_save_wanted(self) -> None:
        if self._seen is None:
            return
        start = f"{file_stem(self._seen.sample.name)}-{self._seen.kind}.svg"
        name, _ = QFileDialog.getSaveFileName(self._canvas, "Save what is seen", start, "Lines (*.svg)")
        if name:
            path = Path(name).with_suffix(".svg")
            self._saving.run(partial(self._seen.write, path), self._on_saved, self._on_saving_failed)

    def _on_saved(self, name: str) -> None:
        self.choice.set_state(f"Saved: {name}", ready=True)

    def _on_saving_failed(self, error: Exception) -> None:
        self.choice.set_state(str(error), ready=True)
