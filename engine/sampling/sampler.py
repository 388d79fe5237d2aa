"""A trained run, ready to draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor

from engine.errors import UserError
from engine.models.base import StrokeModel
from engine.models.desk import Generated, Growing
from engine.models.generate import Prefix, generate
from engine.project.progress import Reporter, Silent
from engine.sampling.options import AS_USUAL, Options
from engine.sampling.prefixes import Prefixes
from engine.strokes.stroke3 import Stroke3, from_stroke3, to_stroke3, to_stroke5
from engine.strokes.types import Drawing
from engine.training.checkpoint import Checkpoint, load_checkpoint
from engine.training.device import choose_device, memory_advice
from engine.training.workers import one_thread

Watch: TypeAlias = Callable[[Callable[[], list[Drawing]]], None]
"""Called after every move with a function that tells the drawings in progress, in order."""

_Stopped: TypeAlias = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Sample:
    """A machine-drawn drawing.

    Attributes:
        rows: `(n, 3)` stroke-3 in the drawings' units.
        ended: Whether the model ended it by itself; otherwise it was cut.
        attempts: How often it was begun until it was one that was asked for.
    """

    rows: Stroke3
    ended: bool
    attempts: int = 1

    @property
    def drawing(self) -> Drawing:
        """The strokes."""
        return from_stroke3(self.rows)


class Sampler:
    """Draws with the averaged weights of one checkpoint."""

    def __init__(self, model: StrokeModel, checkpoint: Checkpoint) -> None:
        self.model = model
        self.checkpoint = checkpoint
        self._unit = np.array([checkpoint.scale, checkpoint.scale, 1], dtype=np.float32)
        self._prefixes = Prefixes(model)

    @staticmethod
    def load(path: Path, device: str = "auto") -> Sampler:
        """Open a checkpoint. Raises UserError if it cannot be used."""
        checkpoint = load_checkpoint(path)
        return Sampler(checkpoint.model(choose_device(device)), checkpoint)

    def facts(self) -> dict[str, Any]:
        """What somebody who asks it to draw may want to know, JSON-ready."""
        checkpoint = self.checkpoint
        return {
            "family": checkpoint.family,
            "is_autoencoder": self.model.is_autoencoder,
            "eras": [list(books) for books in checkpoint.settings.get("eras", ())][: self.model.n_eras],
            "parameters": self.model.n_parameters,
            "step": checkpoint.step,
            "valid_nll": checkpoint.valid_nll,
            "dataset": checkpoint.dataset,
            "scale": checkpoint.scale,
            "started_from": checkpoint.started_from,
        }

    def draw(
        self,
        n: int,
        options: Options = AS_USUAL,
        *,
        first: int = 0,
        reporter: Reporter | None = None,
        watch: Watch | None = None,
    ) -> list[Drawing]:
        """Draw `n` drawings; see `sample`."""
        return [one.drawing for one in self.sample(n, options, first=first, reporter=reporter, watch=watch)]

    def sample(
        self,
        n: int,
        options: Options = AS_USUAL,
        *,
        first: int = 0,
        reporter: Reporter | None = None,
        watch: Watch | None = None,
        code: Tensor | None = None,
        same_chance: bool = False,
    ) -> list[Sample]:
        """Draw `n` drawings and say of each whether it ended by itself.

        Args:
            n: How many.
            options: How; drawing `i` does not hang on `n`.
            first: Index of the first drawing, so that a grid can be drawn in pieces.
            reporter: Asked whether to stop; drawings unfinished by then are left out.
            watch: Sees them grow.
            code: What the model is told of each, `(n, n_condition)`; of its own imagination by default.
            same_chance: Whether only what they are told sets the drawings apart.

        Raises:
            UserError: for a number or an era that makes no sense, or if memory runs out.
        """
        prefix = self._begun(options)
        stopped = (reporter or Silent()).stopped
        made = self._generate(
            n, prefix, options, stopped, first=first, watch=watch, code=code, same_chance=same_chance
        )
        return [self._sample(prefix, one) for one in made]

    def complete(
        self,
        prefix: Drawing,
        n: int,
        options: Options = AS_USUAL,
        *,
        is_lifted: bool = False,
        reporter: Reporter | None = None,
        watch: Watch | None = None,
        code: Tensor | None = None,
    ) -> list[Drawing]:
        """Continue a line in progress in `n` ways, each by the model's own moves alone.

        Args:
            prefix: Strokes in the drawings' units.
            n: How many continuations.
            options: How; lengths are those of the continuation.
            is_lifted: Whether the pen has left its last point; else it still rests there.
            reporter: As for `sample`.
            watch: Sees whole drawings grow.
            code: As for `sample`.

        Returns:
            Whole drawings, the prefix first.
        """
        rows = _begun_rows(prefix, is_lifted)
        stopped = (reporter or Silent()).stopped
        made = self._generate(n, rows, options, stopped, watch=watch, code=code)
        return [from_stroke3(np.concatenate([rows, one.rows * self._unit])) for one in made]

    def fan(
        self,
        prefix: Drawing,
        n: int,
        points: int,
        options: Options = AS_USUAL,
        *,
        is_lifted: bool = False,
        stopped: _Stopped = lambda: False,
        watch: Watch | None = None,
    ) -> list[Sample]:
        """How a line in progress may go on: `n` futures of at most `points` points.

        Args:
            prefix: As for `complete`, with a point at least.
            n: How many.
            points: Of each.
            options: How.
            is_lifted: As for `complete`.
            stopped: Asked at every point.
            watch: Sees the futures grow.

        Returns:
            The futures alone, the first row of each being the pen's last place; unfinished ones are left out.
        """
        rows = _begun_rows(prefix, is_lifted)
        if not len(rows):
            raise UserError("A line that has not begun has no future.", "Draw a point first.")
        at = rows.sum(axis=0)
        tip = np.array([[at[0], at[1], float(is_lifted)]], dtype=np.float32)
        short = replace(options, points=(0, 0), side=(0.0, 0.0), retry=False, max_points=points)
        made = self._generate(n, rows, short, stopped, watch=watch, shown=tip)
        return [Sample(np.concatenate([tip, one.rows * self._unit]), one.ended) for one in made]

    def check_era(self, era: int) -> None:
        """Raise UserError unless the model can draw in an era; -1 leaves it open."""
        if not -1 <= era < self.model.n_eras:
            raise UserError(
                f"This model knows no era {era}; it tells {self.model.n_eras} apart.",
                "Leave the era open, or train a model that is told the eras.",
            )

    def rows(self, drawing: Drawing, *, is_lifted: bool = True) -> Tensor:
        """A drawing as the model takes it: `(n + 1, 5)` start token and moves in its units, no end."""
        return self._rows(_begun_rows(drawing, is_lifted))

    def in_units(self, rows: Stroke3) -> Stroke3:
        """Rows `(n, 3)` in the model's units, in the drawings' units."""
        return np.asarray(rows * self._unit, dtype=np.float32)

    def _rows(self, rows: Stroke3) -> Tensor:
        """Stroke-3 in the drawings' units; where drawings begin at a point the way to it is not told."""
        return torch.from_numpy(to_stroke5(rows[int(self.checkpoint.begins_at_point) :] / self._unit)[:-1])

    def _begun(self, options: Options) -> Stroke3:
        """What stands on a fresh sheet."""
        if options.start is not None:
            return np.array([[*options.start, 0.0]], dtype=np.float32)
        # A drawing that begins at its first point has yet to be given it.
        return np.zeros((int(self.checkpoint.begins_at_point), 3), dtype=np.float32)

    def _generate(
        self,
        n: int,
        begun: Stroke3,
        options: Options,
        stopped: _Stopped,
        *,
        first: int = 0,
        watch: Watch | None = None,
        shown: Stroke3 | None = None,
        code: Tensor | None = None,
        same_chance: bool = False,
    ) -> list[Generated]:
        """Generate; who watches sees each drawing after `shown`, by default after what is begun."""
        if n < 0 or first < 0:
            raise UserError("The number of drawings must not be negative.", "Choose another number.")
        self.check_era(options.era)
        scale = self.checkpoint.scale
        with memory_advice("Drawing", "Draw fewer at a time, or shorter ones."), one_thread():
            return generate(
                self.model,
                n,
                seed=options.seed,
                first=first,
                temperatures=options.temperatures,
                limits=options.limits,
                prefix=self._prefix(begun, options.era, code),
                era=options.era,
                code=code,
                same_chance=same_chance,
                accepts=lambda one: options.accepts(one, scale),
                watch=self._watcher(watch, begun if shown is None else shown),
                stopped=stopped,
            )

    def _prefix(self, begun: Stroke3, era: int, code: Tensor | None) -> Tensor | Prefix:
        """What is drawn already; remembered, where every drawing is told the same."""
        rows = self._rows(begun)
        if self.model.is_autoencoder or code is not None:
            return rows
        return self._prefixes.take(rows, era)

    def _watcher(self, watch: Watch | None, begun: Stroke3) -> Callable[[Growing], None]:
        def tell(growing: Growing) -> None:
            if watch is not None:
                watch(lambda: [self._drawing(begun, rows) for _, rows in growing()])

        return tell

    def _sample(self, begun: Stroke3, made: Generated) -> Sample:
        return Sample(np.concatenate([begun, made.rows * self._unit]), made.ended, made.attempts)

    def _drawing(self, begun: Stroke3, rows: Stroke3) -> Drawing:
        return from_stroke3(np.concatenate([begun, rows * self._unit]))


def _begun_rows(drawing: Drawing, is_lifted: bool) -> Stroke3:
    rows = to_stroke3(drawing)
    if len(rows):
        rows[-1, 2] = float(is_lifted)
    return rows
